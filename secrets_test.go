package keyconv_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/internal/keytest"
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

// TestPassphraseCleared: Convert clears its own copies, and leaves those of the
// caller alone until it has no more use for them.
func TestPassphraseCleared(t *testing.T) {
	old, next := []byte(testdata.Passphrase), []byte("another one")
	_, err := keyconv.Convert(keytest.Read(t, testdata.Keys, "keys/ed25519/encrypted2.ppk"), "ppk2", &keyconv.Options{
		Passphrase: func() ([]byte, error) { return old, nil }, NewPassphrase: func() ([]byte, error) { return next, nil }})
	if err != nil {
		t.Fatal(err)
	}
	if string(old) != testdata.Passphrase {
		t.Error("the passphrase of the input was cleared; a batch needs it again")
	}
	if !bytes.Equal(next, make([]byte, len(next))) {
		t.Error("the passphrase of the output was not cleared")
	}
}
