// Package ppk reads and writes PuTTY's private key files (.ppk). Versions 1, 2
// and 3 are read, 2 and 3 written, for every kind of key that PuTTY knows.
//
// The format is described in appendix C of PuTTY's manual. What its reader
// accepts (sshpubk.c), this one accepts: CR LF, one blank line between lines,
// no final line end, any padding, anything behind the last line. Beyond PuTTY
// it checks that the private half belongs to the public one for every kind of
// key, and bounds what a file may ask of Argon2.
package ppk

import (
	"bytes"

	"github.com/keyconv/keyconv/sshkey"
)

// Name is the format's name in errors and on the command line.
const Name = "ppk"

const magic = "PuTTY-User-Key-File-"

// Sniff reports whether data looks like a PPK.
func Sniff(data []byte) bool { return bytes.HasPrefix(data, []byte(magic)) }

// Parse reads one PPK. An encrypted key comes back sealed: its public half and
// its comment are there, its private half takes Key.Decrypt.
//
// A file that ends behind its public half, as node's sshpk writes it, is a
// public key with a finding. Errors are a *sshkey.SyntaxError with the place, wrapping ErrCorrupt where
// the file's own check (MAC) fails, or a *sshkey.UnsupportedError.
func Parse(data []byte) (*sshkey.Key, error) {
	f, err := readFile(data)
	if err != nil {
		return nil, err
	}
	k, err := f.public()
	if err != nil {
		return nil, err
	}
	if f.publicOnly {
		k.Protection = nil
		k.Note(sshkey.Warning, "private-half-missing", "if there should be one, copy the file again: it may be cut short", "the file ends behind the public half")
		return k, nil
	}
	if f.encrypted() {
		f.data = bytes.Clone(data) // the caller's bytes may change before Decrypt tells a place
		k.Private = sshkey.NewSealed(f)
		return k, nil
	}
	return f.Open(f.plainKeys())
}

// Marshal writes k with PuTTY's defaults: version 3 and, where a passphrase is
// given, AES-256 under Argon2id.
func Marshal(k *sshkey.Key, passphrase []byte) ([]byte, error) {
	return Encoder{}.Marshal(k, passphrase)
}
