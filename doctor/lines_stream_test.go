package doctor_test

import (
	"bytes"
	"crypto/ed25519"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/keyconv/keyconv/doctor"
	"github.com/keyconv/keyconv/repair"
	"github.com/keyconv/keyconv/sshkey"
	"github.com/rogpeppe/go-internal/txtar"
)

// plainLine is one of a new key.
func plainLine(t testing.TB, comment string) string {
	t.Helper()
	pub, _, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	k, err := sshkey.EdDSAPublicKey{Curve: "Ed25519", Key: pub}.PublicKey()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(k.String()+" "+comment) + "\n"
}

// pasted are the damaged texts of testdata/pasted.
func pasted(t testing.TB) (list []string) {
	t.Helper()
	names, _ := filepath.Glob("../testdata/pasted/*.txtar")
	for _, name := range names {
		a, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range a.Files {
			text := string(f.Data)
			switch {
			case strings.HasSuffix(f.Name, ".in.quoted"):
				if text, err = strconv.Unquote(strings.TrimSpace(text)); err != nil {
					t.Fatal(name, err)
				}
			case !strings.HasSuffix(f.Name, ".in"):
				continue
			}
			if strings.HasPrefix(f.Name, "ed25519") {
				list = append(list, text)
			}
		}
	}
	if len(list) < 100 {
		t.Fatalf("%d texts in %d files", len(list), len(names))
	}
	return list
}

// said is what a report says, but for a key's own bytes.
func said(list []doctor.LineReport) string {
	var b strings.Builder
	for _, r := range list {
		fmt.Fprintf(&b, "%d %d %s %v\n%q\n", r.Number, r.Offset, r.Verdict(), r.Err, r.Text)
		for _, f := range r.Findings {
			fmt.Fprintf(&b, "   %+v\n", f)
		}
	}
	return b.String()
}

// checkLikeWhole compares CheckLines, which goes from passage to passage, with
// a look at the whole file at once.
func checkLikeWhole(t *testing.T, text string) {
	t.Helper()
	now := time.Now()
	got, want := said(doctor.CheckLines([]byte(text), now, "f")), said(doctor.CheckWhole([]byte(text), now, "f"))
	if got == want {
		return
	}
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			t.Fatalf("line %d:\n%s\nwant\n%s\nin\n%.4000s", i, g[i], w[i], text[max(0, strings.Index(text, "#first")):])
		}
	}
	t.Fatalf("%d lines, want %d", len(g), len(w))
}

// TestCheckStreamSame mixes plain keys with all that is none.
func TestCheckStreamSame(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 1))
	first := ""
	for i := range repair.Careful {
		first += plainLine(t, fmt.Sprint("first", i))
	}
	damaged := pasted(t)
	pick := func(list ...string) string { return list[rng.IntN(len(list))] }
	for range 150 {
		lines := []string{first + "#first\n"}
		for range 1 + rng.IntN(25) {
			line := plainLine(t, pick("", "a@b", "two words", "Zoë", "# x", strings.Repeat("long", 20), "from=x"))
			switch rng.IntN(14) {
			case 0:
				line = pick("restrict ", `from="10.0.0.1" `, `command="x" `, "no-pty\n", "command=\"x\"\n", "nopty ", "cert-authority ", `expiry-time="20200101" `,
					`expiry-time="20400101" `, "pty ", `from="*.example.com" `, `from="10.0.0.1",cert-authority `, `command="é" `, `environment="A=é" `, `permitopen="h:http" `, "principals=\"a\" ", `no-pty,command="x \"y\"" `, "No-PTY ", "cert-authority,restrict ") + line
			case 1:
				line = pick("# a comment\n", "\n", "#\n\n", "lorem ipsum\n", "ssh-rsa AAAA\n", "#\x00\n", "\r\n", "\r\r\n")
			case 2:
				line = lines[max(0, len(lines)-1)]
			case 3:
				line = pick(`from="10.0.0.1" `, "restrict ", "", `command="x" `, `expiry-time="20400101" `, "cert-authority ") + pick(lines[max(0, len(lines)-3):]...)
			case 4:
				line = strings.Replace(line, "\n", "\r\n", 1)
			case 5, 6:
				line = strings.TrimSuffix(damaged[rng.IntN(len(damaged))], "\n") + "\n"
			case 7:
				line = line[:40] + "\n" + line[40:]
			case 8:
				line = "# " + line[:40] + pick("\n", "\n\n", "\n#\n") + line[40:]
			case 9:
				line = pick("# no-pty\n\n", "# ssh-ed25519\n#\n", "# command=\"x\n\n") + strings.Replace(line, " ", "\n", 1)
			}
			lines = append(lines, line)
		}
		text := strings.Join(lines, "")
		if rng.IntN(3) == 0 {
			text = strings.TrimSuffix(text, "\n")
		}
		checkLikeWhole(t, text)
	}
	plain := plainLine(t, "plain")
	for n := 4094; n <= 4096; n++ { // lines up to the end of a passage, or nearly so
		many := first + plainLine(t, "") + strings.Repeat("# c\n", n)
		checkLikeWhole(t, many+strings.TrimSuffix(plain, "\n"))
		checkLikeWhole(t, many+"no-pty\n"+plain)
		checkLikeWhole(t, many+plain[:50]+"\n"+plain[50:])
	}
	for _, text := range []string{"", "\n", "#\n", "#", "junk", first, first[:len(first)-1], first + "#x", first + "#first\n\n"} {
		checkLikeWhole(t, text)
	}
}

