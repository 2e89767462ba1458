package repair

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/internal/keytest"
	"golang.org/x/crypto/ssh"
)

// A paste is a damaged key.
type paste struct {
	file  string
	text  []byte
	want  string // the key's fingerprint
	lossy bool   // the key is not there in full: any other answer is wrong, none is right
}

// A peer is another reader: the fingerprint that it finds, "" for none.
type peer struct {
	name string
	read func(t *testing.T, p paste) string
}

// TestCompare makes a table of readers: keyconv and its peers on the same
// pastes, each row of the catalogue on RSA, ECDSA and Ed25519. It runs where
// COMPARE is set, as scripts/compare.sh does, and needs all the tools.
func TestCompare(t *testing.T) {
	out := os.Getenv("COMPARE")
	if out == "" {
		t.Skip("COMPARE is not set: scripts/compare.sh sets it")
	}
	pastes := makePastes(t)
	sshpk := readSshpk(t, pastes)
	peers := []peer{
		{"keyconv", readOurs},
		{"sshpk 1.18", func(_ *testing.T, p paste) string { return sshpk[p.file] }},
		{"ssh-keygen 9.2 (`-l`, then `-i`)", readSSHKeygen},
		{"x/crypto/ssh", readXCrypto},
		{"puttygen 0.78", readPuttygen},
	}
	lossless := 0
	for _, p := range pastes {
		if !p.lossy {
			lossless++
		}
	}
	var table strings.Builder
	fmt.Fprintf(&table, "| reader | right key, of %d pastes that hold it | wrong answers, of all %d |\n| --- | --- | --- |\n", lossless, len(pastes))
	for _, r := range peers {
		right, wrong := 0, 0
		for _, p := range pastes {
			switch got := r.read(t, p); {
			case got == p.want && !p.lossy:
				right++
			case got != p.want && got != "":
				wrong++
			}
		}
		fmt.Fprintf(&table, "| %s | %d (%d %%) | %d |\n", r.name, right, 100*right/lossless, wrong)
	}
	if err := os.WriteFile(out, []byte(table.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

func makePastes(t *testing.T) (list []paste) {
	rng := rand.New(rand.NewPCG(4, 2))
	dir := t.TempDir()
	for _, name := range []string{"rsa2048", "ecdsa256", "ed25519"} {
		key, _ := signer(t, name)
		for i, d := range append(lossless(), losses...) {
			line := []byte(sample{key.Public, "fred@box"}.line())
			p := paste{filepath.Join(dir, fmt.Sprintf("%s-%d", name, i)), d.do(line, rng), key.Public.Fingerprint(), d.lossy}
			if d.lossy && bytes.Equal(p.text, line) {
				continue // this loss took nothing this time
			}
			if err := os.WriteFile(p.file, p.text, 0o600); err != nil {
				t.Fatal(err)
			}
			list = append(list, p)
		}
	}
	return list
}

func readOurs(t *testing.T, p paste) string {
	res, err := Text(p.text, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range res.Entries {
		return e.Key.Public.Fingerprint()
	}
	return ""
}

func readSSHKeygen(t *testing.T, p paste) string {
	if out, _, ok := keytest.Try(t, nil, "ssh-keygen", "-l", "-f", p.file); ok {
		return fieldWith(out, "SHA256:")
	}
	out, _, _ := keytest.Try(t, nil, "ssh-keygen", "-i", "-f", p.file)
	return lineFingerprint(out)
}

func readPuttygen(t *testing.T, p paste) string {
	out, _, _ := keytest.Try(t, nil, "timeout", "3", "puttygen", p.file, "-L")
	return lineFingerprint(out)
}

func readXCrypto(_ *testing.T, p paste) string {
	k, _, _, _, err := ssh.ParseAuthorizedKey(p.text)
	if err != nil {
		return ""
	}
	return ssh.FingerprintSHA256(k)
}

// readSshpk has one process read all files; it tells the format by itself.
func readSshpk(t *testing.T, pastes []paste) map[string]string {
	const script = `const fs = require('fs'), sshpk = require('./.tools/node_modules/sshpk'), out = {};
for (const f of JSON.parse(fs.readFileSync(0))) try { out[f] = sshpk.parseKey(fs.readFileSync(f), 'auto').fingerprint('sha256').toString(); } catch (e) { out[f] = ''; }
console.log(JSON.stringify(out));`
	t.Chdir("..") // where .tools is
	keytest.Node(t, "sshpk")
	var files []string
	for _, p := range pastes {
		files = append(files, p.file)
	}
	in, err := json.Marshal(files)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	if err := json.Unmarshal(keytest.Run(t, in, "node", "-e", script), &found); err != nil {
		t.Fatal(err)
	}
	return found
}

func fieldWith(text []byte, prefix string) string {
	for _, w := range strings.Fields(string(text)) {
		if strings.HasPrefix(w, prefix) {
			return w
		}
	}
	return ""
}

// lineFingerprint is that of the base64 in "type base64 …", sound or not.
func lineFingerprint(line []byte) string {
	fields := bytes.Fields(line)
	if len(fields) < 2 {
		return ""
	}
	blob, err := base64.StdEncoding.DecodeString(string(fields[1]))
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(blob)
	return "SHA256:" + base64.RawStdEncoding.EncodeToString(sum[:])
}
