package sshkey

import (
	"bytes"
	"crypto/ed25519"
	"crypto/subtle"
	"fmt"
	"math/big"

	"github.com/cloudflare/circl/sign/ed448"
)

var one = big.NewInt(1)

// Check proves that the private half belongs to the public one, with the
// numbers as they are: p*q = n, e*d = 1 mod p-1 and q-1, q*iqmp = 1 mod p; the
// point is d*G; the seed gives the public key; y = g^x mod p, q divides p-1. There is no test
// whether p and q are prime: it takes a hundred times as long and no damage
// leaves p*q = n. The error is ErrMismatch with what does not hold, or that a number
// is missing.
//
// A public, sealed or opaque key and the handle of a security key pass: there
// is nothing to compare.
func (k *Key) Check() error {
	if err := Complete(k.Private); err != nil {
		return err
	}
	parts := k.Public.Parts()
	switch priv := k.Private.(type) {
	case *RSAPrivateKey:
		if pub, ok := parts.(RSAPublicKey); ok {
			return priv.check(pub)
		}
	case *DSAPrivateKey:
		if pub, ok := parts.(DSAPublicKey); ok {
			return priv.check(pub)
		}
	case *ECDSAPrivateKey:
		if pub, ok := parts.(ECDSAPublicKey); ok {
			return priv.check(pub)
		}
	case *EdDSAPrivateKey:
		if pub, ok := parts.(EdDSAPublicKey); ok {
			return priv.check(pub)
		}
	case *MLDSAPrivateKey:
		if pub, ok := parts.(MLDSAPublicKey); ok {
			return priv.check(pub)
		}
	default:
		return nil
	}
	return mismatch("a private key of another type")
}

func mismatch(what string) error { return fmt.Errorf("%w: %s", ErrMismatch, what) }

func (priv *RSAPrivateKey) check(pub RSAPublicKey) error {
	p1, q1 := new(big.Int).Sub(priv.P, one), new(big.Int).Sub(priv.Q, one)
	if p1.Sign() <= 0 || q1.Sign() <= 0 || priv.D.Sign() <= 0 {
		return mismatch("p, q or d is too small")
	}
	if pub.E.Cmp(one) <= 0 {
		return mismatch("the exponent e is 1, and everybody could sign with the public half")
	}
	t := new(big.Int)
	if t.Mul(priv.P, priv.Q).Cmp(pub.N) != 0 {
		return mismatch("p*q is not n")
	}
	ed := new(big.Int).Mul(pub.E, priv.D)
	if !isOne(t.Mod(ed, p1), p1) || !isOne(t.Mod(ed, q1), q1) {
		return mismatch("e*d is not 1")
	}
	if !inverts(priv.Iqmp, priv.Q, priv.P) {
		return mismatch("q*iqmp is not 1 mod p")
	}
	return nil
}

// inverts reports whether i is q^-1 mod p.
func inverts(i, q, p *big.Int) bool {
	t := new(big.Int).Mul(q, i)
	return t.Mod(t, p).Cmp(one) == 0
}

// isOne reports whether t, reduced mod m, is 1 mod m; everything is for m = 1.
func isOne(t, m *big.Int) bool { return t.Cmp(one) == 0 || m.Cmp(one) == 0 }

// Exponents are D mod P-1 and D mod Q-1, which PKCS#1 and JWK hold and nothing in SSH
// uses; 0 for what is no prime.
func (priv *RSAPrivateKey) Exponents() (dp, dq *big.Int) {
	reduce := func(p *big.Int) *big.Int {
		if p == nil || p.Cmp(one) <= 0 || priv.D == nil {
			return new(big.Int)
		}
		p1 := new(big.Int).Sub(p, one)
		return p1.Mod(priv.D, p1)
	}
	return reduce(priv.P), reduce(priv.Q)
}

// RestoreIqmp puts the right q^-1 mod p in place of a missing or wrong one and
// reports whether it did. PuTTY recomputes it without a word, and OpenSSH
// never looks, so that such keys exist; every other number must be right.
func (priv *RSAPrivateKey) RestoreIqmp() bool {
	if priv.P == nil || priv.Q == nil || priv.P.Cmp(one) <= 0 || priv.Q.Sign() <= 0 {
		return false
	}
	// Factors of a million bits, which a file can hold, take seconds to invert.
	if priv.P.BitLen() > MaxRSABits || priv.Q.BitLen() > MaxRSABits {
		return false
	}
	if priv.Iqmp != nil && inverts(priv.Iqmp, priv.Q, priv.P) {
		return false
	}
	inverse := new(big.Int).ModInverse(priv.Q, priv.P)
	if inverse == nil {
		return false
	}
	priv.Iqmp = inverse
	return true
}

