package sshkey

import (
	"crypto"
	"crypto/dsa" //lint:ignore SA1019 DSA keys exist and must be read
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"fmt"
	"math/big"
	"reflect"

	"github.com/cloudflare/circl/sign/ed448"
	"golang.org/x/crypto/ssh"
)

// This file is the edge to the crypto packages and x/crypto/ssh. They
// recompute, check and refuse what they like; the model does not depend on it.

func noCrypto(k PublicKey) error {
	what, next := "a key of type "+k.Algorithm(), "golang.org/x/crypto/ssh may know it: PublicKey.SSH"
	switch {
	case k.IsZero():
		what, next = "an empty public key", "parse a key, or make one of its Parts"
	case k.IsSecurityKey():
		next = "the security key signs by itself: load it with ssh-add, and use the agent's signer"
	}
	return &UnsupportedError{Format: "package crypto", What: what, Next: next}
}

// maxExponent is how many bits crypto/rsa takes of e.
const maxExponent = 31

var curves = map[string]elliptic.Curve{
	"nistp256": elliptic.P256(), "nistp384": elliptic.P384(), "nistp521": elliptic.P521(),
}

// SSH is k as golang.org/x/crypto/ssh has it.
func (k PublicKey) SSH() (ssh.PublicKey, error) { return ssh.ParsePublicKey([]byte(k.blob)) }

// Crypto is k as a *rsa.PublicKey, *dsa.PublicKey, *ecdsa.PublicKey,
// ed25519.PublicKey or circl's ed448.PublicKey; a certificate gives the key in
// it. It shares no memory with k.
func (k PublicKey) Crypto() (crypto.PublicKey, error) {
	switch p := k.Parts().(type) {
	case RSAPublicKey:
		if p.E.BitLen() > maxExponent {
			return nil, &UnsupportedError{Format: "package crypto", What: fmt.Sprintf("an RSA key whose exponent has %d bits; %d are its most", p.E.BitLen(), maxExponent),
				Next: "ssh and ssh-add use the key; new ones have the exponent 65537"}
		}
		return &rsa.PublicKey{N: p.N, E: int(p.E.Int64())}, nil
	case DSAPublicKey:
		return &dsa.PublicKey{Parameters: dsa.Parameters{P: p.P, Q: p.Q, G: p.G}, Y: p.Y}, nil
	case ECDSAPublicKey:
		return ecdsa.ParseUncompressedPublicKey(curves[p.Curve], p.Point)
	case EdDSAPublicKey:
		if p.Curve == "Ed25519" {
			return ed25519.PublicKey(p.Key), nil
		}
		return ed448.PublicKey(p.Key), nil
	}
	return nil, noCrypto(k)
}

// Crypto is the private key as crypto/x509 gives them, and *dsa.PrivateKey or
// circl's ed448.PrivateKey. The key must be decrypted, and its halves must belong
// together. It shares no memory with k: either can be cleared.
func (k *Key) Crypto() (crypto.PrivateKey, error) {
	if k.Private == nil {
		return nil, ErrNoPrivate
	}
	if k.Encrypted() {
		return nil, ErrEncrypted
	}
	pub, err := k.Public.Crypto()
	if err != nil {
		return nil, err
	}
	if err := k.Check(); err != nil { // a Key made by hand may have halves of two keys
		return nil, err
	}
	switch priv := k.Private.(type) {
	case *RSAPrivateKey:
		key := &rsa.PrivateKey{PublicKey: *pub.(*rsa.PublicKey), D: clone(priv.D), Primes: []*big.Int{clone(priv.P), clone(priv.Q)}}
		key.Precompute()
		return key, key.Validate()
	case *DSAPrivateKey:
		return &dsa.PrivateKey{PublicKey: *pub.(*dsa.PublicKey), X: clone(priv.X)}, nil
	case *ECDSAPrivateKey:
		curve := curves[k.Public.Parts().(ECDSAPublicKey).Curve]
		return ecdsa.ParseRawPrivateKey(curve, priv.D.FillBytes(make([]byte, (curve.Params().BitSize+7)/8)))
	case *EdDSAPrivateKey:
		if len(priv.Seed) == ed25519.SeedSize {
			return ed25519.NewKeyFromSeed(priv.Seed), nil
		}
		return ed448.NewKeyFromSeed(priv.Seed), nil
	}
	return nil, noCrypto(k.Public)
}

// Signer makes the key ready for ssh.PublicKeys. A Key whose Public is a
// certificate gives a signer that offers the certificate.
func (k *Key) Signer() (ssh.Signer, error) {
	priv, err := k.Crypto()
	if err != nil {
		return nil, err
	}
	signer, err := ssh.NewSignerFromKey(priv)
	if err != nil {
		return nil, &UnsupportedError{Format: "golang.org/x/crypto/ssh", What: "a signer of type " + k.Public.Algorithm() + " (" + err.Error() + ")", Next: "make another key: ssh-keygen -t ed25519"}
	}
	if !k.Public.IsCertificate() {
		return signer, nil
	}
	pub, err := k.Public.SSH()
	if err != nil {
		return nil, err
	}
	return ssh.NewCertSigner(pub.(*ssh.Certificate), signer)
}

