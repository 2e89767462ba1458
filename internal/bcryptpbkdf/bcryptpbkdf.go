// Package bcryptpbkdf is OpenBSD's bcrypt_pbkdf, the key derivation of
// openssh-key-v1. x/crypto has it, but keeps it internal.
package bcryptpbkdf

import (
	"crypto/sha512"
	"encoding/binary"
	"sync"

	//lint:ignore SA1019 bcrypt is made of Blowfish
	"golang.org/x/crypto/blowfish"
)

const blockSize = 32

// Key derives keyLen bytes. The password and the salt must not be empty and
// rounds not below 1. Each 32 bytes of output cost the same and are
// independent, so they are computed side by side; the time is rounds * 8 ms on
// one core of 2026.
func Key(password, salt []byte, rounds, keyLen int) []byte {
	shapass := sha512.Sum512(password)
	blocks := (keyLen + blockSize - 1) / blockSize
	key := make([]byte, blocks*blockSize)
	var wg sync.WaitGroup
	for count := range blocks {
		wg.Go(func() {
			// Byte j of block b is byte j*blocks+b of the key: each block
			// is spread over all of it.
			for j, v := range block(shapass[:], salt, uint32(count+1), rounds) {
				key[j*blocks+count] = v
			}
		})
	}
	wg.Wait()
	return key[:keyLen]
}

func block(shapass, salt []byte, count uint32, rounds int) [blockSize]byte {
	shasalt := sha512.Sum512(binary.BigEndian.AppendUint32(append([]byte(nil), salt...), count))
	tmp := hash(shapass, shasalt[:])
	out := tmp
	for range rounds - 1 {
		shasalt = sha512.Sum512(tmp[:])
		tmp = hash(shapass, shasalt[:])
		for i, v := range tmp {
			out[i] ^= v
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
	copy(out[:], "OxychromaticBlowfishSwatDynamite")
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
