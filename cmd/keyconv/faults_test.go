package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/testdata"
)

// dieAt names the variable that makes the test's binary keyconv, which dies
// at the call of that number; 0 is never.
const dieAt = "KEYCONV_TEST_DIE_AT"

// dying is keyconv up to that call. It kills itself as a power failure would:
// nothing deferred, nothing flushed.
func dying(at string) int {
	n, err := strconv.Atoi(at)
	if err != nil {
		panic(err)
	}
	e := &env{stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr}
	e.system = &keytest.Faults{Break: func(i int, _ string) error {
		if i == n {
			self, _ := os.FindProcess(os.Getpid())
			self.Kill()
			select {}
		}
		return nil
	}}
	e.exit.watch()
	return e.run(os.Args)
}

// again is the test's binary as keyconv.
func again(t testing.TB, at int, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	// Under nohup or behind a shell's & some signals are ignored, and a program that is
	// started inherits that, unless they are caught here.
	caught := make(chan os.Signal, 1)
	signal.Notify(caught, endings...)
	t.Cleanup(func() { signal.Stop(caught) })
	cmd := exec.CommandContext(t.Context(), self, args...)
	cmd.Env = append(os.Environ(), dieAt+"="+strconv.Itoa(at))
	return cmd
}

// A scene is a folder as it is before a command, and the command.
type scene struct {
	name  string
	files map[string]string // path in the folder: content
	mode  fs.FileMode       // of the files
	owner int               // of what is in home, under root
	args  []string          // FOLDER stands for the folder
	long  bool              // not under -short
}

func scenes(t testing.TB) []scene {
	return slices.DeleteFunc(allScenes(t), func(s scene) bool { return s.long && testing.Short() })
}

func allScenes(t testing.TB) []scene {
	key := func(name string) string { return string(keytest.Read(t, testdata.Keys, "keys/"+name)) }
	old := "# mine\n" + key("rsa2048/id.pub")
	paste := strings.Replace(old, "ssh-rsa ", "ssh-rsa\n", 1) + key("ecdsa256/id.pub")
	const keys = "home/.ssh/authorized_keys"
	return []scene{
		{"add", map[string]string{"key": key("ed25519/id.rfc4716"), keys: old}, 0o640, 54321, []string{"add", "--key", "FOLDER/key", "FOLDER/" + keys}, false},
		{"add new", map[string]string{"key": key("ed25519/plain.ppk"), "home/.profile": ""}, 0o640, 54321,
			[]string{"add", "--key", "FOLDER/key", "FOLDER/" + keys}, true},
		{"convert", map[string]string{"key": key("ed25519/openssh")}, 0o600, 0, []string{"convert", "FOLDER/key", "-o", "FOLDER/out"}, false},
		{"replace", map[string]string{"key": key("ed25519/openssh"), "out": "old\n"}, 0o640, 0,
			[]string{"convert", "--force", "FOLDER/key", "-o", "FOLDER/out"}, true},
		{"itself", map[string]string{"key": key("rsa2048/openssh")}, 0o640, 0, []string{"convert", "--force", "FOLDER/key", "-o", "FOLDER/key"}, true},
		{"batch", map[string]string{"a": key("ed25519/openssh"), "b": key("rsa2048/private-pem"), "out/c.ppk": "other"}, 0o600, 0,
			[]string{"convert", "--to", "ppk", "FOLDER/a", "FOLDER/b", "--output-dir", "FOLDER/out"}, true},
		{"fix", map[string]string{keys: paste}, 0o640, 54321, []string{"check", "--fix", "FOLDER/" + keys}, true},
		{"fix modes", map[string]string{keys: paste}, 0o666, 0, []string{"check", "--fix", "FOLDER/" + keys}, true},
	}
}

// home is another one than the scene's where the files are another user's.
func (s scene) home(dir string) string {
	if s.owner > 0 {
		return dir
	}
	return filepath.Join(dir, "home")
}

// A state is what a folder holds, by path.
type state map[string]entry

type entry struct{ owner, mode, content string }

// begin makes the scene's folder. Under root the files are another user's, who
// must still own them afterwards.
func (s scene) begin(t testing.TB) (dir string, args []string) { return s.beginIn(t, t.TempDir()) }

