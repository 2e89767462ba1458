package keyconv_test

import (
	"crypto/rand"
	"math/big"
	"slices"
	"testing"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/openssh"
	"github.com/keyconv/keyconv/rfc4716"
	"github.com/keyconv/keyconv/sshkey"
)

// rsaLine is an authorized_keys line of a key of the size.
func rsaLine(t *testing.T, bits int) []byte {
	n := new(big.Int).Mul(prime(t, bits/2), prime(t, bits/2))
	p, err := sshkey.RSAPublicKey{N: n, E: big.NewInt(65537)}.PublicKey()
	if err != nil {
		t.Fatal(err)
	}
	line, err := authkeys.Marshal(&sshkey.Key{Public: p})
	if err != nil {
		t.Fatal(err)
	}
	return line
}

func prime(t *testing.T, bits int) *big.Int {
	p, err := rand.Prime(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestConvertUnfit: who converts a key for OpenSSH hears that it refuses keys of this
// kind, and who converts it for something else does not.
func TestConvertUnfit(t *testing.T) {
	told := func(data []byte, to string) (codes []string) {
		out, err := keyconv.Convert(data, to, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range out.Findings {
			if f.Severity == sshkey.Warning {
				codes = append(codes, f.Code)
			}
		}
		return codes
	}
	for _, c := range []struct {
		data []byte
		to   string
		want []string
	}{
		{rsaLine(t, 768), authkeys.Name, []string{"rsa-short"}},
		{rsaLine(t, 768), rfc4716.Name, nil},
		{rsaLine(t, 1024), authkeys.Name, nil},
		{read("dsa1024/plain.ppk"), openssh.Name, []string{"dsa"}},
		{read("dsa1024/plain.ppk"), authkeys.Name, []string{"dsa"}},
		{read("dsa1024/openssh"), "ppk", nil},
		{read("ed448/plain.ppk"), authkeys.Name, []string{"ed448"}},
		{read("ed25519/plain.ppk"), openssh.Name, nil},
	} {
		if got := told(c.data, c.to); !slices.Equal(got, c.want) {
			t.Errorf("%.40q to %s: %v, not %v", c.data, c.to, got, c.want)
		}
	}
}
