package sshkey_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/internal/wire"
	"github.com/keyconv/keyconv/sshkey"
)

// judged are public keys of every type that OpenSSH 9.2 knows, and RSA moduli
// of odd sizes.
func judged(t *testing.T) []sshkey.PublicKey {
	keys := []sshkey.PublicKey{securityKey(t, "ed25519"), securityKey(t, "ecdsa256")}
	for _, name := range shippedNames {
		if name != "ed448" {
			keys = append(keys, line(t, keytest.Shipped(t, name+"/id.pub")))
		}
	}
	for _, bits := range []uint{1024, 1025, 1031, 1032, 1033, 16384} {
		n := new(big.Int).Lsh(big.NewInt(1), bits-1)
		k, err := sshkey.RSAPublicKey{E: big.NewInt(3), N: n.SetBit(n, 0, 1)}.PublicKey()
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, k)
	}
	return keys
}

// TestListed compares with ssh-keygen -l: size, fingerprint, label.
func TestListed(t *testing.T) {
	for _, k := range judged(t) {
		for hash, print := range map[string]string{"sha256": k.Fingerprint(), "sha1": k.FingerprintSHA1(), "md5": k.FingerprintMD5()} {
			got := string(keytest.Run(t, []byte(k.String()+" c\n"), "ssh-keygen", "-l", "-E", hash, "-f", "-"))
			if want := strings.Join([]string{big.NewInt(int64(k.Bits())).String(), print, "c", "(" + k.Label() + ")\n"}, " "); got != want {
				t.Errorf("%q, ssh-keygen says %q", want, got)
			}
		}
	}
}

// TestEd448: PuTTY is the only judge.
func TestEd448(t *testing.T) {
	k := line(t, keytest.Shipped(t, "ed448/id.pub"))
	if got, want := "ssh-ed448 448 "+k.Fingerprint(), string(keytest.Shipped(t, "ed448/fingerprint")); !strings.HasPrefix(want, got) || k.Bits() != 448 {
		t.Errorf("%s, puttygen says %s", got, want)
	}
}

// TestKnownAlgorithms: every key type of ssh -Q key is known, and ours are
// either there or of another program.
func TestKnownAlgorithms(t *testing.T) {
	known := sshkey.KnownAlgorithms()
	for _, name := range strings.Fields(string(keytest.Run(t, nil, "ssh", "-Q", "key"))) {
		if !slices.Contains(known, name) {
			t.Errorf("%s is not known", name)
		}
	}
	for _, name := range append(known, "rsa-sha2-256", "rsa-sha2-512-cert-v01@openssh.com", "ssh-ed448-cert-v01@openssh.com", "ssh-x", "") {
		if sshkey.KnownAlgorithm(name) != slices.ContainsFunc(known, func(k string) bool { return sshkey.SameAlgorithm(name, k) }) {
			t.Errorf("%s: known or not?", name)
		}
	}
	for _, name := range known {
		if !sshkey.SameAlgorithm(name, name) {
			t.Errorf("%s is not itself", name)
		}
	}
}

func TestSameAlgorithm(t *testing.T) {
	for _, c := range []struct {
		name, blob string
		want       bool
	}{
		{"ssh-rsa", "ssh-rsa", true}, {"rsa-sha2-256", "ssh-rsa", true}, {"rsa-sha2-512", "ssh-rsa", true},
		{"rsa-sha2-512-cert-v01@openssh.com", "ssh-rsa-cert-v01@openssh.com", true},
		{"webauthn-sk-ecdsa-sha2-nistp256@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com", true},
		{"webauthn-sk-ecdsa-sha2-nistp256-cert-v01@openssh.com", "sk-ecdsa-sha2-nistp256-cert-v01@openssh.com", true},
		{"new@example.com", "new@example.com", true},
		{"ssh-rsa", "ssh-rsa-cert-v01@openssh.com", false}, {"ssh-ed25519", "ssh-rsa", false},
		{"SSH-RSA", "ssh-rsa", false}, {"ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", false},
		{"ssh-ed25519", "sk-ssh-ed25519@openssh.com", false}, {"new@example.com", "other@example.com", false},
	} {
		if sshkey.SameAlgorithm(c.name, c.blob) != c.want {
			t.Errorf("%s and %s: not %v", c.name, c.blob, c.want)
		}
	}
}

