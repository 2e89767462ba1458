package sshkey_test

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/openssh"
	"github.com/keyconv/keyconv/sshkey"
	"github.com/keyconv/keyconv/testdata"
)

var shippedNames = []string{"rsa2048", "dsa1024", "ecdsa256", "ecdsa384", "ecdsa521", "ed25519", "ed448"}

func shipped(t testing.TB, name string) string {
	t.Helper()
	data, err := testdata.Keys.ReadFile("keys/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func shippedKey(t testing.TB, name string) *sshkey.Key {
	t.Helper()
	k, err := openssh.Parse([]byte(shipped(t, name+"/openssh")))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// line reads the key in a line "type base64 comment".
func line(t testing.TB, text string) sshkey.PublicKey {
	t.Helper()
	blob, err := base64.StdEncoding.DecodeString(strings.Fields(text)[1])
	if err != nil {
		t.Fatal(err)
	}
	k, err := sshkey.ParsePublicKey(blob)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// fields is a sequence of strings as SSH has them; a raw stands as it is.
func fields(values ...any) (b []byte) {
	for _, v := range values {
		if r, ok := v.(raw); ok {
			b = append(b, r...)
			continue
		}
		s := fmt.Appendf(nil, "%s", v)
		b = append(binary.BigEndian.AppendUint32(b, uint32(len(s))), s...)
	}
	return b
}

type raw []byte

// securityKey makes a key of the public half of a shipped one.
func securityKey(t testing.TB, name string) sshkey.PublicKey {
	t.Helper()
	k, err := sshkey.SKPublicKey{Key: shippedKey(t, name).Public.Parts(), Application: "ssh:"}.PublicKey()
	if err != nil {
		t.Fatal(err)
	}
	return k
}
