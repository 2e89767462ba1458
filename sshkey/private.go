package sshkey

import (
	"errors"
	"fmt"
	"io"
	"math/big"
)

// A PrivateKey is the private half: a *RSAPrivateKey, *DSAPrivateKey,
// *ECDSAPrivateKey, *EdDSAPrivateKey, *SKPrivateKey, *MLDSAPrivateKey,
// *Opaque or *Sealed, always a pointer. It holds the private numbers only; the public ones are
// in the Key's PublicKey. Printed under any verb that fmt hands on (all but the
// faulty %w and %p, which go vet finds) or encoded as JSON,
// nothing secret comes out; encoding/gob gets an error.
type PrivateKey interface {
	fmt.Formatter
	kind() string
}

// The private numbers of each kind of key, in the standard's letters.
type (
	// RSAPrivateKey is RFC 8017 section 3.2: Iqmp is q^-1 mod p.
	RSAPrivateKey struct{ D, P, Q, Iqmp *big.Int }
	// DSAPrivateKey is FIPS 186-4: y = g^x mod p.
	DSAPrivateKey struct{ X *big.Int }
	// ECDSAPrivateKey is the scalar; the point is D*G.
	ECDSAPrivateKey struct{ D *big.Int }
	// EdDSAPrivateKey is the seed of RFC 8032: 32 bytes, for Ed448 57.
	EdDSAPrivateKey struct{ Seed []byte }
	// SKPrivateKey is the handle of a key that lives in a FIDO token
	// (OpenSSH's PROTOCOL.u2f).
	SKPrivateKey struct {
		Flags            byte // 1 touch required, 4 verification required, 0x20 resident
		Handle, Reserved []byte
	}
	// MLDSAPrivateKey is the ML-DSA-44 seed and the Ed25519 seed, 32 bytes each.
	MLDSAPrivateKey struct{ Seeds []byte }
	// Opaque is the private half of an algorithm that is not known here. It
	// can be shown, and its public half converted; it can't be written.
	Opaque struct {
		Container string // the format that it came in
		Bytes     []byte
	}
)

// Sealed is a private half that is still encrypted; see Key.Decrypt.
type Sealed struct{ lock Lock }

// A Lock opens a sealed key. The formats implement it; one that may be impossible to open
// has a method Openable, too, as Key has. The two steps are apart
// so that a writer that has just derived the keys can prove what it wrote
// without paying for the derivation twice.
type Lock interface {
	// Derive turns a passphrase into the container's keys, within lim.
	Derive(passphrase []byte, lim Limits) (keys []byte, err error)
	// Open decrypts and checks. A wrong passphrase is ErrPassphrase.
	Open(keys []byte) (*Key, error)
}

// NewSealed is for the formats.
func NewSealed(l Lock) *Sealed { return &Sealed{l} }

// Lock is for the writers of the formats.
func (s *Sealed) Lock() Lock { return s.lock }

func (*RSAPrivateKey) kind() string   { return "RSA" }
func (*DSAPrivateKey) kind() string   { return "DSA" }
func (*ECDSAPrivateKey) kind() string { return "ECDSA" }
func (*EdDSAPrivateKey) kind() string { return "EdDSA" }
func (*SKPrivateKey) kind() string    { return "security key" }
func (*MLDSAPrivateKey) kind() string { return "ML-DSA" }
func (*Opaque) kind() string          { return "opaque" }
func (*Sealed) kind() string          { return "encrypted" }

// Complete is an error where a private half lacks a number, as one that was made by
// hand can: Check, Same and the writers of the formats ask it first. nil, no private
// half, is complete.
func Complete(p PrivateKey) error {
	if !complete(p) {
		return mismatch("the private half lacks a number")
	}
	return nil
}

