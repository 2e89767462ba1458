package keyconv_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/openssh"
	"github.com/keyconv/keyconv/ppk"
	"github.com/keyconv/keyconv/rfc4716"
	"github.com/keyconv/keyconv/sshkey"
	"github.com/keyconv/keyconv/testdata"
)

var comments = []string{"", "plain", "grüße 鍵", "latin-1 \xfc\xe9", "two  spaces inside", "trailing  ", " leading", `"quoted" and \back\slashes\`,
	"a: colon", "#hash", strings.Repeat("long ", 60) + "x", strings.Repeat("é", 500)}

// TestComments: in every format that can hold it a comment survives to the
// byte; a format that cannot hold it says so.
func TestComments(t *testing.T) {
	plain := read("rsa2048/openssh") // which every format can hold
	for _, text := range comments {
		start := convert(t, plain, "openssh", keyconv.Options{Comment: &text})
		for _, f := range keyconv.Formats() {
			if !f.Reads() || !f.Writes() {
				continue
			}
			res, err := keyconv.Convert(start, f.Name, nil)
			if err != nil {
				if !strings.Contains(err.Error(), "comment") {
					t.Errorf("%s refuses the comment %q with %v", f.Name, text, err)
				}
				continue
			}
			keys, _, err := keyconv.ParseAs(res.Data, f.Name)
			if err != nil {
				t.Errorf("%s: %v", f.Name, err)
				continue
			}
			if got := keys[0].Comment; got != text && !told(res, "comment-lost") {
				t.Errorf("%s makes %q of the comment %q", f.Name, got, text)
			}
		}
	}
}

func told(res *keyconv.Result, code string) bool {
	for _, f := range res.Findings {
		if f.Code == code {
			return true
		}
	}
	return false
}

// TestOptionsAreNeverLost: no way of writing a key drops what restricts it.
func TestOptionsAreNeverLost(t *testing.T) {
	k, err := open(read("rsa2048/openssh"))
	if err != nil {
		t.Fatal(err)
	}
	k.Options = []sshkey.Option{{Name: "restrict", Raw: "restrict"}}
	ways := map[string]func() ([]byte, error){
		"package ppk":     func() ([]byte, error) { return ppk.Marshal(k, nil) },
		"package openssh": func() ([]byte, error) { return openssh.Marshal(k, nil) },
		"package rfc4716": func() ([]byte, error) { return rfc4716.Marshal(k) },
	}
	for _, f := range keyconv.Formats() {
		if f.Writes() && f.Name != "authorized-keys" {
			ways[f.Name] = func() ([]byte, error) { return f.Marshal(k, nil) }
		}
	}
	for name, write := range ways {
		var unsupported *sshkey.UnsupportedError
		if _, err := write(); !errors.As(err, &unsupported) || sshkey.Hint(err) == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if line, err := authkeys.Marshal(k); err != nil || !bytes.HasPrefix(line, []byte("restrict ssh-rsa ")) {
		t.Errorf("authorized-keys: %s, %v", line, err)
	}
}

// TestWhatOpenSSHCannotRead: a result of a format of OpenSSH's that ssh-keygen does
// not read has a warning, and one that it reads has none.
func TestWhatOpenSSHCannotRead(t *testing.T) {
	for _, name := range []string{"rsa2048", "ed25519", "ed448"} {
		for _, to := range []string{"openssh", "authorized-keys"} {
			res, err := keyconv.Convert(read(name+"/plain.ppk"), to, nil)
			if err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(t.TempDir(), "key")
			if err := os.WriteFile(file, res.Data, 0o600); err != nil {
				t.Fatal(err)
			}
			if _, said, ok := keytest.Try(t, nil, "ssh-keygen", "-l", "-f", file); told(res, "ed448") == ok {
				t.Errorf("%s in %s: ssh-keygen says %s, findings: %v", name, to, said, res.Findings)
			}
		}
	}
}

// TestCommentAsPuttygenReadsIt: the comment of our PPK and of our RFC 4716, as
// puttygen prints it in a line.
func TestCommentAsPuttygenReadsIt(t *testing.T) {
	for _, text := range comments {
		if len(text) > 50 || text == "" {
			continue // folded, see the rfc4716 package
		}
		for _, format := range []string{"ppk", "rfc4716"} {
			data := convert(t, read("ed25519/openssh"), format, keyconv.Options{Comment: &text})
			line := bytes.TrimSuffix(puttyLine(t, data), []byte("\n"))
			if !bytes.HasSuffix(line, []byte(" "+text)) {
				t.Errorf("%s with the comment %q: puttygen reads %q", format, text, line)
			}
		}
	}
}

// TestRestrictionsAreNotLost: options and what cannot hold them.
func TestRestrictionsAreNotLost(t *testing.T) {
	line := append([]byte(`no-pty,command="/bin/x \"y\" z" `), read("ed25519/id.pub")...)
	if got := convert(t, line, "authorized-keys", keyconv.Options{}); !bytes.Equal(got, line) {
		t.Errorf("the line comes out as %s", got)
	}
	if _, err := keyconv.Convert(line, "rfc4716", nil); err == nil || !strings.Contains(err.Error(), "would be lost") {
		t.Errorf("RFC 4716 takes a restricted key: %v", err)
	}
}

// TestUnknownAlgorithm: public conversions carry what nobody here knows.
func TestUnknownAlgorithm(t *testing.T) {
	line := []byte("ssh-mldsa-65 AAAADHNzaC1tbGRzYS02NQAAAAQBAgMEBQY= nobody knows me\n")
	rfc := convert(t, line, "rfc4716", keyconv.Options{})
	if got := convert(t, rfc, "authorized-keys", keyconv.Options{}); !bytes.Equal(got, line) {
		t.Errorf("there and back: %s", got)
	}
}

// TestOther reads the containers of testdata/other, which tools wrote, as the
// keys that they were made of.
func TestOther(t *testing.T) {
	for file, key := range map[string]string{"known_hosts": "ed25519", "known_hosts-hashed": "ed25519", "x509.pem": "rsa2048", "rsa2048.jwk": "rsa2048", "ed25519.jwk": "ed25519"} {
		data, err := testdata.Other.ReadFile("other/" + file)
		if err != nil {
			t.Fatal(err)
		}
		keys, _, err := keyconv.Parse(data)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		want, _, err := keyconv.Parse(read(key + "/id.pub"))
		if err != nil || keys[0].Public != want[0].Public {
			t.Errorf("%s: %v, %v", file, keys[0], err)
		}
	}
	for _, file := range []string{"ssh1", "ssh1-encrypted"} {
		data, err := testdata.Other.ReadFile("other/" + file)
		if err != nil {
			t.Fatal(err)
		}
		line, _ := testdata.Other.ReadFile("other/ssh1.pub")
		want, _, err := keyconv.Parse(line)
		if err != nil {
			t.Fatal(err)
		}
		ppk := convert(t, data, "ppk", keyconv.Options{NoPassphrase: true})
		got, _, err := keyconv.Parse(ppk)
		if err != nil || got[0].Public != want[0].Public || got[0].Comment != "test key ssh1" {
			t.Errorf("%s: %v, %v", file, got, err)
		}
		puttyLine(t, ppk) // fails where puttygen does not load it
	}
}
