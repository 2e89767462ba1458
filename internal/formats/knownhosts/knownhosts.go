// Package knownhosts reads OpenSSH's known_hosts (sshd(8), "SSH_KNOWN_HOSTS
// FILE FORMAT"): plain and hashed host names, markers.
//
// What stands in front of a key is kept as the headers "Marker" and "Host".
package knownhosts

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/keyconv/keyconv/sshkey"
)

// Name is the format's name in errors and on the command line.
const Name = "known-hosts"

// The names of the headers.
const (
	HeaderMarker = "Marker"
	HeaderHost   = "Host"
)

// markers are compared exactly; what each means for a reader of the key alone.
var markers = map[string]string{
	"@cert-authority": "the key is a certification authority's, not a host's",
	"@revoked":        "the key is revoked: it must not be trusted",
}

// maxFindings bounds what is told about the lines of a file that are no keys.
const maxFindings = 100

// Parse reads all keys of a file. A line that OpenSSH would pass over is a
// finding of the first key; where no line is a key, the first line's fault is
// the error.
func Parse(data []byte) ([]*sshkey.Key, error) {
	keys, bad, more := parseLines(data)
	if err := sshkey.Bound("keys", uint64(len(keys)), sshkey.MaxKeys); err != nil {
		return nil, err
	}
	if len(keys) == 0 {
		return nil, nothing(data, bad)
	}
	if more > 0 {
		keys[0].Note(sshkey.Warning, "known-hosts-line", "", "%d more lines are no keys and were passed over", more)
	}
	for _, b := range bad {
		keys[0].Findings = append(keys[0].Findings, sshkey.Finding{Pos: b.Pos, Code: "known-hosts-line", Severity: sshkey.Warning,
			Msg: "the line is no key and was passed over, as OpenSSH does: " + b.Err.Error()})
	}
	return keys, nil
}

// parseLines gives the keys, the faults of the first lines that are none, and
// the number of the others.
func parseLines(data []byte) (keys []*sshkey.Key, bad []*sshkey.SyntaxError, more int) {
	number := 0
	for off := 0; off < len(data) && len(keys) <= sshkey.MaxKeys; {
		line, next := cut(data, off)
		start := off
		number++
		// The place is counted here: sshkey.PosAt would count from the
		// start of the file for every line.
		place := func(column int) sshkey.Pos {
			column += leading(line)
			return sshkey.Pos{Offset: start + column, Line: number, Column: column + 1}
		}
		off = next
		if blank(line) {
			continue
		}
		k, err := parseLine(line)
		switch {
		case err == nil:
			k.Pos = place(0)
			locate(k)
			keys = append(keys, k)
		case len(bad) < maxFindings:
			bad = append(bad, &sshkey.SyntaxError{Format: Name, Pos: place(err.column), Err: err.cause})
		default:
			more++
		}
	}
	return keys, bad, more
}

func nothing(data []byte, bad []*sshkey.SyntaxError) error {
	if len(bad) > 0 {
		return bad[0]
	}
	return sshkey.Errorf(Name, data, 0, "there is no key")
}

// locate gives the findings of a line, made before its place was known, that
// place.
func locate(k *sshkey.Key) {
	for i := range k.Findings {
		k.Findings[i].Pos = k.Pos
	}
}

func cut(data []byte, off int) (line []byte, next int) {
	n := bytes.IndexByte(data[off:], '\n')
	if n < 0 {
		return data[off:], len(data)
	}
	return data[off : off+n], off + n + 1
}

const space = " \t\r"

func leading(line []byte) int { return len(line) - len(bytes.TrimLeft(line, space)) }

func blank(line []byte) bool {
	line = bytes.TrimLeft(line, space)
	return len(line) == 0 || line[0] == '#'
}

// A fault is what is wrong with a line, and where.
type fault struct {
	column int
	cause  error
}

func faultf(rest string, line string, msg string, args ...any) *fault {
	return &fault{len(line) - len(rest), fmt.Errorf(msg, args...)}
}

// parseLine reads "[marker] hosts type base64 [comment]".
func parseLine(raw []byte) (*sshkey.Key, *fault) {
	if err := sshkey.Bound("bytes in a line", uint64(len(raw)), sshkey.MaxLine); err != nil {
		return nil, &fault{0, err}
	}
	line := strings.TrimRight(strings.TrimLeft(string(raw), space), space)
	k := &sshkey.Key{}
	rest := line
	if strings.HasPrefix(line, "@") {
		marker, after := cutMarker(line)
		meaning, ok := markers[marker]
		if !ok {
			return nil, faultf(rest, line, "unknown marker %q", clip(marker))
		}
		k.Headers = append(k.Headers, sshkey.Header{Name: HeaderMarker, Value: marker})
		k.Note(sshkey.Warning, "known-hosts-marker", "", "%s: %s", marker, meaning)
		rest = after
	}
	hosts, after := word(rest)
	if hosts == "" {
		return nil, faultf(rest, line, "there is no host name")
	}
	if i := strings.IndexFunc(hosts, unicode.IsControl); i >= 0 {
		return nil, faultf(rest[i:], line, "%q in a host name", hosts[i])
	}
	if strings.HasPrefix(hosts, "|") && !hashed(hosts) {
		k.Note(sshkey.Warning, "known-hosts-hash", "", "the hashed host name is damaged, so that no host will match it")
	}
	k.Headers = append(k.Headers, sshkey.Header{Name: HeaderHost, Value: hosts})
	kind, keyText := word(after)
	text, comment := word(keyText)
	var err error
	if k.Public, err = parseKey(kind, text); err != nil {
		return nil, &fault{len(line) - len(after), err}
	}
	k.Comment = comment
	return k, nil
}

// cutMarker ends a marker as OpenSSH does: at the first space; only a line
// without any at the first tab (hostfile.c, check_markers).
func cutMarker(line string) (marker, rest string) {
	end := strings.IndexByte(line, ' ')
	if end < 0 {
		end = strings.IndexByte(line, '\t')
	}
	if end < 0 {
		return line, ""
	}
	return line[:end], strings.TrimLeft(line[end:], space)
}

func word(s string) (first, rest string) {
	end := strings.IndexAny(s, " \t")
	if end < 0 {
		return s, ""
	}
	return s[:end], strings.TrimLeft(s[end:], space)
}

// clip shortens foreign text for a message.
func clip(s string) string { return s[:min(len(s), 40)] }

// hashed checks a hashed name: a salt and HMAC-SHA1.
func hashed(hosts string) bool {
	parts := strings.Split(hosts, "|")
	if len(parts) != 4 || parts[1] != "1" {
		return false
	}
	for _, part := range parts[2:] {
		if b, err := base64.StdEncoding.Strict().DecodeString(part); err != nil || len(b) != 20 {
			return false
		}
	}
	return true
}

func parseKey(kind, text string) (sshkey.PublicKey, error) {
	if isDigits(kind) && kind != "" {
		return sshkey.PublicKey{}, errors.New("a host key of the SSH-1 protocol, which OpenSSH no longer reads")
	}
	blob, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil || len(blob) == 0 {
		return sshkey.PublicKey{}, fmt.Errorf("expected a key: a type and base64, found %q", clip(kind))
	}
	pub, err := sshkey.ParsePublicKey(blob)
	if err != nil {
		return pub, err
	}
	if !sshkey.SameAlgorithm(kind, pub.Algorithm()) {
		return pub, fmt.Errorf("the line says %q and the key is %s", clip(kind), pub.Algorithm())
	}
	return pub, nil
}

func isDigits(s string) bool { return strings.Trim(s, "0123456789") == "" }
