package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/internal/servertest"
)

// named picks states, each of which has to be there.
func named(names ...string) (list []servertest.State) {
	for _, s := range servertest.States() {
		if slices.Contains(names, s.Name) {
			list = append(list, s)
		}
	}
	if len(list) != len(names) {
		panic("a state of " + strings.Join(names, ", ") + " is not there")
	}
	return list
}

// sample is every eighth state.
func sample() (list []servertest.State) {
	for i, s := range servertest.States() {
		if i%8 == 0 {
			list = append(list, s)
		}
	}
	return list
}

func doctorArgs(s *servertest.Scene, more ...string) []string {
	return append([]string{"keyconv", "doctor", "--user", s.User, "--config", s.Config, "--key", s.Offer, "--address", "127.0.0.1"}, more...)
}

// TestDoctor asks the command line, and a real sshd.
func TestDoctor(t *testing.T) {
	t.Setenv("SSH_AUTH_SOCK", "")
	m := servertest.New(t)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	self = m.Install(t, self, "keyconv") // by this name it is keyconv, see TestMain
	each := func(name string, states []servertest.State, f func(*testing.T, *servertest.Scene, servertest.State)) {
		t.Run(name, func(t *testing.T) {
			for _, state := range states {
				t.Run(state.Name, func(t *testing.T) {
					t.Parallel()
					f(t, m.Set(t, state, "VERBOSE"), state)
				})
			}
		})
	}
	each("states", sample(), func(t *testing.T, s *servertest.Scene, state servertest.State) {
		before := s.State()
		if s.Agent != "" {
			return // an agent is of a process; package doctor's own test asks it
		}
		doctorOfUser(t, self, s, state)
		doctorOfRoot(t, s, state)
		if s.State() != before {
			t.Errorf("something was changed; it was\n%s\nand is\n%s", before, s.State())
		}
		if p := s.Login(); p.LetIn != state.LetIn() {
			t.Errorf("sshd lets in: %v", p.LetIn)
		}
	})
	each("fix", named("file writable by everybody", "folder writable by everybody", "home writable by everybody",
		"a wrapped line", "two keys on a line", "a byte order mark"), doctorFixes)
	each("log", named("another key"), doctorReadsLog)
	each("check", named("all is well", "file of root, readable", "file of root, mode 600", "file that its owner cannot read", "folder that its owner cannot enter",
		"file of root, readable for another group"), checkReadsAsUser)
}

// checkReadsAsUser: check looks as root, and sshd as the user.
func checkReadsAsUser(t *testing.T, s *servertest.Scene, state servertest.State) {
	var stdout, stderr bytes.Buffer
	status := run([]string{"keyconv", "check", "--key", s.Public(), s.Path(".ssh/authorized_keys")}, strings.NewReader(""), &stdout, &stderr)
	played := s.Login()
	if (status == 0) != played.LetIn || !played.LetIn != strings.Contains(stderr.String(), "refused: file-unreadable: ") {
		t.Errorf("check exits with %d, sshd lets in: %v\n%s%s", status, played.LetIn, &stdout, &stderr)
	}
}

// doctorOfRoot: the command says what sshd does.
func doctorOfRoot(t *testing.T, s *servertest.Scene, state servertest.State) {
	var stdout, stderr bytes.Buffer
	status := run(doctorArgs(s), strings.NewReader(""), &stdout, &stderr)
	said, want := stdout.String(), "refused: "+state.Reason+":"
	if state.LetIn() {
		want = "let in: "
	}
	if !strings.HasPrefix(said, want) || (status == 0) != state.LetIn() {
		t.Errorf("doctor exits with %d and does not say %q:\n%s%s", status, want, said, &stderr)
	}
}

// asked is what doctor --json says.
type asked struct {
	LetIn    *bool `json:"let_in"` // nil: not known
	Refusals []struct{ Code string }
	NotSeen  []struct{ Message, Fix string } `json:"not_seen"`
}

