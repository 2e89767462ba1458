package repair

import (
	"bytes"
	"encoding/base64"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/keyconv/keyconv/authkeys"
)

// An inner text was encoded as a whole.
type inner struct {
	text      *text
	at, end   int // where it stood
	code, msg string
}

// An unpacker goes through the texts inside of one that were encoded as a whole: base64
// of lines or of base64, or blobs in hexadecimal.
type unpacker struct {
	t     *text
	what  string // it looks for
	dumps *dumps
	marks []int // of base64 behind the first one
}

// first is the first such text that is whole; broken is where one stands in front of it
// that is not, negative for none. Below a dump only dumps are looked for.
func (u *unpacker) first() (in *inner, broken int) {
	u.dumps, u.what = dumpsOf(u.t), "hexadecimal"
	in, broken = u.dumps.next()
	if in != nil {
		return in, -1
	}
	const tries = 8 // each reads all of a text
	marks := marksBehind(u.t.b, 0)
	if len(marks) == 0 {
		return nil, broken
	}
	u.dumps, u.what = nil, "base64"
	for n, mark := range marks[:min(len(marks), tries)] {
		if in = unbase64At(u.t, 0, mark); in == nil {
			continue
		}
		if n == 0 {
			return in, -1
		}
		return in, marks[0]
	}
	return nil, marks[0]
}

// next is the one behind in, as first is.
func (u *unpacker) next(in *inner) (next *inner, broken int) {
	if u.dumps != nil {
		return u.dumps.next()
	}
	if u.marks == nil {
		u.marks = marksBehind(u.t.b, in.end)
	}
	for len(u.marks) > 0 && u.marks[0] < in.end {
		u.marks = u.marks[1:]
	}
	if len(u.marks) == 0 {
		return nil, -1
	}
	return unbase64At(u.t, in.end, u.marks[0]), u.marks[0]
}

// unbase64At takes the base64 that a mark stands in and that begins at low or behind.
func unbase64At(t *text, low, mark int) *inner {
	start := blockOf64(t.b[low:], mark-low)
	if start < 0 {
		return nil
	}
	start += low
	r := &reader{t: t, limit: len(t.b), at: start, chunks: []chunk{{at: start}}}
	out := &text{}
	var group [4]byte
	n, src, looks := 0, 0, 256
	for {
		c, step := r.next()
		if step == 0 || t.b[r.at] == '=' || c == 0 && (nextField(t.b, r.at, step) || endsEntry(out.b, group[:n], t.b, r.at, r.at+step, &looks)) {
			break
		}
		if c != 0 {
			if n == 0 {
				src = t.src(r.at)
			}
			group[n] = c
			n++
		}
		r.at += step
		if n == 4 {
			out.addAll(string(decodeLoose(group[:])), src)
			n = 0
		}
	}
	if n > 1 {
		out.addAll(tailBytes(group[:n]), src)
	}
	decoded := out.copyOf()
	if beginsInside(t.b, start, decoded.b) {
		return nil
	}
	return &inner{decoded, start, r.at, "base64-twice", "what stands here was base64 once more"}
}

// endsEntry reports whether base64 without padding ends at i: out, which it encodes, and
// the group that is not full end with an entry, and what follows at next encodes no text
// that would go on with it. A line of a usual width goes on. looks is how often out may be
// read yet.
func endsEntry(out, group, b []byte, i, next int, looks *int) bool {
	end := next
	for end < len(b) && isBase64(b[end]) {
		end++
	}
	chars := slices.Concat(group, b[next:end])
	full, usual := len(chars)&^3, slices.Contains(widths64, i-firstOf64(b, i))
	word := full < len(chars) && b[min(end, len(b)-1)] != '=' && plainWord.Match(b[next:end]) &&
		!(usual && end-next < 4 && len(bytes.TrimSpace(b[end:lineEnd(b, end)])) == 0) // the rest of it, alone on its line
	more := append(decodeLoose(chars[:full]), tailBytes(chars[full:])...)
	control := bytes.ContainsFunc(more, func(r rune) bool { return unicode.IsControl(r) && !strings.ContainsRune("\t\r\n", r) })
	if !word && (usual || utf8.Valid(more) && !control) || *looks == 0 {
		return false
	}
	*looks--
	const longest = 1 << 14 // that is looked at each time
	line := out[max(0, len(out)-longest):]
	line = bytes.Clone(line[bytes.LastIndexByte(line, '\n')+1:])
	if _, err := authkeys.ParseLine(append(line, tailBytes(group)...)); err != nil || len(group) == 1 {
		return false
	}
	return word || control || !utf8.Valid(append(line, more...)) // a character may be broken in two
}

