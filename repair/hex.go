package repair

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/keyconv/keyconv/internal/lazyre"
)

// hexBlob matches the start of a blob in hexadecimal without separators: the
// length of the type and its first letter.
var hexBlob = lazyre.NewNeeding(`(?i)(?:0x)?`+hexHead, "000000")

// hexNext matches it where another one ends.
var hexNext = lazyre.New(`^(?i)` + hexHead)

// hexHead is that start, of all types.
var hexHead = func() string {
	var heads []string
	for _, k := range keyTypes {
		if head := fmt.Sprintf("%02x%02x", len(k.name), k.name[0]); !slices.Contains(heads, head) {
			heads = append(heads, head)
		}
	}
	return `000000(?:` + strings.Join(heads, "|") + `)[0-9a-f]{60}`
}()

// dumps goes through what is in hexadecimal in a text.
type dumps struct {
	t, bare *text
	low     int // in bare
}

func dumpsOf(t *text) *dumps {
	if len(t.b) < 80 {
		return &dumps{t: t, bare: &text{}}
	}
	return &dumps{t: t, bare: squeeze(t)}
}

// next turns the next dump into base64 that the reader can find; nil where none is
// left, or where this one is not whole: that is at broken, else negative.
func (d *dumps) next() (in *inner, broken int) {
	m := hexBlob.FindIndex(d.bare.b[d.low:])
	if m == nil {
		return nil, -1
	}
	b, from := d.bare.b, d.low+m[0]
	if b[from+1] == 'x' || b[from+1] == 'X' {
		from += 2
	}
	raw := cutBlob(unhex(b[from:]))
	d.low = from + 2*len(raw)
	at, end := d.at(from), d.at(d.low-1)+1
	if digitsLeft(b[d.low:]) || strayDigits(d.t.b[at:end], d.t.b[end:]) {
		return nil, at // one of those before is none of the dump
	}
	out := &text{}
	for n, c := range []byte(base64.RawStdEncoding.EncodeToString(raw)) {
		out.add(c, d.t.src(d.at(min(from+n*3/2, d.low-1))))
	}
	return &inner{out, at, end, "hex", "the key was written in hexadecimal"}, -1
}

// at is where byte i of bare stands in the text.
func (d *dumps) at(i int) int { return d.bare.src(i) }

// unhex is the bytes of the digits that b begins with, up to more than any key has.
func unhex(b []byte) (raw []byte) {
	const most = 2 * 8192
	for i := 0; i+1 < min(len(b), most); i += 2 {
		n, err := strconv.ParseUint(string(b[i:i+2]), 16, 8)
		if err != nil || b[i] == '+' || bytes.HasPrefix(b[i+1:], []byte("0x")) {
			break
		}
		raw = append(raw, byte(n))
	}
	return raw
}

// digitsLeft reports whether b begins with digits, and neither a word nor another dump.
func digitsLeft(b []byte) bool {
	const word = 32
	n := 0
	for n < min(len(b), word) && strings.IndexByte("0123456789abcdefABCDEF", b[n]) >= 0 {
		n++
	}
	return n > 0 && (n == len(b) || n == word || !isAlnum(b[n])) && !hexNext.Match(b)
}

// strayDigits reports whether the last digits of a dump may be no part of it, but of a
// word or a number that stands behind one that has lost as many: where the word goes
// on, and where they are few and nothing else in the dump is parted like them.
func strayDigits(dump, behind []byte) bool {
	if len(behind) > 0 && isAlnum(behind[0]) {
		return true
	}
	const few = 8
	isDigit := func(c rune) bool { return c < utf8.RuneSelf && isAlnum(byte(c)) }
	last := bytes.LastIndexFunc(dump, func(c rune) bool { return !isDigit(c) }) + 1
	if last == 0 || len(dump)-last >= few {
		return false
	}
	gap := dump[bytes.LastIndexFunc(dump[:last], isDigit)+1 : last]
	return bytes.Count(dump, gap) < 3
}

// squeeze leaves out what stands between the digits of a dump. Its places are those
// in t, not in the source.
func squeeze(t *text) *text {
	out := &text{}
	for i, c := range t.b {
		if strings.IndexByte(" :,\n\t\\\"'+", c) < 0 {
			out.add(c, i)
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
