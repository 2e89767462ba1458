package doctor_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/doctor"
	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/sshkey"
	"github.com/keyconv/keyconv/testdata"
)

// A machine is a system that is not there: one user, bob, and no programs but
// those of tools.
type machine struct {
	files map[string]thing
	tools map[string]string // what a program prints, by its name and arguments
	uid   int
	now   time.Time
}

type thing struct {
	mode     fs.FileMode
	uid, gid int
	text     string
}

// newMachine lets bob in with the key of testdata, on an sshd of upstream.
func newMachine() *machine {
	folder := func(mode fs.FileMode, owner int) thing { return thing{fs.ModeDir | mode, owner, owner, ""} }
	return &machine{now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), tools: map[string]string{}, files: map[string]thing{
		"/": folder(0o755, 0), "/home": folder(0o755, 0), "/home/bob": folder(0o755, 1000), "/home/bob/.ssh": folder(0o700, 1000),
		"/home/bob/.ssh/authorized_keys": {0o600, 1000, 1000, publicLine()},
		"/etc/ssh/sshd_config":           {0o644, 0, 0, "UsePAM no\n"},
		"/etc/passwd":                    {0o644, 0, 0, "root:x:0:0::/root:/bin/sh\nbob:x:1000:1000::/home/bob:/bin/sh\n"},
		"/etc/group":                     {0o644, 0, 0, "root:x:0:\nbob:x:1000:\nstaff:x:50:bob,eve\n"},
		"/etc/shadow":                    {0o600, 0, 0, "root:*:19000:0:99999:7:::\nbob:*:19000:0:99999:7:::\n"},
		"/bin/sh":                        {0o755, 0, 0, ""},
	}}
}

func publicLine() string {
	text, err := testdata.Keys.ReadFile("keys/ed25519/id.pub")
	if err != nil {
		panic(err)
	}
	return string(text)
}

func (m *machine) Stat(name string) (doctor.Info, error) {
	t, ok := m.files[name]
	if !ok {
		return doctor.Info{}, &fs.PathError{Op: "stat", Path: name, Err: fs.ErrNotExist}
	}
	return doctor.Info{Mode: t.mode, UID: t.uid, GID: t.gid}, nil
}

func (m *machine) RealPath(name string) (string, error) {
	_, err := m.Stat(name)
	return name, err
}

func (m *machine) ReadFile(name string) ([]byte, error) {
	t, ok := m.files[name]
	switch {
	case !ok:
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	case m.uid != 0 && t.uid != m.uid && t.mode&0o004 == 0:
		return nil, &fs.PathError{Op: "open", Path: name, Err: os.ErrPermission}
	}
	return []byte(t.text), nil
}