// TestCanonical: what OpenSSH reads in another spelling, and puts into its
// canonical form for a fingerprint; ssh-keygen is the judge.
func TestCanonical(t *testing.T) {
	rsa := line(t, keytest.Shipped(t, "rsa2048/id.pub"))
	p := rsa.Parts().(sshkey.RSAPublicKey)
	e, n := p.E.Bytes(), append([]byte{0}, p.N.Bytes()...)
	sk := securityKey(t, "ecdsa256")
	for name, c := range map[string]struct {
		blob []byte
		want sshkey.PublicKey
	}{
		"zeros before e": {keytest.Fields("ssh-rsa", append([]byte{0, 0}, e...), n), rsa},
		"zeros before n": {keytest.Fields("ssh-rsa", e, append([]byte{0, 0, 0}, n...)), rsa},
		"rsa-sha2-256":   {keytest.Fields("rsa-sha2-256", e, n), rsa},
		"rsa-sha2-512":   {keytest.Fields("rsa-sha2-512", append([]byte{0}, e...), n), rsa},
		"webauthn": {keytest.Fields("webauthn-sk-ecdsa-sha2-nistp256@openssh.com",
			keytest.Raw(sk.Blob()[4+len(sk.Algorithm()):])), sk},
	} {
		got, err := sshkey.ParsePublicKey(c.blob)
		if err != nil || got != c.want {
			t.Errorf("%s: %v", name, err)
		}
		out := string(keytest.Run(t, lineOf(c.want.Algorithm(), c.blob), "ssh-keygen", "-l", "-f", "-"))
		if !strings.Contains(out, c.want.Fingerprint()) {
			t.Errorf("%s: ssh-keygen says %s", name, out)
		}
	}
}

// TestRefused: the offset is that of the field at fault.
func TestRefused(t *testing.T) {
	ed, ec := line(t, keytest.Shipped(t, "ed25519/id.pub")).Blob(), line(t, keytest.Shipped(t, "ecdsa256/id.pub")).Blob()
	point := ec[len(ec)-65:]
	big1 := append([]byte{1}, make([]byte, sshkey.MaxRSABits/8)...)
	for name, c := range map[string]struct {
		blob []byte
		at   int
	}{
		"nothing":              {nil, 0},
		"a cut length":         {[]byte{0, 0}, 0},
		"no name":              {keytest.Fields(""), 4},
		"a space in the name":  {keytest.Fields("ssh rsa"), 4},
		"a comma in the name":  {keytest.Fields("a,b"), 4},
		"a line end in it":     {keytest.Fields("a\n"), 4},
		"a long name":          {keytest.Fields(strings.Repeat("a", 65)), 4},
		"no fields":            {keytest.Fields("ssh-rsa"), 11},
		"a negative e":         {keytest.Fields("ssh-rsa", "\x80", "\x01"), 11},
		"e = 0":                {keytest.Fields("ssh-rsa", "", "\x01"), 11},
		"n = 0, spelled":       {keytest.Fields("ssh-rsa", "\x03", "\x00"), 16},
		"a large n":            {keytest.Fields("ssh-rsa", "\x03", big1), 16},
		"a byte too many":      {append(bytes.Clone(ed), 0), 51},
		"31 bytes":             {keytest.Fields("ssh-ed25519", make([]byte, 31)), 15},
		"33 bytes":             {keytest.Fields("ssh-ed25519", make([]byte, 33)), 15},
		"56 bytes":             {keytest.Fields("ssh-ed448", make([]byte, 56)), 13},
		"another curve":        {keytest.Fields("ecdsa-sha2-nistp256", "nistp384", point), 23},
		"a compressed point":   {keytest.Fields("ecdsa-sha2-nistp256", "nistp256", append([]byte{2}, point[1:33]...)), 35},
		"a hybrid point":       {keytest.Fields("ecdsa-sha2-nistp256", "nistp256", append([]byte{6}, point[1:]...)), 35},
		"infinity":             {keytest.Fields("ecdsa-sha2-nistp256", "nistp256", "\x00"), 35},
		"off the curve":        {keytest.Fields("ecdsa-sha2-nistp256", "nistp256", append(bytes.Clone(point[:64]), point[64]^1)), 35},
		"a NUL in application": {keytest.Fields("sk-ssh-ed25519@openssh.com", make([]byte, 32), "ss\x00h"), 66},
	} {
		k, err := sshkey.ParsePublicKey(c.blob)
		var w *wire.Error
		if !k.IsZero() || !errors.As(err, &w) || w.Offset != c.at {
			t.Errorf("%s: %v %v", name, err, w)
		}
		if _, _, ok := keytest.Try(t, lineOf(string(wire.NewReader(c.blob).String()), c.blob), "ssh-keygen", "-l", "-f", "-"); ok {
			t.Errorf("%s: ssh-keygen reads it", name)
		}
	}
}

