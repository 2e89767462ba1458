package authkeys

import "github.com/keyconv/keyconv/sshkey"

// ParseAny is ParseLine without Scan.
func ParseAny(line []byte) (*sshkey.Key, error) { return origin{1, 0}.parseAny(line) }
