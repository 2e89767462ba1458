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
	// What journalctl, syslog (RFC 3164 and 5424), Windows OpenSSH, PuTTY's and
	// WinSCP's logs, OpenWrt and CI systems put in front.
	stamp = lazyre.New(`^(?:<\d{1,3}>(?:1 )?)?(?:[.!<>*] )?(?:\d{1,7} )?(?:` +
		`(?:[A-Z][a-z]{2} )?[A-Z][a-z]{2} [ \d]\d(?: \d{4})? \d\d:\d\d:\d\d(?:\.\d+)?(?: \d{4})?` +
		`|\d{4}-\d\d-\d\d[T \t]+\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z| ?[+-]\d\d:?\d\d)?(?: +0x[0-9a-f]+ +\w+ +0x[0-9a-f]+ +\d+ +\d+)?` +
		`|\d{1,2}[/.]\d{1,2}[/.]\d{4},? \d{1,2}:\d\d:\d\d(?: [AP]M)?(?:[ \t]+\d+[ \t]+[A-Z][a-z]+)?` + // Get-WinEvent
		`|\d\d:\d\d:\d\d(?:[:.]\d{3}| \d{3})?)(?: [A-Z]{3,4})?[ \t]+`)
	// What terminals, CI systems and the people who quote a log put around it.
	frame = lazyre.New(`^(?:[ \t]+|(?:> ?)+|\[\d\d:\d\d:\d\d(?:\.\d+)?\] |\[ *\d+\.\d+\] |std(?:err|out)(?:>|:| F) |#\d+ \d+\.\d+ |\d+\.\d+ |\d{1,6}\t` +
		`|remote: |(?:Status|Error|Response|Trace): ?[ \t]|[*×✗│•-] +|SSH: |\x60|[A-Za-z0-9._/\[\]-]{1,80} +\| |\S{1,200} \((?:local|remote)-exec\): ` +
		`|Failed to connect to the host via ssh: |Message {1,20}: )`)
	program  = lazyre.New(`^(?:[A-Za-z0-9._:-]{1,255} )?(sshd(?:-session|-auth)?|dropbear|ssh|internal-sftp)(?: (\d{1,10}) - -|(?:\[(\d{1,10})\])?:) (?:\([A-Za-z0-9._-]+\) )?(?:\[com\.apple\.[a-z]+\] )?`)
	busybox  = lazyre.New(`^\[(\d{1,10})\] (?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d )`) // dropbear -E
	debugged = lazyre.New(`(?:^|[ \t>])debug[1-3]: `)
	level    = lazyre.New(`^(?:debug[1-3]|error|fatal|FATAL ERROR|Event Log|Remote debug message|Remote|ssh\.exe|ssh|ssh-add|ssh-keygen): `)
)

// unframed: most lines begin as no frame does, with a small letter.
func unframed(s string) bool {
	if s == "" || s[0] < 'a' || s[0] > 'z' {
		return s == ""
	}
	head := s[:min(len(s), 300)]
	return s[0] != 'r' && s[0] != 's' && !strings.Contains(head, " | ") && !strings.Contains(head, "-exec): ")
}

// maxFrames is how many times and frames are taken off a line.
const maxFrames = 6

// servers are the programs whose lines hold names that strangers chose.
var servers = map[string]bool{"sshd": true, "sshd-session": true, "sshd-auth": true, "dropbear": true, "internal-sftp": true}

// splitHeader takes the time, the program and the level off a line.
func splitHeader(line string) (h header) {
	rest := line
	h.line = line
	for range maxFrames {
		if unframed(rest) {
			break
		}
		n := len(stamp.Compiled().FindString(rest))
		if m := busybox.Compiled().FindStringSubmatch(rest); m != nil {
			h.program, h.process, n = "dropbear", m[1], len(m[0])
		} else if n == 0 {
			n = len(frame.Compiled().FindString(rest))
		}
		if n == 0 || h.program != "" {
			rest = rest[n:]
			break
		}
		if rest[0] == '`' {
			rest = strings.TrimSuffix(rest, "`")
		}
		rest = rest[min(n, len(rest)):]
	}
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
