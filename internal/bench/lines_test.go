package bench_test

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/internal/bench"
	"github.com/keyconv/keyconv/repair"
	"github.com/keyconv/keyconv/sshkey"
	"golang.org/x/crypto/ssh"
)

// TestMain lets this program be a contestant: a loop of x/crypto/ssh over the
// lines of a file.
func TestMain(m *testing.M) {
	if file := os.Getenv("KEYCONV_XCRYPTO_LOOP"); file != "" {
		os.Exit(loop(file, func(ssh.PublicKey, string) {}))
	}
	if file := os.Getenv("KEYCONV_XCRYPTO_CHECK"); file != "" {
		out := bufio.NewWriterSize(os.Stdout, 1<<16)
		seen, line := map[string]int{}, 0
		status := loop(file, func(k ssh.PublicKey, comment string) {
			blob := string(k.Marshal())
			if line++; seen[blob] == 0 {
				seen[blob] = line
			}
			fmt.Fprintf(out, "%d: %s %s (%s)\n", line, ssh.FingerprintSHA256(k), comment, k.Type())
		})
		out.Flush()
		os.Exit(status)
	}
	os.Exit(m.Run())
}

func loop(file string, take func(ssh.PublicKey, string)) int {
	f, err := os.Open(file)
	if err != nil {
		return 1
	}
	in := bufio.NewScanner(f)
	for in.Scan() {
		k, comment, _, _, err := ssh.ParseAuthorizedKey(in.Bytes())
		if err != nil {
			return 1
		}
		take(k, comment)
	}
	return 0
}

// A maker makes lines of keys that are all different: RSA moduli like that of a
// real key, to which a random multiple of all small primes is added. No small
// prime divides them, as none divides a real one.
type maker struct {
	rng     *rand.Rand
	e, n, p *big.Int
}

func (r *report) maker() *maker {
	k, err := authkeys.ParseLine(bytes.TrimSpace(shipped(r, "rsa2048/id.pub")))
	if err != nil {
		r.Fatal(err)
	}
	pub := k.Public.Parts().(sshkey.RSAPublicKey)
	m := &maker{rng: rand.New(rand.NewPCG(1, 2)), e: pub.E, p: big.NewInt(2)}
	for i := int64(3); i < 1<<10; i += 2 {
		if big.NewInt(i).ProbablyPrime(0) {
			m.p.Mul(m.p, big.NewInt(i))
		}
	}
	m.n = new(big.Int).Mod(pub.N, m.p)
	return m
}

func (m *maker) line(i int) string {
	return fmt.Sprintf("ssh-rsa %s user%d@host", base64.StdEncoding.EncodeToString(m.key().Blob()), i)
}

// key is a new one.
func (m *maker) key() sshkey.PublicKey {
	random := make([]byte, (2048-m.p.BitLen())/8)
	for j := 0; j+8 <= len(random); j += 8 {
		binary.LittleEndian.PutUint64(random[j:], m.rng.Uint64())
	}
	n := new(big.Int).Lsh(big.NewInt(1), 2047)
	n.Sub(n, new(big.Int).Mod(n, m.p)).Add(n, m.p).Add(n, m.n)
	n.Add(n, new(big.Int).Mul(m.p, new(big.Int).Rsh(new(big.Int).SetBytes(random), 2)))
	key, err := sshkey.RSAPublicKey{E: m.e, N: n}.PublicKey()
	if err != nil {
		panic(err)
	}
	return key
}

// proven makes keys of which normalize will say that they were not changed: for
// a damaged line it tries more primes than for a sound one.
func (m *maker) proven(n int) (list []sshkey.PublicKey) {
	for len(list) < n {
		k := m.key()
		res, err := repair.Text([]byte("> "+k.String()), repair.Options{})
		if err != nil {
			panic(err)
		}
		if len(res.Entries) == 1 {
			list = append(list, k)
		}
	}
	return list
}

// damages are some of the catalogue of repair.
var damages = []func(line string) string{
	func(s string) string { return s[:76] + "\n" + s[76:] },
	func(s string) string { return wrap(s, 64) },
	func(s string) string { return wrap(s, 76) },
	func(s string) string { return strings.TrimPrefix(s, "ssh-rsa ") },
	func(s string) string { return "> " + s },
	func(s string) string { return `"` + s + `"` },
	func(s string) string { return "1. " + s },
	func(s string) string { return "ssh-rsa " + s },
	func(s string) string { return strings.Replace(s, "ssh-rsa", "ssh-dss", 1) },
	func(s string) string { return strings.Replace(s, " user", "\u00a0user", 1) },
}

