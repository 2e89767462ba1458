package sshkey_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/sshkey"
)

// listing is a certificate as ssh-keygen -L shows it, from its type on.
func listing(k sshkey.PublicKey, c *sshkey.Certificate) string {
	var b strings.Builder
	field := func(name, value string) { fmt.Fprintf(&b, "        %s: %s\n", name, value) }
	list := func(name string, items []string) {
		if len(items) == 0 {
			field(name, "(none)")
			return
		}
		field(name, "")
		for _, s := range items {
			fmt.Fprintf(&b, "                %s\n", s)
		}
	}
	field("Type", k.Algorithm()+" "+map[uint32]string{sshkey.UserCert: "user", sshkey.HostCert: "host"}[c.Type]+" certificate")
	field("Public key", k.Label()+" "+k.Fingerprint())
	field("Signing CA", c.CA.Label()+" "+c.CA.Fingerprint())
	field("Key ID", `"`+c.KeyID+`"`)
	field("Serial", fmt.Sprint(c.Serial))
	field("Valid", valid(c))
	list("Principals", c.Principals)
	list("Critical Options", options(c.Critical))
	list("Extensions", options(c.Extensions))
	return b.String()
}

func valid(c *sshkey.Certificate) string {
	day := func(t uint64) string { return time.Unix(int64(t), 0).UTC().Format("2006-01-02T15:04:05") }
	switch {
	case c.ValidAfter == 0 && c.ValidBefore == math.MaxUint64:
		return "forever"
	case c.ValidAfter == 0:
		return "before " + day(c.ValidBefore)
	case c.ValidBefore == math.MaxUint64:
		return "after " + day(c.ValidAfter)
	}
	return "from " + day(c.ValidAfter) + " to " + day(c.ValidBefore)
}

func options(list []sshkey.CertOption) (items []string) {
	for _, o := range list {
		items = append(items, strings.TrimSpace(o.Name+" "+o.Value))
	}
	return items
}

// sshKeygenListing is what the tool prints, without the file's name in front
// and the signature's algorithm.
func sshKeygenListing(t *testing.T, file string) string {
	t.Helper()
	_, text, _ := strings.Cut(string(keytest.Run(t, nil, "ssh-keygen", "-L", "-f", file)), "\n")
	before, rest, ok := strings.Cut(text, " (using ")
	_, rest, _ = strings.Cut(rest, "\n")
	if !ok {
		t.Fatalf("%s", text)
	}
	return before + "\n" + rest
}

// TestCertificates has ssh-keygen sign keys of every type under many options,
// and compares every field with ssh-keygen -L.
func TestCertificates(t *testing.T) {
	t.Setenv("TZ", "UTC")
	dir := t.TempDir()
	for _, ca := range []string{"ed25519", "rsa"} {
		keytest.Run(t, nil, "ssh-keygen", "-q", "-t", ca, "-N", "", "-f", filepath.Join(dir, ca))
	}
	plain := map[string]sshkey.PublicKey{"sk-ed25519": securityKey(t, "ed25519"), "sk-ecdsa": securityKey(t, "ecdsa256")}
	for _, name := range []string{"rsa2048", "dsa1024", "ecdsa256", "ecdsa384", "ecdsa521", "ed25519"} {
		plain[name] = line(t, keytest.Shipped(t, name+"/id.pub"))
	}
	for _, args := range []string{
		"-I id", "-I id -n alice,bob -z 7 -V 20200101:20400101 -O force-command=/bin/true", "-I host -h -n a.example,*.b.example",
		"-I id -O clear -z 18446744073709551615", "-I id -V always:20400101", "-I id -V 20200101:forever",
		"-I id -O no-pty -O no-x11-forwarding -O source-address=10.0.0.0/8,::1/128 -O verify-required",
	} {
		for name, k := range plain {
			for _, ca := range []string{"ed25519", "rsa"} {
				checkCertificate(t, dir, name, ca, args, k)
			}
		}
	}
}

