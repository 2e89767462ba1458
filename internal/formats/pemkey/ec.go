package pemkey

import (
	"bytes"
	"crypto/elliptic"
	"errors"
	"fmt"
	"math/big"
	"slices"

	"github.com/keyconv/keyconv/internal/formats/pemkey/der"
	"github.com/keyconv/keyconv/sshkey"
)

// A curve is a row of the table of curves.
type curve struct {
	oid, name string
	params    *elliptic.CurveParams // nil: an Edwards curve
	size      int                   // bytes of a coordinate or of a seed
}

var curves = []curve{
	{"1.2.840.10045.3.1.7", "nistp256", elliptic.P256().Params(), 32},
	{"1.3.132.0.34", "nistp384", elliptic.P384().Params(), 48},
	{"1.3.132.0.35", "nistp521", elliptic.P521().Params(), 66},
	{oidEd25519, "Ed25519", nil, 32},
	{oidEd448, "Ed448", nil, 57},
}

func findCurve(match func(curve) bool) (curve, bool) {
	i := slices.IndexFunc(curves, match)
	if i < 0 {
		return curve{}, false
	}
	return curves[i], true
}

func curveNamed(name string) curve {
	c, _ := findCurve(func(c curve) bool { return c.name == name })
	return c
}

// readSEC1 reads an ECPrivateKey that names its curve (RFC 5915).
func readSEC1(r *der.Reader, m *material) { readECPrivate(r, m, curve{}) }

// readECPrivate reads an ECPrivateKey. Inside PKCS#8 the curve may stand
// outside. The curve Ed25519 is sshpk's "EdDSA PRIVATE KEY".
func readECPrivate(r *der.Reader, m *material, c curve) {
	at := r.Offset()
	if r.Count("the version") != 1 {
		r.Fail(at, errors.New("the version of an EC private key is 1"))
	}
	secret := r.Octets("the private scalar")
	at = r.Offset()
	if r.Peek(der.Context(0)) {
		in := r.Enter(der.Context(0), "the curve")
		named := readCurve(in, m)
		in.End("the curve")
		if r.Err() == nil && c.name != "" && c.name != named.name {
			r.Fail(at, fmt.Errorf("the key is said to be on %s and on %s", c.name, named.name))
		}
		c = named
	}
	if r.Err() == nil && c.name == "" {
		r.Fail(at, errors.New("the key does not say which curve it is on"))
	}
	var point []byte
	if r.Peek(der.Context(1)) {
		in := r.Enter(der.Context(1), "the public key")
		point = in.Bits("the public key")
		in.End("the public key")
	}
	if r.Err() == nil {
		c.setPrivate(r, at, m, secret, point)
	}
}

// setPrivate makes the halves; the public one is computed where it is missing.
func (c curve) setPrivate(r *der.Reader, at int, m *material, secret, point []byte) {
	var err error
	if c.params == nil {
		err = c.setEdwards(m, secret, point)
	} else {
		err = c.setWeierstrass(m, secret, point)
	}
	if err != nil {
		r.Fail(at, err)
	}
}

func (c curve) setWeierstrass(m *material, secret, point []byte) (err error) {
	// PuTTY writes the scalar without leading zeros, or with one too many.
	priv := &sshkey.ECDSAPrivateKey{D: new(big.Int).SetBytes(secret)}
	if m.computed = point == nil; m.computed {
		point, err = priv.Point(c.name)
	} else {
		point = c.uncompress(point)
	}
	m.public, m.private = sshkey.ECDSAPublicKey{Curve: c.name, Point: point}, priv
	return err
}

func (c curve) setEdwards(m *material, seed, public []byte) (err error) {
	priv := &sshkey.EdDSAPrivateKey{Seed: bytes.Clone(seed)}
	if m.computed = public == nil; m.computed {
		public, err = priv.Public(c.name)
	}
	m.public, m.private = sshkey.EdDSAPublicKey{Curve: c.name, Key: bytes.Clone(public)}, priv
	return err
}

