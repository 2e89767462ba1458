package argon2

import (
	"encoding/binary"
	"hash"

	"golang.org/x/crypto/blake2b"
)

func newHash(size int) hash.Hash {
	h, err := blake2b.New(size, nil)
	if err != nil {
		panic(err) // the size is from 1 to 64
	}
	return h
}

// wipe overwrites the input that a hash keeps.
func wipe(h hash.Hash) {
	h.Reset()
	h.Write(make([]byte, blake2b.BlockSize))
	h.Reset()
}

// longHash is H' of section 3.3: BLAKE2b of any size, of which longer ones are
// a chain that gives the first half of each link and the last link whole.
func longHash(in []byte, size int) []byte {
	h := newHash(min(size, blake2b.Size))
	defer func() { wipe(h) }()
	h.Write(binary.LittleEndian.AppendUint32(nil, uint32(size)))
	h.Write(in)
	link := h.Sum(nil)
	out := make([]byte, 0, size)
	for size-len(out) > blake2b.Size {
		out = append(out, link[:blake2b.Size/2]...)
		wipe(h)
		h = newHash(min(size-len(out), blake2b.Size))
		h.Write(link)
		link = h.Sum(link[:0])
	}
	out = append(out, link...)
	clear(link[:cap(link)])
	return out
}
