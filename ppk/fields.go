package ppk

import (
	"bytes"
	"crypto/sha1"
	"errors"
	"fmt"

	"github.com/keyconv/keyconv/internal/wire"
	"github.com/keyconv/keyconv/sshkey"
)

// public makes the key of what stands in clear.
func (f *file) public() (*sshkey.Key, error) {
	pub, err := sshkey.ParsePublicKey(f.pub.data)
	if err != nil {
		return nil, sshkey.Locate(Name, f.data, f.pub.at, err)
	}
	if !sshkey.SameAlgorithm(f.algorithm, pub.Algorithm()) {
		return nil, sshkey.Errorf(Name, f.data, len(magic)+3, "the first line says %s and the key is %s", sshkey.Quote(f.algorithm), pub.Algorithm())
	}
	return &sshkey.Key{Public: pub, Comment: f.comment, Version: f.version,
		Protection: f.protection(), Pos: sshkey.PosAt(f.data, 0)}, nil
}

// unpack makes the whole key of the plain private blob, and proves that its
// halves belong together.
func (f *file) unpack(private []byte) (*sshkey.Key, error) {
	k, err := f.public()
	if err != nil {
		return nil, err
	}
	parts := k.Public.Parts()
	if parts == nil {
		k.Private = &sshkey.Opaque{Container: Name, Bytes: bytes.Clone(private)}
		return k, nil
	}
	if k.Private, err = decodePrivate(parts, private); err != nil {
		return nil, sshkey.Locate(Name, f.data, f.priv.at, err)
	}
	if err := k.Prove(); err != nil {
		return nil, f.locate(f.priv.at(0), err)
	}
	return k, nil
}

// decodePrivate reads the private blob (appendix C.3 of PuTTY's manual). What
// follows the last field is padding.
func decodePrivate(parts sshkey.Parts, private []byte) (sshkey.PrivateKey, error) {
	r := wire.NewReader(private)
	var key sshkey.PrivateKey
	switch pub := parts.(type) {
	case sshkey.RSAPublicKey:
		key = &sshkey.RSAPrivateKey{D: r.Int(), P: r.Int(), Q: r.Int(), Iqmp: r.Int()}
	case sshkey.DSAPublicKey:
		key = &sshkey.DSAPrivateKey{X: r.Int()}
		checkDSAHash(r, pub)
	case sshkey.ECDSAPublicKey:
		key = &sshkey.ECDSAPrivateKey{D: r.Int()}
	case sshkey.EdDSAPublicKey:
		key = &sshkey.EdDSAPrivateKey{Seed: seed(r.String(), len(pub.Key))}
	default:
		return nil, fmt.Errorf("PuTTY has no private keys of this type")
	}
	return key, r.Err()
}

// seed is a little-endian number: PuTTY 0.68 to 0.74 left out the zeros at its
// end, one key in 256.
func seed(b []byte, size int) []byte {
	s := make([]byte, size)
	copy(s, b)
	return s
}

// checkDSAHash checks the SHA-1 of p, q and g that old files carry behind x.
func checkDSAHash(r *wire.Reader, pub sshkey.DSAPublicKey) {
	at := r.Offset()
	if r.Err() != nil || r.Len() < 4+sha1.Size || r.Uint32() != sha1.Size {
		return
	}
	b := wire.AppendInt(nil, pub.P)
	b = wire.AppendInt(b, pub.Q)
	b = wire.AppendInt(b, pub.G)
	if sum := sha1.Sum(b); !bytes.Equal(r.Next(sha1.Size, "a hash"), sum[:]) {
		r.Fail(at, fmt.Errorf("%w (hash of p, q and g)", sshkey.ErrCorrupt))
	}
}

// encodePrivate is the reverse of decodePrivate.
func encodePrivate(k *sshkey.Key) ([]byte, error) {
	if err := sshkey.Complete(k.Private); err != nil {
		return nil, err
	}
	switch p := k.Private.(type) {
	case *sshkey.RSAPrivateKey:
		b := wire.AppendInt(nil, p.D)
		b = wire.AppendInt(b, p.P)
		b = wire.AppendInt(b, p.Q)
		return wire.AppendInt(b, p.Iqmp), nil
	case *sshkey.DSAPrivateKey:
		return wire.AppendInt(nil, p.X), nil
	case *sshkey.ECDSAPrivateKey:
		return wire.AppendInt(nil, p.D), nil
	case *sshkey.EdDSAPrivateKey:
		return wire.AppendString(nil, p.Seed), nil
	case *sshkey.Sealed:
		return nil, sshkey.ErrEncrypted
	case nil:
		return nil, sshkey.ErrNoPrivate
	}
	return nil, errNoSuchType(k)
}

func errNoSuchType(k *sshkey.Key) error {
	return &sshkey.UnsupportedError{Format: Name, What: "a private key of type " + k.Public.Algorithm(),
		Next: "PuTTY knows RSA, DSA, ECDSA, Ed25519 and Ed448; use --to openssh"}
}

var errComment = errors.New("a PPK cannot hold a comment with a line end or a NUL in it")
