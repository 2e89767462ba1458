package bcryptpbkdf

import (
	_ "embed"
	"encoding/binary"
)

// A round of Blowfish waits for its four table look-ups before the next can
// begin, so that a core idles most of the time. Two ciphers that take turns
// fill it: the two blocks of an OpenSSH key (48 bytes of key and IV) cost
// little more than one.

// pi is the fractional part of pi, with which Blowfish's tables begin: 18 words
// and four times 256 (Schneier 1993).
//
//go:embed pi.bin
var pi string

// A cipher is the state of Blowfish.
type cipher struct {
	p [18]uint32
	s [4][256]uint32
}

func newCipher() *cipher {
	c, at := &cipher{}, 0
	for _, table := range [][]uint32{c.p[:], c.s[0][:], c.s[1][:], c.s[2][:], c.s[3][:]} {
		for i := range table {
			table[i] = uint32(pi[at])<<24 | uint32(pi[at+1])<<16 | uint32(pi[at+2])<<8 | uint32(pi[at+3])
			at += 4
		}
	}
	return c
}

// A pair is two ciphers, each with the halves of its block.
type pair struct {
	c    [2]*cipher
	l, r [2]uint32
}

// f is the function of a round.
func (c *cipher) f(x uint32) uint32 {
	return (c.s[0][byte(x>>24)] + c.s[1][byte(x>>16)]) ^ c.s[2][byte(x>>8)] + c.s[3][byte(x)]
}

// encrypt encrypts both blocks.
func (t *pair) encrypt() {
	a, b := t.c[0], t.c[1]
	al, ar, bl, br := t.l[0]^a.p[0], t.r[0], t.l[1]^b.p[0], t.r[1]
	for i := 1; i < 16; i += 2 {
		ar ^= a.f(al) ^ a.p[i]
		br ^= b.f(bl) ^ b.p[i]
		al ^= a.f(ar) ^ a.p[i+1]
		bl ^= b.f(br) ^ b.p[i+1]
	}
	t.l[0], t.r[0], t.l[1], t.r[1] = ar^a.p[17], al, br^b.p[17], bl
}

// words is the output of SHA-512 as Blowfish takes a key or a salt: it begins
// anew after the last word.
type words [16]uint32

func wordsOf(sum []byte) (w words) {
	for i := range w {
		w[i] = binary.BigEndian.Uint32(sum[4*i:])
	}
	return w
}

// expand is the key schedule. salts, where there are any, go into the blocks.
func (t *pair) expand(keys [2]*words, salts *[2]words) {
	for n, c := range t.c {
		for i := range c.p {
			c.p[i] ^= keys[n][i%16]
		}
	}
	t.l, t.r = [2]uint32{}, [2]uint32{}
	at := 0
	fill := func(a, b []uint32) {
		for i := 0; i+1 < len(a) && i+1 < len(b); i += 2 {
			if salts != nil {
				for n := range salts {
					t.l[n] ^= salts[n][at%16]
					t.r[n] ^= salts[n][at%16+1]
				}
				at += 2
			}
			t.encrypt()
			a[i], a[i+1] = t.l[0], t.r[0]
			b[i], b[i+1] = t.l[1], t.r[1]
		}
	}
	fill(t.c[0].p[:], t.c[1].p[:])
	for i := range t.c[0].s {
		fill(t.c[0].s[i][:], t.c[1].s[i][:])
	}
}

// hashPair is hash, for two salts at once.
func hashPair(shapass, salt0, salt1 []byte) (out [2][blockSize]byte) {
	pass, salts := wordsOf(shapass), [2]words{wordsOf(salt0), wordsOf(salt1)}
	t := &pair{c: [2]*cipher{newCipher(), newCipher()}}
	defer func() { pass, *t.c[0], *t.c[1] = words{}, cipher{}, cipher{} }() // the passphrase is in them
	t.expand([2]*words{&pass, &pass}, &salts)
	for range 64 {
		t.expand([2]*words{&salts[0], &salts[1]}, nil)
		t.expand([2]*words{&pass, &pass}, nil)
	}
	for i := 0; i < blockSize; i += 8 {
		for n := range 2 {
			t.l[n] = binary.BigEndian.Uint32([]byte(magic[i:]))
			t.r[n] = binary.BigEndian.Uint32([]byte(magic[i+4:]))
		}
		for range 64 {
			t.encrypt()
		}
		for n := range out {
			binary.LittleEndian.PutUint32(out[n][i:], t.l[n])
			binary.LittleEndian.PutUint32(out[n][i+4:], t.r[n])
		}
	}
	return out
}
