package repair

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/sshkey"
)

// TestURLWrapped breaks the lines of keys in URLs. What ends such a key is encoded, what
// breaks it is not.
func TestURLWrapped(t *testing.T) {
	rng := random(t)
	// What may be the sign of a diff, half of an escape, or the start of another key.
	tried, good := 0, 0
	foreign := regexp.MustCompile(`\n *\+|\\\n[nrtux]|c3M`)
	for range rounds(1000) {
		s := freshSample(rng)
		if s.comment == "" {
			s.comment = "a comment"
		}
		form := rng.IntN(2) == 0
		encoded := url.PathEscape(s.line())
		if form {
			encoded = url.QueryEscape(s.line())
		}
		before, behind := pick(rng, "", "key="), pick(rng, "", "\n", "&x=1\n")
		in := before + fold(encoded, 20+rng.IntN(70), pick(rng, "\n", "\r\n", "\n    ", "\\\n")) + behind
		if foreign.MatchString(in) {
			continue
		}
		tried++
		switch got, res := printed(t, []byte(in)); {
		case len(got) == 1 && got[0] == s.key.String():
			good++
		case len(got) > 0:
			t.Errorf("WRONG: %q of %q gives %q\n%v", in, s.line(), got, res.Findings)
		}
	}
	if good*100 < tried*90 { // the others end with a piece that may be a word
		t.Errorf("%d of %d", good, tried)
	}
}

// TestURLBreaks has line ends in a text with URL encoding that are not the key's.
func TestURLBreaks(t *testing.T) {
	const a = "AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea"
	for in, want := range map[string]string{
		"ssh-ed25519%20" + a + "%20c\nsee%20the%20wiki%20for%20more\n":                    "ssh-ed25519 " + a + " c\n",
		"ssh-ed25519%20" + a + "%20c\nssh-ed25519%20" + a + "%20d\n":                      "ssh-ed25519 " + a + " c\nssh-ed25519 " + a + " d\n",
		"ssh-ed25519%20" + a[:60] + "\n+" + a[60:67] + "%20c\n":                           "", // a diff's sign, and a character is missing
		"ssh-ed25519%20" + a[:60] + "\n" + a[60:67] + "%20c\n":                            "",
		"%20AAAA%0AAAAA%0AAAAA" + strings.Repeat("%0AAAAA", 4000) + "\nno key%20at all\n": "",
	} {
		res := must(Text([]byte(in), Options{}))
		if string(res.Text) != want {
			t.Errorf("%.200q gives %q, not %q\n%.300v", in, res.Text, want, res.Findings)
		}
	}
}

// TestBoxBrokenAgain breaks the lines of 64 characters of a PPK once more: their number
// shows what is their end, also where it looks like a word. Where a word of a comment may
// stand in place of what was lost, none is taken.
func TestBoxBrokenAgain(t *testing.T) {
	rng := random(t)
	key := ""
	for lower := regexp.MustCompile(`[a-z]{4}$`); !lower.MatchString(key); {
		key = must(sshkey.EdDSAPublicKey{Curve: "Ed25519", Key: ed(rng)}.PublicKey()).String()
	}
	kind, body, _ := strings.Cut(key, " ")
	for in, want := range map[string]string{
		"Public-Lines: 2\n" + body[:51] + "\n" + body[51:64] + "\n" + body[64:] + "\n":     key + "\n",
		"Public-Lines: 2\n" + body[:64] + "\n" + body[64:] + "\n":                          key + "\n",
		"Public-Lines: 2\n" + body[:40] + "\n" + body[40:64] + "\n" + body[64:] + " c\n":   "",
		kind + " " + body[:40] + "\n" + body[40:64] + "\n" + body[64:] + " smith\n":        "",
		"k=" + kind + "%20" + body[:30] + "\n" + body[30:64] + "\n" + body[64:] + "%20c\n": "",
		"5" + body[:60] + "\n6" + body[60:66] + "\n7Private-Lines: 1\n":                    "",
	} {
		res := must(Text([]byte(in), Options{}))
		if string(res.Text) != want {
			t.Errorf("%q gives %q, not %q\n%v", in, res.Text, want, res.Findings)
		}
	}
}
