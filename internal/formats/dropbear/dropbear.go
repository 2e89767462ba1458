// Package dropbear reads and writes the private keys of Dropbear: the public
// key blob of RFC 4253 and behind it, without more ado, the private numbers
// (Dropbear's signkey.c, buf_put_priv_key). There is neither a comment nor
// encryption.
package dropbear

import (
	"bytes"
	"fmt"
	"math/big"
	"slices"

	"github.com/keyconv/keyconv/internal/wire"
	"github.com/keyconv/keyconv/sshkey"
)

// Name is the format's name in errors and on the command line.
const Name = "dropbear"

// A kind is a type of key: how many fields its public part has behind the
// name, and what follows.
type kind struct {
	algorithm string
	public    int
	read      func(*wire.Reader) sshkey.PrivateKey
}

func kinds() []kind {
	return []kind{
		{"ssh-rsa", 2, readRSA},
		{"ssh-dss", 4, func(r *wire.Reader) sshkey.PrivateKey { return &sshkey.DSAPrivateKey{X: r.Int()} }},
		{"ecdsa-sha2-nistp256", 2, readECDSA},
		{"ecdsa-sha2-nistp384", 2, readECDSA},
		{"ecdsa-sha2-nistp521", 2, readECDSA},
		{ed25519, 0, nil}, // see readEd25519
	}
}

const (
	ed25519  = "ssh-ed25519"
	seedSize = 32
)

// readRSA reads d, p and q. q^-1 mod p is not stored.
func readRSA(r *wire.Reader) sshkey.PrivateKey {
	k := &sshkey.RSAPrivateKey{D: r.Int(), P: r.Int(), Q: r.Int(), Iqmp: new(big.Int)}
	if r.Err() == nil && max(k.D.BitLen(), k.P.BitLen(), k.Q.BitLen()) <= sshkey.MaxRSABits {
		k.RestoreIqmp()
	}
	return k
}

func readECDSA(r *wire.Reader) sshkey.PrivateKey { return &sshkey.ECDSAPrivateKey{D: r.Int()} }

func kindOf(data []byte) (kind, bool) {
	name := string(wire.NewReader(data).String())
	all := kinds()
	i := slices.IndexFunc(all, func(k kind) bool { return k.algorithm == name })
	if i < 0 {
		return kind{}, false
	}
	return all[i], true
}

// Sniff reports whether data looks like such a file: it begins with the name
// of a key type, and there is more than the public key.
func Sniff(data []byte) bool {
	if _, ok := kindOf(data); !ok {
		return false
	}
	_, err := sshkey.ParsePublicKey(data)
	return err != nil
}

// Parse reads one key.
func Parse(data []byte) (*sshkey.Key, error) {
	kind, ok := kindOf(data)
	if !ok {
		return nil, sshkey.Errorf(Name, data, 0, "it does not begin with the name of a key type that Dropbear knows")
	}
	r := wire.NewReader(data)
	k := &sshkey.Key{Pos: sshkey.PosAt(data, 0)}
	var err error
	if kind.algorithm == ed25519 {
		k.Public, k.Private, err = readEd25519(r)
	} else {
		k.Public, k.Private, err = kind.readBoth(r, data)
	}
	if err == nil {
		err = r.End()
	}
	if err == nil {
		err = k.Check()
	}
	if err != nil {
		return nil, sshkey.Locate(Name, data, func(i int) int { return i }, err)
	}
	return k, nil
}

func (kind kind) readBoth(r *wire.Reader, data []byte) (sshkey.PublicKey, sshkey.PrivateKey, error) {
	for range kind.public + 1 {
		r.String()
	}
	if r.Err() != nil {
		return sshkey.PublicKey{}, nil, r.Err()
	}
	pub, err := sshkey.ParsePublicKey(data[:r.Offset()])
	if err != nil {
		return pub, nil, err
	}
	private := kind.read(r)
	return pub, private, r.Err()
}

// readEd25519 reads the one string of seed and public key.
func readEd25519(r *wire.Reader) (sshkey.PublicKey, sshkey.PrivateKey, error) {
	r.String()
	at := r.Offset()
	both := r.String()
	if r.Err() == nil && len(both) != 2*seedSize {
		r.Fail(at, fmt.Errorf("the key is %d bytes long, it must be %d", len(both), 2*seedSize))
	}
	if r.Err() != nil {
		return sshkey.PublicKey{}, nil, r.Err()
	}
	pub, err := sshkey.EdDSAPublicKey{Curve: "Ed25519", Key: both[seedSize:]}.PublicKey()
	return pub, &sshkey.EdDSAPrivateKey{Seed: bytes.Clone(both[:seedSize])}, err
}

