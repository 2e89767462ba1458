package repair

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"github.com/keyconv/keyconv/internal/lazyre"
)

// A crossing is what stands between two pieces of a blob, as a set.
type crossing uint8

const (
	overSpace crossing = 1 << iota
	overLine
	overJunk  // quotes, quote marks, backslashes at the ends of lines
	overBlank // an empty line
	overPlus  // a space that stands for a plus sign
	overQuote // a quote that opens directly in front of the next piece
)

// edge are signs that people and programs put at the ends and starts of lines.
const edge = " \t\\\"'`,;+$>|~=()[]{}<^*:."

// cross returns how many bytes at i can stand between two pieces of base64:
// white space, and around a line end the signs of edge. n is 0 where something
// else stands there.
func cross(b []byte, i int) (n int, over crossing) {
	j := i
	for ; j < len(b); j++ {
		switch c := b[j]; {
		case c == '\n':
			if over&overLine != 0 && b[j-1] == '\n' {
				over |= overBlank
			}
			over |= overLine
		case c == ' ' || c == '\t':
			over |= overSpace
		case isBase64(c) && (c != '+' || !operator(b, j)):
			return crossed(b, i, j, over)
		case c == '-' && over&overLine != 0 && j+1 < len(b) && b[j+1] == ' ':
			over |= overJunk
		case (c == '-' || c == '_') && (over&overLine != 0 || over == overSpace) && j+1 < len(b) && (isBase64(b[j+1]) || b[j+1] == '\n'):
			return crossed(b, i, j, over)
		case bytes.IndexByte([]byte(edge), c) < 0, c == '\\' && tornEscape(b[j:]):
			return 0, 0
		default:
			over |= overJunk
		}
	}
	return 0, 0
}

// operator reports whether a plus sign is one of a program, "a" + "b": a quote
// stands next to it, with white space between.
func operator(b []byte, j int) bool {
	before, behind := bytes.TrimRight(b[max(0, j-8):j], " \t\n"), bytes.TrimLeft(b[j+1:min(len(b), j+9)], " \t\n")
	opened := len(behind) > 0 && isQuote(behind[0])
	closed := len(before) > 0 && isQuote(before[len(before)-1])
	return opened || closed && (j+1 == len(b) || b[j+1] == ' ' || b[j+1] == '\n')
}

func isQuote(c byte) bool { return c == '"' || c == '\'' || c == '`' }

// tornEscape reports whether b begins with an escape that white space fell into.
func tornEscape(b []byte) bool {
	return tornHere.Match(b[:min(len(b), 256)])
}

// crossed decides at the first character behind the gap.
func crossed(b []byte, i, j int, over crossing) (int, crossing) {
	if over&overLine == 0 && over&overJunk != 0 || j > i && b[j-1] == '\\' && strings.IndexByte("nrtux", b[j]) >= 0 {
		return 0, 0
	}
	if over&overLine != 0 {
		over &^= overSpace
		if isQuote(b[j-1]) {
			over |= overQuote
		}
		if beginsOther(b[j:]) {
			return 0, 0
		}
	}
	return j - i, over
}

// otherLine matches a line that is no piece of base64: a type, a header, a
// marker.
var otherLine = lazyre.New(`^(?:ssh-|ecdsa-|sk-|[A-Za-z-]{2,20}::?[ \t\n]|END[ \t]|EO[FTL][ \t]*(?:\n|$))`)

func beginsOther(b []byte) bool { return otherLine.Match(b[:min(len(b), 32)]) }

// name matches what people write: a name, a number, initials. Base64 of some
// length does not look like it. word matches also what more of base64 looks like:
// a name with an initial (jSmith), a model (T480s, X1Carbon, ec2user).
var (
	name = words(oneName)
	word = words(oneName + `|[A-Za-z][A-Z][a-z]{2,}|[a-z][A-Z]|[A-Z][0-9]{2,4}[a-z]|(?:[A-Z]|[a-z]{2,4})[0-9](?:[A-Z][a-z]{2,}|[a-z]{3,})`)
)

const oneName = `[A-Z]?[a-z]{2,}(?:[A-Z][a-z]{2,})*[0-9]{0,4}|[A-Z]+[0-9]*|[0-9]+|[A-Z]?[a-z][0-9]*`

func words(one string) *lazyre.Regexp {
	return lazyre.New(`^(?:` + one + `)(?:[/_-]+(?:` + one + `))*[/_-]*$`)
}

// namelike is for what must be a word, wordlike for what may be one.
func namelike(b []byte) bool { return name.Match(b) }
func wordlike(b []byte) bool { return word.Match(b) }

// mixed reports whether b has capitals, small letters and digits or signs, as
// random base64 does.
func mixed(b []byte) bool {
	return bytes.IndexFunc(b, func(r rune) bool { return 'A' <= r && r <= 'Z' }) >= 0 &&
		bytes.IndexFunc(b, func(r rune) bool { return 'a' <= r && r <= 'z' }) >= 0 &&
		bytes.IndexFunc(b, func(r rune) bool { return r < 'A' }) >= 0
}

// inWord matches what goes on with the word in front of it, as in key,options and dave_keys.
var inWord = lazyre.New(`^[,;:._-][A-Za-z]`)

