package dropbear_test

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/internal/formats/dropbear"
	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/sshkey"
	"golang.org/x/crypto/ssh"
)

var kinds = []string{"rsa -b 1024", "dsa -m PEM", "ecdsa -b 256", "ecdsa -b 384", "ecdsa -b 521", "ed25519"}

// newKey makes a key with ssh-keygen, as x/crypto reads it and as
// dropbearconvert does.
func newKey(t *testing.T, kind string) (want *sshkey.Key, data []byte) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "key")
	keytest.Run(t, nil, "ssh-keygen", append([]string{"-q", "-N", "", "-f", name, "-t"}, strings.Fields(kind)...)...)
	converted := filepath.Join(t.TempDir(), "converted")
	keytest.Run(t, nil, "dropbearconvert", "openssh", "dropbear", name, converted)
	return raw(t, name), read(t, converted)
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// raw reads an OpenSSH key by way of x/crypto: a second reader.
func raw(t *testing.T, name string) *sshkey.Key {
	t.Helper()
	priv, err := ssh.ParseRawPrivateKey(read(t, name))
	if err != nil {
		t.Fatal(err)
	}
	if p, ok := priv.(*ed25519.PrivateKey); ok {
		priv = *p
	}
	k, err := sshkey.FromCrypto(priv, "")
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestDropbear(t *testing.T) {
	for _, kind := range kinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			want, data := newKey(t, kind)
			if !dropbear.Sniff(data) || dropbear.Sniff(want.Public.Blob()) {
				t.Error("not recognised, or a public key is")
			}
			k, err := dropbear.Parse(data)
			if err != nil {
				t.Fatal(err)
			}
			if err := sshkey.Same(k, want); err != nil {
				t.Errorf("reading dropbearconvert's: %v", err)
			}
			out, err := dropbear.Marshal(want, nil)
			if err != nil || !bytes.Equal(out, data) {
				t.Errorf("other bytes than dropbearconvert's: %v", err)
			}
			in, back := filepath.Join(t.TempDir(), "in"), filepath.Join(t.TempDir(), "back")
			if err := os.WriteFile(in, out, 0o600); err != nil {
				t.Fatal(err)
			}
			keytest.Run(t, nil, "dropbearconvert", "dropbear", "openssh", in, back)
			if err := sshkey.Same(raw(t, back), want); err != nil {
				t.Errorf("dropbearconvert reads ours: %v", err)
			}
			damage(t, data, want)
		})
	}
}

func damage(t *testing.T, data []byte, want *sshkey.Key) {
	t.Helper()
	check := func(damaged []byte) {
		k, err := dropbear.Parse(damaged)
		var syntax *sshkey.SyntaxError
		if err != nil && !errors.As(err, &syntax) {
			t.Fatalf("%T without a place: %v", err, err)
		}
		if err == nil && sshkey.Same(k, want) != nil {
			t.Fatalf("another key: %v", sshkey.Same(k, want))
		}
	}
	for i := range 8 * len(data) {
		damaged := bytes.Clone(data)
		damaged[i/8] ^= 1 << (i % 8)
		check(damaged)
	}
	for i := range data {
		check(data[:i])
	}
}

func TestRefused(t *testing.T) {
	k, data := newKey(t, "ed25519")
	if _, err := dropbear.Marshal(k, []byte("x")); err == nil {
		t.Error("a passphrase was dropped")
	}
	if _, err := dropbear.Marshal(k.PublicOnly(), nil); !errors.Is(err, sshkey.ErrNoPrivate) {
		t.Errorf("a public key: %v", err)
	}
	if _, err := dropbear.Parse(append(data, 0)); err == nil {
		t.Error("bytes behind the key")
	}
}
