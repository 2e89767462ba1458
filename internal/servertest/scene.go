package servertest

import (
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/testdata"
)

// A Scene is a state that has been set up: account, files and settings are
// there until the test ends. At first everything is right, and the key gets
// in; a State changes something.
type Scene struct {
	User   string   // the name to log in under
	Home   string   // of the account
	Key    string   // the client's private key file
	Offer  string   // what is offered: Key, or a certificate's file
	Config string   // sshd_config
	Agent  string   // SSH_AUTH_SOCK of the client; "" for none
	Addr   string   // where sshd listens, host:port
	Client []string // further arguments of ssh

	t        testing.TB
	m        *Machine
	account  account
	dir      string // of the scene, root's
	settings []string
	changed  bool // the account
	listener net.Listener
	logs     <-chan string
}

// Set sets a state up. sshd logs at the level given.
func (m *Machine) Set(t testing.TB, state State, logLevel string) *Scene {
	t.Helper()
	a := <-m.accounts
	s := &Scene{User: a.name, Home: a.home, t: t, m: m, account: a}
	t.Cleanup(s.strike)
	s.makeFolders()
	s.UseKey("ed25519")
	s.Authorize("")
	s.listen()
	if state.change != nil {
		state.change(s)
	}
	s.writeConfig(logLevel)
	s.serve()
	return s
}

// strike takes the scene down and gives the account back as it was.
func (s *Scene) strike() {
	if s.listener != nil {
		s.listener.Close()
	}
	os.RemoveAll(s.dir)
	os.RemoveAll(s.Home)
	if s.changed {
		admin(s.t, "usermod", "-p", "*", "-s", "/bin/sh", "-d", s.account.home, "-e", "", "-G", "", s.account.name)
		admin(s.t, "chage", "-d", "18000", "-M", "-1", "-I", "-1", s.account.name)
	}
	s.m.accounts <- s.account
}

func (s *Scene) makeFolders() {
	dir, err := os.MkdirTemp(s.m.dir, "scene-")
	s.check(err)
	s.dir = dir
	s.check(os.Chmod(dir, 0o755))
	s.check(os.Mkdir(s.Home, 0o755))
	s.check(os.Mkdir(s.Home+"/.ssh", 0o700))
	s.Own(s.Home, s.Home+"/.ssh")
}

