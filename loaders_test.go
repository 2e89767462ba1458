package keyconv_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/ppk"
	"github.com/keyconv/keyconv/sshkey"
	"github.com/keyconv/keyconv/testdata"
)

// The judges here are the libraries with which other people's programs load
// keys: what keyconv wrote has to hold, for them, the numbers that are in
// puttygen's PPK 2.

// A loader is a library, and the script that loads files with it.
type loader struct {
	name    string
	command func(t *testing.T) []string
	formats []string // of ours, which it knows at all
	refuses []refusal
}

// A refusal is what a library does not read although it knows the format; files
// are the names that it means, see loadJob.
type refusal struct {
	files *regexp.Regexp
	why   string
}

func refuses(files, why string) refusal {
	return refusal{regexp.MustCompile("^(?:" + files + ")$"), why}
}

// THE TABLE. Any other file that a library does not read is a failure.
var loaders = []loader{
	{
		name: "paramiko",
		command: func(t *testing.T) []string {
			return []string{keytest.Python(t, "paramiko"), "testdata/loaders/load_paramiko.py"}
		},
		formats: []string{"openssh", "pem", "authorized-keys"},
		refuses: []refusal{
			refuses(`ed448/.*`, "the type is not known"),
			refuses(`(rsa|dsa|ecdsa)[0-9]+/openssh-(3des|aes128|aes192)-(cbc|ctr)`, "only Ed25519Key takes other ciphers than aes256-cbc and aes256-ctr"),
			refuses(`.*/openssh-.*@openssh\.com`, "no cipher with a tag is known"),
			refuses(`.*/pem-aes192-cbc`, "the cipher is not known in DEK-Info"),
		},
	},
	{
		name: "asyncssh", // reads them all
		command: func(t *testing.T) []string {
			return []string{keytest.Python(t, "asyncssh", "bcrypt"), "testdata/loaders/load_asyncssh.py"}
		},
		formats: []string{"openssh", "pem", "pkcs8", "authorized-keys", "rfc4716", "spki", "pkcs1-public"},
	},
	{
		name: "sshpk",
		command: func(t *testing.T) []string {
			return []string{keytest.Node(t, "sshpk"), "testdata/loaders/load_sshpk.js"}
		},
		formats: []string{"ppk", "ppk2", "openssh", "pem", "pkcs8", "authorized-keys", "rfc4716", "spki", "pkcs1-public"},
		refuses: []refusal{
			refuses(`ed448/.*`, "the type is not known"),
			refuses(`.*/ppk-aes256-cbc`, "Argon2 is not known, and so no encrypted PPK 3"),
			refuses(`.*/openssh-.*-gcm@openssh\.com`, "the cipher is listed, but the tag behind the ciphertext is not read"),
			refuses(`.*/openssh-chacha20-poly1305@openssh\.com`, "the cipher is not known"),
			refuses(`.*/(pem|pkcs8)-aes192-cbc`, "the cipher is not known"),
		},
	},
}

// TestLoaders has each library load every file that keyconv writes in a format
// that it knows, of every key in testdata, plain and under every cipher.
func TestLoaders(t *testing.T) {
	if testing.Short() {
		t.Skip("other people's programs judge in the full run")
	}
	for _, l := range loaders {
		t.Run(l.name, func(t *testing.T) {
			command := l.command(t)
			jobs := loadJobs(t, l.formats)
			l.judge(t, jobs, load(t, command, jobs))
		})
	}
}

// A loadJob is a file for a library to load; a script reads what is exported.
type loadJob struct {
	Path       string  `json:"path"`
	Passphrase *string `json:"passphrase"` // nil: not encrypted
	Private    bool    `json:"private"`
	name       string  // KEY/FORMAT or KEY/FORMAT-CIPHER
	want       loaded
}

// loaded is what a script says of a file.
type loaded struct {
	Public  string   `json:"public"`  // the SSH blob in base64
	Private []string `json:"private"` // the numbers in hex
	Error   string   `json:"error"`
}

// keyCiphers are the ciphers of the formats that have a choice.
var keyCiphers = map[string][]string{
	"openssh": sshCiphers[1:],
	"pem":     {"3des-cbc", "aes128-cbc", "aes192-cbc", "aes256-cbc"},
	"pkcs8":   {"3des-cbc", "aes128-cbc", "aes192-cbc", "aes256-cbc"},
	"ppk":     {"aes256-cbc"},
	"ppk2":    {"aes256-cbc"},
}

