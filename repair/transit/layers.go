package transit

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"html"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/keyconv/keyconv/internal/lazyre"
)

// charset undoes UTF-16 and takes off a byte order mark.
func (m *mender) charset() {
	switch {
	case bytes.HasPrefix(m.text, []byte("\xff\xfe")), len(m.text) > 3 && m.text[0] != 0 && m.text[1] == 0 && m.text[3] == 0:
		m.utf16(0, 1)
	case bytes.HasPrefix(m.text, []byte("\xfe\xff")), len(m.text) > 3 && m.text[0] == 0 && m.text[1] != 0 && m.text[2] == 0:
		m.utf16(1, 0)
	}
	if rest, ok := bytes.CutPrefix(m.text, []byte("\ufeff")); ok {
		m.text = rest
		if len(m.findings) == 0 {
			m.repaired(0, "byte-order-mark", "a byte order mark stood in front of the key")
		}
	}
}

func (m *mender) utf16(low, high int) {
	units := make([]uint16, 0, len(m.text)/2)
	for i := 0; i+1 < len(m.text); i += 2 {
		units = append(units, uint16(m.text[i+low])|uint16(m.text[i+high])<<8)
	}
	m.text = []byte(string(utf16.Decode(units)))
	m.repaired(0, "utf-16", "the text was UTF-16, as PowerShell's > and Notepad's \"Unicode\" write it")
}

// marks are what a private key file has in it, in clear.
var marks = lazyre.New(ppkMagic + `|PRIVATE KEY|"kty\\*"`)

// fileInBase64 undoes base64 of the whole file, which CI systems are fed to
// get the line ends through; once or twice.
func (m *mender) fileInBase64() {
	for range 2 {
		if marks.Match(m.text) {
			return
		}
		packed := bytes.Join(bytes.Fields(bytes.Trim(bytes.TrimSpace(m.text), `"'`)), nil)
		inner, err := base64.StdEncoding.DecodeString(string(packed))
		if err != nil || !marks.Match(inner) && !looksLikeBase64(inner) {
			return
		}
		m.repaired(0, "base64-of-file", "the whole file was in base64")
		m.text = inner
	}
}

// packedHeads are what the base64 of a private key's file begins with: "-----BEGIN " or
// "PuTTY-User-Key-File", in ASCII, in UTF-16, and in UTF-16 with its mark.
var packedHeads = []string{"LS0tLS1CRUdJTi", "UHVUVFktVXNlci1LZXktRmlsZS",
	"LQAtAC0ALQAtAEIA", "UAB1AFQAVABZAC0A", "//4tAC0ALQAtAC0A", "//5QAHUAVABUAFkA"}

// packedTail matches the end of base64, which may go on in lines of nothing else.
const packedTail = `={0,2}(?:[ \t]*\r?\n[ \t]*[A-Za-z0-9+/]{4,}={0,2}[ \t\r]*$)*`

var (
	packedKey  = lazyre.NewNeeding(`(?m)(?:`+strings.Join(packedHeads, "|")+`)[A-Za-z0-9+/]*`+packedTail, packedHeads...)
	packedText = lazyre.New(`(?m)[A-Za-z0-9+/]{40,}` + packedTail) // of any text, it may be
)

// certificate matches the lines that certutil -encode puts around any file.
var certificate = lazyre.NewNeeding(`-----(?:BEGIN|END) CERTIFICATE-----`, "CERTIFICATE")

// inBase64 undoes it in a text, such as a Kubernetes Secret, and leaves the text around it where it is; other texts in
// base64 there, which may be a line for the key, are decoded too.
func (m *mender) inBase64() {
	if marks.Match(m.text) {
		return
	}
	decodeText := func(packed []byte) []byte {
		inner := decoded(packed)
		if len(inner) == 0 {
			return packed
		}
		return slices.Concat([]byte("\n"), bytes.Map(readable, bytes.ToValidUTF8(inner, []byte(" "))), []byte("\n"))
	}
	var text []byte
	from := 0
	for _, at := range packedKey.FindAllIndex(m.text, -1) {
		inner := decoded(m.text[at[0]:at[1]])
		if !marks.Match(inner) || endsInBase64(m.text[:at[0]]) || goesOn.Match(m.text[at[1]:]) {
			continue
		}
		text = append(text, packedText.ReplaceAllFunc(m.text[from:at[0]], decodeText)...)
		text = append(append(append(text, '\n'), inner...), '\n')
		from = at[1]
	}
	if from > 0 {
		m.repaired(packedKey.FindIndex(m.text)[0], "base64-of-file", "the file was in base64")
		m.text = certificate.ReplaceAll(append(text, packedText.ReplaceAllFunc(m.text[from:], decodeText)...), nil)
	}
}

// readable puts a space in the place of what no line has: so a line is found in any bytes.
func readable(r rune) rune {
	if r < ' ' && r != '\n' && r != '\r' && r != '\t' {
		return ' '
	}
	return r
}

// goesOn matches more base64 on the same line.
var goesOn = lazyre.New(`^[ \t]+[A-Za-z0-9+/]`)