// NewPublicKey makes a PublicKey of the types that PublicKey.Crypto returns.
func NewPublicKey(pub crypto.PublicKey) (PublicKey, error) {
	if isNil(pub) {
		return PublicKey{}, errShape
	}
	switch p := pub.(type) {
	case *rsa.PublicKey:
		return RSAPublicKey{big.NewInt(int64(p.E)), p.N}.PublicKey()
	case *dsa.PublicKey:
		return DSAPublicKey{p.P, p.Q, p.G, p.Y}.PublicKey()
	case *ecdsa.PublicKey:
		//lint:ignore SA1019 Bytes panics where they are missing
		if p.Curve == nil || p.X == nil || p.Y == nil {
			return PublicKey{}, errShape
		}
		name, known := curveNames[p.Curve.Params().BitSize]
		if !known {
			return PublicKey{}, noType("an ECDSA key on " + p.Curve.Params().Name)
		}
		point, err := p.Bytes()
		if err != nil {
			return PublicKey{}, err
		}
		return ECDSAPublicKey{name, point}.PublicKey()
	case ed25519.PublicKey:
		return EdDSAPublicKey{"Ed25519", p}.PublicKey()
	case ed448.PublicKey:
		return EdDSAPublicKey{"Ed448", p}.PublicKey()
	}
	return PublicKey{}, noType(fmt.Sprintf("a %T", pub))
}

// noType is for a key of a kind that SSH has no type for.
func noType(what string) error {
	return &UnsupportedError{What: what, Unknown: "SSH", Next: "SSH has RSA of two primes, DSA, ECDSA on P-256, P-384 and P-521, Ed25519 and Ed448"}
}

// FromCrypto makes a Key of a private key of the types that Key.Crypto
// returns, and of the *ed25519.PrivateKey of ssh.ParseRawPrivateKey. It shares no
// memory with priv.
func FromCrypto(priv crypto.PrivateKey, comment string) (*Key, error) {
	if p, ok := priv.(*ed25519.PrivateKey); ok && p != nil {
		priv = *p
	}
	if isNil(priv) {
		return nil, errShape
	}
	switch p := priv.(type) {
	case *rsa.PrivateKey:
		if len(p.Primes) != 2 {
			return nil, noType(fmt.Sprintf("an RSA key of %d primes", len(p.Primes)))
		}
		r := &RSAPrivateKey{D: clone(p.D), P: clone(p.Primes[0]), Q: clone(p.Primes[1])}
		r.RestoreIqmp()
		return fromHalves(&p.PublicKey, r, comment)
	case *dsa.PrivateKey:
		return fromHalves(&p.PublicKey, &DSAPrivateKey{clone(p.X)}, comment)
	case *ecdsa.PrivateKey:
		//lint:ignore SA1019 Bytes panics where they are missing
		if p.Curve == nil || p.D == nil || p.X == nil || p.Y == nil {
			return nil, errShape
		}
		d, err := p.Bytes()
		if err != nil {
			return nil, err
		}
		return fromHalves(&p.PublicKey, &ECDSAPrivateKey{number(d)}, comment)
	case ed25519.PrivateKey:
		if len(p) != ed25519.PrivateKeySize { // crypto/ed25519 panics
			return nil, fmt.Errorf("sshkey: an Ed25519 key of %d bytes", len(p))
		}
		return fromHalves(p.Public(), &EdDSAPrivateKey{p.Seed()}, comment)
	case ed448.PrivateKey:
		if len(p) != ed448.PrivateKeySize {
			return nil, fmt.Errorf("sshkey: an Ed448 key of %d bytes", len(p))
		}
		return fromHalves(p.Public(), &EdDSAPrivateKey{p.Seed()}, comment)
	}
	return nil, noType(fmt.Sprintf("a %T", priv))
}

// isNil reports whether a key is a pointer to none.
func isNil(key any) bool {
	v := reflect.ValueOf(key)
	return v.Kind() == reflect.Pointer && v.IsNil()
}

// clone copies a number; nil stays nil.
func clone(n *big.Int) *big.Int {
	if n == nil {
		return nil
	}
	return new(big.Int).Set(n)
}

func fromHalves(pub crypto.PublicKey, priv PrivateKey, comment string) (*Key, error) {
	public, err := NewPublicKey(pub)
	if err != nil {
		return nil, err
	}
	k := &Key{Public: public, Private: priv, Comment: comment}
	if err := k.Check(); err != nil {
		return nil, err
	}
	return k, nil
}
