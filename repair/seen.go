package repair

import "hash/maphash"

// A seenKeys remembers the keys of a text and their options, for the first
// million of them: 12 bytes for each instead of the key. Keys that two hashes
// of 64 bits confuse would get a warning too many, in one file of a million
// keys out of thirty million.
type seenKeys struct {
	seed    maphash.Seed
	keys    []uint64 // open addressing; 0 is a free slot
	options []uint32 // of the key in the same slot
	n       int
}

// maxSeen is how many keys are remembered.
const maxSeen = 1 << 20

func newSeenKeys() *seenKeys {
	return &seenKeys{seed: maphash.MakeSeed(), keys: make([]uint64, 1<<8), options: make([]uint32, 1<<8)}
}

// add remembers a key. It is false where the key was there with other options.
func (s *seenKeys) add(key uint64, options uint32) bool {
	if s.n*2 >= len(s.keys) && s.n < maxSeen {
		s.grow()
	}
	key = max(key, 1)
	i := s.slot(key)
	if s.keys[i] == key {
		return s.options[i] == options
	}
	if s.n < maxSeen {
		s.keys[i], s.n = key, s.n+1
		if options != 0 { // do not touch a page for nothing
			s.options[i] = options
		}
	}
	return true
}

// slot is where a key is or would be.
func (s *seenKeys) slot(key uint64) int {
	mask := len(s.keys) - 1
	i := int(key) & mask
	for s.keys[i] != 0 && s.keys[i] != key {
		i = (i + 1) & mask
	}
	return i
}

func (s *seenKeys) grow() {
	keys, options := s.keys, s.options
	s.keys, s.options = make([]uint64, 2*len(keys)), make([]uint32, 2*len(keys))
	for i, key := range keys {
		if key != 0 {
			at := s.slot(key)
			s.keys[at], s.options[at] = key, options[i]
		}
	}
}

// hash is of a key's blob.
func (s *seenKeys) hash(blob []byte) uint64 { return maphash.Bytes(s.seed, blob) }

// hashOptions is 0 for none only.
func (s *seenKeys) hashOptions(options string) uint32 {
	if options == "" {
		return 0
	}
	return max(uint32(maphash.String(s.seed, options)), 1)
}
