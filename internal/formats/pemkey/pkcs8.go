package pemkey

import (
	"errors"
	"math/big"
	"slices"

	"github.com/keyconv/keyconv/internal/formats/pemkey/der"
	"github.com/keyconv/keyconv/sshkey"
)

const (
	oidRSA     = "1.2.840.113549.1.1.1"
	oidEC      = "1.2.840.10045.2.1"
	oidDSA     = "1.2.840.10040.4.1"
	oidEd25519 = "1.3.101.112"
	oidEd448   = "1.3.101.113"
)

// An algorithm is how keys of an AlgorithmIdentifier are spelled in PKCS#8 and
// SubjectPublicKeyInfo. alg stands at the parameters; public is the separate
// public key of a PKCS#8 of version 2, or nil.
type algorithm struct {
	oid     string
	private func(alg, body *der.Reader, m *material, public []byte)
	public  func(alg, body *der.Reader, m *material)
}

func algorithms() []algorithm {
	return []algorithm{
		{oidRSA, rsaPKCS8, rsaSPKI},
		{oidEC, ecPKCS8, ecSPKI},
		{oidDSA, dsaPKCS8, dsaSPKI},
		{oidEd25519, edwardsPKCS8("Ed25519"), edwardsSPKI("Ed25519")}, // RFC 8410
		{oidEd448, edwardsPKCS8("Ed448"), edwardsSPKI("Ed448")},
	}
}

// readAlgorithm reads the identifier and leaves the parameters in alg.
func readAlgorithm(r *der.Reader, m *material) (a algorithm, alg *der.Reader, ok bool) {
	alg = r.Sequence("the key's algorithm")
	at := alg.Offset()
	oid := alg.OID("the key's algorithm")
	all := algorithms()
	i := slices.IndexFunc(all, func(a algorithm) bool { return a.oid == oid })
	if i < 0 {
		m.unsupported(r, at, "a key of type", oid)
		return a, alg, false
	}
	return all[i], alg, true
}

// readPKCS8 reads a PrivateKeyInfo or OneAsymmetricKey (RFC 5958 section 2).
func readPKCS8(r *der.Reader, m *material) {
	at := r.Offset()
	if r.Count("the version") > 1 {
		r.Fail(at, errors.New("the version of a PKCS#8 key is 0 or 1"))
	}
	a, alg, ok := readAlgorithm(r, m)
	if !ok {
		return
	}
	body := r.Enter(der.OctetString, "the private key")
	if r.Peek(der.Context(0)) {
		r.Value(der.Context(0), "the attributes")
		m.findings.Note(sshkey.Note, "pkcs8-attributes", "", "the attributes of the PKCS#8 key are not kept")
	}
	public := readOuterPublic(r)
	a.private(alg, body, m, public)
	alg.End("the algorithm's parameters")
	body.End("the private key")
}

// readOuterPublic reads the public key behind the attributes: an implicit tag
// by the standard, an explicit one as some libraries write it.
func readOuterPublic(r *der.Reader) []byte {
	switch {
	case r.Peek(der.Implicit(1)):
		return r.EnterBits(der.Implicit(1), "the public key").Rest()
	case r.Peek(der.Context(1)):
		in := r.Enter(der.Context(1), "the public key")
		public := in.Bits("the public key")
		in.End("the public key")
		return public
	}
	return nil
}

// readSPKI reads a SubjectPublicKeyInfo (RFC 5280 section 4.1).
func readSPKI(r *der.Reader, m *material) {
	a, alg, ok := readAlgorithm(r, m)
	if !ok {
		return
	}
	body := r.EnterBits(der.BitString, "the public key")
	a.public(alg, body, m)
	alg.End("the algorithm's parameters")
	body.End("the public key")
}

// readCertificate reads the public key of an X.509 certificate (RFC 5280
// section 4.1). Nothing else in it is looked at, the signature neither.
func readCertificate(r *der.Reader, m *material) {
	in := r.Sequence("the certificate")
	if in.Peek(der.Context(0)) {
		in.Skip("the version")
	}
	for _, what := range []string{"the serial number", "the signature's algorithm", "the issuer", "the validity", "the subject"} {
		in.Skip(what)
	}
	readSPKI(in.Sequence("the public key"), m)
	r.Skip("the signature's algorithm")
	r.Skip("the signature")
	m.findings.Note(sshkey.Note, "x509-unchecked", "", "only the public key of the certificate is read; its signature and validity are not checked")
}

// skipNull takes the NULL that RSA has for parameters (RFC 3279 section 2.3.1).
func skipNull(alg *der.Reader) {
	if alg.Peek(der.Null) {
		alg.Value(der.Null, "NULL")
	}
}

