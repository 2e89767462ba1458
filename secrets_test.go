package keyconv_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/sshkey"
	"github.com/keyconv/keyconv/testdata"
)

// TestResultHidden: the text of a converted key is not in what a program
// prints of a Result by mistake.
func TestResultHidden(t *testing.T) {
	res, err := keyconv.Convert(keytest.Read(t, testdata.Keys, "keys/ed25519/plain.ppk"), "openssh", nil)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := json.Marshal(map[string]any{"r": res, "v": *res})
	if err != nil {
		t.Fatal(err)
	}
	part := res.Data[200:230]
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
		for _, v := range []any{res, *res, []*keyconv.Result{res}, struct{ R keyconv.Result }{*res}} {
			text := fmt.Sprintf(verb, v) + string(encoded)
			for _, s := range []string{string(part), fmt.Sprintf("%x", part), fmt.Sprintf("%X", part), strings.Trim(fmt.Sprint(part), "[]"), strings.Trim(fmt.Sprintf("%#v", part), "[]byte{}")} {
				if strings.Contains(text, s) {
					t.Errorf("%s of %T shows the key: %s", verb, v, text)
				}
			}
		}
	}
}

// TestCipherInClear: who names a cipher does not get a key in clear.
func TestCipherInClear(t *testing.T) {
	data := keytest.Read(t, testdata.Keys, "keys/ed25519/plain.ppk")
	for _, o := range []*keyconv.Options{{Cipher: "aes256-ctr"}, {Cipher: "no-such-cipher"}, {Cipher: "aes256-ctr", NoPassphrase: true}} {
		if _, err := keyconv.Convert(data, "openssh", o); !errors.Is(err, keyconv.ErrNotProtected) {
			t.Errorf("%+v: %v", o, err)
		}
	}
	typed := func() ([]byte, error) { return []byte("x"), nil }
	for _, to := range []string{"ppk", "ppk2", "sshcom"} { // there is none to choose
		var unsupported *sshkey.UnsupportedError
		if _, err := keyconv.Convert(data, to, &keyconv.Options{Cipher: "aes128-cbc", NewPassphrase: typed}); !errors.As(err, &unsupported) || sshkey.Hint(err) == "" {
			t.Errorf("%s: %v", to, err)
		}
	}
	if _, err := keyconv.Convert(data, "rfc4716", &keyconv.Options{Cipher: "aes256-ctr"}); err != nil {
		t.Errorf("a public key: %v", err)
	}
}

// TestPassphraseKept: the passphrases are the caller's, and a batch needs them again: a
// key must not be protected by what is left of a cleared one.
func TestPassphraseKept(t *testing.T) {
	old, next := []byte(testdata.Passphrase), []byte("another one")
	o := &keyconv.Options{Passphrase: func() ([]byte, error) { return old, nil }, NewPassphrase: func() ([]byte, error) { return next, nil }}
	for _, name := range []string{"keys/ed25519/encrypted2.ppk", "keys/ecdsa256/encrypted2.ppk"} {
		res, err := keyconv.Convert(keytest.Read(t, testdata.Keys, name), "ppk2", o)
		if err != nil {
			t.Fatal(err)
		}
		if string(old) != testdata.Passphrase || string(next) != "another one" {
			t.Errorf("the passphrases are %q and %q now", old, next)
		}
		if _, err := keyconv.Convert(res.Data, "openssh", &keyconv.Options{Passphrase: func() ([]byte, error) { return []byte("another one"), nil }}); err != nil {
			t.Errorf("%s: the new passphrase does not open it: %v", name, err)
		}
	}
}
