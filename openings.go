package keyconv

import (
	"bytes"
	"regexp"
	"slices"
	"sync"

	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/ppk"
	"github.com/keyconv/keyconv/sshkey"
)

// An opening is where a key or a certificate begins: a container, or a line of
// authorized_keys, which was read.
type opening struct {
	at   int
	line *sshkey.Key // nil for a container
}

// isOf reports whether it is a line of a key, or of any where the container hides the key.
func (o opening) isOf(key sshkey.PublicKey) bool {
	return o.line != nil && (key.IsZero() || o.line.Public.Plain() == key.Plain())
}

// restricts reports whether it is one with options.
func (o opening) restricts(key sshkey.PublicKey) bool {
	return o.isOf(key) && len(o.line.Options) > 0
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
