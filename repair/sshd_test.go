package repair

import (
	"fmt"
	"net"
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/ppk"
	"github.com/keyconv/keyconv/sshkey"
	"github.com/keyconv/keyconv/testdata"
	"golang.org/x/crypto/ssh"
)

// TestLogin is the judge of "sshd accepts this line": what every damage becomes
// is written into the authorized_keys of a real sshd, and the matching private
// key logs in.
func TestLogin(t *testing.T) {
	rng := random(t)
	file := filepath.Join(t.TempDir(), "authorized_keys")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	server := keytest.StartSshd(t, file)
	in := 0
	for _, name := range []string{"rsa2048", "ecdsa256", "ed25519"} {
		if testing.Short() && name != "ed25519" {
			continue
		}
		key, signer := signer(t, name)
		for _, d := range lossless() {
			s := sample{key.Public, "fred@box"}
			damaged := d.do([]byte(s.line()), rng)
			res, err := Text(damaged, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if len(res.Entries) == 0 {
				continue // TestLossless counts these
			}
			if err := os.WriteFile(file, res.Text, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := logIn(server.Addr, signer); err != nil {
				t.Errorf("%s, %s: %v\n%q", name, d.name, err, res.Text)
			}
			in++
		}
	}
	t.Logf("%d repaired keys let in", in)
	if in < 200 && !testing.Short() {
		t.Errorf("only %d keys were tried", in)
	}
}

// TestCleanIsWhatSshdTakes: a line comes out untouched, without a finding that
// something was repaired or refused, exactly where sshd takes it.
func TestCleanIsWhatSshdTakes(t *testing.T) {
	rng := random(t)
	file := filepath.Join(t.TempDir(), "authorized_keys")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	server := keytest.StartSshd(t, file)
	key, signer := signer(t, "ed25519")
	clean, all := 0, rounds(300)
	for range all {
		line := randomLine(rng.IntN, key.Public.String())
		if err := os.WriteFile(file, []byte("# a comment\n\n"+line+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		err := logIn(server.Addr, signer)
		res, terr := Text([]byte("# a comment\n\n"+line+"\n"), Options{})
		if terr != nil {
			t.Fatal(terr)
		}
		if res.Clean != (err == nil) {
			t.Errorf("%q: sshd says %v, clean is %v: %v", line, err, res.Clean, res.Findings)
		}
		if res.Clean {
			clean++
			if string(res.Text) != "# a comment\n\n"+line+"\n" {
				t.Errorf("%q came out as %q", line, res.Text)
			}
		}
	}
	t.Logf("%d of %d lines are taken by sshd and left alone; agreement on all", clean, all)
}

// randomLine puts an entry together of options, odd spacing and a comment.
func randomLine(n func(int) int, key string) string {
	pick := func(from ...string) string { return from[n(len(from))] }
	line := pick("", "", " ", "\t ")
	for i := range n(4) {
		if i > 0 {
			line += pick(",", ",", ",", ",", ",,", ", ")
		}
		line += pick("restrict", "Pty", "no-pty", "no-user-rc", "X11-Forwarding", `environment="A=b c"`, `command="echo \"hi, you\""`, `permitopen="h:1"`,
			`tunnel="1"`, `from="127.0.0.1"`, `expiry-time="20990101"`, "nopty", `command="a`, `command='x'`)
	}
	if strings.TrimSpace(line) != "" {
		line += pick(" ", " ", "\t", "  ")
	}
	return line + strings.Replace(key, " ", pick(" ", " ", "\t", " \t "), 1) + pick("", " c", "\tc d", " fred@box  ", " # x", ` "q`)
}

func signer(t *testing.T, name string) (*sshkey.Key, ssh.Signer) {
	t.Helper()
	data, err := testdata.Keys.ReadFile("keys/" + name + "/plain.ppk")
	if err != nil {
		t.Fatal(err)
	}
	key, err := ppk.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	s, err := key.Signer()
	if err != nil {
		t.Fatal(err)
	}
	return key, s
}

// logIn offers a key and wants to be let in.
func logIn(addr string, signer ssh.Signer) error {
	me, err := user.Current()
	if err != nil {
		return err
	}
	client, err := ssh.Dial("tcp", addr, &ssh.ClientConfig{User: me.Username, Auth: []ssh.AuthMethod{ssh.PublicKeys(signer)}, Timeout: 20 * time.Second,
		HostKeyCallback: func(string, net.Addr, ssh.PublicKey) error { return nil }})
	if err != nil {
		return fmt.Errorf("not let in: %w", err)
	}
	return client.Close()
}