// loadJobs writes every key of testdata in the formats, plain and encrypted.
func loadJobs(t *testing.T, formats []string) (jobs []loadJob) {
	t.Helper()
	keys, err := fs.Sub(testdata.Keys, "keys")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, key := range keytest.Names(t, keys) {
		want := reference(t, keytest.Read(t, keys, key+"/plain2.ppk"))
		for _, format := range formats {
			for _, cipher := range append([]string{""}, keyCiphers[format]...) {
				job := loadJob{name: key + "/" + format, want: want, Path: filepath.Join(dir, strconv.Itoa(len(jobs)))}
				if job.write(t, keytest.Read(t, keys, key+"/openssh"), format, cipher) {
					jobs = append(jobs, job)
				}
			}
		}
	}
	return jobs
}

// write makes the file of the job; false where the format cannot hold the key.
func (j *loadJob) write(t *testing.T, key []byte, format, cipher string) bool {
	t.Helper()
	o := keyconv.Options{PPK: ppk.Encoder{MemoryKiB: 256, Passes: 2}}
	if cipher != "" {
		j.name += "-" + cipher
		j.Passphrase = new(string)
		*j.Passphrase = testdata.Passphrase
		o.NewPassphrase, o.Cipher = pass, cipher
		if format == "openssh" || format == "pkcs8" {
			o.Rounds = 2
		}
	}
	res, err := keyconv.Convert(key, format, &o)
	var unsupported *sshkey.UnsupportedError
	if errors.As(err, &unsupported) {
		return false // which is TestMatrix's business
	}
	if err != nil {
		t.Fatalf("%s: %v", j.name, err)
	}
	if j.Private = res.Private; !j.Private {
		j.want.Private = nil
	}
	if err := os.WriteFile(j.Path, res.Data, 0o600); err != nil {
		t.Fatal(err)
	}
	return true
}

// reference is what a script has to say of the key in a PPK of puttygen's.
func reference(t *testing.T, data []byte) loaded {
	t.Helper()
	k, err := ppk.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	want := loaded{Public: base64.StdEncoding.EncodeToString(k.Public.Blob())}
	for _, n := range privateNumbers(t, k.Private) {
		want.Private = append(want.Private, n.Text(16))
	}
	return want
}

// privateNumbers are those that all libraries keep, in the scripts' order.
func privateNumbers(t *testing.T, p sshkey.PrivateKey) []*big.Int {
	t.Helper()
	switch p := p.(type) {
	case *sshkey.RSAPrivateKey:
		return []*big.Int{p.D, p.P, p.Q, p.Iqmp}
	case *sshkey.DSAPrivateKey:
		return []*big.Int{p.X}
	case *sshkey.ECDSAPrivateKey:
		return []*big.Int{p.D}
	case *sshkey.EdDSAPrivateKey:
		return []*big.Int{new(big.Int).SetBytes(p.Seed)}
	}
	t.Fatalf("a private key of type %T in testdata", p)
	return nil
}

// load runs the script once on all files.
func load(t *testing.T, command []string, jobs []loadJob) []loaded {
	t.Helper()
	stdin, err := json.Marshal(jobs)
	if err != nil {
		t.Fatal(err)
	}
	out := json.NewDecoder(bytes.NewReader(keytest.Run(t, stdin, command[0], command[1:]...)))
	results := make([]loaded, len(jobs))
	for i := range results {
		if err := out.Decode(&results[i]); err != nil {
			t.Fatalf("%s: %v", jobs[i].name, err)
		}
	}
	return results
}

// judge compares. A file that the table says is refused may be read by another
// version of the library, but then as the right key.
func (l loader) judge(t *testing.T, jobs []loadJob, results []loaded) {
	t.Helper()
	read, refused, beyond := 0, 0, 0
	for i, job := range jobs {
		got, known := results[i], slices.ContainsFunc(l.refuses, func(r refusal) bool { return r.files.MatchString(job.name) })
		switch {
		case got.Error != "" && known:
			refused++
		case got.Error != "":
			t.Errorf("%s: %s", job.name, got.Error)
		case got.Public != job.want.Public || !slices.Equal(got.Private, job.want.Private):
			t.Errorf("%s is read as another key", job.name)
		case known:
			beyond++
		default:
			read++
		}
	}
	t.Logf("%s: of %d files %d are read with the right numbers, %d are refused as the table says and %d that it lists are read as well",
		l.name, len(jobs), read, refused, beyond)
}
