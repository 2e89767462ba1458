package openssh_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cloudflare/circl/sign/mldsa/mldsa44"
	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/openssh"
	"github.com/keyconv/keyconv/sshkey"
)

// securityKeys are keys whose private half lives in a token, of the public
// halves of shipped keys, and their private fields by hand.
func securityKeys(t testing.TB) map[string]*sshkey.Key {
	t.Helper()
	keys := map[string]*sshkey.Key{}
	for _, name := range []string{"ed25519", "ecdsa256"} {
		pub, err := sshkey.SKPublicKey{Key: shippedKey(t, name).Public.Parts(), Application: "ssh:test"}.PublicKey()
		if err != nil {
			t.Fatal(err)
		}
		keys[name] = &sshkey.Key{Public: pub, Comment: "token", Private: &sshkey.SKPrivateKey{Flags: 0x21, Handle: []byte("handle\x00of the key"), Reserved: []byte{}}}
	}
	return keys
}

func skBody(k *sshkey.Key) []byte {
	public := keytest.Raw(k.Public.Blob()) // the private part starts with the same fields
	p := k.Private.(*sshkey.SKPrivateKey)
	return keytest.Fields(public, p.Flags, p.Handle, p.Reserved, k.Comment)
}

func TestSecurityKeyRead(t *testing.T) {
	for name, want := range securityKeys(t) {
		text := plain(want.Public.Blob(), skBody(want)).String()
		got, err := open(text)
		if err != nil || sshkey.Same(got, want) != nil {
			t.Errorf("%s: %v", name, err)
		}
		sameAsSSHKeygen(t, text, "", want)
	}
}

// TestSecurityKeyWritten: ssh-keygen reads, re-encrypts and hands back what we
// write.
func TestSecurityKeyWritten(t *testing.T) {
	for name, k := range securityKeys(t) {
		for _, pass := range []string{"", passphrase} {
			out, err := openssh.Encoder{Rounds: 2}.Marshal(k, []byte(pass))
			if err != nil {
				t.Fatal(err)
			}
			sameAsSSHKeygen(t, string(out), pass, k)
			file := keytest.File(t, "key", out)
			keytest.Run(t, nil, "ssh-keygen", "-p", "-P", pass, "-N", passphrase, "-a", "1", "-f", file)
			if line := string(keytest.Run(t, nil, "ssh-keygen", "-l", "-f", file)); !strings.Contains(line, k.Public.Fingerprint()+" ") || !strings.Contains(line, "("+k.Public.Label()+")") {
				t.Errorf("%s: ssh-keygen -l prints %s", name, line)
			}
			again, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := open(string(again)); err != nil || sshkey.Same(got, k) != nil {
				t.Errorf("%s: through ssh-keygen it is another key: %v", name, err)
			}
		}
	}
}

// certificate is the certificate of a shipped key.
func certificate(t testing.TB, name string) sshkey.PublicKey {
	t.Helper()
	blob, err := base64.StdEncoding.DecodeString(strings.Fields(string(keytest.Shipped(t, name+"/id-cert.pub")))[1])
	if err != nil {
		t.Fatal(err)
	}
	pub, err := sshkey.ParsePublicKey(blob)
	if err != nil {
		t.Fatal(err)
	}
	return pub
}

func mpint(n *big.Int) []byte {
	b := n.Bytes()
	if n.BitLen()%8 == 0 && len(b) > 0 {
		b = append([]byte{0}, b...)
	}
	return b
}

// certBody is the private part of a file that holds a certificate: no tool
// writes one, ssh-keygen reads it.
func certBody(t testing.TB, name string) []byte {
	k, cert := shippedKey(t, name), certificate(t, name)
	head := keytest.Raw(keytest.Fields(cert.Algorithm(), cert.Blob()))
	switch p := k.Private.(type) {
	case *sshkey.RSAPrivateKey:
		return keytest.Fields(head, mpint(p.D), mpint(p.Iqmp), mpint(p.P), mpint(p.Q), "vec")
	case *sshkey.ECDSAPrivateKey:
		return keytest.Fields(head, mpint(p.D), "vec")
	case *sshkey.EdDSAPrivateKey:
		pub := k.Public.Parts().(sshkey.EdDSAPublicKey).Key
		return keytest.Fields(head, pub, append(bytes.Clone(p.Seed), pub...), "vec")
	}
	t.Fatalf("%s", name)
	return nil
}

