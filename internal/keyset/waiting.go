package keyset

import "math/bits"

// Most files have each key once, and most keys are never asked for. They wait in
// the order in which they came, and come into the table when somebody asks for more
// than whether a key is new: BenchmarkKeys.

// waiting are keys that are not in the table.
type waiting struct {
	size   int // of a piece
	pieces []piece
	count  int
	tags   []uint32 // a part of each hash, open addressing; nil where there was only Later
}

// A piece of memory holds some of them.
type piece struct {
	hashes []uint64
	values []uint32 // of the first of them; the rest have 0
}

// Later is Set with the value 0, for a key that is new or has this value. The same
// key may come many times.
func (k *Keys) Later(hash uint64) {
	if k.tags != nil || k.Full() {
		k.settle()
		k.tags = nil
	}
	k.wait(hash, 0)
}

// New is Add for those who only ask whether a key was there.
func (k *Keys) New(hash uint64, value uint32) bool {
	if k.count > 0 && k.tags == nil {
		k.settle()
	}
	if _, there := k.find(hash); there {
		return false
	}
	if k.Full() && !k.mayWait(hash) || !k.Full() && k.tag(hash) {
		k.wait(hash, value)
		return true
	}
	_, there := k.Add(hash, value)
	return !there
}

// Full reports whether no more keys are remembered.
func (k *Keys) Full() bool { return k.n+k.count >= k.most }

// settleFor settles where a key may wait.
func (k *Keys) settleFor(hash uint64) {
	if k.mayWait(hash) {
		k.settle()
	}
}

func (w *waiting) mayWait(hash uint64) bool {
	return w.count > 0 && (w.tags == nil || w.tags[w.tagSlot(hash)] != 0)
}

func (k *Keys) wait(hash uint64, value uint32) {
	if k.Full() {
		return
	}
	w := &k.waiting
	last := len(w.pieces) - 1
	switch {
	case last < 0: // there may be few
		w.pieces = make([]piece, 1)
		last = 0
	case len(w.pieces[last].hashes) == w.size:
		w.pieces = append(w.pieces, piece{hashes: make([]uint64, 0, w.size)})
		last++
	}
	p := &w.pieces[last]
	if value != 0 {
		if p.values == nil && last > 0 {
			p.values = make([]uint32, 0, w.size)
		}
		for len(p.values) < len(p.hashes) {
			p.values = append(p.values, 0)
		}
		p.values = append(p.values, value)
	}
	p.hashes = append(p.hashes, hash)
	w.count++
}

// tag remembers a part of a key. It is false where another, or the same, has the
// same part.
func (w *waiting) tag(hash uint64) bool {
	if 4*w.count >= 3*len(w.tags) {
		w.retag()
	}
	i := w.tagSlot(hash)
	if w.tags[i] != 0 {
		return false
	}
	w.tags[i] = tagOf(hash)
	return true
}

// fewTags are those whose memory is used again, where new keys and others come in
// turns.
const fewTags = 1 << 10

func tagOf(hash uint64) uint32 { return uint32(hash>>32) | 1 }

// tagSlot is where the tag of a key is or would be.
func (w *waiting) tagSlot(hash uint64) int {
	tag, mask := tagOf(hash), len(w.tags)-1
	i := int(hash) & mask
	for w.tags[i] != 0 && w.tags[i] != tag {
		i = (i + 1) & mask
	}
	return i
}

// retag makes room: for few keys as few pages of memory as they need, and in
// steps that are large, because all keys move.
func (w *waiting) retag() {
	size := max(1<<7, 2*len(w.tags))
	if size < 1<<19 {
		size *= 4
	}
	w.tags = make([]uint32, size)
	clear(w.tags) // a page that is read before it is written costs twice
	for _, p := range w.pieces {
		for _, hash := range p.hashes {
			w.tags[w.tagSlot(hash)] = tagOf(hash)
		}
	}
}

// settle puts the keys that wait into the table.
func (k *Keys) settle() {
	if k.count == 0 {
		return
	}
	if size := 1 << bits.Len(uint(2*(k.n+k.count)-1)); size > len(k.hashes) {
		k.grow(size) // at once
	}
	k.count = 0
	if clear(k.tags); len(k.tags) > fewTags {
		k.tags = nil
	}
	for _, p := range k.pieces {
		for i, hash := range p.hashes {
			value := uint32(0)
			if i < len(p.values) {
				value = p.values[i]
			}
			k.set(hash, value)
		}
	}
	clear(k.pieces[1:])
	k.pieces = k.pieces[:1] // the next ones have room
	k.pieces[0].hashes, k.pieces[0].values = k.pieces[0].hashes[:0], k.pieces[0].values[:0]
}
