package sshkey

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"math/big"
	"math/bits"

	"github.com/keyconv/keyconv/internal/wire"
)

// A PublicKey is a public key blob as it goes over the wire (RFC 4253 section
// 6.6): string(algorithm) and the fields of that algorithm. It is immutable
// and comparable: equal keys are ==, and it serves as a map key. The zero
// value is no key.
type PublicKey struct{ blob string }

// maxAlgorithmName is the bound of RFC 4251 section 6.
const maxAlgorithmName = 64

// ParsePublicKey checks a blob as OpenSSH does: a known algorithm's fields must
// be there in full, with nothing behind them, and a point must lie on its
// curve. A blob of an unknown algorithm is taken as it is.
//
// Two spellings that OpenSSH reads are put into their canonical form, the one
// that it computes fingerprints on: numbers with superfluous zeros in front,
// and the signature names rsa-sha2-256 and rsa-sha2-512 for ssh-rsa.
// Certificates are signed and so stay as they are.
func ParsePublicKey(blob []byte) (PublicKey, error) {
	if v, ok := VerifyBlob(blob); ok {
		return v.PublicKey(), nil
	}
	return parsePublicKey(blob)
}

// parsePublicKey is ParsePublicKey for every blob, and says what is wrong with
// one.
func parsePublicKey(blob []byte) (PublicKey, error) {
	r := wire.NewReader(blob)
	name := string(r.String())
	if r.Err() != nil {
		return PublicKey{}, r.Err()
	}
	if !validName(name) {
		return PublicKey{}, &wire.Error{Offset: 4, Err: fmt.Errorf("%s is no name of a key type", Quote(name))}
	}
	a, known := findAlgorithm(name)
	if !known {
		return PublicKey{string(blob)}, nil
	}
	if a.cert {
		return parseCertBlob(a, r, blob)
	}
	fields := a.read(r)
	if err := r.End(); err != nil {
		return PublicKey{}, err
	}
	if name != a.name || r.Loose() {
		return a.build(fields), nil
	}
	return PublicKey{string(blob)}, nil
}

// validName follows RFC 4251 section 6: printable US-ASCII, no comma, at most
// 64 characters.
func validName(name string) bool {
	for _, c := range []byte(name) {
		if c <= ' ' || c >= 0x7f || c == ',' {
			return false
		}
	}
	return name != "" && len(name) <= maxAlgorithmName
}

func (a algorithm) build(fields [][]byte) PublicKey {
	b := wire.AppendString(nil, a.name)
	for i, f := range a.fields {
		if f.kind == mpint {
			b = wire.AppendMpint(b, fields[i])
		} else {
			b = wire.AppendString(b, fields[i])
		}
	}
	return PublicKey{string(b)}
}

// IsZero reports whether k is no key at all.
func (k PublicKey) IsZero() bool { return k.blob == "" }

// Blob is the wire encoding, a copy.
func (k PublicKey) Blob() []byte { return []byte(k.blob) }

// Algorithm is the name inside the blob: "ssh-rsa".
func (k PublicKey) Algorithm() string {
	if len(k.blob) < 4 {
		return ""
	}
	n := uint64(binary.BigEndian.Uint32([]byte(k.blob[:4])))
	return k.blob[4:min(4+n, uint64(len(k.blob)))]
}

// String is the blob as authorized_keys shows it, "ssh-rsa AAAA…", without a
// comment.
func (k PublicKey) String() string {
	if k.IsZero() {
		return "(no public key)"
	}
	return k.Algorithm() + " " + base64.StdEncoding.EncodeToString([]byte(k.blob))
}

// Known reports whether keyconv takes the blob apart.
func (k PublicKey) Known() bool {
	_, ok := findAlgorithm(k.Algorithm())
	return ok
}

// Label is the type as ssh-keygen -l prints it, "RSA" or "ED25519-CERT"; for
// an unknown algorithm its name.
func (k PublicKey) Label() string {
	a, ok := findAlgorithm(k.Algorithm())
	switch {
	case !ok:
		return k.Algorithm()
	case a.cert:
		return a.label + "-CERT"
	}
	return a.label
}

// Bits is the size as ssh-keygen -l counts it: bits of the modulus, of the
// curve's field, 256 for Ed25519. 0 for an unknown algorithm.
func (k PublicKey) Bits() int {
	a, ok := findAlgorithm(k.Algorithm())
	if i, sized := a.modulus(); ok && sized {
		return bitLen(k.field(a, i))
	}
	return a.bits
}

// field is the i-th field of the key, or of the key in a certificate.
func (k PublicKey) field(a algorithm, i int) []byte {
	r := wire.NewReader([]byte(k.blob))
	r.String() // name
	if a.cert {
		r.String() // nonce
	}
	for range i {
		r.String()
	}
	return r.Mpint()
}

// bitLen is the length of a number without leading zeros.
func bitLen(n []byte) int {
	if len(n) == 0 {
		return 0
	}
	return 8*(len(n)-1) + bits.Len8(n[0])
}

