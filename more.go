package keyconv

import (
	"bytes"
	"errors"
	"regexp"
	"slices"
	"sync"

	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/internal/formats/jwk"
	"github.com/keyconv/keyconv/ppk"
	"github.com/keyconv/keyconv/repair"
	"github.com/keyconv/keyconv/repair/transit"
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
	if other := all.beside(all.read(k, f, text, mended)); other != nil {
		k.Findings = append(k.Findings, sshkey.Finding{Pos: sshkey.PosAt(text, other.at), Code: moreKeys, Severity: sshkey.Warning,
			Msg: "another key or certificate stands here and is not read: a file of the format " + f.Name + " gives one", Hint: "put each of them into a file of its own"})
	}
	if k.Private == nil && !k.Encrypted() {
		return
	}
	if n := slices.IndexFunc(all, func(o opening) bool { return o.restricts(k.Public) }); n >= 0 {
		noteOptions(k, sshkey.PosAt(text, all[n].at))
	}
}

func noteOptions(k *sshkey.Key, at sshkey.Pos) {
	warnBeside(k, at, "a line with options for this key stands here, or seems to, and is not read: the key's public half alone would let it in without them",
		"use the line as it is, and put the private key into a file of its own")
}

func warnBeside(k *sshkey.Key, at sshkey.Pos, msg, hint string) {
	k.Findings = append(k.Findings, sshkey.Finding{Pos: at, Code: optionsBeside, Severity: sshkey.Warning, Msg: msg, Hint: hint})
}

// optionsNear notes the same where only a repair shows the line, or where it is known
// that one stands there and not what its options are.
func (f Format) optionsNear(keys []*sshkey.Key, text []byte) {
	if f.many || len(keys) != 1 || Widens(keys[0]) != nil || alone(text) {
		return
	}
	k := keys[0]
	text = transit.Peel(text)
	live := uncommented(text)
	if begin, _ := containerIn(live); begin < len(live) && restricts(live[:begin]) {
		warnBeside(k, k.Pos, "options stand in front of this key and are not read: the key alone would let in without them",
			"write them in front of the type of the key, on its line of authorized_keys; a file that holds the key alone can be converted")
		return
	}
	if k.Private == nil && !k.Encrypted() || !repair.NamesOption(live) || !f.standsBeside(k, live) {
		return
	}
	n, err := Normalize(text)
	if err != nil {
		return
	}
	others := false
	for i, line := range n.Keys {
		if (opening{line: line}).restricts(k.Public) {
			noteOptions(k, sshkey.PosAt(text, n.Offsets[i]))
			return
		}
		others = others || len(line.Options) > 0
	}
	switch at := slices.IndexFunc(n.Findings, func(g sshkey.Finding) bool { return g.Severity == sshkey.Refused }); {
	case at >= 0:
		noteOptions(k, n.Findings[at].Pos)
	case !others:
		noteOptions(k, k.Pos)
	}
}

// standsBeside reports whether something of the public half of a key stands in the text
// besides its container, which holds it too; of a hidden one, whether any may.
func (f Format) standsBeside(k *sshkey.Key, text []byte) bool {
	rest := withoutContainer(text)
	switch {
	case f.Name == jwk.Name:
		return false
	case k.Public.IsZero():
		return bytes.Contains(rest, []byte("AAAA"))
	}
	return repair.TracesOf(rest).Of(k.Public) > 0
}

// withoutContainer is a text without the first container, where its start and its end
// are there.
func withoutContainer(text []byte) []byte {
	begin, end := containerIn(text)
	return slices.Concat(text[:begin], []byte("\n"), text[end:])
}

// containerIn is where the first container stands in a text; nothing at its end, where
// it has no start or no end.
func containerIn(text []byte) (begin, end int) {
	begin = len(text)
	for _, word := range beginWords {
		if n := bytes.Index(text, word); n >= 0 {
			begin = min(begin, n)
		}
	}
	last := containerEnd().FindIndex(text[begin:])
	if last == nil {
		return len(text), len(text)
	}
	return begin, begin + last[1]
}

// restricts reports whether a line of text is options, which a line of authorized_keys
// would have in front of its key.
func restricts(text []byte) bool {
	for line := range bytes.Lines(text) {
		if repair.IsOptions(bytes.TrimRight(line, ", \t\r\n\\")) {
			return true
		}
	}
	return false
}

