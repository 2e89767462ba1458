package repair

import (
	"bytes"
	"encoding/hex"
	"math/rand/v2"
	"slices"
	"testing"

	"filippo.io/edwards25519"
	"github.com/cloudflare/circl/sign/ed448"

	"github.com/keyconv/keyconv/sshkey"
)

func ed448Key(rng *rand.Rand) []byte {
	return ed448.NewKeyFromSeed(bytesOf(rng, ed448.SeedSize)).Public().(ed448.PublicKey)
}

// TestPoints: the keys of crypto/ed25519 and circl are sane, and of all bytes as
// many as the cofactor says.
func TestPoints(t *testing.T) {
	rng := random(t)
	for _, c := range []struct {
		curve    string
		key      func(*rand.Rand) []byte
		size     int
		care     care
		one, low int // of so many bytes, and of 8000 so many less than expected
	}{
		{"Ed25519", ed, 32, quick, 4, 200},
		{"Ed25519", ed, 32, usual, 16, 120},
		{"Ed448", ed448Key, 57, usual, 8, 150},
	} {
		sane := func(key []byte) bool {
			return insaneEdDSA(sshkey.EdDSAPublicKey{Curve: c.curve, Key: key}, c.care) == nil
		}
		n := 0
		for i := range 8000 {
			if i < 300 {
				if key := c.key(rng); !sane(key) {
					t.Fatalf("%s %x", c.curve, key)
				}
			}
			bytes := bytesOf(rng, c.size)
			if c.size == 57 {
				bytes[56] &= 0x80 // as RFC 8032 section 5.2.2 has it
			}
			if sane(bytes) {
				n++
			}
		}
		if want := 8000 / c.one; n < want-c.low || n > want+c.low {
			t.Errorf("%s, care %d: %d of 8000 are sane, not %d", c.curve, c.care, n, want)
		}
	}
}

// smallOrder are the points of the orders 1, 2, 4, 4, 8, 8, 8 and 8, as
// "Taming the many EdDSAs" (Chalkias, Garillot, Nikolaenko, 2020), table 6a, has them.
var smallOrder = []string{
	"0100000000000000000000000000000000000000000000000000000000000000",
	"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"0000000000000000000000000000000000000000000000000000000000000000",
	"0000000000000000000000000000000000000000000000000000000000000080",
	"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
	"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
	"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
	"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
}

// TestSmallOrder: a key plus a point of small order is a point, and no key; nor is
// such a point alone, nor y = p.
func TestSmallOrder(t *testing.T) {
	insane := func(key []byte, c care) bool {
		return insaneEdDSA(sshkey.EdDSAPublicKey{Curve: "Ed25519", Key: key}, c) != nil
	}
	key := must(new(edwards25519.Point).SetBytes(ed(random(t))))
	for i, text := range smallOrder {
		small := must(hex.DecodeString(text))
		sum := new(edwards25519.Point).Add(key, must(new(edwards25519.Point).SetBytes(small))).Bytes()
		if !insane(small, usual) || insane(sum, usual) != (i > 0) {
			t.Errorf("%s: as a key %v, added to one %v", text, insane(small, usual), insane(sum, usual))
		}
		if insane(sum, quick) && i < 4 || !insane(sum, quick) && i >= 4 {
			t.Errorf("%s: added to a key %v: such of order 8 are seen at once, others are doubles", text, insane(sum, quick))
		}
	}
	for _, last := range []byte{0x7f, 0xff} {
		if !insane(slices.Concat([]byte{0xed}, bytes.Repeat([]byte{0xff}, 30), []byte{last}), quick) {
			t.Error("y = p was taken")
		}
	}
}

func BenchmarkPoint(b *testing.B) {
	p := sshkey.EdDSAPublicKey{Curve: "Ed25519", Key: ed(random(b))}
	for c, name := range []string{"quick", "usual"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				insaneEdDSA(p, care(c))
			}
		})
	}
}
