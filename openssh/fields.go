package openssh

import (
	"bytes"
	"crypto/subtle"
	"errors"
	"fmt"
	"strings"

	"github.com/keyconv/keyconv/internal/wire"
	"github.com/keyconv/keyconv/sshkey"
)

// unpack reads the decrypted private section (PROTOCOL.key section 3): two
// equal numbers, the key, the comment, padding.
func (c *container) unpack(plain []byte) (*sshkey.Key, error) {
	k := c.public()
	r := wire.NewReader(plain)
	if a, b := r.Next(4, "a check number"), r.Next(4, "a check number"); r.Err() != nil || subtle.ConstantTimeCompare(a, b) != 1 {
		if c.sealed() {
			return nil, c.locate(sshkey.ErrPassphrase)
		}
		return nil, c.locate(fmt.Errorf("%w (check numbers; it is not encrypted)", sshkey.ErrCorrupt))
	}
	if !c.pub.Known() {
		readType(r, k.Public)
		k.Private = &sshkey.Opaque{Container: Name, Bytes: bytes.Clone(r.Rest())}
		return k, c.locate(r.Err())
	}
	inner := readKey(r, k)
	commentAt := r.Offset()
	k.Comment = strings.TrimSuffix(string(r.String()), "\x00")
	if strings.IndexByte(k.Comment, 0) >= 0 {
		r.Fail(commentAt, errors.New("a NUL in the comment"))
	}
	c.checkPadding(r, k, len(plain))
	if err := c.locate(r.Err()); err != nil {
		return nil, err
	}
	return k, c.locate(c.checkHalves(inner, k))
}

// checkHalves compares the public key inside with the one outside, which
// PuTTY never looks at, and the private numbers with both.
func (c *container) checkHalves(inner sshkey.PublicKey, k *sshkey.Key) error {
	if inner != k.Public {
		return fmt.Errorf("%w: the public key is in the file twice and differs", sshkey.ErrMismatch)
	}
	return k.Prove()
}

// checkPadding wants 1, 2, 3 … up to the cipher's block. Two faults of other
// writers, which OpenSSH refuses, are read where nothing is encrypted.
func (c *container) checkPadding(r *wire.Reader, k *sshkey.Key, total int) {
	at := r.Offset()
	pad := r.Rest()
	first := byte(1)
	if len(pad) > 0 && pad[0] == 0 && !c.sealed() {
		first = 0
	}
	for i, b := range pad {
		if b != byte(i)+first {
			r.Fail(at+i, fmt.Errorf("%w (padding)", sshkey.ErrCorrupt))
			return
		}
	}
	if len(pad) > 0 && first == 0 || total%c.cipher.Block != 0 {
		k.Note(sshkey.Repaired, "private-padding", "", "the private part is padded in a way that ssh-keygen refuses")
	}
}

// readKey reads the type and the numbers of the private key into k and returns
// the public key that stands among them.
func readKey(r *wire.Reader, k *sshkey.Key) sshkey.PublicKey {
	at := r.Offset()
	readType(r, k.Public)
	if k.Public.IsCertificate() {
		pub, err := sshkey.ParsePublicKey(r.String())
		if err != nil {
			r.Fail(at, err)
		}
		k.Private = readNumbers(r, k.Public.Parts(), true)
		return pub
	}
	at = r.Offset()
	parts := readPublic(r, k.Public.Parts())
	if r.Err() != nil {
		return sshkey.PublicKey{}
	}
	pub, err := parts.PublicKey()
	if err != nil {
		r.Fail(at, fmt.Errorf("the public key inside: %w", err))
	}
	k.Private = readNumbers(r, parts, false)
	return pub
}

// readType reads the type inside, which is that of the public key outside.
func readType(r *wire.Reader, outside sshkey.PublicKey) {
	at := r.Offset()
	name := string(r.String())
	if !sshkey.SameAlgorithm(name, outside.Algorithm()) {
		r.Fail(at, fmt.Errorf("%w: outside is a key of type %s and inside one of type %s", sshkey.ErrMismatch, outside.Algorithm(), sshkey.Quote(name)))
	}
}

// readPublic reads the public numbers, which stand in front of the private
// ones, of a key of the same type as like. RSA has n before e, the reverse of
// the public blob.
func readPublic(r *wire.Reader, like sshkey.Parts) sshkey.Parts {
	switch like := like.(type) {
	case sshkey.RSAPublicKey:
		return sshkey.RSAPublicKey{N: r.Int(), E: r.Int()}
	case sshkey.DSAPublicKey:
		return sshkey.DSAPublicKey{P: r.Int(), Q: r.Int(), G: r.Int(), Y: r.Int()}
	case sshkey.ECDSAPublicKey:
		return sshkey.ECDSAPublicKey{Curve: string(r.String()), Point: r.String()}
	case sshkey.EdDSAPublicKey:
		return sshkey.EdDSAPublicKey{Curve: like.Curve, Key: r.String()}
	case sshkey.SKPublicKey:
		return sshkey.SKPublicKey{Key: readPublic(r, like.Key), Application: string(r.String())}
	}
	return sshkey.MLDSAPublicKey{Key: r.String()}
}

