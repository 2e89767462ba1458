package main

import (
	"crypto/rand"
	"math/big"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/openssh"
	"github.com/keyconv/keyconv/sshkey"
)

// TestAgentExponent: an RSA key whose exponent crypto/rsa does not take is refused for
// that reason, and not for its type.
func TestAgentExponent(t *testing.T) {
	realAgent(t)
	file := keytest.File(t, "key", withExponent(t, 1<<32+1))
	said := fails(t, "agent", "add", file)
	if !strings.Contains(said, "exponent has 33 bits") || !strings.Contains(said, "ssh-add") {
		t.Error(said)
	}
}

// withExponent is a fresh RSA key in OpenSSH's format.
func withExponent(t *testing.T, exponent int64) []byte {
	t.Helper()
	e, one := big.NewInt(exponent), big.NewInt(1)
	p := &sshkey.RSAPrivateKey{}
	for p.D == nil {
		p.P, _ = rand.Prime(rand.Reader, 1024)
		p.Q, _ = rand.Prime(rand.Reader, 1024)
		phi := new(big.Int).Mul(new(big.Int).Sub(p.P, one), new(big.Int).Sub(p.Q, one))
		p.D = new(big.Int).ModInverse(e, phi)
	}
	p.RestoreIqmp()
	public, err := sshkey.RSAPublicKey{E: e, N: new(big.Int).Mul(p.P, p.Q)}.PublicKey()
	if err != nil {
		t.Fatal(err)
	}
	out, err := openssh.Marshal(&sshkey.Key{Public: public, Private: p}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return out
}
