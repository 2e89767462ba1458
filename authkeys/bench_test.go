package authkeys_test

import (
	"bytes"
	"os"
	"testing"

	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/sshkey"
	"golang.org/x/crypto/ssh"
)

// BenchmarkLine: the same line, by the reader that streams use, by the one that
// gives a Key, and by golang.org/x/crypto/ssh.
func BenchmarkLine(b *testing.B) {
	for _, name := range []string{"rsa2048", "ed25519", "ecdsa256"} {
		line := shippedLine(b, name)
		run := func(reader string, read func() bool) {
			b.Run(name+"/"+reader, func(b *testing.B) {
				b.ReportAllocs()
				b.SetBytes(int64(len(line)))
				for b.Loop() {
					if !read() {
						b.Fatal("not read")
					}
				}
			})
		}
		var s authkeys.Scanner
		var key sshkey.PublicKey
		run("scan", func() bool {
			e, ok := s.Scan(line)
			key = e.Key.PublicKey()
			return ok && !key.IsZero()
		})
		run("parse", func() bool { _, err := authkeys.ParseLine(line); return err == nil })
		run("xcrypto", func() bool { _, _, _, _, err := ssh.ParseAuthorizedKey(line); return err == nil })
	}
}

func shippedLine(tb testing.TB, name string) []byte {
	text, err := os.ReadFile("../testdata/keys/" + name + "/id.pub")
	if err != nil {
		tb.Fatal(err)
	}
	return bytes.TrimSpace(text)
}
