package main

import (
	"slices"
	"testing"
)

// TestMatching: a pattern is the files that it matches, and what matches nothing
// is told of by its name.
func TestMatching(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, name := range []string{"b.ppk", "a.ppk", "id"} {
		write(t, name, []byte("x"))
	}
	got := matching([]string{"id", "*.ppk", "?.pem", "-", "[x", "i?"})
	if want := []string{"id", "a.ppk", "b.ppk", "?.pem", "-", "[x", "id"}; !slices.Equal(got, want) {
		t.Errorf("%q, not %q", got, want)
	}
	if got := matching(nil); len(got) != 0 {
		t.Errorf("%q", got)
	}
}