func rsaPKCS8(alg, body *der.Reader, m *material, public []byte) {
	skipNull(alg)
	at := body.Offset()
	in := body.Sequence("an RSA key")
	readPKCS1(in, m)
	in.End("the RSA key")
	m.compare(body, at, public, func(r *der.Reader, other *material) {
		in := r.Sequence("the public key")
		readPKCS1Public(in, other)
		in.End("the public key")
	})
}

func rsaSPKI(alg, body *der.Reader, m *material) {
	skipNull(alg)
	in := body.Sequence("an RSA key")
	readPKCS1Public(in, m)
	in.End("the RSA key")
}

func dsaPKCS8(alg, body *der.Reader, m *material, public []byte) {
	params := readDSAParams(alg)
	at := body.Offset()
	x := body.Int("x")
	if body.Err() == nil {
		m.public, m.private, m.computed = deriveDSA(body, params, x), &sshkey.DSAPrivateKey{X: x}, public == nil
	}
	m.compare(body, at, public, func(r *der.Reader, other *material) {
		params.Y = r.Int("y")
		other.public = params
	})
}

// compare reads the separate public key of a PKCS#8 of version 2, where there is one, and
// fails where it is another key's.
func (m *material) compare(body *der.Reader, at int, public []byte, read func(*der.Reader, *material)) {
	if body.Err() != nil || public == nil {
		return
	}
	r, other := der.NewReader(public), &material{format: m.format}
	read(r, other)
	r.End("the public key")
	if r.Err() == nil {
		own, err := m.public.PublicKey()
		apart, apartErr := other.public.PublicKey()
		if err == nil && apartErr == nil && own == apart {
			return
		}
	}
	body.Fail(at, sshkey.ErrMismatch)
}

func dsaSPKI(alg, body *der.Reader, m *material) {
	params := readDSAParams(alg)
	params.Y = body.Int("y")
	m.public = params
}

// ecPKCS8 reads an EC key: its curve stands in the parameters, and may stand
// in the key too, or there alone.
func ecPKCS8(alg, body *der.Reader, m *material, public []byte) {
	var c curve
	if !alg.Empty() && !alg.Peek(der.Null) {
		c = readCurve(alg, m)
	}
	skipNull(alg)
	at := body.Offset()
	in := body.Sequence("an EC key")
	readECPrivate(in, m, c)
	in.End("the EC key")
	if body.Err() != nil || public == nil {
		return
	}
	pub, ok := m.public.(sshkey.ECDSAPublicKey)
	if !ok || !slices.Equal(pub.Point, curveNamed(pub.Curve).uncompress(public)) {
		body.Fail(at, sshkey.ErrMismatch)
	}
}

func ecSPKI(alg, body *der.Reader, m *material) {
	c := readCurve(alg, m)
	if c.params == nil {
		alg.Failf("an EC key on no EC curve")
		return
	}
	m.public = sshkey.ECDSAPublicKey{Curve: c.name, Point: c.uncompress(body.Rest())}
}

func edwardsPKCS8(name string) func(_, body *der.Reader, m *material, public []byte) {
	return func(_, body *der.Reader, m *material, public []byte) {
		at := body.Offset()
		seed := body.Octets("the seed")
		if body.Err() == nil {
			curveNamed(name).setPrivate(body, at, m, seed, public)
		}
	}
}

func edwardsSPKI(name string) func(_, body *der.Reader, m *material) {
	return func(_, body *der.Reader, m *material) {
		m.public = sshkey.EdDSAPublicKey{Curve: name, Key: body.Rest()}
	}
}

// identifier is the AlgorithmIdentifier of a public key.
func identifier(pub sshkey.Parts) func(*der.Builder) {
	oid, params := "", func(*der.Builder) {}
	switch p := pub.(type) {
	case sshkey.RSAPublicKey:
		oid, params = oidRSA, func(b *der.Builder) { b.AddASN1NULL() }
	case sshkey.DSAPublicKey:
		oid, params = oidDSA, func(b *der.Builder) { addDSAParams(b, p) }
	case sshkey.ECDSAPublicKey:
		oid, params = oidEC, func(b *der.Builder) { der.AddOID(b, curveNamed(p.Curve).oid) }
	case sshkey.EdDSAPublicKey:
		oid = curveNamed(p.Curve).oid
	}
	return func(b *der.Builder) {
		b.AddASN1(der.Sequence, func(b *der.Builder) {
			der.AddOID(b, oid)
			params(b)
		})
	}
}

func buildInt(n *big.Int) []byte {
	return der.Build(func(b *der.Builder) { b.AddASN1BigInt(n) })
}
