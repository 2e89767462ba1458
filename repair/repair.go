// Package repair reads public keys that were damaged on their way: pasted from
// a mail, a terminal, a web page or a program's source, saved by an editor, cut
// apart, run together. It gives them back as lines of authorized_keys.
//
// What it rests on is that the blob of a public key says its own length, field
// by field: a key can be cut out of any text at exactly the right character,
// and what is missing is known to the byte. A key is printed only when the
// number of characters, all lengths inside, the base64 and (where something
// had to be repaired) the numbers of the key agree; where two readings fit, it
// is refused. Options in front of a key are taken as sshd would read them or
// the entry is refused; no restriction is ever lost.
//
// Functions neither change nor keep the data that they are given, and values may be
// used by several goroutines at once, where nothing else is said. Stream reads ahead
// on all cores, but calls what it is given, its reader and writer too, from the
// goroutine that called it, passage by passage in the order of the text.
package repair

import (
	"bytes"

	"github.com/keyconv/keyconv/sshkey"
)

// Options tune Text. The zero value repairs what proves itself.
type Options struct {
	// Expect is the fingerprint of the wanted key, "SHA256:..." or MD5 in
	// pairs. Only that key is printed, and one wrong or missing character is
	// searched for: in 256 sound lines, and in damaged keys for some 5 seconds of
	// one core, which is some dozens of RSA keys. The findings of those behind say
	// that they were not searched.
	Expect string
	// Parse reads the containers that are not lines: PEM public and private
	// keys. nil leaves them out. It must not keep or change the bytes.
	Parse func([]byte) ([]*sshkey.Key, error)
	// Memory is what other calls found out. Give the same to those for the
	// pieces of one file: they are faster then. nil is a new one. Calls with the
	// same Memory must not run side by side.
	Memory *Memory
	// Piece is for a piece of a file: a key in it that is refused with its options
	// may stand above, in another piece, so that its other lines are judged alone.
	Piece bool
}

// A Result is what was found in a text.
type Result struct {
	Entries  []Entry
	Findings []sshkey.Finding // their places are in the text as it was given
	Clean    bool             // sshd accepts every line; Text is the input, with an end of the last line
	Text     []byte           // lines of authorized_keys, with comments
}

// An Entry is a key that is printed.
type Entry struct {
	Line      string
	Key       *sshkey.Key
	Commented bool // the line is commented out, and stays so
	Repaired  bool
	Offset    int // where it stands in the text, in bytes: the line, or what the key was made of
}

// MaxInput is the largest text that Text takes.
const MaxInput = 1 << 30

// Text repairs a text. Refusals are findings, not errors; the error is for a
// text that is too large and for an Expect that is no fingerprint.
func Text(data []byte, o Options) (*Result, error) {
	if err := sshkey.Bound("bytes of pasted text", uint64(len(data)), MaxInput); err != nil {
		return nil, err
	}
	if _, err := parseExpect(o.Expect); err != nil {
		return nil, err
	}
	w := newWalker(o)
	var out bytes.Buffer
	res := &Result{}
	w.write = func(s []byte) error { out.Write(s); return nil }
	w.found = func(f []sshkey.Finding) { res.Findings = append(res.Findings, f...) }
	w.entry = func(e Entry) { res.Entries = append(res.Entries, e) }
	for off := 0; off < len(data); {
		end := min(lineEnd(data, off)+1, len(data))
		w.line(data[off:end], false)
		off = end
	}
	w.finish()
	res.Text, res.Clean = out.Bytes(), w.clean
	return res, nil
}
