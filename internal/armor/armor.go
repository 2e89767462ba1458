// Package armor reads and writes text of the form BEGIN line, headers, base64,
// END line: PEM (RFC 7468, RFC 1421) and the SSH2 files (RFC 4716, ssh.com).
//
// The reader keeps, for every decoded byte, the place in the text that it came
// from, so that an error deep inside a blob can be shown where the user can
// see it.
package armor

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"sort"
	"strings"

	"github.com/keyconv/keyconv/internal/wire"
)

// A Style is how the BEGIN and END lines are drawn.
type Style struct{ left, right string }

// The two styles.
var (
	PEM  = Style{"-----", "-----"} // -----BEGIN X-----
	SSH2 = Style{"---- ", " ----"} // ---- BEGIN X ----
)

// Begin is the BEGIN line of a label, without a line end.
func (s Style) Begin(label string) string { return s.left + "BEGIN " + label + s.right }

// End is the END line of a label, without a line end.
func (s Style) End(label string) string { return s.left + "END " + label + s.right }

// A Header is a "Name: value" line between BEGIN and the base64. The parts of a
// folded value are joined.
type Header struct {
	Name, Value string
	Offset      int // of the line
}

// A Block is decoded text.
type Block struct {
	Label   string
	Headers []Header
	Data    []byte
	Start   int  // offset of the BEGIN line
	End     int  // offset behind the END line
	CRLF    bool // some line ended in CR LF
	Cut     bool // the last line end was missing

	pieces []piece
}

// A piece is a run of base64 characters that stand together in the text.
type piece struct{ char, offset int }

// At is the offset in the text of the i-th decoded byte.
func (b *Block) At(i int) int {
	char := i * 4 / 3
	n := sort.Search(len(b.pieces), func(n int) bool { return b.pieces[n].char > char })
	if n == 0 {
		return b.Start
	}
	p := b.pieces[n-1]
	return p.offset + char - p.char
}

// Find returns the offset and the label of the first line that is a BEGIN line
// of the style, or -1.
func Find(data []byte, s Style) (offset int, label string) {
	word := []byte(s.left + "BEGIN ")
	for off := 0; ; off += len(word) {
		n := bytes.Index(data[off:], word)
		if n < 0 {
			return -1, ""
		}
		off += n
		if off > 0 && data[off-1] != '\n' {
			continue
		}
		line, _ := cutLine(data, off)
		if l, ok := s.label(line, "BEGIN "); ok {
			return off, l
		}
	}
}

func (s Style) label(line []byte, word string) (string, bool) {
	t := strings.TrimRight(string(line[:min(len(line), 120)]), " \t")
	t, ok := strings.CutPrefix(t, s.left+word)
	t, ok2 := strings.CutSuffix(t, s.right)
	return t, ok && ok2
}

// cutLine returns the line at off without its end, and the offset of the next.
func cutLine(data []byte, off int) (line []byte, next int) {
	rest := data[off:]
	i := bytes.IndexByte(rest, '\n')
	if i < 0 {
		return bytes.TrimSuffix(rest, []byte("\r")), len(data)
	}
	return bytes.TrimSuffix(rest[:i], []byte("\r")), off + i + 1
}

func fail(offset int, msg string, args ...any) error {
	return &wire.Error{Offset: offset, Err: fmt.Errorf(msg, args...)}
}

// Decode reads one block that starts at offset start of data. An END line of
// another label, a missing one, a foreign character and wrong padding are
// errors; line width, CR LF, blank lines, spaces at line ends and a missing
// last line end are not.
func Decode(data []byte, start int, s Style) (*Block, error) {
	line, off := cutLine(data, start)
	label, ok := s.label(line, "BEGIN ")
	if !ok {
		return nil, fail(start, "no line that reads %s", s.Begin("…"))
	}
	b := &Block{Label: label, Start: start}
	off, err := b.readHeaders(data, off)
	if err != nil {
		return nil, err
	}
	text, err := b.readBody(data, off, s)
	if err != nil {
		return nil, err
	}
	b.CRLF = bytes.Contains(data[start:b.End], []byte("\r\n"))
	b.Cut = !bytes.HasSuffix(data[start:b.End], []byte("\n"))
	return b, b.decode(text)
}

