package keyset

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
