package pbe

import (
	"bytes"
	"crypto/sha1"
	"math/big"
	"slices"
	"unicode/utf16"
	"unicode/utf8"
)

// pkcs12KDF is RFC 7292 appendix B.2 with SHA-1.
type pkcs12KDF struct{ iterations }

func (pkcs12KDF) name() string { return "PKCS12-SHA1" }

// The purposes of appendix B.3.
const (
	forKey = 1
	forIV  = 2
)

const pkcs12Block = 64 // v: the block of SHA-1 in bytes

func (k pkcs12KDF) derive(passphrase []byte, key, iv int) ([]byte, error) {
	password := bmpString(passphrase)
	defer clear(password)
	first := k.bytes(password, forKey, key)
	defer clear(first)
	return slices.Concat(first, k.bytes(password, forIV, iv)), nil
}

func (k pkcs12KDF) bytes(password []byte, purpose byte, n int) []byte {
	filled := fill(password)
	in := slices.Concat(fill(k.salt), filled)
	defer clear(filled)
	defer clear(in)
	diversifier := bytes.Repeat([]byte{purpose}, pkcs12Block)
	var out []byte
	for len(out) < n {
		first := slices.Concat(diversifier, in)
		a := repeat(sha1.New(), k.count, first)
		clear(first)
		out = append(out, a...)
		step(in, a)
	}
	return out[:n]
}

// step adds B + 1 to every block of in, B being a repeated to a block.
func step(in, a []byte) {
	b := new(big.Int).SetBytes(fill(a)[:pkcs12Block])
	b.Add(b, big.NewInt(1))
	mod := new(big.Int).Lsh(big.NewInt(1), 8*pkcs12Block)
	for block := range slices.Chunk(in, pkcs12Block) {
		sum := new(big.Int).SetBytes(block)
		sum.Add(sum, b).Mod(sum, mod).FillBytes(block)
	}
}

// fill repeats b up to whole blocks.
func fill(b []byte) []byte {
	if len(b) == 0 {
		return nil
	}
	size := (len(b) + pkcs12Block - 1) / pkcs12Block * pkcs12Block
	return bytes.Repeat(b, size/len(b)+1)[:size]
}

// bmpString is the passphrase in UTF-16, with a NUL behind it (appendix B.1).
// Bytes that are no UTF-8 are taken for Latin-1, as OpenSSL does.
func bmpString(passphrase []byte) []byte {
	units := make([]uint16, 0, len(passphrase)) // never moved, so that it can be cleared
	defer func() { clear(units) }()
	if utf8.Valid(passphrase) {
		for rest := passphrase; len(rest) > 0; {
			r, n := utf8.DecodeRune(rest)
			units, rest = utf16.AppendRune(units, r), rest[n:]
		}
	} else {
		for _, c := range passphrase {
			units = append(units, uint16(c))
		}
	}
	out := make([]byte, 0, 2*len(units)+2)
	for _, u := range units {
		out = append(out, byte(u>>8), byte(u))
	}
	return append(out, 0, 0)
}
