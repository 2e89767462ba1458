package openssh_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/openssh"
	"github.com/keyconv/keyconv/sshkey"
)

// TestStrangeCipher: of a file with a cipher that keyconv does not know the public half is
// read, as ssh-keygen -l reads it; asyncssh and ssh2 write blowfish-cbc and cast128-cbc.
func TestStrangeCipher(t *testing.T) {
	l, public, _ := edLayout(t)
	l.cipher, l.kdf, l.options = "blowfish-cbc", "bcrypt", keytest.Fields("0123456789abcdef", uint32(2))
	k, err := openssh.Parse([]byte(l.String()))
	if err != nil || !bytes.Equal(k.Public.Parts().(sshkey.EdDSAPublicKey).Key, public) || !k.Encrypted() || k.Protection.Cipher != "blowfish-cbc" {
		t.Fatal(err, k)
	}
	if out := keytest.Run(t, nil, "ssh-keygen", "-lf", keytest.File(t, "key", []byte(l.String()))); !strings.Contains(string(out), k.Public.Fingerprint()) {
		t.Errorf("ssh-keygen reads %s", out)
	}
	if len(k.Findings) != 1 || k.Findings[0].Code != "cipher-unknown" {
		t.Error(k.Findings)
	}
	var unsupported *sshkey.UnsupportedError
	if _, asked := k.Decrypt(nil, sshkey.Limits{}); k.Openable() == nil || asked == nil || asked.Error() != k.Openable().Error() {
		t.Error(k.Openable(), asked)
	}
	_, err = k.Decrypt([]byte("abcde"), sshkey.Limits{})
	if _, located := keytest.Place(err); !errors.As(err, &unsupported) || !strings.Contains(err.Error(), "blowfish-cbc") || !located {
		t.Error(err)
	}
	for _, name := range []string{"Blowfish", "a b", "x", "\x1b[31m", strings.Repeat("c", 60)} {
		l.cipher = name
		if k, err := openssh.Parse([]byte(l.String())); !errors.As(err, &unsupported) {
			t.Errorf("%q: %v, %v", name, k, err)
		}
	}
}
