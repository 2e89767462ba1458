package main

import (
	"math"
	"strconv"
	"strings"
)

// parseLifetime reads a time as ssh-add -t does: "3600", "1h30m", "2D".
func parseLifetime(text string) (uint32, error) {
	wrong := usagef("--lifetime %q: it is a number of seconds, or such as 90m, 1h30m, 1d or 2w", text)
	var total uint64
	for rest := strings.ToLower(text); rest != ""; {
		digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
		n, err := strconv.ParseUint(rest[:digits], 10, 32)
		if err != nil {
			return 0, wrong
		}
		unit := uint64(1)
		if rest = rest[digits:]; rest != "" {
			if unit = units[rest[0]]; unit == 0 {
				return 0, wrong
			}
			rest = rest[1:]
		}
		if total += n * unit; total > math.MaxUint32 { // of the protocol
			return 0, wrong
		}
	}
	if total == 0 {
		return 0, wrong
	}
	return uint32(total), nil
}

// units are those of sshd_config(5), section TIME FORMATS.
var units = map[byte]uint64{'s': 1, 'm': 60, 'h': 3600, 'd': 86400, 'w': 7 * 86400}
