package repair

import (
	"bytes"
	"iter"
	"math/bits"
	"slices"
	"strings"

	"github.com/keyconv/keyconv/internal/lazyre"
	"github.com/keyconv/keyconv/sshkey"
)

// flush repairs the lines that are held and passes on the comments and blank
// lines behind them.
func (w *walker) flush() {
	if len(w.held) == 0 {
		return
	}
	held := w.held
	w.held = nil
	if w.good > 0 {
		w.region(held[:w.good])
	}
	w.each(held, w.good)
	w.good = 0
}

// each passes on comment and blank lines, those of held from a place on.
func (w *walker) each(held []byte, from int) {
	for from < len(held) {
		end := min(lineEnd(held, from)+1, len(held))
		line := held[from:end]
		if w.exposes(string(line)) {
			n := &notes{}
			n.put(exposed(w.heldOffset + from))
			w.found(n.findings(held, w.heldOffset, w.heldNumber))
		}
		w.pass(line)
		from = end
	}
}

// exposes reports whether a comment line holds a private key, or the first line of one
// whose name stands in the comment above. It stays where it is, as all of a comment does.
func (w *walker) exposes(line string) bool {
	above := w.named
	if w.named = ""; sshkey.NamesPrivate(line) {
		w.named = line
	}
	return sshkey.HoldsPrivate(line) || above != "" && sshkey.HoldsPrivate(above+line)
}

// region repairs damaged lines that stand together.
func (w *walker) region(raw []byte) {
	d := w.drafted(raw)
	if d == nil {
		d = draftOf(raw, w.heldOffset, w.o, w.state)
	}
	all := d.layers.clone()
	printed := false
	for i := range d.items {
		w.item(&d.items[i], &all, &printed)
	}
	w.state = d.below
	if !printed && !all.about("private-key-exposed") {
		if at := privateTail(raw); at >= 0 {
			all.put(exposed(w.heldOffset + at))
		}
	}
	w.found(all.findings(raw, w.heldOffset, w.heldNumber))
}

// draftOf reads damaged lines that stand together at a place of the stream.
func draftOf(raw []byte, offset int, o Options, s state) *draft {
	var layers notes
	given := characters(charset(plain(raw, offset), &layers), &layers)
	t := unlisted(given, &layers)
	d := best(t, o, s, 0)
	set := newSetting(given, t, s.around)
	set.silence(d)
	d.refuseTwins()
	d.below.around = set.below()
	layers.put(d.layers.list...)
	d.layers = layers
	return d
}

// privateEnd matches what stands below the private numbers in a file.
var privateEnd = lazyre.NewNeeding(`-+ ?END [A-Z0-9 ]*PRIVATE KEY|Private-(?:MAC|Hash):`, "PRIVATE KEY", "Private-")

// privateTail is where the end of a private key's file begins, of which the start is
// lost; -1 where there is none.
func privateTail(raw []byte) int {
	const lines, near = 3, 1 << 10 // the last one is short; where line ends were lost, so many bytes
	for _, end := range privateEnd.FindAllIndex(raw, -1) {
		start := max(end[0]-near, 0)
		above := raw[start:end[0]]
		from := len(above)
		for range lines {
			from = bytes.LastIndexByte(above[:max(from-1, 0)], '\n') + 1
		}
		if sshkey.HoldsPrivate(string(raw[start+from : end[1]])) {
			return start + from
		}
	}
	return -1
}

func (w *walker) item(it *item, all *notes, printed *bool) {
	if it.entry != nil && !w.expect.matches(it.entry.Key.Public) {
		return
	}
	if w.o.Expect != "" && (it.entry == nil && it.line != "") {
		return
	}
	if w.below != nil && it.print != "" {
		own := map[string]bool{}
		if addFingerprints(own, w.below); it.shows(own) {
			*it = *dropped(it.src)
		}
	}
	if it.entry != nil && !it.entry.Commented && w.isSpurned(it.entry.Key) {
		it.refuse(twinOfRefused.code, twinOfRefused.msg, twinOfRefused.hint)
	}
	if !it.spurned.IsZero() {
		w.spurn(it.spurned)
	}
	all.put(it.notes.list...)
	w.refused = w.refused || it.fails
	if it.line != "" {
		w.emit([]byte(it.line))
		*printed = true
	}
	if it.entry != nil {
		it.entry.Repaired, it.entry.Offset = len(it.notes.list) > 0, it.src
		if !it.entry.Commented {
			w.warn(all, it.src, it.entry.Key)
		}
		w.tell(*it.entry)
	}
}

// unlisted takes off line numbers, or the plus signs of a diff, where every one
// of several lines has them: no base64 looks like that.
func unlisted(t *text, notes *notes) *text {
	if bytes.IndexByte(bytes.TrimRight(t.b, "\n"), '\n') < 0 {
		return t
	}
	for _, l := range inFront {
		if next, ok := l.apply(t, notes); ok {
			notes.add(t.src(0), l.code, "%s", l.msg)
			return next
		}
	}
	return t
}

// A layer rewrites a whole text, or says that it does not apply.
type layer struct {
	code, msg string
	apply     func(*text, *notes) (*text, bool)
}

