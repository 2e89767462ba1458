package pbe

import (
	"cmp"
	"crypto/md5"
	"crypto/rand"
	"crypto/sha1"
	"fmt"
	"hash"
	"math"

	"github.com/keyconv/keyconv/internal/formats/pemkey/der"
	"github.com/keyconv/keyconv/sshkey"
)

const (
	oidPBES2  = "1.2.840.113549.1.5.13"
	oidPBKDF2 = "1.2.840.113549.1.5.12"
	oidScrypt = "1.3.6.1.4.1.11591.4.11"
)

// An old is a scheme in which one identifier names cipher and derivation.
type old struct {
	oid, cipher string
	kdf         func(iterations) kdf
}

// RFC 8018 appendix A.3 (PBES1) and RFC 7292 appendix C.
var olds = []old{
	{"1.2.840.113549.1.5.3", "des-cbc", pbkdf1("MD5", md5.New)},
	{"1.2.840.113549.1.5.6", "rc2-64-cbc", pbkdf1("MD5", md5.New)},
	{"1.2.840.113549.1.5.10", "des-cbc", pbkdf1("SHA1", sha1.New)},
	{"1.2.840.113549.1.5.11", "rc2-64-cbc", pbkdf1("SHA1", sha1.New)},
	{"1.2.840.113549.1.12.1.1", "rc4-128", pkcs12},
	{"1.2.840.113549.1.12.1.2", "rc4-40", pkcs12},
	{"1.2.840.113549.1.12.1.3", "3des-cbc", pkcs12},
	{"1.2.840.113549.1.12.1.4", "3des-2key-cbc", pkcs12},
	{"1.2.840.113549.1.12.1.5", "rc2-128-cbc", pkcs12},
	{"1.2.840.113549.1.12.1.6", "rc2-40-cbc", pkcs12},
}

func pbkdf1(name string, h func() hash.Hash) func(iterations) kdf {
	return func(i iterations) kdf { return pbkdf1KDF{i, name, h} }
}

func pkcs12(i iterations) kdf { return pkcs12KDF{i} }

// Read reads the AlgorithmIdentifier of an EncryptedPrivateKeyInfo. Failures
// are r's.
func Read(format string, r *der.Reader) *Scheme {
	alg := r.Sequence("the encryption scheme")
	at := alg.Offset()
	oid := alg.OID("the encryption scheme")
	params := alg.Sequence("the scheme's parameters")
	alg.End("the scheme's parameters")
	if oid == oidPBES2 {
		return readPBES2(format, params)
	}
	for _, o := range olds {
		if o.oid == oid {
			i := iterations{params.Octets("the salt"), readCount(params)}
			params.End("the scheme's parameters")
			return &Scheme{cipher: named(o.cipher), kdf: o.kdf(i)}
		}
	}
	unsupported(r, at, format, "encryption scheme", oid)
	return nil
}

func unsupported(r *der.Reader, at int, format, what, oid string) {
	name := cmp.Or(schemes[oid], oid)
	r.Fail(at, &sshkey.UnsupportedError{Format: format, Unknown: "keyconv", What: what + " " + name,
		Next: "encrypt the key in another way first, in the program that made it; openssl knows many: openssl pkcs8 -topk8" + provider(name) + " -v2 aes-256-cbc -in OLD -out NEW"})
}

// schemes are the names of what other programs encrypt with and keyconv does not open.
var schemes = map[string]string{
	"2.16.840.1.101.3.4.1.6": "AES-128-GCM", "2.16.840.1.101.3.4.1.26": "AES-192-GCM", "2.16.840.1.101.3.4.1.46": "AES-256-GCM",
	"1.2.392.200011.61.1.1.1.2": "Camellia-128-CBC", "1.2.392.200011.61.1.1.1.3": "Camellia-192-CBC", "1.2.392.200011.61.1.1.1.4": "Camellia-256-CBC",
	"1.2.410.200046.1.1.2": "ARIA-128-CBC", "1.2.410.200046.1.1.7": "ARIA-192-CBC", "1.2.410.200046.1.1.12": "ARIA-256-CBC",
	"1.2.410.200004.1.4": "SEED-CBC", "1.2.156.10197.1.104.2": "SM4-CBC", "1.2.840.113533.7.66.10": "CAST5-CBC", "1.3.6.1.4.1.3029.1.2": "Blowfish-CBC",
	"1.3.14.3.2.6": "DES-ECB", "1.3.14.3.2.8": "DES-OFB", "1.3.14.3.2.9": "DES-CFB",
	"1.2.643.2.2.21": "GOST 28147-89",
}

func readCount(r *der.Reader) uint64 {
	at := r.Offset()
	n := r.Count("the iteration count")
	if r.Err() == nil && (n < 1 || n > math.MaxInt64) {
		r.Fail(at, fmt.Errorf("the iteration count must be at least 1"))
	}
	return n
}

