package repair

import (
	"encoding/base64"
	"strconv"
	"strings"

	"github.com/keyconv/keyconv/internal/lazyre"
)

// hexBlob matches the start of a blob in hexadecimal without separators: the
// length of the type and its first letter.
var hexBlob = lazyre.NewNeeding(`(?i)(?:0x)?000000(?:07|0b|09|13|1a|1f|22)(?:73|65)[0-9a-f]{60}`, "000000")

// unhex turns hexadecimal into base64 that the reader can find.
func unhex(t *text) *inner {
	if len(t.b) < 80 {
		return nil
	}
	bare := squeeze(t)
	m := hexBlob.FindIndex(bare.b)
	if m == nil {
		return nil
	}
	if bare.b[m[0]+1] == 'x' || bare.b[m[0]+1] == 'X' {
		m[0] += 2
	}
	var raw []byte
	i := m[0]
	for ; i+1 < len(bare.b); i += 2 {
		n, err := strconv.ParseUint(string(bare.b[i:i+2]), 16, 8)
		if err != nil || bare.b[i] == '+' {
			break
		}
		raw = append(raw, byte(n))
	}
	raw = cutBlob(raw)
	if digitsLeft(bare.b[m[0]+2*len(raw):]) {
		return nil // one of those before is none of the dump
	}
	out := &text{}
	for n, c := range []byte(base64.RawStdEncoding.EncodeToString(raw)) {
		out.add(c, bare.src(min(m[0]+n*3/2, i-1)))
	}
	return &inner{out, m[0], len(t.b), "hex", "the key was written in hexadecimal"}
}

// digitsLeft reports whether b begins with digits, and no word.
func digitsLeft(b []byte) bool {
	n := 0
	for n < len(b) && strings.IndexByte("0123456789abcdefABCDEF", b[n]) >= 0 {
		n++
	}
	return n > 0 && (n == len(b) || !isAlnum(b[n]))
}

// squeeze leaves out what stands between the digits of a dump.
func squeeze(t *text) *text {
	out := &text{}
	for i, c := range t.b {
		if c != ' ' && c != ':' && c != ',' && c != '\n' && c != '\t' && c != '\\' && c != '"' && c != '\'' && c != '+' {
			out.copy(t, i, i+1)
		}
	}
	return out
}

// cutBlob cuts a blob to the length that it says, where its type is known.
func cutBlob(raw []byte) []byte {
	for _, k := range keyTypes {
		if len(raw) < 4+len(k.name) || string(raw[4:4+len(k.name)]) != k.name {
			continue
		}
		n, full, ok := 0, false, true
		for ok && !full && n <= len(raw) {
			n, full, ok = k.total(raw[:min(len(raw), max(n, 4+len(k.name)))])
		}
		if ok && full && n <= len(raw) {
			return raw[:n]
		}
	}
	return raw
}
