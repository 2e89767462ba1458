package repair

import (
	"bytes"
	"strconv"

	"github.com/keyconv/keyconv/internal/lazyre"
	"github.com/keyconv/keyconv/sshkey"
)

// urlEncoding is the code of the escapes of RFC 3986 section 2.1 and of web forms.
const urlEncoding = "url-encoding"

// form matches a type and its base64 as a web form joins them.
var form = lazyre.NewNeeding(`(?:rsa|dss|25519|nistp(?:256|384|521)|\.com|BEGIN|KEY)\+[-A-Za-z0-9%]|%2[Bb]`,
	"rsa+", "dss+", "25519+", "256+", "384+", "521+", ".com+", "BEGIN+", "KEY+", "%2")

func percent(m []byte) (string, bool) {
	n, err := strconv.ParseUint(string(m[len(m)-2:]), 16, 8)
	if err != nil || n < ' ' && n != '\n' && n != '\r' && n != '\t' {
		return "", false
	}
	if n == '\r' {
		return "", true
	}
	return string([]byte{byte(n)}), true
}

// A urlRun is base64 in a URL, from AAAA to the encoded white space behind it.
type urlRun struct {
	chars  []byte
	breaks [][2]int // of lines, which the URL did not have
	last   int      // of the characters, behind the last of them
}

// urlStart matches what stands in front of base64 in a URL: an encoded space or line end.
var urlStart = lazyre.NewNeeding(`(?:%20|%0[AaDd]|\+)AAAA`, "AAAA")

// urlGap matches what breaks a line of a URL.
var urlGap = lazyre.New(`^["']?[ \t]*[+\\]?[ \t]*\n[\s"'>|]*`)

// joinURL takes line breaks out of the base64 of keys in a URL: it holds no white space but
// encoded, so what ends such a key is encoded and what breaks it is not. It does so
// only where a whole key comes of it, whose last piece is no word: that may be the
// comment's, where the end of the line above was cut off.
func joinURL(t *text, form bool, notes *notes) *text {
	out, from := &text{}, 0
	for at := 0; ; {
		m := urlStart.FindIndex(t.b[at:])
		if m == nil {
			break
		}
		run, end := readURL(t.b, at+m[1]-len("AAAA"), form)
		at = end
		if !run.whole() || wordlike(run.chars[run.last:]) {
			continue
		}
		for _, b := range run.breaks {
			notes.add(t.src(b[0]), "wrapped", "the key was broken over several lines")
			out.copy(t, from, b[0])
			from = b[1]
		}
	}
	if from == 0 {
		return t
	}
	out.copy(t, from, len(t.b))
	return out
}

// readURL reads the base64 that begins at b[i], and how far it looked. A run without an end
// that is encoded is empty.
func readURL(b []byte, i int, form bool) (urlRun, int) {
	const most, mostLines = 8 << 10, 128 // more than the longest key has
	run, lines := urlRun{}, 0
	for stop := min(len(b), i+most); i < stop; {
		c, n := urlChar(b[i:])
		space := c == ' ' && n == 3 || c == '+' && n == 1 && form
		switch {
		case space, c == '\n' && n == 3 && run.whole():
			return run, i
		case c == '\n' && n == 3 && lines < mostLines:
			lines++
		case isBase64(c):
			run.chars = append(run.chars, c)
		case c == '=':
		default:
			if n = urlBreak(b[i:stop]); n == 0 {
				return urlRun{}, i + 1
			}
			run.breaks, run.last = append(run.breaks, [2]int{i, i + n}), len(run.chars)
		}
		i += n
	}
	return urlRun{}, i
}

// urlChar is the character that b begins with, and how many bytes stand for it.
func urlChar(b []byte) (c byte, n int) {
	if len(b) < 3 || b[0] != '%' {
		return b[0], 1
	}
	switch s, ok := percent(b[:3]); {
	case !ok:
		return b[0], 1
	case s == "": // a carriage return
		return '\n', 3
	default:
		return s[0], 3
	}
}

// urlBreak is the length of the line break that b begins with. 0 is none, or one behind
// which the sign of a diff or what is left of an escape may stand.
func urlBreak(b []byte) int {
	m := urlGap.FindIndex(b)
	if m == nil || m[1] == len(b) || b[m[1]] == '+' || bytes.IndexByte(b[:m[1]], '\\') >= 0 && letters.Match(b[m[1]:]) {
		return 0
	}
	return m[1]
}

// whole reports whether it is a key.
func (r urlRun) whole() bool {
	raw, err := decodeRaw(strictRaw, r.chars)
	if err != nil {
		return false
	}
	k, err := sshkey.ParsePublicKey(raw)
	return err == nil && bytes.Equal(k.Blob(), raw)
}
