package pemkey_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/internal/formats/pemkey"
	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/sshkey"
)

const passphrase = "päss phrase"

// kinds are the keys that openssl makes, and how.
var kinds = []struct {
	name        string
	genpkey     []string
	traditional string // the command that writes the oldest form; "" for none
}{
	{"rsa1024", []string{"-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"}, "rsa"},
	{"rsa2048", []string{"-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"}, "rsa"},
	{"dsa1024", nil, "dsa"},
	{"p256", []string{"-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"}, "ec"},
	{"p384", []string{"-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"}, "ec"},
	{"p521", []string{"-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"}, "ec"},
	{"ed25519", []string{"-algorithm", "ED25519"}, ""},
	{"ed448", []string{"-algorithm", "ED448"}, ""},
}

// generate makes a key and returns it as openssl's PKCS#8 PEM.
func generate(t *testing.T, kind string) []byte {
	t.Helper()
	for _, k := range kinds {
		if k.name != kind {
			continue
		}
		if kind == "dsa1024" {
			return dsaKey(t)
		}
		return openssl(t, nil, append([]string{"genpkey"}, k.genpkey...)...)
	}
	t.Fatalf("no kind %q", kind)
	return nil
}

// dsaParams were made by openssl genpkey -genparam -algorithm DSA, with 1024
// and 160 bits. They are public, and take seconds to find.
const dsaParams = `-----BEGIN DSA PARAMETERS-----
MIIBHgKBgQDoUxiCu3sODOYw4fYe59H3XLCBj61Xr6LMNkmZfVu8ptwxIDnyXkqY
SNHtENDvt2DfwgeSLLMXmeUTU/CRC/OIS8gXcxC8azyrPciiWIUO+V2fsV+5pVzS
D1Hujuktp/UyIx28IszssMPgrxR1z70B+QuxwQgzzNZhhtCfPhq8QQIVAND8oGM3
YPPwOLyeBr2FzoMLsggzAoGAUt1dtoiN2YC1lqgeFBmvuch2yFmdWtm1OJR3LnLJ
gGF3mnzQmRToSwolqkbBmFObhVXSh66uPYhHkoV15V0Sbw5MIjXMy+4/R53CNKuP
MMITjjEGDGxrGP1HD/tKguv+N9+EIBfeyFI7nOwoheDx1BYtwfNpAGAAZUSDI8HG
evo=
-----END DSA PARAMETERS-----
`

func dsaKey(t *testing.T) []byte {
	file := filepath.Join(t.TempDir(), "dsa.pem")
	if err := os.WriteFile(file, []byte(dsaParams), 0o600); err != nil {
		t.Fatal(err)
	}
	return openssl(t, openssl(t, nil, "gendsa", file), "pkcs8", "-topk8", "-nocrypt")
}

func openssl(t *testing.T, stdin []byte, args ...string) []byte {
	t.Helper()
	return keytest.Run(t, stdin, "openssl", args...)
}

// der is openssl's view of all numbers of a private key: the judge.
func der(t *testing.T, key []byte) []byte {
	t.Helper()
	return openssl(t, key, "pkcs8", "-topk8", "-nocrypt", "-outform", "DER", "-passin", "pass:"+passphrase, "-provider", "legacy", "-provider", "default")
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func write(t *testing.T, data []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// decoded parses and, where it must, opens a key.
func decoded(t *testing.T, c pemkey.Container, data []byte) *sshkey.Key {
	t.Helper()
	if !c.Sniff(data) {
		t.Fatalf("%s: not recognised:\n%s", c.Name, data)
	}
	k, err := c.Parse(data)
	if err != nil {
		t.Fatalf("%s: %v\n%s", c.Name, err, data)
	}
	if k.Encrypted() {
		if _, err := k.Decrypt([]byte("wrong"), sshkey.Limits{}); err == nil {
			t.Fatal("opened with a wrong passphrase")
		}
	}
	k, err = k.Decrypt([]byte(passphrase), sshkey.Limits{})
	if err != nil {
		t.Fatalf("%s: %v\n%s", c.Name, err, data)
	}
	return k
}

// rewrite gives a key back to openssl, as PKCS#8, for comparison.
func rewrite(t *testing.T, k *sshkey.Key) []byte {
	t.Helper()
	out, err := pemkey.PKCS8.Marshal(k, nil)
	if err != nil {
		t.Fatal(err)
	}
	return der(t, out)
}

func forKinds(t *testing.T, f func(t *testing.T, key []byte, traditional string)) {
	for _, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			t.Parallel()
			f(t, generate(t, k.name), k.traditional)
		})
	}
}

