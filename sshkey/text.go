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
