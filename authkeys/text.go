package authkeys

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/keyconv/keyconv/internal/wire"
	"github.com/keyconv/keyconv/sshkey"
)

// An origin is where a line stands in its file.
type origin struct{ number, offset int }

// pos is the place of byte i of the line. sshd's lines end with LF only, so a
// lone CR is a column like any other.
func (o origin) pos(i int) sshkey.Pos {
	return sshkey.Pos{Offset: o.offset + i, Line: o.number, Column: i + 1}
}

// locate gives an error its place.
func (o origin) locate(err error) error {
	at := 0
	var w *wire.Error
	if errors.As(err, &w) {
		at = w.Offset
	}
	return &sshkey.SyntaxError{Format: Name, Pos: o.pos(at), Err: err}
}

// fail is an error at an offset of the line.
func fail(offset int, msg string, args ...any) error {
	return &wire.Error{Offset: offset, Err: fmt.Errorf(msg, args...)}
}

// rawLines gives lines with Number, Offset and Text only.
func rawLines(data []byte) iter.Seq[Line] {
	return func(yield func(Line) bool) {
		for number, off := 1, 0; off < len(data); number++ {
			end := len(data)
			if i := bytes.IndexByte(data[off:], '\n'); i >= 0 {
				end = off + i + 1
			}
			if !yield(Line{Number: number, Offset: off, Text: trimEnd(data[off:end])}) {
				return
			}
			off = end
		}
	}
}

// trimEnd takes the line end off; who appends to what is left gets a copy, and does
// not write into the next line.
func trimEnd(text []byte) []byte {
	return slices.Clip(bytes.TrimSuffix(bytes.TrimSuffix(text, []byte("\n")), []byte("\r")))
}

// kindOf is Blank, Comment or, before an entry has been read in it, Bad.
func kindOf(text []byte) Kind {
	text = bytes.TrimLeft(text, white)
	switch {
	case len(text) == 0:
		return Blank
	case text[0] == '#':
		return Comment
	}
	return Bad
}

// white is what separates the fields; nothing else does.
const white = " \t"

func skipWhite(line string, at int) int {
	for at < len(line) && isWhite(line[at]) {
		at++
	}
	return at
}

func isWhite(c byte) bool { return c == ' ' || c == '\t' }

// cutWord parts the first word from what follows it and its white space.
func cutWord(text string) (word, rest string) {
	n := wordLen(text)
	return text[:n], text[skipWhite(text, n):]
}

func wordLen(text string) int {
	if n := strings.IndexByte(text, ' '); n >= 0 {
		text = text[:n]
	}
	if n := strings.IndexByte(text, '\t'); n >= 0 {
		return n
	}
	return len(text)
}

// clip shortens foreign text for a message.
func clip(s string) string { return s[:min(len(s), 40)] }

// secretAt is where in a word stands what may be a piece of a private key that
// somebody pasted, a word that is all base64, of some length or with letters as chance
// makes them, or a long run of it; -1 for nowhere.
func secretAt(word string) int {
	const shortestMixed, shortestWord, shortestRun = 8, 20, 32
	start, base64 := 0, true // of the run
	for i := range len(word) {
		switch c := word[i]; {
		case isBase64(c) || c == '=':
		case c == '-' || c == '_':
			base64 = false
		default:
			start, base64 = i+1, false
		}
		if i-start+1 >= shortestRun {
			return start
		}
	}
	if base64 && (len(word) >= shortestWord || len(word) >= shortestMixed && mixed(word)) {
		return 0
	}
	return -1
}

// mixed reports whether a word has capitals and small letters as chance makes them, not as
// names do: Anna, myKey2.
func mixed(word string) bool {
	word = strings.TrimRight(word, "0123456789=")
	capital, small, changes := false, false, 0
	for i := range len(word) {
		switch c := word[i]; {
		case c >= 'A' && c <= 'Z':
			capital = true
			if i > 0 && (word[i-1] < 'a' || word[i-1] > 'z') {
				changes++ // XY, 1X: no name's
			}
		case c >= 'a' && c <= 'z':
			small = true
		default:
			changes++
		}
	}
	return capital && small && changes > 0
}

// shown is a word of a line for a message, in quotes and without what may be
// a piece of a key.
func shown(word string) string {
	switch at := secretAt(word); at {
	case -1:
		return strconv.Quote(clip(word))
	case 0:
		return fmt.Sprintf("what looks like base64 (%d characters)", len(word))
	default:
		return strconv.Quote(clip(word[:at]) + "…")
	}
}

const closeQuote = "write the closing quote behind the value, in front of the key type"

// openQuote is the error for a quote without an end, at that quote.
func openQuote(line string, at int) error {
	open := at
	for quoted := false; at < len(line); at++ {
		switch {
		case strings.HasPrefix(line[at:], `\"`):
			at++
		case line[at] == '"':
			if quoted = !quoted; quoted {
				open = at
			}
		}
	}
	item := line[strings.LastIndexAny(line[:open], ", \t")+1 : open]
	if name, value, _ := strings.Cut(item, "="); value != "" && value[0] != '"' {
		return sshkey.WithHint(fail(open-len(value), "the start quote is missing: the value of %q must stand in \"...\"", name), fmt.Sprintf("put all of the value in quotes: %s=\"...\"", name))
	}
	return sshkey.WithHint(fail(open, "the end quote is missing"), closeQuote)
}
