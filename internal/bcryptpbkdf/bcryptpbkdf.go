// Package bcryptpbkdf is OpenBSD's bcrypt_pbkdf, the key derivation of
// openssh-key-v1. x/crypto has it, but keeps it internal.
package bcryptpbkdf

import (
	"bytes"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/binary"
	"sync"

	//lint:ignore SA1019 bcrypt is made of Blowfish
	"golang.org/x/crypto/blowfish"
)

const blockSize = 32

// magic is what bcrypt_hash encrypts.
const magic = "OxychromaticBlowfishSwatDynamite"

// Key derives keyLen bytes. The password and the salt must not be empty and
// rounds not below 1. Each 32 bytes of output cost the same and are
// independent, so they are computed side by side: two in turns on one core,
// which costs rounds * 4 ms on one of 2026, and the pairs on all cores.
func Key(password, salt []byte, rounds, keyLen int) []byte {
	shapass := sha512.Sum512(password)
	defer clear(shapass[:])
	blocks := (keyLen + blockSize - 1) / blockSize
	key := make([]byte, blocks*blockSize)
	var wg sync.WaitGroup
	for count := 0; count < blocks; count += 2 {
		wg.Go(func() {
			// Byte j of block b is byte j*blocks+b of the key: each block
			// is spread over all of it.
			derived := derive(shapass[:], salt, count, min(2, blocks-count), rounds)
			defer clear(derived)
			for i, out := range derived {
				for j, v := range out {
					key[j*blocks+count+i] = v
				}
			}
		})
	}
	wg.Wait()
	return key[:keyLen]
}

// derive computes n blocks, one or two, of which the first is number first.
func derive(shapass, salt []byte, first, n, rounds int) [][blockSize]byte {
	out, tmp := make([][blockSize]byte, n), make([][blockSize]byte, n)
	sums := make([][sha512.Size]byte, n)
	for round := range rounds {
		for i := range sums {
			if round == 0 {
				sums[i] = sha512.Sum512(binary.BigEndian.AppendUint32(bytes.Clone(salt), uint32(first+i+1)))
			} else {
				sums[i] = sha512.Sum512(tmp[i][:])
			}
		}
		if n == 2 {
			pair := hashPair(shapass, sums[0][:], sums[1][:])
			copy(tmp, pair[:])
		} else {
			tmp[0] = hash(shapass, sums[0][:])
		}
		for i := range out {
			subtle.XORBytes(out[i][:], out[i][:], tmp[i][:])
		}
	}
	return out
}

// hash is bcrypt_hash: bcrypt with a cost of 6 over another constant, its
// words written in little-endian order.
func hash(shapass, shasalt []byte) (out [blockSize]byte) {
	c, err := blowfish.NewSaltedCipher(shapass, shasalt)
	if err != nil {
		panic(err) // the lengths are those of SHA-512
	}
	for range 64 {
		blowfish.ExpandKey(shasalt, c)
		blowfish.ExpandKey(shapass, c)
	}
	copy(out[:], magic)
	for i := 0; i < blockSize; i += 8 {
		for range 64 {
			c.Encrypt(out[i:i+8], out[i:i+8])
		}
	}
	for i := 0; i < blockSize; i += 4 {
		binary.LittleEndian.PutUint32(out[i:], binary.BigEndian.Uint32(out[i:]))
	}
	return out
}
