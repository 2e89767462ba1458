package authkeys

import "github.com/keyconv/keyconv/sshkey"

// ParseAny is ParseLine without Scan.
func ParseAny(line []byte) (*sshkey.Key, error) { return origin{1, 0}.parseAny(line) }

// SecretAt is secretAt.
func SecretAt(word string) int { return secretAt(word) }
