package repair

import (
	"encoding/base64"
	"encoding/binary"

	"github.com/keyconv/keyconv/sshkey"
)

// Traces are what stands of keys in a text, broken over lines or cut short: how often
// each piece of so many characters of base64 does.
type Traces map[string]int

// trace is how long such a piece is: no two keys have one in common by chance.
const trace = 8

// TracesOf reads a text.
func TracesOf(text []byte) Traces {
	t := Traces{}
	for text = base64Of(text); len(text) >= trace; text = text[1:] {
		t[string(text[:trace])]++
	}
	return t
}

// base64Of leaves out what is no character of base64, such as line ends in a key.
func base64Of(text []byte) (list []byte) {
	for _, c := range text {
		if isBase64(c) {
			list = append(list, c)
		}
	}
	return list
}

// Of is how often a key stands there, as far as a piece of it tells.
func (t Traces) Of(k sshkey.PublicKey) (most int) {
	blob := k.Plain().Blob()
	from, end := ownPart(blob)
	if end-from < trace { // of a type that nobody knows
		return 0
	}
	text := base64.StdEncoding.EncodeToString(blob)[(from*4+2)/3 : end*4/3]
	for ; len(text) >= trace; text = text[1:] {
		most = max(most, t[text[:trace]])
	}
	return most
}

// ownPart is the part of a blob that no other key has: of its fields, but for the type,
// the last one of the longest (RFC 4253 section 6.6: DSA's first ones can be shared).
func ownPart(blob []byte) (from, end int) {
	for at, longest := 0, 0; at+4 <= len(blob); {
		n := int(binary.BigEndian.Uint32(blob[at:]))
		if n < 0 || n > len(blob)-at-4 { // an int may have 32 bits
			break
		}
		if at > 0 && n+1 >= longest { // a number may have a zero in front
			from, end, longest = at+4, at+4+n, n
		}
		at += 4 + n
	}
	return from, end
}
