package keyconv_test

import (
	"cmp"
	"crypto/md5"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/sshkey"
)

// refused are rows that the manifest calls readable and that must be refused
// here, each with the reason.
var refused = map[string]string{
	"sshpk/ed25519-pkix-cert.pem":  "a key of X25519, which is no SSH key",
	"sshpk/secp224r1_key.pem":      "a curve that SSH does not have",
	"sshpk/oakley_pubkey.pem":      "a curve that SSH does not have",
	"sshpk/inline/pem.js.L163.pem": "a curve that SSH does not have",
	"sshpk/inline/pem.js.L157.pub": "an Ed25519 key of 33 bytes (RFC 8709: 32), which OpenSSH refuses",
}

// unknownType is why a blob may end anywhere.
const unknownType = "of an unknown type, which is carried as it is"

// sound are rows that the manifest calls invalid, because the project that they
// come from does not take them, and that are keys all the same.
var sound = map[string]string{
	"sshpubkeys/invalid/dsa_2048.pub":                     "also among its valid ones, to the byte; ssh-keygen reads it",
	"sshpubkeys/invalid/rsa_771.pub":                      "also among its valid ones, to the byte; a finding says rsa-short",
	"sshpubkeys/invalid/too_long_dsa_4096.pub":            "ssh-keygen reads it",
	"sshpubkeys/invalid/too_long_dsa_16384.pub":           "ssh-keygen reads it",
	"sshpubkeys/invalid/invalid_appid_sk-ssh-ed25519.pub": "ssh-keygen reads it: it takes any application",
	"sshpubkeys/invalid/invalid_url_sk-ssh-ed25519.pub":   "ssh-keygen reads it: it takes any application",
	"sshpubkeys/invalid/invalid_nist_curve.pub":           unknownType,
	"sshpubkeys/invalid/not_implemented_key_type.pub":     unknownType,
	"xcrypto/inline/keys_test.go.L65.pub":                 "rsa-sha2-256 as a type: ssh-keygen reads it as ssh-rsa",
}

// A row of the manifest.
type row struct {
	path, kind, format, passphrase, fingerprint, computed, notes string
}

func manifest(t *testing.T) (folder string, rows []row) {
	t.Helper()
	folder = os.Getenv("KEYCONV_CORPUS")
	if folder == "" {
		keytest.Missing(t, "KEYCONV_CORPUS is not set: it names the folder of the corpus")
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

// TestCorpus reads 1,600 real key files of other projects, whose fingerprints
// other tools computed, and refuses those that are invalid.
func TestCorpus(t *testing.T) {
	folder, rows := manifest(t)
	read, bad := map[string]int{}, 0
	for _, r := range rows {
		if r.kind == "expect" || sound[r.path] != "" || strings.HasPrefix(r.format, "dnssec") {
			continue
		}
		data, err := os.ReadFile(filepath.Join(folder, r.path))
		if err != nil {
			t.Fatal(err)
		}
		err = r.check(data)
		switch {
		case r.kind == "invalid" || refused[r.path] != "":
			bad++
			if err == nil || !typed(err) {
				t.Errorf("%s: %s: not refused, or by an error of no type: %v", r.path, r.format, err)
			}
		case err != nil:
			t.Errorf("%s: %s: %v", r.path, r.format, err)
		default:
			read[r.kind+" "+r.format]++
		}
	}
	total := 0
	for _, n := range read {
		total += n
	}
	t.Logf("read: %d files, %v; refused, as they must be: %d", total, read, bad)
}

func typed(err error) bool {
	var syntax *sshkey.SyntaxError
	var unsupported *sshkey.UnsupportedError
	return errors.As(err, &syntax) || errors.As(err, &unsupported)
}

// check reads a file and compares its fingerprint.
func (r row) check(data []byte) error {
	k, format, err := r.parse(data)
	if err != nil {
		return err
	}
	if r.kind == "private" && k.Private == nil {
		return errors.New("no private half")
	}
	if r.passphrase != "-" && k.Encrypted() {
		if _, err := keyconv.Unlock(k, format, []byte(r.passphrase+"x"), sshkey.Limits{}); !errors.Is(err, sshkey.ErrPassphrase) {
			return fmt.Errorf("a wrong passphrase gave %w", err)
		}
		if k, err = keyconv.Unlock(k, format, []byte(r.passphrase), sshkey.Limits{}); err != nil {
			return err
		}
	}
	if k.Encrypted() {
		return errors.New("still encrypted")
	}
	return r.compare(k)
}

// parse reads as the command line would: an invalid file strictly, a private
// key damaged on its way with mending, a pasted public key by Normalize.
func (r row) parse(data []byte) (*sshkey.Key, keyconv.Format, error) {
	parse := keyconv.ParseLenient
	if r.kind == "invalid" {
		parse = keyconv.ParseAs
	}
	keys, format, err := parse(data, "")
	if err == nil {
		return keys[0], format, nil
	}
	if r.kind == "public" && r.format == "authorized_keys" {
		if n, nerr := keyconv.Normalize(data); nerr == nil && len(n.Keys) > 0 {
			return n.Keys[0], format, nil
		}
	}
	return nil, format, err
}

func (r row) compare(k *sshkey.Key) error {
	got := []string{k.Public.Fingerprint(), ssh1Fingerprint(k)}
	for _, want := range []string{cmp.Or(strings.Trim(r.fingerprint, "-"), r.computed)} {
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
