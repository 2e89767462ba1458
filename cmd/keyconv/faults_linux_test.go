package main

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io/fs"
	mathrand "math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/testdata"
	"golang.org/x/crypto/ssh"
)

func ownerOf(info fs.FileInfo) string {
	s := info.Sys().(*syscall.Stat_t)
	return fmt.Sprint(s.Uid, ":", s.Gid)
}

// smallDisk mounts a real file system with that many free bytes.
func smallDisk(t *testing.T, size int) string {
	t.Helper()
	keytest.Root(t)
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%d,mode=0700", size)); err != nil {
		keytest.Missing(t, "a file system cannot be mounted: %v", err)
	}
	t.Cleanup(func() { syscall.Unmount(dir, syscall.MNT_DETACH) })
	return dir
}

// fill takes all but a few pages of a disk.
func fill(t *testing.T, dir string, pages int64) {
	t.Helper()
	f, err := os.Create(filepath.Join(dir, "filler"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	page, n := make([]byte, os.Getpagesize()), int64(0)
	for ; err == nil; n++ {
		_, err = f.Write(page)
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	if err := f.Truncate((n - 1 - pages) * int64(len(page))); err != nil {
		t.Fatal(err)
	}
}

// TestDiskFull: a real file system without room for the result, and with room
// for a part of it.
func TestDiskFull(t *testing.T) {
	full, lost := 0, 0
	for _, s := range scenes(t) {
		for pages := range int64(3) {
			if !t.Run(fmt.Sprintf("%s/%d pages", s.name, pages), func(t *testing.T) { full += s.onFullDisk(t, pages) }) {
				lost++
			}
		}
	}
	t.Logf("reliability: disk full %d times in add, convert, batch and check --fix: files lost, partial or temporary: %d", full, lost)
}

// onFullDisk runs the scene with files that are longer than a page.
func (s scene) onFullDisk(t *testing.T, pages int64) int {
	disk := smallDisk(t, 256<<10)
	long := s
	long.files = map[string]string{}
	for name, content := range s.files {
		if strings.HasPrefix(name, "home/.ssh/") {
			content = strings.Repeat("# a comment\n", 1000) + content
		}
		long.files[name] = content
	}
	dir, args := long.beginIn(t, disk)
	before, _ := look(t, dir)
	fill(t, disk, pages)
	code, said := runOn(&keytest.Faults{}, args)
	now, left := look(t, dir)
	delete(now, "filler")
	if left > 0 {
		t.Errorf("%d temporary files are left", left)
	}
	if strings.Contains(said, "no space left") {
		for name, was := range before {
			if now[name] != was {
				t.Errorf("%s has changed", name)
			}
		}
		for name, is := range now {
			if _, ok := before[name]; !ok && !strings.HasPrefix(s.name, "batch") {
				t.Errorf("%s is there: %q", name, is)
			}
		}
		if code != exitFound {
			t.Errorf("exit status %d", code)
		}
		return 1
	}
	if pages == 0 {
		t.Errorf("it fitted, with the exit status %d: %s", code, said)
	}
	return 0
}

// newKeys makes n public keys.
func newKeys(t testing.TB, n int) (files, lines []string) {
	t.Helper()
	dir := t.TempDir()
	for i := range n {
		seed := make([]byte, ed25519.SeedSize)
		copy(seed, fmt.Sprint("key ", i))
		public, err := ssh.NewPublicKey(ed25519.NewKeyFromSeed(seed).Public())
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, string(ssh.MarshalAuthorizedKey(public)))
		files = append(files, filepath.Join(dir, fmt.Sprint(i)))
		if err := os.WriteFile(files[i], []byte(lines[i]), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return files, lines
}

// TestTwoWriters: several keyconv at once, each with a key of its own. In every
// other round they begin with no folder at all, in the others another one
// repairs the file meanwhile.
func TestTwoWriters(t *testing.T) {
	const writers = 4
	rounds := 20
	if testing.Short() {
		rounds = 4
	}
	files, lines := newKeys(t, writers)
	rsa, ecdsa := string(keytest.Read(t, testdata.Keys, "keys/rsa2048/id.pub")), string(keytest.Read(t, testdata.Keys, "keys/ecdsa256/id.pub"))
	lost := 0
	for round := range rounds {
		file := filepath.Join(t.TempDir(), ".ssh", "authorized_keys")
		var commands [][]string
		for _, key := range files {
			commands = append(commands, []string{"add", "--key", key, file})
		}
		want := lines
		if round%2 == 1 {
			damaged := strings.Replace(ecdsa, " ", "\n", 1)
			if err := errors.Join(os.Mkdir(filepath.Dir(file), 0o700), os.WriteFile(file, []byte(rsa+damaged), 0o600)); err != nil {
				t.Fatal(err)
			}
			commands = append(commands, []string{"check", "--fix", file})
			want = append([]string{rsa, ecdsa}, lines...)
		}
		atOnce(t, commands)
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range want {
			if bytes.Count(data, []byte(l)) != 1 {
				lost++
			}
		}
		if len(data) != len(strings.Join(want, "")) {
			t.Errorf("the file holds\n%s", data)
		}
	}
	if lost > 0 {
		t.Error(lost, "keys are lost")
	}
	t.Logf("reliability: %d rounds of %d processes that change one file: keys lost: %d", rounds, writers, lost)
}

// atOnce runs commands side by side; all must succeed.
func atOnce(t *testing.T, commands [][]string) {
	var wg sync.WaitGroup
	for _, args := range commands {
		wg.Go(func() {
			if out, err := again(t, 0, args...).CombinedOutput(); err != nil {
				t.Errorf("%q: %v: %s", args, err, out)
			}
		})
	}
	wg.Wait()
}

// TestKilledWriters: processes that add keys are killed at any time; those that
// had said that they were done have not lost theirs.
func TestKilledWriters(t *testing.T) {
	n := 40
	if testing.Short() {
		n = 6
	}
	files, lines := newKeys(t, n)
	file := filepath.Join(t.TempDir(), "authorized_keys")
	var done []string
	killed := 0
	r := mathrand.New(mathrand.NewPCG(1, 2))
	for i := range files {
		cmd := again(t, 0, "add", "--key", files[i], file)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if i%2 == 0 {
			time.Sleep(time.Duration(r.IntN(15)) * time.Millisecond)
			cmd.Process.Kill()
		}
		if err := cmd.Wait(); err == nil {
			done = append(done, lines[i])
		} else {
			killed++
		}
		data, err := os.ReadFile(file)
		if err != nil && len(done) > 0 {
			t.Fatal(err)
		}
		for _, l := range done {
			if !bytes.Contains(data, []byte(l)) {
				t.Fatalf("lost: %s", l)
			}
		}
		if len(data) > 0 && data[len(data)-1] != '\n' {
			t.Fatalf("a part of a line: %q", data)
		}
	}
	t.Logf("reliability: %d of %d writers killed at random points: keys lost: 0", killed, n)
}

// TestKilledBatch: signals in the middle of a batch. Every output is whole or
// absent; no temporary file is left but by SIGKILL.
func TestKilledBatch(t *testing.T) {
	const inputs = 60
	rounds := 6
	if testing.Short() {
		rounds = 1
	}
	base := t.TempDir()
	args := []string{"convert", "--quiet", "--to", "ppk", "--output-dir"}
	var names []string
	for i := range inputs {
		name := filepath.Join(base, fmt.Sprint("key", i))
		if err := os.WriteFile(name, keytest.Read(t, testdata.Keys, "keys/ed25519/openssh"), 0o600); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	whole := program(t, "convert", "--to", "ppk", names[0])
	made := 0
	signals := append([]os.Signal{os.Kill}, endings...)
	for i := range len(signals) * rounds {
		sig := signals[i%len(signals)]
		out := t.TempDir()
		cmd := again(t, 0, append(append(args, out), names...)...)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		waitFor(t, func() bool { return len(entries(t, out)) > i%12*3 }) // the batch is under way
		cmd.Process.Signal(sig)
		cmd.Wait()
		if status := cmd.ProcessState.Sys().(syscall.WaitStatus); !endedBy(status, sig) && (status.ExitStatus() != exitDone || len(entries(t, out)) < inputs) {
			t.Errorf("%v: it ended with %v", sig, cmd.ProcessState) // a shell's loop goes on behind that
		}
		for _, name := range entries(t, out) {
			if strings.HasPrefix(name, ".keyconv-") {
				if sig != os.Kill {
					t.Errorf("%s is left", name)
				}
				continue
			}
			made++
			data, err := os.ReadFile(filepath.Join(out, name))
			if info, e := os.Stat(filepath.Join(out, name)); err != nil || !bytes.Equal(data, whole) || e != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("%v: %s is %q", sig, name, data)
			}
		}
	}
	t.Logf("reliability: %d batches of %d ended by one of %d signals: %d outputs whole, none in part", len(signals)*rounds, inputs, len(signals), made)
}

// endedBy reports whether a shell would say that the signal ended it.
func endedBy(status syscall.WaitStatus, sig os.Signal) bool {
	if sig == syscall.SIGQUIT { // without the trace that the signal itself brings
		return status.ExitStatus() == 128+int(syscall.SIGQUIT)
	}
	return status.Signaled() && status.Signal() == sig
}

func entries(t testing.TB, dir string) (names []string) {
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range list {
		names = append(names, d.Name())
	}
	return names
}

func waitFor(t testing.TB, ready func() bool) {
	t.Helper()
	for range 30000 {
		if ready() {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Fatal("it does not come")
}
