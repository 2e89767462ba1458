package openssh_test

import (
	"testing"

	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/openssh"
	"github.com/keyconv/keyconv/sshkey"
	"golang.org/x/crypto/ssh"
)

// Two of the contestants do the same work: from the file to a key of the
// crypto packages, which for RSA is nearly all rsa.PrivateKey.Validate.
// "numbers" stops at the private numbers, as a conversion does.

// BenchmarkParse reads files that are not encrypted.
func BenchmarkParse(b *testing.B) {
	for _, name := range []string{"rsa2048", "ecdsa256", "ed25519"} {
		b.Run(name, func(b *testing.B) { contest(b, keytest.Shipped(b, name+"/openssh"), nil) })
	}
}

// BenchmarkDecrypt opens a file of 16 rounds, OpenSSH's default up to 9.x.
func BenchmarkDecrypt(b *testing.B) {
	data, err := openssh.Encoder{Rounds: 16}.Marshal(shippedKey(b, "rsa2048"), []byte(passphrase))
	if err != nil {
		b.Fatal(err)
	}
	b.Run("rsa2048", func(b *testing.B) { contest(b, data, []byte(passphrase)) })
}

func contest(b *testing.B, data, pass []byte) {
	read := func() (*sshkey.Key, error) {
		k, err := openssh.Parse(data)
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
	keytest.Race(b, "xcrypto", func() (err error) {
		if pass == nil {
			_, err = ssh.ParseRawPrivateKey(data)
		} else {
			_, err = ssh.ParseRawPrivateKeyWithPassphrase(data, pass)
		}
		return err
	})
}

// BenchmarkMarshal writes a file: keyconv from the numbers and with its proof,
// x/crypto/ssh from a key of the crypto packages and without one.
func BenchmarkMarshal(b *testing.B) {
	for _, name := range []string{"rsa2048", "ed25519"} {
		k := shippedKey(b, name)
		theirs, err := k.Crypto()
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			keytest.Race(b, "keyconv", func() error { _, err := openssh.Marshal(k, nil); return err })
			keytest.Race(b, "xcrypto", func() error { _, err := ssh.MarshalPrivateKey(theirs, k.Comment); return err })
		})
	}
}

// BenchmarkMarshalEncrypted: x/crypto/ssh has 16 rounds and no choice.
func BenchmarkMarshalEncrypted(b *testing.B) {
	k := shippedKey(b, "rsa2048")
	theirs, err := k.Crypto()
	if err != nil {
		b.Fatal(err)
	}
	keytest.Race(b, "keyconv", func() error {
		_, err := openssh.Encoder{Rounds: 16}.Marshal(k, []byte(passphrase))
		return err
	})
	keytest.Race(b, "xcrypto", func() error {
		_, err := ssh.MarshalPrivateKeyWithPassphrase(theirs, k.Comment, []byte(passphrase))
		return err
	})
}
