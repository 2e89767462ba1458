package safetext_test

import (
	"strings"
	"testing"

	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/internal/safetext"
)

func TestPrintable(t *testing.T) {
	for in, want := range map[string]string{
		"a b ü 鍵 �":     "a b ü 鍵 �",
		"\x1b[2J\r\t\n": `\x1b[2J\r\t\n`,
		"a\xffb\xc3":    `a\xffb\xc3`,
		"\u202egnp":     `\u202egnp`,
		"\ufeff\u00a0":  `\ufeff\u00a0`,
		"\u0085\u2028":  `\u0085\u2028`,
	} {
		if got := safetext.Printable(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// words are what shells would make something of.
var words = []string{"", "a", "a b", "it's", "'", `"$HOME"`, "$(id)", "`id`", "~", "~root", "a~b", "=ls", "a=b", "*", "?", "[a]", "{a,b}", "a;b", "a&b", "a|b",
	"#a", "!x", `\`, "a\nb", "\t", "-n", "--help", "/home/a b/.ssh/id", "%x", "a@b:22", "é", "^x", "<a", ">a", "(a)",
	`C:\id.ppk`, `C:\Users\Jörg Doe\it's (old).ppk`, `C:/my keys/id`, `a\b`, `a\\b`, `C:\$HOME\x`, "C:\\`id`", `C:\dir\`, `C:\a"b`, `\\host\share`, `C:\!x`}

// TestWindowsPath: double quotes around all of it, where nothing in it would act
// inside them.
func TestWindowsPath(t *testing.T) {
	for in, want := range map[string]string{
		`C:\id.ppk`:              `"C:\id.ppk"`,
		`C:\Users\Jo Doe\id.ppk`: `"C:\Users\Jo Doe\id.ppk"`,
		`D:/my keys/id`:          `"D:/my keys/id"`,
		`D:/keys/id`:             `D:/keys/id`,
		`keys\id`:                `"keys\id"`,
		`C:\$x`:                  `'C:\$x'`,
		`C:\“x`:                  `'C:\“x'`,
		`C:\x\`:                  `'C:\x\'`,
		`a b`:                    `'a b'`,
	} {
		if got := safetext.ShellWord(in); got != want {
			t.Errorf("%s: %s, not %s", in, got, want)
		}
	}
}

// TestShellWord: shells take each for one word, itself.
func TestShellWord(t *testing.T) {
	var script, want strings.Builder
	for _, w := range words {
		script.WriteString(`printf '%s\0' ` + safetext.ShellWord(w) + "\n")
		if strings.HasPrefix(w, "-") {
			w = "./" + w
		}
		want.WriteString(w + "\x00")
	}
	for _, shell := range []string{"bash", "zsh", "sh"} {
		t.Run(shell, func(t *testing.T) {
			if got := keytest.Run(t, nil, shell, "-c", script.String()); string(got) != want.String() {
				t.Errorf("%q\nwant\n%q", got, want.String())
			}
		})
	}
}
