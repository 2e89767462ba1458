package sshkey

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"slices"

	"github.com/keyconv/keyconv/internal/wire"
)

// A Blob is a public key as it goes over the wire, proven to be one and left
// in the bytes where it stands: a PublicKey for those who read millions.
// It holds as long as nobody changes the bytes. The zero value is no key.
type Blob struct {
	b []byte
	a *algorithm
}

// VerifyBlob is ParsePublicKey for the blobs that nearly all keys have: a known
// algorithm, no certificate, in its canonical form. It allocates nothing, but
// for what crypto/ecdh does to prove a point. False says nothing about the
// blob; ParsePublicKey does.
func VerifyBlob(b []byte) (Blob, bool) {
	name, rest, ok := cutString(b)
	if !ok {
		return Blob{}, false
	}
	a := plainAlgorithm(name)
	if a == nil {
		return Blob{}, false
	}
	for _, f := range a.fields {
		var field []byte
		if field, rest, ok = cutString(rest); !ok || !f.canonical(field) {
			return Blob{}, false
		}
	}
	return Blob{b, a}, len(rest) == 0
}

// cutString takes a string of RFC 4251 off the front of b.
func cutString(b []byte) (s, rest []byte, ok bool) {
	if len(b) < 4 {
		return nil, nil, false
	}
	n := uint64(binary.BigEndian.Uint32(b))
	if b = b[4:]; n > uint64(len(b)) {
		return nil, nil, false
	}
	return b[:n], b[n:], true
}

// plainAlgorithm is the row of exactly this name.
func plainAlgorithm(name []byte) *algorithm {
	for i := range algorithms {
		if algorithms[i].name == string(name) {
			return &algorithms[i]
		}
	}
	return nil
}

// canonical reports whether a field is sound and spelt as RFC 4251 demands.
func (f field) canonical(b []byte) bool {
	if f.kind != mpint {
		return f.check(b) == nil
	}
	switch {
	case len(b) == 0 || b[0] >= 0x80:
		return false
	case b[0] == 0:
		return len(b) > 1 && b[1] >= 0x80 && len(b)-1 <= MaxRSABits/8
	}
	return len(b) <= MaxRSABits/8
}

// PublicKey is a copy that stays as it is.
func (v Blob) PublicKey() PublicKey { return PublicKey{string(v.b)} }

// row is that of the table; of no key an empty one.
func (v Blob) row() *algorithm {
	if v.a == nil {
		return &noAlgorithm
	}
	return v.a
}

var noAlgorithm algorithm

// Algorithm is the name inside the blob: "ssh-rsa".
func (v Blob) Algorithm() string { return v.row().name }

// Bytes is the blob itself, no copy.
func (v Blob) Bytes() []byte { return slices.Clip(v.b) }

// Label is [PublicKey.Label].
func (v Blob) Label() string { return v.row().label }

// Bits is [PublicKey.Bits].
func (v Blob) Bits() int {
	a := v.row()
	if i, ok := a.modulus(); ok {
		return bitLen(v.Field(i))
	}
	return a.bits
}

// AppendFingerprint appends [PublicKey.Fingerprint] to text.
func (v Blob) AppendFingerprint(text []byte) []byte {
	if len(v.b) == 0 {
		return text
	}
	sum := sha256.Sum256(v.b)
	return base64.RawStdEncoding.AppendEncode(append(text, "SHA256:"...), sum[:])
}

// Field is the i-th field behind the name, counted from 0: of an RSA key the
// exponent and the modulus, of an Ed25519 key its 32 bytes. Numbers come
// without leading zeros. It is nil where there is no such field.
func (v Blob) Field(i int) []byte {
	if i < 0 || i >= len(v.row().fields) {
		return nil
	}
	rest := v.b[4+len(v.a.name):]
	for range i {
		rest = rest[4+binary.BigEndian.Uint32(rest):]
	}
	field := slices.Clip(rest[4:][:binary.BigEndian.Uint32(rest)])
	if v.a.fields[i].kind == mpint {
		return wire.Trim(field)
	}
	return field
}
