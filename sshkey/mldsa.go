package sshkey

import (
	"bytes"
	"crypto/ed25519"

	"github.com/cloudflare/circl/sign/mldsa/mldsa44"
)

// check derives both halves of OpenSSH's composite: the ML-DSA-44 key from the
// first 32 bytes, the Ed25519 key from the last 32.
func (priv *MLDSAPrivateKey) check(pub MLDSAPublicKey) error {
	if len(priv.Seeds) != mldsa44.SeedSize+ed25519.SeedSize {
		return mismatch("the seeds are not 64 bytes long")
	}
	mldsa, _ := mldsa44.NewKeyFromSeed((*[mldsa44.SeedSize]byte)(priv.Seeds))
	ed := ed25519.NewKeyFromSeed(priv.Seeds[mldsa44.SeedSize:]).Public().(ed25519.PublicKey)
	if !bytes.Equal(append(mldsa.Bytes(), ed...), pub.Key) {
		return mismatch("the seeds do not give the public key")
	}
	return nil
}
