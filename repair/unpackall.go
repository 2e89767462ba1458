package repair

import (
	"bytes"
	"slices"
	"sort"

	"github.com/keyconv/keyconv/internal/lazyre"
)

// A text may hold several that were encoded, as the values of a Kubernetes Secret
// are: each of them is read, and what cannot be is refused, so that none is lost
// because another one stands above.

// A span is where such a text stands in the source.
type span struct{ from, to int }

// unpacked reads the texts inside of t that were encoded as a whole; nil where they
// hold nothing.
func unpacked(t *text, o Options, s state, depth int) (all *draft, spans []span) {
	u := unpacker{t: t}
	restricted, last := false, 0
	in, broken := u.first()
	if in != nil && broken >= 0 {
		all = unreadable(t.src(broken), u.what)
	}
	for in != nil {
		restricted = restricted || besideOption(t.b[last:in.at])
		last = in.end
		spans = append(spans, span{t.src(in.at), t.src(in.end)})
		d := best(in.text, o, s, depth+1)
		if d.score > 0 || d.fails() {
			d.layers.add(t.src(in.at), in.code, "%s", in.msg)
			all = all.with(d)
			s = d.below
		} else {
			restricted = restricted || isFragment(in.text.b)
		}
		in, broken = u.next(in)
	}
	if broken >= 0 {
		all = all.with(unreadable(t.src(broken), u.what))
	}
	if all != nil && (restricted || besideOption(t.b[last:])) {
		all.refuseFree()
	}
	return all, spans
}

// besideOption reports whether text beside what was encoded as a whole names an option.
func besideOption(b []byte) bool {
	if hidesOption(b) {
		return true
	}
	for line := range bytes.Lines(b) {
		if aloneOption.Match(bytes.TrimRight(line, "\r\n")) {
			return true
		}
	}
	return false
}

// with is a draft of two texts, one behind the other; d may be nil.
func (d *draft) with(o *draft) *draft {
	if d == nil {
		return o
	}
	d.items = append(d.items, o.items...)
	d.layers.put(o.layers.list...)
	d.score += o.score
	d.sure = d.sure && o.sure
	d.below = o.below
	return d
}

// beside is a draft of what was encoded with what o, a reading of the text around it,
// refuses: a key that stands there in clear.
func (d *draft) beside(o *draft, spans []span) *draft {
	for _, it := range o.items {
		n := sort.Search(len(spans), func(n int) bool { return spans[n].to > it.src })
		inside := n < len(spans) && spans[n].from <= it.src
		if it.fails && !inside && !it.notes.about("key-missing") && !it.notes.about("start-missing") {
			d.items = append(d.items, it)
		}
	}
	slices.SortStableFunc(d.items, func(a, b item) int { return a.src - b.src })
	return d
}

// unreadable refuses what is encoded and cannot be a whole key.
func unreadable(src int, what string) *draft {
	it := item{src: src}
	it.refuse("start-missing", what+" stands here, which is not whole: it may be a key", copyAgain)
	return &draft{items: []item{it}}
}

// marksBehind are the places of marks behind a place, in order.
func marksBehind(b []byte, end int) (list []int) {
	for _, mark := range innerMarks {
		for from := end; ; from++ {
			i := bytes.Index(b[from:], []byte(mark))
			if i < 0 {
				break
			}
			from += i
			list = append(list, from)
		}
	}
	slices.Sort(list)
	return list
}

// nextField reports whether the n bytes at i end a line and a field begins the next:
// its name is no base64.
func nextField(b []byte, i, n int) bool {
	end := bytes.LastIndexByte(b[i:i+n], '\n')
	if end < 0 {
		return false
	}
	rest := b[i+end+1:]
	return field64.Match(rest[:min(len(rest), 80)])
}

var field64 = lazyre.New(`^[-+ \t]*["']?[\w.-]+["']?(?::{1,2}[ \t]|[ \t]+=[ \t])`)
