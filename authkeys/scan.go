package authkeys

import (
	"bytes"

	"github.com/keyconv/keyconv/internal/b64"
	"github.com/keyconv/keyconv/sshkey"
)

// A Scanner reads entries of the common sort, each from the bytes of its line
// and into the same memory, for those who read millions of them.
type Scanner struct {
	blob []byte
	last Scanned
}

// A Scanned is an entry. Its parts stand in the line and in the Scanner, and
// live until the next call of Scan.
type Scanned struct {
	Key     sshkey.Blob
	Comment []byte
}

// Scan reads one entry, a line without its line end, as ParseLine does. It
// reads those that begin with the type, with spaces between their parts and
// without options, whose key is of a plain type that every OpenSSH
// knows and that has no findings. False says nothing: ParseLine has the answer.
func (s *Scanner) Scan(line []byte) (*Scanned, bool) {
	word, rest := cutField(line)
	field, comment := cutField(rest)
	if !bytes.HasPrefix(field, []byte("AAAA")) || len(line) > sshkey.MaxLine || bytes.IndexByte(comment, '\n') >= 0 {
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
	s.last = Scanned{key, comment}
	return &s.last, true
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
