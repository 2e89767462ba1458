package sshkey_test

import (
	"strings"
	"testing"

	"github.com/keyconv/keyconv/sshkey"
)

// TestNoFingerprint: no key has no fingerprint. Two keys whose containers hide their
// public halves are not the same one.
func TestNoFingerprint(t *testing.T) {
	for name, sum := range map[string]func(sshkey.PublicKey) string{
		"SHA256": sshkey.PublicKey.Fingerprint, "SHA1": sshkey.PublicKey.FingerprintSHA1, "MD5": sshkey.PublicKey.FingerprintMD5,
		"BubbleBabble": sshkey.PublicKey.BubbleBabble, "Randomart": sshkey.PublicKey.Randomart, "Thumbprint": sshkey.PublicKey.Thumbprint,
	} {
		if got := sum(sshkey.PublicKey{}); got != "" {
			t.Errorf("%s of no key: %s", name, got)
		}
	}
	err := sshkey.Same(&sshkey.Key{}, shippedKey(t, "ed25519"))
	if err == nil || !strings.Contains(err.Error(), "(no public key)") {
		t.Errorf("no key and a key: %v", err)
	}
}
