package main

import (
	"os"
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
	for name, want := range map[string]string{"~/.ssh/id": "/home/bob/.ssh/id", "~/new/": "/home/bob/new/", "~": "~", "~bob/id": "~bob/id", "a~/b": "a~/b", "": ""} {
		if got := withHome(name); got != want {
			t.Errorf("%q: %q, not %q", name, got, want)
		}
	}
	if err := os.Mkdir("~", 0o700); err != nil {
		t.Fatal(err)
	}
	if got := withHome("~/id"); got != "~/id" {
		t.Errorf("there is a folder ~: %q", got)
	}
}

// TestNamesFile: flags whose values are files, and such as are words.
func TestNamesFile(t *testing.T) {
	app := newApp(&env{})
	for _, c := range []struct {
		command, flag string
		want          bool
	}{{"convert", "-o", true}, {"convert", "--output-dir", true}, {"convert", "--passphrase-file", true}, {"convert", "--comment", false}, {"convert", "--to", false},
		{"add", "--key", true}, {"add", "--options", false}, {"doctor", "--log", true}, {"doctor", "--config", true}, {"doctor", "--user", false}} {
		if got := namesFile(app.Command(c.command), c.flag); got != c.want {
			t.Errorf("%s %s: %v", c.command, c.flag, got)
		}
	}
}
