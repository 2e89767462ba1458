package ppk_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/ppk"
	"github.com/keyconv/keyconv/sshkey"
)

var encrypted = []string{"v1-aes", "v2-aes", "v3-argon2id", "v3-argon2i", "v3-argon2d"}

func TestWrongPassphrase(t *testing.T) {
	for _, name := range encrypted {
		data := vector(t, name)
		k, err := ppk.Parse([]byte(data))
		if err != nil {
			t.Fatal(err)
		}
		if k.Public.Fingerprint() != vectorPrint || k.Comment != "vec" {
			t.Errorf("%s: sealed, it is %s %q", name, k.Public.Fingerprint(), k.Comment)
		}
		if _, err := k.Decrypt(nil, sshkey.Limits{}); !errors.Is(err, sshkey.ErrEncrypted) {
			t.Errorf("%s without a passphrase: %v", name, err)
		}
		for _, pass := range []string{"Keyconv", "keyconv ", "k", strings.Repeat("k", 200), "\x00"} {
			_, err := k.Decrypt([]byte(pass), sshkey.Limits{})
			if !errors.Is(err, sshkey.ErrPassphrase) || errors.Is(err, sshkey.ErrCorrupt) || sshkey.Hint(err) == "" {
				t.Errorf("%s with %q: %v", name, pass, err)
			}
			if pos, ok := keytest.Place(err); !ok || pos.Offset != strings.Index(data, "MAC: ")+5 {
				t.Errorf("%s: at %v", name, pos)
			}
		}
		if _, err := k.Decrypt([]byte(passphrase), sshkey.Limits{}); err != nil {
			t.Errorf("%s: a wrong passphrase spoilt the key: %v", name, err)
		}
	}
}

// TestDamageBehindPassphrase: where the fields of a key come out, the
// passphrase was right and the message must say so.
func TestDamageBehindPassphrase(t *testing.T) {
	for _, c := range []edit{
		{"comment", "v2-aes", "vec", "vex"},
		{"comment", "v3-argon2id", "vec", "vec "},
		{"last block", "v2-aes", "hIZpu", "hIZpv"},
		{"last block", "v3-argon2i", "wavp6R", "wavp6Q"},
		{"MAC", "v1-aes", "MAC: 9", "MAC: 8"},
		{"MAC", "v3-argon2d", "MAC: 2", "MAC: 3"},
	} {
		text, _ := c.text(t)
		_, err := open(text)
		if !errors.Is(err, sshkey.ErrCorrupt) || errors.Is(err, sshkey.ErrPassphrase) || !strings.Contains(err.Error(), "the passphrase is right") {
			t.Errorf("%s of %s: %v", c.name, c.vector, err)
		}
		if _, ok := puttygenPlain2(t, text, "vec"); ok {
			t.Errorf("%s of %s: puttygen reads it", c.name, c.vector)
		}
	}
}

// TestDamagePlain: without encryption there is no passphrase to blame.
func TestDamagePlain(t *testing.T) {
	for _, c := range []edit{
		{"comment", "v2-plain", "vec", "vex"},
		{"comment", "v3-plain", "vec", ""},
		{"seed", "v1-plain-hash", "IAABAgME", "IAABAgMF"},
		{"seed", "v3-plain", "GhscHR4f", "GhscHR4g"},
		{"MAC", "v2-plain", "MAC: f", "MAC: e"},
	} {
		text, _ := c.text(t)
		if _, err := open(text); !errors.Is(err, sshkey.ErrCorrupt) || errors.Is(err, sshkey.ErrPassphrase) || strings.Contains(err.Error(), "passphrase") {
			t.Errorf("%s of %s: %v", c.name, c.vector, err)
		}
	}
}

// TestUncoveredComment: the check of version 1 covers the private blob alone.
func TestUncoveredComment(t *testing.T) {
	text, _ := edit{"", "v1-aes", "vec", "another"}.text(t)
	k, err := open(text)
	if err != nil || k.Comment != "another" {
		t.Fatalf("%v", err)
	}
	samePlain2(t, text, k)
	other := shippedKey(t, "ed25519").Public.Blob()
	from, to := strings.Index(text, "Public-Lines"), strings.Index(text, "Private-Lines")
	swapped := text[:from] + "Public-Lines: " + lines(other) + text[to:]
	if _, err := open(swapped); !errors.Is(err, sshkey.ErrMismatch) {
		t.Errorf("with another public half: %v", err)
	}
}

