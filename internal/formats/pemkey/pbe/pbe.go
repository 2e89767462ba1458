// Package pbe is the encryption of PEM private keys under a passphrase: the
// DEK-Info header of traditional PEM (RFC 1421, as OpenSSL does it) and the
// schemes of PKCS#8: PBES2 and PBES1 (RFC 8018) and those of PKCS#12 (RFC 7292
// appendix B).
package pbe

import (
	"errors"
	"slices"

	"github.com/keyconv/keyconv/sshkey"
)

// A Scheme is how one file is encrypted: a key derivation and a cipher.
type Scheme struct {
	cipher Cipher
	iv     []byte // nil: it is derived, behind the key
	kdf    kdf
}

// A kdf turns a passphrase into n bytes. It checks what that costs first.
type kdf interface {
	name() string
	params() []sshkey.Param
	within(lim sshkey.Limits) error
	derive(passphrase []byte, key, iv int) ([]byte, error)
}

// Protection tells what the scheme is.
func (s *Scheme) Protection() *sshkey.Protection {
	return &sshkey.Protection{Cipher: s.cipher.Name, KDF: s.kdf.name(), Params: s.kdf.params()}
}

// Derive gives the cipher's key and IV, end to end.
func (s *Scheme) Derive(passphrase []byte, lim sshkey.Limits) ([]byte, error) {
	if err := s.kdf.within(lim); err != nil {
		return nil, err
	}
	if s.iv == nil {
		return s.kdf.derive(passphrase, s.cipher.Key, s.cipher.IV)
	}
	key, err := s.kdf.derive(passphrase, s.cipher.Key, 0)
	defer clear(key)
	return slices.Concat(key, s.iv), err
}

// Check refuses a ciphertext of a length that the cipher cannot make.
func (s *Scheme) Check(ciphertext []byte) error {
	if len(ciphertext) == 0 {
		return errors.New("the encrypted part is empty")
	}
	return s.cipher.check(len(ciphertext))
}

// Open decrypts and takes the padding off. Padding that is none is
// ErrPassphrase; a wrong passphrase gets past it about once in 256.
func (s *Scheme) Open(keys, ciphertext []byte) ([]byte, error) {
	if err := s.Check(ciphertext); err != nil {
		return nil, err
	}
	plain := make([]byte, len(ciphertext))
	n := s.cipher.Key
	if err := s.cipher.mode.open(keys[:n], keys[n:], plain, ciphertext); err != nil {
		return nil, err
	}
	out, err := s.cipher.unpad(plain)
	if err != nil {
		clear(plain)
	}
	return out, err
}

// Seal encrypts, with padding.
func (s *Scheme) Seal(keys, plain []byte) ([]byte, error) {
	padded := s.cipher.pad(plain)
	defer clear(padded)
	out := make([]byte, len(padded))
	n := s.cipher.Key
	return out, s.cipher.mode.seal(keys[:n], keys[n:], out, padded)
}
