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

// longHash is H' of section 3.3: BLAKE2b of any size, of which longer ones are
// a chain that gives the first half of each link and the last link whole.
func longHash(in []byte, size int) []byte {
	h := newHash(min(size, blake2b.Size))
	h.Write(binary.LittleEndian.AppendUint32(nil, uint32(size)))
	h.Write(in)
	link := h.Sum(nil)
	out := make([]byte, 0, size)
	for size-len(out) > blake2b.Size {
		out = append(out, link[:blake2b.Size/2]...)
		h := newHash(min(size-len(out), blake2b.Size))
		h.Write(link)
		link = h.Sum(link[:0])
	}
	out = append(out, link...)
	clear(link)
	return out
}
