// Package lazyre is regular expressions that are compiled when they are first
// used: a hundred of them cost a program a millisecond and a megabyte at every
// start, and most runs need none.
package lazyre

import (
	"bytes"
	"regexp"
	"regexp/syntax"
	"sync"
)

// A Regexp is a regular expression of package regexp, to be.
type Regexp struct {
	text  string
	needs []string // one of these stands in every match
	once  sync.Once
	re    *regexp.Regexp

	parse sync.Once
	first *[256]bool // what a match begins with; nil is not known
}

// New takes the text of an expression. A wrong one panics at its first use.
func New(text string) *Regexp { return &Regexp{text: text} }

// NewNeeding takes texts too, of which one at least stands in everything that
// the expression matches: most inputs have none, and looking for them takes a
// hundredth of the time.
func NewNeeding(text string, needs ...string) *Regexp {
	return &Regexp{text: text, needs: needs}
}

// Needs gives the texts of NewNeeding.
func (r *Regexp) Needs() []string { return r.needs }

// May is false for texts that are known to hold no match without a search.
func (r *Regexp) May(b []byte) bool {
	if first := r.firstBytes(); first != nil && (len(b) == 0 || !first[b[0]]) {
		return false
	}
	for _, n := range r.needs {
		if bytes.Contains(b, []byte(n)) {
			return true
		}
	}
	return len(r.needs) == 0
}

// firstBytes are those that a text can begin with in which an expression matches
// that is bound to the start; nil for another, and for one that matches nothing.
// It costs a third of compiling the expression, which most runs then need not.
func (r *Regexp) firstBytes() *[256]bool {
	r.parse.Do(func() {
		tree, err := syntax.Parse(r.text, syntax.Perl)
		if err != nil {
			return
		}
		prog, err := syntax.Compile(tree.Simplify())
		if err != nil || prog.StartCond()&syntax.EmptyBeginText == 0 {
			return
		}
		first := &[256]bool{}
		if begin(prog, uint32(prog.Start), map[uint32]bool{}, first) {
			r.first = first
		}
	})
	return r.first
}

// begin collects the bytes that can come next at an instruction; false where
// none needs to.
func begin(prog *syntax.Prog, at uint32, been map[uint32]bool, first *[256]bool) bool {
	if been[at] {
		return true
	}
	been[at] = true
	switch i := &prog.Inst[at]; i.Op {
	case syntax.InstMatch:
		return false
	case syntax.InstFail:
		return true
	case syntax.InstAlt, syntax.InstAltMatch:
		return begin(prog, i.Out, been, first) && begin(prog, i.Arg, been, first)
	case syntax.InstCapture, syntax.InstEmptyWidth, syntax.InstNop:
		return begin(prog, i.Out, been, first)
	default:
		for c := range first {
			first[c] = first[c] || c >= 0x80 || i.MatchRune(rune(c))
		}
		return true
	}
}

// Compiled is the expression for what has no method here.
func (r *Regexp) Compiled() *regexp.Regexp { return r.compile() }

func (r *Regexp) compile() *regexp.Regexp {
	r.once.Do(func() { r.re = regexp.MustCompile(r.text) })
	return r.re
}

// String is the text of the expression.
func (r *Regexp) String() string { return r.text }

// Match and the other methods are those of regexp.Regexp.
func (r *Regexp) Match(b []byte) bool { return r.May(b) && r.compile().Match(b) }

// MatchString is regexp.Regexp's.
func (r *Regexp) MatchString(s string) bool { return r.compile().MatchString(s) }

// Find is regexp.Regexp's.
func (r *Regexp) Find(b []byte) []byte {
	if !r.May(b) {
		return nil
	}
	return r.compile().Find(b)
}

// FindIndex is regexp.Regexp's.
func (r *Regexp) FindIndex(b []byte) []int {
	if !r.May(b) {
		return nil
	}
	return r.compile().FindIndex(b)
}

// FindAllIndex is regexp.Regexp's.
func (r *Regexp) FindAllIndex(b []byte, n int) [][]int {
	if !r.May(b) {
		return nil
	}
	return r.compile().FindAllIndex(b, n)
}

// FindSubmatch is regexp.Regexp's.
func (r *Regexp) FindSubmatch(b []byte) [][]byte { return r.compile().FindSubmatch(b) }

// FindSubmatchIndex is regexp.Regexp's.
func (r *Regexp) FindSubmatchIndex(b []byte) []int {
	if !r.May(b) {
		return nil
	}
	return r.compile().FindSubmatchIndex(b)
}

// FindAllSubmatch is regexp.Regexp's.
func (r *Regexp) FindAllSubmatch(b []byte, n int) [][][]byte {
	return r.compile().FindAllSubmatch(b, n)
}

// ReplaceAll is regexp.Regexp's.
func (r *Regexp) ReplaceAll(src, with []byte) []byte { return r.compile().ReplaceAll(src, with) }

// ReplaceAllFunc is regexp.Regexp's.
func (r *Regexp) ReplaceAllFunc(src []byte, with func([]byte) []byte) []byte {
	if !r.May(src) {
		return src
	}
	return r.compile().ReplaceAllFunc(src, with)
}
