package openssh_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"testing"

	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/openssh"
	"github.com/keyconv/keyconv/sshkey"
)

// What testdata/vectors/README says of the key in the vectors.
const (
	vectorSeed   = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
	vectorPublic = "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8"
	vectorPrint  = "SHA256:lbmsoA0yIEcEiVDRnMWuzm+nV+3ZEEpVIURqFoeSspg"
)

var vectors = []struct{ name, cipher string }{
	{"none", ""},
	{"aes256-ctr", "aes256-ctr"},
	{"aes256-cbc", "aes256-cbc"},
	{"aes256-gcm", "aes256-gcm@openssh.com"},
	{"3des-cbc", "3des-cbc"},
	{"chacha20-poly1305", "chacha20-poly1305@openssh.com"},
}

func TestVectors(t *testing.T) {
	for _, v := range vectors {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			data := vector(t, v.name)
			sealed, err := openssh.Parse([]byte(data))
			if err != nil {
				t.Fatal(err)
			}
			checkProtection(t, sealed.Protection, v.cipher)
			if sealed.Public.Fingerprint() != vectorPrint {
				t.Errorf("sealed, it is %s", sealed.Public.Fingerprint())
			}
			k, err := sealed.Decrypt([]byte(passphrase), sshkey.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			seed, public := k.Private.(*sshkey.EdDSAPrivateKey).Seed, k.Public.Parts().(sshkey.EdDSAPublicKey).Key
			if hex.EncodeToString(seed) != vectorSeed || hex.EncodeToString(public) != vectorPublic {
				t.Error("another key")
			}
			if k.Comment != "vec" || k.Encrypted() || codes(k) != "" {
				t.Errorf("%q, %v", k.Comment, k.Findings)
			}
			pass := passphrase
			if v.cipher == "" {
				pass = ""
			}
			sameAsSSHKeygen(t, data, pass, k)
		})
	}
}

func checkProtection(t *testing.T, p *sshkey.Protection, cipher string) {
	t.Helper()
	switch {
	case (p == nil) != (cipher == ""):
		t.Errorf("protection %v", p)
	case p == nil:
	case p.Cipher != cipher, p.KDF != "bcrypt", len(p.Params) != 2,
		p.Params[0] != sshkey.Param{Name: "rounds", Value: 2}, p.Params[1] != sshkey.Param{Name: "salt_bytes", Value: 16}:
		t.Errorf("protection %v", *p)
	}
}

func TestWrongPassphrase(t *testing.T) {
	for _, v := range vectors[1:] {
		data := []byte(vector(t, v.name))
		before := bytes.Clone(data)
		k, err := openssh.Parse(data)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := k.Decrypt(nil, sshkey.Limits{}); !errors.Is(err, sshkey.ErrEncrypted) {
			t.Errorf("%s without one: %v", v.name, err)
		}
		for _, pass := range []string{"Keyconv", "keyconv ", "\x00"} {
			if _, err := k.Decrypt([]byte(pass), sshkey.Limits{}); !errors.Is(err, sshkey.ErrPassphrase) || sshkey.Hint(err) == "" {
				t.Errorf("%s with %q: %v", v.name, pass, err)
			} else if pos, ok := keytest.Place(err); !ok || pos.Line < 2 {
				t.Errorf("%s: at %v", v.name, pos)
			}
		}
		if _, err := k.Decrypt([]byte(passphrase), sshkey.Limits{}); err != nil || !bytes.Equal(data, before) {
			t.Errorf("%s: a wrong passphrase spoilt it: %v", v.name, err)
		}
	}
}

// TestLayoutByHand: the tests' own layout is the vector, to the byte, but for
// the check number.
func TestLayoutByHand(t *testing.T) {
	l, _, _ := edLayout(t)
	copy(l.private, "\x12\x34\x56\x78\x12\x34\x56\x78")
	if got := l.String(); got != vector(t, "none") {
		t.Errorf("%s", got)
	}
}
