// Package servertest is a table of server states (settings, accounts, files,
// keys), each of which a test can set up and play against a real sshd: does a
// real client get in, what does sshd log, what does the client say.
//
// It makes throwaway accounts and therefore needs root; where that cannot be,
// a test is skipped at a desk and fails in CI.
package servertest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/keyconv/keyconv/internal/keytest"
)

// parallel is how many scenes there can be at a time: one per account.
const parallel = 4

// A Machine has what the scenes share: throwaway accounts, a folder that
// StrictModes has nothing against, and a host key.
type Machine struct {
	dir      string
	hostKey  string
	accounts chan account
}

type account struct {
	name, home string
	uid, gid   int
}

// base is where the folders of the machines are: /tmp will not do, because
// everybody may write there, which StrictModes refuses.
const base = "/var/lib"

// prefix begins the names of accounts and folders; the process's id follows.
const prefix = "kcx"

// New makes the accounts. They are removed when the test ends.
func New(t testing.TB) *Machine {
	t.Helper()
	for _, tool := range []string{"sshd", "ssh", "ssh-keygen", "useradd"} {
		keytest.Tool(t, tool)
	}
	keytest.Root(t)
	keytest.PrivilegeSeparation(t)
	sweep()
	m := &Machine{accounts: make(chan account, parallel)}
	m.makeFolder(t)
	for i := range parallel {
		m.accounts <- m.newAccount(t, i)
	}
	return m
}

func (m *Machine) makeFolder(t testing.TB) {
	dir, err := os.MkdirTemp(base, fmt.Sprintf("%s%d-", prefix, os.Getpid()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	m.dir, m.hostKey = dir, filepath.Join(dir, "host_key")
	keytest.Run(t, nil, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", m.hostKey)
}

func (m *Machine) newAccount(t testing.TB, i int) account {
	a := account{name: filepath.Base(m.dir)[len(prefix):]}
	a.name = prefix + strings.ReplaceAll(a.name, "-", "x") + "n" + strconv.Itoa(i)
	a.home = filepath.Join(m.dir, a.name)
	admin(t, "useradd", "-M", "-U", "-d", a.home, "-s", "/bin/sh", "-p", "*", a.name)
	t.Cleanup(func() { admin(t, "userdel", a.name) })
	text, err := exec.Command("getent", "passwd", a.name).Output()
	fields := strings.Split(string(text), ":")
	if err != nil || len(fields) < 6 {
		t.Fatalf("no account %s: %v", a.name, err)
	}
	a.uid, _ = strconv.Atoi(fields[2])
	a.gid, _ = strconv.Atoi(fields[3])
	return a
}

// admin runs a tool that changes accounts, again and again while another
// process holds their lock.
func admin(t testing.TB, name string, args ...string) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		out, err := exec.Command(name, args...).CombinedOutput()
		if err == nil {
			return
		}
		if !strings.Contains(string(out), "lock") || time.Now().After(deadline) {
			t.Errorf("%s %q: %v: %s", name, args, err, out)
			return
		}
	}
}

var leftBehind = regexp.MustCompile(`^` + prefix + `(\d+)[-x]`)

// sweep removes what a test left behind that was killed.
func sweep() {
	folders, _ := filepath.Glob(base + "/" + prefix + "*")
	for _, f := range folders {
		if dead(filepath.Base(f)) {
			os.RemoveAll(f)
		}
	}
	passwd, _ := os.ReadFile("/etc/passwd")
	for line := range strings.Lines(string(passwd)) {
		if name, _, _ := strings.Cut(line, ":"); dead(name) {
			exec.Command("userdel", name).Run()
		}
	}
}

func dead(name string) bool {
	found := leftBehind.FindStringSubmatch(name)
	if found == nil {
		return false
	}
	pid, err := strconv.Atoi(found[1])
	return err == nil && !alive(pid)
}