// Marshal writes k. The format has neither a comment nor a passphrase; one
// that is given is refused.
func Marshal(k *sshkey.Key, passphrase []byte) ([]byte, error) {
	if len(passphrase) > 0 {
		return nil, &sshkey.UnsupportedError{Format: Name, What: "a passphrase", Next: "Dropbear's keys are never encrypted; --no-passphrase writes the key in clear"}
	}
	out, err := encode(k)
	if err == nil {
		err = readable(k, out)
	}
	if err != nil {
		return nil, err
	}
	got, err := Parse(out)
	if err == nil {
		uncommented := *k
		uncommented.Comment = ""
		err = sshkey.Same(withIqmp(got, k), &uncommented)
	}
	if err != nil {
		return nil, fmt.Errorf("dropbear: the written key does not read back: %w", err)
	}
	return out, nil
}

// withIqmp puts want's q^-1 mod p into got where the two are the same mod p:
// it is not in the file, and a key may hold it unreduced.
func withIqmp(got, want *sshkey.Key) *sshkey.Key {
	g, ok := got.Private.(*sshkey.RSAPrivateKey)
	w, ok2 := want.Private.(*sshkey.RSAPrivateKey)
	if ok && ok2 && new(big.Int).Mod(w.Iqmp, g.P).Cmp(g.Iqmp) == 0 {
		g.Iqmp = w.Iqmp
	}
	return got
}

func encode(k *sshkey.Key) ([]byte, error) {
	switch {
	case k.Private == nil:
		return nil, sshkey.ErrNoPrivate
	case k.Encrypted():
		return nil, sshkey.ErrEncrypted
	}
	if err := sshkey.Complete(k.Private); err != nil {
		return nil, err
	}
	blob := k.Public.Blob()
	if _, ok := kindOf(blob); !ok {
		return nil, unsupported(k)
	}
	switch p := k.Private.(type) {
	case *sshkey.RSAPrivateKey:
		return wire.AppendInt(wire.AppendInt(wire.AppendInt(blob, p.D), p.P), p.Q), nil
	case *sshkey.DSAPrivateKey:
		return wire.AppendInt(blob, p.X), nil
	case *sshkey.ECDSAPrivateKey:
		return wire.AppendInt(blob, p.D), nil
	case *sshkey.EdDSAPrivateKey:
		both := slices.Concat(p.Seed, blob[len(blob)-seedSize:])
		return wire.AppendString(wire.AppendString(nil, ed25519), both), nil
	}
	return nil, unsupported(k)
}

// What Dropbear reads of a file that is sound (its rsa.c, dss.c and sysoptions.h).
const (
	minRSA  = 1024
	maxE    = 64
	maxFile = 1700 // bytes, which ends RSA at some 4400 bits
	dsaBits = 1024
	dsaQ    = 160
)

// readable refuses a key whose file Dropbear would not read.
func readable(k *sshkey.Key, out []byte) error {
	what := ""
	switch p := k.Public.Parts().(type) {
	case sshkey.RSAPublicKey:
		switch bits := p.N.BitLen(); {
		case bits < minRSA:
			what = fmt.Sprintf("an RSA key of %d bits: Dropbear reads none below %d", bits, minRSA)
		case p.E.BitLen() > maxE:
			what = fmt.Sprintf("an RSA key whose exponent has %d bits: Dropbear reads none above %d", p.E.BitLen(), maxE)
		case len(out) > maxFile:
			what = fmt.Sprintf("an RSA key of %d bits: Dropbear reads no file above %d bytes, and this one has %d", bits, maxFile, len(out))
		}
	case sshkey.DSAPublicKey:
		if p.P.BitLen() != dsaBits || p.Q.BitLen() != dsaQ {
			what = fmt.Sprintf("a DSA key of %d and %d bits: Dropbear reads those of %d and %d", p.P.BitLen(), p.Q.BitLen(), dsaBits, dsaQ)
		}
	}
	if what == "" {
		return nil
	}
	return &sshkey.UnsupportedError{Format: Name, What: what, Next: "make a key for it: ssh-keygen -t ed25519; or use --to openssh"}
}

func unsupported(k *sshkey.Key) error {
	return &sshkey.UnsupportedError{Format: Name, What: "a private key of type " + k.Public.Algorithm(), Next: "Dropbear knows RSA, DSA, ECDSA and Ed25519; use --to openssh"}
}
