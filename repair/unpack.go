package repair

import (
	"bytes"
	"strings"
)

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
	start = blockOf64(t.b, start)
	r := &reader{t: t, limit: len(t.b), at: start, chunks: []chunk{{at: start}}}
	out := &text{}
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
	return &inner{out.copyOf(), start, "base64-twice", "the whole text was base64 once more"}
}

// blockOf64 is the first whole group of the base64 that a mark stands in: what
// stands in front of a key is options, or a # sign.
func blockOf64(b []byte, mark int) int {
	start, n := mark, 0
	for i := mark; i > 0; {
		i--
		if c := b[i]; isBase64(c) {
			if n++; n%4 == 0 {
				start = i
			}
		} else if strings.IndexByte(" \t\n", c) < 0 {
			break
		}
	}
	return start
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
