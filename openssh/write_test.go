package openssh_test

import (
	"encoding/pem"
	"errors"
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/openssh"
	"github.com/keyconv/keyconv/sshkey"
)

// TestEncoder: what the encoder says stands in the file.
func TestEncoder(t *testing.T) {
	k := shippedKey(t, "ed25519")
	for _, c := range []struct {
		e      openssh.Encoder
		cipher string
		rounds int64
	}{
		{openssh.Encoder{}, "aes256-ctr", 24},
		{openssh.Encoder{Rounds: 3}, "aes256-ctr", 3},
		{openssh.Encoder{Cipher: "3des-cbc", Rounds: 1}, "3des-cbc", 1},
		{openssh.Encoder{Cipher: "chacha20-poly1305@openssh.com", Rounds: 2}, "chacha20-poly1305@openssh.com", 2},
	} {
		out, err := c.e.Marshal(k, []byte(passphrase))
		if err != nil {
			t.Errorf("%+v: %v", c.e, err)
			continue
		}
		got, err := openssh.Parse(out)
		if err != nil || got.Protection.Cipher != c.cipher || got.Protection.Params[0].Value != c.rounds || got.Protection.Params[1].Value != 16 {
			t.Errorf("%+v: %v %v", c.e, err, got.Protection)
		}
		sameAsSSHKeygen(t, string(out), passphrase, k)
	}
}

// TestPaddingWritten: there is some after any comment, and ssh-keygen reads it.
func TestPaddingWritten(t *testing.T) {
	for _, e := range []openssh.Encoder{{}, {Cipher: "aes256-cbc", Rounds: 1}, {Cipher: "chacha20-poly1305@openssh.com", Rounds: 1}} {
		var pass []byte
		if e.Cipher != "" {
			pass = []byte(passphrase)
		}
		for n := range 17 {
			k := *shippedKey(t, "ecdsa256")
			k.Comment = strings.Repeat("x", n)
			out, err := e.Marshal(&k, pass)
			if err != nil {
				t.Fatal(err)
			}
			sameAsSSHKeygen(t, string(out), string(pass), &k)
			if e.Cipher != "" {
				continue
			}
			block, _ := pem.Decode(out)
			if last := block.Bytes[len(block.Bytes)-1]; last < 1 || last > 8 {
				t.Errorf("%d bytes of comment: the last byte is %d", n, last)
			}
		}
	}
}

// TestLayoutWritten: OpenSSH's width, a final line end.
func TestLayoutWritten(t *testing.T) {
	out, err := openssh.Marshal(shippedKey(t, "ed25519"), nil)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(out), "\n")
	if lines[0] != begin || lines[len(lines)-2] != end || lines[len(lines)-1] != "" {
		t.Errorf("%s", out)
	}
	for i, line := range lines[1 : len(lines)-3] {
		if len(line) != 71 {
			t.Errorf("line %d has %d characters", i+2, len(line)-1)
		}
	}
	again, err := openssh.Marshal(shippedKey(t, "ed25519"), nil)
	if err != nil || string(again) == string(out) {
		t.Error("the check numbers are not random")
	}
}

func TestEncoderRefuses(t *testing.T) {
	k := shippedKey(t, "ed25519")
	for _, e := range []openssh.Encoder{
		{Cipher: "none"}, {Cipher: "rot13"}, {Cipher: "AES256-CTR"}, {Rounds: -1}, {Rounds: 2049}, {Rounds: math.MaxInt},
	} {
		if out, err := e.Marshal(k, []byte(passphrase)); err == nil || out != nil {
			t.Errorf("%+v: %v", e, err)
		}
	}
}

func TestComment(t *testing.T) {
	k := *shippedKey(t, "ed25519")
	for _, comment := range []string{"", " ", "a b", "ключ 🔑", "\xff\xfe", "two\nlines", strings.Repeat("x", 5000)} {
		k.Comment = comment
		out, err := openssh.Marshal(&k, nil)
		if err != nil {
			t.Errorf("%q: %v", comment, err)
			continue
		}
		if got, err := openssh.Parse(out); err != nil || got.Comment != comment {
			t.Errorf("%q: %v", comment, err)
		}
		sameAsSSHKeygen(t, string(out), "", &k)
	}
	for _, comment := range []string{"\x00", "a\x00b", "a\x00"} {
		k.Comment = comment
		if out, err := openssh.Marshal(&k, nil); err == nil || out != nil || sshkey.Hint(err) == "" {
			t.Errorf("%q: %v", comment, err)
		}
	}
}

// TestNULBehindComment: OpenSSH's cstring lets one pass at the very end.
func TestNULBehindComment(t *testing.T) {
	l, pub, seed := edLayout(t)
	body := keytest.Fields("ssh-ed25519", pub, append(append([]byte(nil), seed...), pub...), "vec\x00")
	text := plain(l.public, body).String()
	k, err := open(text)
	if err != nil || k.Comment != "vec" {
		t.Fatal(err)
	}
	sameAsSSHKeygen(t, text, "", k)
}

// TestKindsRefused: every pair of halves that are of two kinds, and what is no
// whole key.
func TestKindsRefused(t *testing.T) {
	publics := map[string]sshkey.PublicKey{"none": {}}
	privates := map[string]sshkey.PrivateKey{"short seed": &sshkey.EdDSAPrivateKey{Seed: []byte{1}}, "scalar": &sshkey.ECDSAPrivateKey{D: big.NewInt(5)},
		"opaque": &sshkey.Opaque{Bytes: []byte("x")}, "seeds": &sshkey.MLDSAPrivateKey{Seeds: make([]byte, 64)}}
	for _, name := range []string{"rsa2048", "dsa1024", "ecdsa256", "ecdsa521", "ed25519", "ed448"} {
		k := shippedKey(t, name)
		publics[name], privates[name] = k.Public, k.Private
	}
	for name, k := range securityKeys(t) {
		publics["sk-"+name] = k.Public
		if name == "ed25519" {
			privates["sk-"+name] = k.Private
		}
	}
	for pub, public := range publics {
		for priv, private := range privates {
			if pub == priv || strings.HasPrefix(pub, "sk-") && strings.HasPrefix(priv, "sk-") {
				continue
			}
			out, err := openssh.Marshal(&sshkey.Key{Public: public, Private: private}, nil)
			if err == nil || out != nil {
				t.Errorf("%s with the private half of %s: %v", pub, priv, err)
			}
		}
	}
	sealed, err := openssh.Parse([]byte(vector(t, "aes256-ctr")))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := openssh.Marshal(sealed, nil); !errors.Is(err, sshkey.ErrEncrypted) {
		t.Errorf("sealed: %v", err)
	}
	if _, err := openssh.Marshal(sealed.PublicOnly(), nil); !errors.Is(err, sshkey.ErrNoPrivate) {
		t.Errorf("no private half: %v", err)
	}
}
