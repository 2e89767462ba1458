package sshkey_test

import (
	"crypto/dsa" //lint:ignore SA1019 DSA keys exist and must be read
	"crypto/rsa"
	"errors"
	"math/big"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/sshkey"
)

// wipe clears the memory of a number, as those do who are done with a secret.
func wipe(numbers ...*big.Int) {
	for _, n := range numbers {
		clear(n.Bits())
	}
}

// TestCryptoSharesNothing: a key of package crypto and a Key outlive each other.
func TestCryptoSharesNothing(t *testing.T) {
	for _, name := range []string{"rsa2048", "dsa1024"} {
		want, k := shippedKey(t, name), shippedKey(t, name)
		priv, err := k.Crypto()
		if err != nil {
			t.Fatal(err)
		}
		switch p := k.Private.(type) {
		case *sshkey.RSAPrivateKey:
			wipe(p.D, p.P, p.Q, p.Iqmp)
		case *sshkey.DSAPrivateKey:
			wipe(p.X)
		}
		back, err := sshkey.FromCrypto(priv, want.Comment)
		if err != nil {
			t.Fatalf("%s: with the numbers of the Key cleared: %v", name, err)
		}
		switch p := priv.(type) {
		case *rsa.PrivateKey:
			wipe(p.D, p.Primes[0], p.Primes[1])
		case *dsa.PrivateKey:
			wipe(p.X)
		}
		if err := sshkey.Same(back, want); err != nil {
			t.Errorf("%s: with the numbers of package crypto cleared: %v", name, err)
		}
	}
}

// TestPublicOnlySharesNothing: what is done to one copy is not seen in the others.
func TestPublicOnlySharesNothing(t *testing.T) {
	k := shippedKey(t, "rsa2048")
	k.Options, k.Headers = []sshkey.Option{{Name: "restrict"}}, []sshkey.Header{{Name: "X", Value: "y"}}
	k.Findings = append(make([]sshkey.Finding, 0, 4), sshkey.Finding{Code: "mine"})
	p, q := k.PublicOnly(), k.PublicOnly()
	p.Note(sshkey.Note, "for-p", "", "p")
	q.Note(sshkey.Note, "for-q", "", "q")
	if got := p.Findings[1].Code; got != "for-p" {
		t.Errorf("a finding of p is %s", got)
	}
	p.Findings[0].Code, p.Options[0].Name, p.Headers[0].Value = "x", "x", "x"
	if k.Findings[0].Code != "mine" || k.Options[0].Name != "restrict" || k.Headers[0].Value != "y" {
		t.Errorf("%+v", k)
	}
}

// TestHugeExponent: the reason is the exponent, not the type of the key.
func TestHugeExponent(t *testing.T) {
	_, err := hugeExponent(t).Public.Crypto()
	var unsupported *sshkey.UnsupportedError
	if !errors.As(err, &unsupported) || !strings.Contains(err.Error(), "exponent has 41 bits") || sshkey.Hint(err) == "" {
		t.Error(err)
	}
}
