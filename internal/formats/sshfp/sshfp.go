// Package sshfp writes DNS records of host keys: RFC 4255, 6594, 7479, 8709.
package sshfp

import (
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"

	"github.com/keyconv/keyconv/sshkey"
)

// Name is the format's name in errors and on the command line.
const Name = "sshfp"

// numbers are the algorithms of IANA's registry.
var numbers = map[string]int{"RSA": 1, "DSA": 2, "ECDSA": 3, "ED25519": 4, "ED448": 6}

// ErrHost is that of a record without a name.
var ErrHost = sshkey.WithHint(errors.New("an SSHFP record needs the name of a host"), "give it: --host NAME")

// maxHost is the bound of RFC 1035 section 2.3.4.
const maxHost = 255

// What a name consists of here. Everything else, such as a backslash or a
// quote, is syntax in a zone file (RFC 1035 section 5.1).
const (
	nameCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.*/"
	origin         = "@"
)

// Marshal writes the records of a key for a host, as ssh-keygen -r does: one
// with SHA-1, one with SHA-256. A certificate gives those of its key.
func Marshal(k *sshkey.Key, host string) ([]byte, error) {
	if host == "" {
		return nil, ErrHost
	}
	if len(host) > maxHost || host != origin && strings.ContainsFunc(host, func(r rune) bool { return !strings.ContainsRune(nameCharacters, r) }) {
		return nil, sshkey.WithHint(fmt.Errorf("sshfp: %q is no name for a DNS record", host[:min(len(host), 60)]), "give the server's name, such as host.example")
	}
	plain := k.Public.Plain()
	number, ok := numbers[plain.Label()]
	if !ok {
		return nil, &sshkey.UnsupportedError{Format: Name, What: "a key of type " + k.Public.Algorithm(), Next: "DNS has numbers for RSA, DSA, ECDSA, Ed25519 and Ed448 only"}
	}
	blob := plain.Blob()
	one, two := sha1.Sum(blob), sha256.Sum256(blob)
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s IN SSHFP %d 1 %x\n", host, number, one)
	fmt.Fprintf(&b, "%s IN SSHFP %d 2 %x\n", host, number, two)
	return b.Bytes(), nil
}
