package doctor_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/doctor"
	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/testdata"
)

// TestKeyFileHidden: the private key is not in what a program prints by mistake.
func TestKeyFileHidden(t *testing.T) {
	f := doctor.KeyFile{Path: "id", Data: []byte("SECRET BYTES")}
	encoded, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		text := fmt.Sprintf(verb, f) + string(encoded)
		for _, secret := range []string{"SECRET", "534543", "83 69 67", "U0VDUkV"} {
			if strings.Contains(text, secret) {
				t.Errorf("%s: %s", verb, text)
			}
		}
	}
}

// TestKeyFileCommands: the commands of the advice about a PPK. They write to
// another file than they read, and promise no ssh what it cannot have.
func TestKeyFileCommands(t *testing.T) {
	for _, c := range []struct{ path, key, want string }{
		{"id.ppk", "ed25519/plain.ppk", "for ssh: keyconv convert --to openssh -o id id.ppk; for older programs: keyconv convert --to ppk2 -o id-v2.ppk id.ppk"},
		{"ID.PPK", "ed25519/plain.ppk", "for ssh: keyconv convert --to openssh -o ID ID.PPK; for older programs: keyconv convert --to ppk2 -o ID-v2.ppk ID.PPK"},
		{"y19", "ed25519/plain.ppk", "for ssh: keyconv convert --to openssh -o y19.openssh y19; for older programs: keyconv convert --to ppk2 -o y19-v2.ppk y19"},
		{"id.ppk", "ed25519/plain2.ppk", "for ssh: keyconv convert --to openssh -o id id.ppk"},
		{"id.ppk", "ed448/plain.ppk", "for ssh make a new key: ssh-keygen -t ed25519; for older programs: keyconv convert --to ppk2 -o id-v2.ppk id.ppk"},
	} {
		data, err := testdata.Keys.ReadFile("keys/" + c.key)
		if err != nil {
			t.Fatal(err)
		}
		keys, format, err := keyconv.ParseLenient(data, "")
		if err != nil {
			t.Fatal(err)
		}
		found := doctor.KeyFile{Path: c.path, Key: keys[0], FormatName: format.Name, Data: data}.Check(&machine{})
		if len(found) != 1 || found[0].Hint != c.want {
			t.Errorf("%s %s: %v\nwant %s", c.path, c.key, found, c.want)
		}
	}
}

// TestKeyFile: what is said about a private key file. Where it is a warning,
// ssh-keygen -y or ssh must stumble over the file too.
func TestKeyFile(t *testing.T) {
	shipped := func(name string) []byte {
		data, err := testdata.Keys.ReadFile("keys/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	sound := shipped("ed25519/openssh")
	for _, c := range []struct {
		name   string
		data   []byte
		mode   os.FileMode
		beside map[string]string // endings and files of testdata
		want   string
		opens  bool // for ssh-keygen -y
	}{
		{"sound", sound, 0o600, nil, "", true},
		{"its own .pub", sound, 0o600, map[string]string{".pub": "ed25519/id.pub", "-cert.pub": "ed25519/id-cert.pub"}, "", true},
		{"readable by all", sound, 0o644, nil, "key-file-modes", false},
		{"CRLF", []byte(strings.ReplaceAll(string(sound), "\n", "\r\n")), 0o600, nil, "crlf", false},
		{"no last line end", []byte(strings.TrimSpace(string(sound))), 0o600, nil, "no-final-newline", false},
		{"another .pub", sound, 0o600, map[string]string{".pub": "rsa2048/id.pub"}, "stale-pub", true},
		{"another certificate", sound, 0o600, map[string]string{"-cert.pub": "rsa2048/id-cert.pub"}, "stale-certificate", true},
		{"PPK 3", shipped("ed25519/plain.ppk"), 0o600, nil, "ppk3", false},
		{"encrypted PPK", shipped("ed25519/argon2id.ppk"), 0o600, nil, "encrypted ppk3", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "id")
			if err := os.WriteFile(path, c.data, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(path, c.mode); err != nil {
				t.Fatal(err)
			}
			for ending, from := range c.beside {
				if err := os.WriteFile(path+ending, shipped(from), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			keys, format, err := keyconv.ParseLenient(c.data, "")
			if err != nil {
				t.Fatal(err)
			}
			var codes []string
			for _, f := range (doctor.KeyFile{Path: path, Key: keys[0], FormatName: format.Name, Data: c.data}).Check(doctor.OS()) {
				codes = append(codes, f.Code)
			}
			slices.Sort(codes)
			if got := strings.Join(codes, " "); got != c.want {
				t.Errorf("%q; want %q", got, c.want)
			}
			if _, text, ok := keytest.Try(t, nil, "ssh-keygen", "-y", "-P", "", "-f", path); ok != c.opens {
				t.Errorf("ssh-keygen -y: %v: %s", ok, text)
			}
		})
	}
}
