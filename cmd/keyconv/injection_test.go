package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/internal/wire"
	"github.com/keyconv/keyconv/sshkey"
	"github.com/keyconv/keyconv/testdata"
)

// evil are texts that act on a terminal, or that forge a line of output.
var evil = []string{"a\nFORGED", "a\rFORGED", "a\r\nFORGED", "a\x00b", "\x1b[2J\x1b]0;title\x07", "\x1b]52;c;Zm9v\x07", "\u009b2J", "\u0085FORGED", "\u2028FORGED",
	"\u202etxt.exe", "\u2066\u2069", "\u200b", "\xff\xfe", "\xc0\x8a", "a\bb", "\x7f", "\U000e0041", "\ufeff"}

// TestShownText lets every command show every evil text from every place where
// a file or a command line can hold it.
func TestShownText(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "pass"), []byte("p\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	key := filepath.Join("..", "..", "testdata", "keys", "ed25519", "openssh")
	tried := 0
	for _, s := range evil {
		for what, data := range evilFiles(t, s) {
			name := filepath.Join(dir, "in")
			if err := os.WriteFile(name, data, 0o600); err != nil {
				t.Fatal(err)
			}
			commands := [][]string{{"inspect"}, {"inspect", "--json"}, {"inspect", "--passphrase-file", filepath.Join(dir, "pass")}, {"fingerprint"}, {"fingerprint", "--art"},
				{"normalize", "--json"}, {"normalize"}, {"convert"}, {"convert", "--to", "pkcs8"}, {"convert", "--to", "authorized-keys"}, {"convert", "--to", "ppk", "-n"},
				{"convert", "--json", "-n", "-o", filepath.Join(dir, "out")}}
			if strings.HasPrefix(what, "line") || what == "text" { // of authorized_keys, a log, a configuration
				commands = append(commands, []string{"check"}, []string{"check", "--json"}, []string{"check", "--key", key}, []string{"explain"}, []string{"explain", "--json"},
					[]string{"doctor", "--log"}, []string{"doctor", "--json", "--config"}, []string{"add", "--key"})
			}
			for _, args := range commands {
				args = append(args, name)
				if args[0] == "add" {
					args = append(args, filepath.Join(dir, "authorized_keys"))
				}
				checkShown(t, what, args)
				tried++
			}
		}
		for _, args := range [][]string{{s}, {"convert", "--to", s}, {"convert", "--from", s}, {"convert", "--cipher", s, "--new-passphrase-file", filepath.Join(dir, "pass")}, {"convert", "--ppk-kdf", s},
			{"convert", "--to", "sshfp", "--host", s}, {"convert", "--comment", s, "-n"}, {"convert", "--" + s}, {"fingerprint", "--hash", s}, {"normalize", "--expect", s}, {"explain", s},
			{"convert", "--passphrase-file", s}, {"convert", "-o", filepath.Join(dir, s)}, {"convert", "--certificate", s}, {"convert", "--output-dir", filepath.Join(dir, "in "+s)}} {
			checkShown(t, "command line", append(args, key))
			checkShown(t, "file name", append([]string{"inspect"}, s))
			tried += 2
		}
	}
	t.Logf("reliability:\tshown\t%d", tried)
}

// checkShown runs a command and looks at what it prints. What convert and
// normalize print on standard output is a key, and data.
func checkShown(t *testing.T, what string, args []string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	run(append([]string{"keyconv"}, args...), strings.NewReader(""), &stdout, &stderr)
	data := (args[0] == "convert" || args[0] == "normalize") && !strings.Contains(strings.Join(args, " "), "--json")
	texts := []string{stderr.String()}
	if !data {
		texts = append(texts, stdout.String())
	}
	for _, text := range texts {
		act := func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }
		if !utf8.ValidString(text) || strings.ContainsFunc(text, act) {
			t.Errorf("%s: keyconv %q prints %q", what, args, text)
		}
	}
	for _, text := range append(texts, stdout.String()) {
		for line := range strings.Lines(text) {
			if strings.HasPrefix(line, "FORGED") {
				t.Errorf("%s: keyconv %q prints a forged line: %q", what, args, text)
			}
		}
	}
	if strings.Contains(strings.Join(args, " "), "--json") && stdout.Len() > 0 && !json.Valid(stdout.Bytes()) {
		t.Errorf("%s: keyconv %q prints no JSON: %q", what, args, stdout.String())
	}
}

