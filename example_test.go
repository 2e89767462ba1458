package keyconv_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"log"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/sshkey"
	"github.com/keyconv/keyconv/testdata"
)

func read(name string) []byte {
	data, err := testdata.Keys.ReadFile("keys/" + name)
	if err != nil {
		log.Fatal(err)
	}
	return data
}

// A key that PuTTYgen made, for OpenSSH. It was protected, and stays so.
func ExampleConvert() {
	res, err := keyconv.Convert(read("ed25519/argon2id.ppk"), "openssh", &keyconv.Options{
		Passphrase: func() ([]byte, error) { return []byte(testdata.Passphrase), nil },
	})
	if err != nil {
		log.Fatal(err)
	}
	first, _, _ := bytes.Cut(res.Data, []byte("\n"))
	fmt.Printf("%s, protected: %v\n", first, res.Encrypted)
	// Output: -----BEGIN OPENSSH PRIVATE KEY-----, protected: true
}

// The line for the server needs no passphrase.
func ExampleConvert_authorizedKeys() {
	res, err := keyconv.Convert(read("ed25519/argon2id.ppk"), "authorized-keys", nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(bytes.Equal(res.Data, read("ed25519/id.pub")))
	// Output: true
}

// What is in a file?
func ExampleParse() {
	keys, format, err := keyconv.Parse(read("rsa2048/argon2d.ppk"))
	if err != nil {
		log.Fatal(err)
	}
	k := keys[0]
	fmt.Println(format.Name, k.Version, k.Public.Algorithm(), k.Public.Bits(), k.Comment, k.Protection.KDF)
	// Output: ppk 3 ssh-rsa 2048 test key rsa2048 Argon2d
}

// A key from the standard library, as a PPK.
func ExampleFormat_Marshal() {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		log.Fatal(err)
	}
	key, err := sshkey.FromCrypto(private, "made in Go")
	if err != nil {
		log.Fatal(err)
	}
	format, err := keyconv.Lookup("ppk2")
	if err != nil {
		log.Fatal(err)
	}
	text, err := format.Marshal(key, nil)
	if err != nil {
		log.Fatal(err)
	}
	lines := bytes.SplitN(text, []byte("\n"), 4)
	fmt.Printf("%s\n%s\n", lines[0], lines[2])
	// Output:
	// PuTTY-User-Key-File-2: ssh-ed25519
	// Comment: made in Go
}
