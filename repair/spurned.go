package repair

import (
	"bytes"

	"github.com/keyconv/keyconv/sshkey"
)

// A key that was refused for its options is not printed without them where it stands
// once more: half of what is pasted twice has lost them.

// inRecord reports whether what stands in front of a key names options, and not as a line of
// authorized_keys does.
func inRecord(front []byte) bool {
	front = bytes.TrimLeft(front, " \t")
	return gluesOption(front) && !beginsOptions(front)
}

// part refuses a key whose options stand at a place that is not in front of it.
func (it *item) part(place string) {
	it.refuseFor(&objection{"options-apart", "options stand " + place + ": the line alone would let it in without them", "write the options in front of the key, on the same line"})
}

// refuseFor refuses a key for what stands around it, and notes whether that is options.
func (it *item) refuseFor(o *objection) {
	k := it.entry.Key.Public
	it.refuse(o.code, o.msg, o.hint)
	if o.code == "options-apart" {
		it.spurned, it.parted = k, true
	}
}

// spurn notes of a key that was refused for its options that another copy of it must not be
// read without them; front is what stands in front of it on its line.
func (it *item) spurn(k sshkey.PublicKey, front []byte) {
	if it.fails {
		it.spurned, it.parted = k, it.parted || inRecord(front)
	}
}

// refuseTwins refuses the keys in a program's text of which another copy in the same stretch
// of lines has options, and was refused: a program's records have no order, as the lines of
// authorized_keys have, of which the first one counts. So it does with what is left of a line
// whose key is printed with options.
func (d *draft) refuseTwins() {
	parted, restricted := d.withOptions()
	if parted == nil && restricted == nil {
		return
	}
	for i := range d.items {
		switch it := &d.items[i]; {
		case !it.free():
		case it.inside && parted[it.entry.Key.Public]:
			it.refuse(twinOfRefused.code, twinOfRefused.msg, twinOfRefused.hint)
		case restricted[it.entry.Key.Public] && it.notes.about("type-missing"):
			it.refuse("options-apart", "the same key stands in the same text with options, and here only a part of a line: it would let the key in without them",
				"take it out, or write the line anew")
		}
	}
}

// withOptions are the keys of which options stand apart, and those that are printed with
// theirs; nil for none, as nearly always.
func (d *draft) withOptions() (parted, restricted map[sshkey.PublicKey]bool) {
	add := func(set *map[sshkey.PublicKey]bool, k sshkey.PublicKey) {
		if *set == nil {
			*set = map[sshkey.PublicKey]bool{}
		}
		(*set)[k] = true
	}
	for i := range d.items {
		switch it := &d.items[i]; {
		case it.parted:
			add(&parted, it.spurned)
		case it.entry != nil && !it.entry.Commented && len(it.entry.Key.Options) > 0:
			add(&restricted, it.entry.Key.Public)
		}
	}
	return parted, restricted
}

// spurn remembers a key that was refused for its options, unless it stands above: sshd
// would come to that line first.
func (w *walker) spurn(k sshkey.PublicKey) {
	key := w.seen.Hash(k.Blob())
	if _, above := w.seen.Find(key); above || w.o.Piece {
		return
	}
	if w.spurned == nil {
		w.spurned = map[uint64]bool{}
	}
	w.spurned[key] = true
}

// isSpurned reports whether a key that has no options is such a one; quick where there are
// none. Options that stand in front of it may be those that were meant.
func (w *walker) isSpurned(k *sshkey.Key) bool {
	return len(w.spurned) > 0 && len(k.Options) == 0 && w.spurned[w.seen.Hash(k.Public.Blob())]
}

var twinOfRefused = objection{"options-apart", "the same key stands elsewhere with options, and was refused there: this line alone would let it in without them",
	"mend that place first, and take this one out if it is not meant"}