// uncommented is a text without its comment lines.
func uncommented(text []byte) (rest []byte) {
	for line := range bytes.Lines(text) {
		if !bytes.HasPrefix(bytes.TrimLeft(line, " \t"), []byte("#")) {
			rest = append(rest, line...)
		}
	}
	return rest
}

// alone reports whether nothing stands in front of a container and behind it.
func alone(text []byte) bool {
	text = bytes.TrimSpace(text)
	if bytes.HasPrefix(text, []byte("-----BEGIN CERTIFICATE-----")) {
		return false // certutil puts it around any text
	}
	last := text[bytes.LastIndexAny(text, "\r\n")+1:]
	ends := containerEnd().FindIndex(last)
	return slices.ContainsFunc(beginWords, func(word []byte) bool { return bytes.HasPrefix(text, word) && bytes.Count(text, word) == 1 }) &&
		ends != nil && ends[0] == 0 && ends[1] == len(last)
}

// Widens is why the public half of a key must not be given away as a line or the like:
// a restriction that stood beside it would be lost, or that the key is revoked. It is nil
// for nearly all keys.
func Widens(k *sshkey.Key) error {
	if err := sshkey.RefuseRevoked(authkeys.Name, k); err != nil {
		return err
	}
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

// placed are the openings of a text, in order.
type placed []opening

// read is which of the containers a key was read from: the first, where the place of the
// key does not tell. It is negative where there is none.
func (all placed) read(k *sshkey.Key, f Format, text []byte, mended bool) int {
	isContainer := func(o opening) bool { return o.line == nil }
	var at sshkey.Pos
	n := slices.IndexFunc(all, func(o opening) bool {
		at = at.Advance(text, o.at)
		return isContainer(o) && (mended && opensPrivate(text[o.at:], f) || !mended && at.Line == k.Pos.Line)
	})
	if n < 0 {
		n = slices.IndexFunc(all, isContainer)
	}
	return n
}

// beside is the first opening but that one; nil for none.
func (all placed) beside(read int) *opening {
	for i := range all {
		if i != read {
			return &all[i]
		}
	}
	return nil
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
func openings(text []byte) (all placed) {
	for from := 0; from < len(text); {
		n := bytes.IndexAny(text[from:], "\r\n")
		if n < 0 {
			n = len(text) - from
		}
		for _, o := range openingsIn(text[from:], n) {
			all = append(all, opening{from + o.at, o.line})
		}
		from += n + 1
	}
	return all
}

// openingsIn are those of the line that has the first n bytes of a text; anything may
// stand in it. A container's label may go on in the next one.
func openingsIn(text []byte, n int) (all placed) {
	line := text[:n]
	var cuts []int // a line may end here
	for _, word := range beginWords {
		for _, at := range places(line, word) {
			cuts = append(cuts, at)
			if namesKey(text[at+len(word):], word) && !bytes.HasPrefix(line, []byte("Comment:")) {
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
// of a container, and end where another one begins or ends, or the first such place that
// is in no quotes.
func linesIn(line []byte, cuts []int) (all placed) {
	starts := []int{0}
	for _, end := range containerEnd().FindAllIndex(line, -1) {
		cuts = append(cuts, end[0])
		starts = append(starts, len(line)-len(bytes.TrimLeft(line[end[1]:], " \t")))
	}
	slices.Sort(cuts)
	for _, at := range starts {
		n, _ := slices.BinarySearch(cuts, at)
		for _, end := range slices.Compact([]int{firstOf(cuts[n:], len(line)), unquoted(line, at, cuts[n:])}) {
			if k := lineOf(line[at:max(at, end)]); k != nil {
				all = append(all, opening{at, k})
				break
			}
		}
	}
	return all
}

func firstOf(list []int, none int) int {
	if len(list) > 0 {
		return list[0]
	}
	return none
}

// unquoted is the first of the places, or the end of the line, between which and from
// all quotes are closed. What stands in open quotes for one start is not for the next:
// together they take time linear in the line.
func unquoted(line []byte, from int, cuts []int) int {
	open := false
	for _, cut := range cuts {
		for ; from < cut; from++ {
			switch {
			case line[from] == '"':
				open = !open
			case line[from] == '\\' && from+1 < len(line) && line[from+1] == '"':
				from++
			}
		}
		if !open {
			return cut
		}
	}
	return len(line)
}

// lineOf is the key of a line; nil for none.
func lineOf(line []byte) *sshkey.Key {
	if len(line) > sshkey.MaxLine {
		return nil
	}
	k, err := authkeys.ParseLine(line)
	if err != nil {
		return nil
	}
	return k
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
