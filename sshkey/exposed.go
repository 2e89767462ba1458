package sshkey

import (
	"bytes"
	"encoding/base64"
	"strings"
)

// HoldsPrivate reports whether a text, such as the comment of a public key, holds a
// private key, or a part of one: its file stood below the line, and the line ends were
// lost.
func HoldsPrivate(text string) bool {
	return len(text) >= minBody && holdsBody(text, NamesPrivate(text))
}

// IsPrivateText is HoldsPrivate for what should be the name of a file, which may speak of
// a private key and have pieces that look like base64.
func IsPrivateText(text string) bool {
	return len(text) >= minBody && holdsBody(text, NamesPrivate(text) && (indexFold(text, "begin") >= 0 || indexFold(text, "user-key-file") >= 0))
}

// holdsBody reports whether base64 of a private key stands in a text: any, where the text
// names one.
func holdsBody(text string, named bool) bool {
	for run := range base64Runs(text) {
		if named && len(run) >= minBody && !beginsPublic(run) || beginsPrivate(run) {
			return true
		}
	}
	return false
}

// minBody is how much base64 is taken for some of a key: less than a line of it, which
// escapes may stand in.
const minBody = 24

// NamesPrivate reports whether the first or last line of a private key stands in a text,
// or a line of a PPK, whatever became of their dashes and spaces.
func NamesPrivate(text string) bool {
	if indexFold(text, "user-key-file") >= 0 {
		return true
	}
	n := indexFold(text, "private")
	if n < 0 {
		return false
	}
	framed := framed(text)
	for rest := text; n >= 0; n = indexFold(rest, "private") {
		rest = rest[n+len("private"):]
		if rest == "" || isAlnum(rest[0]) {
			continue
		}
		near := rest[:min(len(rest), maxGap+len("lines"))] // a space or dash of any kind, be it written as &nbsp; or %20
		for _, header := range []string{"lines", "mac", "hash"} {
			if indexFold(near, header) > 0 {
				return true
			}
		}
		if indexFold(near, "key") > 0 && framed {
			return true
		}
	}
	return false
}

// maxGap is how many bytes may stand in the place of one sign.
const maxGap = 8

func isAlnum(c byte) bool { return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' }

// framed tells a BEGIN or END line from a comment that speaks of a private key.
func framed(text string) bool {
	return strings.Contains(text, "PRIVATE") || indexFold(text, "begin") >= 0
}

func indexFold(s, word string) int {
	for i := 0; i+len(word) <= len(s); i++ {
		if s[i]|0x20 == word[0] && strings.EqualFold(s[i:i+len(word)], word) {
			return i
		}
	}
	return -1
}

// base64Runs are the longest pieces of base64 in a text, of the length that a beginning
// of a key is known by.
func base64Runs(text string) func(yield func(string) bool) {
	const least = 20
	return func(yield func(string) bool) {
		for text != "" {
			rest := strings.TrimLeft(text, base64Characters)
			if run := text[:len(text)-len(rest)]; len(run) >= least && !yield(run) {
				return
			}
			text = strings.TrimLeftFunc(rest, func(r rune) bool { return !strings.ContainsRune(base64Characters, r) })
		}
	}
}

const base64Characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="

// What the base64 of private keys begins with: OpenSSH's container, that of ssh.com, and
// once more encoded ("-----BEGIN ", "---- BEGIN ", "PuTTY-User-Key-File").
const (
	opensshMagic = "b3BlbnNzaC1rZXktdjE"
	sshcomMagic  = "P2/56wAA"
	packedPEM    = "LS0tLS1CRUdJTi"
	packedSSH2   = "LS0tLSBCRUdJTi"
	packedPPK    = "UHVUVFktVXNlci1LZXktRmls"
)

// beginsPrivate reports whether a private key begins in a piece of base64.
func beginsPrivate(run string) bool {
	if strings.Contains(run, opensshMagic) || strings.Contains(run, packedPPK) || strings.HasPrefix(run, sshcomMagic) {
		return true
	}
	for _, begin := range []string{packedPEM, packedSSH2} {
		if i := strings.Index(run, begin); i >= 0 && bytes.Contains(decoded(run[i:]), []byte("PRIVATE")) {
			return true
		}
	}
	return len(run) >= 44 && run[0] == 'M' && isPrivateDER(decoded(run))
}

// beginsPublic reports whether a piece of base64 begins as the blob of a public key: with
// the length of a type's name, and the name.
func beginsPublic(run string) bool {
	b := decoded(run)
	return len(b) > 8 && bytes.HasPrefix(b, []byte{0, 0, 0}) && len(bytes.Trim(b[4:8], "-abcdefghijklmnopqrstuvwxyz")) == 0
}

// decoded is the start of what base64 stands for.
func decoded(run string) []byte {
	const most = 64
	run = strings.TrimRight(run[:min(len(run), most)], "=")
	b, _ := base64.RawStdEncoding.DecodeString(run[:len(run)&^3])
	return b
}

// isPrivateDER reports whether a structure begins with a version, as PKCS#1, SEC 1 and
// PKCS#8 private keys do, or with the scheme of an encrypted one (PKCS#5).
func isPrivateDER(b []byte) bool {
	const short = 0x80 // a longer length has its own length in front (X.690 section 8.1.3)
	if len(b) < 16 || b[0] != 0x30 {
		return false
	}
	n := 2
	if b[1] > short {
		n += int(b[1] - short)
	}
	if n > 6 {
		return false
	}
	b = b[n:]
	version := bytes.HasPrefix(b, []byte{2, 1, 0}) || bytes.HasPrefix(b, []byte{2, 1, 1})
	return version || bytes.Contains(b, []byte{6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5})
}
