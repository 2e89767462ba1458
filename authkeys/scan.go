package authkeys

import (
	"bytes"
	"slices"

	"github.com/keyconv/keyconv/internal/b64"
	"github.com/keyconv/keyconv/sshkey"
)

// A Scanner reads entries of the common sort, each from the bytes of its line
// and into the same memory, for those who read millions of them. It is not safe for
// use side by side.
type Scanner struct {
	blob []byte
	last Scanned
}

// A Scanned is an entry. Its parts stand in the line and in the Scanner, and
// live until the next call of Scan; the options' texts live on.
type Scanned struct {
	Field   []byte // the options as they stand in the line; nil for none
	Options []sshkey.Option
	Key     sshkey.Blob
	Comment []byte
}

// Scan reads one entry, a line without its line end, as ParseLine does. It
// reads those that begin with the type or with options, with spaces between their
// parts, whose key is of a plain type that every OpenSSH knows and that have no
// findings. False says nothing: ParseLine has the answer.
func (s *Scanner) Scan(line []byte) (*Scanned, bool) {
	if len(line) > sshkey.MaxLine {
		return nil, false
	}
	s.last = Scanned{Options: s.last.Options[:0]}
	word, rest := cutField(line)
	field, comment := cutField(rest)
	if !bytes.HasPrefix(field, []byte("AAAA")) {
		if line = s.options(line); line == nil {
			return nil, false
		}
		word, rest = cutField(line)
		field, comment = cutField(rest)
	}
	if !bytes.HasPrefix(field, []byte("AAAA")) || bytes.IndexByte(comment, '\n') >= 0 {
		return nil, false
	}
	if size := b64.DecodedLen(len(field)); size > len(s.blob) {
		s.blob = make([]byte, size)
	}
	n, ok := b64.Decode(s.blob, field)
	if !ok {
		return nil, false
	}
	key, ok := sshkey.VerifyBlob(s.blob[:n])
	if !ok || key.Algorithm() != string(word) || !quiet(key.Algorithm()) {
		return nil, false
	}
	s.last.Key, s.last.Comment = key, slices.Clip(comment)
	return &s.last, true
}

// options reads the options that a line begins with, and returns what stands behind
// them; nil where there are none, or some of which there is more to say. Behind a
// type or a blob stand none: readEntry takes those for a key first.
func (s *Scanner) options(line []byte) []byte {
	end, ok := optionsEnd(line, 0)
	field := line[:end]
	if !ok || end == 0 || end == len(line) || bytes.IndexByte(field, 0) >= 0 || bytes.IndexByte(field, '\n') >= 0 {
		return nil
	}
	options, err := parseOptions(string(field), 0, s.last.Options)
	if err != nil || slices.ContainsFunc(options, func(o sshkey.Option) bool { return mayNameService(o.Name) }) {
		return nil
	}
	s.last.Field, s.last.Options = slices.Clip(field), options
	for end < len(line) && isWhite(line[end]) {
		end++
	}
	return line[end:]
}

// quiet reports whether addFindings has nothing to say about a type.
func quiet(algorithm string) bool {
	switch algorithm {
	case "ssh-dss", "ssh-ed448", "ssh-mldsa44-ed25519@openssh.com":
		return false
	}
	return true
}

// cutField parts the first word from what follows it and its white space. A tab
// ends no word here: Scan refuses the line then.
func cutField(text []byte) (word, rest []byte) {
	n := bytes.IndexByte(text, ' ')
	if n < 0 {
		return text, nil
	}
	word, rest = text[:n], text[n+1:]
	for len(rest) > 0 && isWhite(rest[0]) {
		rest = rest[1:]
	}
	return word, rest
}
