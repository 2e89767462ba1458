// Package formats_test walks a corpus of real keys of other projects.
package formats_test

import (
	"crypto/md5"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/internal/formats/dropbear"
	"github.com/keyconv/keyconv/internal/formats/knownhosts"
	"github.com/keyconv/keyconv/internal/formats/pemkey"
	"github.com/keyconv/keyconv/internal/formats/ssh1"
	"github.com/keyconv/keyconv/internal/formats/sshcom"
	"github.com/keyconv/keyconv/sshkey"
)

// A reader is a format of this folder.
type reader struct {
	sniff func([]byte) bool
	parse func([]byte) ([]*sshkey.Key, error)
}

func one(parse func([]byte) (*sshkey.Key, error)) func([]byte) ([]*sshkey.Key, error) {
	return func(data []byte) ([]*sshkey.Key, error) {
		k, err := parse(data)
		return []*sshkey.Key{k}, err
	}
}

// readers are the manifest's names for what the formats here read.
func readers() map[string]reader {
	pem := reader{pemkey.PEM.Sniff, one(pemkey.PEM.Parse)}
	pkcs8 := reader{pemkey.PKCS8.Sniff, one(pemkey.PKCS8.Parse)}
	return map[string]reader{
		"pem-pkcs1": pem, "pem-sec1": pem, "pem-dsa": pem, "pem-eddsa": pem,
		"pkcs8": pkcs8, "pkcs8-encrypted": pkcs8,
		"pem-spki":         {pemkey.SPKI.Sniff, one(pemkey.SPKI.Parse)},
		"x509":             {pemkey.X509.Sniff, one(pemkey.X509.Parse)},
		"sshcom-private":   {sshcom.Sniff, one(sshcom.Parse)},
		"ssh1-private":     {ssh1.Sniff, one(ssh1.Parse)},
		"ssh1-public":      {ssh1.Sniff, one(ssh1.Parse)},
		"dropbear-private": {dropbear.Sniff, one(dropbear.Parse)},
		"known_hosts":      {knownhosts.Sniff, knownhosts.Parse},
	}
}

// refused are rows that the manifest calls readable and that must be refused
// here, each with the reason.
var refused = map[string]string{
	"sshpk/ed25519-pkix-cert.pem":   "a key of X25519, which is no SSH key",
	"sshpk/secp224r1_key.pem":       "a curve that SSH does not have",
	"sshpk/oakley_pubkey.pem":       "a curve that SSH does not have",
	"sshpk/inline/pem.js.L163.pem":  "a curve that SSH does not have",
	"sshpk/curdle-pkix-withpub.pem": "a dash too many in the END line: for package repair",
}

// A row of the manifest.
type row struct {
	path, kind, format, passphrase, fingerprint, computed, notes string
}

func manifest(t *testing.T) (folder string, rows []row) {
	t.Helper()
	folder = os.Getenv("KEYCONV_CORPUS")
	if folder == "" && os.Getenv("CI") != "" {
		t.Fatal("KEYCONV_CORPUS is not set in CI: it names the folder of the corpus")
	}
	if folder == "" {
		t.Skip("KEYCONV_CORPUS is not set: it names the folder of the corpus")
	}
	data, err := os.ReadFile(filepath.Join(folder, "MANIFEST.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(strings.TrimSpace(string(data)), "\n")[1:] {
		f := strings.Split(line, "\t")
		rows = append(rows, row{f[0], f[1], f[2], f[8], f[10], f[11], f[15]})
	}
	return folder, rows
}

func TestCorpus(t *testing.T) {
	folder, rows := manifest(t)
	all := readers()
	read, bad := map[string]int{}, 0
	for _, r := range rows {
		reader, ours := all[r.format]
		if !ours || r.kind == "expect" {
			continue
		}
		data, err := os.ReadFile(filepath.Join(folder, r.path))
		if err != nil {
			t.Fatal(err)
		}
		err = r.check(reader, data)
		switch {
		case r.kind == "invalid" || refused[r.path] != "":
			bad++
			if err == nil || !typed(err) {
				t.Errorf("%s: %s: not refused, or by an error of no type: %v", r.path, r.format, err)
			}
		case err != nil:
			t.Errorf("%s: %s: %v", r.path, r.format, err)
		default:
			read[r.format]++
		}
	}
	t.Logf("read: %v; refused, as they must be: %d", read, bad)
}

func typed(err error) bool {
	var syntax *sshkey.SyntaxError
	return errors.As(err, &syntax)
}

// check reads a file and compares its fingerprint.
func (r row) check(reader reader, data []byte) error {
	if r.kind != "invalid" && !reader.sniff(data) {
		return errors.New("not recognised")
	}
	keys, err := reader.parse(data)
	if err != nil {
		return err
	}
	k := keys[0]
	if r.kind == "private" && k.Private == nil {
		return errors.New("no private half")
	}
	if r.passphrase != "-" && k.Encrypted() {
		if _, err := k.Decrypt([]byte(r.passphrase+"x"), sshkey.Limits{}); !errors.Is(err, sshkey.ErrPassphrase) {
			return fmt.Errorf("a wrong passphrase gave %w", err)
		}
		if k, err = k.Decrypt([]byte(r.passphrase), sshkey.Limits{}); err != nil {
			return err
		}
	}
	if k.Encrypted() {
		return errors.New("still encrypted")
	}
	return r.compare(k)
}

func (r row) compare(k *sshkey.Key) error {
	got := []string{k.Public.Fingerprint(), ssh1Fingerprint(k)}
	for _, want := range []string{r.fingerprint, r.computed} {
		if want != "-" && !slices.Contains(got, want) {
			return fmt.Errorf("fingerprint %s, the manifest has %s", got[0], want)
		}
	}
	if strings.Contains(r.notes, "SSH-1 MD5 fingerprint") && !strings.Contains(r.notes, " "+got[1]+" ") {
		return fmt.Errorf("fingerprint %s, the manifest has %s", got[1], r.notes)
	}
	return nil
}

// ssh1Fingerprint is MD5 over the bytes of n and e.
func ssh1Fingerprint(k *sshkey.Key) string {
	p, ok := k.Public.Parts().(sshkey.RSAPublicKey)
	if !ok {
		return ""
	}
	sum := md5.Sum(slices.Concat(p.N.Bytes(), p.E.Bytes()))
	return strings.ReplaceAll(fmt.Sprintf("% x", sum), " ", ":")
}
