package ppk_test

import (
	"errors"
	"math/big"
	"math/bits"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/ppk"
	"github.com/keyconv/keyconv/sshkey"
)

// TestEncoder: what the encoder says stands in the file, and puttygen reads
// it.
func TestEncoder(t *testing.T) {
	k, err := open(vector(t, "v3-plain"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		e    ppk.Encoder
		want []string
	}{
		{ppk.Encoder{}, []string{"File-3: ssh-ed25519", "Key-Derivation: Argon2id", "Argon2-Memory: 8192", "Argon2-Passes: 21", "Argon2-Parallelism: 1"}},
		{ppk.Encoder{Version: 2, Passes: 3}, []string{"File-2: ssh-ed25519", "Encryption: aes256-cbc"}},
		{ppk.Encoder{KDF: ppk.Argon2i, MemoryKiB: 67, Passes: 3, Parallelism: 3}, []string{"Key-Derivation: Argon2i", "Argon2-Memory: 67", "Argon2-Passes: 3", "Argon2-Parallelism: 3"}},
		{ppk.Encoder{KDF: ppk.Argon2d, MemoryKiB: 67, Passes: 1, Parallelism: 8}, []string{"Key-Derivation: Argon2d", "Argon2-Memory: 67", "Argon2-Passes: 1", "Argon2-Parallelism: 8"}},
		{ppk.Encoder{Version: 3, KDF: ppk.Argon2id, MemoryKiB: 2040, Passes: 1, Parallelism: 255}, []string{"Argon2-Memory: 2040", "Argon2-Parallelism: 255"}},
	} {
		out, err := c.e.Marshal(k, []byte(passphrase))
		if err != nil {
			t.Errorf("%+v: %v", c.e, err)
			continue
		}
		for _, line := range c.want {
			if !strings.Contains(string(out), line+"\n") {
				t.Errorf("%+v: no %q in\n%s", c.e, line, out)
			}
		}
		samePlain2(t, string(out), k)
	}
}

// TestSalt: two files of one key share nothing that is random.
func TestSalt(t *testing.T) {
	k := shippedKey(t, "ed25519")
	cheap := ppk.Encoder{MemoryKiB: 8, Passes: 1}
	a, err := cheap.Marshal(k, []byte(passphrase))
	if err != nil {
		t.Fatal(err)
	}
	b, err := cheap.Marshal(k, []byte(passphrase))
	_, saltA, _ := strings.Cut(string(a), "Argon2-Salt: ")
	_, saltB, _ := strings.Cut(string(b), "Argon2-Salt: ")
	if err != nil || saltA[:32] == saltB[:32] || strings.Trim(saltA[:32], "0123456789abcdef") != "" {
		t.Errorf("%v\n%s%s", err, a, b)
	}
}

func TestEncoderRefuses(t *testing.T) {
	k := shippedKey(t, "ed25519")
	for _, e := range []ppk.Encoder{
		{Version: 1}, {Version: 4}, {Version: -1},
		{KDF: "argon2id"}, {KDF: "bcrypt"},
		{MemoryKiB: -1}, {MemoryKiB: 7}, {MemoryKiB: 16, Parallelism: 3}, {MemoryKiB: 1<<20 + 1},
		{Passes: -1}, {Passes: 1 << 30}, {Passes: 1 << (bits.UintSize - 13)}, {Parallelism: -1}, {Parallelism: 256}, {Parallelism: 1 << 24},
	} {
		if out, err := e.Marshal(k, []byte(passphrase)); err == nil || out != nil {
			t.Errorf("%+v: written, %v", e, err)
		}
	}
}

func TestCommentRefused(t *testing.T) {
	k := *shippedKey(t, "ed25519")
	for _, comment := range []string{"a\nb", "a\r", "\n", "a\x00b", "\x00"} {
		k.Comment = comment
		if out, err := ppk.Marshal(&k, nil); err == nil || sshkey.Hint(err) == "" || out != nil {
			t.Errorf("%q: %v", comment, err)
		}
	}
}

// TestComment: any other bytes are kept, and puttygen keeps them too.
func TestComment(t *testing.T) {
	k := *shippedKey(t, "ed25519")
	for _, comment := range []string{"", " ", "  two  spaces  ", "a: b", "Private-Lines: 1", "ключ 🔑", "\xff\xfe", "\t\v\f\x1b", strings.Repeat("x", 5000)} {
		k.Comment = comment
		out, err := ppk.Marshal(&k, nil)
		if err != nil {
			t.Errorf("%q: %v", comment, err)
			continue
		}
		if got, err := ppk.Parse(out); err != nil || got.Comment != comment {
			t.Errorf("%q: %v", comment, err)
		}
		if comment != "" && comment != strings.Repeat("x", 5000) { // puttygen -C "" keeps the old one
			samePlain2(t, string(out), &k)
		}
	}
}

// TestKindsRefused: what a PPK cannot hold, and what is no whole key.
func TestKindsRefused(t *testing.T) {
	ed := shippedKey(t, "ed25519")
	sk, err := sshkey.SKPublicKey{Key: ed.Public.Parts(), Application: "ssh:"}.PublicKey()
	if err != nil {
		t.Fatal(err)
	}
	unknown, err := sshkey.ParsePublicKey(keytest.Fields("ssh-new@example.com", "x"))
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := ppk.Parse([]byte(vector(t, "v2-aes")))
	if err != nil {
		t.Fatal(err)
	}
	var unsupported *sshkey.UnsupportedError
	isUnsupported := func(err error) bool { return errors.As(err, &unsupported) && unsupported.Next != "" }
	is := func(want error) func(error) bool { return func(err error) bool { return errors.Is(err, want) } }
	for name, c := range map[string]struct {
		key  *sshkey.Key
		good func(error) bool
	}{
		"security key":    {&sshkey.Key{Public: sk, Private: &sshkey.SKPrivateKey{Flags: 1, Handle: []byte("h")}}, isUnsupported},
		"unknown type":    {&sshkey.Key{Public: unknown, Private: &sshkey.Opaque{Bytes: []byte("x")}}, isUnsupported},
		"no private half": {ed.PublicOnly(), is(sshkey.ErrNoPrivate)},
		"sealed":          {sealed, is(sshkey.ErrEncrypted)},
		"two halves":      {&sshkey.Key{Public: ed.Public, Private: &sshkey.EdDSAPrivateKey{Seed: make([]byte, 32)}}, is(sshkey.ErrMismatch)},
		"a short seed":    {&sshkey.Key{Public: ed.Public, Private: &sshkey.EdDSAPrivateKey{Seed: make([]byte, 31)}}, is(sshkey.ErrMismatch)},
		"two kinds":       {&sshkey.Key{Public: ed.Public, Private: &sshkey.ECDSAPrivateKey{D: big.NewInt(2)}}, func(err error) bool { return err != nil }},
		"no public half":  {&sshkey.Key{Private: ed.Private}, isUnsupported},
	} {
		for _, e := range []ppk.Encoder{{Version: 2}, {}} {
			out, err := e.Marshal(c.key, nil)
			if err == nil || !c.good(err) {
				t.Errorf("%s: %v", name, err)
			}
			if out != nil {
				t.Errorf("%s: an error and a file", name)
			}
		}
	}
}

// TestProved: a key that was changed in memory is not written.
func TestProved(t *testing.T) {
	for _, name := range shippedNames {
		k := *shippedKey(t, name)
		k.Public = shippedKey(t, map[bool]string{true: "ecdsa256", false: "ed25519"}[name == "ed25519"]).Public
		if name == "ecdsa256" {
			continue // is under two kinds above
		}
		if _, err := ppk.Marshal(&k, nil); err == nil {
			t.Errorf("%s: written under another public half", name)
		}
	}
}