// doctorOfUser runs the command as the user, not as root: what it says for
// certain is so, it refuses nobody whom sshd lets in, and where it does not see
// what refuses it says so, and how to let it.
func doctorOfUser(t *testing.T, program string, s *servertest.Scene, state servertest.State) {
	args := append(doctorArgs(s, "--json")[1:], "--key", s.Public()) // the private file is root's
	cmd := exec.Command(program, args...)
	s.As(cmd)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var said asked
	if jsonErr := json.Unmarshal(stdout.Bytes(), &said); jsonErr != nil {
		t.Fatalf("%v, %v: %s%s", err, jsonErr, &stdout, &stderr)
	}
	judgeUser(t, state, said, stdout.String())
}

// onlyRootSees are the reasons that are hidden from a user.
var onlyRootSees = map[string]bool{"account-locked": true, "account-expired": true, "password-expired": true, "command-failed": true}

func judgeUser(t *testing.T, state servertest.State, said asked, text string) {
	t.Helper()
	for _, n := range said.NotSeen {
		if n.Message == "" || n.Fix == "" {
			t.Errorf("what is not seen has no way to see it:\n%s", text)
		}
	}
	if said.LetIn == nil {
		return
	}
	if *said.LetIn && !state.LetIn() && len(said.NotSeen) == 0 {
		t.Errorf("sshd refuses (%s); doctor sees nothing and does not say what it could not see:\n%s", state.Reason, text)
	}
	if len(said.Refusals) > 0 && state.LetIn() {
		t.Errorf("sshd lets in; doctor refuses:\n%s", text)
	}
	if !state.LetIn() && !onlyRootSees[state.Reason] && (len(said.Refusals) == 0 || said.Refusals[0].Code != state.Reason) {
		t.Errorf("sshd refuses for %s; doctor says:\n%s", state.Reason, text)
	}
}

// doctorFixes: what --fix can mend is mended, the key gets in, and the old
// file is there.
func doctorFixes(t *testing.T, s *servertest.Scene, _ servertest.State) {
	keys := filepath.Join(s.Home, ".ssh", "authorized_keys")
	old, err := os.ReadFile(keys)
	if err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	status := run(doctorArgs(s, "--fix"), strings.NewReader(""), &stdout, &stderr)
	if status != 0 || !strings.HasPrefix(stdout.String(), "let in: ") || !strings.HasPrefix(stderr.String(), "will ") {
		t.Errorf("doctor --fix exits with %d:\n%s%s", status, &stdout, &stderr)
	}
	if p := s.Login(); !p.LetIn {
		t.Errorf("sshd does not let in:\n%s", p.Log)
	}
	fresh, _ := os.ReadFile(keys)
	backup, err := os.ReadFile(keys + ".bak")
	if mended := !bytes.Equal(old, fresh); mended && !bytes.Equal(backup, old) || !mended && err == nil {
		t.Errorf("the backup is %q, %v", backup, err)
	}
}

// doctorReadsLog: the log of a login that was refused names the key that was
// offered.
func doctorReadsLog(t *testing.T, s *servertest.Scene, _ servertest.State) {
	log := filepath.Join(t.TempDir(), "log")
	if err := os.WriteFile(log, []byte(s.Login().Log), 0o600); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	status := run([]string{"keyconv", "doctor", "--user", s.User, "--config", s.Config, "--log", log, "--key", "../../testdata/keys/rsa2048/id.pub"},
		strings.NewReader(""), &stdout, &stderr)
	fingerprint := strings.Fields(string(program(t, "fingerprint", s.Key+".pub")))[1]
	if want := "offered: ED25519 " + fingerprint + ", which is not the key of"; status != 1 || !strings.Contains(stdout.String(), want) {
		t.Errorf("doctor --log exits with %d and does not say %q:\n%s%s", status, want, &stdout, &stderr)
	}
}
