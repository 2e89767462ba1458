// Package rfc4716 reads and writes SSH2 public key files (RFC 4716), the form
// that PuTTYgen's "Save public key" and ssh-keygen -e give.
//
// Every header is kept. Keys of unknown algorithms pass through as they are.
package rfc4716

import (
	"bytes"
	"strings"

	"github.com/keyconv/keyconv/internal/armor"
	"github.com/keyconv/keyconv/sshkey"
)

// Name is the format's name in errors and on the command line.
const Name = "rfc4716"

const label = "SSH2 PUBLIC KEY"

// Bounds of RFC 4716 sections 3 and 3.3, in bytes.
const (
	maxLine  = 72
	maxTag   = 64
	maxValue = 1024
)

const blank = " \t\r\n"

// Sniff reports whether data looks like an SSH2 public key file.
func Sniff(data []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(data, blank), []byte(armor.SSH2.Begin(label)))
}

// Parse reads one key. Anything but blank lines around it is an error.
func Parse(data []byte) (*sshkey.Key, error) {
	k, end, err := parseBlock(data, 0, sshkey.Pos{})
	if err != nil {
		return nil, err
	}
	if next := skipBlank(data, end); next < len(data) {
		return nil, sshkey.WithHint(
			sshkey.Errorf(Name, data, next, "more text behind the END line, where one key was expected"),
			"give one key a file, without text around it")
	}
	return k, nil
}

// ParseAll reads one or more keys, one after another.
func ParseAll(data []byte) ([]*sshkey.Key, error) {
	var keys []*sshkey.Key
	var last sshkey.Pos
	for off := 0; ; {
		k, end, err := parseBlock(data, off, last)
		if err == nil {
			err = sshkey.Bound("keys", uint64(len(keys)+1), sshkey.MaxKeys)
		}
		if err != nil {
			return nil, err
		}
		keys, last = append(keys, k), k.Pos
		if off = skipBlank(data, end); off == len(data) {
			return keys, nil
		}
	}
}

func skipBlank(data []byte, off int) int {
	return len(data) - len(bytes.TrimLeft(data[off:], blank))
}

// parseBlock reads the block behind the blank lines at off and returns where
// it ends. last is the place of the block before.
func parseBlock(data []byte, off int, last sshkey.Pos) (*sshkey.Key, int, error) {
	same := func(i int) int { return i }
	start := skipBlank(data, off)
	block, err := armor.Decode(data, start, armor.SSH2)
	if err != nil {
		return nil, 0, sshkey.Locate(Name, data, same, err)
	}
	if block.Label != label {
		return nil, 0, sshkey.Errorf(Name, data, start, "the block is %q, a public key is %q", block.Label, label)
	}
	k := &sshkey.Key{Pos: last.Advance(data, start)}
	if k.Public, err = sshkey.ParsePublicKey(block.Data); err != nil {
		return nil, 0, sshkey.Locate(Name, data, block.At, err)
	}
	if err := readHeaders(k, block.Headers); err != nil {
		return nil, 0, sshkey.Locate(Name, data, same, err)
	}
	return k, block.End, nil
}

// isComment reports whether a tag is the Comment's; tags have no case (RFC
// 4716 section 3.3).
func isComment(tag string) bool { return strings.EqualFold(tag, "Comment") }
