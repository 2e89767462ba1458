package ppk_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/ppk"
	"github.com/keyconv/keyconv/sshkey"
)

// The mark in the text of a case stands where the error must point; it is
// taken out before the text is read.
const mark = "§"

// An edit changes a vector: old, which must be there once, becomes new.
type edit struct{ name, vector, old, new string }

func (e edit) text(t *testing.T) (text string, at int) {
	t.Helper()
	base := vector(t, e.vector)
	if strings.Count(base, e.old) != 1 {
		t.Fatalf("%q is not in the vector once", e.old)
	}
	text = strings.Replace(base, e.old, e.new, 1)
	return strings.Replace(text, mark, "", 1), strings.Index(text, mark)
}

var accepted = []edit{
	{"as it is", "v3-plain", "vec", "vec"},
	{"a blank line", "v3-plain", "none\n", "none\n\n"},
	{"a blank line in the base64", "v3-plain", "hmQS\n", "hmQS\n\n"},
	{"one CR LF among LFs", "v3-plain", "none\n", "none\r\n"},
	{"one CR", "v3-plain", "none\n", "none\r"},
	{"LF CR", "v3-plain", "none\n", "none\n\r"},
	{"CR CR", "v3-plain", "none\n", "none\r\r"},
	{"no final line end", "v3-plain", "0371\n", "0371"},
	{"text behind the MAC", "v3-plain", "0371\n", "0371\nmore\nPrivate-MAC: 00\n"},
	{"upper-case salt", "v3-argon2id", "0a0b0c0d0e0f", "0A0b0C0d0E0f"},
	{"leading zeros in a count", "v3-plain", "Public-Lines: 2", "Public-Lines: 0002"},
	{"a plus in a count", "v3-plain", "Private-Lines: 1", "Private-Lines: +1"},
	{"a space in a count", "v3-plain", "Private-Lines: 1", "Private-Lines:  1"},
	{"white space, plus, zeros", "v3-argon2id", "Argon2-Passes: 2", "Argon2-Passes: \t\v\f +02"},
	{"many zeros in the memory", "v3-argon2id", "Memory: 256", "Memory: 00000000000000000000256"},
	{"short lines", "v3-plain", "2\nAAAAC3NzaC1l", "5\nAAAA\nC3NzaC1l\n\r\r"},
	{"padding in the middle", "v3-plain", "2\nAAAAC3NzaC1l", "3\nAA==AAA=\nC3NzaC1l"},
	{"bits under the padding", "v2-short-seed", "HR4=", "HR5="},
}

// TestAccepted: PuTTY's reader takes these, and so does ours, as one key.
func TestAccepted(t *testing.T) {
	cases := accepted
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { t.Parallel(); text, _ := c.text(t); checkAccepted(t, text) })
	}
	for name, end := range map[string]string{"CR LF": "\r\n", "CR": "\r", "LF CR": "\n\r", "LF LF": "\n\n", "CR CR": "\r\r"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checkAccepted(t, strings.ReplaceAll(vector(t, "v3-argon2id"), "\n", end))
		})
	}
}

func checkAccepted(t *testing.T, text string) {
	t.Helper()
	k, err := open(text)
	if err != nil {
		t.Fatal(err)
	}
	if print := k.Public.Fingerprint(); print != vectorPrint && print != shortPrint {
		t.Errorf("another key: %s", print)
	}
	samePlain2(t, text, k)
}

