package keyconv_test

import (
	"bytes"
	"fmt"
	"slices"
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
	"golang.org/x/crypto/ssh"
)

// evil are texts that try to be more than the field that they stand in: a
// second line, a header, an option, a command to the terminal.
var evil = func() (list []string) {
	forged := "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJweAHJHaoG1XkGPkcm0hz7hp/zhRf/XdwXSL9FyWwhX forged"
	for _, sep := range []string{"\n", "\r", "\r\n", "\n\n", "\x00", "\v", "\f", "\x1c", "\u0085", "\u2028", "\u2029", "\x85", "\\\n"} {
		list = append(list, "a"+sep+forged, "a"+sep+"Private-MAC: 00", "a"+sep+"---- END SSH2 PUBLIC KEY ----", "a"+sep+"X-Header: b", sep, "a"+sep, sep+"a")
	}
	return append(list, "\x1b[2J\x1b]0;title\x07", "\u202etxt.exe", "\u2066\u2069", "\xff\xfe", "\xc0\x8a", "a\tb", " a", "a ", `\`, `a\`, `"`, `a"`, `",command="x`,
		`a,no-pty`, `" ssh-rsa`, "{}", `","kty":"oct`, "#", "@revoked", strings.Repeat("a", 5000), "-----BEGIN RSA PRIVATE KEY-----", "Comment: x", ":")
}()

// fields are the places of a key where foreign text stands.
var fields = map[string]func(k *sshkey.Key, s string){
	"comment": func(k *sshkey.Key, s string) { k.Comment = s },
	"option value": func(k *sshkey.Key, s string) {
		k.Options = []sshkey.Option{{Name: "command", Value: s, HasValue: true}}
	},
	"option name":  func(k *sshkey.Key, s string) { k.Options = []sshkey.Option{{Name: s}} },
	"raw option":   func(k *sshkey.Key, s string) { k.Options = []sshkey.Option{{Name: "x", Raw: s}} },
	"header value": func(k *sshkey.Key, s string) { k.Headers = []sshkey.Header{{Name: "X-Note", Value: s}} },
	"header name":  func(k *sshkey.Key, s string) { k.Headers = []sshkey.Header{{Name: s, Value: "b"}} },
}

// TestInjection writes every evil text from every field in every format. It is
// refused, left out, or comes back as it was, from one key.
func TestInjection(t *testing.T) {
	data := keytest.Read(t, testdata.Keys, "keys/ed25519/plain.ppk")
	tried, refused := 0, 0
	for _, format := range keyconv.Formats() {
		if !format.Writes() || format.Name == "sshfp" {
			continue
		}
		for field, set := range fields {
			for _, s := range evil {
				keys, _, err := keyconv.Parse(data)
				if err != nil {
					t.Fatal(err)
				}
				k := keys[0]
				k.Comment = ""
				set(k, s)
				tried++
				out, err := format.Marshal(k, nil)
				if err != nil {
					refused++
					continue
				}
				if err := injected(format, out, k); err != nil {
					t.Errorf("%s of a %s: %q: %v\n%q", field, format.Name, s, err, out)
				}
			}
		}
	}
	t.Logf("reliability:\tinjection\t%d\t%d", tried, refused)
	if refused == 0 || refused == tried {
		t.Error("the test tries nothing")
	}
}

// injected looks for more than one key in what was written, and for text that
// is not that of the key.
func injected(format keyconv.Format, out []byte, want *sshkey.Key) error {
	if !format.Reads() {
		format.Name = "ppk"
	}
	keys, _, err := keyconv.ParseAs(out, format.Name)
	if err != nil || len(keys) != 1 {
		return fmt.Errorf("%d keys: %w", len(keys), err)
	}
	got := keys[0]
	if got.Comment != want.Comment && got.Comment != "" {
		return fmt.Errorf("the comment is %q", got.Comment)
	}
	if len(got.Headers) > len(want.Headers) || len(got.Headers) == 1 && got.Headers[0] != want.Headers[0] {
		return fmt.Errorf("the headers are %q", got.Headers)
	}
	if format.Name != "authorized-keys" {
		return nil
	}
	if n := len(bytes.FieldsFunc(out, func(r rune) bool { return strings.ContainsRune("\n\r\v\f\x1c\x1d\x1e\u0085\u2028\u2029", r) })); n != 1 {
		return fmt.Errorf("%d lines to a program that knows all line ends", n)
	}
	if _, _, _, rest, err := ssh.ParseAuthorizedKey(out); err == nil && len(rest) > 0 {
		return fmt.Errorf("x/crypto sees a second line %q", rest)
	}
	return nil
}

// TestInjectedOption: an option's value cannot become another option.
func TestInjectedOption(t *testing.T) {
	keys, _, err := keyconv.Parse(keytest.Read(t, testdata.Keys, "keys/ed25519/id.pub"))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range evil {
		k := *keys[0]
		k.Options = []sshkey.Option{{Name: "command", Value: s, HasValue: true}, {Name: "no-pty"}}
		out, err := authkeys.Marshal(&k)
		if err != nil {
			continue
		}
		got, err := authkeys.ParseLine(bytes.TrimSuffix(out, []byte("\n")))
		if err != nil || len(got.Options) != 2 || got.Options[0].Value != s || got.Options[1].Name != "no-pty" {
			t.Errorf("%q was written as %q: %v", s, out, err)
		}
	}
}

// TestInjectedNames: names that become part of a file come from tables.
func TestInjectedNames(t *testing.T) {
	data := keytest.Read(t, testdata.Keys, "keys/ed25519/plain.ppk")
	pass := func() ([]byte, error) { return []byte("p"), nil }
	for _, s := range evil {
		for to, o := range map[string]keyconv.Options{"openssh": {Cipher: s, NewPassphrase: pass}, "ppk": {PPK: ppk.Encoder{KDF: s}, NewPassphrase: pass}, "rfc4716": {From: s}, s: {}} {
			if _, err := keyconv.Convert(data, to, &o); err == nil {
				t.Errorf("the name %q is taken for %s", s, to)
			}
		}
		res, err := keyconv.Convert(data, "sshfp", &keyconv.Options{Host: s})
		if err == nil && (strings.ContainsAny(s, " \t\"\\;()$\x00") || strings.ContainsFunc(s, func(r rune) bool { return r < '!' || r > '~' }) || bytes.Count(res.Data, []byte("\n")) != 2) {
			t.Errorf("the host %q is taken: %q", s, res.Data)
		}
	}
}

// TestInjectedFold: folding a header must not make a new one.
func TestInjectedFold(t *testing.T) {
	keys, _, err := keyconv.Parse(keytest.Read(t, testdata.Keys, "keys/ed25519/id.rfc4716"))
	if err != nil {
		t.Fatal(err)
	}
	for _, end := range []string{"Subject: x", `\`, "---- END SSH2 PUBLIC KEY ----", "AAAA"} {
		for n := range 80 {
			k := *keys[0]
			k.Comment = strings.Repeat("x", n) + " " + end
			out, err := rfc4716.Marshal(&k)
			if err != nil {
				continue
			}
			got, err := rfc4716.Parse(out)
			if err != nil || got.Comment != k.Comment || len(got.Headers) != len(k.Headers) {
				t.Fatalf("%q: %v\n%s", k.Comment, err, out)
			}
		}
	}
}

// TestCommentBreaks: no comment with a line end is put into a key, and one that a file
// has is told of.
func TestCommentBreaks(t *testing.T) {
	for _, f := range keyconv.Formats() {
		for _, comment := range []string{"a\nb", "a\rb", "a\x00b"} {
			if out, err := keyconv.Convert(read("ed25519/openssh"), f.Name, &keyconv.Options{Comment: &comment}); err == nil {
				t.Errorf("%s holds %q: %q", f.Name, comment, out.Data)
			}
		}
	}
	k, err := open(read("ed25519/openssh"))
	if err != nil {
		t.Fatal(err)
	}
	k.Comment = "me\nssh-ed25519 AAAA evil"
	data, err := openssh.Encoder{}.Marshal(k, nil)
	if err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("c", 256)
	for code, c := range map[string]struct {
		data []byte
		to   string
		o    keyconv.Options
	}{"comment-breaks": {data, "openssh", keyconv.Options{}}, "comment-long": {read("rsa2048/openssh"), "sshcom", keyconv.Options{Comment: &long}}} {
		out, err := keyconv.Convert(c.data, c.to, &c.o)
		if err != nil || !slices.ContainsFunc(out.Findings, func(f sshkey.Finding) bool { return f.Code == code }) {
			t.Errorf("%s: %v, %v", code, err, out)
		}
	}
}