func checkCertificate(t *testing.T, dir, name, ca, args string, plain sshkey.PublicKey) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name+".pub"), []byte(plain.String()+" c\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	keytest.Run(t, nil, "ssh-keygen", append([]string{"-q", "-s", filepath.Join(dir, ca)}, append(strings.Fields(args), filepath.Join(dir, name+".pub"))...)...)
	file := filepath.Join(dir, name+"-cert.pub")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	k := line(t, text)
	c, err := k.Certificate()
	if err != nil || !k.IsCertificate() || k.Plain() != plain || c.Plain != plain {
		t.Errorf("%s %s: %v", name, args, err)
		return
	}
	if got, want := listing(k, c), sshKeygenListing(t, file); got != want {
		t.Errorf("%s\nssh-keygen -L prints\n%s", got, want)
	}
	if got, want := k.Algorithm()+" "+k.String()[len(k.Algorithm())+1:], strings.Join(strings.Fields(string(text))[:2], " "); got != want || k.Bits() != plain.Bits() {
		t.Errorf("%s, not %s", got, want)
	}
}

// TestCertificateOptions: options nobody knows keep their names, and their
// values where those are strings.
func TestCertificateOptions(t *testing.T) {
	dir := t.TempDir()
	ca, key := filepath.Join(dir, "ca"), keytest.File(t, "k.pub", keytest.Shipped(t, "ed25519/id.pub"))
	keytest.Run(t, nil, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", ca)
	keytest.Run(t, nil, "ssh-keygen", "-q", "-s", ca, "-I", `an "id" of two words`, "-O", "clear", "-O", "extension:x@example.com=a b", "-O", "critical:y@example.com=z", key)
	text, err := os.ReadFile(strings.TrimSuffix(key, ".pub") + "-cert.pub")
	if err != nil {
		t.Fatal(err)
	}
	c, err := line(t, text).Certificate()
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprintf("%s %q %q", c.KeyID, c.Critical, c.Extensions); got != `an "id" of two words [{"y@example.com" "z" "\x00\x00\x00\x01z"}] [{"x@example.com" "a b" "\x00\x00\x00\x03a b"}]` {
		t.Error(got)
	}
}

// TestCertificateDamage: every beginning, and every byte too many, is refused.
func TestCertificateDamage(t *testing.T) {
	for _, name := range []string{"rsa2048", "ecdsa256", "ed25519"} {
		blob := line(t, keytest.Shipped(t, name+"/id-cert.pub")).Blob()
		for n := range blob {
			if k, err := sshkey.ParsePublicKey(blob[:n]); err == nil {
				t.Errorf("%s: %d of %d bytes are %v", name, n, len(blob), k)
			}
		}
		if _, err := sshkey.ParsePublicKey(append(blob, 0)); err == nil {
			t.Errorf("%s: a byte too many", name)
		}
	}
	if c, err := line(t, keytest.Shipped(t, "ed25519/id.pub")).Certificate(); err == nil {
		t.Errorf("a plain key is the certificate %v", c)
	}
}

// TestCertificateByHand: what OpenSSH refuses in a certificate.
func TestCertificateByHand(t *testing.T) {
	pub := line(t, keytest.Shipped(t, "ed25519/id.pub"))
	key, caCert := pub.Parts().(sshkey.EdDSAPublicKey).Key, line(t, keytest.Shipped(t, "ed25519/id-cert.pub")).Blob()
	cert := func(kind byte, principals, ca []byte) []byte {
		return keytest.Fields("ssh-ed25519-cert-v01@openssh.com", "nonce", key, make(keytest.Raw, 8), keytest.Raw{0, 0, 0, kind}, "id", principals,
			make(keytest.Raw, 8), keytest.Raw("\xff\xff\xff\xff\xff\xff\xff\xff"), "", "", "", ca, "signature")
	}
	many := func(n int) []byte { return []byte(strings.Repeat("\x00\x00\x00\x01a", n)) }
	for name, c := range map[string]struct {
		blob []byte
		ok   bool
	}{
		"sound":            {cert(1, many(256), pub.Blob()), true},
		"type 0":           {cert(0, nil, pub.Blob()), false},
		"type 3":           {cert(3, nil, pub.Blob()), false},
		"257 principals":   {cert(1, many(257), pub.Blob()), false},
		"a cut principal":  {cert(1, []byte{0, 0, 0, 9, 'a'}, pub.Blob()), false},
		"no CA":            {cert(1, nil, nil), false},
		"a certificate CA": {cert(1, nil, caCert), false},
		"a cut CA":         {cert(1, nil, pub.Blob()[:40]), false},
	} {
		if _, err := sshkey.ParsePublicKey(c.blob); (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}