func (m *machine) Glob(pattern string) ([]string, error) {
	var names []string
	for name := range m.files {
		if ok, _ := path.Match(pattern, name); ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, nil
}

func (m *machine) Run(c doctor.Command) ([]byte, error) {
	out, ok := m.tools[strings.Join(append([]string{c.Name}, c.Args...), " ")]
	if !ok {
		return nil, fmt.Errorf("no such program: %w", fs.ErrNotExist)
	}
	if text, failed := strings.CutPrefix(out, "fails: "); failed {
		return []byte(text), &doctor.ExitError{Status: 1, Stderr: text}
	}
	if text, broken := strings.CutPrefix(out, "breaks: "); broken { // for lack of memory, say
		return nil, errors.New(text)
	}
	return []byte(out), nil
}

func (m *machine) EffectiveUser() int           { return m.uid }
func (m *machine) AgentKeys() ([][]byte, error) { return nil, nil }
func (m *machine) Now() time.Time               { return m.now }

func (m *machine) set(name string, mode fs.FileMode, uid int, text string) {
	m.files[name] = thing{mode, uid, uid, text}
}

func key(t *testing.T) sshkey.PublicKey {
	t.Helper()
	keys, err := authkeys.Parse([]byte(publicLine()))
	if err != nil {
		t.Fatal(err)
	}
	return keys[0].Public
}

// debian makes the sshd one of Debian's, which says its settings to nobody.
func debian(m *machine) {
	m.tools["/usr/sbin/sshd -?"] = "fails: OpenSSH_9.2p1 Debian-2+deb12u7, OpenSSL 3.0.17"
}

const keys = "/home/bob/.ssh/authorized_keys"

// TestFake: what cannot be had on a test machine without harm.
func TestFake(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*machine)
		reason string
		note   string
	}{
		"all is well":                  {func(*machine) {}, "", ""},
		"/etc/nologin":                 {func(m *machine) { m.set("/etc/nologin", 0o644, 0, "") }, "nologin-file", ""},
		"/run/nologin without PAM":     {func(m *machine) { m.set("/run/nologin", 0o644, 0, "") }, "", ""},
		"/run/nologin with PAM":        {func(m *machine) { m.set("/run/nologin", 0o644, 0, ""); m.config("UsePAM yes") }, "nologin-file", ""},
		"group may write, upstream":    {func(m *machine) { m.set(keys, 0o660, 1000, publicLine()) }, "file-modes", ""},
		"private group, Debian":        {func(m *machine) { m.set(keys, 0o660, 1000, publicLine()); debian(m) }, "", ""},
		"private folder group, Debian": {func(m *machine) { m.set("/home/bob", fs.ModeDir|0o775, 1000, ""); debian(m) }, "", ""},
		"a member in the group, Debian": {func(m *machine) {
			m.set(keys, 0o660, 1000, publicLine())
			m.set("/etc/group", 0o644, 0, "root:x:0:\nbob:x:1000:eve\n")
			debian(m)
		}, "file-modes", ""},
		"another's primary group, Debian": {func(m *machine) {
			m.set(keys, 0o660, 1000, publicLine())
			m.set("/etc/passwd", 0o644, 0, m.files["/etc/passwd"].text+"eve:x:1001:1000::/home/eve:/bin/sh\n")
			debian(m)
		}, "file-modes", ""},
		"SELinux label wrong": {func(m *machine) {
			m.tools["getenforce"] = "Enforcing\n"
			m.tools["matchpathcon -V "+keys] = "fails: " + keys + " has context a:b:tmp_t:s0, should be a:b:ssh_home_t:s0\n"
		}, "", "selinux-label"},
		"SELinux label right": {func(m *machine) {
			m.tools["getenforce"], m.tools["matchpathcon -V "+keys] = "Enforcing\n", keys+" verified.\n"
		}, "", ""},
		"SELinux permissive": {func(m *machine) {
			m.tools["getenforce"], m.tools["matchpathcon -V "+keys] = "Permissive\n", "fails: should be"
		}, "", ""},
		"group of others by /etc/group": {func(m *machine) { m.config("AllowGroups staff") }, "", ""},
		"RSA with SHA-2 256 alone":      {func(m *machine) { m.config("PubkeyAcceptedAlgorithms ssh-ed25519,rsa-sha2-256") }, "", ""},
		"locked by Debian's passwd -l":  {func(m *machine) { m.set("/etc/shadow", 0o600, 0, "bob:!$y$j9T$x:19000:0:99999:7:::\n") }, "account-locked", ""},
		"no line in shadow":             {func(m *machine) { m.set("/etc/shadow", 0o600, 0, "") }, "", ""},
		"an unknown token":              {func(m *machine) { m.config("AuthorizedKeysFile /k/%x") }, "sshd-config", ""},
		"no home": {func(m *machine) {
			delete(m.files, "/home/bob")
			m.set("/etc", fs.ModeDir|0o755, 0, "")
			m.set("/etc/keys", 0o644, 0, publicLine())
			m.config("AuthorizedKeysFile /etc/keys")
		}, "", "home-missing"},
		"sshd that does not start": {func(m *machine) {
			debian(m)
			m.tools["/usr/sbin/sshd -T -f /etc/ssh/sshd_config -C user=bob,host=127.0.0.1,addr=127.0.0.1,laddr=127.0.0.1,lport=22"] = "fails: /etc/ssh/sshd_config: line 3: Bad configuration option: X\r\n/etc/ssh/sshd_config: terminating, 1 bad configuration options\r\n"
		}, "sshd-config", ""},
	} {
		m := newMachine()
		c.change(m)
		r := doctor.Diagnose(m, doctor.Request{User: "bob", Key: key(t)})
		if got := first(r); got != c.reason || r.LetIn() != (got == "") {
			t.Errorf("%s: %q, not %q:\n%s", name, got, c.reason, told(r))
		}
		if c.note != "" && !slices.ContainsFunc(r.Notes, func(n doctor.Cause) bool { return n.Code == c.note && n.Fix != "" }) {
			t.Errorf("%s: no note %s:\n%s", name, c.note, told(r))
		}
		if c.note == "" && len(r.Notes) > 0 {
			t.Errorf("%s: a note too many:\n%s", name, told(r))
		}
	}
}

