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

// TestUmask: what it takes from private files is given back, and from public ones
// not.
func TestUmask(t *testing.T) {
	key := "../../testdata/keys/ed25519/argon2id.ppk"
	for _, umask := range []int{0, 0o022, 0o077, 0o277, 0o777} {
		dir := t.TempDir()
		at := func(name string) string { return filepath.Join(dir, name) }
		old := syscall.Umask(umask)
		program(t, "convert", "--to", "authorized-keys", key, "-o", at("public"))
		program(t, "convert", "../../testdata/keys/ed25519/plain.ppk", "-o", at("private"))
		program(t, "convert", "--force", "../../testdata/keys/ed25519/plain.ppk", "-o", at("private"))
		program(t, "add", "--key", key, at(".ssh/authorized_keys"))
		syscall.Umask(old)
		for name, want := range map[string]fs.FileMode{"public": 0o644 &^ fs.FileMode(umask), "private": 0o600, ".ssh": fs.ModeDir | 0o700, ".ssh/authorized_keys": 0o600} {
			if info, err := os.Stat(at(name)); err != nil || info.Mode() != want {
				t.Errorf("umask %03o: %s: %v, %v", umask, name, info.Mode(), err)
			}
		}
	}
}
