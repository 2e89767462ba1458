package main

import (
	"bytes"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/testdata"
)

// asSomebody is the test's binary as keyconv, run by another user.
func asSomebody(t *testing.T, args ...string) (code int, said string) {
	t.Helper()
	cmd := again(t, 0, args...)
	dir, err := os.MkdirTemp("", "keyconv")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(cmd.Path) // where it is, others may not go
	if err != nil {
		t.Fatal(err)
	}
	cmd.Path, cmd.Dir = filepath.Join(dir, "keyconv"), dir
	if err := os.WriteFile(cmd.Path, program, 0o755); err != nil {
		t.Fatal(err)
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: somebody, Gid: somebody}}
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), string(out)
}

const somebody = 54321

// TestOwners: who may change whose file, and who owns it afterwards.
func TestOwners(t *testing.T) {
	keytest.Root(t)
	home, err := os.MkdirTemp("", "home")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(home)
	files, lines := newKeys(t, 3)
	key, ssh, file := filepath.Join(home, "key"), filepath.Join(home, ".ssh"), filepath.Join(home, ".ssh", "authorized_keys")
	copyFile := func(from string) {
		t.Helper()
		data, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(key, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	step := func(name string, err error, code, wantCode int, said, wantSaid, wantFile string) {
		t.Helper()
		data, _ := os.ReadFile(file)
		if err != nil || code != wantCode || !strings.Contains(said, wantSaid) || string(data) != wantFile {
			t.Errorf("%s: %v, exits with %d: %s\nthe file holds %q", name, err, code, said, data)
		}
	}
	owned := func(path string, want int) {
		t.Helper()
		info, err := os.Stat(path)
		if err != nil || ownerOf(info) != fmt.Sprint(want, ":", want) {
			t.Errorf("%s belongs to %s, %v", path, ownerOf(info), err)
		}
	}
	if err := errors.Join(os.Chmod(home, 0o755), os.Chown(home, somebody, somebody)); err != nil {
		t.Fatal(err)
	}
	copyFile(files[0])
	code, said := runOn(&keytest.Faults{}, []string{"add", "--key", key, file})
	step("root makes it for the owner of the home", nil, code, 0, said, "is new", lines[0])
	owned(ssh, somebody)
	owned(file, somebody)
	copyFile(files[1])
	code, said = asSomebody(t, "add", "--key", key, file)
	step("the owner", nil, code, 0, said, "authorized_keys:2: added", lines[0]+lines[1])
	copyFile(files[2])
	err = os.Chmod(ssh, 0o500)
	code, said = asSomebody(t, "add", "--key", key, file)
	step("a read-only folder", err, code, 1, said, "permission denied", lines[0]+lines[1])
	err = errors.Join(os.Chmod(ssh, 0o700), os.Chmod(file, 0o400))
	code, said = asSomebody(t, "add", "--key", key, file)
	step("a read-only file", err, code, 1, said, "the file is read-only", lines[0]+lines[1])
	err = errors.Join(os.Chmod(file, 0o666), os.Chown(file, 54322, 54322))
	code, said = asSomebody(t, "add", "--key", key, file)
	step("another user's file", err, code, 1, said, "belongs to another user", lines[0]+lines[1])
	code, said = runOn(&keytest.Faults{}, []string{"add", "--key", key, file})
	step("root keeps the owner", nil, code, 0, said, "added", strings.Join(lines, ""))
	owned(file, 54322)
	if names := entries(t, ssh); len(names) != 1 {
		t.Errorf("left: %q", names)
	}
}

// TestOddFiles: FIFOs, folders, devices, and names given twice.
func TestOddFiles(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	key := keytest.Read(t, testdata.Keys, "keys/ed25519/openssh")
	for _, name := range []string{"key", "same"} {
		if err := os.WriteFile(at(name), key, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"fifo", "full"} {
		if err := syscall.Mkfifo(at(name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	go os.WriteFile(at("fifo"), key, 0)
	program(t, "convert", at("fifo"), "-o", at("from-fifo"))
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"convert", dir, "-o", at("x")}, "is a directory"},
		{[]string{"convert", at("key"), "-o", at("full")}, "not a regular file"}, // no hint that --force would do it
		{[]string{"convert", "--force", at("key"), "-o", at("full")}, "not a regular file"},
		{[]string{"convert", "--force", at("key"), "-o", os.DevNull}, "not a regular file"},
		{[]string{"convert", "--force", at("key"), "-o", dir}, "it is a folder"},
		{[]string{"convert", at("key"), "-o", dir + "/"}, "it is a folder"},
		{[]string{"convert", at("key"), "-o", at("none/x")}, "no such file"},
		{[]string{"convert", at("key"), "-o", at("key")}, "exists already"},
		{[]string{"convert", at("key"), at("key"), "--output-dir", dir}, "is that of"},
		{[]string{"add", "--key", dir, at("x")}, "is a directory"},
		{[]string{"add", "--key", at("key"), at("full")}, "not a regular file"},
		{[]string{"add", "--key", at("key"), dir}, "is a directory"},
		{[]string{"add", "--key", at("key"), at("none/none/x")}, "no such file"},
		{[]string{"add", "--key", at("same"), at("same")}, "no line of the file is a key"},
	} {
		if said := fails(t, c.args...); !strings.Contains(said, c.want) {
			t.Errorf("%q: %s", c.args, said)
		}
	}
	stdin := again(t, 0, "convert", "/dev/stdin", "-o", at("from-stdin"))
	stdin.Stdin = bytes.NewReader(key)
	if out, err := stdin.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
	program(t, "convert", "--force", at("same"), "-o", at("same"))
	for _, name := range []string{"from-fifo", "from-stdin", "key.ppk", "same"} {
		if got := keytest.Run(t, nil, "puttygen", at(name), "-L"); !bytes.Equal(got, keytest.Read(t, testdata.Keys, "keys/ed25519/id.pub")) {
			t.Errorf("%s: %s", name, got)
		}
	}
	if names := entries(t, dir); len(names) != 7 {
		t.Errorf("%q", names)
	}
}

// TestChangingInput: a file that changes while it is read gives one of the keys
// that it held, or an error.
func TestChangingInput(t *testing.T) {
	file := filepath.Join(t.TempDir(), "key")
	texts := [][]byte{keytest.Read(t, testdata.Keys, "keys/rsa2048/openssh"), keytest.Read(t, testdata.Keys, "keys/ecdsa521/openssh")}
	var want []string
	for _, text := range texts {
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
		want = append(want, string(program(t, "convert", file, "--to", "ppk")))
	}
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
				os.WriteFile(file, texts[i%2], 0o600) // cuts it first
				time.Sleep(time.Duration(mathrand.IntN(500)) * time.Microsecond)
			}
		}
	})
	counts := map[int]int{}
	for range 300 {
		var stdout, stderr bytes.Buffer
		code := run([]string{"keyconv", "convert", file, "--to", "ppk"}, nil, &stdout, &stderr)
		counts[code]++
		if got := stdout.String(); code == exitDone && got != want[0] && got != want[1] || code != exitDone && got != "" {
			t.Errorf("exits with %d: %q", code, got)
		}
	}
	close(stop)
	wg.Wait()
	t.Logf("reliability: 300 reads of a file that changes: %d gave a whole key, %d an error, none another key", counts[exitDone], counts[exitFound])
}