func (m *machine) config(text string) {
	m.set("/etc/ssh/sshd_config", 0o644, 0, text+"\n")
}

// TestFaults: a home that its owner cannot enter and everybody may write to is right once
// all its modes are set, in their order.
func TestFaults(t *testing.T) {
	m := newMachine()
	m.set("/home/bob", fs.ModeDir|0o266, 1000, "")
	a := &doctor.Account{Name: "bob", UID: 1000, GID: 1000, Home: "/home/bob"}
	faults, err := doctor.Faults(m, keys, a, func() bool { return false })
	if err != nil || len(faults) != 2 || faults[0].Code != "file-unreadable" {
		t.Fatalf("%v %v", faults, err)
	}
	for _, f := range faults {
		m.set(f.Path, fs.ModeDir|f.Mode, 1000, "")
	}
	if left, err := doctor.Faults(m, keys, a, func() bool { return false }); err != nil || len(left) > 0 {
		t.Errorf("%v %v", left, err)
	}
}

// TestUnseen: what a user cannot see is named, and the answer is not more
// certain than what was seen.
func TestUnseen(t *testing.T) {
	for name, c := range map[string]struct {
		uid    int
		change func(*machine)
		unseen string // a word of it
		letIn  bool
	}{
		"one's own account": {1000, func(*machine) {}, "/etc/shadow", true},
		"an sshd that could not be run": {0, func(m *machine) {
			debian(m)
			m.tools["/usr/sbin/sshd -T -f /etc/ssh/sshd_config -C user=bob,host=127.0.0.1,addr=127.0.0.1,laddr=127.0.0.1,lport=22"] = "breaks: out of memory"
		}, "did not tell its settings (sshd -T: out of memory)", true},
		"another's file":    {1001, func(m *machine) { m.set(keys, 0o600, 1000, "") }, keys, false},
		"the configuration": {1000, func(m *machine) { m.set("/etc/ssh/sshd_config", 0o600, 0, "") }, "sshd_config", false},
		"an included file":  {1000, func(m *machine) { m.config("Include /etc/x.conf"); m.set("/etc/x.conf", 0o600, 0, "") }, "sshd_config", false},
		"the configuration, and no file at the usual place": {1000, func(m *machine) {
			m.set("/etc/ssh/sshd_config", 0o600, 0, "AuthorizedKeysFile /keys")
			delete(m.files, keys)
		}, "sshd_config", false},
		"the list of revoked keys": {1000, func(m *machine) { m.config("RevokedKeys /etc/revoked"); m.set("/etc/revoked", 0o600, 0, "") }, "RevokedKeys", true},
		"a command of another": {1000, func(m *machine) {
			m.set(keys, 0o600, 1000, "")
			m.set("/bin/keys", 0o755, 0, "")
			m.files["/bin"] = thing{fs.ModeDir | 0o755, 0, 0, ""}
			m.config("AuthorizedKeysCommand /bin/keys\nAuthorizedKeysCommandUser root")
		}, "AuthorizedKeysCommand", false},
	} {
		m := newMachine()
		m.uid = c.uid
		c.change(m)
		r := doctor.Diagnose(m, doctor.Request{User: "bob", Key: key(t)})
		found := slices.ContainsFunc(r.Unseen, func(u doctor.Cause) bool { return strings.Contains(u.Msg, c.unseen) && u.Fix != "" })
		if !found || r.Certain() || r.LetIn() != c.letIn || len(r.Refusals) > 0 {
			t.Errorf("%s: let in %v, certain %v:\n%s", name, r.LetIn(), r.Certain(), told(r))
		}
	}
}

