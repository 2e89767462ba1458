package keyconv

import (
	"bytes"
	"io"

	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/repair"
	"github.com/keyconv/keyconv/sshkey"
)

// Normalized is what Normalize made of a text.
type Normalized struct {
	// Text is the sound part: authorized_keys lines in their order, with the comment
	// lines, commented-out keys and blank lines that stood between them.
	Text []byte
	// Keys are the keys in Text that are not commented out, and Offsets where they
	// stand in the original text, in bytes.
	Keys    []*sshkey.Key
	Offsets []int
	// Findings tell, with places in the original text, what was repaired
	// (Repaired), what was left out and why (Refused), and what is odd.
	// [repair.Codes] lists their codes.
	Findings []sshkey.Finding
}

// Refused reports whether something had to be left out.
func (n *Normalized) Refused() bool { return n.has(sshkey.Refused) }

// Changed reports whether something had to be repaired.
func (n *Normalized) Changed() bool { return n.has(sshkey.Repaired) }

func (n *Normalized) has(s sshkey.Severity) bool {
	for _, f := range n.Findings {
		if f.Severity == s {
			return true
		}
	}
	return false
}

// Normalize gives the public keys in a text that somebody pasted, as
// authorized_keys lines. A text in which sshd accepts every line comes out byte
// for byte; a missing last line end is added. Everything else is repaired where
// the keys prove themselves, and refused, with the reason, where they do not:
// see package repair. Behind the first 64 lines a wrong character is looked for with
// less effort, see [repair.Careful].
func Normalize(text []byte) (*Normalized, error) { return NormalizeExpecting(text, "") }

// NormalizeExpecting is Normalize for the one key that has the fingerprint
// ("SHA256:…", or MD5 in pairs) which PuTTYgen, Pageant or a log of sshd shows.
// It settles what the text leaves open, and one wrong or missing character is
// searched for, within bounds: see [repair.Options]. Findings tell of keys that were
// damaged and not searched.
func NormalizeExpecting(text []byte, fingerprint string) (*Normalized, error) {
	return newNormalizer(fingerprint, false).Normalize(text)
}

// NormalizeStream is NormalizeExpecting for files of any size: it writes the
// lines as it goes and hands every finding to found, from the goroutine that called it
// and passage by passage in the order of the text. Memory is bounded by the
// longest line, and by the longest damaged passage.
func NormalizeStream(r io.Reader, w io.Writer, fingerprint string, found func(sshkey.Finding)) error {
	return newNormalizer(fingerprint, false).Stream(r, w, found)
}

// A Normalizer is for the pieces of one file: what it found out about a key it
// does not find out again. A key that is refused with its options takes no other
// line of the key along, as it does in a whole text, because another piece may
// have more to say. It is not safe for use side by side. The zero value is that of
// NewNormalizer("").
type Normalizer struct{ options repair.Options }

// NewNormalizer makes one for all keys, or for the one with a fingerprint.
func NewNormalizer(fingerprint string) *Normalizer { return newNormalizer(fingerprint, true) }

func newNormalizer(fingerprint string, piece bool) *Normalizer {
	return &Normalizer{repair.Options{Expect: fingerprint, Parse: parseContainer, Memory: repair.NewMemory(), Piece: piece}}
}

// made gives the zero value what the others have from the start.
func (z *Normalizer) made() repair.Options {
	if z.options.Parse == nil {
		*z = *NewNormalizer("")
	}
	return z.options
}

// Normalize is [Normalize] and [NormalizeExpecting].
func (z *Normalizer) Normalize(text []byte) (*Normalized, error) {
	if err := packed(text); err != nil {
		return nil, err
	}
	res, err := repair.Text(text, z.made())
	if err != nil {
		return nil, err
	}
	n := &Normalized{Text: res.Text, Findings: res.Findings}
	var at sshkey.Pos
	for _, e := range res.Entries {
		if !e.Commented {
			if at.Offset > e.Offset {
				at = sshkey.Pos{}
			}
			at = at.Advance(text, e.Offset)
			e.Key.Pos = at
			n.Keys, n.Offsets = append(n.Keys, e.Key), append(n.Offsets, e.Offset)
		}
	}
	return n, nil
}

// Stream is [NormalizeStream].
func (z *Normalizer) Stream(r io.Reader, w io.Writer, found func(sshkey.Finding)) error {
	head := make([]byte, longestPrefix)
	n, err := io.ReadFull(r, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return err
	}
	if err := packed(head[:n]); err != nil {
		return err
	}
	_, err = repair.Stream(io.MultiReader(bytes.NewReader(head[:n]), r), w, z.made(), found)
	return err
}

// parseContainer reads what is no line: PEM, PPK and private keys of all kinds.
func parseContainer(data []byte) ([]*sshkey.Key, error) {
	keys, _, err := parseLenient(data, "")
	return keys, err
}

// WithComment replaces the comment of every key. Lines that are no key stay, and places
// are those in the text that was normalized.
func (n *Normalized) WithComment(comment string) (*Normalized, error) {
	changed, done := *n, 0
	changed.Text, changed.Keys = nil, nil
	for line := range authkeys.Lines(n.Text) {
		if line.Key == nil {
			continue
		}
		k := *line.Key
		k.Comment = comment
		if i := len(changed.Keys); i < len(n.Keys) {
			k.Pos = n.Keys[i].Pos
		}
		text, err := authkeys.Marshal(&k)
		if err != nil {
			return nil, err
		}
		changed.Text = append(append(changed.Text, n.Text[done:line.Offset]...), bytes.TrimSuffix(text, []byte("\n"))...)
		changed.Keys, done = append(changed.Keys, &k), line.Offset+len(line.Text)
	}
	changed.Text = append(changed.Text, n.Text[done:]...)
	return &changed, nil
}