func wrap(s string, width int) string {
	var b strings.Builder
	for len(s) > width {
		b.WriteString(s[:width] + "\n")
		s = s[width:]
	}
	return b.String() + s
}

// file makes a file of n lines, of which each is damaged where asked for; a
// sound line stands between two of them.
func (r *report) file(name string, n int, damaged bool) (path string, bytes int64) {
	f, err := os.Create(r.path(name))
	if err != nil {
		r.Fatal(err)
	}
	defer f.Close()
	w, m := bufio.NewWriter(f), r.maker()
	var proven []sshkey.PublicKey
	if damaged {
		proven = m.proven(min(n, 700)) // more than normalize remembers
	}
	for i := range n {
		line := m.line(i)
		if damaged && i%2 == 0 {
			line = damages[i/2%len(damages)](fmt.Sprintf("%s user%d@host", proven[i%len(proven)], i))
		}
		fmt.Fprintln(w, line)
	}
	if err := w.Flush(); err != nil {
		r.Fatal(err)
	}
	at, err := f.Seek(0, 1)
	if err != nil {
		r.Fatal(err)
	}
	return r.path(name), at
}

// restricted puts the options in front of each line that a forge puts there.
func (r *report) restricted(file string) (path string) {
	text, err := os.ReadFile(file)
	if err != nil {
		r.Fatal(err)
	}
	var b bytes.Buffer
	n := 0
	for line := range bytes.Lines(text) {
		n++
		fmt.Fprintf(&b, "command=\"/opt/gitlab/embedded/service/gitlab-shell/bin/gitlab-shell key-%d\",no-port-forwarding,no-X11-forwarding,no-agent-forwarding,no-pty %s", n, line)
	}
	return r.write("restricted", b.Bytes())
}

// A rate is what a line costs.
type rate struct{ wall, cpu float64 } // nanoseconds

func (r *report) normalize(file string) command {
	c := r.ours("normalize", "--quiet", file)
	c.refuses = true
	return c
}

// lines compares whole files.
func (r *report) lines() {
	n := 300_000
	file, size := r.file("clean", n, false)
	reads := command{name: "x/crypto/ssh in a loop", argv: []string{r.self}, env: []string{"KEYCONV_XCRYPTO_LOOP=" + file}}
	checks := command{name: "the same loop with fingerprints and a map of the keys", argv: []string{r.self}, env: []string{"KEYCONV_XCRYPTO_CHECK=" + file}}
	m := r.race(r.runs, r.normalize(file), reads, r.ours("check", "--problems", file), r.ours("check", file), checks)
	lists := theirs("ssh-keygen", "-lf", file)
	listed := r.race(3, lists)[0]
	speed := func(ms float64) float64 { return float64(size) / 1e3 / ms }
	us, x, checked := m[0], m[1], m[3]
	r.clean = rate{us.wall.Median() * 1e6 / float64(n), us.cpu.Median() * 1e6 / float64(n)}
	versus := func(work string, us measured, peer command, them measured, goal float64) {
		r.row(row{work: work + ", CPU time", peer: peer.name, us: us.cpu.Median(), them: them.cpu.Median(), unit: "ms", goal: goal, faster: true})
		r.row(row{work: "the same, by the clock", peer: peer.name, us: us.wall.Median(), them: them.wall.Median(), unit: "ms", goal: goal, faster: true})
	}
	for _, w := range []struct {
		work string
		us   measured
	}{{"`normalize`, clean file of 300,000 RSA lines", us}, {"`check --problems` of the same", m[2]}, {"`check` of the same, with fingerprints", checked}} {
		versus(w.work, w.us, lists, listed, 20)
		versus(w.work, w.us, reads, x, 4)
	}
	versus("`check` of the same, with fingerprints", checked, checks, m[4], 4)
	restricted := r.restricted(file)
	reads.env = []string{"KEYCONV_XCRYPTO_LOOP=" + restricted}
	m = r.race(5, r.normalize(restricted), r.ours("check", "--problems", restricted), reads)
	versus("`normalize` of the same lines with options as GitLab writes them", m[0], reads, m[2], 4)
	versus("`check --problems` of those", m[1], reads, m[2], 4)
	d := 100_000
	bad, _ := r.file("damaged", d, true)
	sound, _ := r.file("sound", d, false)
	m = r.race(3, r.normalize(bad), r.normalize(sound))
	share := func(of func(measured) bench.Times) float64 { // of two lines of bad one is damaged
		return (2*of(m[0]).Median() - of(m[1]).Median()) * 1e6 / float64(d)
	}
	r.damaged = rate{share(func(m measured) bench.Times { return m.wall }), share(func(m measured) bench.Times { return m.cpu })}
	r.row(row{work: "`normalize`, a damaged line", peer: "a clean one", us: r.damaged.cpu / 1000, them: r.clean.cpu / 1000, unit: "µs", goal: 6})
	r.page("\nThe file of 300,000 lines has %.0f MB: `normalize` goes through it at %.0f MB/s by the clock and %.0f MB/s per core,\n`check` at %.0f and %.0f, x/crypto/ssh at %.0f, ssh-keygen at %.0f. The clock counts both cores of ours.\n",
		float64(size)/1e6, speed(us.wall.Median()), speed(us.cpu.Median()), speed(checked.wall.Median()), speed(checked.cpu.Median()), speed(x.cpu.Median()), speed(listed.cpu.Median()))
}