func TestReadOpenSSL(t *testing.T) {
	forKinds(t, func(t *testing.T, key []byte, traditional string) {
		want := der(t, key)
		check := func(c pemkey.Container, form []byte) {
			t.Helper()
			if !bytes.Equal(rewrite(t, decoded(t, c, form)), want) {
				t.Errorf("%s: other numbers than openssl's", c.Name)
			}
		}
		check(pemkey.PKCS8, key)
		check(pemkey.PKCS8, want)
		check(pemkey.PKCS8, openssl(t, key, "pkcs8", "-topk8", "-v2", "aes256", "-outform", "DER", "-passout", "pass:"+passphrase))
		if traditional == "" {
			return
		}
		check(pemkey.PEM, oldForm(t, key, traditional))
		check(pemkey.PEM, oldForm(t, key, traditional, "-outform", "DER"))
	})
}

// oldForm is openssl's traditional form of a key.
func oldForm(t *testing.T, key []byte, command string, args ...string) []byte {
	if command == "rsa" {
		args = append([]string{"-traditional"}, args...)
	}
	return openssl(t, key, append([]string{command}, args...)...)
}

func TestReadDEK(t *testing.T) {
	for _, kind := range []string{"rsa1024", "dsa1024", "p521"} {
		key := generate(t, kind)
		command := map[string]string{"rsa1024": "rsa", "dsa1024": "dsa", "p521": "ec"}[kind]
		want := der(t, key)
		for _, cipher := range []string{"des3", "aes128", "aes192", "aes256", "des", "des-ede3-cfb", "des-ede-cbc", "rc2-cbc", "rc2-40-cbc", "rc2-64-cbc"} {
			t.Run(kind+"/"+cipher, func(t *testing.T) {
				t.Parallel()
				form := oldForm(t, key, command, "-"+cipher, "-passout", "pass:"+passphrase, "-provider", "legacy", "-provider", "default")
				k := decoded(t, pemkey.PEM, form)
				if !bytes.Equal(rewrite(t, k), want) {
					t.Error("other numbers than openssl's")
				}
				if k.Protection == nil || k.Protection.KDF != "MD5" {
					t.Errorf("protection: %v", k.Protection)
				}
			})
		}
	}
}

func TestReadPKCS8Schemes(t *testing.T) {
	key := generate(t, "p256")
	want := der(t, key)
	schemes := []string{"-scrypt", "-scrypt -scrypt_N 1024 -scrypt_r 4 -scrypt_p 3 -v2 aes192"}
	for _, cipher := range []string{"aes128", "aes192", "aes256", "des3", "des", "rc2", "rc2-40-cbc", "rc2-64-cbc"} {
		schemes = append(schemes, "-v2 "+cipher)
	}
	for _, prf := range []string{"SHA1", "SHA224", "SHA256", "SHA384", "SHA512", "SHA512-224", "SHA512-256", "MD5"} {
		schemes = append(schemes, "-v2 aes256 -v2prf hmacWith"+prf, "-v2 des3 -iter 77 -v2prf hmacWith"+prf)
	}
	for _, v1 := range []string{"MD5-DES", "SHA1-DES", "MD5-RC2-64", "SHA1-RC2-64", "SHA1-RC4-128", "SHA1-RC4-40", "SHA1-3DES", "SHA1-2DES", "SHA1-RC2-128", "SHA1-RC2-40"} {
		schemes = append(schemes, "-v1 PBE-"+v1)
	}
	for _, scheme := range schemes {
		t.Run(scheme, func(t *testing.T) {
			t.Parallel()
			args := append([]string{"pkcs8", "-topk8", "-passout", "pass:" + passphrase, "-provider", "legacy", "-provider", "default"}, strings.Fields(scheme)...)
			k := decoded(t, pemkey.PKCS8, openssl(t, key, args...))
			if !bytes.Equal(rewrite(t, k), want) {
				t.Error("other numbers than openssl's")
			}
			t.Logf("%+v", *k.Protection)
		})
	}
}

