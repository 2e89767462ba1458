package pbe

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"fmt"
	"hash"
	"math"
	"slices"

	"github.com/keyconv/keyconv/sshkey"
	"golang.org/x/crypto/pbkdf2"
	"golang.org/x/crypto/scrypt"
)

// A prf is a pseudo-random function of PBKDF2: HMAC over a hash.
type prf struct {
	oid, name string
	hash      func() hash.Hash
}

// RFC 8018 appendix B.1. SHA-1 is first: it is the default.
var prfs = []prf{
	{"1.2.840.113549.2.7", "SHA1", sha1.New},
	{"1.2.840.113549.2.8", "SHA224", sha256.New224},
	{"1.2.840.113549.2.9", "SHA256", sha256.New},
	{"1.2.840.113549.2.10", "SHA384", sha512.New384},
	{"1.2.840.113549.2.11", "SHA512", sha512.New},
	{"1.2.840.113549.2.12", "SHA512-224", sha512.New512_224},
	{"1.2.840.113549.2.13", "SHA512-256", sha512.New512_256},
	{"1.2.840.113549.2.6", "MD5", md5.New},
}

func findPRF(match func(prf) bool) (prf, bool) {
	i := slices.IndexFunc(prfs, match)
	if i < 0 {
		return prf{}, false
	}
	return prfs[i], true
}

// iterations are the cost of all derivations but scrypt and DEK-Info's.
type iterations struct {
	salt  []byte
	count uint64
}

func (i iterations) within(lim sshkey.Limits) error {
	return sshkey.Within("iterations of the key derivation", i.count, min(lim.PBKDF2Iterations, math.MaxInt32))
}

func (i iterations) params() []sshkey.Param {
	return []sshkey.Param{{Name: "iterations", Value: int64(i.count)}, {Name: "salt_bytes", Value: int64(len(i.salt))}}
}

// pbkdf2KDF is RFC 8018 section 5.2.
type pbkdf2KDF struct {
	iterations
	prf prf
}

func (k pbkdf2KDF) name() string { return "PBKDF2-HMAC-" + k.prf.name }

func (k pbkdf2KDF) derive(passphrase []byte, key, iv int) ([]byte, error) {
	return pbkdf2.Key(passphrase, k.salt, int(k.count), key+iv, k.prf.hash), nil
}

// scryptKDF is RFC 7914.
type scryptKDF struct {
	salt    []byte
	n, r, p uint64
}

func (k scryptKDF) name() string { return "scrypt" }

func (k scryptKDF) params() []sshkey.Param {
	return []sshkey.Param{{Name: "n", Value: int64(k.n)}, {Name: "r", Value: int64(k.r)}, {Name: "p", Value: int64(k.p)},
		{Name: "salt_bytes", Value: int64(len(k.salt))}}
}

// valid holds the bounds of RFC 7914 section 2, and keeps the products below
// within 64 bits.
func (k scryptKDF) valid() error {
	if k.n < 2 || k.n&(k.n-1) != 0 || k.n > 1<<32 {
		return fmt.Errorf("scrypt's N must be a power of two from 2 to 2^32")
	}
	if k.r < 1 || k.p < 1 || k.r >= 1<<30 || k.p >= 1<<30 || k.r*k.p >= 1<<30 {
		return fmt.Errorf("scrypt's r and p must be at least 1 and their product below 2^30")
	}
	return nil
}

func (k scryptKDF) within(lim sshkey.Limits) error {
	if err := sshkey.Within("scrypt memory in KiB", k.n*k.r/8, min(lim.ScryptMemoryKiB, 1<<30, math.MaxInt>>10)); err != nil {
		return err
	}
	return sshkey.Within("scrypt work (memory in KiB times p)", k.n*k.r*k.p/8, lim.ScryptWorkKiB)
}

func (k scryptKDF) derive(passphrase []byte, key, iv int) ([]byte, error) {
	return scrypt.Key(passphrase, k.salt, int(k.n), int(k.r), int(k.p), key+iv)
}

// dekKDF is OpenSSL's EVP_BytesToKey with MD5 and one round: D1 = MD5(pass,
// salt), Di = MD5(Di-1, pass, salt).
type dekKDF struct{ salt []byte }

func (dekKDF) name() string                 { return "MD5" }
func (dekKDF) params() []sshkey.Param       { return nil }
func (dekKDF) within(_ sshkey.Limits) error { return nil }

func (k dekKDF) derive(passphrase []byte, key, iv int) ([]byte, error) {
	out := make([]byte, 0, key+iv+md5.Size) // never moved, so that it can be cleared
	for len(out) < key+iv {
		h := md5.New()
		h.Write(out[max(0, len(out)-md5.Size):])
		h.Write(passphrase)
		h.Write(k.salt)
		out = h.Sum(out)
	}
	return out[:key+iv], nil
}

// pbkdf1KDF is RFC 8018 section 5.1. Its one hash value is cut into key and
// IV, of 8 bytes each (section 6.1.1).
type pbkdf1KDF struct {
	iterations
	hashName string
	hash     func() hash.Hash
}

func (k pbkdf1KDF) name() string { return "PBKDF1-" + k.hashName }

func (k pbkdf1KDF) derive(passphrase []byte, key, iv int) ([]byte, error) {
	in := slices.Concat(passphrase, k.salt)
	defer clear(in)
	return repeat(k.hash(), k.count, in)[:key+iv], nil
}

// repeat hashes in and then the hash, count times in all.
func repeat(h hash.Hash, count uint64, in []byte) []byte {
	sum := make([]byte, 0, h.Size())
	for range count {
		h.Reset()
		h.Write(in)
		sum = h.Sum(sum[:0])
		in = sum
	}
	return sum
}
