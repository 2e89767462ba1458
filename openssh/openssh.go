// Package openssh reads and writes OpenSSH's own private key files, "BEGIN
// OPENSSH PRIVATE KEY", also called openssh-key-v1 (OpenSSH's PROTOCOL.key).
//
// All ciphers that ssh-keygen -Z takes are read and written. Beyond OpenSSH
// the reader proves that the private numbers belong to the public ones.
package openssh

import (
	"bytes"
	"slices"

	"github.com/keyconv/keyconv/internal/armor"
	"github.com/keyconv/keyconv/sshkey"
)

// Name is the format's name in errors and on the command line.
const Name = "openssh"

const label = "OPENSSH PRIVATE KEY"

// Sniff reports whether data begins with the BEGIN line.
func Sniff(data []byte) bool { return bytes.HasPrefix(data, []byte(armor.PEM.Begin(label))) }

// Parse reads one key. An encrypted key comes back sealed: its public half is
// there, its comment and private half take Key.Decrypt.
//
// CR LF and a missing last line end, which ssh-keygen does not forgive, are
// read with a finding of severity Repaired. Errors are a *sshkey.SyntaxError
// with the place, wrapping ErrCorrupt or ErrMismatch where that is the cause,
// or an *sshkey.UnsupportedError.
func Parse(data []byte) (*sshkey.Key, error) {
	c, err := readContainer(data)
	if err != nil {
		return nil, err
	}
	k := c.public()
	c.notes(k)
	if c.sealed() {
		c.text = bytes.Clone(data) // the caller's bytes may change before Decrypt tells a place
		k.Private = sshkey.NewSealed(c)
		return k, nil
	}
	open, err := c.Open(nil)
	if err != nil {
		return nil, err
	}
	open.Findings = slices.Concat(k.Findings, open.Findings)
	return open, nil
}

// Marshal writes k with OpenSSH's defaults: aes256-ctr and bcrypt, where a
// passphrase is given.
func Marshal(k *sshkey.Key, passphrase []byte) ([]byte, error) {
	return Encoder{}.Marshal(k, passphrase)
}
