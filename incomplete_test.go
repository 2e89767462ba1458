package keyconv_test

import (
	"errors"
	"testing"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/internal/formats/pemkey"
	"github.com/keyconv/keyconv/sshkey"
)

// TestIncompleteKeys: no format writes a private half that lacks a number, and none
// panics.
func TestIncompleteKeys(t *testing.T) {
	halves := map[string][]sshkey.PrivateKey{
		"rsa2048":  {(*sshkey.RSAPrivateKey)(nil), &sshkey.RSAPrivateKey{}},
		"dsa1024":  {(*sshkey.DSAPrivateKey)(nil), &sshkey.DSAPrivateKey{}},
		"ecdsa256": {(*sshkey.ECDSAPrivateKey)(nil), &sshkey.ECDSAPrivateKey{}},
		"ed25519":  {(*sshkey.EdDSAPrivateKey)(nil), &sshkey.EdDSAPrivateKey{}},
	}
	whole, err := open(read("rsa2048/openssh"))
	if err != nil {
		t.Fatal(err)
	}
	p := *whole.Private.(*sshkey.RSAPrivateKey)
	p.Iqmp = nil
	halves["rsa2048"] = append(halves["rsa2048"], &p)
	for name, list := range halves {
		whole, err := open(read(name + "/openssh"))
		if err != nil {
			t.Fatal(err)
		}
		for _, private := range list {
			k := &sshkey.Key{Public: whole.Public, Private: private}
			for _, f := range keyconv.Formats() {
				if !f.Writes() || !f.Private {
					continue
				}
				var unsupported *sshkey.UnsupportedError
				if out, err := f.Marshal(k, nil); !errors.Is(err, sshkey.ErrMismatch) && !errors.As(err, &unsupported) {
					t.Errorf("%s of a %T: %q, %v", f.Name, private, out, err)
				}
			}
		}
	}
	if _, err := pemkey.AWSCreated(&sshkey.Key{Public: whole.Public, Private: &p}); !errors.Is(err, sshkey.ErrMismatch) {
		t.Errorf("the fingerprint of AWS: %v", err)
	}
}
