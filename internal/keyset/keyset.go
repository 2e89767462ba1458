// Package keyset remembers which keys stood in a file of any length.
package keyset

import "hash/maphash"

// Keys remembers the keys of a file and a number for each, for the first
// million of them: 12 bytes for each instead of the key. Keys that two hashes
// of 64 bits confuse are taken for one: in one file of a million keys out of
// thirty million, and nobody can make such keys, because the hash has a seed.
type Keys struct {
	seed   maphash.Seed
	hashes []uint64 // open addressing; 0 is a free slot
	values []uint32 // of the key in the same slot
	n      int
	later  [][]uint64 // whose turn comes when a key is asked for

	fetched uint64
}

// Max is how many keys are remembered.
const Max = 1 << 20

// New remembers nothing yet.
func New() *Keys { return &Keys{seed: maphash.MakeSeed()} }

// Hash is what stands for the blob of a key.
func (k *Keys) Hash(blob []byte) uint64 { return k.Hasher().Hash(blob) }

// A Hasher does what Hash does, beside changes of the Keys.
type Hasher struct{ seed maphash.Seed }

// Hasher is safe beside changes.
func (k *Keys) Hasher() Hasher { return Hasher{k.seed} }

// Hash is [Keys.Hash].
func (h Hasher) Hash(blob []byte) uint64 { return max(maphash.Bytes(h.seed, blob), 1) }

// Fetch brings a key's slot into the processor's cache. Find waits for memory
// each time; a batch of keys that are all fetched first waits for many at once.
func (k *Keys) Fetch(hash uint64) {
	if n := len(k.hashes); n > 0 {
		k.fetched = k.hashes[int(hash)&(n-1)]
	}
}

// Find gives the value of a key.
func (k *Keys) Find(hash uint64) (value uint32, ok bool) {
	k.settle()
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
	k.settle()
	k.set(hash, value)
}

// Later is Set with the value 0 for a key that is new or has this value: it
// costs a tenth where nobody asks for any key afterwards.
func (k *Keys) Later(hash uint64) {
	if len(k.later) == Max/laterSize && len(k.later[len(k.later)-1]) == laterSize {
		k.settle()
	}
	n := len(k.later)
	switch {
	case n == 0: // there may be few
		k.later = [][]uint64{nil}
		n = 1
	case len(k.later[n-1]) == laterSize:
		k.later = append(k.later, make([]uint64, 0, laterSize))
		n++
	}
	k.later[n-1] = append(k.later[n-1], hash)
}

// laterSize is how many keys wait in one piece of memory.
const laterSize = 1 << 14

// settle puts the keys that wait where they belong.
func (k *Keys) settle() {
	if len(k.later) == 0 || len(k.later[0]) == 0 {
		return
	}
	for _, list := range k.later {
		for _, hash := range list {
			k.set(hash, 0)
		}
	}
	k.later = k.later[:1] // the next ones have room
	k.later[0] = k.later[0][:0]
}

// Add is Find, and Set where the key was not there.
func (k *Keys) Add(hash uint64, value uint32) (before uint32, there bool) {
	k.settle()
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
	if k.n*2 >= len(k.hashes) && k.n < Max {
		k.grow()
	}
	i = k.slot(hash)
	return i, k.hashes[i] == hash, k.n < Max
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

// grow makes room: much of it at once, because all keys move, but for the last
// step, which is what is the peak of the memory.
func (k *Keys) grow() {
	hashes, values := k.hashes, k.values
	size := max(1<<4, min(4*len(hashes), max(Max, 2*len(hashes))))
	k.hashes, k.values = make([]uint64, size), make([]uint32, size)
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

// A Filter knows of most keys that they were not put into it: it has a bit for
// each of so many hashes.
type Filter struct{ bits []uint64 }

const filterBits = 14

// Add puts a key in.
func (f *Filter) Add(hash uint64) {
	if f.bits == nil {
		f.bits = make([]uint64, 1<<filterBits/64)
	}
	f.bits[hash>>(64-filterBits)/64] |= 1 << (hash >> (64 - filterBits) % 64)
}

// May reports whether a key may be in it.
func (f *Filter) May(hash uint64) bool {
	return f.bits != nil && f.bits[hash>>(64-filterBits)/64]>>(hash>>(64-filterBits)%64)&1 == 1
}
