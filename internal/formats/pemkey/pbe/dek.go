package pbe

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/keyconv/keyconv/sshkey"
)

// dekSaltSize is the part of the IV that salts the key, for every cipher.
const dekSaltSize = 8

// ParseDEK reads the value of a DEK-Info header: "AES-128-CBC,<IV in hex>".
func ParseDEK(format, value string) (*Scheme, error) {
	name, text, _ := strings.Cut(value, ",")
	name = strings.TrimSpace(name)
	c, ok := find(func(c Cipher) bool { return c.DEK != "" && strings.EqualFold(c.DEK, name) })
	if !ok {
		return nil, &sshkey.UnsupportedError{Format: format, What: "cipher " + sshkey.Quote(name) + " of DEK-Info", Unknown: "keyconv",
			Next: "change the key's cipher first: openssl pkey" + provider(name) + " -aes128 -in OLD -out NEW"}
	}
	iv, err := hex.DecodeString(strings.TrimSpace(text))
	if err != nil || len(iv) != c.IV {
		return nil, fmt.Errorf("the IV of DEK-Info must be %d hexadecimal digits for %s", 2*c.IV, c.DEK)
	}
	return &Scheme{c, iv, dekKDF{iv[:dekSaltSize]}}, nil
}

// provider is what openssl 3 is to be told for a cipher that it has only in an extra module.
func provider(name string) string {
	family, _, _ := strings.Cut(strings.ToUpper(name), "-")
	if slices.Contains([]string{"BF", "BLOWFISH", "CAST5", "DES", "IDEA", "RC2", "RC5", "SEED"}, family) {
		return " -provider legacy -provider default"
	}
	return ""
}

// NewDEK is a scheme to write with, and the value of its header.
func NewDEK(c Cipher) (*Scheme, string) {
	iv := make([]byte, c.IV)
	rand.Read(iv) // never fails, see crypto/rand
	return &Scheme{c, iv, dekKDF{iv[:dekSaltSize]}}, fmt.Sprintf("%s,%X", c.DEK, iv)
}