// TestNoKey: without a key nothing is said about one.
func TestNoKey(t *testing.T) {
	m := newMachine()
	r := doctor.Diagnose(m, doctor.Request{User: "bob"})
	if r.LetIn() || len(r.Refusals) > 0 || r.Unknown || !slices.Equal(r.Files, []string{keys, keys + "2"}) {
		t.Errorf("%+v", r)
	}
	m.set(keys, 0o666, 1000, "")
	if r = doctor.Diagnose(m, doctor.Request{User: "bob"}); first(r) != "file-modes" {
		t.Errorf("%+v", r)
	}
}

// certificate is one that is shipped, with its file.
func certificate(t *testing.T) (data []byte, key *sshkey.Key) {
	t.Helper()
	data, err := testdata.Keys.ReadFile("keys/ed25519/id-cert.pub")
	if err != nil {
		t.Fatal(err)
	}
	key, err = authkeys.ParseLine(bytes.TrimSpace(data))
	if err != nil {
		t.Fatal(err)
	}
	return data, key
}

// TestConditionOfPrincipals: of a file of principals the line counts that may let in,
// with its condition, not one below that refuses.
func TestConditionOfPrincipals(t *testing.T) {
	_, key := certificate(t)
	c, err := key.Public.Certificate()
	if err != nil {
		t.Fatal(err)
	}
	m := newMachine()
	for _, folder := range []string{"/etc", "/etc/ssh"} {
		m.set(folder, fs.ModeDir|0o755, 0, "")
	}
	m.set("/etc/ssh/ca", 0o644, 0, c.CA.String()+"\n")
	m.set("/etc/ssh/principals", 0o644, 0, "from=\"10.0.0.0/8\" bob\nexpiry-time=\"20000101\",command=\"/bin/x\" bob\n")
	m.config("UsePAM no\nTrustedUserCAKeys /etc/ssh/ca\nAuthorizedPrincipalsFile /etc/ssh/principals")
	r := doctor.Diagnose(m, doctor.Request{User: "bob", Key: key.Public})
	if !r.LetIn() || r.By == nil || strings.Contains(fmt.Sprint(r.By.Terms), "/bin/x") || !slices.ContainsFunc(r.Notes, func(c doctor.Cause) bool { return c.Code == "depends" }) {
		t.Errorf("%+v\n%s", r.By, told(r))
	}
}

// TestOtherSystems: where no user has a number, no file is the caller's own, and no
// mode is.
func TestOtherSystems(t *testing.T) {
	data, err := testdata.Keys.ReadFile("keys/ed25519/openssh")
	if err != nil {
		t.Fatal(err)
	}
	list, _, err := keyconv.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	m := newMachine()
	m.uid = -1
	m.set("/k", 0o666, -1, "")
	for _, c := range (doctor.KeyFile{Path: "/k", FormatName: "openssh", Key: list[0]}).Check(m) {
		if c.Code == "key-file-modes" {
			t.Error(c)
		}
	}
}

// TestStrictModes: all faults are told, in sshd's order, with the command that
// mends each.
// TestAccountOf: sudo may leave HOME as it was, and root then looks at a file
// of the caller's.
func TestAccountOf(t *testing.T) {
	m := newMachine()
	for _, c := range []struct {
		uid           int
		ownHome, want string
	}{{0, "/home/bob", "bob"}, {0, "/root", "bob"}, {1000, "/home/bob", "bob"}, {1000, "/elsewhere", "bob"}} {
		m.uid = c.uid
		if a := doctor.AccountOf(m, keys, c.ownHome); a == nil || a.Name != c.want {
			t.Errorf("%+v: %+v", c, a)
		}
	}
	m.uid = 0
	if a := doctor.AccountOf(m, "/elsewhere/.ssh/authorized_keys", "/elsewhere"); a == nil || a.Name != "root" || a.Home != "/elsewhere" {
		t.Errorf("%+v", a)
	}
}

