package knownhosts_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/internal/formats/knownhosts"
	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/sshkey"
)

// newKey makes a key: its "type base64", and what ssh-keygen says it is.
func newKey(t *testing.T) (key, fingerprint string) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "key")
	keytest.Run(t, nil, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", name)
	line, err := os.ReadFile(name + ".pub")
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(line)), strings.Fields(string(keytest.Run(t, nil, "ssh-keygen", "-lf", name)))[1]
}

func TestLines(t *testing.T) {
	key, fingerprint := newKey(t)
	for line, want := range map[string]struct {
		hosts, marker, comment string
	}{
		"host " + key: {"host", "", ""},
		"host,10.0.0.1\t" + key + "  a comment\r":                             {"host,10.0.0.1", "", "a comment"},
		"  [host]:2222,!x.*.example \t" + key:                                 {"[host]:2222,!x.*.example", "", ""},
		"@revoked * " + key:                                                   {"*", "@revoked", ""},
		"@cert-authority *.example.com,host " + key:                           {"*.example.com,host", "@cert-authority", ""},
		"|1|JfKTdBh7rNbXkVAQCRp4OQoPfmI=|USECr3SWf1JUPsms5AqfD5QfxkM= " + key: {"|1|JfKTdBh7rNbXkVAQCRp4OQoPfmI=|USECr3SWf1JUPsms5AqfD5QfxkM=", "", ""},
	} {
		data := []byte("# a comment\n\n" + line + "\n")
		if !knownhosts.Sniff(data) {
			t.Errorf("%q was not recognised", line)
		}
		keys, err := knownhosts.Parse(data)
		if err != nil || len(keys) != 1 {
			t.Errorf("%q: %v", line, err)
			continue
		}
		k := keys[0]
		if k.Public.Fingerprint() != fingerprint || header(k, knownhosts.HeaderHost) != want.hosts ||
			header(k, knownhosts.HeaderMarker) != want.marker || k.Comment != want.comment || k.Pos.Line != 3 {
			t.Errorf("%q: %v %q %q %v", line, k.Headers, k.Comment, k.Public, k.Pos)
		}
		if (want.marker != "") != (len(k.Findings) == 1) {
			t.Errorf("%q: %v", line, k.Findings)
		}
	}
}

func header(k *sshkey.Key, name string) string {
	for _, h := range k.Headers {
		if h.Name == name {
			return h.Value
		}
	}
	return ""
}

func TestRefused(t *testing.T) {
	key, _ := newKey(t)
	for _, line := range []string{"", "# only a comment", key, "@unknown host " + key, "@revoked\t* " + key,
		"host 1024 35 1234567", "host ssh-rsa " + strings.Fields(key)[1], "host ssh-ed25519 AAAA", "host"} {
		_, err := knownhosts.Parse([]byte(line))
		var syntax *sshkey.SyntaxError
		if !errors.As(err, &syntax) || !syntax.Pos.IsValid() {
			t.Errorf("%q: %v", line, err)
		}
	}
	keys, err := knownhosts.Parse([]byte("host 1024 35 1234567\nhost " + key + "\nrubbish\n"))
	if err != nil || len(keys) != 1 || len(keys[0].Findings) != 2 || keys[0].Findings[1].Pos.Line != 3 {
		t.Errorf("%v %+v", err, keys)
	}
}

func TestSniff(t *testing.T) {
	key, _ := newKey(t)
	for _, line := range []string{key, "restrict " + key, "no-pty,restrict " + key, `command="x" ` + key, "# x", "", "-----BEGIN X-----",
		"\ufeffrestrict,pty " + key, "no–pty " + key, "\u202arestrict " + key, "; " + key, "// " + key, "+restrict " + key, "-x " + key, "a=b " + key} {
		if knownhosts.Sniff([]byte(line)) {
			t.Errorf("%q was recognised", line)
		}
	}
	for _, o := range authkeys.Options() {
		if line := o.Name + " " + key; o.Syntax == "" && knownhosts.Sniff([]byte(line)) {
			t.Errorf("%q was recognised", line)
		}
	}
}

// TestHashed reads what ssh-keygen -H makes.
func TestHashed(t *testing.T) {
	key, fingerprint := newKey(t)
	name := filepath.Join(t.TempDir(), "known_hosts")
	if err := os.WriteFile(name, []byte("One,two "+key+"\n@revoked * "+key+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	keytest.Run(t, nil, "ssh-keygen", "-H", "-f", name)
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := knownhosts.Parse(data)
	if err != nil || len(keys) != 3 {
		t.Fatalf("%v %d\n%s", err, len(keys), data)
	}
	for _, k := range keys {
		if k.Public.Fingerprint() != fingerprint {
			t.Errorf("%v", k.Public)
		}
	}
}
