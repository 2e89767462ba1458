package lazyre

import (
	"regexp"
	"testing"
)

// FuzzMatch: what is known of the first byte passes no match over.
func FuzzMatch(f *testing.F) {
	var list []*Regexp
	for _, s := range []string{`^a`, `^(?:ab|[^c-z])+`, `^(?i:K|x)`, `^(a?|b)c`, `^a*$`, `^\b[\d\s]x?`, `(?m)^a`, `a|^b`, `^(?:^é|\x{ff}.)`, `^$`, `^[^\n]`, `\Ax`, `^(?:|x)`} {
		list = append(list, New(s))
	}
	for _, s := range []string{"", "a", "ab", "Bc", "\u212a", "\n", "\xff", "é", " 1x", "\nab", "xx"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, r := range list {
			if want := regexp.MustCompile(r.String()).Match(b); r.Match(b) != want {
				t.Errorf("%q matches %q: not %v", r, b, want)
			}
		}
	})
}

// TestFirstBytes: some expressions are known by their first byte, and others
// cannot be.
func TestFirstBytes(t *testing.T) {
	for text, known := range map[string]bool{`^a`: true, `^(?:[b-d]|x*y)`: true, `a`: false, `^a*`: false, `(?m)^a`: false, `a|^b`: false} {
		if first := New(text).firstBytes(); (first != nil) != known {
			t.Errorf("%q: %v", text, first != nil)
		}
	}
	if first := New(`^(?:[b-d]|x*y)`).firstBytes(); !first['b'] || !first['x'] || !first['y'] || first['a'] || first['z'] {
		t.Errorf("%v", first)
	}
}
