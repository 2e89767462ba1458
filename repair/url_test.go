package repair

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/sshkey"
)

// TestURLWrapped breaks the lines of keys in URLs. What ends such a key is encoded, what
// breaks it is not: so also a last piece that looks like a word belongs to it.
func TestURLWrapped(t *testing.T) {
	rng := random(t)
	// What may be the sign of a diff, half of an escape, or the start of another key.
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
		if got, res := printed(t, []byte(in)); len(got) != 1 || got[0] != s.key.String() {
			t.Errorf("%q of %q gives %q\n%v", in, s.line(), got, res.Findings)
		}
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

// TestBoxBrokenAgain breaks the lines of 64 characters of a PPK and of a key out of one
// once more: lines of that length show what is their end, also where it looks like a word.
func TestBoxBrokenAgain(t *testing.T) {
	rng := random(t)
	key := ""
	for lower := regexp.MustCompile(`[a-z]{4}$`); !lower.MatchString(key); {
		key = must(sshkey.EdDSAPublicKey{Curve: "Ed25519", Key: ed(rng)}.PublicKey()).String()
	}
	kind, body, _ := strings.Cut(key, " ")
	for in, want := range map[string]string{
		"Public-Lines: 2\n" + body[:51] + "\n" + body[51:64] + "\n" + body[64:] + "\n":           key + "\n",
		kind + " " + body[:51] + "\n\n" + body[51:64] + "\n" + body[64:] + " John Smith\n":       key + " John Smith\n",
		"- " + kind + " " + body[:64] + "\n  " + body[64:] + " John Smith\n":                     key + " John Smith\n",
		"key: \"" + key[:79] + "\n" + key[79:] + " John Smith\"\n":                               key + " John Smith\n",
		kind + " " + body[:51] + "\n" + body[51:63] + "\n" + body[64:] + " John Smith\n":         "",
		kind + " " + body[:51] + "\n" + body[51:64] + "\n" + body[64:67] + "\nJohn Smith\n":      "",
		"Public-Lines: 3\n" + body[:51] + "\n" + body[51:64] + "\n" + body[64:67] + "\nJ\nohn\n": "",
		kind + " " + body[:51] + " " + body[51:64] + "\n" + body[64:67] + "\nJohn Smith\n":       "",
	} {
		res := must(Text([]byte(in), Options{}))
		if string(res.Text) != want {
			t.Errorf("%q gives %q, not %q\n%v", in, res.Text, want, res.Findings)
		}
	}
}
