package ssh1_test

import (
	"bytes"
	"crypto/cipher"
	"crypto/des"
	"crypto/md5"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/internal/formats/ssh1"
	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/sshkey"
)

const passphrase = "päss phrase"

func newKey(t *testing.T, pass string) (name string, data []byte) {
	t.Helper()
	dir := t.TempDir()
	name, secret := filepath.Join(dir, "key"), filepath.Join(dir, "secret")
	if err := os.WriteFile(secret, []byte(pass), 0o600); err != nil {
		t.Fatal(err)
	}
	keytest.Run(t, nil, "puttygen", "-q", "-t", "rsa1", "-b", "1024", "-C", "a comment", "--new-passphrase", secret, "-o", name)
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return name, data
}

func open(t *testing.T, data []byte, pass string) *sshkey.Key {
	t.Helper()
	if !ssh1.Sniff(data) {
		t.Fatal("not recognised")
	}
	k, err := ssh1.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	if k.Encrypted() != (pass != "") {
		t.Fatalf("encrypted: %v", k.Encrypted())
	}
	opened, err := k.Decrypt([]byte(pass), sshkey.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if opened.Public != k.Public {
		t.Fatal("another public half behind the passphrase")
	}
	return opened
}

// TestPuTTY compares with PuTTY's public line and, for the private numbers,
// with its own dump of them.
func TestPuTTY(t *testing.T) {
	for _, pass := range []string{"", passphrase} {
		name, data := newKey(t, pass)
		k := open(t, data, pass)
		line := keytest.Run(t, nil, "puttygen", name, "-L")
		pub, err := ssh1.Parse(line)
		if err != nil {
			t.Fatal(err)
		}
		if pub.Public != k.Public || pub.Comment != "a comment" || k.Comment != pub.Comment {
			t.Errorf("%v %q and %v %q", k.Public, k.Comment, pub.Public, pub.Comment)
		}
		if pass == "" {
			compareDump(t, name, k)
		}
	}
}

func compareDump(t *testing.T, name string, k *sshkey.Key) {
	t.Helper()
	text := filepath.Join(t.TempDir(), "text")
	keytest.Run(t, nil, "puttygen", name, "-O", "text", "-o", text)
	dump, err := os.ReadFile(text)
	if err != nil {
		t.Fatal(err)
	}
	priv := k.Private.(*sshkey.RSAPrivateKey)
	for field, n := range map[string]*big.Int{"private_exponent": priv.D, "private_p": priv.P, "private_q": priv.Q, "private_inverse_q_mod_p": priv.Iqmp} {
		if !strings.Contains(string(dump), field+"=0x"+n.Text(16)+"\n") {
			t.Errorf("PuTTY has another %s", field)
		}
	}
}

// TestCiphers: the same key plain and encrypted by the description of the
// format gives the same numbers; PuTTY's files are tested above.
func TestCiphers(t *testing.T) {
	_, data := newKey(t, "")
	want := open(t, data, "")
	sealed := bytes.Clone(data)
	sealed[33] = 3
	private := sealed[bytes.Index(sealed, []byte("a comment"))+len("a comment"):]
	keys := md5.Sum([]byte(passphrase))
	for i, mode := range []func(cipher.Block, []byte) cipher.BlockMode{cipher.NewCBCEncrypter, cipher.NewCBCDecrypter, cipher.NewCBCEncrypter} {
		block, err := des.NewCipher(keys[8*(i%2):][:8])
		if err != nil {
			t.Fatal(err)
		}
		mode(block, make([]byte, 8)).CryptBlocks(private, private)
	}
	if err := sshkey.Same(open(t, sealed, passphrase), want); err != nil {
		t.Error(err)
	}
	k, _ := ssh1.Parse(sealed)
	if _, err := k.Decrypt([]byte("wrong"), sshkey.Limits{}); !errors.Is(err, sshkey.ErrPassphrase) {
		t.Errorf("a wrong passphrase: %v", err)
	}
	for _, number := range []byte{1, 2, 5, 6, 99} {
		sealed[33] = number
		var unsupported *sshkey.UnsupportedError
		if _, err := ssh1.Parse(sealed); !errors.As(err, &unsupported) {
			t.Errorf("cipher %d: %v", number, err)
		}
	}
}

func TestDamage(t *testing.T) {
	for _, pass := range []string{"", passphrase} {
		_, data := newKey(t, pass)
		want := open(t, data, pass)
		comment := bytes.Index(data, []byte("a comment"))
		for i := range 8 * len(data) {
			if i/8 >= comment && i/8 < comment+len("a comment") {
				continue
			}
			damaged := bytes.Clone(data)
			damaged[i/8] ^= 1 << (i % 8)
			check(t, damaged, pass, want)
		}
		for i := range data {
			check(t, data[:i], pass, want)
		}
	}
}

// check wants an error with a place, or the right key.
func check(t *testing.T, data []byte, pass string, want *sshkey.Key) {
	t.Helper()
	k, err := ssh1.Parse(data)
	if err == nil {
		k, err = k.Decrypt([]byte(pass), sshkey.Limits{})
	}
	var syntax *sshkey.SyntaxError
	if err != nil && !errors.As(err, &syntax) && !errors.Is(err, sshkey.ErrEncrypted) {
		t.Fatalf("%T without a place: %v", err, err)
	}
	if err == nil && sshkey.Same(k, want) != nil {
		t.Fatalf("another key: %v", sshkey.Same(k, want))
	}
}

func TestPublicLines(t *testing.T) {
	n, _ := new(big.Int).SetString("c3"+strings.Repeat("ab", 126)+"f1", 16)
	line := "1024 65537 " + n.Text(10)
	for text, ok := range map[string]bool{
		line: true, line + " with a comment\n": true, line + "\r\n": true, line + "\n\n": true,
		"1023" + line[4:]: false, line + "x": false, line + "\nmore": false, "host " + line: false, "": false,
		"1024 -1 " + n.Text(10): false, "0 0 0": false, "1 3 1": true,
		"16385 3 " + new(big.Int).Lsh(big.NewInt(1), 16384).Text(10): false,
	} {
		if _, err := ssh1.Parse([]byte(text)); (err == nil) != ok {
			t.Errorf("%.60q: %v", text, err)
		}
	}
}
