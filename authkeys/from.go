package authkeys

import (
	"fmt"
	"math"
	"net/netip"
	"strconv"
	"strings"

	"github.com/keyconv/keyconv/sshkey"
)

// fromAllowed checks from= as match_host_and_ip does: no pattern with ! may
// match, neither address nor name, and one without must.
func (o *offer) fromAllowed(m *Match, list string) error {
	if err := checkFrom(list); err != nil {
		return err
	}
	if !o.Addr.IsValid() {
		if !matchesAll(list) {
			m.unless(fmt.Sprintf("the client comes from an address that from=%q allows", list))
		}
		return nil
	}
	addr, host := o.Addr.Unmap(), o.Host
	if host == "" {
		host = addr.String()
	}
	if ok, _ := MatchHost(list, host, addr); !ok {
		return sshkey.WithHint(fmt.Errorf("from=%q does not allow %s", clip(list), addr),
			"add the client's address to from=; with UseDNS no, names in it match nothing")
	}
	return nil
}

// matchesAll reports whether a list matches whatever comes.
func matchesAll(list string) bool {
	all := false
	for pattern := range strings.SplitSeq(list, ",") {
		all = all || pattern == "*"
		if strings.HasPrefix(pattern, "!") {
			return false
		}
	}
	return all
}

// sourceAllowed checks a certificate's source-address (addr_match_cidr_list).
func (o *offer) sourceAllowed(m *Match, list string) error {
	if !o.Addr.IsValid() {
		m.unless(fmt.Sprintf("the client comes from %s, as the certificate says", list))
		return nil
	}
	for entry := range strings.SplitSeq(list, ",") {
		if p, ok, _ := parseNet(entry); ok && p.Contains(o.Addr.Unmap()) {
			return nil
		}
	}
	return sshkey.WithHint(fmt.Errorf("the certificate is for %s, and the client comes from %s", list, o.Addr.Unmap()),
		"have a certificate made with -O source-address= for this client, or without")
}

// checkFrom is what sshd finds wrong with from= when the key is offered, for
// then it lets nobody in.
func checkFrom(value string) error {
	err := checkPatterns(value)
	if err == nil {
		return admitsNobody(value)
	}
	return sshkey.WithHint(fmt.Errorf("from: %w, for which sshd refuses the key", err), sshkey.Hint(err))
}

// admitsNobody is the error of a list that has only patterns with !: what they do not
// match is not let in by that.
func admitsNobody(list string) error {
	for pattern := range strings.SplitSeq(list, ",") {
		if !strings.HasPrefix(pattern, "!") {
			return nil
		}
	}
	return sshkey.WithHint(fmt.Errorf("from=%q %w", clip(list), ErrAdmitsNobody),
		fmt.Sprintf("if all others are meant: from=%q", clip("*,"+list)))
}

// matchAddr is addr_match_list: 1 for a match, 0 for none, -1 for one with !.
func matchAddr(list string, addr netip.Addr) int {
	found := 0
	for pattern := range strings.SplitSeq(list, ",") {
		pattern, negated := strings.CutPrefix(pattern, "!")
		if !addrMatches(pattern, addr) {
			continue
		}
		if negated {
			return -1
		}
		found = 1
	}
	return found
}

func addrMatches(pattern string, addr netip.Addr) bool {
	if network, ok, _ := parseNet(pattern); ok {
		return network.Contains(addr)
	}
	return wildcard(pattern, addr.String())
}

// maxPattern is the room in match_pattern_list: a longer pattern makes the
// list match nothing.
const maxPattern = 1023

// matchList is match_pattern_list, with the values of matchAddr.
func matchList(list, name string) int {
	found := 0
	for pattern := range strings.SplitSeq(list, ",") {
		pattern, negated := strings.CutPrefix(pattern, "!")
		switch {
		case len(pattern) >= maxPattern:
			return 0
		case !wildcard(pattern, name):
		case negated:
			return -1
		default:
			found = 1
		}
	}
	return found
}

// wildcard is match_pattern: * is any text, ? any byte. It goes back to the
// last * only, and so takes len(pattern) x len(text) steps at most.
func wildcard(pattern, text string) bool {
	p, t, star, mark := 0, 0, -1, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, t
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == text[t]):
			p, t = p+1, t+1
		case star >= 0:
			mark++
			p, t = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}

// parseNet is addr_pton_cidr as OpenSSH 9.2 has it: an address in numbers,
// perhaps with the bits of its mask. ok is false for a pattern of another
// kind; err is a network that makes sshd refuse.
func parseNet(pattern string) (network netip.Prefix, ok bool, err error) {
	const most = 63 // bytes that sshd looks at
	address, bits, masked := strings.Cut(pattern, "/")
	ip, ok := parseAddr(address)
	if !ok || len(pattern) > most {
		return netip.Prefix{}, false, nil
	}
	n := ip.BitLen()
	if masked {
		if n, ok = maskBits(bits); !ok {
			return netip.Prefix{}, false, nil
		}
	}
	network, err = ip.WithZone("").Prefix(n)
	switch {
	case err != nil:
		return network, false, sshkey.WithHint(fmt.Errorf("%q asks for more bits than the address has", clip(pattern)), "an address has 32 bits or 128")
	case network.Addr() != ip.WithZone(""):
		return network, false, sshkey.WithHint(fmt.Errorf("the network %q has bits set behind its mask", clip(pattern)), "write "+network.String())
	}
	return network, true, nil
}

func maskBits(text string) (int, bool) {
	const most = 128 // beyond it OpenSSH before 9.8 takes the text for no network at all
	n, err := strconv.ParseUint(text, 10, 32)
	return int(n), err == nil && n <= most
}

// parseAddr is getaddrinfo with AI_NUMERICHOST.
func parseAddr(text string) (netip.Addr, bool) {
	if !strings.Contains(text, ":") {
		return parseIPv4(text)
	}
	ip, err := netip.ParseAddr(text)
	return ip, err == nil
}

// parseIPv4 is inet_aton: one to four numbers, decimal, octal or hexadecimal,
// of which the last fills what is left. "127.1" is an address.
func parseIPv4(text string) (netip.Addr, bool) {
	parts := strings.Split(text, ".")
	if len(parts) > 4 {
		return netip.Addr{}, false
	}
	var ip uint64
	for i, part := range parts {
		width := 8
		if i == len(parts)-1 {
			width = 8 * (4 - i)
		}
		n, ok := parseNumber(part)
		if !ok || n>>width != 0 {
			return netip.Addr{}, false
		}
		ip = ip<<width | n
	}
	return netip.AddrFrom4([4]byte{byte(ip >> 24), byte(ip >> 16), byte(ip >> 8), byte(ip)}), ip <= math.MaxUint32
}

// parseNumber takes a number as C writes it.
func parseNumber(text string) (uint64, bool) {
	base := 10
	switch lower := strings.ToLower(text); {
	case strings.HasPrefix(lower, "0x"):
		base, text = 16, text[2:]
	case strings.HasPrefix(text, "0"):
		base = 8
	}
	n, err := strconv.ParseUint(text, base, 32)
	return n, err == nil
}
