package sshkey_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"errors"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/cloudflare/circl/sign/mldsa/mldsa44"
	"github.com/keyconv/keyconv/sshkey"
)

func plus(n *big.Int, m int64) *big.Int { return new(big.Int).Add(n, big.NewInt(m)) }

// A change is a private half with one number of it changed.
type change struct {
	name string
	priv sshkey.PrivateKey
}

func changes(t *testing.T, k *sshkey.Key) (list []change) {
	add := func(name string, p sshkey.PrivateKey) { list = append(list, change{name, p}) }
	switch p := k.Private.(type) {
	case *sshkey.RSAPrivateKey:
		for _, m := range []int64{1, -1, 2} {
			add("d", &sshkey.RSAPrivateKey{D: plus(p.D, m), P: p.P, Q: p.Q, Iqmp: p.Iqmp})
			add("p", &sshkey.RSAPrivateKey{D: p.D, P: plus(p.P, m), Q: p.Q, Iqmp: p.Iqmp})
			add("q", &sshkey.RSAPrivateKey{D: p.D, P: p.P, Q: plus(p.Q, m), Iqmp: p.Iqmp})
			add("iqmp", &sshkey.RSAPrivateKey{D: p.D, P: p.P, Q: p.Q, Iqmp: plus(p.Iqmp, m)})
		}
		zero, one, n := new(big.Int), big.NewInt(1), new(big.Int).Mul(p.P, p.Q)
		add("1 and n", &sshkey.RSAPrivateKey{D: p.D, P: one, Q: n, Iqmp: one})
		add("n and 1", &sshkey.RSAPrivateKey{D: p.D, P: n, Q: one, Iqmp: one})
		add("minus p and q", &sshkey.RSAPrivateKey{D: p.D, P: new(big.Int).Neg(p.P), Q: new(big.Int).Neg(p.Q), Iqmp: p.Iqmp})
		add("zeros", &sshkey.RSAPrivateKey{D: zero, P: zero, Q: zero, Iqmp: zero})
	case *sshkey.DSAPrivateKey:
		q := k.Public.Parts().(sshkey.DSAPublicKey).Q
		for _, x := range []*big.Int{plus(p.X, 1), new(big.Int), q, new(big.Int).Add(p.X, q), new(big.Int).Neg(p.X)} {
			add("x", &sshkey.DSAPrivateKey{X: x})
		}
	case *sshkey.ECDSAPrivateKey:
		for _, d := range []*big.Int{plus(p.D, 1), new(big.Int), new(big.Int).Neg(p.D), new(big.Int).Lsh(p.D, 600), new(big.Int).Add(p.D, order(k))} {
			add("d", &sshkey.ECDSAPrivateKey{D: d})
		}
	case *sshkey.EdDSAPrivateKey:
		for _, seed := range [][]byte{nil, p.Seed[1:], append(bytes.Clone(p.Seed), 0), append([]byte{p.Seed[0] ^ 1}, p.Seed[1:]...)} {
			add("seed", &sshkey.EdDSAPrivateKey{Seed: seed})
		}
	case *sshkey.MLDSAPrivateKey:
		for _, i := range []int{0, 31, 32, 63} {
			seeds := bytes.Clone(p.Seeds)
			seeds[i] ^= 1
			add("seeds", &sshkey.MLDSAPrivateKey{Seeds: seeds})
		}
		add("seeds", &sshkey.MLDSAPrivateKey{Seeds: p.Seeds[:63]})
		add("seeds", &sshkey.MLDSAPrivateKey{})
	}
	return list
}

// order is that of the key's curve: d plus it gives the same point.
func order(k *sshkey.Key) *big.Int {
	pub, err := k.Public.Crypto()
	if err != nil {
		panic(err)
	}
	return pub.(*ecdsa.PublicKey).Params().N
}

func mldsaKey(t *testing.T) *sshkey.Key {
	t.Helper()
	seeds := make([]byte, 64)
	rand.NewChaCha8([32]byte{1}).Read(seeds)
	ml, _ := mldsa44.NewKeyFromSeed((*[32]byte)(seeds))
	pub, err := sshkey.MLDSAPublicKey{Key: append(ml.Bytes(), ed25519.NewKeyFromSeed(seeds[32:]).Public().(ed25519.PublicKey)...)}.PublicKey()
	if err != nil {
		t.Fatal(err)
	}
	return &sshkey.Key{Public: pub, Private: &sshkey.MLDSAPrivateKey{Seeds: seeds}}
}

// keysOfEveryKind has a key for every private kind with numbers to check.
func keysOfEveryKind(t *testing.T) map[string]*sshkey.Key {
	keys := map[string]*sshkey.Key{"mldsa": mldsaKey(t)}
	for _, name := range shippedNames {
		keys[name] = shippedKey(t, name)
	}
	return keys
}

