package rfc4716

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/keyconv/keyconv/internal/armor"
	"github.com/keyconv/keyconv/internal/wire"
	"github.com/keyconv/keyconv/sshkey"
)

// readHeaders puts the headers of a block into k.
func readHeaders(k *sshkey.Key, headers []armor.Header) error {
	commented := false
	for _, h := range headers {
		err := checkHeader(h.Name, h.Value)
		switch {
		case err != nil:
		case !isComment(h.Name):
			k.Headers = append(k.Headers, sshkey.Header{Name: h.Name, Value: h.Value})
		case commented:
			err = fmt.Errorf("a second Comment header")
		default:
			commented, k.Comment = true, unquote(h.Value)
		}
		if err != nil {
			return &wire.Error{Offset: h.Offset, Err: err}
		}
	}
	return nil
}

// checkHeader has the rules of RFC 4716 section 3.3.
func checkHeader(tag, value string) error {
	if !validTag(tag) {
		return fmt.Errorf("%q is no header tag: printable US-ASCII of at most %d bytes, without a colon", tag[:min(len(tag), maxTag)], maxTag)
	}
	if len(value) > maxValue {
		return fmt.Errorf("the value of the header %q is %d bytes long; RFC 4716 allows %d", tag, len(value), maxValue)
	}
	return nil
}

func validTag(tag string) bool {
	for _, c := range []byte(tag) {
		if c < ' ' || c >= 0x7f || c == ':' {
			return false
		}
	}
	return tag != "" && len(tag) <= maxTag && tag == strings.Trim(tag, " ")
}

var (
	escaper   = strings.NewReplacer(`\`, `\\`, `"`, `\"`)
	unescaper = strings.NewReplacer(`\\`, `\`, `\"`, `"`)
)

// quote is how a Comment is written. RFC 4716 has the quotes, the escapes
// inside them are PuTTY's.
func quote(comment string) string { return `"` + escaper.Replace(comment) + `"` }

// unquote takes one surrounding pair of quotes off, and the escapes inside it.
// A value without quotes is literal.
func unquote(value string) string {
	v := strings.TrimRight(value, " \t")
	if len(v) < 2 || v[0] != '"' || v[len(v)-1] != '"' {
		return value
	}
	return unescaper.Replace(v[1 : len(v)-1])
}

// fold cuts a header line into lines of at most 72 bytes, each but the last
// with a backslash at its end (RFC 4716 section 3.3).
func fold(line string) []string {
	if len(line) <= maxLine {
		return []string{line}
	}
	n := cut(line)
	out := []string{line[:n] + `\`}
	for line = line[n:]; ; line = line[n:] {
		if n = cutContinuation(line); n == len(line) {
			return append(out, line)
		}
		out = append(out, line[:n]+`\`)
	}
}

// cut is how much of line fits on one line. It does not part a character.
func cut(line string) int {
	if len(line) <= maxLine {
		return len(line)
	}
	n := maxLine - 1 // and the backslash
	for back := 0; back < utf8.UTFMax-1; back++ {
		if utf8.RuneStart(line[n-back]) {
			return n - back
		}
	}
	return n // not UTF-8
}

// cutContinuation keeps ssh-keygen -i from taking a continuation for a header
// or for an END line: it would then skip a line of the key in its place. It
// goes by ": " anywhere and by four dashes in front.
func cutContinuation(line string) int {
	n := cut(line)
	if strings.HasPrefix(line, "----") {
		return 3
	}
	if i := strings.Index(line[:n], ": "); i >= 0 {
		return i + 1
	}
	return n
}
