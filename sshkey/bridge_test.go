package sshkey_test

import (
	"bytes"
	"crypto"
	"crypto/dsa" //lint:ignore SA1019 DSA keys exist and must be read
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"math/big"
	"testing"

	"github.com/cloudflare/circl/sign/ed448"
	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/openssh"
	"github.com/keyconv/keyconv/sshkey"
	"github.com/keyconv/keyconv/testdata"
	"golang.org/x/crypto/ssh"
)

// TestCryptoRoundTrip: to the crypto packages and back it is the same key.
func TestCryptoRoundTrip(t *testing.T) {
	for _, name := range shippedNames {
		k := shippedKey(t, name)
		priv, err := k.Crypto()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		back, err := sshkey.FromCrypto(priv, k.Comment)
		if err != nil || sshkey.Same(back, k) != nil {
			t.Errorf("%s: another key comes back: %v", name, err)
		}
		pub, err := k.Public.Crypto()
		if err != nil {
			t.Fatal(err)
		}
		if again, err := sshkey.NewPublicKey(pub); err != nil || again != k.Public {
			t.Errorf("%s: another public key comes back: %v", name, err)
		}
		if s, ok := priv.(crypto.Signer); ok {
			if e, ok := pub.(interface{ Equal(crypto.PublicKey) bool }); ok && !e.Equal(s.Public()) {
				t.Errorf("%s: the halves differ", name)
			}
		}
	}
}

// TestFromRawKeys: what x/crypto reads of a file is the key that we read of it.
func TestFromRawKeys(t *testing.T) {
	for _, name := range []string{"rsa2048", "ecdsa256", "ed25519"} {
		raw, err := ssh.ParseRawPrivateKey(keytest.Read(t, testdata.Keys, "keys/"+name+"/openssh"))
		if err != nil {
			t.Fatal(err)
		}
		want := shippedKey(t, name)
		if k, err := sshkey.FromCrypto(raw, want.Comment); err != nil || sshkey.Same(k, want) != nil {
			t.Errorf("%T: %v", raw, err)
		}
	}
	for _, wrong := range []crypto.PrivateKey{(*ed25519.PrivateKey)(nil), &ed25519.PrivateKey{}, ed25519.PrivateKey("short"), ed448.PrivateKey("short")} {
		if k, err := sshkey.FromCrypto(wrong, ""); err == nil {
			t.Errorf("%T %v: %v", wrong, wrong, k)
		}
	}
}

// TestFromFreshKeys: keys that the crypto packages make, judged by ssh-keygen.
func TestFromFreshKeys(t *testing.T) {
	r, _ := rsa.GenerateKey(rand.Reader, 2048)
	e, _ := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	_, d, _ := ed25519.GenerateKey(rand.Reader)
	for _, priv := range []crypto.PrivateKey{r, e, d} {
		k, err := sshkey.FromCrypto(priv, "fresh")
		if err != nil {
			t.Errorf("%T: %v", priv, err)
			continue
		}
		text, err := openssh.Marshal(k, nil)
		if err != nil {
			t.Fatal(err)
		}
		got := keytest.Run(t, nil, "ssh-keygen", "-y", "-f", keytest.File(t, "key", text))
		if want := k.Public.String() + " fresh\n"; string(got) != want {
			t.Errorf("%T: ssh-keygen reads %s", priv, got)
		}
		theirs, err := ssh.NewPublicKey(priv.(crypto.Signer).Public())
		if err != nil || !bytes.Equal(theirs.Marshal(), k.Public.Blob()) {
			t.Errorf("%T: x/crypto makes another public key", priv)
		}
	}
	_, e448, _ := ed448.GenerateKey(rand.Reader)
	if k, err := sshkey.FromCrypto(e448, ""); err != nil || k.Public.Bits() != 448 {
		t.Errorf("Ed448: %v", err)
	}
}