// widths64 are those of lines that programs break base64 into: Ruby's pack, PEM, RFC 4716,
// MIME.
var widths64 = []int{60, 64, 72, 76}

// blockOf64 is where the base64 begins that a mark stands in: what stands in front of
// a key is options, or a # sign. Negative where what is there is not whole.
func blockOf64(b []byte, mark int) int {
	start := firstOf64(b, mark)
	if mark-start == 1 && strings.IndexByte("iaoIAO", b[start]) >= 0 && len(bytes.TrimSpace(b[lineStart(b, 0, start):start])) == 0 {
		start = mark // behind a letter for vi
	}
	chars, words := mark-start, 0
	for from := start; ; {
		end := pieceEnd(b[:from])
		next := firstOf64(b, end)
		if next == end {
			break
		}
		words += end - next
		if end-next >= 16 || words%4 == 0 && (bytes.IndexByte(b[end:from], '\n') >= 0 || encodesText(b[next:end])) {
			start, chars, words = next, chars+words, 0
		}
		from = next
	}
	if chars%4 != 0 {
		return -1
	}
	return start
}

// firstOf64 is where the piece of base64 begins that ends at end.
func firstOf64(b []byte, end int) int {
	for end > 0 && isBase64(b[end-1]) {
		end--
	}
	return end
}

// pieceEnd is where the text ends that b goes on, which was broken into lines.
func pieceEnd(b []byte) int {
	const marks = " \t\n\"'`\\,>|"
	b = bytes.TrimRight(b, marks)
	if plus, ok := bytes.CutSuffix(b, []byte("+")); ok { // behind a quote it is the one of a program
		if quote := bytes.TrimRight(plus, " \t"); bytes.HasSuffix(quote, []byte(`"`)) {
			b = bytes.TrimRight(quote, marks)
		}
	}
	return len(b)
}

// innerMarks are the base64 of "ssh-", "AAAA", "ecdsa-", "sk-", a BOM, UTF-16,
// of options that often come first, and of blobs behind other options.
var innerMarks = append([]string{"c3NoL", "QUFBQU", "ZWNkc2", "c2stc3", "c2stZW", "77u/c3", "cwBzAGgA", "//5zAH", "UFVBQU", "IyBzc2", "bm8tc", "cmVzdH", "Y29tbW", "LS0tLS", "ZnJvbT"},
	blobMarks()...)

// blobMarks are the whole groups of four that the base64 of a blob's base64 begins
// with where it does not begin a group itself: one and two of its characters are in
// the group in front.
func blobMarks() (list []string) {
	for _, k := range keyTypes {
		for front := 1; front <= 2; front++ {
			mark := base64.RawStdEncoding.EncodeToString([]byte(k.head[front : front+6]))
			if !slices.Contains(list, mark) {
				list = append(list, mark)
			}
		}
	}
	return list
}

// marksInner reports whether a line holds such a mark in more base64 than a word is.
func marksInner(line []byte) bool {
	const word = 32
	return slices.ContainsFunc(innerMarks, func(m string) bool {
		i := bytes.Index(line, []byte(m))
		end := i
		for i >= 0 && end < len(line) && isBase64(line[end]) {
			end++
		}
		return i >= 0 && end-firstOf64(line, i) >= word
	})
}

// tailBytes is what a group that is not full encodes.
func tailBytes(chars []byte) string {
	pad := append(bytes.Clone(chars), "AA"...)[:4]
	return string(decodeLoose(pad)[:len(chars)*6/8])
}

// copyOf undoes the character damage of decoded text, such as UTF-16 inside.
func (t *text) copyOf() *text {
	var n notes
	return characters(charset(t, &n), &n)
}
