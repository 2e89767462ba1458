package repair

import (
	"bytes"
	"iter"
	"slices"
	"strings"

	"github.com/keyconv/keyconv/internal/lazyre"
)

// One of 16 blobs of the length of an Ed25519 key can be one, so one character too
// many in front and one too few behind give another key that nothing else shows.
// What follows looks for where that may have happened.

// A seam is what was crossed in front of a piece.
type seam struct {
	crossing
	from, to int
	behind   []byte // the characters behind it
}

func (r *reader) seams() iter.Seq[seam] {
	return func(yield func(seam) bool) {
		end, chars := r.c.start+r.chunks[0].n, r.chars[r.c.lost+r.chunks[0].n:]
		for _, c := range r.chunks[1:] {
			if c.n > 0 && !yield(seam{c.over, end, c.at, chars}) {
				return
			}
			end, chars = c.at+c.n, chars[c.n:]
		}
	}
}

// doubtful reports whether a character may have been taken that is none of the
// blob: a space for a plus sign, or what is left of an escape that a break tore
// from its backslash or its equal sign.
func (r *reader) doubtful() bool {
	b := r.t.b
	for s := range r.seams() {
		crossed := b[s.from:s.to]
		switch {
		case s.crossing == overPlus,
			bytes.IndexByte(crossed, '=') >= 0 && hexDigits.Match(s.behind),
			(bytes.IndexByte(crossed, '\\') >= 0 || !r.t.even(s.from, s.to+1)) && letters.Match(s.behind) && !r.alike(s):
			return true
		}
	}
	return false
}

// alike reports whether a seam is the same, also in the text as it was given, as the first
// one behind which no rest of an escape can stand: a backslash that is left of a torn
// escape would make it longer, and what stands between longer or shorter than the others.
func (r *reader) alike(s seam) bool {
	if !evenWidths(r.chunks) {
		return false
	}
	given := func(s seam) int { return r.t.src(s.to) - r.t.src(s.from) }
	for o := range r.seams() {
		if !letters.Match(o.behind) {
			return given(o) == given(s) && bytes.Equal(r.t.b[o.from:o.to], r.t.b[s.from:s.to])
		}
	}
	return false
}

// What is left of escapes: of quoted-printable, of all with a backslash, and of
// those that a key could hold (JSON's, of an ASCII sign).
var (
	hexDigits = lazyre.New(`^[2-7][0-9A-F]`)
	letters   = lazyre.New(`^(?:[nrt]|u00|x[2-7][0-9A-Fa-f])`)
	hexEscape = lazyre.New(`^u00[2-7][0-9A-Fa-f]`)
)

// trailingPlus reports whether spaces that were crossed could be plus signs, too:
// at the end of a line of it, in a wide gap, or in front of a line that stands
// further in than the others; or whether more of them stand behind it than a
// comment needs, or something that was a space only once it was decoded.
func (r *reader) trailingPlus() bool {
	indent := -1
	for s := range r.seams() {
		crossed := r.t.b[s.from:s.to]
		switch {
		case s.crossing&overSpace != 0, s.crossing&overLine != 0 && crossed[0] == ' ':
			return true
		case s.crossing&overLine == 0:
		case indent >= 0 && margin(crossed) != indent:
			return true
		default:
			indent = margin(crossed)
		}
	}
	rest := r.t.b[r.at:r.limit]
	if len(rest) > 1 && !isQuote(rest[0]) && r.t.src(r.at+1)-r.t.src(r.at) > 2 {
		return true // a longer escape, or a torn one
	}
	return len(rest) > 0 && rest[0] == ' ' && (len(rest) == 1 || rest[1] == ' ' || rest[1] == '\n')
}

