package repair

import (
	"bytes"
	"math/big"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/sshkey"
	"github.com/keyconv/keyconv/testdata"
)

// TestSuspect: keys that sshd reads, and whether a program can have made them.
func TestSuspect(t *testing.T) {
	rng := random(t)
	number := func(bits uint) *big.Int { return new(big.Int).Sub(new(big.Int).Lsh(one, bits), one) }
	dsa := func(bits, more uint, y int64) sshkey.DSAPublicKey { // q = 2^bits-1 divides p-1
		q := number(bits)
		p := new(big.Int).Lsh(q, more)
		return sshkey.DSAPublicKey{P: p.Add(p, one), Q: q, G: big.NewInt(2), Y: big.NewInt(y)}
	}
	real := must(authkeys.ParseLine(bytes.TrimSpace(must(testdata.Keys.ReadFile("keys/dsa1024/id.pub"))))).Public.Parts().(sshkey.DSAPublicKey)
	with := func(change func(*sshkey.DSAPublicKey)) sshkey.DSAPublicKey { k := real; change(&k); return k }
	flipped := func(n *big.Int) *big.Int { return new(big.Int).Xor(n, new(big.Int).Lsh(one, 100)) }
	wide := rsaKeys()[0].Parts().(sshkey.RSAPublicKey)
	wide.E = number(67) // openssl makes it, sshd lets it in
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
		{sshkey.SKPublicKey{Key: point, Application: "ssh:büro 2"}, ""},  // ssh-keygen -O application=
		{sshkey.SKPublicKey{Key: point, Application: "ssh:\x01"}, "is no name"},
		{sshkey.SKPublicKey{Key: point, Application: "ssh:\xff"}, "is no name"},
		{sshkey.SKPublicKey{Key: none, Application: "ssh:"}, "no multiple of the base point"},
		{wide, ""},
		{real, ""},
		{with(func(k *sshkey.DSAPublicKey) { k.Y = flipped(k.Y) }), "y is not a power"},
		{with(func(k *sshkey.DSAPublicKey) { k.G = flipped(k.G) }), "g has not the order q"},
		{with(func(k *sshkey.DSAPublicKey) { k.P = flipped(k.P) }), "do not belong together"},
		{with(func(k *sshkey.DSAPublicKey) { k.Y = one }), "out of range"}, // anybody can sign for it
		{with(func(k *sshkey.DSAPublicKey) { k.Y, k.G = one, one }), "out of range"},
		{with(func(k *sshkey.DSAPublicKey) { k.G = new(big.Int).Add(k.G, k.P) }), "out of range"},
		{dsa(160, 8000, 2), ""},                 // it would take milliseconds
		{dsa(8000, 1024, 2), "q has 8000 bits"}, // a second of work for each such line
	} {
		k := must(c.parts.PublicKey())
		f, ok := Suspicion(k)
		if ok != (c.why != "") || !strings.Contains(f.Msg, c.why) {
			t.Errorf("%.80v: %q, not %q", c.parts, f.Msg, c.why)
		}
	}
}

// TestInsane: what programs rarely make is not believed where a key was repaired.
func TestInsane(t *testing.T) {
	p := sshkey.EdDSAPublicKey{Curve: "Ed25519", Key: ed(random(t))}
	for name, sane := range map[string]bool{"ssh:": true, "ssh:my work": true, "example.org": false, "ssh:büro": false} {
		k := must(sshkey.SKPublicKey{Key: p, Application: name}.PublicKey())
		if err := insane(k, usual); (err == nil) != sane {
			t.Errorf("%s: %v", name, err)
		}
	}
	wide := rsaKeys()[0].Parts().(sshkey.RSAPublicKey)
	wide.E = new(big.Int).Lsh(one, 70)
	wide.E.Add(wide.E, one)
	if err := insane(must(wide.PublicKey()), usual); err == nil {
		t.Error("an exponent of 71 bits")
	}
}