// readPBES2 reads PBES2-params (RFC 8018 appendix A.4): a derivation and a
// cipher.
func readPBES2(format string, r *der.Reader) *Scheme {
	derivation := r.Sequence("the key derivation")
	encryption := r.Sequence("the cipher")
	r.End("the cipher")
	s := &Scheme{}
	readCipher(format, encryption, s)
	at := derivation.Offset()
	oid := derivation.OID("the key derivation")
	params := derivation.Sequence("the derivation's parameters")
	derivation.End("the derivation's parameters")
	switch oid {
	case oidPBKDF2:
		s.kdf = readPBKDF2(format, params, s.cipher.Key)
	case oidScrypt:
		s.kdf = readScrypt(params, s.cipher.Key)
	default:
		unsupported(r, at, format, "key derivation", oid)
	}
	return s
}

// readPBKDF2 reads PBKDF2-params (RFC 8018 appendix A.2).
func readPBKDF2(format string, r *der.Reader, keySize int) kdf {
	k := pbkdf2KDF{prf: prfs[0]}
	k.salt = r.Octets("the salt")
	k.count = readCount(r)
	readKeyLength(r, keySize)
	if r.Peek(der.Sequence) {
		k.prf = readPRF(format, r)
	}
	r.End("the derivation's parameters")
	return k
}

func readPRF(format string, r *der.Reader) prf {
	alg := r.Sequence("the pseudo-random function")
	at := alg.Offset()
	oid := alg.OID("the pseudo-random function")
	if alg.Peek(der.Null) {
		alg.Value(der.Null, "NULL")
	}
	alg.End("the pseudo-random function")
	p, ok := findPRF(func(p prf) bool { return p.oid == oid })
	if !ok {
		unsupported(r, at, format, "pseudo-random function", oid)
	}
	return p
}

func readKeyLength(r *der.Reader, want int) {
	if !r.Peek(der.Integer) {
		return
	}
	at := r.Offset()
	if n := r.Count("the key length"); n != uint64(want) {
		r.Fail(at, fmt.Errorf("a key of %d bytes for a cipher that takes %d", n, want))
	}
}

// readScrypt reads scrypt-params (RFC 7914 section 7.1).
func readScrypt(r *der.Reader, keySize int) kdf {
	at := r.Offset()
	k := scryptKDF{salt: r.Octets("the salt"), n: r.Count("scrypt's N"), r: r.Count("scrypt's r"), p: r.Count("scrypt's p")}
	readKeyLength(r, keySize)
	r.End("the derivation's parameters")
	if err := k.valid(); err != nil {
		r.Fail(at, err)
	}
	return k
}

// readCipher reads the encryption scheme of PBES2: an IV, and for RC2 a number
// that stands for the size of the key.
func readCipher(format string, r *der.Reader, s *Scheme) {
	at := r.Offset()
	oid := r.OID("the cipher")
	name := ""
	in := r
	if oid == oidRC2 {
		in = r.Sequence("RC2's parameters")
		name = rc2Versions[in.Count("RC2's version")]
	}
	var ok bool
	s.cipher, ok = find(func(c Cipher) bool { return c.OID == oid && oid != "" && (name == "" || c.Name == name) })
	if !ok || oid == oidRC2 && name == "" {
		unsupported(r, at, format, "cipher", oid)
		return
	}
	at = in.Offset()
	s.iv = in.Octets("the IV")
	in.End("the IV")
	r.End("the cipher")
	if len(s.iv) != s.cipher.IV {
		r.Fail(at, fmt.Errorf("an IV of %d bytes; %s takes %d", len(s.iv), s.cipher.Name, s.cipher.IV))
	}
}

// rc2Versions are the encoded sizes of RFC 8018 appendix B.2.3.
var rc2Versions = map[uint64]string{160: "rc2-40-cbc", 120: "rc2-64-cbc", 58: "rc2-128-cbc"}

// DefaultIterations is what is written: OWASP's advice of 2023 for
// PBKDF2-HMAC-SHA256, about 0.2 s.
const DefaultIterations = 600_000

const saltSize = 16

// NewPBES2 is a scheme to write with: PBKDF2 with HMAC-SHA256, which every
// OpenSSL since 1.0 reads.
func NewPBES2(c Cipher, count int) *Scheme {
	sha256, _ := findPRF(func(p prf) bool { return p.name == "SHA256" })
	salt, iv := make([]byte, saltSize), make([]byte, c.IV)
	rand.Read(salt) // never fails, see crypto/rand
	rand.Read(iv)
	return &Scheme{c, iv, pbkdf2KDF{iterations{salt, uint64(count)}, sha256}}
}

// Write writes the AlgorithmIdentifier of a scheme that NewPBES2 made.
func (s *Scheme) Write(b *der.Builder) {
	k := s.kdf.(pbkdf2KDF)
	algorithm(b, oidPBES2, func(b *der.Builder) {
		b.AddASN1(der.Sequence, func(b *der.Builder) {
			algorithm(b, oidPBKDF2, func(b *der.Builder) {
				b.AddASN1(der.Sequence, func(b *der.Builder) {
					b.AddASN1OctetString(k.salt)
					b.AddASN1Uint64(k.count)
					algorithm(b, k.prf.oid, func(b *der.Builder) { b.AddASN1NULL() })
				})
			})
			algorithm(b, s.cipher.OID, func(b *der.Builder) { b.AddASN1OctetString(s.iv) })
		})
	})
}

func algorithm(b *der.Builder, oid string, params func(*der.Builder)) {
	b.AddASN1(der.Sequence, func(b *der.Builder) {
		der.AddOID(b, oid)
		params(b)
	})
}