func TestCertificateInside(t *testing.T) {
	for _, name := range []string{"rsa2048", "ecdsa256", "ecdsa521", "ed25519"} {
		cert := certificate(t, name)
		text := plain(cert.Blob(), certBody(t, name)).String()
		k, err := open(text)
		if err != nil || k.Public != cert {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := sshKeygenReads(t, text, ""); !strings.HasPrefix(got, cert.String()) {
			t.Errorf("%s: ssh-keygen reads %q", name, got)
		}
		out, err := openssh.Marshal(k, nil)
		if err != nil {
			t.Fatal(err)
		}
		k.Public = cert.Plain()
		sameAsSSHKeygen(t, string(out), "", k)

		if _, err := open(plain(cert.Plain().Blob(), certBody(t, name)).String()); !errors.Is(err, sshkey.ErrMismatch) {
			t.Errorf("%s: a plain key outside: %v", name, err)
		}
	}
}

// TestShortSecret: PuTTY 0.68 to 0.74 dropped a zero at the end of the seed,
// and left 63 bytes that neither it nor OpenSSH reads.
func TestShortSecret(t *testing.T) {
	seed := append(bytes.Repeat([]byte{7}, 31), 0)
	pub := ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
	k, err := open(plain(keytest.Fields("ssh-ed25519", pub), edBody(pub, seed[:31])).String())
	if err != nil || !bytes.Equal(k.Private.(*sshkey.EdDSAPrivateKey).Seed, seed) {
		t.Fatal(err)
	}
	out, err := openssh.Marshal(k, nil)
	if err != nil {
		t.Fatal(err)
	}
	sameAsSSHKeygen(t, string(out), "", k)

	full := bytes.Repeat([]byte{7}, 32) // its last byte is not zero
	pub = ed25519.NewKeyFromSeed(full).Public().(ed25519.PublicKey)
	for _, n := range []int{0, 31, 33} {
		secret := append(bytes.Clone(full), 0)[:n]
		if _, err := open(plain(keytest.Fields("ssh-ed25519", pub), edBody(pub, secret)).String()); !errors.Is(err, sshkey.ErrMismatch) {
			t.Errorf("%d bytes of seed: %v", n, err)
		}
	}
}

// TestPadding: what ssh-keygen reads and what it does not.
func TestPadding(t *testing.T) {
	count := func(from byte, n int) (b []byte) {
		for i := range n {
			b = append(b, from+byte(i))
		}
		return b
	}
	for _, c := range []struct {
		name   string
		pad    []byte
		want   string // the findings; "refused"
		keygen bool
	}{
		{"OpenSSH's", count(1, 2), "", true},
		{"PuTTY's", count(1, 10), "", true},
		{"300 bytes", count(1, 298), "", true},
		{"none", nil, "private-padding", false},
		{"from zero", count(0, 2), "private-padding", false},
		{"zeros", []byte{0, 0}, "refused", false},
		{"from two", count(2, 2), "refused", false},
		{"no whole block", count(1, 3), "private-padding", false},
	} {
		l, pub, seed := edLayout(t)
		l.private = append(append(keytest.Fields(uint32(1), uint32(1)), edBody(pub, seed)...), c.pad...)
		k, err := open(l.String())
		switch {
		case c.want == "refused":
			if !errors.Is(err, sshkey.ErrCorrupt) {
				t.Errorf("%s: %v", c.name, err)
			}
		case err != nil:
			t.Errorf("%s: %v", c.name, err)
		case codes(k) != c.want:
			t.Errorf("%s: findings %q", c.name, codes(k))
		}
		if read := sshKeygenReads(t, l.String(), "") != ""; read != c.keygen {
			t.Errorf("%s: ssh-keygen reads it: %v", c.name, read)
		}
	}
}

// TestNotEncrypted: ssh-keygen -Z none asks for a passphrase and writes the
// key in clear.
func TestNotEncrypted(t *testing.T) {
	file := filepath.Join(t.TempDir(), "key")
	keytest.Run(t, nil, "ssh-keygen", "-q", "-t", "ed25519", "-N", "secret", "-Z", "none", "-a", "1", "-C", "c", "-f", file)
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	k, err := openssh.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	if k.Encrypted() || k.Protection != nil || codes(k) != "not-encrypted" || k.Findings[0].Severity != sshkey.Warning || k.Findings[0].Hint == "" {
		t.Errorf("%v %v", k.Protection, k.Findings)
	}
	sameAsSSHKeygen(t, string(data), "any", k)
}

// rsaBody lays out the shipped RSA key with other numbers.
func rsaBody(t testing.TB, change func(k *sshkey.RSAPrivateKey)) layout {
	k := shippedKey(t, "rsa2048")
	pub, p := k.Public.Parts().(sshkey.RSAPublicKey), *k.Private.(*sshkey.RSAPrivateKey)
	change(&p)
	return plain(k.Public.Blob(), keytest.Fields("ssh-rsa", mpint(pub.N), mpint(pub.E), mpint(p.D), mpint(p.Iqmp), mpint(p.P), mpint(p.Q), k.Comment))
}

// TestRSANumbers: OpenSSH never looks at them.
func TestRSANumbers(t *testing.T) {
	add := func(n *big.Int) *big.Int { return new(big.Int).Add(n, big.NewInt(2)) }
	k := shippedKey(t, "rsa2048")
	iqmp := rsaBody(t, func(k *sshkey.RSAPrivateKey) { k.Iqmp = add(k.Iqmp) }).String()
	got, err := open(iqmp)
	if err != nil || codes(got) != "rsa-iqmp" || sshkey.Same(got, k) != nil {
		t.Errorf("iqmp: %v", err)
	}
	sameAsSSHKeygen(t, iqmp, "", k)
	for name, change := range map[string]func(k *sshkey.RSAPrivateKey){
		"d": func(k *sshkey.RSAPrivateKey) { k.D = add(k.D) },
		"p": func(k *sshkey.RSAPrivateKey) { k.P = add(k.P) },
		"q": func(k *sshkey.RSAPrivateKey) { k.Q = add(k.Q) },
		"0": func(k *sshkey.RSAPrivateKey) { k.P = new(big.Int) },
	} {
		if _, err := open(rsaBody(t, change).String()); !errors.Is(err, sshkey.ErrMismatch) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestMLDSA: OpenSSH 10's composite. The oldest tool that could judge is not
// in Debian 12, so this is a round trip.
func TestMLDSA(t *testing.T) {
	seeds := bytes.Repeat([]byte{1, 2, 3, 4}, 16)
	ml, _ := mldsa44.NewKeyFromSeed((*[32]byte)(seeds))
	ed := ed25519.NewKeyFromSeed(seeds[32:]).Public().(ed25519.PublicKey)
	pub, err := sshkey.MLDSAPublicKey{Key: append(ml.Bytes(), ed...)}.PublicKey()
	if err != nil || len(pub.Blob()) != 1383 {
		t.Fatalf("%v %d", err, len(pub.Blob()))
	}
	k := &sshkey.Key{Public: pub, Private: &sshkey.MLDSAPrivateKey{Seeds: seeds}, Comment: "pq"}
	text := plain(pub.Blob(), keytest.Fields("ssh-mldsa44-ed25519@openssh.com", pub.Parts().(sshkey.MLDSAPublicKey).Key, seeds, "pq")).String()
	if got, err := open(text); err != nil || sshkey.Same(got, k) != nil {
		t.Errorf("by hand: %v", err)
	}
	out, err := openssh.Encoder{Rounds: 1}.Marshal(k, []byte(passphrase))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := open(string(out)); err != nil || sshkey.Same(got, k) != nil {
		t.Errorf("written: %v", err)
	}
	seeds[40] ^= 1
	if _, err := openssh.Marshal(k, nil); !errors.Is(err, sshkey.ErrMismatch) {
		t.Errorf("another seed: %v", err)
	}
}

// TestUnknownType: carried, shown, not written.
func TestUnknownType(t *testing.T) {
	pub := keytest.Fields("ssh-new@example.com", "x")
	k, err := open(plain(pub, keytest.Fields("ssh-new@example.com", "secret", "c")).String())
	if err != nil {
		t.Fatal(err)
	}
	if o, ok := k.Private.(*sshkey.Opaque); !ok || o.Container != openssh.Name || !bytes.Contains(o.Bytes, []byte("secret")) {
		t.Errorf("%v", k.Private)
	}
	var unsupported *sshkey.UnsupportedError
	if _, err := openssh.Marshal(k, nil); !errors.As(err, &unsupported) || unsupported.Next == "" {
		t.Errorf("written: %v", err)
	}
}