var refused = []edit{
	{"a BOM", "v3-plain", "PuTTY", "§\ufeffPuTTY"},
	{"a blank line in front", "v3-plain", "PuTTY", "§\nPuTTY"},
	{"a space in front", "v3-plain", "PuTTY", "§ PuTTY"},
	{"no colon behind the version", "v3-plain", "File-3:", "File-3§"},
	{"no space behind the colon", "v3-plain", "File-3: ", "File-3§:"},
	{"another type", "v3-plain", "-3: ssh-ed25519", "-3: §ssh-rsa"},
	{"the name in small letters", "v3-plain", "Encryption: ", "§encryption: "},
	{"no space behind a name", "v3-plain", "Encryption: ", "§Encryption:"},
	{"a space in front of a name", "v3-plain", "Encryption: ", "§ Encryption: "},
	{"two spaces", "v3-plain", "Encryption: ", "Encryption: § "},
	{"a space behind the value", "v3-plain", "none", "§none "},
	{"another cipher", "v3-plain", "none", "§aes128-cbc"},
	{"two blank lines", "v3-plain", "none\n", "none\n\n§\n"},
	{"a missing line", "v3-plain", "Comment: vec\n", "§"},
	{"a line twice", "v3-plain", "Comment: vec\n", "Comment: vec\n§Comment: vec\n"},
	{"a foreign line", "v3-plain", "Public-", "§X-Header: x\nPublic-"},
	{"a NUL in the comment", "v3-plain", "vec", "v§\x00ec"},
	{"a key derivation too many", "v3-plain", "Private-Lines", "§Key-Derivation: Argon2id\nPrivate-Lines"},
	{"a key derivation too few", "v3-argon2id", "Key-Derivation: Argon2id\n", "§"},
	{"a key derivation of old", "v2-aes", "Private-Lines", "§Key-Derivation: Argon2id\nPrivate-Lines"},
	{"an unknown key derivation", "v3-argon2id", "Argon2id", "§argon2id"},
	{"Private-Hash in version 3", "v3-plain", "Private-MAC", "§Private-Hash"},
	{"Private-Hash in version 2", "v2-plain", "Private-MAC", "§Private-Hash"},

	{"a space behind a count", "v3-plain", "Public-Lines: 2", "Public-Lines: §2 "},
	{"a count in hexadecimal", "v3-plain", "Public-Lines: 2", "Public-Lines: §0x2"},
	{"no count", "v3-plain", "Public-Lines: 2", "Public-Lines: §"},
	{"two signs", "v3-plain", "Public-Lines: 2", "Public-Lines: §++2"},
	{"a sign and a space", "v3-plain", "Public-Lines: 2", "Public-Lines: §+ 2"},
	{"an underscore", "v3-plain", "Public-Lines: 2", "Public-Lines: §0_2"},
	{"a negative count", "v3-plain", "Public-Lines: 2", "Public-Lines: §-2"},
	{"a large count", "v3-plain", "Public-Lines: 2", "Public-Lines: §5461"},
	{"a count that overflows", "v3-plain", "Public-Lines: 2", "Public-Lines: §18446744073709551618"},
	{"2^32 KiB", "v3-argon2id", "Memory: 256", "Memory: §4294967296"},
	{"too few lines", "v3-plain", "Public-Lines: 2", "Public-Lines: 1§"},
	{"too many lines", "v3-plain", "Public-Lines: 2", "Public-Lines: 3§"},

	{"a long line", "v3-plain", "AAAAC3Nz", "§AAAAAAAAC3Nz"},
	{"a line of 3", "v3-plain", "VTG4", "§VTG"},
	{"a foreign character", "v3-plain", "VTG4", "§VT*4"},
	{"a foreign character further on", "v3-plain", "ZDI1NTE5", "ZDI1§NT*5"},
	{"a space in the base64", "v3-plain", "VTG4", "§VTG "},
	{"too much padding", "v3-plain", "VTG4", "§V==="},
	{"nothing but padding", "v3-plain", "VTG4", "§===="},
	{"padding in front", "v3-plain", "VTG4", "§=TG4"},
	{"URL base64", "v3-plain", "IAOhB7/z", "IAOh§B7_z"},

	{"half a byte of salt", "v3-argon2id", "0e0f", "0e0"},
	{"a salt of letters", "v3-argon2id", "0e0f", "0e0g"},
	{"an upper-case MAC", "v3-plain", "MAC: 7abd", "MAC: §7ABD"},
	{"a MAC with a space behind", "v3-plain", "MAC: 7abd244f8b2e77422cebc8af3d3fe8205fadbbfc7b63b680fd2394ff6ad00371", "MAC: §7abd244f8b2e77422cebc8af3d3fe8205fadbbfc7b63b680fd2394ff6ad00371 "},
	{"a short MAC", "v3-plain", "MAC: 7abd", "MAC: §7ab"},
	{"no MAC", "v3-plain", "MAC: 7abd244f8b2e77422cebc8af3d3fe8205fadbbfc7b63b680fd2394ff6ad00371", "MAC: §"},
	{"no MAC line", "v3-plain", "Private-MAC: 7abd244f8b2e77422cebc8af3d3fe8205fadbbfc7b63b680fd2394ff6ad00371\n", "§"},
	{"no whole blocks", "v2-aes", "Private-Lines: 1\n6ZVT", "Private-Lines: §1\n"},
	{"a field too long", "v3-plain", "NTE5AAAAIAOh", "NTE5§AAAAIQOh"},
	{"a field too short", "v3-plain", "NTE5AAAAIAOh", "NTE5§AAAAHwOh"},
}

