package dropbear_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/internal/formats/dropbear"
	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/internal/wire"
	"github.com/keyconv/keyconv/sshkey"
	"golang.org/x/crypto/ssh"
)

var kinds = []string{"rsa -b 1024", "dsa -m PEM", "ecdsa -b 256", "ecdsa -b 384", "ecdsa -b 521", "ed25519"}

// newKey makes a key with ssh-keygen, as x/crypto reads it and as
// dropbearconvert does.
func newKey(t *testing.T, kind string) (want *sshkey.Key, data []byte) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "key")
	keytest.Run(t, nil, "ssh-keygen", append([]string{"-q", "-N", "", "-f", name, "-t"}, strings.Fields(kind)...)...)
	converted := filepath.Join(t.TempDir(), "converted")
	keytest.Run(t, nil, "dropbearconvert", "openssh", "dropbear", name, converted)
	return raw(t, name), read(t, converted)
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// raw reads an OpenSSH key by way of x/crypto: a second reader.
func raw(t *testing.T, name string) *sshkey.Key {
	t.Helper()
	priv, err := ssh.ParseRawPrivateKey(read(t, name))
	if err != nil {
		t.Fatal(err)
	}
	if p, ok := priv.(*ed25519.PrivateKey); ok {
		priv = *p
	}
	k, err := sshkey.FromCrypto(priv, "")
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestDropbear(t *testing.T) {
	for _, kind := range kinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			want, data := newKey(t, kind)
			if !dropbear.Sniff(data) || dropbear.Sniff(want.Public.Blob()) {
				t.Error("not recognised, or a public key is")
			}
			k, err := dropbear.Parse(data)
			if err != nil {
				t.Fatal(err)
			}
			if err := sshkey.Same(k, want); err != nil {
				t.Errorf("reading dropbearconvert's: %v", err)
			}
			out, err := dropbear.Marshal(want, nil)
			if err != nil || !bytes.Equal(out, data) {
				t.Errorf("other bytes than dropbearconvert's: %v", err)
			}
			in, back := filepath.Join(t.TempDir(), "in"), filepath.Join(t.TempDir(), "back")
			if err := os.WriteFile(in, out, 0o600); err != nil {
				t.Fatal(err)
			}
			keytest.Run(t, nil, "dropbearconvert", "dropbear", "openssh", in, back)
			if err := sshkey.Same(raw(t, back), want); err != nil {
				t.Errorf("dropbearconvert reads ours: %v", err)
			}
			damage(t, data, want)
		})
	}
}

func damage(t *testing.T, data []byte, want *sshkey.Key) {
	t.Helper()
	check := func(damaged []byte) {
		k, err := dropbear.Parse(damaged)
		var syntax *sshkey.SyntaxError
		if err != nil && !errors.As(err, &syntax) {
			t.Fatalf("%T without a place: %v", err, err)
		}
		if err == nil && sshkey.Same(k, want) != nil {
			t.Fatalf("another key: %v", sshkey.Same(k, want))
		}
	}
	for i := range 8 * len(data) {
		damaged := bytes.Clone(data)
		damaged[i/8] ^= 1 << (i % 8)
		check(damaged)
	}
	for i := range data {
		check(data[:i])
	}
}

func TestRefused(t *testing.T) {
	k, data := newKey(t, "ed25519")
	if _, err := dropbear.Marshal(k, []byte("x")); err == nil {
		t.Error("a passphrase was dropped")
	}
	if _, err := dropbear.Marshal(k.PublicOnly(), nil); !errors.Is(err, sshkey.ErrNoPrivate) {
		t.Errorf("a public key: %v", err)
	}
	if _, err := dropbear.Parse(append(data, 0)); err == nil {
		t.Error("bytes behind the key")
	}
}

// rsaKey makes one of any size, also such as no program makes.
func rsaKey(t *testing.T, bits int, e *big.Int) *sshkey.Key {
	t.Helper()
	one := big.NewInt(1)
	for {
		p, err := rand.Prime(rand.Reader, bits/2)
		q, err2 := rand.Prime(rand.Reader, bits-bits/2)
		if err := errors.Join(err, err2); err != nil {
			t.Fatal(err)
		}
		n := new(big.Int).Mul(p, q)
		phi := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
		d := new(big.Int).ModInverse(e, phi)
		if d == nil || n.BitLen() != bits {
			continue
		}
		return keyOf(t, sshkey.RSAPublicKey{E: e, N: n}, &sshkey.RSAPrivateKey{D: d, P: p, Q: q, Iqmp: new(big.Int).ModInverse(q, p)})
	}
}

func dsaKey(t *testing.T, pBits, qBits int) *sshkey.Key {
	t.Helper()
	q, err := rand.Prime(rand.Reader, qBits)
	if err != nil {
		t.Fatal(err)
	}
	one := big.NewInt(1)
	for m := new(big.Int).Lsh(one, uint(pBits-qBits)); ; m.Add(m, one) {
		p := new(big.Int).Add(new(big.Int).Mul(m, q), one)
		if p.BitLen() != pBits || !p.ProbablyPrime(5) {
			continue
		}
		g, x := new(big.Int).Exp(big.NewInt(2), m, p), big.NewInt(12345)
		return keyOf(t, sshkey.DSAPublicKey{P: p, Q: q, G: g, Y: new(big.Int).Exp(g, x, p)}, &sshkey.DSAPrivateKey{X: x})
	}
}

func keyOf(t *testing.T, parts sshkey.Parts, private sshkey.PrivateKey) *sshkey.Key {
	t.Helper()
	public, err := parts.PublicKey()
	if err != nil {
		t.Fatal(err)
	}
	return &sshkey.Key{Public: public, Private: private}
}

// plain is the file of a key, whether Dropbear reads it or not.
func plain(k *sshkey.Key) []byte {
	b := k.Public.Blob()
	switch p := k.Private.(type) {
	case *sshkey.RSAPrivateKey:
		return wire.AppendInt(wire.AppendInt(wire.AppendInt(b, p.D), p.P), p.Q)
	case *sshkey.DSAPrivateKey:
		return wire.AppendInt(b, p.X)
	}
	return nil
}

// TestReadable: what is written is what Dropbear reads, and nothing else is
// refused.
func TestReadable(t *testing.T) {
	f4, wide := big.NewInt(65537), new(big.Int).Lsh(big.NewInt(1), 63)
	for name, k := range map[string]*sshkey.Key{
		"RSA 1016": rsaKey(t, 1016, f4), "RSA 1024": rsaKey(t, 1024, f4), "RSA 4400": rsaKey(t, 4400, f4), "RSA 4480": rsaKey(t, 4480, f4),
		"e of 64 bits": rsaKey(t, 2048, wide.SetBit(wide, 0, 1)), "e of 65 bits": rsaKey(t, 2048, new(big.Int).SetBit(big.NewInt(13), 64, 1)),
		"DSA 1024": dsaKey(t, 1024, 160), "q of 168 bits": dsaKey(t, 1024, 168), "DSA 1032": dsaKey(t, 1032, 160),
	} {
		file := filepath.Join(t.TempDir(), "key")
		if err := os.WriteFile(file, plain(k), 0o600); err != nil {
			t.Fatal(err)
		}
		_, _, judged := keytest.Try(t, nil, "dropbearkey", "-y", "-f", file)
		_, err := dropbear.Marshal(k, nil)
		var unsupported *sshkey.UnsupportedError
		if (err == nil) != judged || err != nil && !errors.As(err, &unsupported) {
			t.Errorf("%s: Dropbear reads it: %v; %v", name, judged, err)
		}
	}
}
