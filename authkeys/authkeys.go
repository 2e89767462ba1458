// Package authkeys reads and writes the lines of authorized_keys files, which
// are also those of .pub files: options, key type, base64, comment.
//
// It reads them as sshd does (auth2-pubkeyfile.c, auth-options.c and sshkey.c
// of OpenSSH; 9.2 and 10.5 agree), which is not as ssh-keygen does: a line that
// sshd would skip in silence is an error here, with its place.
//
// Functions neither change nor keep the data that they are given, and values may be
// used by several goroutines at once, where nothing else is said.
package authkeys

import (
	"errors"
	"fmt"
	"iter"

	"github.com/keyconv/keyconv/sshkey"
)

// Name is the format's name in errors and on the command line.
const Name = "authorized-keys"

// ErrHostKey is the cause where a line is one of known_hosts.
var ErrHostKey = errors.New("looks like a known_hosts line: a host's key, not a user's")

// ParseLine reads one entry, a line without its line end. The comment is
// everything behind the base64 and the white space that follows it.
//
// Certificates (the line of an id-cert.pub) and algorithms that OpenSSH does
// not know are read too; Accepted tells what sshd makes of them. Errors are a
// *sshkey.SyntaxError with the place in the line.
func ParseLine(line []byte) (*sshkey.Key, error) {
	return origin{1, 0}.parse(line)
}

// Parse reads a whole file. Every line that is neither blank nor a comment
// must be an entry, and there must be one.
func Parse(data []byte) ([]*sshkey.Key, error) {
	var keys []*sshkey.Key
	for l := range Lines(data) {
		switch l.Kind {
		case Bad:
			return nil, l.Err
		case Entry:
			keys = append(keys, l.Key)
		}
		if err := sshkey.Bound("keys", uint64(len(keys)), sshkey.MaxKeys); err != nil {
			return nil, err
		}
	}
	if len(keys) == 0 {
		return nil, sshkey.Errorf(Name, data, 0, "there is no key here")
	}
	return keys, nil
}

// Sniff reports whether the first line that is neither blank nor a comment is
// an entry, or looks like a damaged one: a known key type and base64 that
// begins as that type's does, perhaps behind options.
func Sniff(data []byte) bool {
	for l := range rawLines(data) {
		if kindOf(l.Text) == Bad {
			return len(l.Text) <= sshkey.MaxLine && looksLikeEntry(string(l.Text))
		}
	}
	return false
}

func looksLikeEntry(line string) bool {
	start := skipWhite(line, 0)
	if startsKey(line[start:]) {
		return true
	}
	if _, err := readEntry(line); err == nil {
		return true
	}
	end, ok := optionsEnd(line, start)
	return ok && resemblesOptions(line[start:end]) && startsKey(line[skipWhite(line, end):])
}

// startsKey reports whether text begins with a known key type and base64.
func startsKey(text string) bool {
	word, rest := cutWord(text)
	return isType(word) && isBlob(rest)
}

// A Kind is what a line is.
type Kind uint8

// The kinds of lines.
const (
	Blank Kind = iota
	Comment
	Entry
	Bad // sshd would skip it for its form; what it skips for its key, Accepted tells
)

// String is the kind's name.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("Kind(%d)", uint8(k))
}

var kindNames = [...]string{"blank", "comment", "entry", "bad"}

// A Line is one line of a file. Of Key and Err, an Entry has the first and a
// Bad line the second.
type Line struct {
	Number int // from 1
	Offset int // of the line's first byte, in the file
	Text   []byte
	Kind   Kind
	Key    *sshkey.Key
	Err    error
}

// Lines takes a file apart. Lines end with LF or CR LF; Text aliases data, and
// ends where its capacity does.
func Lines(data []byte) iter.Seq[Line] {
	return func(yield func(Line) bool) {
		for l := range rawLines(data) {
			if !yield(LineOf(l.Number, l.Offset, l.Text)) {
				return
			}
		}
	}
}

// Skips reports whether sshd passes over a line in silence: it is blank or a
// comment.
func Skips(line []byte) bool { return kindOf(trimEnd(line)) != Bad }

// LineOf reads one line of a file, with or without its line end. It is Lines
// for a reader that does not have the whole file at hand.
func LineOf(number, offset int, text []byte) Line {
	l := Line{Number: number, Offset: offset, Text: trimEnd(text)}
	if l.Kind = kindOf(l.Text); l.Kind != Bad {
		return l
	}
	if l.Key, l.Err = (origin{number, offset}).parse(l.Text); l.Err == nil {
		l.Kind = Entry
	}
	return l
}
