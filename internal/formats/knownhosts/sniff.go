package knownhosts

import (
	"slices"
	"strings"

	"github.com/keyconv/keyconv/sshkey"
)

// flags are the options of an authorized_keys entry that need no value: a
// line that begins with them is such an entry, though a host may have that
// name too.
var flags = []string{"agent-forwarding", "cert-authority", "no-agent-forwarding", "no-port-forwarding", "no-pty", "no-touch-required", "no-verify-required",
	"no-user-rc", "no-x11-forwarding", "port-forwarding", "pty", "restrict", "touch-required", "user-rc", "verify-required", "x11-forwarding"}

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

// isHosts reports whether a word can be a list of hosts: names, addresses and patterns.
// The marks of diffs, quotations and comments are none, and neither is an option with a
// byte order mark in front or a long dash in it.
func isHosts(word string) bool {
	return word != "" && strings.IndexByte("-%", word[0]) < 0 && !strings.ContainsFunc(word, func(c rune) bool {
		return (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && !strings.ContainsRune("-._,:[]*?!%", c)
	})
}

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
	return isHosts(hosts) && !onlyFlags(hosts) && !strings.HasPrefix(kind, "AAAA") && strings.HasPrefix(text, "AAAA")
}

func onlyFlags(hosts string) bool {
	for name := range strings.SplitSeq(hosts, ",") {
		if !slices.Contains(flags, strings.ToLower(name)) {
			return false
		}
	}
	return true
}
