package doctor

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/keyconv/keyconv/authkeys"
)

// A Connection is what Match can ask for.
type Connection struct {
	User        string
	InvalidUser bool
	Groups      []string
	Host        string // with UseDNS no, the default, the address as text
	Addr        netip.Addr
	LocalAddr   netip.Addr
	LocalPort   int
	RDomain     string
	Release     string // "OpenSSH_9.2p1"
}

// criteria is THE TABLE of what a Match line can ask for, and of whether the
// connection has it (match_cfg_line in OpenSSH's servconf.c).
var criteria = []struct {
	name string
	fits func(c Connection, list string) (bool, error)
}{
	{"user", func(c Connection, list string) (bool, error) { return authkeys.MatchList(list, c.User), nil }},
	{"group", func(c Connection, list string) (bool, error) { return matchGroups(list, c.Groups), nil }},
	{"host", func(c Connection, list string) (bool, error) {
		return authkeys.MatchList(strings.ToLower(list), strings.ToLower(c.Host)), nil
	}},
	{"address", func(c Connection, list string) (bool, error) { return authkeys.MatchAddr(list, c.Addr) }},
	{"localaddress", func(c Connection, list string) (bool, error) { return authkeys.MatchAddr(list, c.LocalAddr) }},
	{"localport", func(c Connection, port string) (bool, error) {
		n, err := strconv.ParseUint(port, 10, 16)
		return int(n) == c.LocalPort, err
	}},
	{"rdomain", func(c Connection, list string) (bool, error) { return authkeys.MatchList(list, c.RDomain), nil }},
	{"version", func(c Connection, list string) (bool, error) { return authkeys.MatchList(list, c.Release), nil }},
}

// matchGroups is ga_match_pattern_list: a group with ! in front refuses
// whatever the others say.
func matchGroups(list string, groups []string) bool {
	found := false
	for _, g := range groups {
		found = found || authkeys.MatchList(list, g)
		for pattern := range strings.SplitSeq(list, ",") {
			if p, negated := strings.CutPrefix(pattern, "!"); negated && authkeys.MatchPattern(p, g) {
				return false
			}
		}
	}
	return found
}

// match reports whether the connection has all that a Match line asks for.
func (c Connection) match(words []string) (bool, error) {
	if len(words) == 0 {
		return false, errors.New("a Match wants a criterion, such as User NAME")
	}
	fits := true
	for i := 0; i < len(words); i++ {
		name, value, joined := strings.Cut(words[i], "=")
		switch name = strings.ToLower(name); name {
		case "all":
			if len(words) > 1 {
				return false, errors.New(`"all" must stand alone behind Match`)
			}
			return true, nil
		case "invalid-user":
			fits = fits && c.InvalidUser
			continue
		}
		if !joined {
			if i++; i < len(words) {
				value = words[i]
			}
		}
		ok, err := c.has(name, value)
		if err != nil {
			return false, err
		}
		fits = fits && ok
	}
	return fits, nil
}

func (c Connection) has(name, value string) (bool, error) {
	i := slices.IndexFunc(criteria, func(row struct {
		name string
		fits func(Connection, string) (bool, error)
	}) bool {
		return row.name == name
	})
	switch {
	case i < 0:
		return false, fmt.Errorf("a Match does not know %q", name)
	case value == "":
		return false, fmt.Errorf("the Match %s wants a value", name)
	}
	ok, err := criteria[i].fits(c, value)
	if err != nil {
		return false, fmt.Errorf("the Match %s %q: %w", name, value, err)
	}
	return ok, nil
}