func TestCheck(t *testing.T) {
	for name, k := range keysOfEveryKind(t) {
		if err := k.Check(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		list := changes(t, k)
		if len(list) < 4 {
			t.Errorf("%s: only %d changes", name, len(list))
		}
		for _, c := range list {
			if err := (&sshkey.Key{Public: k.Public, Private: c.priv}).Check(); !errors.Is(err, sshkey.ErrMismatch) {
				t.Errorf("%s: another %s: %v", name, c.name, err)
			}
			if !negative(c.priv) && sshkey.Same(k, &sshkey.Key{Public: k.Public, Private: c.priv, Comment: k.Comment}) == nil {
				t.Errorf("%s: the same with another %s", name, c.name)
			}
		}
	}
}

// negative numbers exist in no file, and Same compares what would be written.
func negative(p sshkey.PrivateKey) bool {
	switch p := p.(type) {
	case *sshkey.RSAPrivateKey:
		return p.P.Sign() < 0
	case *sshkey.DSAPrivateKey:
		return p.X.Sign() < 0
	case *sshkey.ECDSAPrivateKey:
		return p.D.Sign() < 0
	}
	return false
}

// TestExponentOne: both halves belong together, and are no key.
func TestExponentOne(t *testing.T) {
	p, q := big.NewInt(1000003), big.NewInt(1000033)
	pub, err := sshkey.RSAPublicKey{E: big.NewInt(1), N: new(big.Int).Mul(p, q)}.PublicKey()
	if err != nil {
		t.Fatal(err)
	}
	k := &sshkey.Key{Public: pub, Private: &sshkey.RSAPrivateKey{D: big.NewInt(1), P: p, Q: q, Iqmp: new(big.Int).ModInverse(q, p)}}
	if err := k.Check(); !errors.Is(err, sshkey.ErrMismatch) {
		t.Error(err)
	}
}

// TestCheckKinds: halves of two kinds, or of two keys of one kind.
func TestCheckKinds(t *testing.T) {
	keys := keysOfEveryKind(t)
	for a, public := range keys {
		for b, private := range keys {
			err := (&sshkey.Key{Public: public.Public, Private: private.Private}).Check()
			if a != b && !errors.Is(err, sshkey.ErrMismatch) {
				t.Errorf("%s with the private half of %s: %v", a, b, err)
			}
		}
	}
	for _, name := range []string{"ed25519", "ecdsa256"} {
		if err := (&sshkey.Key{Public: securityKey(t, name), Private: keys[name].Private}).Check(); !errors.Is(err, sshkey.ErrMismatch) {
			t.Errorf("a security key with a private half of its own: %v", err)
		}
	}
	handle := &sshkey.Key{Public: securityKey(t, "ed25519"), Private: &sshkey.SKPrivateKey{Flags: 1}}
	if handle.Check() != nil || keys["ed448"].PublicOnly().Check() != nil {
		t.Error("nothing to compare is an error")
	}
}

func TestRestoreIqmp(t *testing.T) {
	good := shippedKey(t, "rsa2048").Private.(*sshkey.RSAPrivateKey)
	if good.RestoreIqmp() {
		t.Error("the right one was replaced")
	}
	for _, wrong := range []*big.Int{new(big.Int), big.NewInt(1), plus(good.Iqmp, 1)} {
		p := *good
		p.Iqmp = wrong
		if !p.RestoreIqmp() || p.Iqmp.Cmp(good.Iqmp) != 0 {
			t.Error("not restored")
		}
	}
	for _, p := range []sshkey.RSAPrivateKey{
		{P: new(big.Int), Q: good.Q}, {P: big.NewInt(1), Q: good.Q}, {P: good.P, Q: new(big.Int)}, {P: good.P, Q: good.P},
	} {
		p.D, p.Iqmp = good.D, big.NewInt(1)
		if p.RestoreIqmp() {
			t.Error("something was made of factors that are none")
		}
	}
}

// TestHostileFactors: an inverse of numbers that no key can have would take
// minutes, so it is not computed.
func TestHostileFactors(t *testing.T) {
	huge := new(big.Int).Lsh(big.NewInt(1), sshkey.MaxRSABits)
	for _, p := range []*sshkey.RSAPrivateKey{
		{P: plus(huge, 1), Q: big.NewInt(3), D: big.NewInt(3), Iqmp: big.NewInt(1)},
		{P: big.NewInt(7), Q: plus(huge, 1), D: big.NewInt(3), Iqmp: big.NewInt(9)},
	} {
		if p.RestoreIqmp() {
			t.Error("computed")
		}
		k := &sshkey.Key{Public: shippedKey(t, "rsa2048").Public, Private: p}
		if err := k.Check(); !errors.Is(err, sshkey.ErrMismatch) {
			t.Error(err)
		}
	}
}

func TestSame(t *testing.T) {
	a := shippedKey(t, "ed25519")
	b := *a
	if err := sshkey.Same(a, &b); err != nil {
		t.Error(err)
	}
	b.Comment = "x"
	if sshkey.Same(a, &b) == nil || sshkey.Same(a, a.PublicOnly()) == nil || sshkey.Same(a, shippedKey(t, "ed448")) == nil {
		t.Error("the same")
	}
	if err := sshkey.Same(a.PublicOnly(), a.PublicOnly()); err != nil {
		t.Error(err)
	}
}