// TestSigner: x/crypto/ssh verifies what the signer signs.
func TestSigner(t *testing.T) {
	data := []byte("to be signed")
	for _, name := range shippedNames {
		k := shippedKey(t, name)
		signer, err := k.Signer()
		if name == "ed448" { // x/crypto/ssh does not know it
			if err == nil {
				t.Error("Ed448 signs")
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		sig, err := signer.Sign(rand.Reader, data)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		pub, err := k.Public.SSH()
		if err != nil || !bytes.Equal(signer.PublicKey().Marshal(), k.Public.Blob()) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if err := pub.Verify(data, sig); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if pub.Verify([]byte("something else"), sig) == nil {
			t.Errorf("%s: it verifies anything", name)
		}
	}
}

// TestCertificateSigner offers the certificate.
func TestCertificateSigner(t *testing.T) {
	for _, name := range []string{"rsa2048", "ecdsa256", "ed25519"} {
		k := *shippedKey(t, name)
		k.Public = line(t, keytest.Shipped(t, name+"/id-cert.pub"))
		signer, err := k.Signer()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		cert, ok := signer.PublicKey().(*ssh.Certificate)
		if !ok || !bytes.Equal(cert.Marshal(), k.Public.Blob()) {
			t.Errorf("%s: it does not offer the certificate", name)
			continue
		}
		sig, err := signer.Sign(rand.Reader, []byte("x"))
		if err != nil || cert.Key.Verify([]byte("x"), sig) != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestNoCrypto: states of a key that have no such view.
func TestNoCrypto(t *testing.T) {
	sealed, err := openssh.Parse(keytest.Shipped(t, "ed25519/openssh-aes256-ctr"))
	if err != nil {
		t.Fatal(err)
	}
	var unsupported *sshkey.UnsupportedError
	is := func(want error) func(error) bool { return func(err error) bool { return errors.Is(err, want) } }
	as := func(err error) bool { return errors.As(err, &unsupported) }
	for name, c := range map[string]struct {
		key  *sshkey.Key
		good func(error) bool
	}{
		"sealed":       {sealed, is(sshkey.ErrEncrypted)},
		"public":       {sealed.PublicOnly(), is(sshkey.ErrNoPrivate)},
		"security key": {&sshkey.Key{Public: securityKey(t, "ed25519"), Private: &sshkey.SKPrivateKey{}}, as},
		"ML-DSA":       {mldsaKey(t), as},
		"no key":       {&sshkey.Key{Private: &sshkey.Opaque{}}, as},
		"a huge e":     {hugeExponent(t), as},
	} {
		if _, err := c.key.Crypto(); err == nil || !c.good(err) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := c.key.Signer(); err == nil || sshkey.Hint(err) == "" && c.key.Private != nil && !c.key.Encrypted() {
			t.Errorf("%s signs, or is not told what to do: %v", name, err)
		}
	}
}

// TestNoSigner: Ed448 is a key for package crypto, and none for x/crypto/ssh.
func TestNoSigner(t *testing.T) {
	_, err := shippedKey(t, "ed448").Signer()
	var unsupported *sshkey.UnsupportedError
	if !errors.As(err, &unsupported) || sshkey.Hint(err) == "" {
		t.Error(err)
	}
}

// hugeExponent is a key whose e crypto/rsa cannot hold.
func hugeExponent(t *testing.T) *sshkey.Key {
	t.Helper()
	p := shippedKey(t, "rsa2048").Private.(*sshkey.RSAPrivateKey)
	pub, err := sshkey.RSAPublicKey{E: new(big.Int).SetBit(big.NewInt(1), 40, 1), N: new(big.Int).Mul(p.P, p.Q)}.PublicKey()
	if err != nil {
		t.Fatal(err)
	}
	return &sshkey.Key{Public: pub, Private: p}
}

// TestCryptoMismatch: halves of two keys do not make a third one.
func TestCryptoMismatch(t *testing.T) {
	keys := keysOfEveryKind(t)
	keys["sk"] = &sshkey.Key{Public: securityKey(t, "ecdsa256"), Private: &sshkey.SKPrivateKey{}}
	for a, public := range keys {
		for b, private := range keys {
			if a == b {
				continue
			}
			if _, err := (&sshkey.Key{Public: public.Public, Private: private.Private}).Crypto(); err == nil {
				t.Errorf("%s with the private half of %s", a, b)
			}
		}
	}
}

func TestFromCryptoRefuses(t *testing.T) {
	three, _ := rsa.GenerateMultiPrimeKey(rand.Reader, 3, 1024) //lint:ignore SA1019 to be refused
	p224, _ := ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
	good, _ := shippedKey(t, "dsa1024").Crypto()
	other := *good.(*dsa.PrivateKey)
	other.X = new(big.Int).Add(other.X, big.NewInt(1))
	halfless := &ecdsa.PrivateKey{PublicKey: ecdsa.PublicKey{Curve: elliptic.P256()}, D: big.NewInt(5)} //lint:ignore SA1019 to be refused
	for _, priv := range []crypto.PrivateKey{nil, "a string", three, p224, &other, struct{}{}, halfless} {
		if k, err := sshkey.FromCrypto(priv, ""); err == nil || k != nil {
			t.Errorf("%T makes %v", priv, k)
		}
	}
	var unsupported *sshkey.UnsupportedError
	for _, priv := range []crypto.PrivateKey{"a string", three, p224} {
		if _, err := sshkey.FromCrypto(priv, ""); !errors.As(err, &unsupported) || unsupported.Unknown != "SSH" || sshkey.Hint(err) == "" {
			t.Errorf("%T: %v", priv, err)
		}
	}
	for _, pub := range []crypto.PublicKey{nil, 1, &p224.PublicKey, ed25519.PublicKey{1}, &rsa.PublicKey{}} {
		if k, err := sshkey.NewPublicKey(pub); err == nil {
			t.Errorf("%T makes %v", pub, k)
		}
	}
}
