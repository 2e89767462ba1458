package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// A tty is a terminal, and who sits in front of it.
type tty struct {
	t     *testing.T
	slave *os.File
	keys  *os.File
	mu    sync.Mutex
	shown bytes.Buffer
}

func newTTY(t *testing.T) *tty {
	t.Helper()
	keys, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { keys.Close() })
	fd := int(keys.Fd())
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	slave, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { slave.Close() })
	tt := &tty{t: t, slave: slave, keys: keys}
	go func() {
		for b := make([]byte, 256); ; {
			n, err := keys.Read(b)
			if err != nil {
				return
			}
			tt.mu.Lock()
			tt.shown.Write(b[:n])
			tt.mu.Unlock()
		}
	}()
	return tt
}

// start runs keyconv there, in a session of its own.
func (t *tty) start(args ...string) *exec.Cmd {
	t.t.Helper()
	cmd := again(t.t, 0, args...)
	cmd.Dir = t.t.TempDir()
	cmd.Stdin, cmd.Stdout, cmd.Stderr = t.slave, t.slave, t.slave
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.t.Fatal(err)
	}
	return cmd
}

func (t *tty) text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.shown.String()
}

// await waits until the text was shown so many times and the program reads.
func (t *tty) await(text string, times int) {
	t.t.Helper()
	waitFor(t.t, func() bool { return strings.Count(t.text(), text) >= times && !t.echo() })
}

func (t *tty) echo() bool {
	mode, err := unix.IoctlGetTermios(int(t.slave.Fd()), getTermios)
	if err != nil {
		t.t.Fatal(err)
	}
	return mode.Lflag&unix.ECHO != 0
}

func protected(t *testing.T) string {
	t.Helper()
	name, err := filepath.Abs("../../testdata/keys/ed25519/argon2id.ppk")
	if err != nil {
		t.Fatal(err)
	}
	return name
}

// TestSignalAtPrompt: whatever ends the program gives the terminal its echo back.
func TestSignalAtPrompt(t *testing.T) {
	for _, s := range endings {
		tt := newTTY(t)
		cmd := tt.start("convert", protected(t), "-o", "out")
		tt.await("Passphrase for ", 1)
		cmd.Process.Signal(s)
		cmd.Wait()
		if !tt.echo() || !endedBy(cmd.ProcessState.Sys().(syscall.WaitStatus), s) || strings.Contains(tt.text(), "goroutine") {
			t.Errorf("%v: it ended with %v, echo %v:\n%s", s, cmd.ProcessState, tt.echo(), tt.text())
		}
	}
}

// TestTypedAtOnce: what is typed as soon as the prompt is shown is not shown.
func TestTypedAtOnce(t *testing.T) {
	for range 12 {
		tt := newTTY(t)
		cmd := tt.start("convert", protected(t), "-o", "out")
		for end := time.Now().Add(30 * time.Second); !strings.Contains(tt.text(), "Passphrase for ") && time.Now().Before(end); {
			runtime.Gosched() // and no pause, in which the program could go on
		}
		tt.keys.WriteString("open sesame\r")
		cmd.Wait()
		if strings.Contains(tt.text(), "sesame") || cmd.ProcessState.ExitCode() != exitDone {
			t.Fatalf("%v:\n%s", cmd.ProcessState, tt.text())
		}
	}
}

// TestResume: behind Ctrl-Z and fg, when a shell has given the terminal its echo back,
// the question is asked again, without echo.
func TestResume(t *testing.T) {
	tt := newTTY(t)
	cmd := tt.start("convert", protected(t), "-o", "out")
	tt.await("Passphrase for ", 1)
	mode, err := unix.IoctlGetTermios(int(tt.slave.Fd()), getTermios)
	if err != nil {
		t.Fatal(err)
	}
	cmd.Process.Signal(syscall.SIGSTOP)
	mode.Lflag |= unix.ECHO
	if err := unix.IoctlSetTermios(int(tt.slave.Fd()), setTermios, mode); err != nil {
		t.Fatal(err)
	}
	cmd.Process.Signal(syscall.SIGCONT)
	tt.await("Passphrase for ", 2)
	tt.keys.WriteString("open sesame\r")
	cmd.Wait()
	if strings.Contains(tt.text(), "sesame") || cmd.ProcessState.ExitCode() != exitDone || !tt.echo() {
		t.Errorf("%v, echo %v:\n%s", cmd.ProcessState, tt.echo(), tt.text())
	}
}

