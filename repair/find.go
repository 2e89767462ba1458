package repair

import "bytes"

// find returns the candidates of a text, in order. A blob is found by the end
// of its constant head, so that the loss of the first characters, line breaks
// and spaces inside do not hide it.
func find(t *text) []candidate {
	f := finder{s: strip(t.b)}
	place := ruler{b: t.b}
	var list []candidate
	for from := 0; ; {
		end := f.next(from)
		if end < 0 {
			return list
		}
		c := bestHead(f.s, end, from)
		if c.name != "" {
			c.start = place.of(c.start)
			c.typed = c.start
			list = append(list, c)
		}
		from = end
	}
}

// strip keeps letters and digits.
func strip(b []byte) []byte {
	skeleton := make([]byte, 0, len(b))
	for i := 0; i < len(b); i++ {
		from := i
		for i < len(b) && isAlnum(b[i]) {
			i++
		}
		skeleton = append(skeleton, b[from:i]...)
	}
	return skeleton
}

// A ruler tells where letters and digits stood, in rising order.
type ruler struct {
	b []byte
	i int // n of them stand in front of b[i]
	n int
}

// of is the place of the n-th, counted from 0.
func (r *ruler) of(n int) int {
	for ; r.n < n || !isAlnum(r.b[r.i]); r.i++ {
		if isAlnum(r.b[r.i]) {
			r.n++
		}
	}
	return r.i
}

// A finder looks for all anchors at once. It keeps where the next one of each
// type is, so that no byte is looked at twice for the same type.
type finder struct {
	s    []byte
	ends [16]int // behind the next anchor of each type, of which there are fewer; 0 is not looked for yet
}

// next is the end of the first anchor that begins at or behind from, or -1.
func (f *finder) next(from int) int {
	first := -1
	for n, k := range keyTypes {
		if e := f.ends[n]; e >= 0 && e-len(k.anchor) < from {
			f.ends[n] = -1
			if i := bytes.Index(f.s[from:], []byte(k.anchor)); i >= 0 {
				f.ends[n] = from + i + len(k.anchor)
			}
		}
		if e := f.ends[n]; e >= 0 && (first < 0 || e < first) {
			first = e
		}
	}
	return first
}

// bestHead is the type of which the longest part of the head stands before
// end; none where two are alike.
func bestHead(s []byte, end, from int) (best candidate) {
	most := 0
	for _, k := range keyTypes {
		n := 0
		for n < len(k.head) && end-n-1 >= from && s[end-n-1] == k.head[len(k.head)-n-1] {
			n++
		}
		switch {
		case n < len(k.anchor):
		case n > most:
			best, most = candidate{keyType: k, start: end - n, lost: len(k.head) - n}, n
		case n == most:
			best = candidate{}
		}
	}
	return best
}
