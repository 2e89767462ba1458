//go:build unix

package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/keyconv/keyconv/internal/keytest"
)

// TestPrivateFromFirstByte: with a umask that allows everything, no file that
// a conversion makes or writes can be read by others, at any call on the way.
func TestPrivateFromFirstByte(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0))
	keys, err := filepath.Abs("../../testdata/keys")
	if err != nil {
		t.Fatal(err)
	}
	for _, to := range []string{"openssh", "ppk", "pem", "pkcs8", "dropbear", "jwk"} {
		for _, flags := range [][]string{nil, {"--force"}, {"--dry-run"}} {
			dir := t.TempDir()
			if err := os.Chmod(dir, 0o777); err != nil {
				t.Fatal(err)
			}
			seen := 0
			look := func() {
				files, _ := os.ReadDir(dir)
				for _, f := range files {
					info, err := f.Info()
					if err == nil && info.Mode().Perm()&^fs.FileMode(0o600) != 0 {
						t.Errorf("%s %q: %s has mode %o, %d bytes", to, flags, f.Name(), info.Mode().Perm(), info.Size())
					}
					seen++
				}
			}
			e := &env{stdin: strings.NewReader(""), stdout: &bytes.Buffer{}, stderr: &bytes.Buffer{}}
			e.system = &keytest.Faults{Break: func(int, string) error { look(); return nil }}
			args := append([]string{"keyconv", "convert", "--to", to, "-o", filepath.Join(dir, "out")}, flags...)
			if status := e.run(append(args, filepath.Join(keys, "ecdsa256", "plain.ppk"))); status != exitDone {
				t.Fatalf("%s: %d %s", to, status, e.stderr)
			}
			look()
			if seen == 0 {
				t.Errorf("%s %q: no file was seen", to, flags)
			}
		}
	}
}
