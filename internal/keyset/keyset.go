// Package keyset remembers which keys stood in a file of any length.
package keyset

import "hash/maphash"

// Keys remembers the keys of a file and a number for each, for the first
// million of them: 12 bytes for each in a table that is half full at most, or 12
// and a tag of 4 while it waits, instead of the key. Keys that two hashes of 64
// bits confuse are taken for one: in one file of a million keys out of thirty
// million, and nobody can make such keys, because the hash has a seed.
type Keys struct {
	seed   maphash.Seed
	hashes []uint64 // open addressing; 0 is a free slot
	values []uint32 // of the key in the same slot
	n      int
	most   int // keys that are remembered
	waiting

	fetched uint64
}

// Max is how many keys are remembered.
const Max = 1 << 20

// New remembers nothing yet.
func New() *Keys { return &Keys{seed: maphash.MakeSeed(), most: Max, waiting: waiting{size: 1 << 14}} }

// Hash is what stands for the blob of a key.
func (k *Keys) Hash(blob []byte) uint64 { return k.Hasher().Hash(blob) }

// A Hasher does what Hash does, beside changes of the Keys.
type Hasher struct{ seed maphash.Seed }

// Hasher is safe beside changes.
func (k *Keys) Hasher() Hasher { return Hasher{k.seed} }

// Hash is [Keys.Hash].
func (h Hasher) Hash(blob []byte) uint64 { return max(maphash.Bytes(h.seed, blob), 1) }

// Short is a smaller hash of a text; 0 for no text only.
func (h Hasher) Short(text []byte) uint32 {
	if len(text) == 0 {
		return 0
	}
	return max(uint32(h.Hash(text)), 1)
}

// Fetch brings what is kept of a key into the processor's cache. Find waits for
// memory each time; a batch of keys that are all fetched first waits for many at
// once.
func (k *Keys) Fetch(hash uint64) {
	if n := len(k.hashes); n > 0 {
		k.fetched = k.hashes[int(hash)&(n-1)]
	}
	if n := len(k.tags); n > 0 {
		k.fetched = uint64(k.tags[int(hash)&(n-1)])
	}
}

// Find gives the value of a key.
func (k *Keys) Find(hash uint64) (value uint32, ok bool) {
	k.settleFor(hash)
	return k.find(hash)
}

// find looks into the table.
func (k *Keys) find(hash uint64) (value uint32, ok bool) {
	if k.n == 0 {
		return 0, false
	}
	i := k.slot(hash)
	if k.hashes[i] != hash {
		return 0, false
	}
	return k.values[i], true
}

// Set remembers a key, or changes its value. Beyond Max keys it does nothing.
func (k *Keys) Set(hash uint64, value uint32) {
	k.settleFor(hash)
	k.set(hash, value)
}

// Add is Find, and Set where the key was not there.
func (k *Keys) Add(hash uint64, value uint32) (before uint32, there bool) {
	k.settleFor(hash)
	i, there, room := k.place(hash)
	switch {
	case there:
		return k.values[i], true
	case room:
		k.put(i, hash, value)
	}
	return 0, false
}

func (k *Keys) set(hash uint64, value uint32) {
	switch i, there, room := k.place(hash); {
	case there:
		k.values[i] = value
	case room:
		k.put(i, hash, value)
	}
}

// place is where a key is, or where it would be if there is room for it.
func (k *Keys) place(hash uint64) (i int, there, room bool) {
	if k.n*2 >= len(k.hashes) && (!k.Full() || k.n == 0) {
		// Much room at once, because all keys move, but for the last step, which
		// is what is the peak of the memory.
		k.grow(max(1<<4, min(4*len(k.hashes), max(Max, 2*len(k.hashes)))))
	}
	i = k.slot(hash)
	return i, k.hashes[i] == hash, !k.Full()
}

// put puts a new key into its place.
func (k *Keys) put(i int, hash uint64, value uint32) {
	k.hashes[i] = hash
	k.n++
	if value != 0 { // do not touch a page for nothing
		k.values[i] = value
	}
}

// slot is where a key is or would be.
func (k *Keys) slot(hash uint64) int {
	mask := len(k.hashes) - 1
	i := int(hash) & mask
	for k.hashes[i] != 0 && k.hashes[i] != hash {
		i = (i + 1) & mask
	}
	return i
}

// grow makes a table of this size, a power of two, and moves the keys.
func (k *Keys) grow(size int) {
	hashes, values := k.hashes, k.values
	k.hashes, k.values = make([]uint64, size), make([]uint32, size)
	clear(k.hashes) // a page that is read before it is written costs twice
	for i, hash := range hashes {
		if hash == 0 {
			continue
		}
		at := k.slot(hash)
		k.hashes[at] = hash
		if values[i] != 0 { // as in put
			k.values[at] = values[i]
		}
	}
}
