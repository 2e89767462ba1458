package ppk_test

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/ppk"
	"github.com/keyconv/keyconv/sshkey"
)

// passphrase opens the files of testdata/vectors.
const passphrase = "keyconv"

func vector(t testing.TB, name string) string {
	t.Helper()
	return string(keytest.Read(t, os.DirFS("testdata/vectors"), name+".ppk"))
}

func shippedKey(t testing.TB, name string) *sshkey.Key {
	t.Helper()
	k, err := ppk.Parse(keytest.Shipped(t, name+"/plain.ppk"))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// open reads a file and opens it with the passphrase of the vectors.
func open(data string) (*sshkey.Key, error) {
	k, err := ppk.Parse([]byte(data))
	if err != nil {
		return nil, err
	}
	return k.Decrypt([]byte(passphrase), sshkey.Limits{})
}

// A forgery is a PPK laid out by hand, its MAC right whatever it holds. It is
// written after appendix C of PuTTY's manual, apart from the package under
// test; puttygen loading one is what shows that it is right.
type forgery struct {
	version   int
	algorithm string
	comment   string
	pub, priv []byte
	pass      string // of version 2 only
}

func (f forgery) String() string {
	name := "none"
	if f.pass != "" {
		name = "aes256-cbc"
	}
	mac := f.mac(name)
	var b strings.Builder
	fmt.Fprintf(&b, "PuTTY-User-Key-File-%d: %s\nEncryption: %s\nComment: %s\n", f.version, f.algorithm, name, f.comment)
	fmt.Fprintf(&b, "Public-Lines: %s", lines(f.pub))
	fmt.Fprintf(&b, "Private-Lines: %s", lines(f.sealed()))
	fmt.Fprintf(&b, "Private-MAC: %x\n", mac)
	return b.String()
}

func lines(data []byte) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d\n", (len(data)+47)/48)
	for len(data) > 0 {
		n := min(48, len(data))
		b.WriteString(base64.StdEncoding.EncodeToString(data[:n]) + "\n")
		data = data[n:]
	}
	return b.String()
}

func (f forgery) mac(encryption string) []byte {
	key, h := []byte(nil), sha256.New
	if f.version == 2 {
		sum := sha1.Sum([]byte("putty-private-key-file-mac-key" + f.pass))
		key, h = sum[:], sha1.New
	}
	m := hmac.New(h, key)
	m.Write(keytest.Fields(f.algorithm, encryption, f.comment, f.pub, f.priv))
	return m.Sum(nil)
}

func (f forgery) sealed() []byte {
	if f.pass == "" {
		return f.priv
	}
	a, b := sha1.Sum([]byte("\x00\x00\x00\x00"+f.pass)), sha1.Sum([]byte("\x00\x00\x00\x01"+f.pass))
	block, err := aes.NewCipher(append(a[:], b[:]...)[:32])
	if err != nil {
		panic(err)
	}
	out := make([]byte, len(f.priv))
	cipher.NewCBCEncrypter(block, make([]byte, 16)).CryptBlocks(out, f.priv)
	return out
}

// privateBlob takes the private blob out of an unencrypted file.
func privateBlob(t testing.TB, data []byte) []byte {
	t.Helper()
	_, rest, _ := strings.Cut(string(data), "Private-Lines: ")
	_, rest, _ = strings.Cut(rest, "\n")
	text, _, ok := strings.Cut(rest, "Private-MAC")
	b, err := base64.StdEncoding.DecodeString(text)
	if !ok || err != nil {
		t.Fatalf("no private blob: %v", err)
	}
	return b
}

// puttygenPlain2 is the unencrypted PPK 2 that puttygen makes of a file; ok
// says whether it loads it.
func puttygenPlain2(t testing.TB, data, comment string) (text string, ok bool) {
	t.Helper()
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	for name, content := range map[string]string{"in": data, "pass": passphrase + "\n", "empty": ""} {
		if err := os.WriteFile(path(name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, _, ok = keytest.Try(t, nil, "puttygen", path("in"), "--old-passphrase", path("pass"), "--new-passphrase", path("empty"),
		"-C", comment, "-O", "private", "--ppk-param", "version=2", "-o", path("out"))
	out, err := os.ReadFile(path("out"))
	return string(out), ok && err == nil
}

// samePlain2 wants puttygen to read data as the key k: an unencrypted PPK 2
// has one spelling only.
func samePlain2(t *testing.T, data string, k *sshkey.Key) {
	t.Helper()
	want, ok := puttygenPlain2(t, data, k.Comment)
	if !ok {
		t.Errorf("puttygen refuses it:\n%q", data)
		return
	}
	got, err := ppk.Encoder{Version: 2}.Marshal(k, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, []byte(want)) {
		t.Errorf("puttygen reads another key than\n%s", got)
	}
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
