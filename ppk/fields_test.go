package ppk_test

import (
	"bytes"
	"crypto/sha1"
	"errors"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/ppk"
	"github.com/keyconv/keyconv/sshkey"
)

// forge lays the file of a shipped key out anew, with another private blob.
func forge(t testing.TB, name string, version int, priv []byte) forgery {
	k := shippedKey(t, name)
	return forgery{version: version, algorithm: k.Public.Algorithm(), comment: k.Comment, pub: k.Public.Blob(), priv: priv}
}

var shippedNames = []string{"rsa2048", "dsa1024", "ecdsa256", "ecdsa384", "ecdsa521", "ed25519", "ed448"}

// TestForgery: the tests' own writer agrees with puttygen.
func TestForgery(t *testing.T) {
	for _, name := range shippedNames {
		for version, file := range map[int]string{2: "/plain2.ppk", 3: "/plain.ppk"} {
			data := keytest.Shipped(t, name+file)
			if got := forge(t, name, version, privateBlob(t, data)).String(); got != string(data) {
				t.Errorf("%s%s:\n%s", name, file, got)
			}
		}
	}
}

// TestPadding: any bytes behind the last field, and a whole block too many.
func TestPadding(t *testing.T) {
	for _, name := range []string{"rsa2048", "ecdsa521", "ed25519"} {
		k := shippedKey(t, name)
		priv := privateBlob(t, keytest.Shipped(t, name+"/plain2.ppk"))
		whole := -len(priv) & 15
		for _, pad := range [][]byte{make([]byte, whole), bytes.Repeat([]byte{0xff}, whole), make([]byte, whole+16), bytes.Repeat([]byte{0xaa}, whole+160)} {
			for _, pass := range []string{"", passphrase} {
				f := forge(t, name, 2, slices.Concat(priv, pad))
				f.pass = pass
				got, err := open(f.String())
				if err == nil {
					err = sshkey.Same(got, k)
				}
				if err != nil {
					t.Errorf("%s, %d bytes: %v", name, len(pad), err)
				}
				samePlain2(t, f.String(), k)
			}
		}
	}
}

// TestSignatureName: rsa-sha2-512 in the first line is kept by PuTTY where it
// stands; the blob still says ssh-rsa, and so do we.
func TestSignatureName(t *testing.T) {
	for _, alias := range []string{"rsa-sha2-256", "rsa-sha2-512"} {
		f := forge(t, "rsa2048", 3, privateBlob(t, keytest.Shipped(t, "rsa2048/plain.ppk")))
		f.algorithm = alias
		k, err := open(f.String())
		if err != nil || sshkey.Same(k, shippedKey(t, "rsa2048")) != nil {
			t.Fatalf("%s: %v", alias, err)
		}
		out, ok := puttygenPlain2(t, f.String(), k.Comment)
		if again, err := open(out); !ok || err != nil || sshkey.Same(again, k) != nil {
			t.Errorf("%s: puttygen reads another key: %v", alias, err)
		}
	}
}

// TestHalvesDiffer has files whose MAC is right and whose halves are not of
// one key. PuTTY loads those of ECDSA and EdDSA.
func TestHalvesDiffer(t *testing.T) {
	change := func(b []byte, i int) []byte { c := bytes.Clone(b); c[i] ^= 1; return c }
	for _, name := range shippedNames {
		priv := privateBlob(t, keytest.Shipped(t, name+"/plain2.ppk"))
		for what, damaged := range map[string][]byte{
			"its last byte": change(priv, int(priv[2])<<8+int(priv[3])+3),
			"a byte of it":  change(priv, 9),
		} {
			for _, pass := range []string{"", passphrase} {
				f := forge(t, name, 2, damaged)
				if f.pass = pass; pass != "" {
					f.priv = append(f.priv, make([]byte, -len(damaged)&15)...)
				}
				k, err := open(f.String())
				if !errors.Is(err, sshkey.ErrMismatch) {
					t.Errorf("%s, %s: %v %v", name, what, k, err)
				}
				checkPlace(t, f.String(), err)
			}
		}
	}
}

