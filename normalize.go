package keyconv

import (
	"bytes"

	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/sshkey"
)

// Normalized is what Normalize made of a text.
type Normalized struct {
	// Text is the sound part: authorized_keys lines in their order.
	Text []byte
	// Keys are the keys in Text.
	Keys []*sshkey.Key
	// Findings tell, with places in the original text, what was repaired
	// (Repaired) and what was left out and why (Refused).
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

// Normalize gives the public keys in a text as authorized_keys lines. A text in
// which sshd accepts every line comes out byte for byte; a missing last line
// end is added.
func Normalize(text []byte) (*Normalized, error) {
	n := &Normalized{}
	for line := range authkeys.Lines(text) {
		if line.Err != nil {
			pos := sshkey.Pos{Offset: line.Offset, Line: line.Number, Column: 1}
			n.Findings = append(n.Findings, sshkey.Finding{Pos: pos, Code: "not-an-entry", Severity: sshkey.Refused, Msg: line.Err.Error(), Hint: sshkey.Hint(line.Err)})
			continue
		}
		if line.Key != nil {
			n.Keys = append(n.Keys, line.Key)
		}
		n.Text = append(append(n.Text, line.Text...), '\n')
	}
	if !n.Refused() && bytes.HasSuffix(text, []byte("\n")) {
		n.Text = bytes.Clone(text)
	}
	return n, nil
}

// WithComment replaces the comment of every key. Lines that are no key stay.
func (n *Normalized) WithComment(comment string) (*Normalized, error) {
	changed := *n
	changed.Text, changed.Keys = nil, nil
	for line := range authkeys.Lines(n.Text) {
		if line.Key == nil {
			changed.Text = append(append(changed.Text, line.Text...), '\n')
			continue
		}
		k := *line.Key
		k.Comment = comment
		text, err := authkeys.Marshal(&k)
		if err != nil {
			return nil, err
		}
		changed.Text = append(changed.Text, text...)
		changed.Keys = append(changed.Keys, &k)
	}
	return &changed, nil
}
