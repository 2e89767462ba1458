// Package keytest is what the tests of several packages share: the real tools
// as judges, and keys to try.
package keytest

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"testing"
	"time"
)

// packages names the Debian package of each tool that judges.
var packages = map[string]string{
	"puttygen": "putty-tools", "plink": "putty-tools", "ssh-keygen": "openssh-client", "ssh": "openssh-client", "ssh-agent": "openssh-client", "ssh-add": "openssh-client",
	"sshd": "openssh-server", "openssl": "openssl", "dropbearconvert": "dropbear-bin", "node": "nodejs", "chromium": "chromium",
	"bash": "bash", "zsh": "zsh", "fish": "fish", "man": "man-db", "mandoc": "mandoc", "dpkg": "dpkg", "useradd": "passwd", "lintian": "lintian",
}

// Tool returns the path of a real tool. Where it is missing, the test is
// skipped at a desk and fails in CI.
func Tool(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil && name == "sshd" { // not on every PATH
		path, err = exec.LookPath("/usr/sbin/sshd")
	}
	if err != nil {
		Missing(t, "%s is missing: install %s", name, packages[name])
	}
	return path
}

// Missing is for a test that lacks a tool or a right: it is skipped at a desk
// and fails in CI, where nothing may go untested in silence.
func Missing(t testing.TB, format string, args ...any) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf("in CI "+format, args...)
	}
	t.Skipf(format, args...)
}

// Root is for a test that only root can run.
func Root(t testing.TB) {
	t.Helper()
	if os.Geteuid() != 0 {
		Missing(t, "this test needs root")
	}
}

// Zone is a time zone that sshd knows too.
func Zone(t testing.TB, name string) *time.Location {
	t.Helper()
	l, err := time.LoadLocation(name)
	if err != nil {
		Missing(t, "%v: install tzdata", err)
	}
	return l
}

// Try runs a real tool under a time limit (puttygen can loop for ever; all keys
// made afresh on a loaded machine take half a minute) and
// returns its standard output, its standard error and whether it succeeded.
func Try(t testing.TB, stdin []byte, name string, args ...string) (stdout, stderr []byte, ok bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, Tool(t, name), args...)
	cmd.Stdin = bytes.NewReader(stdin)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	return out.Bytes(), errs.Bytes(), err == nil
}

// Run is Try for a call that must succeed.
func Run(t testing.TB, stdin []byte, name string, args ...string) []byte {
	t.Helper()
	stdout, stderr, ok := Try(t, stdin, name, args...)
	if !ok {
		t.Fatalf("%s %q failed:\n%s%s", name, args, stdout, stderr)
	}
	return stdout
}
