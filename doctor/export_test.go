package doctor

import (
	"maps"
	"slices"
)

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
