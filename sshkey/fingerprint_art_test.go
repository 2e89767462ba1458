package sshkey_test

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/sshkey"
)

// TestArt compares with what ssh-keygen shows.
func TestArt(t *testing.T) {
	for _, kind := range []string{"rsa -b 1024", "rsa -b 2048", "ecdsa -b 521", "ed25519", "ed25519", "ed25519"} {
		name := filepath.Join(t.TempDir(), "key")
		keytest.Run(t, nil, "ssh-keygen", append([]string{"-q", "-N", "", "-f", name, "-t"}, strings.Fields(kind)...)...)
		line, err := os.ReadFile(name + ".pub")
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
		if got := string(keytest.Run(t, nil, "ssh-keygen", "-lv", "-f", name)); !strings.Contains(got, k.Randomart()+"\n") {
			t.Errorf("randomart\n%s\nssh-keygen has\n%s", k.Randomart(), got)
		}
		if got := string(keytest.Run(t, nil, "ssh-keygen", "-B", "-f", name)); !strings.Contains(got, " "+k.BubbleBabble()+" ") {
			t.Errorf("bubblebabble %s; ssh-keygen has %s", k.BubbleBabble(), got)
		}
	}
}

// TestThumbprint has the examples of RFC 7638 section 3.1 and RFC 8037
// appendix A.3.
func TestThumbprint(t *testing.T) {
	decode := func(s string) []byte {
		b, err := base64.RawURLEncoding.DecodeString(s)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	ed, err := sshkey.EdDSAPublicKey{Curve: "Ed25519", Key: decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")}.PublicKey()
	if err != nil || ed.Thumbprint() != "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k" {
		t.Errorf("%v %s", err, ed.Thumbprint())
	}
}
