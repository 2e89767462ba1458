package repair

import (
	"bytes"

	"github.com/keyconv/keyconv/internal/lazyre"
)

// blockOpener matches the end of a line whose value stands in the lines below: a block
// of YAML, a here document, braces.
var blockOpener = lazyre.New(`\{[ \t]*$|[:=][ \t]*[|>][-+0-9]{0,2}[ \t]*$|<<[-~]?[ \t]*["']?[A-Za-z_]+["']?[ \t]*$`)

// htmlTag matches a tag of HTML or XML.
var htmlTag = lazyre.New(`</?([A-Za-z][A-Za-z0-9]*)(?:[ \t][^<>]*)?>`)

// fieldText matches the name of a field and what parts it from its value, which no
// option in front of a key looks like.
var fieldText = lazyre.NewNeeding(`[A-Za-z0-9_]["'][ \t]*(?::|=>?)[ \t]*["'\[{0-9tf]|[ \t][A-Za-z_-]+(?:[ \t]+=>?|:)[ \t]|<[a-z_-]+>`, "=", ":", "<")

// OpensNext reports whether what a line opens, as a quotation, ends in another one, so
// that the next line is part of it although sshd would read it alone.
func OpensNext(line []byte) bool {
	line = bytes.TrimRight(line, "\r\n")
	const opener = 80 // with its spaces; nobody writes a longer one
	if bytes.Count(line, []byte(`"`))%2 == 1 || blockOpener.Match(line[max(0, len(line)-opener):]) {
		return true
	}
	if bytes.IndexByte(line, '<') < 0 {
		return false
	}
	tags := htmlTag.FindAllSubmatch(line, -1)
	if len(tags) == 0 {
		return false
	}
	last := tags[len(tags)-1]
	return last[0][1] != '/' && !bytes.EqualFold(last[1], []byte("br"))
}

// within reports whether bytes at to end, a key, stand in something that the line above
// opened, or that their own line opens.
func (p *parser) within(at, end int) bool {
	above := bytes.TrimRight(p.t.b[max(p.last, at-4096):lineStart(p.t.b, p.last, at)], " \t\n")
	return OpensNext(above[bytes.LastIndexByte(above, '\n')+1:]) || OpensNext(p.t.b[end:lineEnd(p.t.b, end)])
}

// opened reports whether the bad lines that are held go on in the next line.
func (w *walker) opened() bool {
	if w.good == 0 || w.good < len(w.held) {
		return false
	}
	return OpensNext(w.held[bytes.LastIndexByte(w.held[:w.good-1], '\n')+1:])
}
