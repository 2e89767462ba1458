package explain

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"
)

var (
	long       = regexp.MustCompile(`[A-Za-z0-9+]{64}`)
	fillBefore = regexp.MustCompile(`\{[a-z]+\}`)
)

// FuzzExplain: whatever the text is, the report is short, points into the text
// and can be shown on a terminal.
func FuzzExplain(f *testing.F) {
	logs, err := filepath.Glob("testdata/logs/*.log")
	if err != nil || len(logs) < 6 {
		f.Fatal(logs, err)
	}
	for _, name := range logs {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	for _, p := range knowledge().anchored {
		f.Add([]byte(fillBefore.ReplaceAllString(p.text, "x")))
	}
	f.Add([]byte(`fatal: [h]: UNREACHABLE! => {"msg": "Failed to connect to the host via ssh: OpenSSH_9\r\nLoad key \"k\": bad permissions\u000d", "user": "x`))
	f.Add([]byte("[13:55:07.126] > debug1: Trying private key: C:\\\\k\n  stderr: debug1: Authentications that can continue: publickey\n`Permissions for 'C:\\\\k' are too open.`\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		r := Explain(text)
		if len(r.Answers) > maxAnswers || len(r.Users) > maxFacts || len(r.Offers) > maxFacts {
			t.Fatal("too much")
		}
		count := 0
		for range lines(text) {
			count++
		}
		for i, a := range r.Answers {
			if a.Line < 1 || a.Line > count || a.Times < 1 || i > 0 && a.Sure < r.Answers[i-1].Sure {
				t.Errorf("%+v of %d lines", a, count)
			}
			shown := a.Cause + a.Seen
			for _, s := range a.Next {
				shown += s.Command + s.Advice
			}
			if strings.ContainsFunc(shown, func(r rune) bool { return r != ' ' && !unicode.IsPrint(r) }) {
				t.Errorf("not for a terminal: %q", shown)
			}
			if long.MatchString(a.Seen) {
				t.Errorf("may be a key: %q", a.Seen)
			}
		}
	})
}