func TestWriteForOpenSSL(t *testing.T) {
	forKinds(t, func(t *testing.T, key []byte, traditional string) {
		k, want := decoded(t, pemkey.PKCS8, key), der(t, key)
		to := []pemkey.Container{pemkey.PKCS8}
		if traditional != "" {
			to = append(to, pemkey.PEM)
		}
		for _, c := range to {
			for _, cipher := range []string{"", "aes128-cbc", "AES-192-CBC", "aes256-cbc", "3des-cbc", "plain"} {
				pass := passphrase
				if cipher == "plain" {
					pass, cipher = "", ""
				}
				e := pemkey.Encoder{To: c, Cipher: cipher}
				if c.Name == "pkcs8" {
					e.Rounds = 1000
				}
				out, err := e.Marshal(k, []byte(pass))
				if err != nil {
					t.Fatalf("%s %s: %v", c.Name, cipher, err)
				}
				if !bytes.Equal(der(t, out), want) {
					t.Errorf("%s %s: openssl reads other numbers", c.Name, cipher)
				}
			}
		}
	})
}

func TestPublic(t *testing.T) {
	forKinds(t, func(t *testing.T, key []byte, command string) {
		k := decoded(t, pemkey.PKCS8, key)
		want := openssl(t, key, "pkey", "-pubout")
		got, err := pemkey.SPKI.Marshal(k, nil)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("spki: %v\n%s%s", err, got, want)
		}
		if p := decoded(t, pemkey.SPKI, want); p.Public != k.Public || p.Private != nil {
			t.Errorf("read %v from spki", p.Public)
		}
		cert := openssl(t, nil, "req", "-x509", "-new", "-subj", "/CN=x", "-key", write(t, key))
		if p := decoded(t, pemkey.X509, cert); p.Public != k.Public {
			t.Errorf("read %v from a certificate", p.Public)
		}
		if command != "rsa" {
			if _, err := pemkey.PKCS1Public.Marshal(k, nil); err == nil {
				t.Error("PKCS#1 holds RSA only")
			}
			return
		}
		want = openssl(t, key, "rsa", "-RSAPublicKey_out")
		got, err = pemkey.PKCS1Public.Marshal(k, nil)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("pkcs1-public: %v\n%s%s", err, got, want)
		}
		if p := decoded(t, pemkey.PKCS1Public, want); p.Public != k.Public {
			t.Errorf("read %v from pkcs1-public", p.Public)
		}
	})
}