// TestPassphrases: a batch asks for a passphrase where those that it knows do not open
// an input, and only there.
func TestPassphrases(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	key, err := os.ReadFile(protected(t))
	if err != nil {
		t.Fatal(err)
	}
	one, three := file("one.ppk", string(key)), file("three.ppk", string(key))
	two := filepath.Join(dir, "two.ppk")
	if out, err := again(t, 0, "convert", one, "--to", "ppk", "-o", two, "--passphrase-file", file("old", "open sesame\n"), "--new-passphrase-file", file("new", "other\n")).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, args := range [][]string{{"convert", "--output-dir", "out"}, {"convert", "--json", "--output-dir", "out"}} {
		tt := newTTY(t)
		cmd := tt.start(append(args, one, two, three)...)
		for n := range 2 {
			tt.await("Passphrase for ", n+1)
			prompts := strings.Split(tt.text(), "Passphrase for ")
			tt.keys.WriteString(map[bool]string{true: "other\r", false: "open sesame\r"}[strings.HasPrefix(prompts[n+1], two)])
		}
		cmd.Wait()
		if n := strings.Count(tt.text(), "Passphrase for "); n != 2 || cmd.ProcessState.ExitCode() != exitDone {
			t.Errorf("%v, %d prompts:\n%s", cmd.ProcessState, n, tt.text())
		}
		if names, err := filepath.Glob(filepath.Join(cmd.Dir, "out", "*")); err != nil || len(names) != 3 {
			t.Errorf("%v, %v", names, err)
		}
	}
}

// TestEndOnResume: where the end and the resumption come together, as of a kill for a
// program that is stopped, the terminal has its echo.
func TestEndOnResume(t *testing.T) {
	for range 12 {
		tt := newTTY(t)
		cmd := tt.start("convert", protected(t), "-o", "out")
		tt.await("Passphrase for ", 1)
		for _, s := range []os.Signal{syscall.SIGSTOP, syscall.SIGTERM, syscall.SIGCONT} {
			cmd.Process.Signal(s)
		}
		cmd.Wait()
		if !tt.echo() || !endedBy(cmd.ProcessState.Sys().(syscall.WaitStatus), syscall.SIGTERM) {
			t.Fatalf("%v, echo %v:\n%s", cmd.ProcessState, tt.echo(), tt.text())
		}
	}
}

// TestEndAtPrompt: Ctrl-D ends what was typed, and with nothing typed the
// program.
func TestEndAtPrompt(t *testing.T) {
	for _, c := range []struct {
		typed, want string
		status      int
	}{
		{"\x04", "the input ended before a passphrase was typed", exitFound},
		{"open sesame\x04\x04", "wrote out", exitDone},
		{"wrong\x15open sesamf\x7fe\r", "wrote out", exitDone},
	} {
		tt := newTTY(t)
		cmd := tt.start("convert", protected(t), "-o", "out")
		tt.await("Passphrase for ", 1)
		tt.keys.WriteString(c.typed)
		cmd.Wait()
		waitFor(t, func() bool { return strings.Contains(tt.text(), c.want) })
		if cmd.ProcessState.ExitCode() != c.status || !tt.echo() || strings.Contains(tt.text(), "sesame") {
			t.Errorf("%q: %v, echo %v:\n%s", c.typed, cmd.ProcessState, tt.echo(), tt.text())
		}
	}
}

// TestDifferentAtPrompt: two new passphrases that differ are told, and asked for
// again, and the third time it ends.
func TestDifferentAtPrompt(t *testing.T) {
	for _, c := range []struct {
		typed  []string
		want   string
		status int
	}{
		{[]string{"one", "two", "opened", "opened"}, "wrote out", exitDone},
		{[]string{"one", "two", "one", "two", "one", "two"}, "the two passphrases differ, three times over", exitFound},
	} {
		tt := newTTY(t)
		cmd := tt.start("convert", strings.Replace(protected(t), "argon2id", "plain", 1), "--new-passphrase", "-o", "out")
		for i, word := range c.typed {
			tt.await([]string{"New passphrase: ", "The same again: "}[i%2], i/2+1)
			tt.keys.WriteString(word + "\r")
		}
		cmd.Wait()
		waitFor(t, func() bool { return strings.Contains(tt.text(), c.want) })
		if told := strings.Count(tt.text(), "The two differ. New passphrase: "); cmd.ProcessState.ExitCode() != c.status || told != (len(c.typed)-1)/2 {
			t.Errorf("%q: %v, told %d times:\n%s", c.typed, cmd.ProcessState, told, tt.text())
		}
	}
}
