package repair

import (
	"bytes"
	"strings"
)

// closing refuses a quote in front of the key, with a space between them, that has
// no partner behind it: the text begins in the middle of an option's value. behind
// is what follows up to the next key; stop of it is on the key's line.
func (p prefix) closing(behind []byte, stop int) prefix {
	if p.tail == 0 || p.code != "" || p.commented || bytes.IndexByte(behind[:stop], p.tail) >= 0 || closesBelow(behind[stop:], p.tail) {
		return p
	}
	return refuse(optionsDamaged, "a quote stands in front of the key and none behind it: it may end the value of an option, such as command=\"...\", whose start is missing",
		"copy the whole line again; or take the quote away, if the key had no options")
}

// closesBelow reports whether the next quote closes and does not open a value.
func closesBelow(b []byte, quote byte) bool {
	i := bytes.IndexByte(b, quote)
	if i < 0 || i > 0 && b[i-1] == '=' {
		return false
	}
	return i+1 == len(b) || strings.IndexByte(" \t\n,;)]}>+\\", b[i+1]) >= 0
}
