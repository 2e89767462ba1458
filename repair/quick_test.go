package repair

import (
	"bytes"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/keyconv/keyconv/internal/lazyre"
	"github.com/keyconv/keyconv/internal/linebatch"
	"github.com/keyconv/keyconv/sshkey"
)

// streamed is what Stream makes of a text.
func streamed(t *testing.T, text []byte, o Options) (out []byte, findings string, clean bool) {
	t.Helper()
	var w bytes.Buffer
	var list []sshkey.Finding
	clean, err := Stream(bytes.NewReader(text), &w, o, func(f sshkey.Finding) { list = append(list, f) })
	if err != nil {
		t.Fatal(err)
	}
	return w.Bytes(), fmt.Sprint(list), clean
}

// sameStreamed compares Stream, which has batches and quiet lines, with Text,
// which has neither, where some keys were asked about before.
func sameStreamed(t *testing.T, text []byte, expect string, asked int) {
	t.Helper()
	options := func() Options {
		m := NewMemory()
		m.asked = asked
		return Options{Expect: expect, Memory: m}
	}
	out, findings, clean := streamed(t, text, options())
	want, err := Text(text, options())
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(out, want.Text) || findings != fmt.Sprint(want.Findings) || clean != want.Clean {
		t.Fatalf("%d bytes: %d bytes streamed, clean %v; want %d, %v\n%.2000s\n%.2000s", len(text), len(out), clean, len(want.Text), want.Clean, findings, want.Findings)
	}
}

// firstBatch ends where its batch does.
var firstBatch = slices.Concat(bytes.Repeat([]byte("\n"), careful), []byte("#"), bytes.Repeat([]byte{'x'}, linebatch.Size-careful-2), []byte("\n"))

// sameEarly compares them for a text between two quiet lines, behind a batch.
func sameEarly(t *testing.T, text []byte, quiet string) {
	t.Helper()
	sameStreamed(t, slices.Concat(firstBatch, []byte(quiet), text, []byte("\n"+quiet)), "", careful)
}

// TestEarly: what is bad between two quiet lines is repaired before its turn, but
// where the lines above, or what was asked before, may make another draft of it.
func TestEarly(t *testing.T) {
	rng := random(t)
	quiet := func() string { return sample{ed25519Sample(rng), "fred@box"}.line() + "\n" }
	cited := func(s sample) string { return "> " + s.line() + "\n" }
	last, another := freshSample(rng), freshSample(rng)
	for another.key == last.key { // there are few keys of RSA
		another = freshSample(rng)
	}
	for name, c := range map[string]struct {
		above string
		asked int
		early bool
	}{
		"a quiet line":        {quiet(), careful, true},
		"the first keys":      {quiet(), careful - 1, false},
		"the same key":        {quiet() + "KEY" + quiet(), careful, false},
		"another key":         {quiet() + cited(another) + quiet(), careful, true},
		"a comment":           {quiet() + "# fred\n", careful, false},
		"a comment's options": {strings.TrimSpace(quiet()) + " no-pty\n", careful, false},
		"nothing":             {"", careful, false},
	} {
		bad := cited(last)
		text := slices.Concat(firstBatch, []byte(strings.ReplaceAll(c.above, "KEY", bad)+bad+quiet()))
		w := newWalker(Options{})
		w.o.Memory.asked = c.asked
		taken := false
		w.write, w.found = func([]byte) error { return nil }, func([]sshkey.Finding) {}
		w.entry = func(e Entry) { taken = taken && e.Key.Public != last.key }
		err := linebatch.Each(bytes.NewReader(text), func(b *batch) { scan(b, w.seen.Hasher(), w.o) }, func(b *batch) error {
			if n := len(b.Prepared.early); n > 0 {
				b.Prepared.early[n-1].draft, taken = &draft{}, true // nothing comes of it
			}
			w.batch(b)
			return w.err
		})
		if w.finish(); err != nil || taken != c.early {
			t.Errorf("behind %s: taken %v (%v)", name, taken, err)
		}
		sameStreamed(t, text, "", c.asked)
	}
}

// TestEarlyParse: containers are parsed in their turn.
func TestEarlyParse(t *testing.T) {
	rng := random(t)
	quiet := sample{ed25519Sample(rng), "fred@box"}.line() + "\n"
	key := fresh(rng)
	boxed := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: bytesOf(rng, 64)})
	o := Options{Parse: func([]byte) ([]*sshkey.Key, error) { return []*sshkey.Key{{Public: key}}, nil }, Memory: NewMemory()}
	o.Memory.asked = careful
	out, _, _ := streamed(t, slices.Concat(firstBatch, []byte(quiet), boxed, []byte(quiet)), o)
	if want := slices.Concat(firstBatch, []byte(quiet+key.String()+"\n"+quiet)); !bytes.Equal(out, want) {
		t.Errorf("%.2000s", out[len(firstBatch):])
	}
}

// firstLines is more lines than the walker takes without haste.
func firstLines(rng *rand.Rand) []byte {
	return bytes.Repeat([]byte(sample{ed25519Sample(rng), "first"}.line()+"\n"), careful)
}

func ed25519Sample(rng *rand.Rand) sshkey.PublicKey {
	return must(sshkey.EdDSAPublicKey{Curve: "Ed25519", Key: ed(rng)}.PublicKey())
}

