package repair

import "bytes"

// An inner text was encoded as a whole.
type inner struct {
	text      *text
	at, end   int // where it stood
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

func unbase64(t *text) *inner {
	start := -1
	for _, mark := range innerMarks {
		if i := bytes.Index(t.b, []byte(mark)); i >= 0 && (start < 0 || i < start) {
			start = i
		}
	}
	if start < 0 {
		return nil
	}
	return unbase64At(t, 0, start)
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
	n, src := 0, 0
	for {
		c, step := r.next()
		if step == 0 || t.b[r.at] == '=' || c == 0 && nextField(t.b, r.at, step) {
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
	return &inner{out.copyOf(), start, r.at, "base64-twice", "what stands here was base64 once more"}
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
