package rfc4716_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/rfc4716"
	"github.com/keyconv/keyconv/sshkey"
	"github.com/keyconv/keyconv/testdata"
)

var kinds = [][]string{{"ed25519"}, {"ecdsa", "-b", "256"}, {"ecdsa", "-b", "384"}, {"ecdsa", "-b", "521"}, {"rsa", "-b", "2048"}}

func write(t *testing.T, dir, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestTools goes both ways with ssh-keygen and puttygen.
func TestTools(t *testing.T) {
	for _, kind := range kinds {
		dir := t.TempDir()
		file := filepath.Join(dir, "id")
		keytest.Run(t, nil, "ssh-keygen", append([]string{"-q", "-N", "", "-C", `a "b" \c`, "-f", file, "-t"}, kind...)...)
		fromSSHKeygen := keytest.Run(t, nil, "ssh-keygen", "-e", "-f", file+".pub")
		k, err := rfc4716.Parse(fromSSHKeygen)
		if err != nil || !strings.Contains(k.Comment, "converted by") {
			t.Fatalf("%s%v", fromSSHKeygen, err)
		}
		fromPuTTY := keytest.Run(t, nil, "puttygen", file+".pub", "-O", "public")
		p, err := rfc4716.Parse(fromPuTTY)
		if err != nil || p.Comment != `a "b" \c` || p.Public != k.Public {
			t.Fatalf("%s%q %v", fromPuTTY, p.Comment, err)
		}
		for _, comment := range []string{"", `a "b" \c`, strings.Repeat("long: x ", 20), strings.Repeat("----", 40), strings.Repeat("é", 90)} {
			p.Comment = comment
			readBack(t, dir, p)
		}
	}
}

// readBack has ssh-keygen read the folded form, and puttygen the unfolded one
// with its comment.
func readBack(t *testing.T, dir string, k *sshkey.Key) {
	t.Helper()
	folded, err := rfc4716.Marshal(k)
	if err != nil {
		t.Fatal(err)
	}
	got := keytest.Run(t, nil, "ssh-keygen", "-i", "-f", write(t, dir, "folded", folded))
	if strings.TrimSpace(string(got)) != k.Public.String() {
		t.Errorf("ssh-keygen -i gives %q of\n%s", got, folded)
	}
	flat, err := rfc4716.Encoder{Unfolded: true}.Marshal(k)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range [][]byte{flat, folded} {
		if bytes.Equal(text, folded) && rfc4716.Folds(k) {
			continue // which PuTTY cannot read
		}
		got = keytest.Run(t, nil, "puttygen", "-L", write(t, dir, "flat", text))
		if want := strings.TrimSpace(k.Public.String() + " " + k.Comment); strings.TrimSpace(string(got)) != want {
			t.Errorf("puttygen -L gives %q, want %q", got, want)
		}
	}
}

// TestMisread: ssh-keygen reads what is not said to be misread, and nothing else.
func TestMisread(t *testing.T) {
	dir := t.TempDir()
	k, err := rfc4716.Parse(keytest.Read(t, testdata.Keys, "keys/ed25519/id.rfc4716"))
	if err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("x", 70)
	for _, comment := range []string{"a END b", "---- END SSH2 PUBLIC KEY ----", "END", "x END", " END ", "a end b", "aEND b", long + " END b", long + ": a END b",
		"---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----", "---- BEGIN SSH2 PUBLIC KEY ----", long + "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----"} {
		k.Comment = comment
		text, err := rfc4716.Marshal(k)
		if err != nil {
			t.Fatal(err)
		}
		got, _, _ := keytest.Try(t, nil, "ssh-keygen", "-i", "-f", write(t, dir, "key", text))
		if read := strings.TrimSpace(string(got)) == k.Public.String(); read == rfc4716.Misread(k) {
			t.Errorf("%q: Misread says %v, ssh-keygen -i gives %q of\n%s", comment, rfc4716.Misread(k), got, text)
		}
	}
}
