package repair

import (
	"bytes"
	"slices"
	"unicode/utf8"

	"github.com/keyconv/keyconv/internal/lazyre"
	"github.com/keyconv/keyconv/sshkey"
)

// Two panes of a terminal that are selected as one, paste and pr -m put texts beside
// each other. A key there does not go on in the next line, which goes on with the left
// one, nor behind a space, where the right one stands: of two Ed25519 keys a third one
// comes out, and in 1 of 16 cases it shows in nothing.

// inColumns reports whether the pieces of a key may be another one's. Of above, the
// elements in front, the last one that was read ends at whole.
func (p *parser) inColumns(e *element, whole int, above []element) bool {
	wrapped, spaced := e.blob.crossed&overLine != 0, e.blob.crossed&overSpace != 0 || e.blob.plus
	if !wrapped && !spaced {
		return false
	}
	first := lineStart(p.t.b, whole, e.at)
	if n := len(above); n > 0 && above[n-1].why != nil {
		cut := above[n-1]
		if wrapped && cut.at >= first || spaced && bytes.Count(p.t.b[cut.end:e.at], []byte("\n")) < 2 {
			return true
		}
	}
	m := leftColumn.FindSubmatch(p.t.b[first:e.at])
	return wrapped && m != nil && mixed(m[1]) && !wordlike(m[1])
}

// leftColumn matches base64 that may go on in the next line, in the column beside a key.
var leftColumn = lazyre.New(`(?:^|[ \t|│])([A-Za-z0-9+/]{24,})[ \t|│]+$`)

// expected reports whether a key is the one whose fingerprint is given.
func (p *parser) expected(k sshkey.PublicKey) bool {
	expect, _ := parseExpect(p.o.Expect)
	return expect.given() && expect.matches(k)
}

// columns reports whether it goes on behind white space, and below it stands a piece that
// could be there instead: of columns that were copied as one text.
func (r *reader) columns() bool {
	i := slices.IndexFunc(r.chunks, func(c chunk) bool { return c.over&(overSpace|overPlus) != 0 })
	if i < 0 || evenSpaces(r.chunks) {
		return false
	}
	rest := 0
	for _, c := range r.chunks[i:] {
		rest += c.n
	}
	next := r.below()
	n := 0
	for n < len(next) && isBase64(next[n]) {
		n++
	}
	return n > 0 && (n == rest || n == r.chunks[i].n) && !beginsOther(next)
}

// widest is more than terminals are.
const widest = 4096

// below is what stands in its column of the next line.
func (r *reader) below() []byte {
	b := r.t.b
	front := b[lineStart(b, max(0, r.c.start-widest), r.c.start):r.c.start]
	front = bytes.TrimRight(front, " \t")
	front = front[:bytes.LastIndexAny(front, " \t")+1] // without the type
	end := min(lineEnd(b, r.at)+1, len(b))
	next := b[end:lineEnd(b, end)]
	if i := bytes.LastIndexByte(front, '\t'); i >= 0 {
		cells := bytes.SplitAfterN(next, []byte("\t"), bytes.Count(front, []byte("\t"))+1)
		return cells[len(cells)-1]
	}
	for range utf8.RuneCount(front) {
		_, size := utf8.DecodeRune(next)
		next = next[size:]
	}
	return bytes.TrimLeft(next, " ")
}
