package doctor_test

import (
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/doctor"
	"github.com/keyconv/keyconv/internal/keytest"
)

// disk is files in memory.
type disk map[string]string

func (d disk) ReadFile(name string) ([]byte, error) {
	if text, ok := d[name]; ok {
		return []byte(text), nil
	}
	return nil, fs.ErrNotExist
}

func (d disk) Glob(pattern string) (names []string, err error) {
	for name := range d {
		if ok, err := path.Match(pattern, name); err != nil {
			return nil, err
		} else if ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, nil
}

var here = doctor.Connection{User: "bob", Groups: []string{"bob", "wheel"}, Host: "192.0.2.7", Addr: netip.MustParseAddr("192.0.2.7"),
	LocalAddr: netip.MustParseAddr("192.0.2.1"), LocalPort: 22, Release: "OpenSSH_9.2p1"}

// configs are texts of sshd_config; which settings hold is for sshd to say.
var configs = []string{
	"MaxAuthTries 3\nMaxAuthTries 4\n", "maxauthtries=3\n", "MAXAUTHTRIES = 3\n", "MaxAuthTries\t3 # why\n", "  MaxAuthTries 3  \n", "\"MaxAuthTries\" 3\n", "MaxAuthTries \"3\"\n",
	"MaxAuthTries 3\r\n", "MaxAuthTries 3\f\n", "#MaxAuthTries 3\n", "\n\n# c\n\tMaxAuthTries 3",
	"AuthorizedKeysFile a b\n", "AuthorizedKeysFile \"a b\" 'c d' e\\ f g\\\"h\n", "AuthorizedKeysFile a#b #c\n", "AuthorizedKeysFile ~/k\n", "AuthorizedKeysFile none\n",
	"AllowUsers a b\nAllowUsers c\n", "AllowUsers a\nMatch User bob\nAllowUsers b c\nAllowUsers d\n", "AllowUsers a\nMatch User eve\nAllowUsers b\n",
	"MaxAuthTries 3\nMatch User bob\nMaxAuthTries 4\nMatch all\nMaxAuthTries 5\n", "Match all\nMaxAuthTries 5\n", "Match User bob,!eve\nMaxAuthTries 4\n", "Match User !bob,*\nMaxAuthTries 4\n", "Match user b?b\nMaxAuthTries 4\n",
	"Match User Bob\nMaxAuthTries 4\n", "Match User \"bob\" # c\nMaxAuthTries 4\n",
	"Match Group root\nMaxAuthTries 4\n", "Match Group whee*\nMaxAuthTries 4\n", "Match Group *,!wheel\nMaxAuthTries 4\n",
	"Match Address 192.0.2.0/24\nMaxAuthTries 4\n", "Match Address 192.0.2.*\nMaxAuthTries 4\n", "Match Address !192.0.2.7,*\nMaxAuthTries 4\n", "Match Address ::1\nMaxAuthTries 4\n", "Match Address 192.0.2.1/24\nMaxAuthTries 4\n",
	"Match Host 192.0.*\nMaxAuthTries 4\n", "Match LocalAddress 192.0.2.1\nMaxAuthTries 4\n", "Match LocalPort 22\nMaxAuthTries 4\n", "Match LocalPort 23\nMaxAuthTries 4\n", "Match LocalPort x\nMaxAuthTries 4\n",
	"Match User bob Address 192.0.2.7 LocalPort 22\nMaxAuthTries 4\n", "Match User bob Address 192.0.2.8\nMaxAuthTries 4\n", "Match RDomain x\nMaxAuthTries 4\n",
	"Match\nMaxAuthTries 4\n", "Match User\nMaxAuthTries 4\n", "Match Colour red\nMaxAuthTries 4\n", "Match all User bob\nMaxAuthTries 4\n", "Match User bob all\n", "MaxAuthTries\n", "MaxAuthTries \"3\n",
	"Include DIR/a*.conf\nMaxAuthTries 9\n", "MaxAuthTries 9\nInclude DIR/a1.conf\n", "Include DIR/none*\n", "Include DIR/m.conf\nMaxAuthTries 8\n", "Match User eve\nInclude DIR/a1.conf DIR/m.conf\n", "Match User bob\nInclude DIR/a1.conf\n",
	"Match User bob\nInclude DIR/m.conf\nPermitRootLogin no\n", "Include DIR/m.conf\nAuthorizedKeysFile z\nMatch User bob\nMaxAuthTries 2\n", "Include DIR/loop.conf\n", "Include\n", "include \"DIR/a1.conf\"\n",
	"PubkeyAcceptedKeyTypes ssh-ed25519\n", "PubkeyAcceptedAlgorithms +ssh-rsa\n", "PubkeyAcceptedAlgorithms -ecdsa*,rsa*\n", "PubkeyAcceptedAlgorithms ^ssh-ed25519\n", "CASignatureAlgorithms -rsa*\n",
	"AuthorizedKeysCommand /bin/x \"a b\" %u\nAuthorizedKeysCommandUser nobody\n", "AuthorizedKeysCommand=/bin/x\nAuthorizedKeysCommandUser nobody\n", "AuthenticationMethods publickey publickey,password\n",
	"RevokedKeys /a\nTrustedUserCAKeys /b\nAuthorizedPrincipalsFile /c/%u\n", "ChrootDirectory none\nForceCommand exit  0 \n", "RequiredRSASize 3072\nStrictModes no\nUsePAM yes\n",
}

var included = map[string]string{
	"a1.conf": "MaxAuthTries 3\nAuthorizedKeysFile inc\n", "a2.conf": "MaxAuthTries 4\n", "m.conf": "Match User bob\nMaxAuthTries 7\n", "loop.conf": "Include DIR/loop.conf\n",
}

// TestConfig: our reading of sshd_config gives the settings that sshd -T
// gives, and refuses what sshd refuses.
func TestConfig(t *testing.T) {
	sshd := keytest.Tool(t, "sshd")
	dir := t.TempDir()
	key := filepath.Join(dir, "host_key")
	keytest.Run(t, nil, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key)
	write := func(name, text string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(strings.ReplaceAll(text, "DIR", dir)), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	for name, text := range included {
		write(name, text)
	}
	connection := here
	connection.User, connection.Groups = "root", []string{"root"} // sshd looks the groups up
	for _, text := range configs {
		text := strings.NewReplacer("bob", "root", "b?b", "r?ot", "Bob", "Root", "whee*", "ro*", "wheel", "root").Replace(text)
		file := write("sshd_config", "HostKey "+key+"\n"+text)
		out, errs, ok := keytest.Try(t, nil, sshd, "-T", "-f", file, "-C", "user=root,host=192.0.2.7,addr=192.0.2.7,laddr=192.0.2.1,lport=22")
		ours, err := doctor.ReadSettings(doctor.OS(), file, connection)
		if ok != (err == nil) {
			t.Errorf("%q: sshd takes it: %v (%s), here: %v", text, ok, errs, err)
			continue
		}
		if ok {
			compare(t, text, doctor.ParseDump(string(out)), ours)
		}
	}
}

// compare looks at all settings that doctor asks for. What sshd prints for
// none and for words with spaces is not told apart there.
func compare(t *testing.T, text string, theirs, ours *doctor.Settings) {
	t.Helper()
	for _, keyword := range doctor.Keywords() {
		got, want := ours.Get(keyword), theirs.Get(keyword)
		switch {
		case keyword == "port" || keyword == "casignaturealgorithms" || keyword == "usepam" && want == "":
			continue // of other versions than 9.2
		case keyword == "pubkeyacceptedalgorithms" || keyword == "loglevel":
			got, want = sorted(got), sorted(want)
		case keyword == "permitrootlogin":
			got, want = strings.ReplaceAll(got, "prohibit", "without"), strings.ReplaceAll(want, "prohibit", "without")
		case want == "" && got == "none":
			continue
		}
		if !strings.EqualFold(got, want) {
			t.Errorf("%q: %s is %q for sshd, %q here", text, keyword, want, got)
		}
	}
}

func sorted(list string) string {
	words := strings.Split(list, ",")
	slices.Sort(words)
	return strings.Join(words, ",")
}

// TestConfigBounds: what never ends in a file ends here.
func TestConfigBounds(t *testing.T) {
	many := disk{"/c": strings.Repeat("Include /many*\n", 100)}
	for i := range 100 {
		many[fmt.Sprintf("/many%d", i)] = "# nothing\n"
	}
	for name, d := range map[string]disk{"a loop": {"/c": "Include /c\n"}, "two files": {"/c": "Include /d\nInclude /d\n", "/d": "Include /c\nInclude /c"}, "many files": many} {
		_, err := doctor.ReadConfig(d, "/c", here)
		var at *doctor.ConfigError
		if !errors.As(err, &at) || at.Line == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzConfig: no text brings the reader down, an error has a place, and lines
// that sshd passes over change nothing.
func FuzzConfig(f *testing.F) {
	for _, text := range configs {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d := disk{"/c": text, "DIR/a1.conf": included["a1.conf"], "DIR/m.conf": included["m.conf"]}
		values, err := doctor.ReadConfig(d, "/c", here)
		var at *doctor.ConfigError
		if err != nil && !errors.As(err, &at) {
			t.Fatalf("%q: %v", text, err)
		}
		if at != nil && (at.Line < 1 || at.File == "/c" && at.Line > strings.Count(text, "\n")+1) {
			t.Fatalf("%q: in line %d: %v", text, at.Line, err)
		}
		for keyword, words := range values {
			if keyword != strings.ToLower(keyword) || len(words) == 0 && err != nil {
				t.Errorf("%q: %q is %q", text, keyword, words)
			}
		}
		d["/c"] = "# a comment\n\n" + text + "\n#\n"
		if again, err2 := doctor.ReadConfig(d, "/c", here); fmt.Sprint(again) != fmt.Sprint(values) || (err == nil) != (err2 == nil) {
			t.Errorf("%q: %v, %v; with comments %v, %v", text, values, err, again, err2)
		}
	})
}
