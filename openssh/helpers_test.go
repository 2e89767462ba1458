package openssh_test

import (
	"bytes"
	"encoding/base64"
	"os"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/openssh"
	"github.com/keyconv/keyconv/sshkey"
)

// passphrase opens the files of testdata/vectors.
const passphrase = "keyconv"

const (
	begin = "-----BEGIN OPENSSH PRIVATE KEY-----\n"
	end   = "-----END OPENSSH PRIVATE KEY-----\n"
)

func vector(t testing.TB, name string) string {
	t.Helper()
	return string(keytest.Read(t, os.DirFS("testdata/vectors"), name))
}

func shippedKey(t testing.TB, name string) *sshkey.Key {
	t.Helper()
	k, err := openssh.Parse(keytest.Shipped(t, name+"/openssh"))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// open reads a file and opens it with the passphrase of the vectors.
func open(text string) (*sshkey.Key, error) {
	k, err := openssh.Parse([]byte(text))
	if err != nil {
		return nil, err
	}
	return k.Decrypt([]byte(passphrase), sshkey.Limits{})
}

// A layout is an openssh-key-v1 laid out by hand, after OpenSSH's
// PROTOCOL.key and apart from the package under test.
type layout struct {
	magic       string
	cipher, kdf string
	options     []byte
	count       uint32
	public      []byte
	private     []byte
	behind      []byte
}

func (l layout) blob() []byte {
	return keytest.Fields(keytest.Raw(l.magic), l.cipher, l.kdf, l.options, l.count, l.public, l.private, keytest.Raw(l.behind))
}

func (l layout) String() string { return armored(l.blob()) }

func armored(blob []byte) string {
	text := base64.StdEncoding.EncodeToString(blob)
	var b strings.Builder
	for len(text) > 70 {
		b.WriteString(text[:70] + "\n")
		text = text[70:]
	}
	return begin + b.String() + text + "\n" + end
}

// plain lays out an unencrypted file; body is the key and the comment.
func plain(public, body []byte) layout {
	private := append(keytest.Fields(uint32(7), uint32(7)), body...)
	for i := byte(1); len(private)%8 != 0; i++ {
		private = append(private, i)
	}
	return layout{magic: "openssh-key-v1\x00", cipher: "none", kdf: "none", count: 1, public: public, private: private}
}

// edLayout is the vectors' key, whose fields the tests spoil one by one.
func edLayout(t testing.TB) (l layout, pub, seed []byte) {
	k, err := openssh.Parse([]byte(vector(t, "none")))
	if err != nil {
		t.Fatal(err)
	}
	pub, seed = k.Public.Parts().(sshkey.EdDSAPublicKey).Key, k.Private.(*sshkey.EdDSAPrivateKey).Seed
	return plain(k.Public.Blob(), edBody(pub, seed)), pub, seed
}

func edBody(pub, seed []byte) []byte {
	return keytest.Fields("ssh-ed25519", pub, bytes.Join([][]byte{seed, pub}, nil), "vec")
}

// sshKeygenReads asks ssh-keygen for the public half of a file, "" where it
// refuses.
func sshKeygenReads(t testing.TB, text, pass string) string {
	t.Helper()
	out, _, ok := keytest.Try(t, nil, "ssh-keygen", "-y", "-P", pass, "-f", keytest.File(t, "key", []byte(text)))
	if !ok {
		return ""
	}
	return strings.TrimSpace(string(out))
}

// sameAsSSHKeygen wants ssh-keygen to read the key k.
func sameAsSSHKeygen(t testing.TB, text, pass string, k *sshkey.Key) {
	t.Helper()
	if got, want := sshKeygenReads(t, text, pass), strings.TrimSpace(k.Public.String()+" "+k.Comment); got != want {
		t.Errorf("ssh-keygen reads %q, not %q", got, want)
	}
}

// codes are the findings of a key, separated by spaces.
func codes(k *sshkey.Key) string {
	var list []string
	for _, f := range k.Findings {
		list = append(list, f.Code)
	}
	return strings.Join(list, " ")
}
