package sshkey_test

import (
	"crypto"
	"crypto/dsa" //lint:ignore SA1019 DSA keys exist and must be read
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"errors"
	"fmt"
	"math/big"
	"testing"

	"github.com/keyconv/keyconv/sshkey"
)

// incomplete are private halves that lack a number, by the key whose public half they
// stand beside.
func incomplete(t *testing.T) map[string][]sshkey.PrivateKey {
	r := shippedKey(t, "rsa2048").Private.(*sshkey.RSAPrivateKey)
	list := map[string][]sshkey.PrivateKey{
		"rsa2048":  {(*sshkey.RSAPrivateKey)(nil), &sshkey.RSAPrivateKey{}},
		"dsa1024":  {(*sshkey.DSAPrivateKey)(nil), &sshkey.DSAPrivateKey{}},
		"ecdsa256": {(*sshkey.ECDSAPrivateKey)(nil), &sshkey.ECDSAPrivateKey{}},
		"ed25519": {(*sshkey.EdDSAPrivateKey)(nil), &sshkey.EdDSAPrivateKey{}, (*sshkey.MLDSAPrivateKey)(nil), &sshkey.MLDSAPrivateKey{},
			(*sshkey.SKPrivateKey)(nil), (*sshkey.Opaque)(nil), (*sshkey.Sealed)(nil), &sshkey.Sealed{}, struct{ *sshkey.EdDSAPrivateKey }{}},
	}
	for _, lacking := range []func(*sshkey.RSAPrivateKey) **big.Int{
		func(p *sshkey.RSAPrivateKey) **big.Int { return &p.D }, func(p *sshkey.RSAPrivateKey) **big.Int { return &p.P },
		func(p *sshkey.RSAPrivateKey) **big.Int { return &p.Q }, func(p *sshkey.RSAPrivateKey) **big.Int { return &p.Iqmp },
	} {
		p := *r
		*lacking(&p) = nil
		list["rsa2048"] = append(list["rsa2048"], &p)
	}
	return list
}

// TestIncomplete: a private half that lacks a number is an error, never a panic.
func TestIncomplete(t *testing.T) {
	for name, halves := range incomplete(t) {
		whole := shippedKey(t, name)
		for _, private := range halves {
			k := &sshkey.Key{Public: whole.Public, Private: private, Comment: whole.Comment}
			if err := k.Check(); !errors.Is(err, sshkey.ErrMismatch) {
				t.Errorf("%T %s: Check: %v", private, name, err)
			}
			if sshkey.Same(k, whole) == nil || sshkey.Same(whole, k) == nil || sshkey.Same(k, k) == nil {
				t.Errorf("%T %s is the same as a whole key", private, name)
			}
			if _, err := k.Signer(); err == nil {
				t.Errorf("%T %s signs", private, name)
			}
			if open, err := k.Decrypt([]byte("x"), sshkey.Limits{}); k.Encrypted() && err == nil {
				t.Errorf("%T %s: opened as %v", private, name, open)
			}
		}
	}
	if _, err := (&sshkey.ECDSAPrivateKey{}).Point("nistp256"); !errors.Is(err, sshkey.ErrMismatch) {
		t.Errorf("the point of no number: %v", err)
	}
}

// TestRestoreMissing: q^-1 mod p can be computed where it is missing, and only there.
func TestRestoreMissing(t *testing.T) {
	good := shippedKey(t, "rsa2048")
	p := *good.Private.(*sshkey.RSAPrivateKey)
	p.Iqmp = nil
	if !p.RestoreIqmp() || sshkey.Same(good, &sshkey.Key{Public: good.Public, Private: &p, Comment: good.Comment}) != nil {
		t.Error("not restored")
	}
	for _, p := range []sshkey.RSAPrivateKey{{}, {P: p.P}, {Q: p.Q}} {
		if p.RestoreIqmp() {
			t.Errorf("restored without p or q: %v", p)
		}
	}
}

// TestCryptoIncomplete: keys of package crypto that lack a number are an error too.
func TestCryptoIncomplete(t *testing.T) {
	for _, priv := range []crypto.PrivateKey{
		(*rsa.PrivateKey)(nil), (*dsa.PrivateKey)(nil), (*ecdsa.PrivateKey)(nil), (*ed25519.PrivateKey)(nil), ed25519.PrivateKey(nil),
		&rsa.PrivateKey{}, &rsa.PrivateKey{Primes: make([]*big.Int, 2)}, &dsa.PrivateKey{}, &ecdsa.PrivateKey{},
		&ecdsa.PrivateKey{PublicKey: ecdsa.PublicKey{Curve: elliptic.P256()}}, &ecdsa.PrivateKey{PublicKey: newECDSA(t).PublicKey},
	} {
		if k, err := sshkey.FromCrypto(priv, ""); err == nil {
			t.Errorf("%T makes %v", priv, k)
		}
	}
	for _, pub := range []crypto.PublicKey{
		(*rsa.PublicKey)(nil), (*dsa.PublicKey)(nil), (*ecdsa.PublicKey)(nil), ed25519.PublicKey(nil), &rsa.PublicKey{}, &dsa.PublicKey{},
		&ecdsa.PublicKey{}, &ecdsa.PublicKey{Curve: elliptic.P224()}, &ecdsa.PublicKey{Curve: elliptic.P256()},
	} {
		if k, err := sshkey.NewPublicKey(pub); err == nil {
			t.Errorf("%s makes %v", fmt.Sprintf("%T", pub), k)
		}
	}
}

func newECDSA(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	priv, err := shippedKey(t, "ecdsa256").Crypto()
	if err != nil {
		t.Fatal(err)
	}
	return priv.(*ecdsa.PrivateKey)
}
