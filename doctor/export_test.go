package doctor

import (
	"maps"
	"slices"
	"time"

	"github.com/keyconv/keyconv/sshkey"
)

// CheckWhole is CheckLines without a stream: the file is one passage.
func CheckWhole(data []byte, now time.Time, file string) []LineReport {
	c := newLineCheck(Check{Now: now, File: file})
	list := c.passage(&passage{text: data, at: sshkey.Pos{Line: 1, Column: 1}, isFile: true})
	if n := len(data); n > 0 && data[n-1] != '\n' && len(list) > 0 {
		list[len(list)-1].lineEndMissing(file)
	}
	return list
}

// WithAgent is this machine, with another agent.
func WithAgent(socket string) System { return osSystem{socket} }

// ReadSettings are the settings by our own reading.
func ReadSettings(sys System, file string, c Connection) (*Settings, error) {
	s, _, err := readSettings(sys, "/no/such/sshd", file, c)
	return s, err
}

// ParseDump reads what sshd -T prints.
func ParseDump(text string) *Settings { return parseDump(text, "", "", nil) }

// Keywords are the settings that doctor asks for.
func Keywords() []string {
	return slices.Concat(slices.Sorted(maps.Keys(defaults)), []string{"allowusers", "denyusers", "allowgroups", "denygroups"})
}
