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
	if f.many {
		return
	}
	all := openings(text)
	if len(all) < 2 {
		return
	}
	var at sshkey.Pos
	read := max(0, slices.IndexFunc(all, func(o opening) bool {
		if mended {
			return opensPrivate(text[o.at:], f)
		}
		at = at.Advance(text, o.at)
		return at.Line == k.Pos.Line
	}))
	other := all[0].at
	if read == 0 {
		other = all[1].at
	}
	k.Findings = append(k.Findings, sshkey.Finding{Pos: sshkey.PosAt(text, other), Code: moreKeys, Severity: sshkey.Warning,
		Msg: "another key or certificate stands here and is not read: a file of the format " + f.Name + " gives one", Hint: "put each of them into a file of its own"})
	if k.Private == nil && !k.Encrypted() {
		return
	}
	if n := slices.IndexFunc(all, func(o opening) bool { return o.restricts(k.Public) }); n >= 0 {
		k.Findings = append(k.Findings, sshkey.Finding{Pos: sshkey.PosAt(text, all[n].at), Code: optionsBeside, Severity: sshkey.Warning,
			Msg: "a line with options for this key stands here and is not read: the key's public half alone would let it in without them", Hint: "use the line as it is, and put the private key into a file of its own"})
	}
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

// An opening is where a key or a certificate begins: a container, or a line of
// authorized_keys, which was read.
type opening struct {
	at   int
	line *sshkey.Key // nil for a container
}

// restricts reports whether it is a line with options for a key, or for any where the
// container hides the key.
func (o opening) restricts(key sshkey.PublicKey) bool {
	return o.line != nil && len(o.line.Options) > 0 && (key.IsZero() || o.line.Public.Plain() == key.Plain())
}

// The words that a container begins with.
var beginWords = [][]byte{[]byte("-----BEGIN "), []byte("---- BEGIN SSH2 "), []byte(ppkMagic)}

// containerEnd matches the end of a container, behind which a line can stand where
// line ends were lost.
var containerEnd = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`-----END [A-Z0-9 ]+-----|---- END SSH2 [A-Z ]+----|Private-(?:MAC|Hash): *[0-9a-f]+`)
})

// openings are the places where keys begin, in order. They are found within a line
// too, for line ends may be lost. It takes time linear in the text.
func openings(text []byte) (all []opening) {
	for from := 0; from < len(text); {
		line := text[from:]
		if n := bytes.IndexAny(line, "\r\n"); n >= 0 {
			line = line[:n]
		}
		for _, o := range openingsIn(line) {
			all = append(all, opening{from + o.at, o.line})
		}
		from += len(line) + 1
	}
	return all
}

// openingsIn are those of a line, in which anything may stand.
func openingsIn(line []byte) (all []opening) {
	var cuts []int // no line goes on behind these
	for _, word := range beginWords {
		for _, at := range places(line, word) {
			cuts = append(cuts, at)
			if namesKey(line[at+len(word):], word) && !bytes.HasPrefix(line, []byte("Comment:")) {
				all = append(all, opening{at: at})
			}
		}
	}
	if bytes.Contains(line, []byte(" AAAA")) || bytes.Contains(line, []byte("\tAAAA")) {
		all = append(all, linesIn(line, cuts)...)
	}
	slices.SortFunc(all, func(a, b opening) int { return a.at - b.at })
	return all
}

// linesIn are the lines of authorized_keys in one, which begin with it or behind the end
// of a container, and end where another one begins or ends.
func linesIn(line []byte, cuts []int) (all []opening) {
	ends := containerEnd().FindAllIndex(line, -1)
	starts := []int{0}
	for _, end := range ends {
		cuts = append(cuts, end[0])
		starts = append(starts, len(line)-len(bytes.TrimLeft(line[end[1]:], " \t")))
	}
	slices.Sort(cuts)
	for _, at := range starts {
		part := line[at:]
		if n, _ := slices.BinarySearch(cuts, at); n < len(cuts) {
			part = line[at:max(at, cuts[n])]
		}
		if len(part) > sshkey.MaxLine {
			continue
		}
		if k, err := authkeys.ParseLine(part); err == nil && k != nil {
			all = append(all, opening{at, k})
		}
	}
	return all
}

// places are those of a word in a text.
func places(text, word []byte) (list []int) {
	for at := 0; ; at += len(word) {
		n := bytes.Index(text[at:], word)
		if n < 0 {
			return list
		}
		at += n
		list = append(list, at)
	}
}

// namesKey reports whether the label that rest begins with is that of a key or a
// certificate, and not of EC PARAMETERS or a CERTIFICATE REQUEST.
func namesKey(rest, word []byte) bool {
	if string(word) == ppkMagic {
		return true
	}
	label, _, ok := bytes.Cut(rest[:min(len(rest), 60)], []byte("----"))
	label = bytes.TrimRight(label, " ")
	return ok && (bytes.HasSuffix(label, []byte("KEY")) || bytes.HasSuffix(label, []byte("CERTIFICATE")))
}

// opensPrivate reports whether text begins as a private key does that is mended
// to f.
func opensPrivate(text []byte, f Format) bool {
	if putty := bytes.HasPrefix(text, []byte(ppkMagic)); putty || f.Name == ppk.Name {
		return putty
	}
	line := text[:min(len(text), 60)]
	return bytes.HasPrefix(line, []byte("----")) && bytes.Contains(line, []byte("PRIVATE KEY"))
}
