package keyconv

import (
	"bytes"
	"errors"
	"regexp"
	"slices"
	"sync"

	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/ppk"
	"github.com/keyconv/keyconv/sshkey"
)

// The codes of the findings that a text holds another key than the one that is read,
// and that a line with options is one of them.
const (
	moreKeys      = "more-keys"
	optionsBeside = "options-beside"
)

// leftBehind notes on the key of a text, whose format holds one, that another
// key or a certificate stands in it. The readers pass over it and do not say so:
// this is for all formats. mended is for a text that was laid out anew, where the
// place of the key is no longer one in text.
func (f Format) leftBehind(k *sshkey.Key, text []byte, mended bool) {
	starts := openings(text)
	if f.many || len(starts) < 2 {
		return
	}
	read := max(0, slices.IndexFunc(starts, func(at int) bool {
		if mended {
			return opensPrivate(text[at:], f)
		}
		return sshkey.PosAt(text, at).Line == k.Pos.Line
	}))
	other := starts[0]
	if read == 0 {
		other = starts[1]
	}
	k.Findings = append(k.Findings, sshkey.Finding{Pos: sshkey.PosAt(text, other), Code: moreKeys, Severity: sshkey.Warning,
		Msg: "another key or certificate stands here and is not read: a file of the format " + f.Name + " gives one", Hint: "put each of them into a file of its own"})
	if k.Private == nil && !k.Encrypted() {
		return
	}
	if at := restrictedLine(text, starts, k.Public); at >= 0 {
		k.Findings = append(k.Findings, sshkey.Finding{Pos: sshkey.PosAt(text, at), Code: optionsBeside, Severity: sshkey.Warning,
			Msg: "a line with options for this key stands here and is not read: the key's public half alone would let it in without them", Hint: "use the line as it is, and put the private key into a file of its own"})
	}
}

// restrictedLine is where the first line with options for a key begins, or for any
// where the container hides the key; negative for none.
func restrictedLine(text []byte, starts []int, key sshkey.PublicKey) int {
	for _, at := range starts {
		k, err := authkeys.ParseLine(lineAt(text, at))
		if err == nil && len(k.Options) > 0 && (key.IsZero() || k.Public.Plain() == key.Plain()) {
			return at
		}
	}
	return -1
}

// Widens is why the public half of a key must not be given away as a line or the like:
// a restriction that stood beside it would be lost. It is nil for nearly all keys.
func Widens(k *sshkey.Key) error {
	for _, f := range k.Findings {
		if f.Code == optionsBeside {
			return &sshkey.SyntaxError{Format: authkeys.Name, Pos: f.Pos, Err: sshkey.WithHint(errors.New(f.Msg), f.Hint)}
		}
	}
	return nil
}

// The words that a key of several lines begins with.
var (
	pemBegin  = []byte("-----BEGIN ")
	ssh2Begin = []byte("---- BEGIN SSH2 ")
	ppkBegin  = []byte(ppkMagic)
)

// openings are the places where keys and certificates begin, in order. Those of
// several lines are found within a line too, for the line ends may be lost.
func openings(text []byte) (starts []int) {
	for _, word := range [][]byte{pemBegin, ssh2Begin, ppkBegin} {
		for off := 0; ; off += len(word) {
			i := bytes.Index(text[off:], word)
			if i < 0 {
				break
			}
			if off += i; namesKey(text[off+len(word):], word) && !inComment(text[:off]) {
				starts = append(starts, off)
			}
		}
	}
	if !holdsBlob(text) {
		slices.Sort(starts)
		return starts
	}
	for _, at := range lineStarts(text) {
		line := lineAt(text, at)
		if len(line) > sshkey.MaxLine || !holdsBlob(line) {
			continue
		}
		if k, err := authkeys.ParseLine(line); err == nil && k != nil {
			starts = append(starts, at)
		}
	}
	slices.Sort(starts)
	return slices.Compact(starts)
}

// holdsBlob reports whether the base64 of a public key may begin in text, behind a type.
func holdsBlob(text []byte) bool {
	return bytes.Contains(text, []byte(" AAAA")) || bytes.Contains(text, []byte("\tAAAA"))
}

// containerEnd matches the end of a container, behind which a line can stand where
// line ends were lost.
var containerEnd = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`-----END [A-Z0-9 ]+-----|---- END SSH2 [A-Z ]+----|Private-(?:MAC|Hash): *[0-9a-f]+`)
})

// lineStarts are the places where a line of authorized_keys may begin.
func lineStarts(text []byte) []int {
	starts := []int{0}
	for i, c := range text {
		if c == '\n' || c == '\r' {
			starts = append(starts, i+1)
		}
	}
	for _, end := range containerEnd().FindAllIndex(text, -1) {
		rest := text[end[1]:]
		starts = append(starts, len(text)-len(bytes.TrimLeft(rest, " \t")))
	}
	return starts
}

// lineAt is the line that begins at a place, up to a container in the same one.
func lineAt(text []byte, at int) []byte {
	line := text[at:]
	if n := bytes.IndexAny(line, "\r\n"); n >= 0 {
		line = line[:n]
	}
	for _, word := range [][]byte{pemBegin, ssh2Begin, ppkBegin} {
		if n := bytes.Index(line, word); n > 0 {
			line = line[:n]
		}
	}
	return line
}

// namesKey reports whether the label that rest begins with is that of a key or a
// certificate, and not of EC PARAMETERS or a CERTIFICATE REQUEST.
func namesKey(rest, word []byte) bool {
	if &word[0] == &ppkBegin[0] {
		return true
	}
	label, _, ok := bytes.Cut(rest[:min(len(rest), 60)], []byte("----"))
	label = bytes.TrimRight(label, " ")
	return ok && (bytes.HasSuffix(label, []byte("KEY")) || bytes.HasSuffix(label, []byte("CERTIFICATE")))
}

// inComment reports whether the line that before ends in is a comment's.
func inComment(before []byte) bool {
	line := before[bytes.LastIndexAny(before, "\r\n")+1:]
	return bytes.HasPrefix(line, []byte("Comment:"))
}

// opensPrivate reports whether text begins as a private key does that is mended
// to f.
func opensPrivate(text []byte, f Format) bool {
	if putty := bytes.HasPrefix(text, ppkBegin); putty || f.Name == ppk.Name {
		return putty
	}
	line := text[:min(len(text), 60)]
	return bytes.HasPrefix(line, []byte("----")) && bytes.Contains(line, []byte("PRIVATE KEY"))
}