// inFront are the layers of what stands in front of every line.
var inFront = []layer{
	{"line-numbers", "numbers stood in front of the lines", func(t *text, n *notes) (*text, bool) { return stripNumbers(t) }},
	{"diff", "the plus signs of a diff stood in front of the lines", func(t *text, n *notes) (*text, bool) { return stripPlus(t) }},
}

// layers are tried alone and together, in this order.
var layers = slices.Concat(inFront, escapeLayers())

func escapeLayers() []layer {
	var list []layer
	for _, e := range escapes {
		list = append(list, layer{e.code, e.msg, func(t *text, n *notes) (*text, bool) {
			if !e.in(t) {
				return t, false
			}
			return e.undo(t, n), true
		}})
	}
	return list
}

// best chooses among the readings of a text: as it is, and through each set of
// the layers that apply. It is judged by the keys that come out.
func best(t *text, o Options, s state, depth int) *draft {
	top := attempt(t, o, s, nil, depth)
	if top.sure && top.score > 0 {
		return top
	}
	tied := []*draft{}
	for r := range rewritten(t) {
		d := attempt(r.text, o, s, &r.marks, depth)
		switch {
		case d.score > top.score:
			top, tied = d, nil
		case d.score == top.score && d.score > 0:
			tied = append(tied, d)
		}
	}
	for _, d := range tied {
		if differ(top, d) {
			top = undecided(top)
			break
		}
	}
	if (depth > 0 || len(top.layers.list) > 0) && hidesOption(t.b) {
		top.refuseFree()
	}
	return top
}

// refuseFree refuses all keys without options: the text was decoded and names
// an option somewhere, which may have been lost in that.
func (d *draft) refuseFree() {
	for i := range d.items {
		if it := &d.items[i]; it.free() {
			it.refuse("options-apart", "options stand somewhere in this encoded text: the line alone would let the key in without them",
				"write options, type, base64 on one line by hand")
		}
	}
}

// A rewrite is a text that went through a set of layers.
type rewrite struct {
	*text
	marks notes
}

// rewritten puts a text through each set of the layers that apply, and gives
// the texts that may hold a key. A text that several sets give comes once. For
// long texts, of which there is room for few, the sets are single layers.
func rewritten(t *text) iter.Seq[*rewrite] {
	return func(yield func(*rewrite) bool) {
		sets := make([]*rewrite, 1<<len(layers))
		sets[0] = &rewrite{text: t}
		var given []*rewrite
		for set := 1; set < len(sets); set++ {
			last := bits.Len(uint(set)) - 1
			before := sets[set&^(1<<last)]
			if before == nil {
				continue // one of the others does not apply
			}
			r := before.through(&layers[last])
			if r == nil {
				continue
			}
			if len(t.b) < 1<<16 {
				sets[set] = r
			}
			r = &rewrite{r.text, r.marks.clone()}
			r.text = characters(r.text, &r.marks) // what was escaped may be one of those
			if slices.ContainsFunc(given, r.same) || !promising(r.text) {
				continue
			}
			if len(t.b) < 1<<16 {
				given = append(given, r)
			}
			if !yield(r) {
				return
			}
		}
	}
}

// through applies one more layer; nil where it has nothing to do.
func (r *rewrite) through(l *layer) *rewrite {
	marks := r.marks.clone()
	next, ok := l.apply(r.text, &marks)
	if !ok {
		return nil
	}
	marks.add(r.src(0), l.code, "%s", l.msg)
	return &rewrite{next, marks}
}

// same reports whether the bytes and the places that they came from are alike.
func (r *rewrite) same(o *rewrite) bool {
	return bytes.Equal(r.b, o.b) && slices.Equal(r.runs, o.runs)
}

// promising reports whether a rewritten text holds the start of any key.
func promising(t *text) bool {
	f := finder{s: strip(t.b)}
	if f.next(0) >= 0 || blockStart.Match(t.b) {
		return true
	}
	in, _ := (&unpacker{t: t}).first()
	return in != nil
}

func attempt(t *text, o Options, s state, marks *notes, depth int) *draft {
	d := parse(t, o, s)
	if marks != nil {
		d.layers = *marks
	}
	if marks != nil || depth > 0 { // what was encoded may have its own signs and marks
		newSetting(t, t, around{}).silence(d)
	}
	if d.score == 0 && depth < 2 {
		if in, spans := unpacked(t, o, s, depth); in != nil {
			return in.beside(d, spans)
		}
	}
	return d
}

func (d *draft) fails() bool {
	for _, it := range d.items {
		if it.fails {
			return true
		}
	}
	return false
}

// differ reports whether two readings that are equally good give other keys.
func differ(a, b *draft) bool {
	return strings.Join(a.blobs(), " ") != strings.Join(b.blobs(), " ")
}

func (d *draft) blobs() (list []string) {
	for _, it := range d.items {
		if it.entry != nil {
			list = append(list, it.entry.Key.Public.String())
		}
	}
	return list
}

// undecided refuses every key that is not the same in all readings.
func undecided(d *draft) *draft {
	for i := range d.items {
		it := &d.items[i]
		if it.entry != nil && it.grade < certain {
			it.refuse("ambiguous", "two readings of the text give two different keys", copyAgain)
		}
	}
	return d
}
