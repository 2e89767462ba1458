package knownhosts

import (
	"slices"
	"strings"

	"github.com/keyconv/keyconv/sshkey"
)

// flags are the options of an authorized_keys entry that need no value: a
// line that begins with them is such an entry, though a host may have that
// name too.
var flags = []string{"agent-forwarding", "cert-authority", "no-agent-forwarding", "no-port-forwarding", "no-pty", "no-touch-required",
	"no-user-rc", "no-x11-forwarding", "port-forwarding", "pty", "restrict", "user-rc", "verify-required", "x11-forwarding"}

// Sniff reports whether the first line with something on it is one of
// known_hosts: it has a marker, a hashed name, or one word in front of a key
// that cannot be an option of authorized_keys.
func Sniff(data []byte) bool {
	for off := 0; off < len(data); {
		line, next := cut(data, off)
		if !blank(line) {
			return len(line) <= sshkey.MaxLine && sniffLine(strings.TrimLeft(string(line), space))
		}
		off = next
	}
	return false
}

// neverFirst are signs that no list of hosts begins with: those of a diff and of a
// quotation, percent encoding and entities.
const neverFirst = "+-%>&<{('`"

func sniffLine(line string) bool {
	if strings.HasPrefix(line, "|1|") {
		return true
	}
	if strings.HasPrefix(line, "@") {
		marker, _ := cutMarker(line)
		return markers[marker] != ""
	}
	hosts, rest := word(line)
	kind, rest := word(rest)
	text, _ := word(rest)
	return !strings.ContainsAny(hosts[:min(len(hosts), 1)], neverFirst) && !strings.ContainsAny(hosts, `="\`) && !onlyFlags(hosts) && !strings.HasPrefix(kind, "AAAA") &&
		strings.HasPrefix(text, "AAAA")
}

func onlyFlags(hosts string) bool {
	for name := range strings.SplitSeq(hosts, ",") {
		if !slices.Contains(flags, strings.ToLower(name)) {
			return false
		}
	}
	return true
}
