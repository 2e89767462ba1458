package sshfp_test

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/internal/formats/sshfp"
	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/sshkey"
)

func TestSSHKeygen(t *testing.T) {
	for _, kind := range []string{"rsa -b 1024", "dsa", "ecdsa", "ed25519"} {
		name := filepath.Join(t.TempDir(), "key")
		keytest.Run(t, nil, "ssh-keygen", append([]string{"-q", "-N", "", "-f", name, "-t"}, strings.Fields(kind)...)...)
		want := keytest.Run(t, nil, "ssh-keygen", "-r", "host.example", "-f", name+".pub")
		got, err := sshfp.Marshal(&sshkey.Key{Public: public(t, name+".pub")}, "host.example")
		if err != nil || string(got) != string(want) {
			t.Errorf("%s: %v\n%s%s", kind, err, got, want)
		}
	}
}

func public(t *testing.T, name string) sshkey.PublicKey {
	t.Helper()
	line, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	blob, err := base64.StdEncoding.DecodeString(strings.Fields(string(line))[1])
	if err != nil {
		t.Fatal(err)
	}
	k, err := sshkey.ParsePublicKey(blob)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestRefused(t *testing.T) {
	k, err := sshkey.EdDSAPublicKey{Curve: "Ed25519", Key: make([]byte, 32)}.PublicKey()
	if err != nil {
		t.Fatal(err)
	}
	for _, host := range []string{"", "a b", "a\nb", "a;b", `a\`, "@a", "a,b", "$ORIGIN", "(", "é", strings.Repeat("x", 256)} {
		if _, err := sshfp.Marshal(&sshkey.Key{Public: k}, host); err == nil {
			t.Errorf("%q was written", host)
		}
	}
	sk, err := sshkey.SKPublicKey{Key: sshkey.EdDSAPublicKey{Curve: "Ed25519", Key: make([]byte, 32)}, Application: "ssh:"}.PublicKey()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sshfp.Marshal(&sshkey.Key{Public: sk}, "h"); err == nil {
		t.Error("a security key was written")
	}
}
