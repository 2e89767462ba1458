package sshkey

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
)

// MarshalText is String for encoding/json and its like; the zero value is empty.
func (k PublicKey) MarshalText() ([]byte, error) {
	if k.IsZero() {
		return nil, nil
	}
	return []byte(k.String()), nil
}

// UnmarshalText reads what MarshalText writes, and nothing else: for lines that
// people write there is package authkeys.
func (k *PublicKey) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*k = PublicKey{}
		return nil
	}
	if err := Bound("bytes of a public key", uint64(len(text)), MaxLine); err != nil {
		return err
	}
	name, encoded, _ := strings.Cut(string(text), " ")
	blob, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return errors.New("sshkey: a public key is its type, a space and base64")
	}
	read, err := ParsePublicKey(blob)
	if err != nil {
		return fmt.Errorf("sshkey: %w", err)
	}
	if read.String() != string(text) {
		return fmt.Errorf("sshkey: the text says %s and the key is written %s", Quote(name), Quote(read.Algorithm()))
	}
	*k = read
	return nil
}

// HoldsPrivate reports whether a comment holds a private key, or a part of one: its file
// stood below the line, and the line ends were lost.
func HoldsPrivate(comment string) bool {
	for _, sign := range []string{"PRIVATE KEY-", "PRIVATE KEY --", "Private-Lines:"} {
		if strings.Contains(comment, sign) && holdsBody(comment) {
			return true
		}
	}
	return false
}

// holdsBody reports whether a line of a key in base64 stands in a text, be it between
// escapes.
func holdsBody(text string) bool {
	const least = 32
	for text != "" {
		rest := strings.TrimLeft(text, base64Characters)
		if len(text)-len(rest) >= least {
			return true
		}
		text = strings.TrimLeftFunc(rest, func(r rune) bool { return !strings.ContainsRune(base64Characters, r) })
	}
	return false
}

const base64Characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