// IsSecurityKey reports whether the private half lives in a FIDO token.
func (k PublicKey) IsSecurityKey() bool {
	_, ok := k.Parts().(SKPublicKey)
	return ok
}

// Parts are the public numbers of a plain key or of the key inside a
// certificate: an RSAPublicKey, DSAPublicKey, ECDSAPublicKey, EdDSAPublicKey,
// SKPublicKey or MLDSAPublicKey; nil for an unknown algorithm.
type Parts interface{ PublicKey() (PublicKey, error) }

// The public numbers of each kind of key.
type (
	RSAPublicKey   struct{ E, N *big.Int }
	DSAPublicKey   struct{ P, Q, G, Y *big.Int }
	ECDSAPublicKey struct {
		Curve string // "nistp256", "nistp384", "nistp521"
		Point []byte // SEC 1, uncompressed
	}
	EdDSAPublicKey struct {
		Curve string // "Ed25519" or "Ed448"
		Key   []byte // 32 or 57 bytes
	}
	SKPublicKey struct {
		Key         Parts // ECDSAPublicKey or EdDSAPublicKey
		Application string
	}
	// MLDSAPublicKey is OpenSSH's composite of ML-DSA-44 and Ed25519.
	MLDSAPublicKey struct{ Key []byte }
)

// Parts takes the blob apart.
func (k PublicKey) Parts() Parts {
	r := wire.NewReader([]byte(k.blob))
	a, ok := findAlgorithm(string(r.String()))
	if !ok {
		return nil
	}
	if a.cert {
		r.String() // nonce
	}
	f := a.read(r)
	if r.Err() != nil {
		return nil
	}
	return a.parts(f)
}

func (a algorithm) parts(f [][]byte) Parts {
	switch a.label {
	case "RSA":
		return RSAPublicKey{number(f[0]), number(f[1])}
	case "DSA":
		return DSAPublicKey{number(f[0]), number(f[1]), number(f[2]), number(f[3])}
	case "ECDSA":
		return ECDSAPublicKey{string(f[0]), f[1]}
	case "ED25519":
		return EdDSAPublicKey{"Ed25519", f[0]}
	case "ED448":
		return EdDSAPublicKey{"Ed448", f[0]}
	case "ED25519-SK":
		return SKPublicKey{EdDSAPublicKey{"Ed25519", f[0]}, string(f[1])}
	case "ECDSA-SK":
		return SKPublicKey{ECDSAPublicKey{string(f[0]), f[1]}, string(f[2])}
	}
	return MLDSAPublicKey{f[0]}
}

var errShape = errors.New("these numbers are not a key of that type")

// build makes the blob of a named algorithm and passes it through the strict
// parser, so that no wrong numbers get in this way.
func build(name string, fields ...[]byte) (PublicKey, error) {
	a, ok := findAlgorithm(name)
	if !ok || len(fields) != len(a.fields) {
		return PublicKey{}, errShape
	}
	return ParsePublicKey(a.build(fields).Blob())
}

func numbers(v ...*big.Int) (out [][]byte) {
	for _, n := range v {
		if n == nil || n.Sign() <= 0 {
			return nil
		}
		out = append(out, n.Bytes())
	}
	return out
}

// PublicKey makes the blob.
func (p RSAPublicKey) PublicKey() (PublicKey, error) { return build("ssh-rsa", numbers(p.E, p.N)...) }

// PublicKey makes the blob.
func (p DSAPublicKey) PublicKey() (PublicKey, error) {
	return build("ssh-dss", numbers(p.P, p.Q, p.G, p.Y)...)
}

// PublicKey makes the blob.
func (p ECDSAPublicKey) PublicKey() (PublicKey, error) {
	return build("ecdsa-sha2-"+p.Curve, []byte(p.Curve), p.Point)
}

// PublicKey makes the blob.
func (p EdDSAPublicKey) PublicKey() (PublicKey, error) {
	switch p.Curve {
	case "Ed25519":
		return build("ssh-ed25519", p.Key)
	case "Ed448":
		return build("ssh-ed448", p.Key)
	}
	return PublicKey{}, errShape // such as X25519, whose keys are as long
}

// PublicKey makes the blob.
func (p SKPublicKey) PublicKey() (PublicKey, error) {
	switch k := p.Key.(type) {
	case EdDSAPublicKey:
		if k.Curve == "Ed25519" {
			return build("sk-ssh-ed25519@openssh.com", k.Key, []byte(p.Application))
		}
	case ECDSAPublicKey:
		return build("sk-ecdsa-sha2-nistp256@openssh.com", []byte(k.Curve), k.Point, []byte(p.Application))
	}
	return PublicKey{}, errShape
}

// PublicKey makes the blob.
func (p MLDSAPublicKey) PublicKey() (PublicKey, error) {
	return build("ssh-mldsa44-ed25519@openssh.com", p.Key)
}
