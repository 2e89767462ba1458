package authkeys

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// The checks that sshd makes of the values while it reads a line.

func anything(string) error { return nil }

// checkTime is parse_absolute_time. A day that its month does not have is the
// next month's for sshd.
func checkTime(value string) error {
	at, ok := parseTime(value, time.UTC)
	switch {
	case !ok:
		return fmt.Errorf("%q is no time; it is YYYYMMDD, YYYYMMDDHHMM or YYYYMMDDHHMMSS, perhaps with Z", clip(value))
	case at.Unix() <= 0:
		return fmt.Errorf("%q is before 1970", clip(value))
	}
	return nil
}

// timeFields are those of strptime behind the year.
var timeFields = [...]struct{ least, most int }{{1, 12}, {1, 31}, {0, 23}, {0, 59}, {0, 61}}

// parseTime reads a time: the year, then two digits a field, in whose first
// place strptime takes a space too. Without a zone in it, it is mktime's: local
// standard time, in summer too (tm_isdst is 0).
func parseTime(value string, zone *time.Location) (at time.Time, ok bool) {
	digits := trimZone(value)
	if len(digits) != len(value) {
		zone = time.UTC
	}
	if n := len(digits); n != 8 && n != 12 && n != 14 {
		return at, false
	}
	year, ok := digitsOf(digits[:4])
	fields := [len(timeFields)]int{}
	for i := 0; ok && 4+2*i < len(digits); i++ {
		fields[i], ok = digitsOf(digits[4+2*i : 6+2*i])
		ok = ok && timeFields[i].least <= fields[i] && fields[i] <= timeFields[i].most
	}
	t := time.Date(year, time.Month(fields[0]), fields[1], fields[2], fields[3], fields[4], 0, time.UTC)
	return t.Add(-standardOffset(t, zone)).In(zone), ok
}

// digitsOf reads a field of digits, with spaces in front.
func digitsOf(field string) (int, bool) {
	n, err := strconv.ParseUint(strings.TrimLeft(field, " "), 10, 16)
	return int(n), err == nil
}

// standardOffset is the offset of zone around t that is not of summer time.
func standardOffset(t time.Time, zone *time.Location) time.Duration {
	near := t.In(zone)
	if near.IsDST() {
		start, end := near.ZoneBounds()
		if !start.IsZero() {
			near = start.Add(-time.Second)
		} else if !end.IsZero() {
			near = end
		}
	}
	_, offset := near.Zone()
	return time.Duration(offset) * time.Second
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
