// Package sshcom reads and writes the private keys of ssh.com's (Tectia's)
// software: RSA and DSA, plain or under 3DES.
//
// No document describes the format; what is known comes from the sources of
// PuTTY (import.c) and OpenSSH (ssh-keygen.c). It has no check value, so what
// proves a passphrase is that the numbers are there and are those of a key.
package sshcom

import (
	"bytes"
	"crypto/md5"
	"errors"
	"fmt"
	"strings"

	"github.com/keyconv/keyconv/internal/armor"
	"github.com/keyconv/keyconv/internal/ciphers"
	"github.com/keyconv/keyconv/internal/wire"
	"github.com/keyconv/keyconv/sshkey"
)

// Name is the format's name in errors and on the command line.
const Name = "sshcom"

// PuTTYComment is how many bytes of a comment PuTTY keeps.
const PuTTYComment = 255

const (
	label     = "SSH2 ENCRYPTED PRIVATE KEY" // also of plain ones
	magic     = 0x3f6ff9eb
	cipher    = "3des-cbc" // the only one that anybody has seen
	none      = "none"
	lineWidth = 70
)

// Sniff reports whether data looks like such a file.
func Sniff(data []byte) bool {
	_, l := armor.Find(data, armor.SSH2)
	return l == label
}

// A file is one taken apart, its body perhaps encrypted.
type file struct {
	text    []byte
	block   *armor.Block
	comment string
	headers []sshkey.Header
	kind    kind
	cipher  string
	body    []byte
	bodyAt  int
}

// Parse reads one key. An encrypted one comes back sealed and without its
// public half, which is under the passphrase too.
func Parse(data []byte) (*sshkey.Key, error) {
	start, l := armor.Find(data, armor.SSH2)
	if l != label {
		return nil, sshkey.Errorf(Name, data, 0, "there is no line %q", armor.SSH2.Begin(label))
	}
	block, err := armor.Decode(data, start, armor.SSH2)
	if err != nil {
		return nil, sshkey.Locate(Name, data, func(i int) int { return i }, err)
	}
	f := &file{text: data, block: block}
	f.readHeaders()
	if err := f.readBlob(); err != nil {
		return nil, sshkey.Locate(Name, data, block.At, err)
	}
	if f.cipher == none {
		return f.unpack(f.body, func(i int) int { return block.At(f.bodyAt + i) })
	}
	f.text = bytes.Clone(data) // the caller's bytes may change before Decrypt tells a place
	return &sshkey.Key{Comment: f.comment, Headers: f.headers, Pos: sshkey.PosAt(data, start),
		Protection: &sshkey.Protection{Cipher: f.cipher, KDF: "MD5"}, Private: sshkey.NewSealed(f)}, nil
}

func (f *file) readHeaders() {
	for _, h := range f.block.Headers {
		if strings.EqualFold(h.Name, "comment") {
			f.comment = unquote(h.Value)
			continue
		}
		f.headers = append(f.headers, sshkey.Header{Name: h.Name, Value: h.Value})
	}
}

// unquote takes one pair of quotes off, as PuTTY does; nothing is escaped.
func unquote(s string) string {
	if len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' {
		return s[1 : len(s)-1]
	}
	return s
}

func (f *file) readBlob() error {
	r := wire.NewReader(f.block.Data)
	if r.Uint32() != magic {
		r.Fail(0, fmt.Errorf("the content does not begin with the number %#x of such a key", uint32(magic)))
	}
	r.Uint32() // the length of it all; no reader looks at it
	at := r.Offset()
	name := string(r.String())
	cipherAt := r.Offset()
	f.cipher = string(r.String())
	f.bodyAt = r.Offset() + 4
	f.body = r.String()
	if err := r.End(); err != nil {
		return err
	}
	var ok bool
	if f.kind, ok = kindOf(name); !ok {
		return &wire.Error{Offset: at, Err: &sshkey.UnsupportedError{Format: Name, Unknown: "keyconv", What: "key type " + sshkey.Quote(name)}}
	}
	switch {
	case f.cipher != none && f.cipher != cipher:
		return &wire.Error{Offset: cipherAt, Err: &sshkey.UnsupportedError{Format: Name, Unknown: "keyconv", What: "cipher " + sshkey.Quote(f.cipher),
			Next: "take the passphrase off with the program that made the key"}}
	case f.cipher == cipher && (len(f.body) == 0 || len(f.body)%8 != 0):
		return &wire.Error{Offset: f.bodyAt, Err: fmt.Errorf("the encrypted part is %d bytes long, which is no multiple of 8", len(f.body))}
	}
	return nil
}

// Derive implements sshkey.Lock: MD5(pass), MD5(pass, the first), cut to 24
// bytes.
func (f *file) Derive(passphrase []byte, _ sshkey.Limits) ([]byte, error) {
	return derive(passphrase), nil
}

func derive(passphrase []byte) []byte {
	h := md5.New()
	h.Write(passphrase)
	keys := h.Sum(make([]byte, 0, 2*md5.Size))
	h.Write(keys)
	return h.Sum(keys)[:24]
}

func tripleDES() ciphers.Cipher {
	c, _ := ciphers.ByName(cipher)
	return c
}

func zeroIV() []byte { return make([]byte, 8) }

// Open implements sshkey.Lock.
func (f *file) Open(keys []byte) (*sshkey.Key, error) {
	plain, err := tripleDES().Open(keys, zeroIV(), f.body, nil)
	if err != nil {
		return nil, f.locate(err)
	}
	defer clear(plain)
	k, err := f.unpack(plain, func(int) int { return f.block.Start })
	var malformed *wire.Error
	if errors.As(err, &malformed) { // noise does not fall into numbers
		return nil, f.locate(sshkey.ErrPassphrase)
	}
	return k, err
}

func (f *file) locate(err error) error {
	return sshkey.Locate(Name, f.text, func(int) int { return f.block.Start }, err)
}

// unpack reads the plain body, a string with padding behind it, and proves
// that the numbers are a key.
func (f *file) unpack(body []byte, at func(int) int) (*sshkey.Key, error) {
	outer := wire.NewReader(body)
	payload := outer.String()
	r := &reader{wire.NewReader(payload)}
	public, private := f.kind.read(r)
	err := outer.Err()
	if err == nil {
		at = shift(at, 4)
		err = r.End()
	}
	if err != nil {
		return nil, sshkey.Locate(Name, f.text, at, err)
	}
	pub, err := public.PublicKey()
	if err != nil {
		return nil, f.locate(err)
	}
	k := &sshkey.Key{Public: pub, Private: private, Comment: f.comment, Headers: f.headers, Pos: sshkey.PosAt(f.text, f.block.Start)}
	return k, f.locate(k.Prove())
}

func shift(at func(int) int, n int) func(int) int { return func(i int) int { return at(i + n) } }
