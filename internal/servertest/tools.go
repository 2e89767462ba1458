package servertest

import (
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/internal/keytest"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
)

// As has a program run as the scene's account.
func (s *Scene) As(cmd *exec.Cmd) {
	runAs(cmd, s.account)
	cmd.Dir = "/"
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + s.Home, "USER=" + s.User}
}

// Install copies a program to where every account can run it.
func (m *Machine) Install(t testing.TB, program, name string) string {
	t.Helper()
	data, err := os.ReadFile(program)
	path := filepath.Join(m.dir, name)
	if err == nil {
		err = os.WriteFile(path, data, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// State is what is where in the scene: names, modes, owners, sizes and times
// of all files.
func (s *Scene) State() string {
	var b strings.Builder
	for _, root := range []string{s.Home, s.dir} {
		filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
			if info, err := os.Lstat(path); err == nil {
				fmt.Fprintln(&b, path, info.Mode(), ownerOf(info), info.Size(), info.ModTime().UnixNano())
			}
			return nil
		})
	}
	return b.String()
}

// Link makes a symbolic link at name.
func (s *Scene) Link(target, name string) {
	s.check(os.Symlink(s.Path(target), s.Path(name)))
	s.Own(s.Path(name))
}

// Pipe makes a named pipe of the user's.
func (s *Scene) Pipe(name string) {
	s.check(exec.Command("mkfifo", "-m", "600", s.Path(name)).Run())
	s.Own(s.Path(name))
}

// ChownGroup gives a file an owner and a group, by its name.
func (s *Scene) ChownGroup(name string, uid int, group string) {
	g, err := user.LookupGroup(group)
	s.check(err)
	gid, err := strconv.Atoi(g.Gid)
	s.check(err)
	s.Chown(name, uid, gid)
}

// Mkdir makes a folder of the user's.
func (s *Scene) Mkdir(name string) {
	s.check(os.Mkdir(s.Path(name), 0o700))
	s.Own(s.Path(name))
}

// Truncate cuts a file.
func (s *Scene) Truncate(name string, size int64) { s.check(os.Truncate(s.Path(name), size)) }

// Chage changes the account's dates; they are as before when the scene ends.
func (s *Scene) Chage(args ...string) {
	s.changed = true
	admin(s.t, "chage", append(args, s.account.name)...)
}

// needDebian skips the test where sshd lacks Debian's patch about groups.
func (s *Scene) needDebian() {
	if _, said, _ := keytest.Try(s.t, nil, "ssh", "-V"); !strings.Contains(string(said), "Debian") && !strings.Contains(string(said), "Ubuntu") {
		s.t.Skip("sshd is not Debian's")
	}
}

// needOld skips the test where sshd is 9.6 or later: before, it told clients
// to sign with algorithms that its settings do not accept.
func (s *Scene) needOld() {
	_, said, _ := keytest.Try(s.t, nil, "ssh", "-V")
	var major, minor int
	if _, err := fmt.Sscanf(string(said), "OpenSSH_%d.%d", &major, &minor); err != nil {
		s.t.Fatalf("%s: %v", said, err)
	}
	if major > 9 || major == 9 && minor >= 6 {
		s.t.Skip("an sshd of 9.6 or later tells clients what it accepts")
	}
}

// KRL makes the key revocation list {DIR}/krl of a public key's file.
func (s *Scene) KRL(file string) {
	krl := s.Path("{DIR}/krl")
	keytest.Run(s.t, nil, "ssh-keygen", "-q", "-k", "-f", krl, file)
	s.check(os.Chmod(krl, 0o644))
}

// StartAgent gives the client an agent with keys of nobody here, and with its
// own behind them if own is true.
func (s *Scene) StartAgent(keys int, own bool) {
	ring := agent.NewKeyring()
	for range keys {
		_, key, err := ed25519.GenerateKey(rand.Reader)
		s.check(err)
		s.check(ring.Add(agent.AddedKey{PrivateKey: &key}))
	}
	if own {
		text, err := os.ReadFile(s.Key)
		s.check(err)
		key, err := ssh.ParseRawPrivateKey(text)
		s.check(err)
		s.check(ring.Add(agent.AddedKey{PrivateKey: key}))
	}
	s.Agent = filepath.Join(s.dir, "agent")
	keytest.Listen(s.t, s.Agent, func(c net.Conn) { agent.ServeAgent(ring, c) })
}