// floor says how far from base64 alone each reader of a line is.
func (r *report) floor() {
	r.page("\n## Distance from the floor\n\nDecoding the base64 of a line with the standard library is 1.\n\n| line | scan to a key | x/crypto/ssh | normalize, per core |\n| --- | --- | --- | --- |\n")
	for _, name := range []string{"rsa2048", "ed25519", "ecdsa256"} {
		line := bytes.TrimSpace(shipped(r, name+"/id.pub"))
		field := bytes.Fields(line)[1]
		dst := make([]byte, base64.StdEncoding.DecodedLen(len(field)))
		ours, theirs := readers(r, line)
		m := bench.Race(rounds, func() { base64.StdEncoding.Decode(dst, field) }, ours, theirs)
		base := m[0].Median()
		normalize := "-"
		if name == "rsa2048" {
			normalize = number(r.clean.cpu / base)
		}
		r.page("| %s, base64 %s ns | %s | %s | %s |\n", name, number(base), number(m[1].Median()/base), number(m[2].Median()/base), normalize)
	}
}

// growth measures files of 1 to 10^6 keys.
func (r *report) growth() {
	r.page("\n## Growth\n\n`normalize` on files of RSA-2048 lines; the start of the process is in it.\n\n| lines | clean, ms | memory, MiB | half of them damaged, ms | memory, MiB |\n| --- | --- | --- | --- | --- |\n")
	var clean, damaged points
	for n := 1; n <= 1_000_000; n *= 10 {
		file, _ := r.file("growth", n, false)
		runs := 10
		if n > 100_000 {
			runs = 3
		}
		m, most := r.race(runs, r.normalize(file))[0], r.peak(r.normalize(file))
		clean.add(n, m.wall.Median())
		file, _ = r.file("growth-damaged", n, true)
		d := r.race(max(1, 3*10_000/max(n, 10_000)), r.normalize(file))[0]
		damaged.add(n, d.wall.Median())
		r.page("| %d | %s | %s | %s | %s |\n", n, number(m.wall.Median()), most, number(d.wall.Median()), r.peak(r.normalize(file)))
	}
	file := r.restricted(r.path("growth"))
	r.page("\nA million lines of RSA keys with options, as GitLab writes them, take `normalize` %s MiB and `check` %s.\n", r.peak(r.normalize(file)), r.peak(r.ours("check", file)))
	r.page("\nThe slope of log(time) over log(lines), 1 being linear: clean %.2f (from 10^4 lines on), damaged %.2f (from 10^3 on).\nThe first damaged RSA line pays for the primes that it is tried with, and the first 64 for more of them.\n", clean.slope(10_000), damaged.slope(1000))
}

// points are measured, to fit a line through their logarithms.
type points struct{ x, y []float64 }

func (p *points) add(n int, ms float64) {
	p.x, p.y = append(p.x, math.Log(float64(n))), append(p.y, math.Log(ms))
}

// slope is that of the least squares through the points from n on.
func (p *points) slope(n float64) float64 {
	var count, sx, sy, sxx, sxy float64
	for i, x := range p.x {
		if x >= math.Log(n)-1e-9 {
			count, sx, sy, sxx, sxy = count+1, sx+x, sy+p.y[i], sxx+x*x, sxy+x*p.y[i]
		}
	}
	return (count*sxy - sx*sy) / (count*sxx - sx*sx)
}

// fleet is arithmetic.
func (r *report) fleet() {
	const keys = 1e8
	r.page("\n## A fleet of 10^8 keys\n\nBy arithmetic from the rates above, on this machine: %s clean RSA lines take %.0f seconds by the clock and %.0f core seconds;\nif every thousandth line is damaged, %.0f core seconds more.\n",
		"10^8", keys*r.clean.wall/1e9, keys*r.clean.cpu/1e9, keys/1000*r.damaged.cpu/1e9)
}
