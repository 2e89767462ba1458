package keyconv_test

import (
	"testing"

	"github.com/keyconv/keyconv"
)

// TestNoProtectionByMistake: who asks for a passphrase on the output gets one or
// an error.
func TestNoProtectionByMistake(t *testing.T) {
	none := func() ([]byte, error) { return nil, nil }
	for name, o := range map[string]keyconv.Options{
		"no new passphrase":       {NewPassphrase: none},
		"an empty new passphrase": {NewPassphrase: func() ([]byte, error) { return []byte{}, nil }},
		"a new one and none":      {NewPassphrase: pass, NoPassphrase: true},
	} {
		for _, file := range []string{"ed25519/argon2id.ppk", "ed25519/plain.ppk"} {
			o.Passphrase = pass
			for _, to := range []string{"openssh", "pkcs8", "jwk"} {
				if res, err := keyconv.Convert(read(file), to, &o); err == nil {
					t.Errorf("%s to %s, %s: %v", file, to, name, res)
				}
			}
		}
	}
	if _, err := keyconv.Convert(read("ed25519/plain.ppk"), "authorized-keys", &keyconv.Options{NewPassphrase: none}); err != nil {
		t.Error(err)
	}
}