// readNumbers reads what follows the public numbers. Behind a certificate,
// which stands in their place, an Ed25519 key is repeated in front of its
// secret and a security key's application is too.
func readNumbers(r *wire.Reader, pub sshkey.Parts, cert bool) sshkey.PrivateKey {
	switch pub := pub.(type) {
	case sshkey.RSAPublicKey:
		return &sshkey.RSAPrivateKey{D: r.Int(), Iqmp: r.Int(), P: r.Int(), Q: r.Int()}
	case sshkey.DSAPublicKey:
		return &sshkey.DSAPrivateKey{X: r.Int()}
	case sshkey.ECDSAPublicKey:
		return &sshkey.ECDSAPrivateKey{D: r.Int()}
	case sshkey.EdDSAPublicKey:
		if cert {
			expect(r, pub.Key)
		}
		return &sshkey.EdDSAPrivateKey{Seed: readSeed(r, pub.Key)}
	case sshkey.SKPublicKey:
		if ed, ok := pub.Key.(sshkey.EdDSAPublicKey); ok && cert {
			expect(r, ed.Key)
		}
		if cert {
			expect(r, []byte(pub.Application))
		}
		return &sshkey.SKPrivateKey{Flags: r.Byte(), Handle: bytes.Clone(r.String()), Reserved: bytes.Clone(r.String())}
	}
	return &sshkey.MLDSAPrivateKey{Seeds: bytes.Clone(r.String())}
}

// expect reads a string that repeats something known.
func expect(r *wire.Reader, want []byte) {
	at := r.Offset()
	if !bytes.Equal(r.String(), want) {
		r.Fail(at, fmt.Errorf("%w: the public key is in the file twice and differs", sshkey.ErrMismatch))
	}
}

// readSeed reads string(seed || public key). PuTTY 0.68 to 0.74 dropped zero
// bytes at the seed's end; the public key is then still at the end.
func readSeed(r *wire.Reader, pub []byte) []byte {
	at := r.Offset()
	secret := r.String()
	seed, ok := bytes.CutSuffix(secret, pub)
	if r.Err() == nil && (!ok || len(seed) > len(pub)) {
		r.Fail(at, fmt.Errorf("%w: the secret does not end with the public key", sshkey.ErrMismatch))
	}
	return append(bytes.Clone(seed), make([]byte, max(0, len(pub)-len(seed)))...)
}

// appendKey is the reverse of readKey.
func appendKey(b []byte, k *sshkey.Key) ([]byte, error) {
	b = wire.AppendString(b, k.Public.Algorithm())
	parts := k.Public.Parts()
	if k.Public.IsCertificate() {
		b = wire.AppendString(b, k.Public.Blob())
	} else {
		b = appendPublic(b, parts)
	}
	return appendNumbers(b, k, parts)
}

func appendPublic(b []byte, parts sshkey.Parts) []byte {
	switch p := parts.(type) {
	case sshkey.RSAPublicKey:
		return wire.AppendInt(wire.AppendInt(b, p.N), p.E)
	case sshkey.DSAPublicKey:
		return wire.AppendInt(wire.AppendInt(wire.AppendInt(wire.AppendInt(b, p.P), p.Q), p.G), p.Y)
	case sshkey.ECDSAPublicKey:
		return wire.AppendString(wire.AppendString(b, p.Curve), p.Point)
	case sshkey.EdDSAPublicKey:
		return wire.AppendString(b, p.Key)
	case sshkey.SKPublicKey:
		return wire.AppendString(appendPublic(b, p.Key), p.Application)
	case sshkey.MLDSAPublicKey:
		return wire.AppendString(b, p.Key)
	}
	return b
}

func appendNumbers(b []byte, k *sshkey.Key, pub sshkey.Parts) ([]byte, error) {
	if err := sshkey.Complete(k.Private); err != nil {
		return nil, err
	}
	switch p := k.Private.(type) {
	case *sshkey.RSAPrivateKey:
		return wire.AppendInt(wire.AppendInt(wire.AppendInt(wire.AppendInt(b, p.D), p.Iqmp), p.P), p.Q), nil
	case *sshkey.DSAPrivateKey:
		return wire.AppendInt(b, p.X), nil
	case *sshkey.ECDSAPrivateKey:
		return wire.AppendInt(b, p.D), nil
	case *sshkey.EdDSAPrivateKey:
		ed, ok := pub.(sshkey.EdDSAPublicKey)
		if !ok {
			return nil, fmt.Errorf("openssh: %w: a private key of another type", sshkey.ErrMismatch)
		}
		return wire.AppendString(b, append(bytes.Clone(p.Seed), ed.Key...)), nil
	case *sshkey.SKPrivateKey:
		return wire.AppendString(wire.AppendString(append(b, p.Flags), p.Handle), p.Reserved), nil
	case *sshkey.MLDSAPrivateKey:
		return wire.AppendString(b, p.Seeds), nil
	case *sshkey.Sealed:
		return nil, sshkey.ErrEncrypted
	case nil:
		return nil, sshkey.ErrNoPrivate
	}
	return nil, errNoSuchType(k)
}

func errNoSuchType(k *sshkey.Key) error {
	return &sshkey.UnsupportedError{Format: Name, What: "a private key of type " + k.Public.Algorithm(),
		Next: "its public half converts: --to authorized-keys"}
}