func TestLimits(t *testing.T) {
	k, err := ppk.Parse([]byte(vector(t, "v3-argon2id"))) // 256 KiB, 2 passes, 1 lane
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		lim  sshkey.Limits
		what string
	}{
		{sshkey.Limits{Argon2MemoryKiB: 255}, "Argon2 memory in KiB"},
		{sshkey.Limits{Argon2WorkKiB: 511}, "Argon2 work (memory in KiB times passes)"},
		{sshkey.Limits{Argon2MemoryKiB: 256, Argon2WorkKiB: 512, Argon2Lanes: 1}, ""},
		{sshkey.NoLimits(), ""},
	} {
		_, err := k.Decrypt([]byte(passphrase), c.lim)
		var limit *sshkey.LimitError
		if c.what == "" && err != nil || c.what != "" && (!errors.As(err, &limit) || limit.What != c.what) {
			t.Errorf("%+v: %v", c.lim, err)
		}
	}
}

// TestManyLanes: puttygen writes files of more lanes than the limit, for which
// it can be lifted.
func TestManyLanes(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	for name, content := range map[string]string{"in": vector(t, "v2-plain"), "pass": passphrase} {
		if err := os.WriteFile(path(name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	keytest.Run(t, nil, "puttygen", path("in"), "-P", "--new-passphrase", path("pass"), "-O", "private", "--ppk-param", "memory=2411,passes=2,parallelism=300", "-o", path("out"))
	data, err := os.ReadFile(path("out"))
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := ppk.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	var limit *sshkey.LimitError
	if _, err := sealed.Decrypt([]byte(passphrase), sshkey.Limits{}); !errors.As(err, &limit) || limit.Asked != 300 {
		t.Errorf("with the limits: %v", err)
	}
	k, err := sealed.Decrypt([]byte(passphrase), sshkey.NoLimits())
	if err != nil {
		t.Fatal(err)
	}
	samePlain2(t, string(data), k)
}

// TestDefaultLimits: nobody who opens a file has to think of them.
func TestDefaultLimits(t *testing.T) {
	for _, c := range []struct {
		edit  edit
		lim   sshkey.Limits
		asked uint64
	}{
		{edit{"", "v3-argon2id", "Memory: 256", "Memory: 1048577"}, sshkey.Limits{}, 1048577},
		{edit{"", "v3-argon2id", "Memory: 256", "Memory: 4294967295"}, sshkey.Limits{}, 4294967295},
		{edit{"", "v3-argon2id", "Passes: 2", "Passes: 65537"}, sshkey.Limits{}, 65537 * 256},
		{edit{"", "v3-argon2id", "Memory: 256\nArgon2-Passes: 2\nArgon2-Parallelism: 1", "Memory: 2048\nArgon2-Passes: 2\nArgon2-Parallelism: 256"}, sshkey.Limits{}, 256},
	} {
		text, _ := c.edit.text(t)
		k, err := ppk.Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		_, err = k.Decrypt([]byte(passphrase), c.lim)
		var limit *sshkey.LimitError
		if !errors.As(err, &limit) || limit.Asked != c.asked || sshkey.Hint(err) == "" {
			t.Errorf("%s: %v", c.edit.new, err)
		}
	}
}

// TestSharedInput: the caller's bytes stay as they are, and a sealed key opens
// as often as one likes.
func TestSharedInput(t *testing.T) {
	data := []byte(vector(t, "v3-argon2id"))
	before := slices.Clone(data)
	k, err := ppk.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	a, err := k.Decrypt([]byte(passphrase), sshkey.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	b, err := k.Decrypt([]byte(passphrase), sshkey.Limits{})
	if err != nil || sshkey.Same(a, b) != nil || !slices.Equal(data, before) || !k.Encrypted() {
		t.Errorf("%v", err)
	}
}
