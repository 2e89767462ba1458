package doctor

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/sshkey"
)

// A miss looks for a key in a file that does not let it in.
type miss struct {
	data []byte
	key  *sshkey.Key
	file string // as commands name it
	blob string // in base64, without padding
}

// misses are the ways in which a file nearly holds a key, the most telling
// first. The first that finds something is the answer.
var misses = []func(*miss) []sshkey.Finding{
	(*miss).damaged, (*miss).inside, (*miss).otherRole, (*miss).commentedOut, (*miss).repaired, (*miss).cutShort, (*miss).sameComment,
}

// certificateMisses are those of a certificate: as an entry it matches nothing,
// however whole it stands there.
var certificateMisses = []func(*miss) []sshkey.Finding{(*miss).otherRole, (*miss).plainKey}

// NearestMiss tells how a file holds a key in a way that sshd does not take,
// for a key that no line lets in. Nothing found is an answer too. Advice names
// the file; "" is the default one, "-" standard input.
func NearestMiss(data []byte, key *sshkey.Key, file string) []sshkey.Finding {
	if key.Public.IsZero() {
		return nil
	}
	m := &miss{data, key, file, strings.TrimRight(base64.StdEncoding.EncodeToString(key.Public.Blob()), "=")}
	looks := misses
	if key.Public.IsCertificate() {
		looks = certificateMisses
	}
	for _, look := range looks {
		if found := look(m); len(found) > 0 {
			return found
		}
	}
	return nil
}

// at makes a finding about a line.
func at(l authkeys.Line, column int, code, hint, msg string, args ...any) []sshkey.Finding {
	pos := sshkey.Pos{Offset: l.Offset + column - 1, Line: l.Number, Column: column}
	return []sshkey.Finding{{Pos: pos, Code: code, Severity: sshkey.Refused, Msg: fmt.Sprintf(msg, args...), Hint: hint}}
}

// damaged finds the whole key on a line that sshd passes over.
func (m *miss) damaged() []sshkey.Finding {
	for l := range authkeys.Lines(m.data) {
		column := bytes.Index(l.Text, []byte(m.blob)) + 1
		if l.Kind != authkeys.Bad || column == 0 {
			continue
		}
		why, hint := reason(l.Err), sshkey.Hint(l.Err)
		if n, err := keyconv.Normalize(l.Text); err != nil {
			why, hint = reason(err), sshkey.Hint(err)
		} else if !n.Refused() && m.among(n.Keys) {
			hint = fixes(m.file)
		} else if refused := told(n.Findings, sshkey.Refused); len(refused) > 0 {
			why, hint = refused[0].Msg, refused[0].Hint
		}
		return at(l, column, "near-ignored", hint, "the key stands in line %d, which sshd passes over: %s", l.Number, why)
	}
	return nil
}

// reason is an error without the name of its format in front.
func reason(err error) string {
	var syntax *sshkey.SyntaxError
	if errors.As(err, &syntax) {
		err = syntax.Err
	}
	return err.Error()
}

func (m *miss) among(keys []*sshkey.Key) bool {
	for _, k := range keys {
		if k.Public == m.key.Public {
			return true
		}
	}
	return false
}

// inside finds the key behind another one on the same line.
func (m *miss) inside() []sshkey.Finding {
	for l := range authkeys.Lines(m.data) {
		if l.Kind != authkeys.Entry || l.Key.Public == m.key.Public {
			continue
		}
		if column := bytes.Index(l.Text, []byte(m.blob)) + 1; column > 0 {
			hint := "put it on a line of its own, if it may come in"
			if holdsMore(l) {
				hint = fixes(m.file)
			}
			return at(l, column, "near-same-line", hint, "the key stands in line %d behind another key, where it counts as a comment", l.Number)
		}
	}
	return nil
}

// otherRole finds the key as an authority's, inside a certificate, or an
// authority's that lacks its mark.
func (m *miss) otherRole() []sshkey.Finding {
	var ca sshkey.PublicKey
	if c, err := m.key.Public.Certificate(); err == nil {
		ca = c.CA
	}
	for l := range authkeys.Lines(m.data) {
		if l.Kind != authkeys.Entry {
			continue
		}
		switch {
		case l.Key.Public == m.key.Public && !l.Key.Public.IsCertificate() && isAuthority(l.Key):
			return at(l, 1, "near-authority", "take cert-authority off the line, or log in with a certificate that the key has signed",
				"line %d holds the key as a certificate authority's: certificates that it has signed are let in, the key itself is not", l.Number)
		case l.Key.Public.IsCertificate() && l.Key.Public.Plain() == m.key.Public.Plain():
			return at(l, 1, "near-certificate", "put the plain key on the line: keyconv convert, or the file without -cert in its name",
				"line %d holds a certificate for the key, and as an entry a certificate matches nothing", l.Number)
		case l.Key.Public == ca:
			return at(l, 1, "near-not-authority", "put cert-authority in front of it", "line %d holds the certificate's authority without cert-authority in front", l.Number)
		}
	}
	return nil
}

