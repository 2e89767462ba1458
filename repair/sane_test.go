package repair

import (
	"math/big"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/sshkey"
)

// TestSuspect: keys that sshd reads, and whether a program can have made them.
func TestSuspect(t *testing.T) {
	rng := random(t)
	number := func(bits uint) *big.Int { return new(big.Int).Sub(new(big.Int).Lsh(one, bits), one) }
	dsa := func(bits uint) sshkey.DSAPublicKey { // q = 2^bits-1 divides p-1
		q := number(bits)
		p := new(big.Int).Lsh(q, 1024)
		return sshkey.DSAPublicKey{P: p.Add(p, one), Q: q, G: big.NewInt(2), Y: one}
	}
	point := sshkey.EdDSAPublicKey{Curve: "Ed25519", Key: ed(rng)}
	none := sshkey.EdDSAPublicKey{Curve: "Ed25519", Key: make([]byte, 32)} // y = 0 has order 4
	for _, c := range []struct {
		parts sshkey.Parts
		why   string
	}{
		{rsaKeys()[0].Parts().(sshkey.RSAPublicKey), ""},
		{sshkey.RSAPublicKey{E: big.NewInt(65537), N: number(2048)}, "the small factor 3"},
		{sshkey.RSAPublicKey{E: big.NewInt(65536), N: number(2048)}, "exponent 65536"},
		{point, ""},
		{none, "no multiple of the base point"},
		{sshkey.EdDSAPublicKey{Curve: "Ed448", Key: ed448Key(rng)}, ""},
		{sshkey.EdDSAPublicKey{Curve: "Ed448", Key: make([]byte, 57)}, "no multiple of the base point"},
		{sshkey.SKPublicKey{Key: point, Application: "ssh:work"}, ""},
		{sshkey.SKPublicKey{Key: point, Application: "example.org"}, ""}, // a browser's
		{sshkey.SKPublicKey{Key: point, Application: "ssh:\x01"}, "is no name"},
		{sshkey.SKPublicKey{Key: none, Application: "ssh:"}, "no multiple of the base point"},
		{dsa(160), ""},
		{dsa(8000), "q has 8000 bits"}, // a second of work for each such line
	} {
		k := must(c.parts.PublicKey())
		f, ok := Suspicion(k)
		if ok != (c.why != "") || !strings.Contains(f.Msg, c.why) {
			t.Errorf("%.80v: %q, not %q", c.parts, f.Msg, c.why)
		}
	}
}

// TestInsane: OpenSSH's own applications only, where a key was repaired.
func TestInsane(t *testing.T) {
	p := sshkey.EdDSAPublicKey{Curve: "Ed25519", Key: ed(random(t))}
	for name, sane := range map[string]bool{"ssh:": true, "ssh:work": true, "example.org": false} {
		k := must(sshkey.SKPublicKey{Key: p, Application: name}.PublicKey())
		if err := insane(k, usual); (err == nil) != sane {
			t.Errorf("%s: %v", name, err)
		}
	}
}