// checkPlace wants an error to point into the private part.
func checkPlace(t *testing.T, text string, err error) {
	t.Helper()
	first := strings.Index(text, "Private-Lines")
	if pos, ok := keytest.Place(err); !ok || pos.Offset <= first || pos.Offset > len(text) {
		t.Errorf("%v is at %v; the private part is behind %d", err, pos, first)
	}
}

// TestNoPrivateFields: PuTTY takes an empty or a cut private half for the
// number 0.
func TestNoPrivateFields(t *testing.T) {
	for _, name := range shippedNames {
		for _, priv := range [][]byte{nil, {0}, {0, 0, 0, 0}, {0, 0, 0, 1, 1}, {0, 0, 0, 5, 1}, {0xff, 0xff, 0xff, 0xff}, {0, 0, 0, 1, 0x80}} {
			f := forge(t, name, 3, priv)
			if k, err := open(f.String()); err == nil {
				t.Errorf("%s with %x: %v", name, priv, k)
			}
		}
	}
}

// rsaPrivate are the fields of the shipped RSA key.
func rsaPrivate(t testing.TB) (d, p, q, iqmp *big.Int) {
	k := shippedKey(t, "rsa2048").Private.(*sshkey.RSAPrivateKey)
	return k.D, k.P, k.Q, k.Iqmp
}

func mpints(v ...*big.Int) (b []byte) {
	for _, n := range v {
		body := n.Bytes()
		if n.BitLen()%8 == 0 && len(body) > 0 {
			body = append([]byte{0}, body...)
		}
		b = append(b, keytest.Fields(body)...)
	}
	return b
}

// TestRSANumbers changes one number at a time.
func TestRSANumbers(t *testing.T) {
	d, p, q, iqmp := rsaPrivate(t)
	one, two := big.NewInt(1), big.NewInt(2)
	n := new(big.Int).Mul(p, q)
	plus := func(a, b *big.Int) *big.Int { return new(big.Int).Add(a, b) }
	for name, priv := range map[string][]byte{
		"d+2":       mpints(plus(d, two), p, q, iqmp),
		"d=0":       mpints(new(big.Int), p, q, iqmp),
		"p+2":       mpints(d, plus(p, two), q, iqmp),
		"q+2":       mpints(d, p, plus(q, two), iqmp),
		"1 and n":   mpints(d, one, n, iqmp),
		"n and 1":   mpints(d, n, one, iqmp),
		"p twice":   mpints(d, p, p, iqmp),
		"no p":      mpints(d, new(big.Int), q, iqmp),
		"no q":      mpints(d, p, new(big.Int), iqmp),
		"d is iqmp": mpints(iqmp, p, q, d),
	} {
		text := forge(t, "rsa2048", 3, priv).String()
		if _, err := open(text); !errors.Is(err, sshkey.ErrMismatch) {
			t.Errorf("%s: %v", name, err)
		}
		if _, ok := puttygenPlain2(t, text, "x"); ok {
			t.Errorf("%s: puttygen reads it", name)
		}
	}
}

// TestWrongIqmp: PuTTY recomputes it without a word, we with one.
func TestWrongIqmp(t *testing.T) {
	d, p, q, iqmp := rsaPrivate(t)
	k := shippedKey(t, "rsa2048")
	for _, wrong := range []*big.Int{new(big.Int), big.NewInt(1), p, new(big.Int).Add(iqmp, big.NewInt(1))} {
		text := forge(t, "rsa2048", 3, mpints(d, p, q, wrong)).String()
		got, err := open(text)
		if err != nil || sshkey.Same(got, k) != nil {
			t.Fatalf("%v", err)
		}
		if len(got.Findings) != 1 || got.Findings[0].Code != "rsa-iqmp" || got.Findings[0].Severity != sshkey.Warning {
			t.Errorf("findings %v", got.Findings)
		}
		samePlain2(t, text, got)
	}
	if got, err := open(forge(t, "rsa2048", 3, mpints(d, p, q, iqmp)).String()); err != nil || len(got.Findings) != 0 {
		t.Errorf("the right one: %v %v", err, got)
	}
}

