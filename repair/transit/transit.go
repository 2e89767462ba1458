// Package transit mends the text of private key files that were damaged on
// their way: through a CI secret, an environment variable, YAML, a mail, a
// Windows editor.
//
// Only what stands around the base64 is touched (line ends, indentation, quotes, BEGIN
// and END lines, what stands in front of or behind every line), and what encodes all of
// the text. No character of the base64 is changed, added (but for "=") or moved, so
// whether the result is the key is not decided here: the strict reader proves it
// afterwards by check numbers, MAC, ASN.1 and the halves that belong together. Plus signs
// come back only into what holds both halves, for nothing else would show a wrong one.
package transit

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/keyconv/keyconv/sshkey"
)

// A mender carries a text through the layers of damage, outermost first.
type mender struct {
	data     []byte // as it was given
	text     []byte // as it is now
	findings []sshkey.Finding
}

// An Attempt is a text as it may have been before the damage, and what was mended.
type Attempt struct {
	Text     []byte
	Findings []sshkey.Finding
}

// Format keeps Text, a private key, out of what is printed.
func (a Attempt) Format(s fmt.State, _ rune) { io.WriteString(s, a.String()) }

// String says how much there is.
func (a Attempt) String() string { return fmt.Sprintf("%d bytes (redacted)", len(a.Text)) }

// MarshalText keeps Text out of encoding/json and its like.
func (a Attempt) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// GobEncode refuses, as sshkey's private keys do.
func (a Attempt) GobEncode() ([]byte, error) {
	return nil, errors.New("transit: an Attempt is not encoded")
}

// Mend gives the texts to try, up to four: what undoes least comes first, because signs of
// a comment may look like what encodes a text. There is none where data holds no private
// key, or none that it can make sense of. Sound text comes back as well; so ask the strict
// reader first.
func Mend(data []byte) (list []Attempt) {
	add := func(m mender) {
		if !slices.ContainsFunc(list, func(a Attempt) bool { return bytes.Equal(a.Text, m.text) }) {
			list = append(list, Attempt{m.text, m.findings})
		}
	}
	m := mender{data: data, text: data}
	if m.peel(); m.lay() {
		add(m)
	}
	m = mender{data: data, text: data}
	m.peelAll()
	m.findings = slices.Clip(m.findings)
	whole, letters, pluses := m, m, m
	if whole.lay() {
		add(whole)
	}
	// What sound texts have as well.
	if letters.letters() && letters.lay() {
		add(letters)
	}
	if pluses.pluses() && pluses.lay() && bothHalves.Match(pluses.text) {
		add(pluses)
	}
	return list
}

// lay lays the key out anew.
func (m *mender) lay() bool {
	if i := bytes.Index(m.text, []byte(ppkMagic)); i >= 0 {
		return m.ppk(i)
	}
	return m.jwk() || m.block()
}

// Peel takes the layers of damage off that lie around the whole text or all lines of
// the key (UTF-16, base64 of the file, \n, mail's >), as Mend does at most. What stands
// around the key is still there.
func Peel(data []byte) []byte {
	m := &mender{data: data, text: data}
	m.peelAll()
	return m.text
}

func (m *mender) peel() {
	m.charset()
	m.fileInBase64()
	m.escapes()
	m.unquote()
	m.twice()
}

func (m *mender) peelAll() {
	m.charset()
	m.terminal()
	m.fileInBase64()
	m.inBase64()
	m.lookAlikes()
	m.encodings()
	m.frame()
	m.escapes()
	m.unquote()
	m.twice()
}

// repaired notes what was done, at a place of the original text. Places after
// the first rewriting layer are no longer exact and are given as its start.
func (m *mender) repaired(offset int, code, msg string, args ...any) {
	m.findings = append(m.findings, sshkey.Finding{Pos: sshkey.PosAt(m.data, offset), Code: code, Severity: sshkey.Repaired, Msg: fmt.Sprintf(msg, args...)})
}

// at is an offset in the text as it is now, taken back to the original where
// the same bytes stand there.
func (m *mender) at(offset int) int {
	if bytes.Equal(m.text, m.data) {
		return offset
	}
	line := m.text[offset:min(len(m.text), offset+24)]
	return max(0, bytes.Index(m.data, line))
}
