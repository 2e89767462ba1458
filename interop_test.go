package keyconv_test

import (
	"bytes"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/ppk"
	"github.com/keyconv/keyconv/testdata"
)

// The judge here is what puttygen and ssh-keygen make of a file. An
// unencrypted PPK 2 has one spelling only, and its MAC covers the private
// numbers and the comment: two keys are the same when puttygen's PPK 2 of them
// is the same to the byte.

var interop = []struct {
	name  string
	check func(t *testing.T, keys fs.FS)
}{
	{"read", checkRead},
	{"encrypted PPK 2", checkPPK2Encrypted},
	{"public", checkPublic},
	{"fingerprint", checkFingerprint},
	{"puttygen reads", checkPuttygenReads},
	{"ssh-keygen reads", checkSSHKeygenReads},
	{"Ed448", checkEd448},
	{"certificate", checkCertificate},
}

// TestInterop runs each check on the shipped keys and on a fresh set.
func TestInterop(t *testing.T) {
	keytest.Set(t, func(t *testing.T, keys fs.FS) {
		for _, c := range interop {
			t.Run(c.name, func(t *testing.T) { c.check(t, keys) })
		}
	})
}

func pass() ([]byte, error) { return []byte(testdata.Passphrase), nil }

func convert(t *testing.T, data []byte, to string, o keyconv.Options) []byte {
	t.Helper()
	o.Passphrase = pass
	res, err := keyconv.Convert(data, to, &o)
	if err != nil {
		t.Fatalf("convert to %s: %v", to, err)
	}
	return res.Data
}

// checkRead reads every container and protection that the real tools wrote and
// compares with puttygen's own PPK 2 and PPK 3, to the byte.
func checkRead(t *testing.T, keys fs.FS) {
	for _, name := range keytest.Names(t, keys) {
		for _, file := range keytest.Containers(t, keys, name) {
			data := keytest.Read(t, keys, file)
			o := keyconv.Options{NoPassphrase: true}
			if comment := "test key " + name; strings.Contains(file, "/private-") && !strings.Contains(file, "sshcom") {
				o.Comment = &comment // these have none
			}
			for to, want := range map[string]string{"ppk2": "/plain2.ppk", "ppk": "/plain.ppk"} {
				got := convert(t, data, to, o)
				if !bytes.Equal(got, keytest.Read(t, keys, name+want)) {
					t.Errorf("%s to %s differs from what puttygen wrote:\n%s", file, to, got)
				}
			}
		}
	}
}

// checkPPK2Encrypted: an encrypted PPK 2 has one spelling as well.
func checkPPK2Encrypted(t *testing.T, keys fs.FS) {
	for _, name := range keytest.Names(t, keys) {
		want := keytest.Read(t, keys, name+"/encrypted2.ppk")
		if got := convert(t, want, "ppk2", keyconv.Options{}); !bytes.Equal(got, want) {
			t.Errorf("%s: differs from what puttygen wrote:\n%s", name, got)
		}
	}
}

// checkPublic compares the public halves, from every private container, with
// the files that puttygen wrote.
func checkPublic(t *testing.T, keys fs.FS) {
	for _, name := range keytest.Names(t, keys) {
		line := keytest.Read(t, keys, name+"/id.pub")
		if got := convert(t, keytest.Read(t, keys, name+"/argon2i.ppk"), "authorized-keys", keyconv.Options{}); !bytes.Equal(got, line) {
			t.Errorf("%s: %s", name, got)
		}
		if got := convert(t, keytest.Read(t, keys, name+"/id.rfc4716"), "authorized-keys", keyconv.Options{}); !bytes.Equal(got, line) {
			t.Errorf("%s from RFC 4716: %s", name, got)
		}
		for _, file := range []string{"/public-spki", "/public-pkcs1"} {
			comment := "test key " + name
			data, err := fs.ReadFile(keys, name+file)
			if err != nil {
				continue // ssh-keygen writes these for some types only
			}
			if got := convert(t, data, "authorized-keys", keyconv.Options{Comment: &comment}); !bytes.Equal(got, line) {
				t.Errorf("%s%s: %s", name, file, got)
			}
		}
		back := keytest.File(t, "id.rfc4716", convert(t, line, "rfc4716", keyconv.Options{}))
		if got := keytest.Run(t, nil, "puttygen", "-O", "public-openssh", "-o", "/dev/stdout", back); !bytes.Equal(got, line) {
			t.Errorf("%s: puttygen reads our RFC 4716 as %s", name, got)
		}
		if name == "ed448" {
			continue // OpenSSH does not know it
		}
		if got := keytest.Run(t, nil, "ssh-keygen", "-i", "-f", back); !bytes.HasPrefix(line, bytes.TrimSpace(got)) {
			t.Errorf("%s: ssh-keygen reads our RFC 4716 as %s", name, got)
		}
	}
}

// fingerprintOf takes the SHA256 fingerprint out of a tool's line.
func fingerprintOf(line []byte) string {
	for _, word := range strings.Fields(string(line)) {
		if strings.HasPrefix(word, "SHA256:") {
			return word
		}
	}
	return ""
}