// TestStreamKeepsDone: what was read before the reader fails is written.
func TestStreamKeepsDone(t *testing.T) {
	lines := firstLines(random(t))
	broken := errors.New("broken")
	var out bytes.Buffer
	clean, err := Stream(io.MultiReader(bytes.NewReader(lines), iotest.ErrReader(broken)), &out, Options{}, nil)
	if clean || !errors.Is(err, broken) || !bytes.Equal(out.Bytes(), lines) {
		t.Errorf("%v, %v: %d of %d bytes", clean, err, out.Len(), len(lines))
	}
}

// TestStreamSame mixes all that a line can be.
func TestStreamSame(t *testing.T) {
	rng := random(t)
	kinds := append(lossless(), losses...)
	for range 10 {
		var b bytes.Buffer
		if rng.IntN(4) > 0 {
			b.Write(firstLines(rng))
		}
		var keys []sample
		for range rng.IntN(60) {
			s := sample{fresh(rng), pick(rng, "fred@box", "", "a b", "from=x", "user-rc", "x\ry", strings.Repeat("c", 70))}
			if len(keys) > 0 && rng.IntN(5) == 0 {
				s.key = keys[rng.IntN(len(keys))].key
			}
			keys = append(keys, s)
			line := s.line() + pick(rng, "\n", "\n", "\n", "\r\n")
			switch rng.IntN(12) {
			case 0:
				line = pick(rng, "restrict ", "no-pty,command=\"x\" ", "no-pty\n", "from=\"a\"\n") + line
			case 1:
				line = pick(rng, "# a comment\n", "\n", "#\n\n", "lorem ipsum\n", "ssh-rsa AAAA\n")
			case 2:
				if d := kinds[rng.IntN(len(kinds))]; !strings.Contains(d.name, "utf-16") {
					line = string(d.do([]byte(s.line()), rng)) + "\n"
				}
			case 3:
				line = spoilt(line, rng)
			}
			b.WriteString(line)
		}
		sameStreamed(t, b.Bytes(), "", 0)
		sameEarly(t, b.Bytes(), sample{ed25519Sample(rng), "fred@box"}.line()+"\n")
	}
}

// spoilt changes one character of the base64, so that a key is wrong and may
// still be read.
func spoilt(line string, rng *rand.Rand) string {
	i := strings.Index(line, "AAAA") + 40 + rng.IntN(20)
	if i >= len(line) {
		return line
	}
	return line[:i] + string("ABCxyz019+/"[rng.IntN(11)]) + line[i+1:]
}

// TestBatches cuts streams in every place: readers that give one byte at a time,
// lines longer than a batch, no last line end.
func TestBatches(t *testing.T) {
	rng := random(t)
	text := firstLines(rng)
	for len(text) < 3*linebatch.Size {
		text = append(text, sample{fresh(rng), strings.Repeat("c", rng.IntN(50))}.line()+"\n"...)
	}
	sameStreamed(t, text, "", 0)
	k := ed25519Sample(rng)
	sameStreamed(t, slices.Concat([]byte(k.String()+" c\n"), []byte(ed25519Sample(rng).String())), k.Fingerprint(), 0)
	sameStreamed(t, text[:len(text)-1], "", 0)
	long := slices.Concat(text, []byte("#"+strings.Repeat("x", 3*linebatch.Size)), []byte("\n"), text)
	sameStreamed(t, long, "", 0)
	sameStreamed(t, long[:len(text)+2*linebatch.Size], "", 0)
}

// TestOptionMarks: whatever names an option has a mark.
func TestOptionMarks(t *testing.T) {
	rng := random(t)
	for _, r := range []*lazyre.Regexp{optionText, squeezedOption} {
		matched := 0
		for text := range matchesOf(t, r, rng) {
			if matched++; !mayNameOption(text) {
				t.Fatalf("%q has no mark", text)
			}
		}
		if matched < 1000 {
			t.Errorf("%q was matched %d times only", r, matched)
		}
	}
}

// BenchmarkNamesOption: what the marks save, in a comment as most are.
func BenchmarkNamesOption(b *testing.B) {
	comment := []byte("user123@host.example.com")
	b.Run("marks", func(b *testing.B) {
		for b.Loop() {
			namesOption(comment)
		}
	})
	b.Run("expression", func(b *testing.B) {
		for b.Loop() {
			optionText.Match(comment)
		}
	})
}

// FuzzNamesOption: nothing that the expression finds is passed over.
func FuzzNamesOption(f *testing.F) {
	for _, s := range []string{"fred@box", "a from=x", "no-pty", "user rc", "x,restrict", "re\u017ftrict", "KEY_OPTIONS", "@from=", "a.user-rc"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if optionText.Match(b) && (!mayNameOption(b) || saysNothing(b)) {
			t.Errorf("%q", b)
		}
	})
}

// FuzzStream compares Stream with Text behind many sound lines.
func FuzzStream(f *testing.F) {
	rng := rand.New(rand.NewPCG(1, 2))
	first := firstLines(rng)
	for _, d := range append(lossless(), losses...) {
		s := freshSample(rng)
		f.Add(append(d.do([]byte(s.line()), rng), "\n"+s.line()+"\n"...))
	}
	quiet := sample{ed25519Sample(rng), "fred@box"}.line() + "\n"
	f.Fuzz(func(t *testing.T, in []byte) {
		sameStreamed(t, slices.Concat(first, in), "", 0)
		sameEarly(t, in, quiet)
	})
}