// Prove is Check of a key that was read: a wrong q^-1 mod p is put right, and told
// of, first.
func (k *Key) Prove() error {
	if r, ok := k.Private.(*RSAPrivateKey); ok && r.RestoreIqmp() {
		k.Note(Warning, "rsa-iqmp", "", "q^-1 mod p was wrong and has been computed anew, as PuTTY does")
	}
	return k.Check()
}

func (priv *DSAPrivateKey) check(pub DSAPublicKey) error {
	if err := Bound("bits of a DSA key's q", uint64(pub.Q.BitLen()), MaxDSAOrder); err != nil {
		return err
	}
	if priv.X.Sign() <= 0 || priv.X.Cmp(pub.Q) >= 0 {
		return mismatch("x is not between 0 and q")
	}
	p1 := new(big.Int).Sub(pub.P, one)
	if p1.Mod(p1, pub.Q).Sign() != 0 {
		return mismatch("q does not divide p-1")
	}
	if pub.G.Cmp(one) <= 0 || pub.G.Cmp(pub.P) >= 0 || new(big.Int).Exp(pub.G, pub.Q, pub.P).Cmp(one) != 0 {
		return mismatch("g has not the order q")
	}
	if new(big.Int).Exp(pub.G, priv.X, pub.P).Cmp(pub.Y) != 0 {
		return mismatch("g^x mod p is not y")
	}
	return nil
}

func (priv *ECDSAPrivateKey) check(pub ECDSAPublicKey) error {
	point, err := priv.Point(pub.Curve)
	if err != nil {
		return err
	}
	if !bytes.Equal(point, pub.Point) {
		return mismatch("d*G is not the public point")
	}
	return nil
}

// Point computes D*G on a curve ("nistp256"), uncompressed.
func (priv *ECDSAPrivateKey) Point(curve string) ([]byte, error) {
	if err := Complete(priv); err != nil {
		return nil, err
	}
	bits := map[string]int{"nistp256": 256, "nistp384": 384, "nistp521": 521}[curve]
	if bits == 0 {
		return nil, fmt.Errorf("unknown curve %q", curve)
	}
	size := (bits + 7) / 8
	if priv.D.Sign() <= 0 || priv.D.BitLen() > 8*size {
		return nil, mismatch("the scalar is out of range")
	}
	key, err := ecdhCurve(bits).NewPrivateKey(priv.D.FillBytes(make([]byte, size)))
	if err != nil {
		return nil, mismatch("the scalar is out of range")
	}
	return key.PublicKey().Bytes(), nil
}

func (priv *EdDSAPrivateKey) check(pub EdDSAPublicKey) error {
	key, err := priv.Public(pub.Curve)
	if err != nil {
		return err
	}
	if !bytes.Equal(key, pub.Key) {
		return mismatch("the seed does not give the public key")
	}
	return nil
}

// Public computes the public key of the seed, for "Ed25519" or "Ed448".
func (priv *EdDSAPrivateKey) Public(curve string) ([]byte, error) {
	switch {
	case curve == "Ed25519" && len(priv.Seed) == ed25519.SeedSize:
		return ed25519.NewKeyFromSeed(priv.Seed).Public().(ed25519.PublicKey), nil
	case curve == "Ed448" && len(priv.Seed) == ed448.SeedSize:
		return ed448.NewKeyFromSeed(priv.Seed).Public().(ed448.PublicKey), nil
	}
	return nil, mismatch(fmt.Sprintf("a seed of %d bytes", len(priv.Seed)))
}

// samePrivate compares the secret numbers; a sealed or opaque half is only the
// same as none.
func samePrivate(a, b PrivateKey) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	x, y := secrets(a), secrets(b)
	if a.kind() != b.kind() || len(x) != len(y) || len(x) == 0 {
		return false
	}
	equal := 1
	for i := range x {
		equal &= subtle.ConstantTimeCompare(x[i], y[i])
	}
	return equal == 1
}

func secrets(p PrivateKey) [][]byte {
	switch p := p.(type) {
	case *RSAPrivateKey:
		return [][]byte{p.D.Bytes(), p.P.Bytes(), p.Q.Bytes(), p.Iqmp.Bytes()}
	case *DSAPrivateKey:
		return [][]byte{p.X.Bytes()}
	case *ECDSAPrivateKey:
		return [][]byte{p.D.Bytes()}
	case *EdDSAPrivateKey:
		return [][]byte{p.Seed}
	case *SKPrivateKey:
		return [][]byte{{p.Flags}, p.Handle, p.Reserved}
	case *MLDSAPrivateKey:
		return [][]byte{p.Seeds}
	}
	return nil
}
