package bench_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/internal/keytest"
)

// TestPerformance writes docs/performance.md; scripts/bench.sh runs it. All
// times are of this one run, contestants in turns.
func TestPerformance(t *testing.T) {
	file := os.Getenv("KEYCONV_PERFORMANCE")
	if file == "" {
		t.Skip("make bench runs this")
	}
	r := &report{T: t, dir: t.TempDir(), full: os.Getenv("KEYCONV_FULL") != "", runs: 15}
	r.prepare()
	r.page("# Performance\n\n`make bench` made this page: %d runs of each contestant, in turns, on %s.\nThe medians count. Only ratios mean anything elsewhere, and on a machine that has other work to do the CPU times and\nthe rows of functions (µs) hold, those of whole processes by the clock vary by half.\n\n", r.runs, r.machine())
	r.goals()
	r.lines()
	r.floor()
	r.growth()
	r.fleet()
	r.page("%s", notes)
	if err := os.WriteFile(file, []byte(r.text.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	fmt.Println(r.text.String())
}

// A report is the page while it is made.
type report struct {
	*testing.T
	dir  string
	full bool
	runs int
	text strings.Builder

	keyconv, print, linked, self string // programs
	clean, damaged               rate
}

func (r *report) page(format string, args ...any) { fmt.Fprintf(&r.text, format, args...) }

// machine tells what matters of it.
func (r *report) machine() string {
	first := func(name string, args ...string) string {
		out, _ := exec.Command(name, args...).CombinedOutput()
		line, _, _ := strings.Cut(string(out), "\n")
		return line
	}
	return fmt.Sprintf("%d cores, %s/%s, %s; %s, %s", runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version(), first("ssh", "-V"), first("puttygen", "--version"))
}

func (r *report) path(name string) string { return filepath.Join(r.dir, name) }

func (r *report) write(name string, data []byte) string {
	if err := os.WriteFile(r.path(name), data, 0o600); err != nil {
		r.Fatal(err)
	}
	return r.path(name)
}

// linked is the least that a program with our two largest libraries is.
const linked = `package main

import (
	"fmt"
	"os"

	"github.com/urfave/cli/v2"
	"golang.org/x/crypto/ssh"
)

func main() {
	show := func(*cli.Context) error { fmt.Println("keyconv"); return nil }
	if len(os.Args) > 2 {
		ssh.ParsePrivateKey([]byte(os.Args[2]))
	}
	(&cli.App{Name: "linked", Commands: []*cli.Command{{Name: "version", Action: show}}}).Run(os.Args)
}
`

// prepare builds the programs and makes the keys.
func (r *report) prepare() {
	var err error
	if r.self, err = os.Executable(); err != nil {
		r.Fatal(err)
	}
	build := func(name string, args ...string) string {
		out := r.path(name)
		cmd := exec.Command("go", append([]string{"build", "-trimpath", "-o", out}, args...)...)
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if msg, err := cmd.CombinedOutput(); err != nil {
			r.Fatalf("%s: %v\n%s", name, err, msg)
		}
		return out
	}
	r.keyconv = build("keyconv", "-tags", "urfave_cli_no_docs", "github.com/keyconv/keyconv/cmd/keyconv")
	r.print = build("print", r.write("print.go", []byte("package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println(\"keyconv\") }\n")))
	r.linked = build("linked", "-tags", "urfave_cli_no_docs", r.write("linked.go", []byte(linked)))
	for _, name := range []string{"rsa2048/plain.ppk", "rsa2048/openssh", "rsa2048/id.pub", "ed25519/plain.ppk"} {
		r.write(strings.ReplaceAll(name, "/", "-"), shipped(r, name))
	}
	r.write("pass", []byte("open sesame"))
	r.write("none", nil)
	keytest.Run(r, nil, "puttygen", r.path("rsa2048-openssh"), "-O", "private", "-o", r.path("sealed.ppk"), "--new-passphrase", r.path("pass"))
	r.write("sealed", shipped(r, "rsa2048/openssh"))
	keytest.Run(r, nil, "ssh-keygen", "-q", "-p", "-f", r.path("sealed"), "-N", "open sesame", "-a", "16")
}

// notes say why some goals are where they are, whatever a run measures.
const notes = `
## Notes

- An Ed25519 or ECDSA private key is not handed on before its public half was
  computed from it and compared: one scalar multiplication, which is nearly all
  of the time of such a parse. kayrus/putty does not compare. A parser that
  leaves the proof for later would be four times as fast as ours, and would give
  numbers away that nobody has proven.
- Beyond reading a line, normalize looks for small factors of every modulus (with AVX2
  at two and a half times the speed of plain Go: BenchmarkSmallFactor),
  looks whether an Ed25519 key can be one, remembers every key to find it again
  with other options, and copies the file: half of its time.
- Whether an Ed25519 key can be one takes normalize two Jacobi symbols: the first
  shows every second wrong key, the other half of the rest. They are nearly all of the
  time of such a line; the whole proof, for the first 64 lines and for what was
  repaired, is twenty times as much (BenchmarkPoint). x/crypto/ssh looks at neither.
- A damaged line is read in several ways, and the key that comes out is tried
  with all primes below 2^20, behind the first 64 of a file with those below
  2^16 where it was put together from pieces, because a wrong key must not be
  printed: a third of what the damaged lines of this file cost. BenchmarkDamages
  has each kind of damage. Damaged lines between sound ones are repaired on all cores;
  the row counts their CPU time.
- OpenSSH's key derivation computes its two blocks in turns on one core, for half
  the CPU time of one after the other; a second core would not make it faster.
- The start of a process is the Go runtime and 280 packages, of which net/http
  (for the web page), x/crypto/ssh and urfave/cli are the largest parts; keyconv's
  own tables are made when they are first used. The row below that of ` + "`version`" + ` is
  a program with nothing but those two libraries: they take up the goal.
- PuTTY's Argon2 is nearly all of such a conversion, and of the batch of them. Our
  own has AVX2 code, which takes half the time of x/crypto's SSE 4.1 (BenchmarkKey of
  internal/argon2). In plain Go the two are equally fast.
- A line with options costs about three times as much as one without: they are read by
  sshd's grammar, each time. ` + "`check`" + ` keeps 16 bytes more for each, to tell what a later
  line of the same key can do.
- ` + "`check`" + ` finds keys that stand twice and prints a SHA-256 fingerprint of each,
  which is a quarter of its time; with ` + "`--problems`" + ` it prints none of a sound line.
  A loop of x/crypto/ssh that only reads does neither, so that there is a row for
  one that does both.
`
