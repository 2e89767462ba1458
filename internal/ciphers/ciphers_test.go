package ciphers

import (
	"bytes"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/internal/keytest"
)

func pattern(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(3*i + 1)
	}
	return b
}

func TestRoundTrip(t *testing.T) {
	for _, c := range table {
		key, iv := pattern(c.Key), pattern(c.IV)
		for _, blocks := range []int{0, 1, 2, 9, 100} {
			plain := pattern(blocks * c.Block)
			before := bytes.Clone(plain)
			sealed, tag, err := c.Seal(key, iv, plain)
			if err != nil || len(sealed) != len(plain) || len(tag) != c.Tag || !bytes.Equal(plain, before) {
				t.Errorf("%s: %v", c.Name, err)
				continue
			}
			if blocks > 0 && bytes.Equal(sealed, plain) {
				t.Errorf("%s does nothing", c.Name)
			}
			copied := bytes.Clone(sealed)
			if got, err := c.Open(key, iv, sealed, tag); err != nil || !bytes.Equal(got, plain) || !bytes.Equal(sealed, copied) {
				t.Errorf("%s: %v", c.Name, err)
			}
		}
	}
}

// TestOpenSSL has openssl encrypt the same with each cipher that it knows by
// itself; ssh-keygen judges the others in package openssh.
func TestOpenSSL(t *testing.T) {
	for _, c := range table {
		if c.Tag > 0 {
			continue
		}
		name := strings.NewReplacer("3des-cbc", "des-ede3-cbc", "aes", "aes-").Replace(c.Name)
		key, iv, plain := pattern(c.Key), pattern(c.IV), pattern(6*c.Block)
		want := keytest.Run(t, plain, "openssl", "enc", "-"+name, "-nopad", "-K", hex.EncodeToString(key), "-iv", hex.EncodeToString(iv))
		if got, _, err := c.Seal(key, iv, plain); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: %x, openssl has %x", c.Name, got, want)
		}
	}
}

// TestGCM has test cases 2 and 14 of the GCM specification (McGrew and Viega),
// appendix B.
func TestGCM(t *testing.T) {
	for name, want := range map[string]string{
		"aes128-gcm@openssh.com": "0388dace60b6a392f328c2b971b2fe78 ab6e47d42cec13bdf53a67b21257bddf",
		"aes256-gcm@openssh.com": "cea7403d4d606b6e074ec5d3baf39d18 d0d1c8a799996bf0265b98b5d48ab919",
	} {
		c, _ := ByName(name)
		sealed, tag, err := c.Seal(make([]byte, c.Key), make([]byte, c.IV), make([]byte, 16))
		if got := hex.EncodeToString(sealed) + " " + hex.EncodeToString(tag); err != nil || got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// TestTag: any bit of the tag, the text or the key that counts.
func TestTag(t *testing.T) {
	flip := func(b []byte, i int) []byte { b = bytes.Clone(b); b[i] ^= 1; return b }
	for _, c := range table {
		if c.Tag == 0 {
			continue
		}
		key, iv := pattern(c.Key), pattern(c.IV)
		sealed, tag, err := c.Seal(key, iv, pattern(32))
		if err != nil {
			t.Fatal(err)
		}
		for i := range tag {
			if _, err := c.Open(key, iv, sealed, flip(tag, i)); !errors.Is(err, ErrTag) {
				t.Errorf("%s: byte %d of the tag: %v", c.Name, i, err)
			}
		}
		for i := range sealed {
			if _, err := c.Open(key, iv, flip(sealed, i), tag); !errors.Is(err, ErrTag) {
				t.Errorf("%s: byte %d: %v", c.Name, i, err)
			}
		}
		if _, err := c.Open(flip(key, 0), iv, sealed, tag); !errors.Is(err, ErrTag) {
			t.Errorf("%s: another key: %v", c.Name, err)
		}
		if _, err := c.Open(key, iv, sealed, tag[1:]); err == nil {
			t.Errorf("%s: a short tag", c.Name)
		}
	}
}

func TestSizes(t *testing.T) {
	for _, c := range table {
		key, iv, tag := pattern(c.Key), pattern(c.IV), pattern(c.Tag)
		for _, bad := range []struct{ key, iv, src, tag []byte }{
			{pattern(c.Key - 1), iv, nil, tag}, {pattern(c.Key + 1), iv, nil, tag}, {key, pattern(c.IV + 1), nil, tag},
			{key, iv, pattern(c.Block - 1), tag}, {key, iv, pattern(c.Block + 1), tag}, {key, iv, nil, pattern(c.Tag + 1)}, {nil, nil, nil, tag},
		} {
			if _, err := c.Open(bad.key, bad.iv, bad.src, bad.tag); err == nil && len(bad.iv) == c.IV {
				t.Errorf("%s opens with sizes %d %d %d %d", c.Name, len(bad.key), len(bad.iv), len(bad.src), len(bad.tag))
			}
			if len(bad.tag) == c.Tag {
				if _, _, err := c.Seal(bad.key, bad.iv, bad.src); err == nil {
					t.Errorf("%s seals with sizes %d %d %d", c.Name, len(bad.key), len(bad.iv), len(bad.src))
				}
			}
		}
	}
}

// TestNames: the table is what ssh -Q cipher lists, in names.
func TestNames(t *testing.T) {
	for _, name := range strings.Fields(string(keytest.Run(t, nil, "ssh", "-Q", "cipher"))) {
		if _, ok := ByName(name); !ok {
			t.Errorf("%s is not known", name)
		}
	}
	for _, name := range strings.Split(Names(), ", ") {
		if c, ok := ByName(name); !ok || c.Name != name {
			t.Errorf("%s is not found", name)
		}
	}
	for _, name := range []string{"", "none", "AES256-CTR", "aes256-ctr "} {
		if _, ok := ByName(name); ok {
			t.Errorf("%q is a cipher", name)
		}
	}
}
