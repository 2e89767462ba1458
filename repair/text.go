package repair

import "sort"

// A text is bytes that know where they came from: every byte has the offset in
// the input of what it was made of. All rewriting layers go from text to text,
// so that a finding points into what the user pasted.
type text struct {
	b    []byte
	runs []run
}

// A run is bytes of a text that came from evenly spaced places: text byte
// at+i from offset src+i*step. Plain text is one run.
type run struct{ at, src, step int }

// plain is input that nothing has been done to yet; its first byte stands at
// offset src.
func plain(b []byte, src int) *text { return &text{b, []run{{0, src, 1}}} }

// add appends a byte that was made of what stands at src.
func (t *text) add(c byte, src int) {
	t.mark(src)
	t.b = append(t.b, c)
}

// mark says that the next byte comes from src.
func (t *text) mark(src int) {
	if n := len(t.runs); n > 0 {
		last := &t.runs[n-1]
		i := len(t.b) - last.at
		if i == 1 && src > last.src && src-last.src <= 2 {
			last.step = src - last.src
		}
		if src == last.src+i*last.step {
			return
		}
	}
	t.runs = append(t.runs, run{len(t.b), src, 1})
}

// addAll appends bytes that were all made of what stands at src.
func (t *text) addAll(s string, src int) {
	for i := range len(s) {
		t.add(s[i], src)
	}
}

// copy appends bytes i to j of o as they are.
func (t *text) copy(o *text, i, j int) {
	for n := o.runAt(i); i < j; n++ {
		r := o.runs[n]
		end := j
		if n+1 < len(o.runs) {
			end = min(end, o.runs[n+1].at)
		}
		src := r.src + (i-r.at)*r.step
		if k := len(t.runs); k == 0 || !t.runs[k-1].continues(len(t.b), src, r.step) {
			t.runs = append(t.runs, run{len(t.b), src, r.step})
		}
		t.b = append(t.b, o.b[i:end]...)
		i = end
	}
}

func (r run) continues(at, src, step int) bool {
	return r.step == step && at > r.at && src == r.src+(at-r.at)*step
}

// runAt is the index of the run that byte i belongs to.
func (t *text) runAt(i int) int {
	return max(0, sort.Search(len(t.runs), func(n int) bool { return t.runs[n].at > i })-1)
}

// src is where byte i came from; i may be the length.
func (t *text) src(i int) int {
	if len(t.runs) == 0 {
		return 0
	}
	r := t.runs[t.runAt(i)]
	return r.src + (i-r.at)*r.step
}

// even reports whether bytes i to j came from evenly spaced places, one or two
// bytes apart: nothing was taken out, put in or decoded, apart from UTF-16.
func (t *text) even(i, j int) bool {
	a, b := t.runAt(i), t.runAt(j-1)
	for n := a + 1; n <= b; n++ {
		r, at := t.runs[a], t.runs[n].at
		if t.runs[n].src != r.src+(at-r.at)*r.step || t.runs[n].step != r.step && at < j-1 {
			return false
		}
	}
	return true
}

// part is bytes i to j.
func (t *text) part(i, j int) *text {
	p := &text{}
	p.copy(t, i, j)
	return p
}