// evilFiles hold the text in every field that a file can have.
func evilFiles(t *testing.T, s string) map[string][]byte {
	keys, _, err := keyconv.Parse(keytest.Read(t, testdata.Keys, "keys/ed25519/openssh"))
	if err != nil {
		t.Fatal(err)
	}
	ppk := string(keytest.Read(t, testdata.Keys, "keys/ed25519/plain.ppk"))
	line := strings.TrimSpace(string(keytest.Read(t, testdata.Keys, "keys/ed25519/id.pub")))
	rfc := string(keytest.Read(t, testdata.Keys, "keys/ed25519/id.rfc4716"))
	pem := string(keytest.Read(t, testdata.Keys, "keys/rsa2048/private-pem"))
	com := string(keytest.Read(t, testdata.Keys, "keys/rsa2048/private-sshcom"))
	files := map[string][]byte{
		"text":              []byte(s),
		"PPK type":          []byte(strings.Replace(ppk, "ssh-ed25519", s, 1)),
		"PPK encryption":    []byte(strings.Replace(ppk, "Encryption: none", "Encryption: "+s, 1)),
		"PPK comment":       []byte(strings.Replace(ppk, "Comment: ", "Comment: "+s, 1)),
		"PPK version":       []byte(strings.Replace(ppk, "File-3", "File-"+s, 1)),
		"PPK base64":        []byte(strings.Replace(ppk, "Private-Lines: 1\n", "Private-Lines: 1\n"+s, 1)),
		"line comment":      []byte(line + s),
		"line option":       []byte(`command="` + s + `" ` + line),
		"line option name":  []byte(s + " " + line),
		"line type":         []byte(s + line),
		"known host":        []byte("host" + s + " " + line),
		"known marker":      []byte("@" + s + " host " + line),
		"RFC 4716 header":   []byte(strings.Replace(rfc, "Comment:", "X-"+s+": a\nComment:", 1)),
		"RFC 4716 value":    []byte(strings.Replace(rfc, "Comment:", "X-Note: "+s+"\nComment:", 1)),
		"RFC 4716 label":    []byte(strings.Replace(rfc, "SSH2 PUBLIC KEY", s, 2)),
		"PEM DEK-Info":      []byte(strings.Replace(pem, "KEY-----\n", "KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: "+s+",00\n\n", 1)),
		"PEM header":        []byte(strings.Replace(pem, "KEY-----\n", "KEY-----\n"+s+": "+s+"\n\n", 1)),
		"PEM base64":        []byte(strings.Replace(pem, "KEY-----\n", "KEY-----\n"+s, 1)),
		"ssh.com header":    []byte(strings.Replace(com, "Comment:", "X: "+s+"\nComment:", 1)),
		"JWK kid":           jwk("kid", s),
		"JWK crv":           jwk("crv", s),
		"JWK member":        jwk(s, "a"),
		"certificate":       certificate(t, keys[0], s),
		"unknown algorithm": []byte(unknownLine(s)),
	}
	keys[0].Comment = s
	if f, err := keyconv.Lookup("openssh"); err == nil {
		if out, err := f.Marshal(keys[0], nil); err == nil {
			files["openssh comment"] = out
		}
	}
	return files
}

func jwk(name, value string) []byte {
	m := map[string]string{"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
	m[name] = value
	b, _ := json.Marshal(m)
	return b
}

func unknownLine(s string) string {
	blob := wire.AppendString(nil, "x"+s)
	return "x" + s + " " + base64.StdEncoding.EncodeToString(wire.AppendString(blob, s))
}

// certificate has the text as key ID, principal and options.
func certificate(t *testing.T, k *sshkey.Key, s string) []byte {
	ed, ok := k.Public.Parts().(sshkey.EdDSAPublicKey)
	if !ok {
		t.Fatal("not Ed25519")
	}
	b := wire.AppendString(nil, "ssh-ed25519-cert-v01@openssh.com")
	b = wire.AppendString(b, "nonce")
	b = wire.AppendString(b, string(ed.Key))
	b = append(b, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1)
	b = wire.AppendString(b, s)
	b = wire.AppendString(b, string(wire.AppendString(nil, s)))
	b = append(b, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)
	option := wire.AppendString(wire.AppendString(nil, s), string(wire.AppendString(nil, s)))
	b = wire.AppendString(b, string(option))
	b = wire.AppendString(b, string(option))
	b = wire.AppendString(b, "")
	b = wire.AppendString(b, string(k.Public.Blob()))
	b = wire.AppendString(b, "signature")
	return []byte("ssh-ed25519-cert-v01@openssh.com " + base64.StdEncoding.EncodeToString(b) + " " + strings.NewReplacer("\n", "", "\x00", "").Replace(s) + "\n")
}
