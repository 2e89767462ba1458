package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/urfave/cli/v2"
)

// TestManual: every command has a page that man and mandoc take without a word,
// and that shows what help shows.
func TestManual(t *testing.T) {
	dir := t.TempDir()
	program(t, "man", "--date", "2026-01-31", "--output-dir", dir)
	page := func(t *testing.T, name string) string {
		file := filepath.Join(dir, name+".1")
		t.Setenv("MANWIDTH", "200")
		text, errs, ok := keytest.Try(t, nil, "man", "--warnings", "-l", file)
		if !ok || len(errs) > 0 {
			t.Errorf("man says:\n%s", errs)
		}
		if out, errs, ok := keytest.Try(t, nil, "mandoc", "-Tlint", "-W", "warning", file); !ok {
			t.Errorf("mandoc says:\n%s%s", out, errs)
		}
		return strings.ReplaceAll(string(text), "‐", "-")
	}
	t.Run("keyconv", func(t *testing.T) {
		text := page(t, "keyconv")
		for _, want := range []string{"EXAMPLES", "keyconv-convert(1)", "authorized-keys", "EXIT STATUS"} {
			if !strings.Contains(text, want) {
				t.Errorf("no %s", want)
			}
		}
	})
	for _, f := range facts {
		for _, name := range f.commands {
			if testApp().Command(name) == nil {
				t.Errorf("%s %s is about %s, which is no command", f.section, f.term, name)
			}
		}
	}
	pages := 1
	eachCommand(testApp().Commands, "keyconv", func(name string, c *cli.Command) {
		if name == "keyconv help" {
			return
		}
		words := strings.Fields(name)
		if len(words) == 2 {
			pages++
		}
		t.Run(name, func(t *testing.T) {
			text := page(t, strings.Join(words[:2], "-"))
			examples, _ := examplesOf(c.Description)
			for _, x := range examples {
				if !strings.Contains(text, x.line) || !strings.Contains(text, x.about) {
					t.Errorf("no %q", x.line)
				}
			}
			for _, f := range flagsOf(c) {
				if !strings.Contains(text, dashed(f.names[0])+" "+f.value) && !strings.Contains(text, dashed(f.names[0])+", ") && !strings.Contains(text, dashed(f.names[0])+"\n") {
					t.Errorf("no %s", f.names[0])
				}
			}
		})
	})
	if files, err := os.ReadDir(dir); err != nil || len(files) != pages {
		t.Errorf("%d pages for %d commands, %v", len(files), pages, err)
	}
}