// FuzzCheckLines compares behind as many plain keys as are looked at in depth.
func FuzzCheckLines(f *testing.F) {
	first := ""
	for i := range repair.Careful {
		first += plainLine(f, fmt.Sprint("first", i))
	}
	next := plainLine(f, "next")
	for _, text := range pasted(f) {
		f.Add([]byte(text + "\n" + next))
	}
	f.Fuzz(func(t *testing.T, in []byte) { checkLikeWhole(t, first+string(in)) })
}

// TestCheckStream: lines that come one byte at a time, more of them than a
// batch holds, and a stretch that is longer than any key.
func TestCheckStream(t *testing.T) {
	var text bytes.Buffer
	for i := range 5000 {
		text.WriteString(plainLine(t, fmt.Sprint("user", i)))
	}
	text.WriteString(strings.Repeat("junk\n", 5000))
	text.WriteString(plainLine(t, "last"))
	plain, ignored, numbers := 0, 0, 1
	err := doctor.Check{Now: time.Now()}.Stream(iotest.OneByteReader(&text), func(l *doctor.Checked) error {
		verdicts := strings.SplitAfter(strings.TrimSuffix(string(l.Verdicts()), "\n"), "\n")
		if len(verdicts) != l.Lines || l.Number != numbers {
			t.Errorf("%d verdicts for %d lines from %d on, behind %d", len(verdicts), l.Lines, l.Number, numbers)
		}
		for r := range l.Reports() {
			verdict := strings.TrimSuffix(verdicts[r.Number-l.Number], "\n")
			if want := fmt.Sprintf("%d: %s", numbers, r.Verdict()); verdict != want {
				t.Errorf("%s, want %s", verdict, want)
			}
			switch {
			case strings.HasPrefix(r.Verdict(), "accepted: 256 SHA256:") && strings.HasSuffix(verdict, fmt.Sprintf("user%d (ED25519)", r.Number-1)):
				plain++
			case r.Verdict() == "ignored" && len(r.Findings) > 0:
				ignored++
			default:
				if r.Number != 10_001 {
					t.Errorf("line %d: %s", r.Number, verdict)
				}
			}
			numbers++
		}
		return nil
	})
	if err != nil || plain != 5000 || ignored != 5000 {
		t.Errorf("%d accepted, %d ignored, %v", plain, ignored, err)
	}
}

// BenchmarkCheck: lines without options, with them, and the two in turns.
func BenchmarkCheck(b *testing.B) {
	const lines = 10_000
	texts := map[string]*bytes.Buffer{"plain": {}, "options": {}, "turns": {}}
	for i := range lines {
		line := plainLine(b, fmt.Sprint("user", i))
		texts["plain"].WriteString(line)
		texts["options"].WriteString("restrict " + line)
		texts["turns"].WriteString([]string{"restrict ", ""}[i%2] + line)
	}
	for _, name := range []string{"plain", "options", "turns"} {
		for _, mute := range []bool{false, true} {
			b.Run(fmt.Sprintf("%s/mute=%v", name, mute), func(b *testing.B) {
				for b.Loop() {
					doctor.Check{Now: time.Now(), Mute: mute}.Stream(bytes.NewReader(texts[name].Bytes()), func(*doctor.Checked) error { return nil })
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/lines, "ns/line")
			})
		}
	}
}

// TestCheckStreamForgets: what is kept of a line with options does not grow with
// them.
func TestCheckStreamForgets(t *testing.T) {
	const lines, size = 400, 1 << 15
	var text bytes.Buffer
	for i := range lines {
		fmt.Fprintf(&text, "command=\"%0*d\" %s", size, i, plainLine(t, ""))
	}
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before, after := heap(), uint64(0)
	err := doctor.Check{Now: time.Now()}.Stream(bytes.NewReader(text.Bytes()), func(l *doctor.Checked) error {
		if l.Number == lines-1 {
			after = heap()
		}
		return nil
	})
	if grown := int(after) - int(before); err != nil || after == 0 || grown > lines*size/2 {
		t.Errorf("%d bytes more for options of %d, %v", grown, lines*size, err)
	}
	runtime.KeepAlive(&text) // it is in both figures
}