// foreign reports whether characters surely stand in it that are none of its
// own: the sign of a diff or a web form, or the digits of \u002b.
func (r *reader) foreign() bool {
	b := r.t.b
	for s := range r.seams() {
		if hexEscape.Match(s.behind) && (bytes.IndexByte(b[s.from:s.to], '\\') >= 0 || !r.t.even(s.from, s.to+1)) {
			return true
		}
	}
	if r.form() && bytes.IndexByte(b[r.c.start:r.at], '+') >= 0 {
		return true
	}
	if b[lineStart(b, max(0, r.c.start-256), r.c.start)] != '+' {
		return false
	}
	for i := r.c.start + 1; i < r.at; i++ {
		if b[i] == '+' && (b[i-1] == '\n' || !r.t.even(i-1, i+1)) {
			return true
		}
	}
	return false
}

// form reports whether the type in front of it ends with a plus sign for a space,
// as a web form joins them.
func (r *reader) form() bool {
	b, i := r.t.b, r.c.start
	return i > 1 && b[i-1] == '+' && isAlnum(b[i-2])
}

// filled reports whether its last piece is as long as the one before, or the
// only one.
func (r *reader) filled() bool {
	k := len(r.chunks)
	return k == 1 || r.chunks[k-1].n == r.chunks[k-2].n
}

// wrapped reports whether a line that is as long as programs make them, or a
// program's text, ends with the blob, and what may be more of it begins the next
// one: an Ed25519 key and its type are 80 characters, as wide as a terminal.
func (r *reader) wrapped() bool {
	b := r.t.b
	gap, word, rest := r.behind()
	another := len(rest) > 1 && rest[0] == ' ' && isAlnum(rest[1]) // word: the first is rarely a name such as homeNAS, then
	random := len(word) > 3 && !wordlike(word) && (another || mixed(word))
	if len(word) == 0 || len(word) > 3 && !random || len(rest) > 0 && !boundary(rest) || bytes.IndexByte(gap, '\n') < 0 || beginsOther(b[r.at+len(gap):]) {
		return false
	}
	line := b[lineStart(b, max(0, r.at-256), r.at):r.at]
	bare := bytes.TrimLeft(line, edge)
	full := slices.Contains(usualWidths, len(line)) || slices.Contains(usualWidths, len(bare))
	margin := line[:len(line)-len(bare)] // such as the mark of a quoted mail
	switch {
	case full && gap[0] == '\n' && bytes.Equal(gap[1:], bytes.TrimRight(margin, "+")), gap[0] == '\\' && gap[len(gap)-1] == '\n':
		return true
	}
	quoted := isQuote(gap[0]) && isQuote(gap[len(gap)-1])
	return quoted && !memberName.Match(rest)
}

// memberName matches what stands behind the name of a member of JSON.
var memberName = lazyre.New(`^["'][ \t]*:`)

// goesOn reports whether a word of base64 begins the next line behind the blob:
// the end of it, if a character before was none of its own. A word that stands
// further in than the pieces of the blob has a space in front of it.
func (r *reader) goesOn() bool {
	gap, word, rest := r.behind()
	switch {
	case len(word) == 0:
		return false
	case len(bytes.Trim(gap, " \t")) > 0:
		return margin(gap) <= r.margin()
	}
	return bytes.HasPrefix(bytes.TrimLeft(rest, " \t\n"), []byte("---"))
}

// behind parts what stands behind it: what can be crossed, a word of base64, and
// the rest.
func (r *reader) behind() (gap, word, rest []byte) {
	b := r.t.b[r.at:min(r.limit, r.at+256)]
	n := len(b) - len(bytes.TrimLeft(b, strings.ReplaceAll(edge, "+", "")+"\n"))
	w := n
	for w < len(b) && isBase64(b[w]) {
		w++
	}
	return b[:n], b[n:w], b[w:]
}

// margin is how much stands in front of the last piece on its line.
func (r *reader) margin() int {
	last := r.chunks[len(r.chunks)-1]
	return margin(r.t.b[r.c.start:last.at])
}

func margin(gap []byte) int { return len(gap) - 1 - bytes.LastIndexByte(gap, '\n') }
