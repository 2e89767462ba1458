package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/testdata"
)

// A way is a row of docs/from-other-tools.md: their command line and ours.
type way struct{ job, theirs, ours string }

var wayRow = regexp.MustCompile("(?m)^\\| (.+) \\| `([^`]+)` \\| `(keyconv [^`]+)` \\|$")

// TestOtherTools runs both sides of every row of docs/from-other-tools.md on
// the same files and compares what they make.
func TestOtherTools(t *testing.T) {
	if testing.Short() {
		t.Skip("other tools judge in the full run")
	}
	page, err := os.ReadFile("../../docs/from-other-tools.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := wayRow.FindAllStringSubmatch(string(page), -1)
	if lines := regexp.MustCompile("(?m)^\\| .*`keyconv ").FindAll(page, -1); len(rows) < 40 || len(rows) != len(lines) {
		t.Fatalf("%d rows of %d are read", len(rows), len(lines))
	}
	sshpkConv(t)
	for _, r := range rows {
		w := way{r[1], r[2], r[3]}
		t.Run(w.theirs, w.compare)
	}
}

// compare runs both sides.
func (w way) compare(t *testing.T) {
	tool, _, _ := strings.Cut(w.theirs, " ")
	theirs := w.theirs
	if tool == "winscp.com" { // of which PuTTY's code is the part that counts
		theirs = regexp.MustCompile(`winscp.com /keygen (\S+) /output=(\S+)(?: /comment=)?`).ReplaceAllString(theirs, "puttygen $1 -O private -o $2 -C ")
		theirs = strings.TrimSuffix(theirs, " -C ")
		tool = "puttygen"
	}
	if tool == "sshpk-conv" {
		tool = "node"
		if _, err := os.Stat(sshpk); err != nil {
			keytest.Missing(t, "sshpk from npm is missing: install it with make tools")
		}
	}
	keytest.Tool(t, tool)
	they, we := made(t, theirs), made(t, w.ours)
	for name := range they {
		if we[name] == nil && !strings.HasSuffix(name, ".pub") { // which ssh-keygen renews unasked
			t.Errorf("we make no %s", name)
		}
	}
	if len(we) == 0 {
		t.Error("we make nothing")
	}
	for name, ours := range we {
		if a, b := essence(t, they[name]), essence(t, ours); a != b {
			t.Errorf("%s\n%s makes of it\n%s\nand %s\n%s", w.job, w.theirs, a, w.ours, b)
		}
	}
}

// prepared are the files that the page speaks of.
var prepared = map[string]string{
	"id.ppk": "ed25519/plain.ppk", "id.pub": "ed25519/id.pub", "id-cert.pub": "ed25519/id-cert.pub", "id_ed25519": "ed25519/openssh", "ssh2.pub": "ed25519/id.rfc4716",
	"authorized_keys": "ed25519/id.pub", "rsa.ppk": "rsa2048/plain.ppk", "id_rsa": "rsa2048/openssh", "id_rsa.pub": "rsa2048/id.pub",
	"key.pem": "rsa2048/private-pem", "pkcs8.pem": "rsa2048/private-pkcs8", "encrypted.pem": "rsa2048/private-pem-encrypted", "public.pem": "rsa2048/public-spki",
	"protected.ppk": "ed25519/argon2id.ppk", "protected": "ed25519/openssh-aes256-ctr",
}

const newSecret = "new secret"

// made runs a line and gives the files it made or changed, and what it printed.
func made(t *testing.T, line string) map[string][]byte {
	t.Helper()
	dir := t.TempDir()
	before := map[string][]byte{"pass": []byte(testdata.Passphrase + "\n"), "new": []byte(newSecret + "\n")}
	cert, err := os.ReadFile("../../testdata/other/x509.pem")
	if err != nil {
		t.Fatal(err)
	}
	before["cert.pem"] = cert
	for name, key := range prepared {
		if before[name], err = testdata.Keys.ReadFile("keys/" + key); err != nil {
			t.Fatal(err)
		}
	}
	for name, data := range before {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	command := exec.CommandContext(t.Context(), "sh", "-c", line)
	command.Dir = dir
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	if err := command.Run(); err != nil {
		t.Fatalf("%s: %v\n%s", line, err, &stderr)
	}
	after := map[string][]byte{}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		data, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(data, before[f.Name()]) {
			after[f.Name()] = data
		}
	}
	if text := stdout.Bytes(); len(text) > 0 && len(after) == 0 {
		after["standard output"] = text
	}
	return after
}

var (
	fingerprint = regexp.MustCompile(`SHA256:[A-Za-z0-9+/]{43}|(?:[0-9a-f]{2}:){15}[0-9a-f]{2}|x[a-z]{4}-[a-z-]+x`)
	ppkHeader   = regexp.MustCompile(`(?m)^(?:PuTTY-User-Key-File-|Comment|Encryption|Key-Derivation|Argon2-Memory|Argon2-Parallelism).*`) // puttygen measures how many passes are 100 ms
	publicLine  = regexp.MustCompile(`(?m)^(?:ssh|ecdsa)\S+ AAAA\S+`)
)

// essence is what must be equal: of a private key its numbers and which
// passphrase opens it, as puttygen or openssl sees them; of a public key the
// key; of a fingerprint the fingerprint. Comments may differ: they keep fewer.
func essence(t *testing.T, data []byte) string {
	t.Helper()
	text := string(data)
	file := keytest.File(t, "key", data)
	switch {
	case strings.Contains(text, "PRIVATE KEY-----") && !strings.Contains(text, "OPENSSH"):
		return opened(t, "openssl", "pkey", "-text", "-noout", "-in", file, "-passin", "file:PASS")
	case strings.Contains(text, "PRIVATE KEY") || strings.HasPrefix(text, "PuTTY-User-Key-File"):
		about := strings.Join(ppkHeader.FindAllString(text, -1), "\n") + "\n"
		return about + opened(t, "puttygen", file, "--dump", "--old-passphrase", "PASS")
	case strings.HasPrefix(text, "---- BEGIN SSH2 PUBLIC KEY"):
		return publicLine.FindString(string(keytest.Run(t, nil, "ssh-keygen", "-i", "-f", file)))
	case strings.Contains(text, "BEGIN"):
		return text
	case publicLine.MatchString(text):
		return publicLine.FindString(text)
	case fingerprint.MatchString(text):
		return strings.Join(fingerprint.FindAllString(text, -1), "\n")
	}
	return text
}

// opened runs a judge with each passphrase in the place of PASS and says which
// one it was.
func opened(t *testing.T, name string, args ...string) string {
	t.Helper()
	for _, pass := range []string{"", testdata.Passphrase, newSecret} {
		file := keytest.File(t, "pass", []byte(pass+"\n"))
		var with []string
		for _, a := range args {
			with = append(with, strings.ReplaceAll(a, "PASS", file))
		}
		if out, _, ok := keytest.Try(t, nil, name, with...); ok {
			return "passphrase: " + pass + "\n" + string(out)
		}
	}
	t.Fatalf("%s does not open it", name)
	return ""
}

// sshpk is where make tools installs it.
const sshpk = "../../.tools/node_modules/sshpk/bin/sshpk-conv"

// sshpkConv puts sshpk-conv on the PATH, where it is installed.
func sshpkConv(t *testing.T) {
	program, err := filepath.Abs(sshpk)
	if err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	script := "#!/bin/sh\nexec node '" + program + "' \"$@\"\n"
	if err := os.WriteFile(filepath.Join(bin, "sshpk-conv"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+string(filepath.ListSeparator)+os.Getenv("PATH"))
}
