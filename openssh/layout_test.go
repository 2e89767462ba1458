package openssh_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/openssh"
	"github.com/keyconv/keyconv/sshkey"
)

// offset is where a field of the layout begins in the blob: its length, where
// it has one.
func (l layout) offset(field string) int {
	n := len(l.magic)
	for _, f := range []struct {
		name string
		size int
	}{{"cipher", 4 + len(l.cipher)}, {"kdf", 4 + len(l.kdf)}, {"options", 4 + len(l.options)}, {"count", 4},
		{"public", 4 + len(l.public)}, {"private", 4 + len(l.private)}, {"behind", len(l.behind)}} {
		if f.name == field {
			return n
		}
		n += f.size
	}
	return 0 // "magic"
}

// inText is where the byte i of a blob stands in its file.
func inText(i int) int {
	char := i * 4 / 3
	return len(begin) + char + char/70
}

// A fault spoils the unencrypted vector; the error must point at the byte that
// is plus bytes behind the start of field.
type fault struct {
	name  string
	spoil func(l *layout)
	field string
	plus  int
}

// In the private part of the vector the type is at 8, the public key at 23, the
// secret at 59, the comment at 127 and two bytes of padding at 134.
var layoutFaults = []fault{
	{"another magic", func(l *layout) { l.magic = "openssh-key-v2\x00" }, "magic", 0},
	{"no NUL", func(l *layout) { l.magic = "openssh-key-v1\n" }, "magic", 0},
	{"an unknown cipher", func(l *layout) {
		l.cipher, l.kdf, l.options = "rot13", "bcrypt", keytest.Fields("salt", keytest.Raw{0, 0, 0, 1})
	}, "cipher", 0},
	{"an empty cipher name", func(l *layout) { l.cipher = "" }, "cipher", 0},
	{"a NUL in the cipher name", func(l *layout) { l.cipher = "no\x00ne" }, "cipher", 0},
	{"an unknown kdf", func(l *layout) { l.kdf = "scrypt" }, "kdf", 0},
	{"a cipher and no kdf", func(l *layout) { l.cipher = "aes256-ctr" }, "kdf", 0},
	{"bcrypt without options", func(l *layout) { l.kdf = "bcrypt" }, "options", 4},
	{"no salt", func(l *layout) { l.kdf, l.options = "bcrypt", keytest.Fields("", uint32(1)) }, "options", 4},
	{"no rounds", func(l *layout) { l.kdf, l.options = "bcrypt", keytest.Fields("salt", uint32(0)) }, "options", 4},
	{"options cut", func(l *layout) { l.kdf, l.options = "bcrypt", keytest.Fields("salt", byte(1)) }, "options", 4},
	{"options too long", func(l *layout) { l.kdf, l.options = "bcrypt", keytest.Fields("salt", uint32(1), byte(1)) }, "options", 4},
	{"a salt of a megabyte and one", func(l *layout) { l.kdf, l.options = "bcrypt", keytest.Fields(make(keytest.Raw, 1<<20+1), uint32(1)) }, "options", 4},
	{"no keys", func(l *layout) { l.count = 0 }, "count", 0},
	{"two keys", func(l *layout) { l.count = 2 }, "count", 0},
	{"2^32-1 keys", func(l *layout) { l.count = 1<<32 - 1 }, "count", 0},
	{"no public key", func(l *layout) { l.public = nil }, "public", 4},
	{"no name in the public key", func(l *layout) { l.public = keytest.Fields("") }, "public", 8},
	{"a byte too many in the public key", func(l *layout) { l.public = append(l.public, 0) }, "public", 4 + 51},
	{"a short public key", func(l *layout) { l.public = keytest.Fields("ssh-ed25519", make([]byte, 31)) }, "public", 4 + 15},
	{"bytes behind", func(l *layout) { l.behind = []byte{0} }, "behind", 0},
	{"a tag where there is none", func(l *layout) { l.behind = make([]byte, 16) }, "behind", 0},

	{"no private part", func(l *layout) { l.private = nil }, "private", 4},
	{"check numbers that differ", func(l *layout) { l.private[0] ^= 1 }, "private", 4},
	{"another type inside", func(l *layout) { l.private[12] = 'x' }, "private", 12},
	{"another public key inside", func(l *layout) { l.private[30] ^= 1 }, "private", 4 + 59},
	{"another public key at the end", func(l *layout) { l.private[59+4+63] ^= 1 }, "private", 4 + 59},
	{"a comment too long", func(l *layout) { l.private[127+3] = 200 }, "private", 4 + 127},
	{"a NUL in the comment", func(l *layout) { l.private[127+4] = 0 }, "private", 4 + 127},
	{"wrong padding", func(l *layout) { l.private[len(l.private)-1] = 3 }, "private", 4 + 135},
	{"PKCS#7 padding", func(l *layout) { copy(l.private[134:], "\x02\x02") }, "private", 4 + 134},
	{"a cut private part", func(l *layout) { l.private = l.private[:100] }, "private", 4 + 59},
}

