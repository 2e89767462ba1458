package keyconv_test

import (
	"testing"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/sshkey"
	"github.com/keyconv/keyconv/testdata"
)

// TestSuspicion: what no private half has proven is looked at, and the handle of
// a security key proves nothing.
func TestSuspicion(t *testing.T) {
	point := sshkey.EdDSAPublicKey{Curve: "Ed25519", Key: make([]byte, 32)} // y = 0 has order 4
	wrong, err := point.PublicKey()
	if err != nil {
		t.Fatal(err)
	}
	sk, err := sshkey.SKPublicKey{Key: point, Application: "ssh:"}.PublicKey()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		key  *sshkey.Key
		want bool
	}{
		"public":    {&sshkey.Key{Public: wrong}, true},
		"encrypted": {&sshkey.Key{Public: wrong, Private: &sshkey.Sealed{}}, true},
		"handle":    {&sshkey.Key{Public: sk, Private: &sshkey.SKPrivateKey{}}, true},
		"hidden":    {&sshkey.Key{Private: &sshkey.Sealed{}}, false},
		"proven":    {&sshkey.Key{Public: wrong, Private: &sshkey.EdDSAPrivateKey{}}, false}, // by who read it
	} {
		if f, ok := keyconv.Suspicion(c.key); ok != c.want {
			t.Errorf("%s: %v", name, f)
		}
	}
	keys, _, err := keyconv.ParseLenient(keytest.Read(t, testdata.Keys, "keys/ed25519/id.pub"), "")
	if err != nil || len(keyconv.Advise(keys[0])) > 0 {
		t.Errorf("a sound key: %v, %v", err, keyconv.Advise(keys[0]))
	}
}
