package repair

import (
	"bytes"
	"slices"
	"sort"

	"github.com/keyconv/keyconv/internal/lazyre"
	"github.com/keyconv/keyconv/sshkey"
)

// What stands around a key may say that it lets nobody in: the key was taken out in
// a diff, stands in a comment of several lines, behind a comment sign in front of
// what was decoded, in a record that is marked as revoked. It is looked for in the
// text as it was given: every key knows where it came from, whatever was undone.

// An around is what stands above, however far, and holds for the keys below.
type around struct {
	diff bool     // a line that only a diff has
	open opening  // of a comment that is not closed yet
	dead deadline // the last line is marked
}

// within is a state in the same surroundings.
func (s state) within(a around) state {
	s.around = a
	return s
}

// silences reports whether a line that sshd accepts is one to look at.
func (a *around) silences() bool { return a.open != 0 || a.dead.mark != "" }

// An objection is why a key is not printed that could be read.
type objection struct{ code, msg, hint string }

// refuse turns an item into a refusal.
func (it *item) refuse(o *objection) {
	*it = item{src: it.src, fails: true}
	it.notes.put(note{it.src, o.code, sshkey.Refused, o.msg, o.hint})
}

// A setting is a text as it was given, asked about places in it.
type setting struct {
	t         *text
	diff      bool
	asides    []aside
	deletions []aside
	marks     *records // nil where the text has no mark
	pluses    map[string]bool
}

func newSetting(given, t *text, above around) *setting {
	return &setting{
		t:         t,
		diff:      above.diff || isDiff(given.b) || t != given && isDiff(t.b),
		asides:    asidesOf(t.b, above.open),
		deletions: deletionsOf(t.b),
		marks:     recordsOf(t.b, above.dead),
	}
}

// below is what holds for the text that follows.
func (s *setting) below() around {
	a := around{diff: s.diff}
	if n := len(s.asides); n > 0 && s.asides[n-1].to > len(s.t.b) {
		a.open = s.asides[n-1].sign
	}
	if s.marks != nil {
		a.dead = s.marks.last()
	}
	return a
}

// Surrounds reports whether what stands in a text may hold for keys below it, behind
// lines that sshd accepts: it may be a diff, or leave a comment open.
func Surrounds(text []byte) bool {
	n := &notes{}
	given := characters(charset(plain(text, 0), n), n)
	return newSetting(given, unlisted(given, n), around{}).below() != around{}
}

// silence refuses the keys of a draft that the text around them takes back.
func (s *setting) silence(d *draft) {
	var encoded []int // where text begins that was encoded as a whole
	for _, n := range d.layers.list {
		if n.code == "base64-twice" || n.code == "hex" {
			encoded = append(encoded, n.src)
		}
	}
	slices.Sort(encoded)
	for i := range d.items {
		it := &d.items[i]
		if it.entry == nil || it.entry.Commented {
			continue
		}
		o := s.objection(s.index(it.src), len(d.layers.list) > 0)
		if n, here := slices.BinarySearch(encoded, it.src); o == nil && !here && n > 0 {
			o = s.objection(s.index(encoded[n-1]), true)
		}
		if o != nil {
			it.refuse(o)
		}
	}
}

// index is where the byte stands that came from src.
func (s *setting) index(src int) int {
	return sort.Search(len(s.t.b), func(i int) bool { return s.t.src(i) >= src })
}

// objection looks at what stands around place i.
func (s *setting) objection(i int, decoded bool) *objection {
	b := s.t.b
	start := bytes.LastIndexByte(b[:i], '\n') + 1
	prefix, rest := b[start:i], b[i:lineEnd(b, i)]
	if o := s.takenOut(start, prefix, rest, decoded); o != nil {
		return o
	}
	if a := asideAt(s.asides, i); a != nil {
		return a.sign.objection()
	}
	if decoded && hasSign(prefix) {
		return &objection{"commented-out", "the key was decoded from text that stands behind the sign of a comment",
			"if the key should be let in, write it on a line of its own, with its options"}
	}
	if s.marks != nil {
		return s.marks.objection(b, start, i)
	}
	return nil
}

// signStart matches the start of a line that is a comment in some language.
var signStart = lazyre.New(`^[> \t|+]*(?:#|//|;|--(?:[^-]|$)|[%!] |REM |rem )`)

// hasSign reports whether a comment sign stands in front of what follows prefix on
// its line: at its start, or behind white space and outside of quotes.
func hasSign(prefix []byte) bool {
	if signStart.Match(prefix) {
		return true
	}
	quoted, before := false, byte(' ')
	for i, c := range prefix {
		switch {
		case c == '"' && before != '\\':
			quoted = !quoted
		case !quoted && (before == ' ' || before == '\t') && (c == '#' || c == '/' && bytes.HasPrefix(prefix[i:], []byte("//"))):
			return true
		}
		before = c
	}
	return false
}

// surrounded refuses a line that sshd accepts and what stands above takes back.
func (w *walker) surrounded(raw []byte) *objection {
	if !w.around.silences() {
		return nil
	}
	o := w.around.dead.objection(raw)
	if o == nil {
		w.around.dead = deadline{}
	}
	if w.around.open != 0 {
		o = w.around.open.objection()
		w.around.open = w.around.open.behind(raw)
	}
	return o
}

// passes takes note of a comment line or a blank one.
func (a *around) passes(raw []byte) {
	if a.open != 0 {
		a.open = a.open.behind(raw)
	}
	if len(bytes.TrimSpace(raw)) == 0 {
		a.dead.flat = false
	}
}