// TestOtherNumbers: any d with e*d = 1 will do, and p and q in either order.
func TestOtherNumbers(t *testing.T) {
	d, p, q, iqmp := rsaPrivate(t)
	one := big.NewInt(1)
	phi := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
	other := new(big.Int).ModInverse(p, q)
	for name, priv := range map[string][]byte{
		"a larger d": mpints(new(big.Int).Add(d, phi), p, q, iqmp),
		"q first":    mpints(d, q, p, other),
	} {
		text := forge(t, "rsa2048", 3, priv).String()
		k, err := open(text)
		if err != nil || len(k.Findings) != 0 {
			t.Errorf("%s: %v", name, err)
			continue
		}
		again, err := ppk.Marshal(k, nil)
		if err != nil || string(again) != text {
			t.Errorf("%s: the numbers are not kept: %v", name, err)
		}
		if _, ok := puttygenPlain2(t, string(again), k.Comment); !ok {
			t.Errorf("%s: puttygen refuses it", name)
		}
	}
}

// TestDSAHash: old files have the hash of p, q and g behind x; PuTTY checks it
// in every version.
func TestDSAHash(t *testing.T) {
	k := shippedKey(t, "dsa1024")
	pub := k.Public.Parts().(sshkey.DSAPublicKey)
	sum := sha1.Sum(mpints(pub.P, pub.Q, pub.G))
	x := mpints(k.Private.(*sshkey.DSAPrivateKey).X)
	good := forge(t, "dsa1024", 2, slices.Concat(x, keytest.Fields(sum[:]))).String()
	got, err := open(good)
	if err != nil || sshkey.Same(got, k) != nil {
		t.Fatalf("%v", err)
	}
	samePlain2(t, good, k)

	sum[7] ^= 1
	bad := forge(t, "dsa1024", 2, slices.Concat(x, keytest.Fields(sum[:]))).String()
	if _, err := open(bad); !errors.Is(err, sshkey.ErrCorrupt) {
		t.Error(err)
	} else {
		checkPlace(t, bad, err)
	}
	if _, ok := puttygenPlain2(t, bad, "x"); ok {
		t.Error("puttygen reads a wrong hash")
	}
}

// TestPublicBlob: PuTTY is content with what we, like OpenSSH, are not.
func TestPublicBlob(t *testing.T) {
	priv := privateBlob(t, keytest.Shipped(t, "ecdsa256/plain.ppk"))
	for name, change := range map[string]func(f *forgery){
		"trailing bytes":  func(f *forgery) { f.pub = append(f.pub, 0) },
		"another curve":   func(f *forgery) { f.pub = bytes.Replace(f.pub, []byte("nistp256"), []byte("nistp384"), 2) },
		"off the curve":   func(f *forgery) { f.pub[len(f.pub)-1] ^= 1 },
		"no key at all":   func(f *forgery) { f.pub = nil },
		"another type":    func(f *forgery) { f.algorithm = "ecdsa-sha2-nistp384" },
		"an unknown type": func(f *forgery) { f.algorithm = "ecdsa-sha2-nistp999" },
	} {
		f := forge(t, "ecdsa256", 3, priv)
		change(&f)
		_, err := open(f.String())
		if pos, ok := keytest.Place(err); !ok || !pos.IsValid() {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestUnknownType: a type nobody here knows is carried as it is; its private
// half stays closed to the writers.
func TestUnknownType(t *testing.T) {
	f := forgery{version: 3, algorithm: "ssh-new@example.com", comment: "c", pub: keytest.Fields("ssh-new@example.com", "x"), priv: []byte("secret")}
	k, err := open(f.String())
	if err != nil {
		t.Fatal(err)
	}
	if o, ok := k.Private.(*sshkey.Opaque); !ok || string(o.Bytes) != "secret" || o.Container != ppk.Name {
		t.Errorf("%v", k.Private)
	}
	var unsupported *sshkey.UnsupportedError
	if _, err := ppk.Marshal(k, nil); !errors.As(err, &unsupported) {
		t.Errorf("written: %v", err)
	}
}
