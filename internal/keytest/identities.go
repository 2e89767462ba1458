package keytest

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"fmt"
	"io"
	"os/user"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
)

// An Identity is what a client can offer.
type Identity struct {
	Name    string
	Signer  ssh.Signer
	Private any // of a plain key
}

// Line is the public key as authorized_keys has it, without a comment.
func (i Identity) Line() string {
	return strings.TrimSpace(string(ssh.MarshalAuthorizedKey(i.Signer.PublicKey())))
}

// Identities are keys, authorities and certificates.
type Identities struct{ Plain, Authorities, Certs []Identity }

// NewIdentities makes some of every kind.
func NewIdentities(t testing.TB) *Identities {
	w := &Identities{}
	for i, priv := range []any{newEd25519(t), newEd25519(t), newECDSA(t, elliptic.P256()), newECDSA(t, elliptic.P384()), newECDSA(t, elliptic.P521()), newRSA(t)} {
		w.Plain = append(w.Plain, newIdentity(t, fmt.Sprintf("key %d", i), priv))
	}
	w.Plain = append(w.Plain, newSecurityKey(t))
	for i, priv := range []any{newEd25519(t), newECDSA(t, elliptic.P256()), newRSA(t)} {
		w.Authorities = append(w.Authorities, newIdentity(t, fmt.Sprintf("authority %d", i), priv))
	}
	w.makeCerts(t)
	return w
}

func newIdentity(t testing.TB, name string, priv any) Identity {
	t.Helper()
	s, err := ssh.NewSignerFromKey(priv)
	if err != nil {
		t.Fatal(err)
	}
	return Identity{name, s, priv}
}

func newEd25519(t testing.TB) any {
	_, k, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func newECDSA(t testing.TB, c elliptic.Curve) any {
	k, err := ecdsa.GenerateKey(c, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// newRSA is made once for all who want one, for it costs most.
var newRSA = func() func(t testing.TB) any {
	once := sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })
	return func(t testing.TB) any {
		k, err := once()
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
}()

// A securityKey signs as a FIDO token does that was touched and has checked a
// PIN (OpenSSH's PROTOCOL.u2f).
type securityKey struct {
	public ssh.PublicKey
	key    ed25519.PrivateKey
}

const application = "ssh:"

func newSecurityKey(t testing.TB) Identity {
	t.Helper()
	public, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p, err := ssh.ParsePublicKey(ssh.Marshal(struct {
		Type        string
		Key         []byte
		Application string
	}{ssh.KeyAlgoSKED25519, public, application}))
	if err != nil {
		t.Fatal(err)
	}
	return Identity{Name: "security key", Signer: securityKey{p, key}}
}

func (k securityKey) PublicKey() ssh.PublicKey { return k.public }

func (k securityKey) Sign(r io.Reader, data []byte) (*ssh.Signature, error) {
	return k.SignWithAlgorithm(r, data, ssh.KeyAlgoSKED25519)
}

func (k securityKey) SignWithAlgorithm(_ io.Reader, data []byte, _ string) (*ssh.Signature, error) {
	const touchedAndVerified = 5
	state := []byte{touchedAndVerified, 0, 0, 0, 1} // and a counter
	name, message := sha256.Sum256([]byte(application)), sha256.Sum256(data)
	signed := slices.Concat(name[:], state, message[:])
	return &ssh.Signature{Format: ssh.KeyAlgoSKED25519, Blob: ed25519.Sign(k.key, signed), Rest: state}, nil
}

// certForms are certificates of every kind that sshd treats in its own way.
func certForms() []ssh.Certificate {
	me, _ := user.Current()
	now := uint64(time.Now().Unix())
	always := ssh.Certificate{CertType: ssh.UserCert, KeyId: "id", ValidBefore: ssh.CertTimeInfinity, ValidPrincipals: []string{me.Username}}
	with := func(change func(c *ssh.Certificate)) ssh.Certificate { c := always; change(&c); return c }
	critical := func(name, value string) ssh.Certificate {
		return with(func(c *ssh.Certificate) { c.CriticalOptions = map[string]string{name: value} })
	}
	extension := func(name, value string) ssh.Certificate {
		return with(func(c *ssh.Certificate) { c.Extensions = map[string]string{name: value} })
	}
	return []ssh.Certificate{
		always, always,
		with(func(c *ssh.Certificate) { c.ValidPrincipals = []string{"alice", "bob"} }),
		with(func(c *ssh.Certificate) { c.ValidPrincipals = []string{"bob", me.Username} }),
		with(func(c *ssh.Certificate) { c.ValidPrincipals = []string{"alice,carol"} }),
		with(func(c *ssh.Certificate) { c.ValidPrincipals = nil }),
		with(func(c *ssh.Certificate) { c.CertType = ssh.HostCert }),
		with(func(c *ssh.Certificate) { c.ValidBefore = now - 3600 }),
		with(func(c *ssh.Certificate) { c.ValidAfter = now + 7200 }),
		with(func(c *ssh.Certificate) { c.ValidAfter, c.ValidBefore = now-3600, now+7200 }),
		critical("force-command", "true"), critical("force-command", ""), critical("force-command", "false"),
		critical("source-address", "127.0.0.0/8"), critical("source-address", "127.0.0.1"), critical("source-address", "10.0.0.0/8,::1"),
		critical("source-address", "127.0.0.1/8"), critical("source-address", "127.0.0.1,"), critical("source-address", "*"), critical("source-address", "127.1"),
		critical("verify-required", ""), critical("verify-required", "x"), critical("unknown@example.com", ""), critical("permit-pty", ""),
		extension("permit-pty", ""), extension("permit-pty", "x"), extension("unknown@example.com", "x"), extension("no-touch-required", ""), extension("force-command", "true"),
	}
}

func (w *Identities) makeCerts(t testing.TB) {
	for i, c := range certForms() {
		key, ca := w.Plain[i%len(w.Plain)], w.Authorities[i%len(w.Authorities)]
		w.Certs = append(w.Certs, certify(t, fmt.Sprintf("certificate %d", i), c, key, ca))
	}
	broken := w.Certs[0].Signer.PublicKey().(*ssh.Certificate)
	bad := *broken
	bad.Signature = &ssh.Signature{Format: broken.Signature.Format, Blob: bytes.Repeat([]byte{1}, len(broken.Signature.Blob))}
	s, err := ssh.NewCertSigner(&bad, w.Plain[0].Signer)
	if err != nil {
		t.Fatal(err)
	}
	w.Certs = append(w.Certs, Identity{Name: "certificate with a false signature", Signer: s})
}

func certify(t testing.TB, name string, c ssh.Certificate, key, ca Identity) Identity {
	c.Key, c.Nonce = key.Signer.PublicKey(), nil
	if err := c.SignCert(rand.Reader, ca.Signer); err != nil {
		t.Fatal(err)
	}
	s, err := ssh.NewCertSigner(&c, key.Signer)
	if err != nil {
		t.Fatal(err)
	}
	return Identity{Name: fmt.Sprintf("%s for %q, %v %v, of %s", name, c.ValidPrincipals, c.CriticalOptions, c.Extensions, ca.Name), Signer: s}
}