// checkFingerprint compares with puttygen's.
func checkFingerprint(t *testing.T, keys fs.FS) {
	for _, name := range keytest.Names(t, keys) {
		list, _, err := keyconv.Parse(keytest.Read(t, keys, name+"/plain.ppk"))
		if err != nil {
			t.Fatal(err)
		}
		if got, want := list[0].Public.Fingerprint(), fingerprintOf(keytest.Read(t, keys, name+"/fingerprint")); got != want {
			t.Errorf("%s: %s, puttygen says %s", name, got, want)
		}
	}
}

// checkPuttygenReads has puttygen read every PPK that we write.
func checkPuttygenReads(t *testing.T, keys fs.FS) {
	for _, name := range keytest.Names(t, keys) {
		plain := keytest.Read(t, keys, name+"/openssh")
		want := keytest.Read(t, keys, name+"/plain2.ppk")
		for _, kdf := range []string{"", ppk.Argon2id, ppk.Argon2i, ppk.Argon2d} {
			for _, to := range []string{"ppk", "ppk2"} {
				o := keyconv.Options{PPK: ppk.Encoder{KDF: kdf, MemoryKiB: 256, Passes: 2, Parallelism: 2}}
				if kdf != "" {
					o.NewPassphrase = pass
				}
				if got := viaPuttygen(t, convert(t, plain, to, o), name); !bytes.Equal(got, want) {
					t.Errorf("%s: puttygen reads our %s (%s) as another key", name, to, kdf)
				}
			}
		}
	}
}

// viaPuttygen is the PPK 2 that puttygen makes of a private key file.
func viaPuttygen(t *testing.T, data []byte, name string) []byte {
	t.Helper()
	in := keytest.File(t, "key", data)
	pass := keytest.File(t, "pass", []byte(testdata.Passphrase+"\n"))
	empty := keytest.File(t, "empty", nil)
	out := in + ".out"
	keytest.Run(t, nil, "puttygen", in, "--old-passphrase", pass, "--new-passphrase", empty, "-C", "test key "+name,
		"-O", "private", "--ppk-param", "version=2", "-o", out)
	got, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

var sshCiphers = []string{"", "3des-cbc", "aes128-cbc", "aes192-cbc", "aes256-cbc", "aes128-ctr", "aes192-ctr", "aes256-ctr",
	"aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "chacha20-poly1305@openssh.com"}

// checkSSHKeygenReads has ssh-keygen read every openssh file that we write, take
// its passphrase off, and puttygen turn that into PPK 2.
func checkSSHKeygenReads(t *testing.T, keys fs.FS) {
	for _, name := range keytest.Names(t, keys) {
		if name == "ed448" {
			continue // OpenSSH does not know it; puttygen reads it in TestEd448
		}
		for _, cipher := range sshCiphers {
			o := keyconv.Options{Cipher: cipher, Rounds: 2}
			old := ""
			if cipher != "" {
				o.NewPassphrase, old = pass, testdata.Passphrase
			}
			file := keytest.File(t, "key", convert(t, keytest.Read(t, keys, name+"/plain.ppk"), "openssh", o))
			if got := keytest.Run(t, nil, "ssh-keygen", "-y", "-P", old, "-f", file); !bytes.Equal(got, keytest.Read(t, keys, name+"/id.pub")) {
				t.Errorf("%s %s: ssh-keygen -y prints %s", name, cipher, got)
			}
			keytest.Run(t, nil, "ssh-keygen", "-p", "-P", old, "-N", "", "-f", file)
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(viaPuttygen(t, data, name), keytest.Read(t, keys, name+"/plain2.ppk")) {
				t.Errorf("%s %s: ssh-keygen reads another key", name, cipher)
			}
		}
	}
}

// checkEd448: only PuTTY knows it, in its own format and in OpenSSH's.
func checkEd448(t *testing.T, keys fs.FS) {
	for _, o := range []keyconv.Options{{}, {NewPassphrase: pass, Rounds: 2}} {
		data := convert(t, keytest.Read(t, keys, "ed448/plain.ppk"), "openssh", o)
		if !bytes.Equal(viaPuttygen(t, data, "ed448"), keytest.Read(t, keys, "ed448/plain2.ppk")) {
			t.Error("puttygen reads another key")
		}
	}
}

// checkCertificate puts a certificate into a PPK and takes it out; puttygen's
// file is the judge.
func checkCertificate(t *testing.T, keys fs.FS) {
	for _, name := range []string{"rsa2048", "ecdsa256", "ecdsa521", "ed25519"} {
		plain, want := keytest.Read(t, keys, name+"/plain.ppk"), keytest.Read(t, keys, name+"/cert.ppk")
		cert := keytest.Read(t, keys, name+"/id-cert.pub")
		if got := convert(t, plain, "ppk", keyconv.Options{Certificate: cert}); !bytes.Equal(got, want) {
			t.Errorf("%s: our PPK with the certificate differs from puttygen's", name)
		}
		if got := convert(t, want, "ppk", keyconv.Options{RemoveCertificate: true}); !bytes.Equal(got, plain) {
			t.Errorf("%s: taking the certificate out leaves another key", name)
		}
		if got := convert(t, want, "authorized-keys", keyconv.Options{}); !bytes.Equal(got, cert) {
			t.Errorf("%s: the certificate comes out as %s", name, got)
		}
	}
}

// puttyLine is the line that puttygen makes of a key file.
func puttyLine(t *testing.T, data []byte) []byte {
	t.Helper()
	return keytest.Run(t, nil, "puttygen", keytest.File(t, "key", data), "-O", "public-openssh", "-o", "/dev/stdout")
}
