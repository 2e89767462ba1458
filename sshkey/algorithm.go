package sshkey

import (
	"bytes"
	"crypto/ecdh"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/keyconv/keyconv/internal/wire"
)

// THE TABLE of key algorithms. A public key blob is string(name) and then the
// fields of its row, in order (RFC 4253 section 6.6, RFC 5656, RFC 8709,
// OpenSSH's PROTOCOL.u2f and PROTOCOL.certkeys). What the other packages know
// about an algorithm they take from here, but for how its blob is recognised in damaged
// text: that is package repair's table.
var algorithms = []algorithm{
	{name: "ssh-rsa", label: "RSA", fields: []field{{mpint, 0}, {mpint, 0}}, // e, n
		aliases: []string{"rsa-sha2-256", "rsa-sha2-512"}},
	{name: "ssh-dss", label: "DSA", fields: []field{{mpint, 0}, {mpint, 0}, {mpint, 0}, {mpint, 0}}}, // p, q, g, y
	{name: "ecdsa-sha2-nistp256", label: "ECDSA", bits: 256, fields: []field{{curveName, 256}, {point, 256}}},
	{name: "ecdsa-sha2-nistp384", label: "ECDSA", bits: 384, fields: []field{{curveName, 384}, {point, 384}}},
	{name: "ecdsa-sha2-nistp521", label: "ECDSA", bits: 521, fields: []field{{curveName, 521}, {point, 521}}},
	{name: "ssh-ed25519", label: "ED25519", bits: 256, fields: []field{{fixed, 32}}},
	{name: "ssh-ed448", label: "ED448", bits: 448, fields: []field{{fixed, 57}}, puttyOnly: true},
	{name: "sk-ssh-ed25519@openssh.com", label: "ED25519-SK", bits: 256, fields: []field{{fixed, 32}, {text, 0}}},
	{name: "sk-ecdsa-sha2-nistp256@openssh.com", label: "ECDSA-SK", bits: 256,
		fields:  []field{{curveName, 256}, {point, 256}, {text, 0}},
		aliases: []string{"webauthn-sk-ecdsa-sha2-nistp256@openssh.com"}},
	{name: "ssh-mldsa44-ed25519@openssh.com", label: "MLDSA44-ED25519", bits: 256, fields: []field{{fixed, 1312 + 32}}},
}

// An algorithm is a row of the table. A certificate's algorithm is derived
// from the row of the key that it certifies, see findAlgorithm.
type algorithm struct {
	name      string
	label     string // what ssh-keygen -l prints in parentheses
	bits      int    // 0: the size of a modulus
	fields    []field
	aliases   []string // names that OpenSSH takes for the same key
	puttyOnly bool     // OpenSSH does not know it
	cert      bool
}

// modulus is the field of which a key has its size: n of RSA, p of DSA.
func (a *algorithm) modulus() (i int, ok bool) {
	if a.label == "RSA" {
		i = 1
	}
	return i, a.bits == 0
}

type field struct {
	kind fieldKind
	size int // bits of a curve, bytes of a fixed string
}

type fieldKind uint8

const (
	mpint     fieldKind = iota
	curveName           // the string "nistpN"
	point               // SEC 1 uncompressed point
	fixed               // a string of exactly size bytes
	text                // a string without NUL: a security key's application
)

const certSuffix = "-cert-v01@openssh.com"

// findAlgorithm returns the row of a name, an alias or a certificate's name.
func findAlgorithm(name string) (algorithm, bool) {
	base, cert := plainName(name)
	for i := range algorithms {
		if a := &algorithms[i]; a.name == base || slices.Contains(a.aliases, base) {
			found := *a
			found.cert = cert
			return found, true
		}
	}
	return algorithm{}, false
}

// plainName takes the certificate suffix off a name; OpenSSH moves the
// "@openssh.com" of the plain name behind it.
func plainName(name string) (base string, cert bool) {
	base, cert = strings.CutSuffix(name, certSuffix)
	if !cert {
		return name, false
	}
	if strings.HasPrefix(base, "sk-") || strings.HasPrefix(base, "webauthn-") || strings.HasPrefix(base, "ssh-mldsa") {
		base += "@openssh.com"
	}
	return base, true
}

// certName is the name of the certificates of a plain algorithm.
func certName(plain string) string {
	return strings.TrimSuffix(plain, "@openssh.com") + certSuffix
}

// KnownAlgorithms lists the names of the key types whose blobs keyconv takes
// apart: plain keys, then their certificates. Every other name is carried
// through public conversions as it is.
func KnownAlgorithms() []string {
	var names []string
	for _, a := range algorithms {
		names = append(names, a.name)
	}
	for _, a := range algorithms {
		if !a.puttyOnly { // PuTTY knows no Ed448 certificate
			names = append(names, certName(a.name))
		}
	}
	return names
}

// KnownAlgorithm reports whether name is one of KnownAlgorithms or an alias of
// one.
func KnownAlgorithm(name string) bool {
	a, ok := findAlgorithm(name)
	return ok && !(a.cert && a.puttyOnly)
}

// SameAlgorithm reports whether OpenSSH takes name for a key of the algorithm
// named in the key's blob: equal, or an alias such as rsa-sha2-256.
func SameAlgorithm(name, inBlob string) bool {
	if name == inBlob {
		return true
	}
	a, ok := findAlgorithm(name)
	b, ok2 := findAlgorithm(inBlob)
	return ok && ok2 && a.name == b.name && a.cert == b.cert
}

// read takes the fields of a row off r and checks what OpenSSH checks: lengths,
// curve names, points on their curve. It returns each field's bytes, numbers
// without leading zeros.
func (a algorithm) read(r *wire.Reader) [][]byte {
	out := make([][]byte, 0, len(a.fields))
	for _, f := range a.fields {
		out = append(out, f.read(r))
	}
	return out
}

func (f field) read(r *wire.Reader) []byte {
	at := r.Offset()
	if f.kind == mpint {
		n := r.Mpint()
		if r.Err() == nil && len(n) == 0 {
			r.Fail(at, fmt.Errorf("a number of the key is zero"))
		}
		if err := Bound("bits of a number in a public key", uint64(len(n))*8, MaxRSABits); err != nil {
			r.Fail(at, err)
		}
		return n
	}
	b := r.String()
	if r.Err() != nil {
		return nil
	}
	if err := f.check(b); err != nil {
		r.Fail(at, err)
	}
	return b
}

func (f field) check(b []byte) error {
	switch f.kind {
	case curveName:
		if string(b) != curveNames[f.size] {
			return fmt.Errorf("curve %s where the key type says %q", Quote(b), curveNames[f.size])
		}
	case point:
		if _, err := ecdhCurve(f.size).NewPublicKey(b); err != nil {
			return fmt.Errorf("the public point is not an uncompressed point on nistp%d", f.size)
		}
	case fixed:
		if len(b) != f.size {
			return fmt.Errorf("the public key is %d bytes long, it must be %d", len(b), f.size)
		}
	case text:
		if bytes.IndexByte(b, 0) >= 0 {
			return fmt.Errorf("a NUL in the security key's application")
		}
	}
	return nil
}

var curveNames = map[int]string{256: "nistp256", 384: "nistp384", 521: "nistp521"}

func ecdhCurve(bits int) ecdh.Curve {
	switch bits {
	case 256:
		return ecdh.P256()
	case 384:
		return ecdh.P384()
	}
	return ecdh.P521()
}

func number(b []byte) *big.Int { return new(big.Int).SetBytes(b) }
