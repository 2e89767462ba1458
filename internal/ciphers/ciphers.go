// Package ciphers is the table of the ciphers that protect private keys.
package ciphers

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/crypto/chacha20"
	//lint:ignore SA1019 OpenSSH's construction is not RFC 8439's AEAD
	"golang.org/x/crypto/poly1305"
)

// ErrTag is a wrong authentication tag: a wrong key, or damage.
var ErrTag = errors.New("the authentication tag does not match")

// A Cipher is a row of the table. Sizes are in bytes.
type Cipher struct {
	Name   string // OpenSSH's name
	Block  int    // plaintext comes in multiples of this
	Key    int
	IV     int
	Tag    int // behind the ciphertext; 0 for none
	engine engine
}

// An engine encrypts or decrypts src into dst; for a cipher with a tag, seal
// returns it and open checks it.
type engine interface {
	seal(key, iv, dst, src []byte) (tag []byte, err error)
	open(key, iv, dst, src, tag []byte) error
}

// None marks an unprotected key: OpenSSH pads it to 8.
var None = Cipher{Name: "none", Block: 8}

var table = []Cipher{
	{"3des-cbc", 8, 24, 8, 0, cbc{des.NewTripleDESCipher}},
	{"aes128-cbc", 16, 16, 16, 0, cbc{aes.NewCipher}},
	{"aes192-cbc", 16, 24, 16, 0, cbc{aes.NewCipher}},
	{"aes256-cbc", 16, 32, 16, 0, cbc{aes.NewCipher}},
	{"aes128-ctr", 16, 16, 16, 0, ctr{}},
	{"aes192-ctr", 16, 24, 16, 0, ctr{}},
	{"aes256-ctr", 16, 32, 16, 0, ctr{}},
	{"aes128-gcm@openssh.com", 16, 16, 12, 16, gcm{}},
	{"aes256-gcm@openssh.com", 16, 32, 12, 16, gcm{}},
	{"chacha20-poly1305@openssh.com", 8, 64, 0, 16, chachaPoly{}},
}

// ByName finds a cipher; "none" is not one.
func ByName(name string) (Cipher, bool) {
	for _, c := range table {
		if c.Name == name {
			return c, true
		}
	}
	return Cipher{}, false
}

// Names lists the table, separated by commas.
func Names() string {
	var names []string
	for _, c := range table {
		names = append(names, c.Name)
	}
	return strings.Join(names, ", ")
}

// Seal encrypts src, whose length is a multiple of Block. The tag stands apart
// because openssh-key-v1 keeps it outside the string of the ciphertext.
func (c Cipher) Seal(key, iv, src []byte) (dst, tag []byte, err error) {
	dst = make([]byte, len(src))
	if err := c.check(key, iv, src); err != nil {
		return nil, nil, err
	}
	tag, err = c.engine.seal(key, iv, dst, src)
	return dst, tag, err
}

// Open decrypts src.
func (c Cipher) Open(key, iv, src, tag []byte) ([]byte, error) {
	if err := c.check(key, iv, src); err != nil {
		return nil, err
	}
	if len(tag) != c.Tag {
		return nil, fmt.Errorf("%s needs a tag of %d bytes, here are %d", c.Name, c.Tag, len(tag))
	}
	dst := make([]byte, len(src))
	return dst, c.engine.open(key, iv, dst, src, tag)
}

func (c Cipher) check(key, iv, src []byte) error {
	if len(key) != c.Key || len(iv) != c.IV {
		return fmt.Errorf("%s needs a key of %d and an IV of %d bytes", c.Name, c.Key, c.IV)
	}
	if len(src)%c.Block != 0 {
		return fmt.Errorf("%d encrypted bytes are no multiple of %s's block of %d", len(src), c.Name, c.Block)
	}
	return nil
}

type cbc struct {
	block func(key []byte) (cipher.Block, error)
}

func (e cbc) seal(key, iv, dst, src []byte) ([]byte, error) {
	b, err := e.block(key)
	if err == nil {
		cipher.NewCBCEncrypter(b, iv).CryptBlocks(dst, src)
	}
	return nil, err
}

func (e cbc) open(key, iv, dst, src, _ []byte) error {
	b, err := e.block(key)
	if err == nil {
		cipher.NewCBCDecrypter(b, iv).CryptBlocks(dst, src)
	}
	return err
}

type ctr struct{}

func (ctr) seal(key, iv, dst, src []byte) ([]byte, error) {
	b, err := aes.NewCipher(key)
	if err == nil {
		cipher.NewCTR(b, iv).XORKeyStream(dst, src)
	}
	return nil, err
}

func (e ctr) open(key, iv, dst, src, _ []byte) error {
	_, err := e.seal(key, iv, dst, src)
	return err
}

type gcm struct{}

func (gcm) aead(key []byte) (cipher.AEAD, error) {
	b, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(b)
}

func (e gcm) seal(key, iv, dst, src []byte) ([]byte, error) {
	a, err := e.aead(key)
	if err != nil {
		return nil, err
	}
	out := a.Seal(nil, iv, src, nil)
	return out[copy(dst, out):], nil
}

func (e gcm) open(key, iv, dst, src, tag []byte) error {
	a, err := e.aead(key)
	if err != nil {
		return err
	}
	if _, err := a.Open(dst[:0], iv, slices.Concat(src, tag), nil); err != nil { // in place: a copy would stay in memory
		return ErrTag
	}
	return nil
}

// chachaPoly is OpenSSH's PROTOCOL.chacha20poly1305 with sequence number 0:
// the payload key is the first half of the key, the second (the transport's
// length key) is unused; Poly1305 takes its key from block 0 and runs over the
// ciphertext alone.
type chachaPoly struct{}

func (chachaPoly) start(key []byte) (*chacha20.Cipher, *[32]byte, error) {
	// With a nonce of zero and less than 2^32 blocks, RFC 8439's ChaCha20 is
	// the original that OpenSSH uses.
	s, err := chacha20.NewUnauthenticatedCipher(key[:32], make([]byte, chacha20.NonceSize))
	if err != nil {
		return nil, nil, err
	}
	var mac [32]byte
	s.XORKeyStream(mac[:], mac[:])
	s.SetCounter(1)
	return s, &mac, nil
}

func (e chachaPoly) seal(key, _, dst, src []byte) ([]byte, error) {
	s, mac, err := e.start(key)
	if err != nil {
		return nil, err
	}
	s.XORKeyStream(dst, src)
	var tag [16]byte
	poly1305.Sum(&tag, dst, mac)
	return tag[:], nil
}

func (e chachaPoly) open(key, _, dst, src, tag []byte) error {
	s, mac, err := e.start(key)
	if err != nil {
		return err
	}
	if !poly1305.Verify((*[16]byte)(tag), src, mac) {
		return ErrTag
	}
	s.XORKeyStream(dst, src)
	return nil
}