func complete(p PrivateKey) bool {
	switch p := p.(type) {
	case nil:
		return true
	case *RSAPrivateKey:
		return p != nil && p.D != nil && p.P != nil && p.Q != nil && p.Iqmp != nil
	case *DSAPrivateKey:
		return p != nil && p.X != nil
	case *ECDSAPrivateKey:
		return p != nil && p.D != nil
	case *EdDSAPrivateKey:
		return p != nil && len(p.Seed) > 0
	case *SKPrivateKey:
		return p != nil
	case *MLDSAPrivateKey:
		return p != nil && len(p.Seeds) > 0
	case *Opaque:
		return p != nil
	case *Sealed:
		return p != nil && p.lock != nil
	}
	return false // a type of somebody else, around one of these
}

func redact(p PrivateKey) string { return p.kind() + " private key (redacted)" }

// Format prints what kind of key it is, under every verb.
func (p RSAPrivateKey) Format(s fmt.State, _ rune)   { io.WriteString(s, redact(&p)) }
func (p DSAPrivateKey) Format(s fmt.State, _ rune)   { io.WriteString(s, redact(&p)) } // Format prints no secret.
func (p ECDSAPrivateKey) Format(s fmt.State, _ rune) { io.WriteString(s, redact(&p)) } // Format prints no secret.
func (p EdDSAPrivateKey) Format(s fmt.State, _ rune) { io.WriteString(s, redact(&p)) } // Format prints no secret.
func (p SKPrivateKey) Format(s fmt.State, _ rune)    { io.WriteString(s, redact(&p)) } // Format prints no secret.
func (p MLDSAPrivateKey) Format(s fmt.State, _ rune) { io.WriteString(s, redact(&p)) } // Format prints no secret.
func (p Opaque) Format(s fmt.State, _ rune)          { io.WriteString(s, redact(&p)) } // Format prints no secret.
func (p Sealed) Format(s fmt.State, _ rune)          { io.WriteString(s, redact(&p)) } // Format prints no secret.

// MarshalText keeps the secret out of encoding/json and its like.
func (p RSAPrivateKey) MarshalText() ([]byte, error)   { return []byte(redact(&p)), nil }
func (p DSAPrivateKey) MarshalText() ([]byte, error)   { return []byte(redact(&p)), nil } // MarshalText gives no secret.
func (p ECDSAPrivateKey) MarshalText() ([]byte, error) { return []byte(redact(&p)), nil } // MarshalText gives no secret.
func (p EdDSAPrivateKey) MarshalText() ([]byte, error) { return []byte(redact(&p)), nil } // MarshalText gives no secret.
func (p SKPrivateKey) MarshalText() ([]byte, error)    { return []byte(redact(&p)), nil } // MarshalText gives no secret.
func (p MLDSAPrivateKey) MarshalText() ([]byte, error) { return []byte(redact(&p)), nil } // MarshalText gives no secret.
func (p Opaque) MarshalText() ([]byte, error)          { return []byte(redact(&p)), nil } // MarshalText gives no secret.
func (p Sealed) MarshalText() ([]byte, error)          { return []byte(redact(&p)), nil } // MarshalText gives no secret.

// errGob is what encoding/gob gets, which would write the fields as they are.
var errGob = errors.New("a private key is not written by encoding/gob; the packages of the formats write it")

// GobEncode refuses.
func (RSAPrivateKey) GobEncode() ([]byte, error)   { return nil, errGob }
func (DSAPrivateKey) GobEncode() ([]byte, error)   { return nil, errGob } // GobEncode refuses.
func (ECDSAPrivateKey) GobEncode() ([]byte, error) { return nil, errGob } // GobEncode refuses.
func (EdDSAPrivateKey) GobEncode() ([]byte, error) { return nil, errGob } // GobEncode refuses.
func (SKPrivateKey) GobEncode() ([]byte, error)    { return nil, errGob } // GobEncode refuses.
func (MLDSAPrivateKey) GobEncode() ([]byte, error) { return nil, errGob } // GobEncode refuses.
func (Opaque) GobEncode() ([]byte, error)          { return nil, errGob } // GobEncode refuses.
func (Sealed) GobEncode() ([]byte, error)          { return nil, errGob } // GobEncode refuses.
