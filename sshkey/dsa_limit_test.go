package sshkey_test

import (
	"errors"
	"math/big"
	"testing"

	"github.com/keyconv/keyconv/sshkey"
)

// TestDSAOrder: a q as long as p would make the check of a hostile key cost a
// second; it is refused before.
func TestDSAOrder(t *testing.T) {
	p := new(big.Int).Lsh(big.NewInt(1), sshkey.MaxRSABits-1)
	q := new(big.Int).Set(p) // divides p+1-1
	pub, err := sshkey.DSAPublicKey{P: p.Add(p, big.NewInt(1)), Q: q, G: big.NewInt(2), Y: big.NewInt(4)}.PublicKey()
	if err != nil {
		t.Fatal(err)
	}
	k := &sshkey.Key{Public: pub, Private: &sshkey.DSAPrivateKey{X: new(big.Int).Sub(q, big.NewInt(1))}}
	var limit *sshkey.LimitError
	if err := k.Check(); !errors.As(err, &limit) {
		t.Errorf("not refused by its size: %v", err)
	}
}

// TestDSAGenerator: damage to g is seen though y was computed from it, and so is a g by
// which y says nothing of x.
func TestDSAGenerator(t *testing.T) {
	k := shippedKey(t, "dsa1024")
	sound, x := k.Public.Parts().(sshkey.DSAPublicKey), k.Private.(*sshkey.DSAPrivateKey).X
	for name, g := range map[string]*big.Int{
		"a bit of g": new(big.Int).Xor(sound.G, new(big.Int).Lsh(big.NewInt(1), 300)),
		"1":          big.NewInt(1),
		"p-1":        new(big.Int).Sub(sound.P, big.NewInt(1)),
		"g+p":        new(big.Int).Add(sound.G, sound.P),
	} {
		public, err := sshkey.DSAPublicKey{P: sound.P, Q: sound.Q, G: g, Y: new(big.Int).Exp(g, x, sound.P)}.PublicKey()
		if err != nil {
			t.Fatal(err)
		}
		if err := (&sshkey.Key{Public: public, Private: k.Private}).Check(); !errors.Is(err, sshkey.ErrMismatch) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