// decoded is what base64, on lines or not, stands for, out of UTF-16 too.
func decoded(packed []byte) []byte {
	m := &mender{}
	m.text, _ = base64.StdEncoding.DecodeString(string(bytes.Join(bytes.Fields(packed), nil)))
	m.charset()
	return m.text
}

// endsInBase64 reports whether what stands in front may belong to the same base64: the
// key may have options in front of it there.
func endsInBase64(front []byte) bool {
	front = bytes.TrimSpace(front)
	return len(front) > 0 && strings.IndexByte("+/ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", front[len(front)-1]) >= 0
}

// replace is ReplaceAll with a note where something was replaced.
func (m *mender) replace(pattern *lazyre.Regexp, with func([]byte) []byte, code, msg string) {
	first := pattern.FindIndex(m.text)
	if first == nil {
		return
	}
	if text := pattern.ReplaceAllFunc(m.text, with); !bytes.Equal(text, m.text) {
		m.repaired(m.at(first[0]), code, "%s", msg)
		m.text = text
	}
}

// terminalCodes are colours and the prompts of a pager.
var terminalCodes = lazyre.NewNeeding(`\x1b\[[0-9;?]*[A-Za-z~]|(?m:^--More--.*\n)`, "\x1b[", "--More--")

func (m *mender) terminal() {
	m.replace(terminalCodes, func([]byte) []byte { return nil }, "terminal-codes", "codes for a terminal stood in the text")
}

// frameLine matches a BEGIN or END line whose spaces or dashes are no ASCII.
var frameLine = lazyre.NewNeeding(`(?m)^.*(?:BEGIN|END)[^\n]{1,40}PRIVATE[^\n]{1,3}KEY.*$`, "PRIVATE")

var asciiFrame = strings.NewReplacer("\u00a0", " ", "\u2007", " ", "\u202f", " ", "\u2010", "-", "\u2011", "-", "\u2212", "-")

// lookAlikes writes the BEGIN and END lines in ASCII; in Windows-1252 the long dashes are
// the bytes 0x96 and 0x97.
func (m *mender) lookAlikes() {
	if noBreak := []byte("\u00a0"); bytes.Contains(m.text, noBreak) && !bytes.Contains(m.text, []byte(ppkMagic)) { // whose MAC covers the comment
		m.repaired(m.at(bytes.Index(m.text, noBreak)), "look-alikes", "no-break spaces stood in the text")
		m.text = bytes.ReplaceAll(m.text, noBreak, []byte(" "))
	}
	m.replace(frameLine, func(line []byte) []byte {
		if !utf8.Valid(line) {
			line = bytes.ReplaceAll(bytes.ReplaceAll(line, []byte{0x96}, []byte("-")), []byte{0x97}, []byte("-"))
		}
		return []byte(asciiFrame.Replace(string(line)))
	}, "look-alikes", "look-alikes of spaces or dashes stood in the BEGIN or END line")
}

var (
	entities = lazyre.NewNeeding(`&#(?:[xX][0-9A-Fa-f]{1,4}|[0-9]{1,5});|<(?:br|BR) ?/?>`, "&#", "<br", "<BR")
	inURL    = lazyre.New(`PRIVATE(?:%20|\+)KEY|User-Key-File-[123](?:%3A|:%20|:\+)`)
	// a form's: %20 stands for a space elsewhere, and a plus sign for itself
	plusIsSpace = lazyre.New(`PRIVATE\+KEY|User-Key-File-[123](?:%3A|:)\+`)
	percent     = lazyre.New(`%[0-9A-Fa-f]{2}`)
	inJSON      = lazyre.NewNeeding(`\\+u00(?:2[bBfF]|3[dD]|0[aAdD])`, `\u00`)
	equals      = lazyre.New(`=(?:\r?\n|[0-9A-F]{2})`)
)

// encodings undoes what encodes single signs of the text: of HTML and XML, of JSON, of a URL
// or a form, of a mail in quoted-printable.
func (m *mender) encodings() {
	m.replace(entities, func(e []byte) []byte {
		if e[0] == '<' {
			return []byte("\n")
		}
		return []byte(html.UnescapeString(string(e)))
	}, "html-entities", "signs or line ends stood as HTML, such as &#10; or <br>")
	if !bytes.Contains(m.text, []byte("Comment:")) { // a comment may be so, and nothing would tell
		m.replace(inJSON, func(e []byte) []byte { b, _ := hex.DecodeString(string(e[len(e)-2:])); return b }, "backslash-escapes", "signs stood as \\u003d and the like (JSON)")
	}
	if at := inURL.Find(m.text); at != nil {
		if plusIsSpace.Match(m.text) {
			m.text = bytes.ReplaceAll(m.text, []byte("+"), []byte(" "))
		}
		m.replace(percent, func(e []byte) []byte { b, _ := hex.DecodeString(string(e[1:])); return b }, "url-encoding", "signs stood as %0A and the like (URL encoding)")
	}
	if bytes.Contains(m.text, []byte("=3D")) {
		m.replace(equals, func(e []byte) []byte { b, _ := hex.DecodeString(string(e[1:])); return b }, "quoted-printable", "signs stood as =3D (quoted-printable mail)")
	}
}

