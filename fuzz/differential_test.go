package fuzz

import (
	"bytes"
	"crypto/dsa" //lint:ignore SA1019 DSA keys exist and must be read
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"math/big"
	"testing"

	"github.com/kayrus/putty"
	"github.com/keyconv/keyconv/openssh"
	"github.com/keyconv/keyconv/ppk"
	"github.com/keyconv/keyconv/sshkey"
	"github.com/keyconv/keyconv/testdata"
	"golang.org/x/crypto/ssh"
)

// privateNumber is what two readers must agree on.
func privateNumber(key any) *big.Int {
	switch k := key.(type) {
	case *rsa.PrivateKey:
		return k.D
	case *dsa.PrivateKey:
		return k.X
	case *ecdsa.PrivateKey:
		if b, err := k.Bytes(); err == nil {
			return new(big.Int).SetBytes(b)
		}
	case ed25519.PrivateKey:
		return new(big.Int).SetBytes(k.Seed())
	case *ed25519.PrivateKey:
		return new(big.Int).SetBytes(k.Seed())
	}
	return nil
}

func ourNumber(k *sshkey.Key) *big.Int {
	switch p := k.Private.(type) {
	case *sshkey.RSAPrivateKey:
		return p.D
	case *sshkey.DSAPrivateKey:
		return p.X
	case *sshkey.ECDSAPrivateKey:
		return p.D
	case *sshkey.EdDSAPrivateKey:
		return new(big.Int).SetBytes(p.Seed)
	}
	return nil
}

func compare(t testing.TB, k *sshkey.Key, theirs any) {
	t.Helper()
	ours, other := ourNumber(k), privateNumber(theirs)
	if ours != nil && other != nil && ours.Cmp(other) != 0 {
		t.Fatalf("two readers take different private numbers out of one file")
	}
}

// FuzzPPKAgainstPutty compares with kayrus/putty where both read. Its refusals
// prove nothing, and it panics on some files.
func FuzzPPKAgainstPutty(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		k, err := ppk.Parse(data)
		if err != nil {
			return
		}
		if k, err = k.Decrypt([]byte(testdata.Passphrase), cheap); err != nil {
			return // also because the KDF is too expensive to give to the other
		}
		if theirs := readPutty(data); theirs != nil {
			compare(t, k, theirs)
		}
	})
}

func readPutty(data []byte) (key any) {
	defer func() {
		if recover() != nil {
			key = nil
		}
	}()
	k, err := putty.New(bytes.Clone(data))
	if err != nil {
		return nil
	}
	var pass []byte
	if k.Encryption != "none" {
		pass = []byte(testdata.Passphrase)
	}
	if key, err = k.ParseRawPrivateKey(pass); err != nil {
		return nil
	}
	return key
}

// FuzzOpenSSHAgainstXCrypto compares with golang.org/x/crypto/ssh.
func FuzzOpenSSHAgainstXCrypto(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		k, err := openssh.Parse(data)
		if err != nil {
			return
		}
		encrypted := k.Encrypted()
		if k, err = k.Decrypt([]byte(testdata.Passphrase), cheap); err != nil {
			return
		}
		var theirs any
		if encrypted {
			theirs, err = ssh.ParseRawPrivateKeyWithPassphrase(data, []byte(testdata.Passphrase))
		} else {
			theirs, err = ssh.ParseRawPrivateKey(data)
		}
		if err == nil {
			compare(t, k, theirs)
		}
	})
}

// FuzzPublicAgainstXCrypto: a blob that both take is written alike, and has
// one fingerprint.
func FuzzPublicAgainstXCrypto(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		theirs, _, _, rest, err := ssh.ParseAuthorizedKey(data)
		if err != nil || len(rest) > 0 {
			return
		}
		k, err := sshkey.ParsePublicKey(theirs.Marshal())
		if err != nil || k.IsCertificate() {
			return
		}
		if got, want := k.Fingerprint(), ssh.FingerprintSHA256(theirs); got != want {
			t.Fatalf("%s, x/crypto says %s", got, want)
		}
	})
}