// plainKey finds the key of which a certificate was asked about.
func (m *miss) plainKey() []sshkey.Finding {
	for l := range authkeys.Lines(m.data) {
		if l.Kind == authkeys.Entry && l.Key.Public == m.key.Public.Plain() {
			return at(l, 1, "near-plain", "offer the plain key, or trust the authority: "+trusts(m.key.Public, m.file),
				"line %d holds the plain key, and that alone may come in by it: a certificate takes a line of its authority", l.Number)
		}
	}
	return nil
}

// NotListed tells of a key of which a file holds nothing. Advice names the file;
// "" is the default one, "-" standard input.
func NotListed(key sshkey.PublicKey, file string) sshkey.Finding {
	f := sshkey.Finding{Code: "key-not-listed", Severity: sshkey.Refused, Msg: "no line of the file holds the key", Hint: Adds(file)}
	if c, err := key.Certificate(); err == nil {
		f.Code, f.Msg, f.Hint = "certificate-untrusted", "no line of the file trusts the certificate's authority "+c.CA.Fingerprint(), trusts(key, file)
	}
	return f
}

func isAuthority(k *sshkey.Key) bool {
	return slices.ContainsFunc(k.Options, func(o sshkey.Option) bool { return o.Name == "cert-authority" })
}

func (m *miss) commentedOut() []sshkey.Finding {
	for l := range authkeys.Lines(m.data) {
		if column := bytes.Index(l.Text, []byte(m.blob)) + 1; l.Kind == authkeys.Comment && column > 0 {
			return at(l, 1, "near-commented-out", "take the # off, if the key may come in", "line %d holds the key, commented out", l.Number)
		}
	}
	return nil
}

// repaired finds the key where a repair finds it: wrapped, in SSH2 form, with a
// character lost.
func (m *miss) repaired() []sshkey.Finding {
	n, err := keyconv.NormalizeExpecting(m.data, m.key.Public.Fingerprint())
	if err != nil || !m.among(n.Keys) {
		return nil
	}
	repaired := told(n.Findings, sshkey.Repaired)
	if len(repaired) == 0 {
		return nil
	}
	first := repaired[0]
	for _, f := range slices.Backward(repaired) {
		if f.Code != "text-dropped" {
			first = f
		}
	}
	first.Code, first.Severity, first.Hint = "near-damaged", sshkey.Refused, fixes(m.file)
	if slices.ContainsFunc(repaired, func(f sshkey.Finding) bool { return f.Code == "found-by-fingerprint" }) {
		first.Hint = m.again() // --fix does not know the fingerprint
	}
	first.Msg = "the key stands here, damaged: " + whatWasDone(repaired)
	return []sshkey.Finding{first}
}

// again is the advice where the damaged line is of no use.
func (m *miss) again() string { return "take the line out and add the key again: " + Adds(m.file) }

// leastOfKey is how many characters behind the part that all keys of a type
// share make a beginning this key's.
const leastOfKey = 12

// cutShort finds the longest beginning of the key.
func (m *miss) cutShort() []sshkey.Finding {
	shared := len(base64.RawStdEncoding.EncodeToString(make([]byte, 4+len(m.key.Public.Algorithm())+8)))
	least := min(shared+leastOfKey, len(m.blob))
	best, line, column := 0, authkeys.Line{}, 0
	for l := range authkeys.Lines(m.data) {
		i := bytes.Index(l.Text, []byte(m.blob[:least]))
		if i < 0 || l.Kind == authkeys.Entry && l.Key.Public == m.key.Public {
			continue
		}
		if n := commonPrefix(l.Text[i:], m.blob); n > best {
			best, line, column = n, l, i+1
		}
	}
	if best == 0 {
		return nil
	}
	msg := "line %d begins as the key does and is another one from character %d of %d of its base64 on"
	if column-1+best == len(bytes.TrimRight(line.Text, "= \t>$")) || bytes.IndexByte([]byte(" \t"), line.Text[min(column-1+best, len(line.Text)-1)]) >= 0 {
		msg = "line %d holds the beginning of the key: %d of the %d characters of its base64"
	}
	return at(line, column, "near-cut-short", m.again(), msg, line.Number, best, len(m.blob))
}

func commonPrefix(text []byte, blob string) int {
	n := 0
	for n < len(text) && n < len(blob) && text[n] == blob[n] {
		n++
	}
	return n
}

// sameComment finds another key under the same comment.
func (m *miss) sameComment() []sshkey.Finding {
	comment := strings.TrimSpace(m.key.Comment)
	if comment == "" {
		return nil
	}
	for l := range authkeys.Lines(m.data) {
		if l.Kind == authkeys.Entry && strings.TrimSpace(l.Key.Comment) == comment {
			return at(l, 1, "near-same-comment", "offer that key, or add this one: "+Adds(m.file),
				"line %d has the comment %q and another key: %s %s", l.Number, comment, l.Key.Public.Label(), l.Key.Public.Fingerprint())
		}
	}
	return nil
}
