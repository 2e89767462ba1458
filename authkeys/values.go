package authkeys

import (
	"errors"
	"fmt"
	"math"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// The checks that sshd makes of the values while it reads a line.

func anything(string) error { return nil }

// timeLayouts are those of parse_absolute_time, by length.
var timeLayouts = map[int]string{8: "20060102", 12: "200601021504", 14: "20060102150405"}

// checkTime is parse_absolute_time. A day that its month does not have is the
// next month's for sshd.
func checkTime(value string) error {
	digits := trimZone(value)
	if timeLayouts[len(digits)] == "" || strings.Trim(digits, "0123456789") != "" {
		return fmt.Errorf("%q is no time; it is YYYYMMDD, YYYYMMDDHHMM or YYYYMMDDHHMMSS, perhaps with Z", clip(value))
	}
	f := func(from, to int) int {
		n, _ := strconv.Atoi(digits[from:to])
		return n
	}
	clock := digits[8:] + "000000"
	hour, _ := strconv.Atoi(clock[:2])
	minute, _ := strconv.Atoi(clock[2:4])
	second, _ := strconv.Atoi(clock[4:6])
	month, day := f(4, 6), f(6, 8)
	if month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 61 {
		return fmt.Errorf("%q is no time that exists", value)
	}
	if time.Date(f(0, 4), time.Month(month), day, hour, minute, second, 0, time.UTC).Unix() <= 0 {
		return fmt.Errorf("%q is before 1970", value)
	}
	return nil
}

// trimZone takes the zone off: "Z" or "UTC" in any case.
func trimZone(value string) string {
	for _, zone := range []string{"Z", "UTC"} {
		if n := len(value) - len(zone); n > 0 && strings.EqualFold(value[n:], zone) {
			return value[:n]
		}
	}
	return value
}

func checkEnvironment(value string) error {
	name, _, ok := strings.Cut(value, "=")
	if !ok || name == "" {
		return errors.New("it must read NAME=text")
	}
	for _, c := range []byte(name) {
		if !isAlnum(c) && c != '_' {
			return fmt.Errorf("%q in the name of a variable; there may be letters, digits and _", c)
		}
	}
	return nil
}

func isAlnum(c byte) bool {
	return 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' || '0' <= c && c <= '9'
}

func checkOpen(value string) error {
	host, port, ok := splitHost(value)
	switch {
	case !ok || len(host) >= maxHost:
		return fmt.Errorf("%q is no HOST:PORT", clip(value))
	case port != "*" && !isPort(port):
		return fmt.Errorf("%q is no port: a number from 1 to 65535, a service or *", clip(port))
	}
	return nil
}

// checkListen takes a bare port too.
func checkListen(value string) error {
	if !strings.Contains(value, ":") {
		value = "*:" + value
	}
	return checkOpen(value)
}

const maxHost = 1025 // NI_MAXHOST

// splitHost is hpdelim2: a host in brackets or up to a colon or slash, and
// what follows.
func splitHost(value string) (host, rest string, ok bool) {
	n := strings.IndexAny(value, ":/")
	if strings.HasPrefix(value, "[") {
		n = strings.IndexByte(value, ']') + 1
		if n == 0 || n == len(value) || value[n] != ':' && value[n] != '/' {
			return "", "", false
		}
	}
	if n < 0 {
		return "", "", false
	}
	return value[:n], value[n+1:], true
}

// isPort is a2port: a number or the name of a service. Which services there
// are is a matter of the server's /etc/services, see isService.
func isPort(port string) bool {
	if isService(port) {
		return true
	}
	n, err := number(port)
	return err == nil && 1 <= n && n <= math.MaxUint16
}

// number is strtonum: white space and a sign may stand in front.
func number(s string) (int64, error) {
	return strconv.ParseInt(strings.TrimLeft(s, " \t\v\f\r"), 10, 64)
}

// isService reports whether port is spelt like a service (RFC 6335 section
// 5.1): letters, digits and hyphens, and a letter among them.
func isService(port string) bool {
	letter := false
	for _, c := range []byte(port) {
		if !isAlnum(c) && c != '-' {
			return false
		}
		letter = letter || c > '9'
	}
	return letter
}

// checkTunnel is a2tun.
func checkTunnel(value string) error {
	const most = 0x7fffffff - 2 // SSH_TUNID_MAX
	n, err := number(value)
	if !strings.EqualFold(value, "any") && (err != nil || n < 0 || n > most) {
		return fmt.Errorf("%q is no tunnel device: a number or any", clip(value))
	}
	return nil
}

// checkFrom is what sshd finds wrong with from= when the key is offered, for
// then it lets nobody in (addr_match_list): an empty pattern, or a network
// with bits set behind its mask.
func checkFrom(value string) error {
	for pattern := range strings.SplitSeq(value, ",") {
		pattern = strings.TrimPrefix(pattern, "!")
		if pattern == "" {
			return errors.New("from: an empty pattern, for which sshd refuses the key")
		}
		if address, bits, ok := strings.Cut(pattern, "/"); ok && wrongMask(address, bits) {
			return fmt.Errorf("from: the network %q has bits set behind its mask, for which sshd refuses the key", clip(pattern))
		}
	}
	return nil
}

func wrongMask(address, bits string) bool {
	ip, err := netip.ParseAddr(address)
	n, err2 := strconv.ParseUint(bits, 10, 32)
	if err != nil || err2 != nil || n > 128 {
		return false // a pattern that matches no address
	}
	prefix, err := ip.WithZone("").Prefix(int(n))
	return err != nil || prefix.Addr() != ip.WithZone("")
}
