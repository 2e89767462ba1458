package explain

import (
	"bytes"
	"context"
	"net"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/internal/servertest"
)

// TestDropbear: what Dropbear's server says, whose log has few words.
func TestDropbear(t *testing.T) {
	path := keytest.Tool(t, "dropbear")
	m := servertest.New(t)
	const keys = ".ssh/authorized_keys"
	for code, change := range map[string]func(*servertest.Scene){
		"dropbear-let-in":  func(*servertest.Scene) {},
		"dropbear-failed":  func(s *servertest.Scene) { s.Write(keys, s.OtherLine()+"\n") },
		"dropbear-modes":   func(s *servertest.Scene) { s.Chmod(keys, 0o666) },
		"dropbear-no-user": func(s *servertest.Scene) { s.User = "kcx-nobody-has-this" },
		"dropbear-shell":   func(s *servertest.Scene) { s.Usermod("-s", "/bin/keyconv-no-such-shell") },
		"dropbear-options": func(s *servertest.Scene) { s.Authorize("bogus") },
	} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			s := m.Set(t, servertest.States()[0], "INFO")
			change(s)
			expect(t, code, dropbearLog(t, path, s))
		})
	}
}

// TestDropbearAlgorithms: client and server that have nothing in common.
func TestDropbearAlgorithms(t *testing.T) {
	path := keytest.Tool(t, "dropbear")
	s := servertest.New(t).Set(t, servertest.States()[0], "INFO")
	for _, option := range []string{"KexAlgorithms=diffie-hellman-group1-sha1", "Ciphers=3des-cbc"} {
		s := *s
		s.User += " -o " + option
		expect(t, "dropbear-algorithms", dropbearLog(t, path, &s))
	}
}

// dropbearLog is what dropbear says of a login.
func dropbearLog(t *testing.T, path string, s *servertest.Scene) []byte {
	t.Helper()
	hostKey := filepath.Join(t.TempDir(), "host_key")
	keytest.Run(t, nil, "dropbearkey", "-t", "ed25519", "-f", hostKey)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	cmd := exec.CommandContext(ctx, "timeout", "60", path, "-F", "-E", "-r", hostKey, "-P", "", "-p", addr)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) } // which timeout passes on
	cmd.WaitDelay = time.Minute
	var log bytes.Buffer
	cmd.Stderr = &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	listens(t, addr)
	_, port, _ := net.SplitHostPort(addr)
	shell(t, "/", strings.Join([]string{"ssh -F none -T -o BatchMode=yes -o IdentitiesOnly=yes -o StrictHostKeyChecking=no",
		"-o UserKnownHostsFile=/dev/null -p", port, "-l", s.User, "-i", s.Key, "127.0.0.1 true"}, " "))
	time.Sleep(200 * time.Millisecond) // a process that has just been forked may outlive the signal
	cancel()
	cmd.Wait() // for the log of the connection's own process, which ends with it
	return log.Bytes()
}

// listens waits for a program to take connections.
func listens(t *testing.T, addr string) {
	t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if c, err := net.Dial("tcp", addr); err == nil {
			c.Close()
			return
		}
	}
	t.Fatal("dropbear does not listen")
}
