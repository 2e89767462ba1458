package explain

import (
	"bytes"
	"strings"
	"unicode/utf16"

	"github.com/keyconv/keyconv/internal/lazyre"
)

// plainText turns what PowerShell's > writes, UTF-16 with a mark in front,
// into bytes of ASCII and UTF-8.
func plainText(data []byte) string {
	big := bytes.HasPrefix(data, []byte{0xFE, 0xFF})
	if !big && !bytes.HasPrefix(data, []byte{0xFF, 0xFE}) {
		return string(bytes.TrimPrefix(data, []byte("\uFEFF")))
	}
	units := make([]uint16, 0, len(data)/2)
	for i := 2; i+1 < len(data); i += 2 {
		lo, hi := data[i], data[i+1]
		if big {
			lo, hi = hi, lo
		}
		units = append(units, uint16(hi)<<8|uint16(lo))
	}
	return string(utf16.Decode(units))
}

var colours = lazyre.New(`\x1b\[[0-9;]*[A-Za-z]`)

// cleanLine takes off the line end and the colours of a terminal, and cuts the
// line to what is looked at.
func cleanLine(s string) string {
	s = strings.TrimRight(s[:min(len(s), MaxLine)], " \t\r\n")
	if strings.Contains(s, "\x1b[") {
		s = colours.Compiled().ReplaceAllString(s, "")
	}
	return s
}

// A header is a line of a log, taken apart.
type header struct {
	program string // "sshd", "dropbear", … or "" where the line does not say
	process string // its number
	message string // without time, program and level
	line    string // all of it
	debug   bool   // it stood behind debug1:, debug2: or debug3:
	server  bool   // a server wrote it
}

// The first parts of a line of a log. Every part is anchored: a user name that
// looks like a header, which anybody can send, stands behind the real one.
var (
	// What journalctl, syslog (RFC 3164 and 5424), Windows OpenSSH, PuTTY's
	// event log and CI systems put in front.
	stamp = lazyre.New(`^(?:<\d{1,3}>(?:1 )?)?(?:\d{1,7} )?(?:` +
		`[A-Z][a-z]{2} [ \d]\d(?: \d{4})? \d\d:\d\d:\d\d(?:\.\d+)?` +
		`|\d{4}-\d\d-\d\d[T \t]+\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z| ?[+-]\d\d:?\d\d)?)(?: [A-Z]{3,4})?[ \t]+`)
	program  = lazyre.New(`^(?:[A-Za-z0-9._:-]{1,255} )?(sshd(?:-session|-auth)?|dropbear|ssh|internal-sftp)(?: (\d{1,10}) - -|(?:\[(\d{1,10})\])?:) `)
	busybox  = lazyre.New(`^\[(\d{1,10})\] (?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d )`) // dropbear -E
	debugged = lazyre.New(`(?:^|[ \t>])debug[1-3]: `)
	level    = lazyre.New(`^(?:debug[1-3]|error|fatal|FATAL ERROR|Event Log|Remote debug message|Remote|ssh\.exe|ssh|ssh-add|ssh-keygen): `)
)

// servers are the programs whose lines hold names that strangers chose.
var servers = map[string]bool{"sshd": true, "sshd-session": true, "sshd-auth": true, "dropbear": true, "internal-sftp": true}

// splitHeader takes the time, the program and the level off a line.
func splitHeader(line string) (h header) {
	rest := line
	h.line = line
	if m := busybox.Compiled().FindStringSubmatch(rest); m != nil {
		h.program, h.process, rest = "dropbear", m[1], rest[len(m[0]):]
	}
	rest = rest[len(stamp.Compiled().FindString(rest)):]
	if m := program.Compiled().FindStringSubmatch(rest); m != nil {
		h.program, h.process, rest = m[1], m[2]+m[3], rest[len(m[0]):]
	}
	for range 3 { // "debug1: Remote: …"
		rest = rest[len(level.Compiled().FindString(rest)):]
	}
	h.message = strings.TrimSuffix(rest, " [preauth]")
	h.server = servers[h.program] || h.message != rest
	h.debug = debugged.Compiled().MatchString(line)
	return h
}