func TestLayoutFaults(t *testing.T) {
	for _, f := range layoutFaults {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			l, _, _ := edLayout(t)
			f.spoil(&l)
			_, err := open(l.String())
			pos, located := keytest.Place(err)
			if err == nil || !located {
				t.Fatalf("%T %v", err, err)
			}
			if want := inText(l.offset(f.field) + f.plus); pos.Offset != want {
				t.Errorf("%v is said to be at %d, it is at %d", err, pos.Offset, want)
			}
			// OpenSSH does not compare the public key with the secret.
			if got := sshKeygenReads(t, l.String(), ""); got != "" && f.name != "another public key at the end" {
				t.Errorf("ssh-keygen reads it: %s", got)
			}
		})
	}
}

// TestCauses: the sentinel says who is to blame.
func TestCauses(t *testing.T) {
	for name, want := range map[string]error{
		"check numbers that differ":     sshkey.ErrCorrupt,
		"wrong padding":                 sshkey.ErrCorrupt,
		"another type inside":           sshkey.ErrMismatch,
		"another public key inside":     sshkey.ErrMismatch,
		"another public key at the end": sshkey.ErrMismatch,
		"no private part":               sshkey.ErrCorrupt,
	} {
		for _, f := range layoutFaults {
			if f.name == name {
				l, _, _ := edLayout(t)
				f.spoil(&l)
				if _, err := open(l.String()); !errors.Is(err, want) || errors.Is(err, sshkey.ErrPassphrase) {
					t.Errorf("%s: %v", name, err)
				}
			}
		}
	}
	l, pub, seed := edLayout(t)
	seed[0] ^= 1
	if _, err := open(plain(l.public, edBody(pub, seed)).String()); !errors.Is(err, sshkey.ErrMismatch) {
		t.Errorf("another seed: %v", err)
	}
}

// blobOf decodes the base64 of a file.
func blobOf(t *testing.T, text string) []byte {
	t.Helper()
	text = strings.TrimSuffix(strings.TrimPrefix(text, begin), end)
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestCutBlob: every beginning of a blob is refused at a place in the file.
func TestCutBlob(t *testing.T) {
	for _, name := range []string{"none", "aes256-ctr", "aes256-gcm", "chacha20-poly1305"} {
		blob := blobOf(t, vector(t, name))
		for n := range blob {
			text := armored(blob[:n])
			_, err := openssh.Parse([]byte(text))
			if pos, ok := keytest.Place(err); !ok || pos.Offset > len(text) {
				t.Fatalf("%s: %d of %d bytes: %v", name, n, len(blob), err)
			}
		}
	}
}

// TestTag: a flipped bit anywhere in an authenticated file, or a tag cut off.
func TestTag(t *testing.T) {
	for _, name := range []string{"aes256-gcm", "chacha20-poly1305"} {
		blob := blobOf(t, vector(t, name))
		for _, i := range []int{len(blob) - 1, len(blob) - 16, len(blob) - 17, len(blob) - 100} {
			damaged := bytes.Clone(blob)
			damaged[i] ^= 1
			if _, err := open(armored(damaged)); !errors.Is(err, sshkey.ErrPassphrase) {
				t.Errorf("%s: byte %d: %v", name, i, err)
			}
			if got := sshKeygenReads(t, armored(damaged), passphrase); got != "" {
				t.Errorf("%s: ssh-keygen reads it", name)
			}
		}
		_, err := open(armored(blob[:len(blob)-16]))
		if pos, ok := keytest.Place(err); !ok || pos.Offset < inText(len(blob)-17) || !strings.Contains(err.Error(), "tag") {
			t.Errorf("%s without a tag: %v at %v", name, err, pos)
		}
	}
}

// TestUnauthenticated: with the other ciphers, what is behind the check
// numbers may be damaged without it being the passphrase's fault.
func TestUnauthenticated(t *testing.T) {
	blob := blobOf(t, vector(t, "aes256-ctr"))
	for i, want := range map[int]error{0: sshkey.ErrPassphrase, 7: sshkey.ErrPassphrase, 30: sshkey.ErrMismatch, 70: sshkey.ErrMismatch, 143: sshkey.ErrCorrupt} {
		damaged := bytes.Clone(blob)
		damaged[len(blob)-144+i] ^= 1
		if _, err := open(armored(damaged)); !errors.Is(err, want) {
			t.Errorf("byte %d: %v", i, err)
		}
	}
}
