package repair

import (
	"strings"
	"testing"
)

// tails begin in the middle of an option's value, and once printed the key A without
// options; behind them are quotes that are none.
var tails = []struct{ how, text, want string }{
	{"a tail, a", "a\" ssh-ed25519 {A} me\n", ""},
	{"a tail, i", "i\" ssh-ed25519 {A} me\n", ""},
	{"a tail, no letter", "\" ssh-ed25519 {A} me\n", ""},
	{"a tail, and the next key's options", "\" ssh-ed25519 {A} me\ncommand=\"/x\" ssh-ed25519 {B} b\n", "command=\"/x\" ssh-ed25519 {B} b\n"},

	{"quotes", "\"ssh-ed25519 {A} a\"\n", "ssh-ed25519 {A} a\n"},
	{"a quote in front", "\"ssh-ed25519 {A} a\n", "ssh-ed25519 {A} a\n"},
	{"quotes with spaces", "\" ssh-ed25519 {A} a \"\n", "ssh-ed25519 {A} a\n"},
	{"an editor's letter and quotes", "i\"ssh-ed25519 {A} a\"\n", "ssh-ed25519 {A} a\n"},
}

func TestTails(t *testing.T) {
	for _, c := range tails {
		res := must(Text([]byte(placeholders.Replace(c.text)), Options{}))
		if want := placeholders.Replace(c.want); string(res.Text) != want || want == "" && !strings.Contains(findingText(res), "options-damaged") {
			t.Errorf("%s: %q\n gives %q\n not   %q\n%v", c.how, c.text, res.Text, want, res.Findings)
		}
	}
}

// TestOptionsWhere wants to be told where options stand that are apart from a key.
func TestOptionsWhere(t *testing.T) {
	for text, want := range map[string]string{
		"ssh-ed25519 {A} a,restrict ssh-ed25519 {B} b\n": "on the same line",
		"restrict\n\"ssh-ed25519 {A} a\"\n":              "on a line of their own",
	} {
		res := must(Text([]byte(placeholders.Replace(text)), Options{}))
		if msg := findingText(res); !strings.Contains(msg, "options-apart") || !strings.Contains(msg, want) {
			t.Errorf("%q: %s does not say %q", text, msg, want)
		}
	}
}