// readCurve reads ECParameters (RFC 3279 section 2.3.5): a name, or all the
// numbers where they are those of a curve that SSH knows.
func readCurve(r *der.Reader, m *material) curve {
	at := r.Offset()
	if r.Peek(der.Sequence) {
		return readExplicit(r, m)
	}
	oid := r.OID("the curve")
	c, ok := findCurve(func(c curve) bool { return c.oid == oid })
	if !ok {
		m.unsupported(r, at, "a key on the curve", oid)
	}
	return c
}

// readExplicit reads SpecifiedECDomain (SEC 1 appendix C.2) over a prime field.
func readExplicit(r *der.Reader, m *material) curve {
	at := r.Offset()
	in := r.Sequence("the curve's numbers")
	in.Count("the version")
	field := in.Sequence("the field")
	isPrime := field.OID("the field") == "1.2.840.10045.1.1"
	p := new(big.Int)
	if isPrime {
		p = field.Int("the prime")
	}
	ab := in.Sequence("a and b")
	a, b := ab.Octets("a"), ab.Octets("b")
	base := in.Octets("the base point")
	n := in.Int("the order")
	if in.Peek(der.Integer) && in.Count("the cofactor") != 1 {
		isPrime = false
	}
	in.End("the curve's numbers")
	c, ok := findCurve(func(c curve) bool { return isPrime && c.is(p, n, a, b, base) })
	if !ok {
		m.unsupported(r, at, "a key on", "a curve given by its numbers")
	}
	return c
}

// is compares all that defines a curve; a is always -3 on the NIST curves.
func (c curve) is(p, n *big.Int, a, b, base []byte) bool {
	if c.params == nil || c.params.P.Cmp(p) != 0 || c.params.N.Cmp(n) != 0 {
		return false
	}
	number := func(b []byte) *big.Int { return new(big.Int).SetBytes(b) }
	minus3 := new(big.Int).Sub(p, big.NewInt(3))
	return number(a).Cmp(minus3) == 0 && number(b).Cmp(c.params.B) == 0 &&
		bytes.Equal(c.uncompress(base), c.point(c.params.Gx, c.params.Gy))
}

func (c curve) point(x, y *big.Int) []byte {
	return slices.Concat([]byte{4}, x.FillBytes(make([]byte, c.size)), y.FillBytes(make([]byte, c.size)))
}

// uncompress brings a point into the form that SSH uses (SEC 1 section 2.3.4):
// a compressed one, or X9.62's hybrid one, which has both coordinates and the
// parity of y. What is neither is returned as it is, and judged by the model.
func (c curve) uncompress(point []byte) []byte {
	if len(point) == 1+2*c.size && point[0] == 6|point[len(point)-1]&1 {
		return slices.Concat([]byte{4}, point[1:])
	}
	if len(point) != 1+c.size || point[0] != 2 && point[0] != 3 {
		return bytes.Clone(point)
	}
	x, y := elliptic.UnmarshalCompressed(elliptic.Curve(c.implementation()), point)
	if x == nil {
		return bytes.Clone(point)
	}
	return c.point(x, y)
}

func (c curve) implementation() elliptic.Curve {
	return map[string]elliptic.Curve{"nistp256": elliptic.P256(), "nistp384": elliptic.P384(), "nistp521": elliptic.P521()}[c.name]
}

// buildSEC1 writes an ECPrivateKey; inside PKCS#8 it does not name its curve.
func buildSEC1(pub sshkey.ECDSAPublicKey, k *sshkey.ECDSAPrivateKey, named bool) ([]byte, error) {
	c := curveNamed(pub.Curve)
	if k.D.Sign() <= 0 || k.D.BitLen() > 8*c.size {
		return nil, sshkey.ErrMismatch
	}
	return der.Build(func(b *der.Builder) {
		b.AddASN1(der.Sequence, func(b *der.Builder) {
			b.AddASN1Uint64(1)
			b.AddASN1OctetString(k.D.FillBytes(make([]byte, c.size)))
			if named {
				b.AddASN1(der.Context(0), func(b *der.Builder) { der.AddOID(b, c.oid) })
			}
			b.AddASN1(der.Context(1), func(b *der.Builder) { b.AddASN1BitString(pub.Point) })
		})
	}), nil
}
