package sshkey_test

import (
	"bytes"
	"encoding/base64"
	"testing"

	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/openssh"
	"github.com/keyconv/keyconv/sshkey"
)

var shippedNames = []string{"rsa2048", "dsa1024", "ecdsa256", "ecdsa384", "ecdsa521", "ed25519", "ed448"}

func shippedKey(t testing.TB, name string) *sshkey.Key {
	t.Helper()
	k, err := openssh.Parse(keytest.Shipped(t, name+"/openssh"))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// line reads the key in a line "type base64 comment".
func line(t testing.TB, text []byte) sshkey.PublicKey {
	t.Helper()
	blob, err := base64.StdEncoding.DecodeString(string(bytes.Fields(text)[1]))
	if err != nil {
		t.Fatal(err)
	}
	k, err := sshkey.ParsePublicKey(blob)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// securityKey makes a key of the public half of a shipped one.
func securityKey(t testing.TB, name string) sshkey.PublicKey {
	t.Helper()
	k, err := sshkey.SKPublicKey{Key: shippedKey(t, name).Public.Parts(), Application: "ssh:"}.PublicKey()
	if err != nil {
		t.Fatal(err)
	}
	return k
}
