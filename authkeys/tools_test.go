package authkeys_test

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/internal/keytest"
)

// TestTools reads what ssh-keygen wrote, and has ssh-keygen and puttygen read
// what is written here.
func TestTools(t *testing.T) {
	dir := t.TempDir()
	for _, args := range [][]string{{"ed25519"}, {"ecdsa", "-b", "256"}, {"ecdsa", "-b", "384"}, {"ecdsa", "-b", "521"}, {"rsa", "-b", "1024"}} {
		file := filepath.Join(dir, strings.Join(args, ""))
		keytest.Run(t, nil, "ssh-keygen", append([]string{"-q", "-N", "", "-C", "a comment", "-f", file, "-t"}, args...)...)
		pub, err := os.ReadFile(file + ".pub")
		if err != nil {
			t.Fatal(err)
		}
		keys, err := authkeys.Parse(pub)
		if err != nil || len(keys) != 1 {
			t.Fatalf("%q: %v", pub, err)
		}
		k := keys[0]
		out, err := authkeys.Marshal(k)
		if err != nil || !bytes.Equal(out, pub) {
			t.Errorf("written %q, want %q (%v)", out, pub, err)
		}
		lf := string(keytest.Run(t, out, "ssh-keygen", "-l", "-f", "-"))
		if !strings.Contains(lf, k.Public.Fingerprint()+" a comment ("+k.Public.Label()+")") {
			t.Errorf("ssh-keygen -l says %q, here %s", lf, k.Public.Fingerprint())
		}
		again := filepath.Join(dir, "written.pub")
		if err := os.WriteFile(again, out, 0o600); err != nil {
			t.Fatal(err)
		}
		if got := keytest.Run(t, nil, "puttygen", again, "-O", "public-openssh"); !bytes.Equal(got, out) {
			t.Errorf("puttygen gives %q, want %q", got, out)
		}
		signed(t, file, again, pub)
	}
}

// signed reads the certificate that ssh-keygen makes of a key.
func signed(t *testing.T, ca, file string, plain []byte) {
	t.Helper()
	keytest.Run(t, nil, "ssh-keygen", "-q", "-s", ca, "-I", "id", "-n", "user", file)
	cert, err := os.ReadFile(strings.TrimSuffix(file, ".pub") + "-cert.pub")
	if err != nil {
		t.Fatal(err)
	}
	keys, err := authkeys.Parse(cert)
	if err != nil {
		t.Fatal(err)
	}
	if !keys[0].Public.IsCertificate() || !bytes.HasPrefix(plain, []byte(keys[0].Public.Plain().String())) {
		t.Errorf("%s is read as %s", cert, keys[0].Public)
	}
	if err := authkeys.Accepted(keys[0]); err == nil {
		t.Error("a certificate is said to be accepted")
	}
}

func BenchmarkParseLine(b *testing.B) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		b.Fatal(err)
	}
	pub, err := ssh.NewPublicKey(&key.PublicKey)
	if err != nil {
		b.Fatal(err)
	}
	rsaLine := strings.TrimSpace(string(ssh.MarshalAuthorizedKey(pub))) + " user@host"
	for name, line := range map[string]string{"rsa2048": rsaLine, "ed25519": edKey + " user@host", "options": `restrict,command="a b" ` + edKey + " user@host"} {
		run := func(who string, parse func([]byte) error) {
			b.Run(name+"/"+who, func(b *testing.B) {
				b.SetBytes(int64(len(line)))
				b.ReportAllocs()
				for b.Loop() {
					if err := parse([]byte(line)); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		run("here", func(l []byte) error { _, err := authkeys.ParseLine(l); return err })
		run("x-crypto", func(l []byte) error { _, _, _, _, err := ssh.ParseAuthorizedKey(l); return err })
	}
}