// maxHeaders bounds what a block of nothing else costs; real ones have a few.
const maxHeaders = 1000

func (b *Block) readHeaders(data []byte, off int) (int, error) {
	for off < len(data) {
		line, next := cutLine(data, off)
		name, value, ok := strings.Cut(string(line), ":")
		if !ok {
			return off, nil
		}
		if len(b.Headers) == maxHeaders {
			return 0, fail(off, "more than %d headers", maxHeaders)
		}
		h := Header{Name: strings.TrimRight(name, " \t"), Offset: off}
		folded := []byte(value)
		for bytes.HasSuffix(folded, []byte(`\`)) && next < len(data) {
			line, next = cutLine(data, next)
			folded = append(folded[:len(folded)-1], line...)
		}
		if bytes.HasSuffix(folded, []byte(`\`)) {
			return 0, fail(h.Offset, "the header %q is continued behind the end of the file", h.Name)
		}
		h.Value = strings.TrimLeft(string(folded), " \t")
		b.Headers = append(b.Headers, h)
		off = next
	}
	return off, nil
}

// readBody collects the base64 up to the END line.
func (b *Block) readBody(data []byte, off int, s Style) ([]byte, error) {
	size := bytes.Index(data[off:], []byte(s.left+"END "))
	text := make([]byte, 0, max(size, 0))
	for off < len(data) {
		line, next := cutLine(data, off)
		if label, ok := s.label(line, "END "); ok {
			if label != b.Label {
				return nil, fail(off, "the block begins with %q and ends with %q", b.Label, label)
			}
			b.End = next
			return text, nil
		}
		if bytes.HasPrefix(line, []byte("-")) {
			return nil, fail(off, "expected base64 or %q", s.End(b.Label))
		}
		line = bytes.TrimRight(line, " \t")
		if len(line) > 0 {
			b.pieces = append(b.pieces, piece{len(text), off})
			text = append(text, line...)
		}
		off = next
	}
	return nil, fail(len(data), "the line %q is missing: the end of the text is lost", s.End(b.Label))
}

var strict = base64.StdEncoding.Strict()

func (b *Block) decode(text []byte) error {
	if bytes.ContainsAny(text, "\r\n") { // the decoder would skip them
		i := bytes.IndexAny(text, "\r\n")
		return fail(b.charAt(i), "a stray carriage return in the base64")
	}
	b.Data = make([]byte, base64.StdEncoding.DecodedLen(len(text)))
	n, err := strict.Decode(b.Data, text)
	b.Data = b.Data[:n]
	var bad base64.CorruptInputError
	if !errors.As(err, &bad) {
		return err
	}
	i := int(bad)
	// The decoder blames the first character of a group that is not full.
	if i >= len(text) || i == len(text)&^3 && inAlphabet(text[i]) {
		return fail(b.charAt(len(text)), "the base64 stops in the middle: %d characters, which is no multiple of 4", len(text))
	}
	return fail(b.charAt(i), "%q is out of place in the base64", text[i])
}

func inAlphabet(c byte) bool {
	return 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '+' || c == '/'
}

// charAt is the offset in the text of the i-th base64 character.
func (b *Block) charAt(i int) int {
	n := sort.Search(len(b.pieces), func(n int) bool { return b.pieces[n].char > i })
	p := b.pieces[n-1]
	return p.offset + i - p.char
}

// Encode writes a block. Headers are full lines without line end; PEM wants an
// empty one behind them, which the caller gives.
func Encode(s Style, label string, headers []string, data []byte, width int) []byte {
	var out bytes.Buffer
	line := func(t string) { out.WriteString(t); out.WriteByte('\n') }
	line(s.Begin(label))
	for _, h := range headers {
		line(h)
	}
	out.Write(Wrap(data, width))
	line(s.End(label))
	return out.Bytes()
}

// Wrap is data in base64, in lines of width characters, each with a line end.
func Wrap(data []byte, width int) []byte {
	text := base64.StdEncoding.EncodeToString(data)
	out := make([]byte, 0, len(text)+len(text)/width+1)
	for len(text) > 0 {
		n := min(width, len(text))
		out = append(append(out, text[:n]...), '\n')
		text = text[n:]
	}
	return out
}
