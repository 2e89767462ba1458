package repair

import "github.com/keyconv/keyconv/sshkey"

// A key that was refused for its options is not printed without them where it stands
// once more: half of what is pasted twice has lost them.

// part refuses a key that has options, and not in front of it.
func (it *item) part(place string) {
	k := it.entry.Key.Public
	it.refuse("options-apart", "options stand "+place+": the line alone would let it in without them", "write the options in front of the key, on the same line")
	it.spurned, it.parted = k, true
}

// refuseTwins refuses the keys of records of which another one has options, and was refused.
// Records have no order as the lines of authorized_keys have, of which the first one counts.
func (d *draft) refuseTwins() {
	var spurned map[sshkey.PublicKey]bool
	for i := range d.items {
		if it := &d.items[i]; it.parted {
			if spurned == nil {
				spurned = map[sshkey.PublicKey]bool{}
			}
			spurned[it.spurned] = true
		}
	}
	for i := range d.items {
		if it := &d.items[i]; len(spurned) > 0 && it.inside && it.entry != nil && spurned[it.entry.Key.Public] {
			it.refuse(twinOfRefused.code, twinOfRefused.msg, twinOfRefused.hint)
		}
	}
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

// isSpurned is quick where there are none.
func (w *walker) isSpurned(k sshkey.PublicKey) bool {
	return len(w.spurned) > 0 && w.spurned[w.seen.Hash(k.Blob())]
}

var twinOfRefused = objection{"options-apart", "the same key stands elsewhere with options, and was refused there: this line alone would let it in without them",
	"mend that place first, and take this one out if it is not meant"}
