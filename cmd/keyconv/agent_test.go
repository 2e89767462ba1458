package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/testdata"
	"golang.org/x/crypto/ssh/agent"
)

// socketName is a name for a socket, which has to be short.
func socketName(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "agent")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return filepath.Join(dir, "s")
}

// fakeAgent sets SSH_AUTH_SOCK to where serve speaks.
func fakeAgent(t *testing.T, serve func(net.Conn)) {
	t.Helper()
	socket := socketName(t)
	keytest.Listen(t, socket, serve)
	t.Setenv("SSH_AUTH_SOCK", socket)
}

// realAgent runs a real ssh-agent until the test ends.
func realAgent(t *testing.T) {
	t.Helper()
	sock := socketName(t)
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, keytest.Tool(t, "ssh-agent"), "-D", "-a", sock)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cancel(); cmd.Wait() })
	for range 1000 {
		if c, err := net.Dial("unix", sock); err == nil {
			c.Close()
			t.Setenv("SSH_AUTH_SOCK", sock)
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatal("ssh-agent does not listen")
}

// fails runs keyconv, wants the exit status 1 and returns what it said.
func fails(t *testing.T, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if code := run(append([]string{"keyconv"}, args...), strings.NewReader(""), &stdout, &stderr); code != exitFound || stdout.Len() > 0 {
		t.Errorf("keyconv %q exits with %d:\n%s%s", args, code, &stdout, &stderr)
	}
	return stderr.String()
}

// TestAgent loads every key in every container into a real ssh-agent, which
// must then list what ssh-keygen says is its public half.
func TestAgent(t *testing.T) {
	realAgent(t)
	keytest.Tool(t, "ssh-add")
	keys, err := fs.Sub(testdata.Keys, "keys")
	if err != nil {
		t.Fatal(err)
	}
	pass := keytest.File(t, "passphrase", []byte(testdata.Passphrase+"\n"))
	if said := fails(t, "agent", "list"); !strings.Contains(said, "holds no keys") {
		t.Error(said)
	}
	loaded := 0
	for _, name := range keytest.Names(t, keys) {
		for _, container := range keytest.Containers(t, keys, name) {
			if testing.Short() && !strings.HasSuffix(container, ".ppk") {
				continue
			}
			file := keytest.File(t, "key", keytest.Read(t, keys, container))
			if name == "ed448" {
				if said := fails(t, "agent", "add", file, "--passphrase-file", pass); !strings.Contains(said, "ssh-ed448") {
					t.Error(container, said)
				}
				continue
			}
			program(t, "agent", "add", file, "--passphrase-file", pass)
			loaded++
			listed, _, _ := keytest.Try(t, nil, "ssh-add", "-L")
			public := strings.Fields(string(keytest.Read(t, keys, name+"/id.pub")))[1]
			if !bytes.Contains(listed, []byte(public)) || bytes.Count(listed, []byte("\n")) != 1 {
				t.Errorf("%s: the agent has\n%s", container, listed)
			}
			if theirs := keytest.Run(t, nil, "ssh-add", "-l"); !bytes.Equal(program(t, "agent", "list"), theirs) {
				t.Errorf("%s: ssh-add lists it as %s", container, theirs)
			}
			keytest.Run(t, nil, "ssh-add", "-q", "-D")
		}
	}
	t.Logf("%d key files loaded", loaded)
}

// TestAgentCertificate: a PPK that holds a certificate gives both.
func TestAgentCertificate(t *testing.T) {
	realAgent(t)
	file := keytest.File(t, "key", keytest.Read(t, testdata.Keys, "keys/ed25519/cert.ppk"))
	program(t, "agent", "add", file)
	listed := keytest.Run(t, nil, "ssh-add", "-L")
	for _, name := range []string{"id.pub", "id-cert.pub"} {
		blob := strings.Fields(string(keytest.Read(t, testdata.Keys, "keys/ed25519/"+name)))[1]
		if !bytes.Contains(listed, []byte(blob)) {
			t.Errorf("%s is not there:\n%s", name, listed)
		}
	}
	if theirs := keytest.Run(t, nil, "ssh-add", "-l"); !bytes.Equal(program(t, "agent", "list"), theirs) {
		t.Errorf("ssh-add lists\n%s", theirs)
	}
}

// TestAgentCertificateBeside: NAME-cert.pub is loaded as ssh-add loads it, and that of
// another key is not.
func TestAgentCertificateBeside(t *testing.T) {
	realAgent(t)
	for of, certificate := range map[string]bool{"ed25519": true, "rsa2048": false} {
		file := keytest.File(t, "key", keytest.Read(t, testdata.Keys, "keys/ed25519/openssh"))
		if err := os.WriteFile(file+"-cert.pub", keytest.Read(t, testdata.Keys, "keys/"+of+"/id-cert.pub"), 0o600); err != nil {
			t.Fatal(err)
		}
		program(t, "agent", "add", file)
		ours := keytest.Run(t, nil, "ssh-add", "-l")
		keytest.Run(t, nil, "ssh-add", "-q", "-D")
		keytest.Try(t, nil, "ssh-add", "-q", file)
		if theirs := keytest.Run(t, nil, "ssh-add", "-l"); !bytes.Equal(ours, theirs) || bytes.Contains(ours, []byte("-CERT")) != certificate {
			t.Errorf("the certificate of %s: ssh-add loads\n%swe\n%s", of, theirs, ours)
		}
		keytest.Run(t, nil, "ssh-add", "-q", "-D")
	}
}

// TestAgentLogin: ssh logs in to a real sshd with what the agent was given, on
// the line that add wrote.
func TestAgentLogin(t *testing.T) {
	realAgent(t)
	authorized := filepath.Join(t.TempDir(), "authorized_keys")
	file := keytest.File(t, "key", keytest.Read(t, testdata.Keys, "keys/rsa2048/plain.ppk"))
	program(t, "add", "--key", file, authorized)
	program(t, "agent", "add", "--lifetime", "1h", file)
	server := keytest.StartSshd(t, authorized)
	host, port, err := net.SplitHostPort(server.Addr)
	if err != nil {
		t.Fatal(err)
	}
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	logsIn(t, server, "ssh", "-F", "none", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile="+os.DevNull, "-o", "BatchMode=yes",
		"-o", "IdentityFile=none", "-p", port, me.Username+"@"+host, "echo welcome")
}

// TestAgentRefuses: a locked agent refuses everything and lists nothing.
func TestAgentRefuses(t *testing.T) {
	realAgent(t)
	keytest.Tool(t, "ssh-add")
	askpass := keytest.File(t, "askpass", []byte("#!/bin/sh\necho secret\n"))
	if err := os.Chmod(askpass, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SSH_ASKPASS", askpass)
	t.Setenv("SSH_ASKPASS_REQUIRE", "force")
	keytest.Run(t, nil, "ssh-add", "-x")
	file := keytest.File(t, "key", keytest.Read(t, testdata.Keys, "keys/ed25519/openssh"))
	if said := fails(t, "agent", "add", file); !strings.Contains(said, "the agent refuses") || !strings.Contains(said, "ssh-add -X") {
		t.Error(said)
	}
}

// A recorder is an agent that keeps what it is given.
type recorder struct {
	agent.Agent
	added chan agent.AddedKey
}

func (r recorder) Add(k agent.AddedKey) error {
	r.added <- k
	k.LifetimeSecs, k.ConfirmBeforeUse = 0, false // which x/crypto's own agent refuses
	return r.Agent.Add(k)
}

// TestAgentTerms: lifetime and confirmation reach the agent.
func TestAgentTerms(t *testing.T) {
	r := recorder{agent.NewKeyring(), make(chan agent.AddedKey, 10)}
	fakeAgent(t, func(c net.Conn) { agent.ServeAgent(r, c) })
	file := keytest.File(t, "key", keytest.Read(t, testdata.Keys, "keys/rsa2048/private-pem"))
	for flag, seconds := range map[string]uint32{"": 0, "90": 90, "90m": 5400, "1h30m": 5400, "1D": 86400, "2w1": 2*7*86400 + 1, "4294967295": 4294967295} {
		args := []string{"agent", "add", file}
		if flag != "" {
			args = append(args, "--confirm", "--lifetime", flag)
		}
		program(t, args...)
		if k := <-r.added; k.LifetimeSecs != seconds || k.ConfirmBeforeUse != (flag != "") || k.Comment != file {
			t.Errorf("%q: %d %v %q", flag, k.LifetimeSecs, k.ConfirmBeforeUse, k.Comment)
		}
	}
}

// A keeper refuses what it has, as Pageant does.
type keeper struct{ agent.Agent }

func (a keeper) Add(k agent.AddedKey) error {
	if keys, err := a.List(); err != nil || len(keys) > 0 {
		return errors.New("key already present")
	}
	return a.Agent.Add(k)
}

// TestAgentHas: a key that is there is what was wanted, but not under other terms.
func TestAgentHas(t *testing.T) {
	a := keeper{agent.NewKeyring()}
	fakeAgent(t, func(c net.Conn) { agent.ServeAgent(a, c) })
	file := keytest.File(t, "key", keytest.Read(t, testdata.Keys, "keys/rsa2048/private-pem"))
	program(t, "agent", "add", file)
	var stderr bytes.Buffer
	code := run([]string{"keyconv", "agent", "add", file}, strings.NewReader(""), io.Discard, &stderr)
	if said := stderr.String(); code != 0 || !strings.Contains(said, "the agent has RSA 2048 SHA256:4Tt9B4TDgUk+0AqRvKPni3rU+JqD+RaRvnJ7I8Xwjwg already") {
		t.Error(said)
	}
	if said := fails(t, "agent", "add", "--confirm", file); !strings.Contains(said, "the agent refuses") {
		t.Error(said)
	}
}

// TestAgentDead: something listens there and is no agent.
func TestAgentDead(t *testing.T) {
	fakeAgent(t, func(net.Conn) {})
	if said := fails(t, "agent", "list"); !strings.Contains(said, "does not answer as one") {
		t.Error(said)
	}
}
