package pbe

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/rc4"
	"crypto/subtle"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/keyconv/keyconv/sshkey"
)

// A Cipher is a row of the table. Sizes are in bytes.
type Cipher struct {
	Name    string // as OpenSSH would call it
	DEK     string // in a DEK-Info header; "" where it has no name there
	OID     string // in PBES2
	Key, IV int
	block   int // 0: a stream, without padding
	writes  bool
	mode    mode
}

// A mode encrypts or decrypts src into dst.
type mode interface {
	seal(key, iv, dst, src []byte) error
	open(key, iv, dst, src []byte) error
}

const oidRC2 = "1.2.840.113549.3.2" // one for all sizes, see rc2Version

// THE TABLE. What has no writes is too weak to be written, or too rare.
var ciphers = []Cipher{
	{"aes128-cbc", "AES-128-CBC", "2.16.840.1.101.3.4.1.2", 16, 16, 16, true, cbc{aes.NewCipher}},
	{"aes192-cbc", "AES-192-CBC", "2.16.840.1.101.3.4.1.22", 24, 16, 16, true, cbc{aes.NewCipher}},
	{"aes256-cbc", "AES-256-CBC", "2.16.840.1.101.3.4.1.42", 32, 16, 16, true, cbc{aes.NewCipher}},
	{"3des-cbc", "DES-EDE3-CBC", "1.2.840.113549.3.7", 24, 8, 8, true, cbc{des.NewTripleDESCipher}},
	{"3des-cfb", "DES-EDE3-CFB", "", 24, 8, 0, false, cfb{}},
	{"des-cbc", "DES-CBC", "1.3.14.3.2.7", 8, 8, 8, false, cbc{des.NewCipher}},
	{"3des-2key-cbc", "DES-EDE-CBC", "", 16, 8, 8, false, cbc{twoKeyDES}},
	{"rc2-40-cbc", "RC2-40-CBC", oidRC2, 5, 8, 8, false, cbc{newRC2}},
	{"rc2-64-cbc", "RC2-64-CBC", oidRC2, 8, 8, 8, false, cbc{newRC2}},
	{"rc2-128-cbc", "RC2-CBC", oidRC2, 16, 8, 8, false, cbc{newRC2}},
	{"rc4-40", "", "", 5, 0, 0, false, arc4{}},
	{"rc4-128", "", "", 16, 0, 0, false, arc4{}},
}

func find(match func(Cipher) bool) (Cipher, bool) {
	i := slices.IndexFunc(ciphers, match)
	if i < 0 {
		return Cipher{}, false
	}
	return ciphers[i], true
}

func named(name string) Cipher {
	c, ok := find(func(c Cipher) bool { return c.Name == name })
	if !ok {
		panic(name) // all names are constants
	}
	return c
}

// Writable finds a cipher to write with, by OpenSSH's name or that of
// DEK-Info, in any case.
func Writable(format, name string) (Cipher, error) {
	c, ok := find(func(c Cipher) bool {
		return c.writes && (strings.EqualFold(c.Name, name) || strings.EqualFold(c.DEK, name))
	})
	if ok {
		return c, nil
	}
	var names []string
	for _, c := range ciphers {
		if c.writes {
			names = append(names, c.Name)
		}
	}
	return c, &sshkey.UnsupportedError{Format: format, What: fmt.Sprintf("cipher %q", name), Chosen: true, Next: "the ciphers to write are " + strings.Join(names, ", ")}
}

func (c Cipher) check(n int) error {
	if c.block > 0 && n%c.block != 0 {
		return fmt.Errorf("the encrypted part is %d bytes long, which is no multiple of %d (%s)", n, c.block, c.Name)
	}
	return nil
}

// pad is PKCS#7's: 1 to a block of bytes that each say how many they are.
func (c Cipher) pad(b []byte) []byte {
	if c.block == 0 {
		return bytes.Clone(b)
	}
	n := c.block - len(b)%c.block
	return slices.Concat(b, bytes.Repeat([]byte{byte(n)}, n))
}

func (c Cipher) unpad(b []byte) ([]byte, error) {
	if c.block == 0 {
		return b, nil
	}
	n := int(b[len(b)-1])
	if n < 1 || n > c.block || subtle.ConstantTimeCompare(b[len(b)-n:], bytes.Repeat([]byte{byte(n)}, n)) != 1 {
		return nil, sshkey.ErrPassphrase
	}
	return b[:len(b)-n], nil
}

type cbc struct {
	block func(key []byte) (cipher.Block, error)
}

func (m cbc) seal(key, iv, dst, src []byte) error {
	b, err := m.block(key)
	if err == nil {
		cipher.NewCBCEncrypter(b, iv).CryptBlocks(dst, src)
	}
	return err
}

func (m cbc) open(key, iv, dst, src []byte) error {
	b, err := m.block(key)
	if err == nil {
		cipher.NewCBCDecrypter(b, iv).CryptBlocks(dst, src)
	}
	return err
}

// twoKeyDES is 3DES with its first key also as the third.
func twoKeyDES(key []byte) (cipher.Block, error) {
	return des.NewTripleDESCipher(slices.Concat(key, key[:8]))
}

var errReadOnly = errors.New("this cipher is only read")

type cfb struct{}

func (cfb) seal(_, _, _, _ []byte) error { return errReadOnly }

func (cfb) open(key, iv, dst, src []byte) error {
	b, err := des.NewTripleDESCipher(key)
	if err == nil {
		//lint:ignore SA1019 old files have it; it is only read
		cipher.NewCFBDecrypter(b, iv).XORKeyStream(dst, src)
	}
	return err
}

type arc4 struct{}

func (arc4) seal(_, _, _, _ []byte) error { return errReadOnly }

func (arc4) open(key, _, dst, src []byte) error {
	s, err := rc4.NewCipher(key)
	if err == nil {
		s.XORKeyStream(dst, src)
	}
	return err
}