// TestRefused: PuTTY refuses these, and we do at the place of the fault.
func TestRefused(t *testing.T) {
	for _, c := range refused {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			text, at := c.text(t)
			if at >= 0 {
				at = faultAt(text, at)
			}
			_, err := open(text)
			pos, located := keytest.Place(err)
			switch {
			case err == nil:
				t.Error("it is read")
			case !located:
				t.Errorf("%T without a place: %v", err, err)
			case at >= 0 && pos.Offset != at:
				t.Errorf("%v is said to be at %d (%v), it is at %d", err, pos.Offset, pos, at)
			}
			if _, ok := puttygenPlain2(t, text, "vec"); ok {
				t.Error("puttygen reads it")
			}
		})
	}
}

// faultAt moves a mark behind a wrong count to where that count shows: at the
// first line that is not what the count says.
func faultAt(text string, at int) int {
	if strings.HasSuffix(text[:at], "Public-Lines: 1") {
		return strings.Index(text, "VTG4")
	}
	if strings.HasSuffix(text[:at], "Public-Lines: 3") {
		return strings.Index(text, "Private-Lines")
	}
	return at
}

// TestWrapped: where C's long has 64 bits, PuTTY takes this for a 2. No file
// was ever written so.
func TestWrapped(t *testing.T) {
	text, _ := edit{"", "v3-plain", "Public-Lines: 2", "Public-Lines: -18446744073709551614"}.text(t)
	if _, err := open(text); err == nil {
		t.Error("it is read")
	}
}

// TestArgon2Bounds: outside of these PuTTY 0.85 refuses and 0.78 crashes, so
// that it is not asked.
func TestArgon2Bounds(t *testing.T) {
	for _, c := range []edit{
		{"no lanes", "v3-argon2id", "Parallelism: 1", "Parallelism: §0"},
		{"2^24 lanes", "v3-argon2id", "Parallelism: 1", "Parallelism: §16777216"},
		{"no passes", "v3-argon2id", "Passes: 2", "Passes: §0"},
		{"no memory", "v3-argon2id", "Memory: 256", "Memory: §0"},
		{"memory for less than a lane", "v3-argon2id", "Memory: 256", "Memory: §7"},
	} {
		text, at := c.text(t)
		if pos, ok := keytest.Place(second(ppk.Parse([]byte(text)))); !ok || pos.Offset != at {
			t.Errorf("%s: at %v, not %d", c.name, pos, at)
		}
	}
}

func second(_ *sshkey.Key, err error) error { return err }

func TestUnknownVersion(t *testing.T) {
	for _, v := range []string{"4", "0", "03", "-1", ""} {
		text, _ := edit{"", "v3-plain", "File-3:", "File-" + v + ":"}.text(t)
		var unsupported *sshkey.UnsupportedError
		if _, err := open(text); !errors.As(err, &unsupported) || unsupported.Next == "" {
			t.Errorf("version %q: %v", v, err)
		}
		if !ppk.Sniff([]byte(text)) {
			t.Errorf("version %q is not sniffed", v)
		}
	}
}

// TestCut: every beginning of a file is refused, with a place inside it.
func TestCut(t *testing.T) {
	for _, name := range []string{"v1-plain-hash", "v2-plain", "v3-argon2id"} {
		data := vector(t, name)
		for n := range len(data) - 1 {
			_, err := ppk.Parse([]byte(data[:n]))
			if err == nil && strings.Contains(data[:n], "Private-MAC: ") {
				continue // an encrypted file; the MAC is checked when it is opened
			}
			if strings.HasPrefix(data[n:], "Private-Lines") || strings.HasPrefix(data[n:], "Key-Derivation") {
				continue // a public key with a finding, see Parse
			}
			var unsupported *sshkey.UnsupportedError
			pos, located := keytest.Place(err)
			if err == nil || pos.Offset > n || !located && !errors.As(err, &unsupported) {
				t.Errorf("%s: %d bytes: %v at %v", name, n, err, pos)
			}
		}
	}
}

// TestFileSize: PuTTY's bound, to the byte.
func TestFileSize(t *testing.T) {
	const limit = 353621
	data := vector(t, "v3-plain")
	full := data + strings.Repeat("x", limit-len(data))
	if _, err := open(full); err != nil {
		t.Error(err)
	}
	if _, ok := puttygenPlain2(t, full, "vec"); !ok {
		t.Error("puttygen refuses the largest file")
	}
	if _, err := open(full + "x"); err == nil {
		t.Error("one byte more is read")
	}
	if _, ok := puttygenPlain2(t, full+"x", "vec"); ok {
		t.Error("puttygen reads one byte more")
	}
}
