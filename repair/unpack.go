package repair

import "bytes"

// An inner text was encoded as a whole.
type inner struct {
	text      *text
	at        int
	code, msg string
}

// unpack looks for text that was encoded as a whole: base64 of lines or of
// base64, or a blob in hexadecimal.
func unpack(t *text) *inner {
	if in := unhex(t); in != nil {
		return in
	}
	return unbase64(t)
}

// unbase64 decodes each piece of base64 that has a mark in it.
func unbase64(t *text) *inner {
	out, first, marks := &text{}, -1, newMarkFinder(t.b)
	for end := 0; ; {
		mark := marks.from(end)
		if mark < 0 {
			break
		}
		start := blockOf64(t.b, mark)
		if start < end {
			return nil // it is not whole, or not parted from the one above
		}
		if first < 0 {
			first = start
		} else {
			out.addAll("\n", t.src(start))
		}
		end = decode64(out, t, start)
	}
	if first < 0 {
		return nil
	}
	return &inner{out.copyOf(), first, "base64-twice", "what stands here was base64 once more"}
}

// A markFinder finds innerMarks one after the other.
type markFinder struct {
	b    []byte
	next []int // where each mark stands next; len(b) for nowhere
}

func newMarkFinder(b []byte) *markFinder {
	m := &markFinder{b, make([]int, len(innerMarks))}
	for i := range m.next {
		m.next[i] = -1
	}
	return m
}

// from is where the first mark stands that is not in front of a place; negative for
// nowhere.
func (m *markFinder) from(at int) int {
	first := len(m.b)
	for i, mark := range innerMarks {
		if m.next[i] < at {
			m.next[i] = len(m.b)
			if n := bytes.Index(m.b[at:], []byte(mark)); n >= 0 {
				m.next[i] = at + n
			}
		}
		first = min(first, m.next[i])
	}
	if first == len(m.b) {
		return -1
	}
	return first
}

// decode64 adds what the base64 from start on holds, and returns where it ends.
func decode64(out, t *text, start int) (end int) {
	r := &reader{t: t, limit: len(t.b), at: start, chunks: []chunk{{at: start}}}
	var group [4]byte
	n, src := 0, 0
	for {
		c, step := r.next()
		if step == 0 || t.b[r.at] == '=' {
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
	return r.at
}

// blockOf64 is where the base64 begins that a mark stands in: what stands in front of
// a key is options, or a # sign. Negative where what is there is not whole.
func blockOf64(b []byte, mark int) int {
	start := firstOf64(b, mark)
	if mark-start < 4 {
		start = mark // behind a letter for an editor
	}
	chars, words := mark-start, 0
	for from := start; ; {
		end := pieceEnd(b[:from])
		next := firstOf64(b, end)
		if next == end {
			break
		}
		words += end - next
		if end-next >= 16 || words%4 == 0 && bytes.IndexByte(b[end:from], '\n') >= 0 {
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
// and of options that often come first.
var innerMarks = []string{"c3NoL", "QUFBQU", "ZWNkc2", "c2stc3", "c2stZW", "77u/c3", "cwBzAGgA", "//5zAH", "UFVBQU", "IyBzc2", "bm8tc", "cmVzdH", "Y29tbW", "LS0tLS", "ZnJvbT"}

func tailBytes(chars []byte) string {
	pad := append(bytes.Clone(chars), "AA"...)[:4]
	return string(decodeLoose(pad)[:len(chars)*6/8])
}

// copyOf undoes the character damage of decoded text, such as UTF-16 inside.
func (t *text) copyOf() *text {
	var n notes
	return characters(charset(t, &n), &n)
}