func looksLikeBase64(b []byte) bool {
	packed := bytes.Join(bytes.Fields(b), nil)
	_, err := base64.StdEncoding.DecodeString(string(packed))
	return err == nil && len(packed) > 100
}

var (
	escaped   = lazyre.New(`(?:\\+r)?\\+n`)
	escapedCR = lazyre.New(`\\+r`)
	behindCR  = lazyre.NewNeeding(`KEY-----\\+r`, "KEY-----\\")
)

// escapes puts line ends in the place of \n, \r\n and \\n, and of \r where that stands
// alone behind the BEGIN line.
func (m *mender) escapes() {
	pattern, written := escaped, "\\n"
	if behindCR.Match(m.text) && !escaped.Match(m.text) {
		pattern, written = escapedCR, "\\r"
	}
	if i := pattern.FindIndex(m.text); i != nil {
		m.repaired(m.at(i[0]), "escaped-newlines", "line ends were written as %s", written)
		m.text = pattern.ReplaceAll(m.text, []byte("\n"))
	}
}

// between matches the text between BEGIN and END with no sign in it that stands for a line
// end but the letter n: its backslash went.
var between = lazyre.New(`-----(n[A-Za-z0-9+/=]+n)-----`)

// letters puts line ends in the place of the letter n, where it stands behind the BEGIN line
// and behind every line of one of the widths that keys are written in. Most lines have
// an n of their own.
func (m *mender) letters() bool {
	at := between.FindSubmatchIndex(m.text)
	if at == nil {
		return false
	}
	body := m.text[at[2]+1 : at[3]]
	for _, width := range []int{64, 70, 76} {
		if lines, ok := cutAt(body, width); ok {
			m.repaired(m.at(at[2]), "escaped-newlines", "line ends were written as \\n, and the backslashes were gone")
			m.text = slices.Concat(m.text[:at[2]], lines, m.text[at[3]:])
			return true
		}
	}
	return false
}

// cutAt is a text whose lines have the width and end in the letter n.
func cutAt(body []byte, width int) (lines []byte, ok bool) {
	lines = []byte("\n")
	for len(body) > 0 {
		n := min(width, len(body)-1)
		if body[n] != 'n' {
			return nil, false
		}
		lines = append(append(lines, body[:n]...), '\n')
		body = body[n+1:]
	}
	return lines, true
}

// spaced matches a line of base64 with spaces in it.
var spaced = lazyre.New(`(?m)^[A-Za-z0-9+/ ]* [A-Za-z0-9+/ ]*={0,2}\r?$`)

// bothHalves matches the start of what proves its own content, and of no other container:
// OpenSSH's, and an RSA key's, of which every number goes with the others. In front of the
// numbers of PKCS#8 stand a version and an AlgorithmIdentifier (RFC 5208 section 5).
var bothHalves = lazyre.New(`-----BEGIN (?:OPENSSH|RSA) PRIVATE KEY-----|` +
	`-----BEGIN PRIVATE KEY-----\nMI[A-Za-z0-9+/]{4}IBADANBgkqhkiG9w0BAQE`)

// pluses puts plus signs in the place of the spaces in lines of base64: the form of a page
// makes one of the other.
func (m *mender) pluses() bool {
	was := m.text
	m.replace(spaced, func(line []byte) []byte { return bytes.ReplaceAll(line, []byte(" "), []byte("+")) },
		"plus-lost", "spaces stood in the base64 where plus signs belong (a web form does that); the numbers prove themselves, a comment does not: look at it")
	return !bytes.Equal(m.text, was)
}

// beginTwice and endTwice match lines that stand there more than once: somebody put them
// around a text that had them. The labels may differ; the content tells.
var (
	beginTwice = lazyre.NewNeeding(`(?:-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----\s+)+-----BEGIN `, "PRIVATE")
	endTwice   = lazyre.NewNeeding(`(?:\s+-----END [A-Z0-9 ]*PRIVATE KEY-----){2,}`, "PRIVATE")
)

func (m *mender) twice() {
	m.replace(beginTwice, func([]byte) []byte { return []byte("-----BEGIN ") }, "layout", "the BEGIN line stood there twice")
	m.replace(endTwice, func(lines []byte) []byte {
		return bytes.TrimRight(lines[:bytes.LastIndex(lines, []byte("-----END "))], " \t\r\n")
	}, "layout", "the END line stood there twice")
}

var mailQuote = lazyre.New(`(?m)^[ \t]*>[> \t]*`)

// unquote takes mail's > off, where every line has it.
func (m *mender) unquote() {
	marked := mailQuote.FindAllIndex(m.text, -1)
	if len(marked) > 1 && len(marked) >= bytes.Count(bytes.TrimSpace(m.text), []byte("\n"))+1 {
		m.repaired(m.at(marked[0][0]), "mail-quoted", "every line had a > in front")
		m.text = mailQuote.ReplaceAll(m.text, nil)
	}
}
