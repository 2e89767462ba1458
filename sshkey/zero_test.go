package sshkey_test

import (
	"errors"
	"testing"

	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/openssh"
	"github.com/keyconv/keyconv/sshkey"
)

// TestZeroBlob: the zero value is no key, and a key has the fields of its type.
func TestZeroBlob(t *testing.T) {
	var zero sshkey.Blob
	if zero.Label() != "" || zero.Algorithm() != "" || zero.Bits() != 0 || zero.Field(0) != nil || !zero.PublicKey().IsZero() {
		t.Error("the zero value is a key")
	}
	if got := zero.AppendFingerprint([]byte("x")); string(got) != "x" {
		t.Errorf("its fingerprint: %s", got)
	}
	blob, ok := sshkey.VerifyBlob(shippedKey(t, "ed25519").Public.Blob())
	if !ok || len(blob.Field(0)) != 32 || blob.Field(-1) != nil || blob.Field(1) != nil {
		t.Error("fields of Ed25519")
	}
}

// TestCurveOfEdDSA: a key of another curve has as many bytes and is none of SSH's.
func TestCurveOfEdDSA(t *testing.T) {
	for _, curve := range []string{"", "X25519", "ed448", "ed25519", "Ed448"} {
		p := sshkey.EdDSAPublicKey{Curve: curve, Key: make([]byte, 32)}
		for _, parts := range []sshkey.Parts{p, sshkey.SKPublicKey{Key: p, Application: "ssh:"}} {
			if k, err := parts.PublicKey(); err == nil {
				t.Errorf("%+v makes %s", parts, k)
			}
		}
	}
}

// TestNegativeLimits: a limit that was computed wrongly does not lift the limit.
func TestNegativeLimits(t *testing.T) {
	if got := (sshkey.Limits{-1, -1, -1, -1, -1, -1, -1}).WithDefaults(); got != (sshkey.Limits{}).WithDefaults() {
		t.Errorf("%+v", got)
	}
	var limit *sshkey.LimitError
	if err := sshkey.Within("x", 1, -1); !errors.As(err, &limit) || limit.Limit != 0 {
		t.Errorf("within -1: %v", err)
	}
	k, err := openssh.Parse(keytest.Shipped(t, "ed25519/openssh-aes256-ctr"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := k.Decrypt([]byte("wrong"), sshkey.Limits{BcryptRounds: -1}); !errors.Is(err, sshkey.ErrPassphrase) {
		t.Errorf("the default limit refuses: %v", err)
	}
}

// TestZeroValues: what a program has before it has read anything does not panic.
func TestZeroValues(t *testing.T) {
	if dp, dq := (&sshkey.RSAPrivateKey{}).Exponents(); dp.Sign() != 0 || dq.Sign() != 0 {
		t.Error(dp, dq)
	}
	if err := sshkey.WithHint(nil, "do that"); err != nil {
		t.Error(err)
	}
	if (&sshkey.SyntaxError{}).Error() == "" || (&sshkey.SyntaxError{Format: "ppk"}).Error() == "" {
		t.Error("no words")
	}
}