// lineOf is a line of authorized_keys.
func lineOf(name string, blob []byte) []byte {
	return []byte(name + " " + base64.StdEncoding.EncodeToString(blob) + " c\n")
}

// TestUnknown: nobody here knows it, and every bit is kept.
func TestUnknown(t *testing.T) {
	blob := keytest.Fields("ssh-new@example.com", "\x00\x00\x01", keytest.Raw{0xff})
	k, err := sshkey.ParsePublicKey(blob)
	if err != nil || !bytes.Equal(k.Blob(), blob) || k.Known() || k.Parts() != nil || k.Bits() != 0 || k.Label() != "ssh-new@example.com" || k.Plain() != k {
		t.Errorf("%v %v", k, err)
	}
}

// TestValue: a PublicKey is a value: a copy goes in, a copy comes out.
func TestValue(t *testing.T) {
	blob := line(t, keytest.Shipped(t, "ed25519/id.pub")).Blob()
	a, _ := sshkey.ParsePublicKey(blob)
	seen := map[sshkey.PublicKey]bool{a: true}
	blob[20] ^= 1
	a.Blob()[20] ^= 1
	if b := line(t, keytest.Shipped(t, "ed25519/id.pub")); !seen[b] || a != b {
		t.Error("the key changed with the bytes that it was made of")
	}
	var zero sshkey.PublicKey
	if !zero.IsZero() || zero.Algorithm() != "" || zero.Parts() != nil || zero.Bits() != 0 || zero.IsCertificate() || zero.String() != "(no public key)" {
		t.Error("the zero value is a key")
	}
}

// TestPartsRefused: no wrong numbers get in by way of Parts.
func TestPartsRefused(t *testing.T) {
	one := big.NewInt(1)
	for _, p := range []sshkey.Parts{
		sshkey.RSAPublicKey{}, sshkey.RSAPublicKey{E: one}, sshkey.RSAPublicKey{E: one, N: big.NewInt(-5)}, sshkey.RSAPublicKey{E: new(big.Int), N: one},
		sshkey.DSAPublicKey{P: one, Q: one, G: one}, sshkey.ECDSAPublicKey{}, sshkey.ECDSAPublicKey{Curve: "nistp256", Point: make([]byte, 65)},
		sshkey.ECDSAPublicKey{Curve: "nistp999"}, sshkey.EdDSAPublicKey{Key: make([]byte, 57)}, sshkey.EdDSAPublicKey{Curve: "Ed448", Key: make([]byte, 32)},
		sshkey.SKPublicKey{}, sshkey.SKPublicKey{Key: sshkey.RSAPublicKey{E: one, N: one}}, sshkey.SKPublicKey{Key: sshkey.EdDSAPublicKey{Curve: "Ed448", Key: make([]byte, 57)}},
		sshkey.SKPublicKey{Key: sshkey.EdDSAPublicKey{Curve: "Ed25519", Key: make([]byte, 32)}, Application: "\x00"}, sshkey.MLDSAPublicKey{},
	} {
		if k, err := p.PublicKey(); err == nil || !k.IsZero() {
			t.Errorf("%T %+v makes %v", p, p, k)
		}
	}
}
