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
