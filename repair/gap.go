package repair

import (
	"bytes"

	"github.com/keyconv/keyconv/internal/lazyre"
)

// gap looks at the text between two keys for options that sshd would not see.
// The prefix on the key's own line is read by itself.
func (p *parser) gap(from, to int) {
	if p.told > 0 {
		from, p.told = p.told, 0
	}
	line := lineStart(p.t.b, from, to)
	if to == len(p.t.b) {
		line = to
	}
	text := p.t.b[min(from, line):line]
	p.table.read(text)
	cut := from > 0 && cutField(firstParagraph(text)) || to < len(p.t.b) && cutField(lastParagraph(text))
	if p.apart || !cut && !hidesOption(text) {
		return
	}
	p.apart = true
	if n := len(p.draft.items); n > 0 {
		if above := &p.draft.items[n-1]; above.inside || above.free() && fieldNext(text) {
			p.charged = true
			above.part("below the key, in the same structure")
		}
	}
}

// headed notes the head of a table that stands in front of a key on its line, because its
// end was lost, and has a column that may restrict keys.
func (p *parser) headed(front []byte) {
	if t, ok := headRow(front); ok {
		p.table = t
	}
}

// fieldNext reports whether the fields directly below a key are its record's, and one of
// them is an option: they stand further in than the record begins.
func fieldNext(text []byte) bool {
	for line := range bytes.Lines(bytes.TrimPrefix(text, []byte("\n"))) {
		switch {
		case endWord.Match(line):
		case indentOf(line) == 0 || len(bytes.TrimSpace(line)) == 0:
			return false
		case fieldText.Match(line) && hidesOption(line):
			return true
		}
	}
	return false
}

// endWord matches a line that ends a here document.
var endWord = lazyre.New(`^[A-Z][A-Z0-9_]*[ \t]*[\r\n]*$`)

// firstParagraph is what stands below a key up to a blank line.
func firstParagraph(text []byte) []byte {
	text = bytes.TrimPrefix(text, []byte("\n"))
	if i := bytes.Index(text, []byte("\n\n")); i >= 0 {
		text = text[:i+1]
	}
	return text
}

// lastParagraph is what stands above a key, behind the last blank line.
func lastParagraph(text []byte) []byte {
	return text[bytes.LastIndex(text, []byte("\n\n"))+1:]
}
