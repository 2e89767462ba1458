// Package doctor says why an sshd does not let a key in. It walks the decision
// that sshd makes (auth.c, auth2.c, auth2-pubkey.c and misc.c of OpenSSH 9.2
// to 10.5), in sshd's order, and changes nothing.
//
// Functions neither change nor keep the data that they are given, and values may be
// used by several goroutines at once, where nothing else is said.
package doctor

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/keyconv/keyconv/sshkey"
)

// A System is the machine that is looked at. Tests put another one in.
type System interface {
	Stat(path string) (Info, error)
	RealPath(path string) (string, error)
	ReadFile(path string) ([]byte, error)
	Glob(pattern string) ([]string, error)
	// Run runs a program and returns its standard output. It fails with an
	// *ExitError where the program does, and with fs.ErrNotExist where there is none.
	Run(c Command) ([]byte, error)
	// EffectiveUser is the number of the user who looks; 0 is root.
	EffectiveUser() int
	// AgentKeys lists the blobs of the keys that the agent at SSH_AUTH_SOCK
	// offers, in order; nil where there is none.
	AgentKeys() ([][]byte, error)
	Now() time.Time
}

// Info is what matters here of a file.
type Info struct {
	Mode     fs.FileMode
	UID, GID int
}

// A Command is a program to run. An account other than nil is the one to run
// it as, which takes root.
type Command struct {
	Name  string
	Args  []string
	Stdin string
	As    *Account
}

// An ExitError is a program that ran and failed.
type ExitError struct {
	Status int
	Stderr string
}

// Error is the last line that the program printed.
func (e *ExitError) Error() string { return "failed: " + lastLine(e.Stderr) }

// maxFile is the most that is read of a file, and of what a program prints.
const maxFile = 16 << 20

// patience is how long a program may take.
const patience = 20 * time.Second

type osSystem struct{ agent string }

// OS is this machine, with the agent that SSH_AUTH_SOCK names.
func OS() System { return osSystem{os.Getenv("SSH_AUTH_SOCK")} }

func (osSystem) Stat(path string) (Info, error) {
	fi, err := os.Stat(path)
	if err != nil {
		return Info{}, err
	}
	uid, gid := ownerOf(fi)
	return Info{fi.Mode(), uid, gid}, nil
}

func (osSystem) RealPath(path string) (string, error)  { return filepath.EvalSymlinks(path) }
func (osSystem) Glob(pattern string) ([]string, error) { return filepath.Glob(pattern) }
func (osSystem) EffectiveUser() int                    { return os.Geteuid() }
func (osSystem) Now() time.Time                        { return time.Now() }

func (osSystem) ReadFile(path string) ([]byte, error) {
	fi, err := os.Stat(path)
	if err == nil && !fi.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "read", Path: path, Err: errNotRegular}
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil {
		err = sshkey.Bound("bytes of a file", uint64(len(data)), maxFile)
	}
	return data, err
}

func (osSystem) Run(c Command) ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, c.Name, c.Args...)
	cmd.WaitDelay = patience / 4 // a machine under load may take a while to hand over what was printed
	cmd.Env = []string{"PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL=C"}
	if c.As != nil {
		runAs(cmd, c.As)
	}
	if c.Stdin != "" {
		cmd.Stdin = bytes.NewReader([]byte(c.Stdin))
	}
	var out, errs limited
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	if exit, ok := err.(*exec.ExitError); ok {
		err = &ExitError{exit.ExitCode(), errs.b.String()}
	} else if errors.Is(err, exec.ErrNotFound) {
		err = fmt.Errorf("%s: %w", c.Name, fs.ErrNotExist)
	}
	return out.b.Bytes(), err
}

// A limited buffer drops what is over the limit.
type limited struct{ b bytes.Buffer }

func (l *limited) Write(p []byte) (int, error) {
	l.b.Write(p[:min(len(p), max(0, maxFile-l.b.Len()))])
	return len(p), nil
}
