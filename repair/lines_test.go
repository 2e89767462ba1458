package repair

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/authkeys"
)

// FuzzMayBeEntry: no line that sshd reads is known for none.
func FuzzMayBeEntry(f *testing.F) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 40 {
		s := freshSample(rng)
		f.Add([]byte(s.line()))
		f.Add([]byte(pick(rng, options...) + " " + s.line()))
		d := fieldDamages[rng.IntN(len(fieldDamages))]
		f.Add(d.do([]byte(s.line()), rng))
	}
	for _, s := range []string{",", ", ssh-ed25519 AAAA", "no-pty,\"", "NO-PTY" + probe, "\tssh-dss\x00", "-", "ssh-rsa  \fAAAA"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		text := strings.Trim(string(b), "\r\n")
		got, want := lineOf(3, 5, []byte(text)), authkeys.LineOf(3, 5, []byte(text))
		if got.Kind != want.Kind || want.Key != nil && got.Key.Public != want.Key.Public {
			t.Errorf("%q is %v, not %v", text, got.Kind, want.Kind)
		}
		if isOptions(b) != (readsAsOptions(string(b)) == nil) {
			t.Errorf("options %q: %v", b, isOptions(b))
		}
	})
}

// TestOptionNames: none is too long to be looked up.
func TestOptionNames(t *testing.T) {
	for name := range optionNames() {
		if len(name) > longestOption {
			t.Error(name)
		}
	}
}

// FuzzPassedOver: what is not searched has no match.
func FuzzPassedOver(f *testing.F) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, d := range append(boxes, wrapperDamages...) {
		f.Add(d.do([]byte(freshSample(rng).line()), rng))
	}
	for _, s := range []string{"x\nMIIB" + probe, "a\n\nN PUBLIC KEY-\n", "--\n-- BEGIN_RSA PRIVATE KEY -", "b3BlbnNzaC1rZXktdjE", `c\n`, `c\\r \t`, "c <b>", "c\t"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if residue.Match(b) && !endsResidue(b) {
			t.Errorf("the end of %q is not looked at", b)
		}
		for from := 0; from < len(b); from += 7 {
			want := blockStart.FindSubmatchIndex(b[from:])
			got := nextBlock(b, from)
			if len(got) != len(want) {
				t.Fatalf("%q from %d: %v, not %v", b, from, got, want)
			}
			for i := range got {
				if want[i] >= 0 && got[i] != from+want[i] || want[i] < 0 && got[i] >= from {
					t.Fatalf("%q from %d: %v, not %v", b, from, got, want)
				}
			}
		}
	})
}

// TestLoneCRs: a key behind a carriage return is not left in the comment in front of it,
// where nothing else ends lines, and is not let in where other lines have their own.
func TestLoneCRs(t *testing.T) {
	a, b := placeholders.Replace("ssh-ed25519 {A} a\n"), placeholders.Replace("restrict ssh-ed25519 {B} b\n")
	for text, want := range map[string]string{
		a + b: a + b, "# mine\n" + a: "# mine\n" + a, a + fold(b, 80, "\n"): "", "# " + a + b: "# " + a + b, "# one\n# " + a: "# one\n# " + a,
		a + fold(strings.TrimPrefix(b, "restrict "), 70, "\n"): a + strings.TrimPrefix(b, "restrict "),
	} {
		in := strings.ReplaceAll(text, "\n", "\r")
		res, err := Text([]byte(in), Options{})
		if want == "" {
			want = a + b
		}
		if err != nil || string(res.Text) != want {
			t.Errorf("%q: %v\n%q, not\n%q\n%v", in, err, res.Text, want, res.Findings)
		}
	}
	commented := "# old\r" + a
	if res, err := Text([]byte(commented+b), Options{}); err != nil || string(res.Text) != commented+b {
		t.Errorf("%v %q", err, res.Text)
	}
}