func (s scene) beginIn(t testing.TB, dir string) (_ string, args []string) {
	t.Helper()
	for name, content := range s.files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(os.WriteFile(path, []byte(content), 0o600), os.Chmod(path, s.mode)); err != nil {
			t.Fatal(err)
		}
		for ; s.owner > 0 && os.Geteuid() == 0 && strings.HasPrefix(name, "home/") && path != dir; path = filepath.Dir(path) {
			if err := os.Chown(path, s.owner, s.owner+1); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, a := range s.args {
		args = append(args, strings.ReplaceAll(a, "FOLDER", dir))
	}
	return dir, args
}

// look reads a folder; temporary files are counted apart.
func look(t testing.TB, dir string) (now state, temporary int) {
	t.Helper()
	now = state{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if strings.HasPrefix(d.Name(), ".keyconv-") {
			temporary++
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		data, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		now[name] = entry{ownerOf(info), info.Mode().String(), string(data)}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return now, temporary
}

// between fails unless every file is as it was before or as it is to be.
func between(t testing.TB, now, before, after state) {
	t.Helper()
	for name, is := range now {
		was, will := before[name], after[name]
		if is.content != was.content && is.content != will.content {
			t.Errorf("%s is\n%v\nnot\n%v\nnor\n%v", name, is, was, will)
		}
		if original, ok := strings.CutSuffix(name, ".bak"); ok {
			was = before[original] // whose mode may not be mended yet
		}
		if is.owner != was.owner && is.owner != will.owner || is.mode != was.mode && is.mode != will.mode {
			t.Errorf("%s is %s %s, not %s %s", name, is.owner, is.mode, will.owner, will.mode)
		}
	}
	for name := range before {
		if _, ok := now[name]; !ok {
			t.Errorf("%s is lost", name)
		}
	}
}

// finish runs the scene to its end, which counts its calls.
func (s scene) finish(t testing.TB) (before, after state, calls []string) {
	t.Helper()
	dir, args := s.begin(t)
	t.Setenv("HOME", s.home(dir))
	before, _ = look(t, dir)
	count := &keytest.Faults{}
	code, said := runOn(count, args)
	if code == exitUsage || code == exitFound && s.args[0] != "check" {
		t.Fatalf("%s exits with %d: %s", s.name, code, said)
	}
	after, left := look(t, dir)
	if left > 0 || maps.Equal(before, after) {
		t.Fatalf("%s: %d temporary files, or nothing done: %s", s.name, left, said)
	}
	return before, after, count.Calls()
}

// runOn is keyconv on a disk that fails.
func runOn(system *keytest.Faults, args []string) (code int, said string) {
	var stdout, stderr bytes.Buffer
	e := &env{stdin: strings.NewReader(""), stdout: &stdout, stderr: &stderr, system: system}
	code = e.run(append([]string{"keyconv"}, args...))
	return code, stdout.String() + stderr.String()
}

// TestDeath: the process dies at every call in turn.
func TestDeath(t *testing.T) {
	var points, lost atomic.Int32
	t.Run("each", func(t *testing.T) {
		for _, s := range scenes(t) {
			before, after, calls := s.finish(t)
			for n := range len(calls) {
				t.Run(fmt.Sprintf("%s/%d-%s", s.name, n+1, calls[n]), func(t *testing.T) {
					t.Parallel()
					points.Add(1)
					s.dies(t, n+1, before, after)
					if t.Failed() {
						lost.Add(1)
					}
				})
			}
		}
	})
	t.Logf("reliability: killed at %d points of add, convert and check --fix: files or keys lost: %d", points.Load(), lost.Load())
}

func (s scene) dies(t *testing.T, at int, before, after state) {
	dir, args := s.begin(t)
	cmd := again(t, at, args...)
	cmd.Env = append(cmd.Env, "HOME="+s.home(dir))
	var exit *exec.ExitError
	if err := cmd.Run(); !errors.As(err, &exit) || exit.ExitCode() >= 0 {
		t.Fatalf("it did not die: %v", err)
	}
	now, _ := look(t, dir)
	between(t, now, before, after)
}

// faultsOf are the ways in which a call can fail.
func faultsOf(call string) []error {
	switch call {
	case "write":
		return []error{syscall.ENOSPC}
	case "half":
		return []error{syscall.ENOSPC, keytest.ErrShort}
	}
	return []error{syscall.EIO}
}

// TestBrokenCalls: every call fails in turn, in this process.
func TestBrokenCalls(t *testing.T) {
	points, wrong, done := 0, 0, 0
	for _, s := range scenes(t) {
		before, after, calls := s.finish(t)
		for n, call := range calls {
			for _, fault := range faultsOf(call) {
				points++
				if !t.Run(fmt.Sprintf("%s/%d-%s-%v", s.name, n+1, call, fault), func(t *testing.T) {
					done += s.broken(t, n+1, call, fault, before, after)
				}) {
					wrong++
				}
			}
		}
	}
	t.Logf("reliability: %d calls failed in add, convert and check --fix, of which %d were got over: partial or temporary files, or wrong exit statuses: %d", points, done, wrong)
}

// broken returns 1 where the command got over the fault.
func (s scene) broken(t *testing.T, at int, call string, fault error, before, after state) int {
	dir, args := s.begin(t)
	t.Setenv("HOME", s.home(dir))
	code, said := runOn(&keytest.Faults{Break: func(n int, now string) error {
		if n == at {
			call = now // a batch does its work in any order
			return fault
		}
		return nil
	}}, args)
	now, left := look(t, dir)
	between(t, now, before, after)
	if left > 0 && call != "remove" {
		t.Errorf("%d temporary files are left", left)
	}
	if code == exitDone && !keytest.Harmless(call) || code == exitDone && !maps.Equal(now, after) {
		t.Errorf("it says that it is done:\n%s", said)
	}
	if code == exitFound && (said == "" || maps.Equal(now, after) && call != "sync folder" && s.args[0] != "check") {
		t.Errorf("it says that it failed:\n%s", said)
	}
	if code != exitDone {
		return 0
	}
	return 1
}