func (s *Scene) check(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// expand replaces what stands for something of the scene.
func (s *Scene) expand(text string) string {
	_, port, _ := net.SplitHostPort(s.Addr)
	return strings.NewReplacer("{USER}", s.User, "{HOME}", s.Home, "{DIR}", s.dir, "{UID}", strconv.Itoa(s.account.uid), "{PORT}", port).Replace(text)
}

// Path is a file of the home, unless the name is absolute.
func (s *Scene) Path(name string) string {
	if name = s.expand(name); filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(s.Home, name)
}

const keysFile = ".ssh/authorized_keys"

// Write writes a file of the user's, with mode 0600.
func (s *Scene) Write(name, text string) string {
	path := s.Path(name)
	s.check(os.MkdirAll(filepath.Dir(path), 0o755))
	s.check(os.WriteFile(path, []byte(s.expand(text)), 0o600))
	s.Own(path)
	return path
}

// WriteRoot writes a file of root's, with the mode given.
func (s *Scene) WriteRoot(name, text string, mode os.FileMode) string {
	path := s.Write(name, text)
	s.check(os.Chown(path, 0, 0))
	s.check(os.Chmod(path, mode))
	return path
}

// Own makes the user the owner.
func (s *Scene) Own(paths ...string) {
	for _, p := range paths {
		s.check(os.Lchown(p, s.account.uid, s.account.gid))
	}
}

// Chmod changes modes.
func (s *Scene) Chmod(name string, mode os.FileMode) { s.check(os.Chmod(s.Path(name), mode)) }

// Chown changes the owner.
func (s *Scene) Chown(name string, uid, gid int) { s.check(os.Chown(s.Path(name), uid, gid)) }

// Remove removes a file or folder.
func (s *Scene) Remove(name string) { s.check(os.RemoveAll(s.Path(name))) }

// Rename moves a file.
func (s *Scene) Rename(from, to string) { s.check(os.Rename(s.Path(from), s.Path(to))) }

// Set adds lines to sshd_config, in front of those that every scene has.
func (s *Scene) Set(lines ...string) { s.settings = append(s.settings, lines...) }

// Usermod changes the account; it is as before when the scene ends.
func (s *Scene) Usermod(args ...string) {
	s.changed = true
	for i := range args {
		args[i] = s.expand(args[i])
	}
	admin(s.t, "usermod", append(args, s.account.name)...)
}

// Line is the public key, as a line of authorized_keys without line end.
func (s *Scene) Line() string {
	text, err := os.ReadFile(s.Key + ".pub")
	s.check(err)
	return strings.TrimSpace(string(text))
}

// Authorize writes authorized_keys: the public key behind options.
func (s *Scene) Authorize(options string) {
	s.Write(keysFile, strings.TrimSpace(options+" "+s.Line())+"\n")
}

// UseKey gives the client another of the keys of testdata.
func (s *Scene) UseKey(name string) {
	s.Key = filepath.Join(s.dir, "client_"+name)
	for from, to := range map[string]string{"/openssh": "", "/id.pub": ".pub"} {
		data, err := testdata.Keys.ReadFile("keys/" + name + from)
		s.check(err)
		s.check(os.WriteFile(s.Key+to, data, 0o600))
	}
	s.check(os.Chmod(s.Key+".pub", 0o644))
	s.Offer = s.Key
}

// Public is the file of the public key, or certificate, that is offered.
func (s *Scene) Public() string { return strings.TrimSuffix(s.Offer, ".pub") + ".pub" }

// NewKey gives the client a new key that ssh-keygen makes.
func (s *Scene) NewKey(args ...string) {
	s.Key = filepath.Join(s.dir, "client_new")
	s.Offer = s.Key
	keytest.Run(s.t, nil, "ssh-keygen", append([]string{"-q", "-N", "", "-C", "new", "-f", s.Key}, args...)...)
}

// OtherLine is the public key of nobody here.
func (s *Scene) OtherLine() string {
	data, err := testdata.Keys.ReadFile("keys/ecdsa384/id.pub")
	s.check(err)
	return strings.TrimSpace(string(data))
}

// ca makes an authority and returns its public key file.
func (s *Scene) ca() string {
	file := filepath.Join(s.dir, "ca")
	if _, err := os.Stat(file); err != nil {
		keytest.Run(s.t, nil, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "authority", "-f", file)
		s.check(os.Chmod(file+".pub", 0o644))
	}
	return file + ".pub"
}

// CALine is the authority's public key.
func (s *Scene) CALine() string {
	text, err := os.ReadFile(s.ca())
	s.check(err)
	return strings.TrimSpace(string(text))
}

// Certify has the authority sign the client's key, and the client offers the
// certificate. No line has the plain key any more.
func (s *Scene) Certify(args ...string) {
	s.ca()
	for i := range args {
		args[i] = s.expand(args[i])
	}
	keytest.Run(s.t, nil, "ssh-keygen", append(append([]string{"-q", "-s", filepath.Join(s.dir, "ca"), "-I", "id"}, args...), s.Key+".pub")...)
	s.Offer = s.Key + "-cert.pub"
	s.Write(keysFile, s.OtherLine()+"\n")
}

func (s *Scene) listen() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	s.check(err)
	s.listener, s.Addr = l, l.Addr().String()
}

// writeConfig puts the state's lines in front, where sshd takes the first of
// each, and its Match blocks behind.
func (s *Scene) writeConfig(logLevel string) {
	global, match := s.settings, []string(nil)
	for i, line := range s.settings {
		if strings.HasPrefix(strings.ToLower(line), "match") {
			global, match = s.settings[:i], s.settings[i:]
			break
		}
	}
	lines := append(append([]string{}, global...), "Port {PORT}", "ListenAddress 127.0.0.1", "HostKey "+s.m.hostKey, "PidFile none",
		"UsePAM no", "PasswordAuthentication no", "KbdInteractiveAuthentication no", "LogLevel "+logLevel)
	s.Config = s.WriteRoot("{DIR}/sshd_config", strings.Join(append(lines, match...), "\n")+"\n", 0o644)
}
