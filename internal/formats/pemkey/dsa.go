package pemkey

import (
	"errors"
	"math/big"

	"github.com/keyconv/keyconv/internal/formats/pemkey/der"
	"github.com/keyconv/keyconv/sshkey"
)

// readDSA reads OpenSSL's DSAPrivateKey, which no standard describes.
func readDSA(r *der.Reader, m *material) {
	at := r.Offset()
	if r.Count("the version") != 0 {
		r.Fail(at, errors.New("the version of a DSA key is 0"))
	}
	p, q, g := r.Int("p"), r.Int("q"), r.Int("g")
	m.public = sshkey.DSAPublicKey{P: p, Q: q, G: g, Y: r.Int("y")}
	m.private = &sshkey.DSAPrivateKey{X: r.Int("x")}
}

func buildDSA(pub sshkey.DSAPublicKey, k *sshkey.DSAPrivateKey) []byte {
	return der.Build(func(b *der.Builder) {
		b.AddASN1(der.Sequence, func(b *der.Builder) {
			b.AddASN1Uint64(0)
			der.Ints(b, pub.P, pub.Q, pub.G, pub.Y, k.X)
		})
	})
}

// readDSAPublic reads OpenSSL's DSAPublicKey.
func readDSAPublic(r *der.Reader, m *material) {
	y, p, q := r.Int("y"), r.Int("p"), r.Int("q")
	m.public = sshkey.DSAPublicKey{P: p, Q: q, G: r.Int("g"), Y: y}
}

// readDSAParams reads Dss-Parms (RFC 3279 section 2.3.2).
func readDSAParams(r *der.Reader) (p sshkey.DSAPublicKey) {
	in := r.Sequence("p, q and g")
	p.P, p.Q, p.G = in.Int("p"), in.Int("q"), in.Int("g")
	in.End("g")
	return p
}

func addDSAParams(b *der.Builder, p sshkey.DSAPublicKey) {
	b.AddASN1(der.Sequence, func(b *der.Builder) { der.Ints(b, p.P, p.Q, p.G) })
}

// deriveDSA computes y, which PKCS#8 leaves out. Damage to p, q and g, which y would
// have shown, shows in that g has not the order q: Key.Check.
func deriveDSA(r *der.Reader, p sshkey.DSAPublicKey, x *big.Int) sshkey.DSAPublicKey {
	// Without these bounds a hostile key could ask for any amount of work.
	if p.Q.BitLen() > sshkey.MaxDSAOrder || p.P.Cmp(one) <= 0 || p.Q.Cmp(p.P) >= 0 || x.Sign() <= 0 || x.Cmp(p.Q) >= 0 {
		r.Fail(r.Offset(), errors.New("p, q and x are no DSA key"))
		return p
	}
	p.Y = new(big.Int).Exp(p.G, x, p.P)
	return p
}
