package main

import (
	"os"
	"path/filepath"
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
	write(t, "k[1].PPK", []byte("x"))
	if err := os.Mkdir("folder.ppk", 0o700); err != nil {
		t.Fatal(err)
	}
	got := matching([]string{"id", "*.ppk", "?.pem", "-", "[x", "i?", "K[1]*", "./?.ppk"})
	if want := []string{"id", "a.ppk", "b.ppk", "k[1].PPK", "?.pem", "-", "[x", "id", "k[1].PPK", "./a.ppk", "./b.ppk"}; !slices.Equal(got, want) {
		t.Errorf("%q, not %q", got, want)
	}
	if got := matching(nil); len(got) != 0 {
		t.Errorf("%q", got)
	}
}

// TestWithHome: ~ is the home in front of a path alone.
func TestWithHome(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("HOME", "/home/bob")
	t.Setenv("USERPROFILE", "/home/bob")
	in := []string{"keyconv", "~/.ssh/id", "~", "~bob/id", "-o", "a~/b"}
	want := []string{"keyconv", filepath.FromSlash("/home/bob/.ssh/id"), "~", "~bob/id", "-o", "a~/b"}
	if got := withHome(in); !slices.Equal(got, want) {
		t.Errorf("%q, not %q", got, want)
	}
	if err := os.Mkdir("~", 0o700); err != nil {
		t.Fatal(err)
	}
	if got := withHome(in); !slices.Equal(got, in) {
		t.Errorf("%q, not %q", got, in)
	}
}
