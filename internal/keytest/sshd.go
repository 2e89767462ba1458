package keytest

import (
	"bytes"
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// An Sshd is a real sshd on the loopback interface. It ends with the test.
type Sshd struct {
	Addr string // host:port
	log  lockedBuffer
	seen int // of the log, by Offer
}

// Log is what sshd has written so far, at LogLevel DEBUG2.
func (s *Sshd) Log() string { return s.log.String() }

// StartSshd runs sshd with a key of its own and the authorized_keys file at
// the absolute path given, and waits until it listens. The settings in extra
// come first in its configuration, where sshd takes the first of each.
func StartSshd(t testing.TB, authorizedKeys string, extra ...string) *Sshd {
	t.Helper()
	path := Tool(t, "sshd")
	PrivilegeSeparation(t)
	dir := t.TempDir()
	hostKey := filepath.Join(dir, "host_key")
	Run(t, nil, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", hostKey)
	if _, err := os.Stat(authorizedKeys); err != nil {
		t.Fatal(err)
	}
	extra = append(extra, newerSettings(t, dir, hostKey)...)
	for range 5 { // another program may take the port in between
		s := &Sshd{Addr: freeAddr(t)}
		if s.start(t, path, dir, s.config(hostKey, authorizedKeys, extra)) {
			return s
		}
		t.Logf("sshd did not listen on %s:\n%s", s.Addr, s.Log())
	}
	t.Fatal("sshd does not start")
	return nil
}

// PrivilegeSeparation makes the folder that sshd wants to see empty.
func PrivilegeSeparation(t testing.TB) {
	t.Helper()
	if os.Geteuid() != 0 {
		return // sshd then serves this user only and needs none
	}
	if err := os.MkdirAll("/run/sshd", 0o755); err != nil {
		Missing(t, "sshd needs the folder /run/sshd: %v", err)
	}
}

// newerSettings are those that old versions do not know. Without the first,
// OpenSSH 9.8 and later lock an address out that has failed a few times.
func newerSettings(t testing.TB, dir, hostKey string) []string {
	const setting = "PerSourcePenalties no"
	file := filepath.Join(dir, "probe_config")
	if err := os.WriteFile(file, []byte("HostKey "+hostKey+"\n"+setting+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, ok := Try(t, nil, "sshd", "-t", "-f", file); ok {
		return []string{setting}
	}
	return nil
}

func freeAddr(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func (s *Sshd) config(hostKey, authorizedKeys string, extra []string) string {
	host, port, _ := net.SplitHostPort(s.Addr)
	return strings.Join(append(extra,
		"ListenAddress "+host, "Port "+port, "HostKey "+hostKey, "AuthorizedKeysFile "+authorizedKeys,
		"PidFile none", "UsePAM no", "StrictModes no", "PermitRootLogin yes", "PasswordAuthentication no",
		"KbdInteractiveAuthentication no", "MaxStartups 1000", "LogLevel DEBUG2"), "\n") + "\n"
}

// start runs sshd until the test ends and reports whether it listens.
func (s *Sshd) start(t testing.TB, path, dir, config string) bool {
	t.Helper()
	file := filepath.Join(dir, "sshd_config")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, path, "-D", "-e", "-f", file)
	cmd.Stderr = &s.log
	cmd.WaitDelay = time.Second
	dieWithParent(cmd)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() { cmd.Wait(); close(done) }()
	t.Cleanup(func() { cancel(); <-done })
	return s.listens(done)
}

// listens waits for sshd to answer or to give up.
func (s *Sshd) listens(done <-chan struct{}) bool {
	for {
		if c, err := net.DialTimeout("tcp", s.Addr, time.Second); err == nil {
			c.Close()
			return true
		}
		select {
		case <-done:
			return false
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// A lockedBuffer may be read while it is written.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
