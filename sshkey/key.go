// Package sshkey is what passes between the formats: one key, public or
// private, with all that a container can say about it.
//
// It knows no format. A public key is its wire blob (PublicKey), so that even
// an algorithm nobody here has heard of keeps every bit; a private key is the
// numbers as they were read (PrivateKey), never recomputed on the way.
//
// Functions neither change nor keep the data that they are given, and values may be
// used by several goroutines at once, where nothing else is said.
package sshkey

import (
	"cmp"
	"fmt"
	"slices"
)

// A Key is one key out of a container.
type Key struct {
	// Public is zero where the container hides it until Key.Decrypt: in encrypted
	// PEM, PKCS#8 and ssh.com files.
	Public  PublicKey
	Private PrivateKey // nil: there is only the public half here
	// Comment is bytes, not text: no container declares a character set.
	Comment string
	// Options are the restrictions in front of an authorized_keys entry.
	Options []Option
	// Headers are what else the container says, by name: the headers of an RFC 4716,
	// PEM or ssh.com file other than Comment, Marker and Host of a line of known_hosts.
	Headers []Header
	// Protection tells how the private half was encrypted; nil for not.
	Protection *Protection
	// Findings are what the reader noticed and what is no error.
	Findings []Finding
	// Version is the container's, where it has one: 2 for a PPK 2.
	Version int
	// Pos is where the key starts in its file.
	Pos Pos
}

// An Option is one item of the list in front of an authorized_keys entry. Raw
// is what stood there, to the byte; Name and Value are what sshd reads in it.
type Option struct {
	Name, Value string
	HasValue    bool
	Raw         string
}

// A Header is a name and what a container says under it, see Key.Headers.
type Header struct{ Name, Value string }

// Protection tells how a private half is encrypted.
type Protection struct {
	Cipher string  // "aes256-cbc"
	KDF    string  // "Argon2id", "bcrypt"
	Params []Param // in the container's order
}

// A Param is one parameter of a key derivation: {"rounds", 16}.
type Param struct {
	Name  string
	Value int64
}

// Encrypted reports whether the private half needs a passphrase.
func (k *Key) Encrypted() bool {
	_, ok := k.Private.(*Sealed)
	return ok
}

// Proven reports whether the private half is here and open and was compared with the
// public one when it was read. The handle of a security key says nothing about it, and
// what belongs to the public half of an unknown algorithm is not known.
func (k *Key) Proven() bool {
	switch k.Private.(type) {
	case nil, *Sealed, *SKPrivateKey, *Opaque:
		return false
	}
	return true
}

// Openable is the error with which every passphrase would fail to open the private half,
// as where its cipher is not known; nil where one may, or none is needed. Who would ask
// for a passphrase asks this first.
func (k *Key) Openable() error {
	s, ok := k.Private.(*Sealed)
	if !ok {
		return nil
	}
	if err := Complete(s); err != nil {
		return err
	}
	if l, ok := s.lock.(interface{ Openable() error }); ok {
		return l.Openable()
	}
	return nil
}

// Decrypt opens an encrypted private half, within lim, and proves that it
// belongs to the public half. A key that is not encrypted is returned as it
// is, whatever the passphrase.
//
// The error is ErrEncrypted for an empty passphrase, ErrPassphrase for a wrong
// one, ErrMismatch or ErrCorrupt for a damaged key, a *LimitError, or what Openable says.
func (k *Key) Decrypt(passphrase []byte, lim Limits) (*Key, error) {
	s, ok := k.Private.(*Sealed)
	if !ok {
		return k, nil
	}
	if err := k.Openable(); err != nil {
		return nil, err
	}
	if len(passphrase) == 0 {
		return nil, ErrEncrypted
	}
	keys, err := s.lock.Derive(passphrase, lim.WithDefaults())
	if err != nil {
		return nil, err
	}
	defer clear(keys)
	open, err := s.lock.Open(keys)
	if err != nil {
		return nil, err
	}
	found, rest := open.Findings, k.clone()
	open.Options, open.Headers, open.Pos = rest.Options, rest.Headers, rest.Pos
	open.Protection, open.Version = rest.Protection, rest.Version
	open.Findings = append(rest.Findings, found...)
	return open, nil
}

// PublicOnly is k without its private half. The two share nothing that can be changed.
func (k *Key) PublicOnly() *Key {
	p := k.clone()
	p.Private, p.Protection = nil, nil
	return p
}

// clone copies what belongs to one Key alone: all but the private half, which nobody
// changes.
func (k *Key) clone() *Key {
	c := *k
	c.Options, c.Headers, c.Findings = slices.Clone(k.Options), slices.Clone(k.Headers), slices.Clone(k.Findings)
	if k.Protection != nil {
		p := *k.Protection
		p.Params = slices.Clone(p.Params)
		c.Protection = &p
	}
	return &c
}

// Note adds a finding about the whole key.
func (k *Key) Note(s Severity, code, hint, msg string, args ...any) {
	k.Findings = append(k.Findings, Finding{k.Pos, code, s, fmt.Sprintf(msg, args...), hint})
}

// named is how a message names a key.
func named(k PublicKey) string { return cmp.Or(k.Fingerprint(), k.String()) }

// Same reports the first way in which two keys differ in what a container must
// keep: public half, private numbers, comment. nil means they are the same. A private
// half that lacks a number is an error.
func Same(a, b *Key) error {
	if err := cmp.Or(Complete(a.Private), Complete(b.Private)); err != nil {
		return err
	}
	switch {
	case a.Public != b.Public:
		return fmt.Errorf("the public halves differ: %s and %s", named(a.Public), named(b.Public))
	case !samePrivate(a.Private, b.Private):
		return fmt.Errorf("the private halves differ")
	case a.Comment != b.Comment:
		return fmt.Errorf("the comments differ: %q and %q", a.Comment, b.Comment)
	}
	return nil
}