// credible reports whether the pieces of a blob are its own and no words of a
// comment behind a blob that was cut short.
func credible(b []byte, chunks []chunk) bool {
	last := chunks[len(chunks)-1]
	end := b[last.at : last.at+last.n]
	behind := b[last.at+last.n : lineEnd(b, last.at+last.n)]
	bare := len(bytes.TrimLeft(behind, " \t\"'`,;\\")) == 0 // it may be the comment
	short := last.n <= 4 && !inWord.Match(behind)
	switch {
	case evenLines(chunks):
		return short || !namelike(end)
	case oneBreak(b, chunks):
		return !namelike(end) || short && !bare
	case len(chunks) == 2 && last.over&overLine == 0 && last.n < 16 && bare && !mixed(end):
		return false
	}
	if last.over == overPlus && len(bytes.TrimLeft(b[last.at:last.at+last.n], " ")) == 0 {
		return false
	}
	// A piece that is surely random was not the comment: what is in front of
	// it belongs to the blob too.
	doubt := false
	for i := len(chunks) - 1; i > 0; i-- {
		c := chunks[i]
		piece := bytes.TrimLeft(b[c.at:c.at+c.n], " ")
		switch {
		case len(piece) >= 16 && mixed(piece) && !wordlike(piece):
			return c.over == overPlus || !doubt
		case c.over == overPlus:
			doubt = doubt || wordlike(piece)
		case c.over&overQuote == 0 && wordlike(piece):
			return false
		}
	}
	return !doubt
}

// evenLines reports whether the pieces are the lines of wrapped text: at least
// two of the same width, a shorter last one, and perhaps a shorter first one
// behind the type.
func evenLines(chunks []chunk) bool {
	if len(chunks) < 3 || len(chunks) == 3 && chunks[0].n != chunks[1].n {
		return false
	}
	width := chunks[1].n
	for i, c := range chunks[1:] {
		switch {
		case c.over == overPlus || c.over&overLine == 0 && width > 1:
			return false
		case i < len(chunks)-2 && c.n != width, c.n > width:
			return false
		}
	}
	return chunks[0].n <= width
}

// evenSpaces reports whether the pieces are those of lines of one width whose ends became
// spaces: then a line end is none of the key's.
func evenSpaces(chunks []chunk) bool {
	return len(chunks) > 3 && chunks[1].n >= 32 && evenWidths(chunks) &&
		!slices.ContainsFunc(chunks[1:], func(c chunk) bool { return c.over != overSpace })
}

// evenWidths reports whether there are three pieces or more, of one width but for the
// first and the last, which may be shorter.
func evenWidths(chunks []chunk) bool {
	if len(chunks) < 3 {
		return false
	}
	width := chunks[1].n
	for i, c := range chunks {
		if c.n > width || c.n < width && i > 0 && i < len(chunks)-1 {
			return false
		}
	}
	return true
}

// oneBreak reports whether there are two pieces, and the line of the first is
// as long as programs make lines.
func oneBreak(b []byte, chunks []chunk) bool {
	if len(chunks) != 2 || chunks[1].over&overLine == 0 {
		return false
	}
	first, last := chunks[0], chunks[1]
	line := first.at + first.n - lineStart(b, max(0, first.at-256), first.at)
	return last.n < first.n && (slices.Contains(usualWidths, line) || slices.Contains(usualWidths, first.n))
}

// fullLines is how many lines of 64 characters, as a PPK has them, but for a shorter last
// one, the pieces come from, which were broken once more; 0 where they do not come out
// even, or the last line is in pieces itself.
func fullLines(chunks []chunk) (lines int) {
	const width = 64
	left := 0 // of the line
	for i, c := range chunks {
		switch {
		case i > 0 && (c.over == overPlus || c.over&overLine == 0), left > 0 && i == len(chunks)-1, left > 0 && c.n > left, c.n > width:
			return 0
		case left > 0:
			left -= c.n
		default:
			lines++
			left = width - c.n
		}
	}
	return lines
}

// usualWidths are those of RFC 4716 writers, PEM, mail programs and terminals.
var usualWidths = []int{64, 65, 70, 72, 76, 79, 80}

// numbered matches the line numbers of less -N, cat -n, grep -n and the like.
var numbered = lazyre.New(`(?m)^[ \t]*([0-9]{1,6})(?:[:.|)]?[ \t]|[:|])`)

// stripNumbers takes line numbers off where every line has one and they rise.
func stripNumbers(t *text) (*text, bool) {
	out, last, lines := &text{}, 0, 0
	for i := 0; i < len(t.b); {
		end := lineEnd(t.b, i)
		if text := bytes.TrimSpace(t.b[i:end]); len(text) > 0 {
			if text[0] < '0' || text[0] > '9' {
				return t, false
			}
			m := numbered.FindSubmatchIndex(t.b[i:end])
			if m == nil || m[0] != 0 {
				return t, false
			}
			n, _ := strconv.Atoi(string(t.b[i+m[2] : i+m[3]]))
			if n <= last && lines > 0 {
				return t, false
			}
			last, lines = n, lines+1
			i += m[1]
		}
		end = min(end+1, len(t.b))
		out.copy(t, i, end)
		i = end
	}
	return out, lines > 0
}

// stripPlus takes off the plus signs of a diff where every line has one.
func stripPlus(t *text) (*text, bool) {
	out, signs := &text{}, 0
	for i := 0; i < len(t.b); {
		end := lineEnd(t.b, i)
		line := t.b[i:end]
		switch {
		case bytes.HasPrefix(line, []byte("+++ ")), bytes.HasPrefix(line, []byte("@@")), len(bytes.TrimSpace(line)) == 0:
		case line[0] == '+':
			i, signs = i+1, signs+1
		default:
			return t, false
		}
		end = min(end+1, len(t.b))
		out.copy(t, i, end)
		i = end
	}
	return out, signs > 0
}

func lineEnd(b []byte, i int) int {
	if n := bytes.IndexByte(b[i:], '\n'); n >= 0 {
		return i + n
	}
	return len(b)
}
