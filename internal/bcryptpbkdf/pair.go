package bcryptpbkdf

import (
	_ "embed"
	"encoding/binary"
)

// pi is the fractional part of pi, with which Blowfish's tables begin: 18 words
// and four times 256 (Schneier 1993).
//
//go:embed pi.bin
var pi string

// A cipher is the state of Blowfish: 18 words, and four tables for its function.
type cipher [keyWords + 4*256]uint32

const keyWords = 18

func newCipher() *cipher {
	c := &cipher{}
	for i := range c {
		c[i] = uint32(pi[4*i])<<24 | uint32(pi[4*i+1])<<16 | uint32(pi[4*i+2])<<8 | uint32(pi[4*i+3])
	}
	return c
}

// f is the function of a round. No index can be beyond the array, so that the compiler
// leaves out the checks.
func (c *cipher) f(x uint32) uint32 {
	const s0, s1, s2, s3 = keyWords, keyWords + 256, keyWords + 2*256, keyWords + 3*256
	return (c[s0+uint(x>>24)] + c[s1+uint(byte(x>>16))]) ^ c[s2+uint(byte(x>>8))] + c[s3+uint(byte(x))]
}

// A pair is two ciphers that take turns. A round of Blowfish waits for its four table
// look-ups before the next can begin, so that a core idles most of the time. The second
// cipher fills it: the two blocks of an OpenSSH key (48 bytes of key and IV) cost little
// more than one.
type pair [2]*cipher

// halves are those of a block of each cipher.
type halves struct{ al, ar, bl, br uint32 }

// encrypt encrypts both blocks, each result once more, and puts the results into the
// words of another pair, or of this one, until there are n. In a round, what does not
// wait for f comes first: each step behind it is one that the next round waits for.
func (t *pair) encrypt(x halves, into *pair, n int) halves {
	a, b := t[0], t[1]
	al, ar, bl, br := x.al, x.ar, x.bl, x.br
	for at := 0; at < n; at += 2 {
		al, bl = al^a[0], bl^b[0]
		for i := 1; i < 16; i += 2 {
			ar = ar ^ a[i] ^ a.f(al)
			br = br ^ b[i] ^ b.f(bl)
			al = al ^ a[i+1] ^ a.f(ar)
			bl = bl ^ b[i+1] ^ b.f(br)
		}
		al, ar, bl, br = ar^a[17], al, br^b[17], bl
		u, v := into[0], into[1]
		u[at], u[at+1], v[at], v[at+1] = al, ar, bl, br
	}
	return halves{al, ar, bl, br}
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

// expand is the key schedule.
func (t *pair) expand(a, b *words) {
	t.mix(a, b)
	t.encrypt(halves{}, t, len(t[0]))
}

// expandSalted is the key schedule in which salts go into the blocks.
func (t *pair) expandSalted(key *words, salts *[2]words) {
	t.mix(key, key)
	a, b := t[0], t[1]
	room, x := pair{{}, {}}, halves{}
	for i := 0; i < len(a); i += 2 {
		at := i % len(key)
		x.al, x.ar = x.al^salts[0][at], x.ar^salts[0][at+1]
		x.bl, x.br = x.bl^salts[1][at], x.br^salts[1][at+1]
		x = t.encrypt(x, &room, 2)
		a[i], a[i+1], b[i], b[i+1] = x.al, x.ar, x.bl, x.br
	}
}

// mix puts keys into the ciphers.
func (t *pair) mix(a, b *words) {
	for i := range keyWords {
		t[0][i] ^= a[i%len(a)]
		t[1][i] ^= b[i%len(b)]
	}
}

// hashPair is hash, for two salts at once.
func hashPair(shapass, salt0, salt1 []byte) (out [2][blockSize]byte) {
	pass, salts := wordsOf(shapass), [2]words{wordsOf(salt0), wordsOf(salt1)}
	t := &pair{newCipher(), newCipher()}
	defer func() { pass, *t[0], *t[1] = words{}, cipher{}, cipher{} }() // the passphrase is in them
	t.expandSalted(&pass, &salts)
	for range 64 {
		t.expand(&salts[0], &salts[1])
		t.expand(&pass, &pass)
	}
	room := pair{{}, {}}
	for i := 0; i < blockSize; i += 8 {
		l, r := binary.BigEndian.Uint32([]byte(magic[i:])), binary.BigEndian.Uint32([]byte(magic[i+4:]))
		x := t.encrypt(halves{l, r, l, r}, &room, 2*64)
		for n, half := range [2][2]uint32{{x.al, x.ar}, {x.bl, x.br}} {
			binary.LittleEndian.PutUint32(out[n][i:], half[0])
			binary.LittleEndian.PutUint32(out[n][i+4:], half[1])
		}
	}
	return out
}
