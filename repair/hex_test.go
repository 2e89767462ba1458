package repair

import (
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/sshkey"
)

// TestDumps has more than one blob in hexadecimal, and other text beside them.
func TestDumps(t *testing.T) {
	rng := random(t)
	first := must(sshkey.EdDSAPublicKey{Curve: "Ed25519", Key: ed(rng)}.PublicKey())
	second := must(sshkey.EdDSAPublicKey{Curve: "Ed25519", Key: ed(rng)}.PublicKey())
	a, b := hex.EncodeToString(first.Blob()), hex.EncodeToString(second.Blob())
	one, both := []string{first.String()}, []string{first.String(), second.String()}
	for in, want := range map[string][]string{
		"# mine\n" + a + "\n":                         one,
		"# " + b + "\n" + a + "\n":                    one,
		a + "\n" + b + "\n":                           both,
		"0x" + a + "\n0x" + b + "\n":                  both,
		"(1,'" + a + "'),(2,'" + b + "');\n":          both,
		a + " adam\n" + b[:60] + "\n" + b[60:] + "\n": both,
		a + "\n" + b[:len(b)-8] + "\n":                one,
		a[:len(a)-2] + "\n" + b + "\n":                nil,
		a + "\nrestrict " + b + "\n":                  nil,
		"restrict " + a + "\n" + b + "\n":             nil,
	} {
		got, res := printed(t, []byte(in))
		if strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("%q gives %q, not %q\n%v", in, got, want, res.Findings)
		}
		if len(want) != 2 && !strings.Contains(in, "#") && !refusedIn(res) {
			t.Errorf("%q refuses nothing", in)
		}
	}
	if res := must(Text([]byte("a\nb\n# mine\n\tx "+a+"\n"), Options{})); res.Findings[0].Pos.Line != 4 || res.Findings[0].Pos.Column != 4 {
		t.Errorf("the dump in line 4 has %v", res.Findings)
	}
}

func refusedIn(res *Result) bool {
	return slices.ContainsFunc(res.Findings, func(f sshkey.Finding) bool { return f.Severity == sshkey.Refused })
}

// TestStrayDigits has words and numbers of digits behind a dump that has lost as many.
func TestStrayDigits(t *testing.T) {
	rng := random(t)
	words := []string{"ed", "12", "bad", "2025", "cafe", "ad@home", "adam", "debian", "fedora", "0x01", "0xed25519"}
	for range rounds(4000) {
		k := must(sshkey.EdDSAPublicKey{Curve: "Ed25519", Key: ed(rng)}.PublicKey())
		digits, word := hex.EncodeToString(k.Blob()), pick(rng, words...)
		lost := min(len(word), 1+rng.IntN(4))
		in := digits[:len(digits)-lost] + pick(rng, " ", "\n", ", ", "','") + word + pick(rng, "", "\n", " x\n", "\n"+digits+"\n")
		if got, _ := printed(t, []byte(in)); len(got) > 0 && got[0] != k.String() {
			t.Errorf("WRONG: %q gives %q", in, got)
		}
	}
}

// TestEncodedOptions has options in front of a key on a line that was encoded as a whole.
func TestEncodedOptions(t *testing.T) {
	rng := random(t)
	for range rounds(1000) {
		s, other := freshSample(rng), freshSample(rng)
		if s.key == other.key {
			continue
		}
		options := pick(rng, `environment="A=b c"`, "pty", "agent-forwarding", `expiry-time="20300101"`, "cert-authority", "x11-forwarding", `tunnel="0"`)
		in := other.line() + "\n" + base64.StdEncoding.EncodeToString([]byte(options+" "+s.line())) + "\n"
		res := must(Text([]byte(in), Options{}))
		for _, e := range res.Entries {
			if e.Key.Public == s.key && len(e.Key.Options) == 0 {
				t.Errorf("%q gives %q", in, e.Line)
			}
		}
		if len(res.Entries) < 2 && !refusedIn(res) {
			t.Errorf("%q drops a key: %v", in, res.Findings)
		}
	}
}
