package repair

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/sshkey"
)

// commentWords are what comments are made of; some look as the end of a key does.
var commentWords = []string{"a", "k", "x1", "me", "bob", "root", "fred", "alice", "laptop", "macbook", "deploy", "backup01", "work",
	"key", "CI", "JD", "2024", "20250101", "admin", "ubuntu", "ec2user", "MacBookPro", "srv1", "Z9", "aB", "iMac", "JSmith", "w10", "T480s", "X1Carbon"}

func anyComment(rng *rand.Rand) string {
	one, two := pick(rng, commentWords...), pick(rng, commentWords...)
	switch rng.IntN(7) {
	case 0:
		return ""
	case 1:
		return one + "@" + two
	case 2:
		return one + " " + two
	case 4:
		return one + " " + two + "@host"
	case 3:
		return anyBase64(rng, 1+rng.IntN(12))
	}
	return one
}

func anyBase64(rng *rand.Rand, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[rng.IntN(len(alphabet))]
	}
	return string(b)
}

// miscopied loses, adds, doubles or changes 1 to 12 characters of base64, half of
// the time near its end, so that its length is another one.
func miscopied(rng *rand.Rand, body string) string {
	n := 1 + rng.IntN(pick(rng, 3, 12))
	at := rng.IntN(len(body) - n)
	if rng.IntN(2) == 0 {
		at = len(body) - n - rng.IntN(8)
	}
	before, these, behind := body[:at], body[at:at+n], body[at+n:]
	other := 1 + rng.IntN(12)
	if other == n {
		other = 0
	}
	return before + pick(rng, "", anyBase64(rng, n)+these, these+these, anyBase64(rng, other)) + behind
}

// laidOut puts the fields of a line into a text as people and programs do.
func laidOut(rng *rand.Rand, typ, body, comment string) string {
	line := strings.TrimRight(typ+" "+body+" "+comment, " ")
	width := pick(rng, 64, 70, 72, 76, 80, 100, 120)
	switch rng.IntN(9) {
	case 0:
		return `"` + line + `"`
	case 1:
		return `{"key":` + string(must(json.Marshal(line))) + "}"
	case 2:
		return typ + " " + body + "\n" + comment + "\n"
	case 3:
		return typ + " " + fold(body, width, "\n") + " " + comment
	case 4:
		return "> " + fold(line, width, "\n> ")
	case 5:
		return strings.Join([]string{typ, body, comment}, "\n")
	case 6, 7:
		return fold(line, width, pick(rng, "\n", "\r\n", "\\\n", "\n    ")) + "\n"
	}
	return line
}

// TestMiscopied: a key that lost characters and a word behind it of as many can be
// taken for a whole key, and one of 16 such keys shows in nothing.
func TestMiscopied(t *testing.T) {
	rng := random(t)
	texts := max(9000, 3*compositions()) // fewer cannot tell
	wrong := 0
	for range texts {
		s := freshSample(rng)
		if rng.IntN(2) == 0 {
			s.key = must(sshkey.EdDSAPublicKey{Curve: "Ed25519", Key: ed(rng)}.PublicKey())
		}
		typ, body, _ := cut(s.key.String())
		in := laidOut(rng, typ, miscopied(rng, body), anyComment(rng))
		got, res := printed(t, []byte(in))
		// The first line is what sshd reads, where it stands unchanged.
		if n := len(got); n == 0 || slices.Equal(got, []string{s.key.String()}) || strings.HasPrefix(in, res.Entries[0].Line) {
			continue
		}
		wrong++
		t.Logf("%s: %q gives %q", s.key, in, res.Text)
	}
	t.Logf("%d of %d texts give another key", wrong, texts)
	if wrong > texts/2000+4 {
		t.Errorf("%d of %d texts give another key", wrong, texts)
	}
}

// TestSomePlusSigns: where only some of the plus signs became spaces, something else
// happened to the key, and it is refused.
func TestSomePlusSigns(t *testing.T) {
	whole := 0
	for _, key := range rsaKeys() {
		line := key.String()
		signs := strings.Count(line, "+")
		for _, n := range []int{1, signs / 2, signs - 1, signs} {
			for _, comment := range []string{"", " bob@box"} {
				res, err := Text([]byte(strings.Replace(line, "+", " ", n)+comment+"\n"), Options{})
				switch {
				case err != nil, n > 0 && n < signs && len(res.Entries) > 0, len(res.Entries) > 0 && res.Entries[0].Key.Public != key:
					t.Errorf("%d of %d in %s%s: %v %q", n, signs, line, comment, err, res.Text)
				case n == signs && len(res.Entries) > 0:
					whole++
				}
			}
		}
	}
	if whole == 0 {
		t.Error("none was read whose plus signs are all spaces")
	}
}
