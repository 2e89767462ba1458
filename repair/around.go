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

// at is it as a finding.
func (o *objection) at(src int) note { return note{src, o.code, sshkey.Refused, o.msg, o.hint} }

// refuse turns an item into a refusal.
func (it *item) refuse(code, msg, hint string) {
	*it = item{src: it.src, fails: true}
	it.notes.put(note{it.src, code, sshkey.Refused, msg, hint})
}

// A setting is a text as it was given, asked about places in it.
type setting struct {
	t         *text
	diff      bool
	asides    []aside
	deletions []aside
	marks     *records // nil where the text has no mark
	pluses    map[string]bool
	line      *lineAround // of the place that was asked for last
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
	encodings := s.encodingsOf(d)
	for i := range d.items {
		it := &d.items[i]
		if it.entry == nil || it.entry.Commented {
			continue
		}
		o := s.objection(s.index(it.src), len(d.layers.list) > 0)
		if n, here := slices.BinarySearchFunc(encodings, it.src, encoding.compare); o == nil && !here && n > 0 {
			o = encodings[n-1].objection
		}
		if o != nil {
			it.refuseFor(o)
		}
	}
}

// An encoding is text that was encoded as a whole, and what stands around its start.
type encoding struct {
	src       int
	objection *objection
}

func (e encoding) compare(src int) int { return e.src - src }

func (s *setting) encodingsOf(d *draft) (list []encoding) {
	for _, n := range d.layers.list {
		if n.code == "base64-twice" || n.code == "hex" {
			list = append(list, encoding{n.src, s.objection(s.index(n.src), true)})
		}
	}
	slices.SortFunc(list, func(a, b encoding) int { return a.src - b.src })
	return list
}

// index is where the byte stands that came from src.
func (s *setting) index(src int) int {
	return sort.Search(len(s.t.b), func(i int) bool { return s.t.src(i) >= src })
}

// objection looks at what stands around place i.
func (s *setting) objection(i int, decoded bool) *objection {
	b, line := s.t.b, s.lineAt(i)
	if o := s.takenOut(line, i, decoded); o != nil {
		return o
	}
	if a := asideAt(s.asides, i); a != nil {
		return a.sign.objection()
	}
	if decoded && line.signed(i) {
		return &objection{"commented-out", "the key was decoded from text that stands behind the sign of a comment",
			"if the key should be let in, write it on a line of its own, with its options"}
	}
	if s.marks != nil {
		return s.marks.objection(b, line.from, line.to, i)
	}
	return nil
}

// A lineAround is a line and what is asked of it again for each key that stands in it:
// of many keys in one line of a megabyte, the line is looked at once.
type lineAround struct {
	text     []byte
	from, to int
	replaced int // where the last value stands that a plan replaces
	sign     int // where a comment sign begins; -1 where nobody asked
}

// lineAt is the line around place i.
func (s *setting) lineAt(i int) *lineAround {
	if l := s.line; l != nil && l.from <= i && i <= l.to {
		return l
	}
	b := s.t.b
	s.line = &lineAround{text: b, from: lineStart(b, 0, i), to: lineEnd(b, i), replaced: -1, sign: -1}
	if all := replaced.FindAllIndex(b[s.line.from:s.line.to], -1); len(all) > 0 {
		s.line.replaced = s.line.from + all[len(all)-1][0]
	}
	return s.line
}

// signed reports whether a comment sign stands in front of place i.
func (l *lineAround) signed(i int) bool {
	if l.sign < 0 {
		l.sign = l.from + signIn(l.text[l.from:l.to])
	}
	return l.sign < i
}

// signStart matches the start of a line that is a comment in some language.
var signStart = lazyre.New(`^[> \t|+]*(?:#|//|;|--(?:[^-]|$)|[%!] |REM |rem )`)

// signIn is where a comment sign begins in a line: at its start, or behind white space
// and outside of quotes; behind the line where there is none.
func signIn(line []byte) int {
	if signStart.Match(line) {
		return 0
	}
	quoted, before := false, byte(' ')
	for i, c := range line {
		switch {
		case c == '"' && before != '\\':
			quoted = !quoted
		case !quoted && (before == ' ' || before == '\t') && (c == '#' || c == '/' && bytes.HasPrefix(line[i:], []byte("//"))):
			return i
		}
		before = c
	}
	return len(line)
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
