package sshcom_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/internal/armor"
	"github.com/keyconv/keyconv/internal/formats/pemkey"
	"github.com/keyconv/keyconv/internal/formats/sshcom"
	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/sshkey"
)

const passphrase = "päss phrase"

func file(t *testing.T, data string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(name, []byte(data), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// puttygen converts a key to a format, under a new passphrase.
func puttygen(t *testing.T, key, format, old, pass string) []byte {
	t.Helper()
	out := filepath.Join(t.TempDir(), "out")
	keytest.Run(t, nil, "puttygen", key, "-O", format, "-P", "--old-passphrase", file(t, old), "--new-passphrase", file(t, pass), "-o", out)
	return read(t, out)
}

// dsaParams were made by openssl genpkey -genparam -algorithm DSA, with 1024
// and 160 bits. They are public, and take seconds to find.
const dsaParams = `-----BEGIN DSA PARAMETERS-----
MIIBHgKBgQDoUxiCu3sODOYw4fYe59H3XLCBj61Xr6LMNkmZfVu8ptwxIDnyXkqY
SNHtENDvt2DfwgeSLLMXmeUTU/CRC/OIS8gXcxC8azyrPciiWIUO+V2fsV+5pVzS
D1Hujuktp/UyIx28IszssMPgrxR1z70B+QuxwQgzzNZhhtCfPhq8QQIVAND8oGM3
YPPwOLyeBr2FzoMLsggzAoGAUt1dtoiN2YC1lqgeFBmvuch2yFmdWtm1OJR3LnLJ
gGF3mnzQmRToSwolqkbBmFObhVXSh66uPYhHkoV15V0Sbw5MIjXMy+4/R53CNKuP
MMITjjEGDGxrGP1HD/tKguv+N9+EIBfeyFI7nOwoheDx1BYtwfNpAGAAZUSDI8HG
evo=
-----END DSA PARAMETERS-----
`

// newKey makes a key, as PPK with a comment and as it is read from PEM.
func newKey(t *testing.T, kind, comment string) (ppk string, want *sshkey.Key) {
	t.Helper()
	var pem []byte
	if kind == "rsa" {
		pem = keytest.Run(t, nil, "openssl", "genrsa", "-traditional", "1024")
	} else {
		pem = keytest.Run(t, nil, "openssl", "gendsa", file(t, dsaParams))
		pem = keytest.Run(t, pem, "openssl", "dsa")
	}
	want, err := pemkey.PEM.Parse(pem)
	if err != nil {
		t.Fatal(err)
	}
	want.Comment = comment
	ppk = filepath.Join(t.TempDir(), "key.ppk")
	keytest.Run(t, nil, "puttygen", file(t, string(pem)), "-C", comment, "-o", ppk)
	return ppk, want
}

func open(t *testing.T, data []byte, pass string) *sshkey.Key {
	t.Helper()
	if !sshcom.Sniff(data) {
		t.Fatal("not recognised")
	}
	k, err := sshcom.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	if k.Encrypted() != (pass != "") {
		t.Fatalf("encrypted: %v", k.Encrypted())
	}
	if _, err := k.Decrypt([]byte("wrong"), sshkey.Limits{}); k.Encrypted() && !errors.Is(err, sshkey.ErrPassphrase) {
		t.Errorf("a wrong passphrase: %v", err)
	}
	if k, err = k.Decrypt([]byte(pass), sshkey.Limits{}); err != nil {
		t.Fatal(err)
	}
	return k
}

func TestPuTTY(t *testing.T) {
	long := strings.Repeat(`a "quoted\ comment" with back\\slashes `, 6)
	for _, kind := range []string{"rsa", "dsa"} {
		for _, comment := range []string{"", "a comment", long} {
			ppk, want := newKey(t, kind, comment)
			for _, pass := range []string{"", passphrase} {
				if err := sshkey.Same(open(t, puttygen(t, ppk, "private-sshcom", "", pass), pass), want); err != nil {
					t.Errorf("%s %q: reading PuTTY's: %v", kind, pass, err)
				}
				out, err := sshcom.Marshal(want, []byte(pass))
				if err != nil {
					t.Fatal(err)
				}
				again := puttygen(t, file(t, string(out)), "private-sshcom", pass, "")
				if err := sshkey.Same(open(t, again, ""), want); err != nil {
					t.Errorf("%s %q: PuTTY reads ours: %v", kind, pass, err)
				}
				if pass == "" && comment != "" && !bytes.Equal(out, again) {
					t.Errorf("other bytes than PuTTY's:\n%s%s", out, again)
				}
			}
		}
	}
}

// TestPuTTYComment: PuTTY keeps so much of a comment, and no more.
func TestPuTTYComment(t *testing.T) {
	_, key := newKey(t, "rsa", "")
	for length, kept := range map[int]int{sshcom.PuTTYComment: sshcom.PuTTYComment, sshcom.PuTTYComment + 1: sshcom.PuTTYComment} {
		key.Comment = strings.Repeat("c", length)
		out, err := sshcom.Marshal(key, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := open(t, puttygen(t, file(t, string(out)), "private-sshcom", "", ""), ""); len(got.Comment) != kept {
			t.Errorf("of %d bytes PuTTY keeps %d, not %d", length, len(got.Comment), kept)
		}
	}
}

// TestOpenSSH lets ssh-keygen import what was written; it prints PEM.
func TestOpenSSH(t *testing.T) {
	for _, kind := range []string{"rsa", "dsa"} {
		_, want := newKey(t, kind, "c")
		out, err := sshcom.Marshal(want, nil)
		if err != nil {
			t.Fatal(err)
		}
		pem := keytest.Run(t, nil, "ssh-keygen", "-i", "-f", file(t, string(out)))
		got, err := pemkey.PEM.Parse(pem)
		if err != nil {
			t.Fatal(err)
		}
		got.Comment = "c"
		if err := sshkey.Same(got, want); err != nil {
			t.Errorf("%s: ssh-keygen reads another key: %v", kind, err)
		}
	}
}

func TestDamage(t *testing.T) {
	for _, kind := range []string{"rsa", "dsa"} {
		_, want := newKey(t, kind, "c")
		for _, pass := range []string{"", passphrase} {
			out, err := sshcom.Marshal(want, []byte(pass))
			if err != nil {
				t.Fatal(err)
			}
			block, err := armor.Decode(out, 0, armor.SSH2)
			if err != nil {
				t.Fatal(err)
			}
			step := 1 // every bit
			if pass != "" {
				step = 7
			}
			for i := 0; i < 8*len(block.Data); i += step {
				damaged := bytes.Clone(block.Data)
				damaged[i/8] ^= 1 << (i % 8)
				check(t, armor.Encode(armor.SSH2, block.Label, []string{`Comment: "c"`}, damaged, 70), pass, want)
			}
			for i := range out {
				check(t, out[:i], pass, want)
			}
		}
	}
}

// check wants an error with a place, or the right key.
func check(t *testing.T, data []byte, pass string, want *sshkey.Key) {
	t.Helper()
	k, err := sshcom.Parse(data)
	if err == nil {
		k, err = k.Decrypt([]byte(pass), sshkey.Limits{})
	}
	var syntax *sshkey.SyntaxError
	if err != nil && !errors.As(err, &syntax) && !errors.Is(err, sshkey.ErrEncrypted) {
		t.Fatalf("%T without a place: %v", err, err)
	}
	if err == nil && sshkey.Same(k, want) != nil {
		t.Fatalf("another key: %v", sshkey.Same(k, want))
	}
}

func TestRefused(t *testing.T) {
	_, k := newKey(t, "rsa", "c")
	k.Comment = "two\nlines"
	if _, err := sshcom.Marshal(k, nil); err == nil {
		t.Error("a comment with a line end was written")
	}
	if _, err := sshcom.Marshal(k.PublicOnly(), nil); err == nil {
		t.Error("a public key was written")
	}
	for name, hex := range map[string]string{"empty": "", "magic": "\x00\x00\x00\x00", "huge": "\x3f\x6f\xf9\xeb\x00\x00\x00\x00\xff\xff\xff\xff"} {
		text := "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\n" + base64.StdEncoding.EncodeToString([]byte(hex)) + "\n---- END SSH2 ENCRYPTED PRIVATE KEY ----\n"
		if _, err := sshcom.Parse([]byte(text)); err == nil {
			t.Errorf("%s was read", name)
		}
	}
}
