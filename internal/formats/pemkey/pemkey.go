// Package pemkey reads and writes the keys that OpenSSL calls PEM: traditional
// private keys (PKCS#1, SEC 1, DSA), PKCS#8, and public keys as PKCS#1 and
// SubjectPublicKeyInfo; it reads the public key of an X.509 certificate. Bare
// DER is read too.
//
// What is read is recognised by its content: a PKCS#8 key under the label RSA
// PRIVATE KEY is a finding, not an error. None of these formats has a place
// for a comment, so what is written holds none.
package pemkey

import (
	"slices"

	"github.com/keyconv/keyconv/internal/armor"
	"github.com/keyconv/keyconv/internal/formats/pemkey/der"
	"github.com/keyconv/keyconv/internal/lazyre"
	"github.com/keyconv/keyconv/sshkey"
)

// A Container is one of the formats of this package.
type Container struct {
	Name   string
	labels []string
	write  func(name string, k *sshkey.Key) (label string, body []byte, err error)
	seal   sealer // nil: cannot be encrypted
}

// The containers.
var (
	PEM         = Container{"pem", []string{labelRSA, labelDSA, labelEC, "EdDSA PRIVATE KEY", "ED25519 PRIVATE KEY"}, writeTraditional, sealDEK}
	PKCS8       = Container{"pkcs8", []string{labelPKCS8, labelEncrypted}, writePKCS8, sealPBES2}
	SPKI        = Container{"spki", []string{labelSPKI, labelDSAPublic}, writeSPKI, nil}
	PKCS1Public = Container{"pkcs1-public", []string{labelRSAPublic}, writePKCS1Public, nil}
	X509        = Container{"x509", []string{labelCertificate, "X509 CERTIFICATE", labelTrusted}, nil, nil}
)

// The labels of RFC 7468 and of OpenSSL's pem.h.
const (
	labelRSA         = "RSA PRIVATE KEY"
	labelDSA         = "DSA PRIVATE KEY"
	labelEC          = "EC PRIVATE KEY"
	labelPKCS8       = "PRIVATE KEY"
	labelEncrypted   = "ENCRYPTED PRIVATE KEY"
	labelSPKI        = "PUBLIC KEY"
	labelRSAPublic   = "RSA PUBLIC KEY"
	labelDSAPublic   = "DSA PUBLIC KEY"
	labelCertificate = "CERTIFICATE"
	labelTrusted     = "TRUSTED CERTIFICATE"
)

// A structure is what the DER under a label looks like.
type structure struct {
	label string
	shape *lazyre.Regexp // of the elements of the outer SEQUENCE, see shape
	read  func(r *der.Reader, m *material)
}

// THE TABLE of structures. No two have the same shape.
func structures() []structure {
	return []structure{
		{labelRSA, rsaShape, readPKCS1},
		{labelDSA, dsaShape, readDSA},
		{labelEC, ecShape, readSEC1},
		{labelPKCS8, pkcs8Shape, readPKCS8},
		{labelEncrypted, encryptedShape, nil}, // see document.sealed
		{labelSPKI, spkiShape, readSPKI},
		{labelRSAPublic, rsaPublicShape, readPKCS1Public},
		{labelDSAPublic, dsaPublicShape, readDSAPublic},
		{labelCertificate, certificateShape, readCertificate},
	}
}

// The shapes: I is an INTEGER, S a SEQUENCE, O an OCTET STRING, B a BIT
// STRING, a digit a context tag.
var (
	rsaShape         = lazyre.New(`^I{9}S?$`)  // RFC 8017 appendix A.1.2
	dsaShape         = lazyre.New(`^I{6}$`)    // OpenSSL's own
	ecShape          = lazyre.New(`^IO0?1?$`)  // RFC 5915
	pkcs8Shape       = lazyre.New(`^ISO0?1?$`) // RFC 5958
	encryptedShape   = lazyre.New(`^SO$`)      // RFC 5958
	spkiShape        = lazyre.New(`^SB$`)      // RFC 5280
	rsaPublicShape   = lazyre.New(`^II$`)      // RFC 8017 appendix A.1.1
	dsaPublicShape   = lazyre.New(`^I{4}$`)    // OpenSSL's own
	certificateShape = lazyre.New(`^SSB$`)     // RFC 5280
)

// shape spells the elements of the outer SEQUENCE; "" where there is none.
func shape(data []byte) string {
	letters := map[byte]byte{0x02: 'I', 0x30: 'S', 0x04: 'O', 0x03: 'B', 0xa0: '0', 0x80: '0', 0xa1: '1', 0x81: '1'}
	in := der.NewReader(data).Sequence("a key")
	var s []byte
	for !in.Empty() && len(s) < 11 {
		letter, ok := letters[byte(in.Next())]
		if !ok {
			return ""
		}
		s = append(s, letter)
	}
	return string(s)
}

// recognise finds the structure of some DER.
func recognise(data []byte) (structure, bool) {
	s := shape(data)
	return findStructure(func(st structure) bool { return st.shape.MatchString(s) })
}

func findStructure(match func(structure) bool) (structure, bool) {
	all := structures()
	i := slices.IndexFunc(all, match)
	if i < 0 {
		return structure{}, false
	}
	return all[i], true
}

// Sniff reports whether data holds a PEM block of the container, anywhere, or
// is its bare DER.
func (c Container) Sniff(data []byte) bool {
	if len(data) > 0 && data[0] == byte(der.Sequence) {
		st, ok := recognise(data)
		return ok && c.has(st.label)
	}
	at, _ := c.find(data, 0)
	return at >= 0
}

func (c Container) has(label string) bool { return slices.Contains(c.labels, label) }

// find returns the offset of the first BEGIN line of the container behind from.
func (c Container) find(data []byte, from int) (int, string) {
	for {
		at, label := armor.Find(data[from:], armor.PEM)
		if at < 0 {
			return -1, ""
		}
		if c.has(label) {
			return from + at, label
		}
		from += at + len(armor.PEM.Begin(label))
	}
}

// Parse reads the first key of the container. An encrypted one comes back
// sealed and without its public half, which is under the passphrase too.
//
// Errors are a *sshkey.SyntaxError with the place, or a
// *sshkey.UnsupportedError or *sshkey.LimitError in it.
func (c Container) Parse(data []byte) (*sshkey.Key, error) {
	d, err := c.open(data)
	if err != nil {
		return nil, err
	}
	return d.parse()
}

// Marshal writes k with the defaults of Encoder.
func (c Container) Marshal(k *sshkey.Key, passphrase []byte) ([]byte, error) {
	return Encoder{To: c}.Marshal(k, passphrase)
}
