package authkeys

import (
	"errors"
	"net/netip"
	"strings"

	"github.com/keyconv/keyconv/sshkey"
)

// The patterns of from= are also those of AllowUsers, Match and the like in
// sshd_config.

// MatchPattern is sshd's match_pattern: * is any text, ? any character.
func MatchPattern(pattern, text string) bool { return wildcard(pattern, text) }

// MatchList is sshd's match_pattern_list: a pattern of the list, which has
// commas between, matches, and none with ! in front.
func MatchList(list, text string) bool { return matchList(list, text) > 0 }

// MatchAddr is sshd's addr_match_list: MatchList for addresses, with networks
// such as 10.0.0.0/8. A list with a wrong network is an error.
func MatchAddr(list string, addr netip.Addr) (bool, error) {
	if err := checkPatterns(list); err != nil {
		return false, err
	}
	return matchAddr(list, addr.Unmap()) > 0, nil
}

// MatchHost is sshd's match_host_and_ip: MatchList for the name of a host and
// its address together. With UseDNS no, the name is the address.
func MatchHost(list, host string, addr netip.Addr) (bool, error) {
	if err := checkPatterns(list); err != nil {
		return false, err
	}
	byAddr, byName := matchAddr(list, addr.Unmap()), matchList(strings.ToLower(list), strings.ToLower(host))
	return byAddr >= 0 && byName >= 0 && byAddr+byName > 0, nil
}

var errEmptyPattern = sshkey.WithHint(errors.New("the list has an empty pattern"), "take out the comma too many")

func checkPatterns(list string) error {
	for pattern := range strings.SplitSeq(list, ",") {
		pattern = strings.TrimPrefix(pattern, "!")
		if pattern == "" {
			return errEmptyPattern
		}
		if _, _, err := parseNet(pattern); err != nil {
			return err
		}
	}
	return nil
}
