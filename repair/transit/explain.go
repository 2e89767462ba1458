package transit

import (
	"bytes"
	"unicode"
)

// explain notes what became of BEGIN and END.
func (m *mender) explain(b body, name string) {
	switch {
	case b.label == "" && !b.begin && !b.end:
		m.repaired(0, "begin-end-missing", "the BEGIN and END lines were missing; the content is that of %s", name)
	case !b.begin && b.end:
		m.repaired(0, "begin-missing", "the BEGIN line was missing or misspelt")
	case b.begin && !b.end:
		m.repaired(len(m.data), "end-missing", "the END line was missing or misspelt")
	}
	if b.label != "" && b.label != name {
		m.repaired(0, "wrong-label", "the label said %q and the content is that of %s", b.label, name)
	}
}

// layout notes how lines were broken, by comparing the text with what it
// became.
func (m *mender) layout(was, is []byte) {
	before, after := bytes.Count(was, []byte("\n")), bytes.Count(is, []byte("\n"))
	lines := bytes.Split(was, []byte("\n"))
	switch {
	case before < 2 && after > 3:
		m.repaired(0, "newlines-lost", "the line ends were missing or had become spaces")
	case someLine(lines, func(l []byte) bool { return bytes.HasPrefix(l, []byte(" ")) || bytes.HasPrefix(l, []byte("\t")) }):
		m.repaired(0, "indented", "the lines were indented")
	case someLine(lines, func(l []byte) bool { return bytes.ContainsAny(l, ">|\"'`\\") }):
		m.repaired(0, "wrapped-in-marks", "the lines had quotes or marks around them")
	case bytes.Contains(was, []byte("\r")):
		m.repaired(0, "crlf", "lines ended with CR LF")
	}
}

// around notes the text in front of the key and behind it, and where nothing was
// found before, what is left to have been wrong.
func (m *mender) around(b body) {
	if len(m.findings) > 0 {
		return // of a mail or a script, in which a key always has text around it
	}
	if holdsText(b.front) {
		m.repaired(0, "text-before", "there was text in front of the key")
	}
	if holdsText(b.behind) {
		m.repaired(len(m.text)-len(bytes.TrimLeft(b.behind, "-–—‑―_ \t\r\n")), "text-behind", "there was text behind the key")
	}
	if len(m.findings) == 0 {
		m.repaired(0, "layout", "BEGIN and END lines, blank lines or spaces were not as they must be")
	}
}

func holdsText(b []byte) bool {
	return bytes.ContainsFunc(b, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}

func someLine(lines [][]byte, is func([]byte) bool) bool {
	for _, l := range lines {
		if len(bytes.TrimSpace(l)) > 0 && is(l) {
			return true
		}
	}
	return false
}