// TestAddressNotKnown: where nobody says where the client is, from= is a
// condition and no refusal.
func TestAddressNotKnown(t *testing.T) {
	m := newMachine()
	m.set(keys, 0o600, 1000, `from="10.0.0.0/8" `+publicLine())
	key, err := authkeys.ParseLine([]byte(strings.TrimSuffix(publicLine(), "\n")))
	if err != nil {
		t.Fatal(err)
	}
	r := doctor.Diagnose(m, doctor.Request{User: "bob", Key: key.Public})
	if !r.LetIn() || !slices.ContainsFunc(r.Notes, func(c doctor.Cause) bool { return c.Code == "depends" && strings.Contains(c.Fix, "--address") }) {
		t.Errorf("not known: %+v", r)
	}
	r = doctor.Diagnose(m, doctor.Request{User: "bob", Key: key.Public, Addr: netip.MustParseAddr("127.0.0.1")})
	if r.LetIn() || r.Refusals[0].Code != "line-from" {
		t.Errorf("from here: %+v", r)
	}
}

func TestStrictModes(t *testing.T) {
	m := newMachine()
	m.set(keys, 0o666, 1000, "")
	m.set("/home/bob/.ssh", fs.ModeDir|0o777, 1000, "")
	m.set("/home/bob", fs.ModeDir|0o755, 7, "")
	m.set("/home", fs.ModeDir|0o777, 0, "") // above the home sshd does not look
	bob, err := doctor.FindAccount(m, "bob")
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	lenient := func() bool { asked++; return false }
	faults, err := doctor.StrictModes(m, keys, bob, lenient)
	if asked > 0 {
		t.Error("sshd is run where its answer changes nothing")
	}
	var got []string
	for _, f := range faults {
		got = append(got, f.Code+" "+f.Fix)
	}
	want := []string{"file-modes chmod 600 " + keys, "folder-modes chmod 700 /home/bob/.ssh", "folder-modes chown bob /home/bob"}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%q, %v", got, err)
	}
	m.set("/home/bob", fs.ModeDir|fs.ModeSetgid|0o775, 1000, "")
	m.set("/srv", fs.ModeDir|fs.ModeSticky|0o777, 0, "")
	m.set("/srv/bob", 0o644, 1000, "")
	faults, err = doctor.StrictModes(m, keys, bob, lenient)
	if err != nil || len(faults) != 3 || faults[2].Mode != fs.ModeSetgid|0o755 || faults[2].Fix != "chmod go-w /home/bob" || asked != 1 {
		t.Errorf("a bit is lost: %+v, %v", faults, err)
	}
	faults, err = doctor.StrictModes(m, "/srv/bob", bob, lenient)
	if err != nil || len(faults) != 1 || faults[0].Mode != 0 || strings.Contains(faults[0].Fix, "chmod") {
		t.Errorf("a folder for everybody is to be closed: %+v, %v", faults, err)
	}
	if _, err := doctor.StrictModes(m, "/nowhere", bob, lenient); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
}

// TestHasService: getent knows the services; without it, /etc/services does.
func TestHasService(t *testing.T) {
	m := newMachine()
	m.set("/etc/services", 0o644, 0, "# a comment\nhttp 80/tcp www # web\nntp 123/udp\n")
	for name, want := range map[string]bool{"http": true, "www": true, "web": false, "ntp": false, "shh": false} {
		if got := doctor.HasService(m, name); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
	m.tools["getent -- services shh/tcp"], m.tools["getent -- services http/tcp"] = "shh 4711/tcp\n", "fails: "
	if !doctor.HasService(m, "shh") || doctor.HasService(m, "http") {
		t.Error("getent was not asked")
	}
}

// TestEd448: no setting lets such a key in. The judge is sshd, which does not
// start with one that names it.
func TestEd448(t *testing.T) {
	line, _ := public(t, "ed448")
	k, err := authkeys.ParseLine([]byte(line))
	if err != nil {
		t.Fatal(err)
	}
	r := doctor.Diagnose(newMachine(), doctor.Request{User: "bob", Key: k.Public})
	if c := r.Refusals[0]; c.Code != "algorithm-off" || !strings.Contains(c.Msg, "OpenSSH does not know ssh-ed448") || c.Fix != "make a new key: ssh-keygen -t ed25519" {
		t.Errorf("%+v", c)
	}
	if _, text, ok := keytest.Try(t, nil, "sshd", "-t", "-f", "/dev/null", "-o", "PubkeyAcceptedAlgorithms=+ssh-ed448"); ok || !strings.Contains(string(text), "Bad key types") {
		t.Errorf("sshd takes it: %v %s", ok, text)
	}
}
