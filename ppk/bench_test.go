package ppk_test

import (
	"testing"

	"github.com/kayrus/putty"
	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/ppk"
	"github.com/keyconv/keyconv/sshkey"
	"github.com/keyconv/keyconv/testdata"
)

// Two of the contestants do the same work: from the file to a key of the
// crypto packages, which for RSA is nearly all rsa.PrivateKey.Validate.
// "numbers" stops at the private numbers, as a conversion does. Not alike are
// the proofs: keyconv derives the public key from an Ed25519 seed, and
// kayrus/putty does not.

// BenchmarkParse reads files that are not encrypted.
func BenchmarkParse(b *testing.B) {
	for _, name := range []string{"rsa2048", "ecdsa256", "ed25519"} {
		b.Run(name, func(b *testing.B) { contest(b, keytest.Shipped(b, name+"/plain.ppk"), nil) })
	}
}

// BenchmarkDecrypt opens a PPK 2, whose key derivation costs next to nothing.
func BenchmarkDecrypt(b *testing.B) {
	b.Run("rsa2048", func(b *testing.B) {
		contest(b, keytest.Shipped(b, "rsa2048/encrypted2.ppk"), []byte(testdata.Passphrase))
	})
}

func contest(b *testing.B, data, pass []byte) {
	read := func() (*sshkey.Key, error) {
		k, err := ppk.Parse(data)
		if err != nil {
			return nil, err
		}
		return k.Decrypt(pass, sshkey.Limits{})
	}
	keytest.Race(b, "keyconv", func() error {
		k, err := read()
		if err == nil {
			_, err = k.Crypto()
		}
		return err
	})
	keytest.Race(b, "keyconv-numbers", func() error { _, err := read(); return err })
	keytest.Race(b, "kayrus", func() error {
		k, err := putty.New(data)
		if err == nil {
			_, err = k.ParseRawPrivateKey(pass)
		}
		return err
	})
}

// BenchmarkMarshal writes a file, proof included; kayrus/putty cannot write.
func BenchmarkMarshal(b *testing.B) {
	for _, name := range []string{"rsa2048", "ed25519"} {
		k := shippedKey(b, name)
		b.Run(name, func(b *testing.B) {
			keytest.Race(b, "keyconv", func() error { _, err := ppk.Marshal(k, nil); return err })
		})
	}
}