func TestSSHKeygen(t *testing.T) {
	dsa := write(t, openssl(t, dsaKey(t), "dsa"))
	for _, kind := range []string{"rsa -b 1024", "dsa", "ecdsa -b 256", "ecdsa -b 384", "ecdsa -b 521"} {
		for form, c := range map[string]pemkey.Container{"PEM": pemkey.PEM, "PKCS8": pemkey.PKCS8} {
			for _, pass := range []string{"", passphrase} {
				t.Run(kind+"/"+form+"/"+pass, func(t *testing.T) {
					t.Parallel()
					file := filepath.Join(t.TempDir(), "key")
					if kind == "dsa" { // a new one takes seconds
						file = write(t, read(t, dsa))
						keytest.Run(t, nil, "ssh-keygen", "-q", "-p", "-m", form, "-N", pass, "-f", file)
					} else {
						keytest.Run(t, nil, "ssh-keygen", append([]string{"-q", "-m", form, "-N", pass, "-f", file, "-t"}, strings.Fields(kind)...)...)
					}
					data := read(t, file)
					k := decoded(t, c, data)
					if !bytes.Equal(rewrite(t, k), der(t, data)) {
						t.Error("other numbers than openssl's")
					}
					e := pemkey.Encoder{To: c}
					if form == "PKCS8" && kind != "dsa" { // the default takes long under the race detector
						e.Rounds = 1000
					}
					out, err := e.Marshal(k, []byte(pass))
					if err != nil {
						t.Fatal(err)
					}
					line := keytest.Run(t, nil, "ssh-keygen", "-y", "-P", pass, "-f", write(t, out))
					if !strings.HasPrefix(string(line), k.Public.String()) {
						t.Errorf("ssh-keygen reads %s from what was written", line)
					}
				})
			}
		}
	}
}

func TestPuTTYgen(t *testing.T) {
	dsa := write(t, openssl(t, dsaKey(t), "dsa"))
	for _, kind := range []string{"-t rsa -b 1024", "-P " + dsa, "-t ecdsa -b 256", "-t ecdsa -b 384", "-t ecdsa -b 521"} {
		for _, pass := range []string{"", passphrase} {
			t.Run(kind[:min(len(kind), 15)]+"/"+pass, func(t *testing.T) {
				t.Parallel()
				old, secret := filepath.Join(t.TempDir(), "key"), write(t, []byte(pass))
				keytest.Run(t, nil, "puttygen", append([]string{"-q", "-O", "private-openssh", "--new-passphrase", secret, "-o", old}, strings.Fields(kind)...)...)
				k := decoded(t, pemkey.PEM, read(t, old))
				if !bytes.Equal(rewrite(t, k), der(t, read(t, old))) {
					t.Error("other numbers than openssl's")
				}
				for _, cipher := range []string{"", "3des-cbc"} {
					checkPuTTYReads(t, k, cipher, pass, secret)
				}
			})
		}
	}
}

// checkPuTTYReads lets PuTTY write again, without passphrase, what was written
// for it.
func checkPuTTYReads(t *testing.T, k *sshkey.Key, cipher, pass, secret string) {
	t.Helper()
	out, err := pemkey.Encoder{To: pemkey.PEM, Cipher: cipher}.Marshal(k, []byte(pass))
	if err != nil {
		t.Fatal(err)
	}
	back := filepath.Join(t.TempDir(), "back")
	keytest.Run(t, nil, "puttygen", write(t, out), "-P", "--old-passphrase", secret, "--new-passphrase", write(t, nil), "-O", "private-openssh", "-o", back)
	if err := sshkey.Same(decoded(t, pemkey.PEM, read(t, back)), k); err != nil {
		t.Error(err)
	}
}

func TestAWS(t *testing.T) {
	key := generate(t, "rsa2048")
	k := decoded(t, pemkey.PKCS8, key)
	for _, c := range []struct {
		fingerprint func(*sshkey.Key) (string, error)
		input       []byte
		hash        string
	}{
		{pemkey.AWSImported, openssl(t, key, "pkey", "-pubout", "-outform", "DER"), "md5"},
		{pemkey.AWSCreated, openssl(t, key, "pkcs8", "-topk8", "-nocrypt", "-outform", "DER"), "sha1"},
	} {
		got, err := c.fingerprint(k)
		want := string(openssl(t, c.input, c.hash, "-c"))
		if err != nil || !strings.Contains(want, "= "+got+"\n") {
			t.Errorf("%s %v; openssl says %s", got, err, want)
		}
	}
}
