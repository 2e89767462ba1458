package sshkey

import (
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/keyconv/keyconv/internal/wire"
)

// A Certificate is what an OpenSSH certificate says about the key in it
// (OpenSSH's PROTOCOL.certkeys). The signature is not verified here, but by
// authkeys.Decide.
type Certificate struct {
	Plain       PublicKey
	Serial      uint64
	Type        uint32 // UserCert or HostCert
	KeyID       string
	Principals  []string
	ValidAfter  uint64 // seconds since 1970; 0 is always
	ValidBefore uint64 // math.MaxUint64 is forever
	Critical    []CertOption
	Extensions  []CertOption
	CA          PublicKey
}

// The types of a certificate.
const (
	UserCert = 1
	HostCert = 2
)

// A CertOption is a critical option or an extension. Value is unpacked from
// its inner string; a flag's is empty.
type CertOption struct {
	Name, Value string
	Data        string // what Value was unpacked from; nothing for a flag
}

// maxPrincipals is OpenSSH's SSHKEY_CERT_MAX_PRINCIPALS.
const maxPrincipals = 256

// IsCertificate reports whether k is an OpenSSH certificate.
func (k PublicKey) IsCertificate() bool {
	a, ok := findAlgorithm(k.Algorithm())
	return ok && a.cert
}

// Plain is the key inside a certificate; a plain key is its own.
func (k PublicKey) Plain() PublicKey {
	if !k.IsCertificate() {
		return k
	}
	p, err := k.Parts().PublicKey()
	if err != nil {
		return PublicKey{}
	}
	return p
}

// Certificate takes a certificate apart. It fails for a plain key.
func (k PublicKey) Certificate() (*Certificate, error) {
	r := wire.NewReader([]byte(k.blob))
	a, ok := findAlgorithm(string(r.String()))
	if !ok || !a.cert {
		return nil, errors.New("not a certificate")
	}
	c := readCert(a, r)
	return c, r.End()
}

// parseCertBlob checks a certificate whose name has been read.
func parseCertBlob(a algorithm, r *wire.Reader, blob []byte) (PublicKey, error) {
	readCert(a, r)
	if err := r.End(); err != nil {
		return PublicKey{}, err
	}
	return PublicKey{string(blob)}, nil
}

func readCert(a algorithm, r *wire.Reader) *Certificate {
	r.String() // nonce
	fields := a.read(r)
	c := &Certificate{Serial: r.Uint64()}
	at := r.Offset()
	if c.Type = r.Uint32(); r.Err() == nil && c.Type != UserCert && c.Type != HostCert {
		r.Fail(at, fmt.Errorf("certificate type %d is neither user (1) nor host (2)", c.Type))
	}
	c.KeyID = string(r.String())
	c.Principals = readPrincipals(r)
	c.ValidAfter, c.ValidBefore = r.Uint64(), r.Uint64()
	c.Critical, c.Extensions = readCertOptions(r), readCertOptions(r)
	r.String() // reserved
	at = r.Offset()
	ca := r.String()
	r.String() // signature
	if r.Err() != nil {
		return c
	}
	c.Plain = a.build(fields)
	var err error
	if c.CA, err = ParsePublicKey(ca); err != nil {
		r.Fail(at, fmt.Errorf("the CA's key in the certificate: %w", err))
	} else if c.CA.IsCertificate() {
		r.Fail(at, errors.New("the CA's key in the certificate is itself a certificate"))
	}
	return c
}

func readPrincipals(r *wire.Reader) (names []string) {
	at := r.Offset()
	list := wire.NewReader(r.String())
	for list.Err() == nil && list.Len() > 0 {
		if len(names) == maxPrincipals {
			r.Fail(at, Bound("principals in a certificate", maxPrincipals+1, maxPrincipals))
			return nil
		}
		names = append(names, string(list.String()))
	}
	if err := list.Err(); err != nil {
		r.Fail(at, fmt.Errorf("principals: %w", err))
	}
	return names
}

func readCertOptions(r *wire.Reader) (opts []CertOption) {
	at := r.Offset()
	list := wire.NewReader(r.String())
	for list.Err() == nil && list.Len() > 0 {
		o := CertOption{Name: string(list.String()), Data: string(list.String())}
		if value := wire.NewReader([]byte(o.Data)); value.Len() > 0 {
			o.Value = string(value.String())
			if value.End() != nil {
				o.Value = "" // an extension nobody knows need not be a string
			}
		}
		opts = append(opts, o)
	}
	if err := list.Err(); err != nil {
		r.Fail(at, fmt.Errorf("certificate options: %w", err))
	}
	return opts
}

// Validity is the time from which and until which c is valid, as a text in
// UTC.
func (c *Certificate) Validity() string {
	day := func(t uint64) string {
		if t > math.MaxInt32*100 {
			return "the far future"
		}
		return time.Unix(int64(t), 0).UTC().Format(time.RFC3339)
	}
	switch {
	case c.ValidAfter == 0 && c.ValidBefore == math.MaxUint64:
		return "forever"
	case c.ValidBefore == math.MaxUint64:
		return "from " + day(c.ValidAfter)
	}
	return "from " + day(c.ValidAfter) + " to " + day(c.ValidBefore)
}
