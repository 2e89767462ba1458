package bench_test

import (
	"bytes"
	"os"
	"strconv"

	"github.com/kayrus/putty"
	"github.com/keyconv/keyconv/internal/bench"
	"github.com/keyconv/keyconv/openssh"
	"github.com/keyconv/keyconv/ppk"
	"golang.org/x/crypto/ssh"
)

// goals is the table of what must be reached.
func (r *report) goals() {
	r.page("## Goals\n\n| work | keyconv | peer | goal | measured | met |\n| --- | --- | --- | --- | --- | --- |\n")
	r.wall("plain RSA-2048 PPK to openssh, whole process", 0.35,
		r.ours("convert", r.path("rsa2048-plain.ppk"), "--to", "openssh", "-o", "-"),
		theirs("puttygen", r.path("rsa2048-plain.ppk"), "-O", "private-openssh-new", "-o", "/dev/stdout"))
	for _, name := range []string{"fingerprint", "inspect"} {
		r.wall("`"+name+"` of a .pub, whole process", 1, r.ours(name, r.path("rsa2048-id.pub")), theirs("ssh-keygen", "-lf", r.path("rsa2048-id.pub")))
	}
	r.wall("PPK 3 with PuTTY's own Argon2id to openssh, no new passphrase", 0.65,
		r.ours("convert", r.path("sealed.ppk"), "--to", "openssh", "--no-passphrase", "--passphrase-file", r.path("pass"), "-o", "-"),
		theirs("puttygen", r.path("sealed.ppk"), "--old-passphrase", r.path("pass"), "-O", "private-openssh-new", "-o", "/dev/stdout", "--new-passphrase", r.path("none")))
	r.sealed()
	r.library()
	r.batch()
	prints := command{name: "a Go program that prints", argv: []string{r.print}}
	r.wall("`version`, whole process", 1.5, r.ours("version"), prints)
	r.wall("a program that prints by urfave/cli, with x/crypto/ssh in it", 1.5, command{argv: []string{r.linked, "version"}}, prints)
}

// wall compares two processes by the clock.
func (r *report) wall(work string, goal float64, us, them command) {
	m := r.race(r.runs, us, them)
	r.row(row{work: work, peer: them.name, us: m[0].wall.Median(), them: m[1].wall.Median(), unit: "ms", goal: goal})
}

// sealed opens an OpenSSH key of 16 rounds of bcrypt.
func (r *report) sealed() {
	pass := []string{"--passphrase-file", r.path("pass")}
	m := r.race(r.runs, theirs("ssh-keygen", "-y", "-P", "open sesame", "-f", r.path("sealed")),
		r.ours(append([]string{"fingerprint", r.path("sealed")}, pass...)...),
		r.ours(append([]string{"convert", r.path("sealed"), "--to", "ppk", "--no-passphrase", "-o", "-"}, pass...)...))
	for i, work := range []string{"openssh key of 16 bcrypt rounds to its fingerprint", "the same to a PPK"} {
		r.row(row{work: work, peer: "ssh-keygen -y", us: m[i+1].wall.Median(), them: m[0].wall.Median(), unit: "ms", goal: 0.6})
		r.row(row{work: work + ", CPU time", peer: "ssh-keygen -y", us: m[i+1].cpu.Median(), them: m[0].cpu.Median(), unit: "ms", goal: 1.05})
	}
}

const rounds = 300 // of a race of functions

// library compares functions.
func (r *report) library() {
	compare := func(work, peer string, goal float64, us, them func() error) {
		call := func(f func() error) func() {
			return func() {
				if err := f(); err != nil {
					r.Fatal(work, err)
				}
			}
		}
		m := bench.Race(rounds, call(us), call(them))
		r.row(row{work: work, peer: peer, us: m[0].Median() / 1000, them: m[1].Median() / 1000, unit: "µs", goal: goal, faster: true})
	}
	for _, k := range []struct {
		name, title string
		goal        float64
	}{{"rsa2048", "RSA-2048", 15}, {"ed25519", "Ed25519", 2}} {
		data := shipped(r, k.name+"/plain.ppk")
		compare("parse and prove a plain "+k.title+" PPK", "kayrus/putty", k.goal, func() error { _, err := ppk.Parse(data); return err },
			func() error {
				p, err := putty.New(data)
				if err == nil {
					_, err = p.ParseRawPrivateKey(nil)
				}
				return err
			})
	}
	data := shipped(r, "rsa2048/openssh")
	compare("parse and prove a plain RSA-2048 openssh key", "x/crypto/ssh", 15, func() error { _, err := openssh.Parse(data); return err },
		func() error { _, err := ssh.ParseRawPrivateKey(data); return err })
	for _, name := range []string{"rsa2048", "ed25519"} {
		ours, theirs := readers(r, bytes.TrimSpace(shipped(r, name+"/id.pub")))
		compare("one authorized_keys line, "+name+", verified, 1 allocation", "x/crypto/ssh", 4, func() error { ours(); return nil }, func() error { theirs(); return nil })
	}
}

// batch converts many PPK 3 of their own Argon2id; a sample unless all are
// asked for.
func (r *report) batch() {
	n, runs := 40, 3
	if r.full {
		n = 1000
	}
	data, err := os.ReadFile(r.path("sealed.ppk"))
	if err != nil {
		r.Fatal(err)
	}
	args := []string{"convert", "--no-passphrase", "--passphrase-file", r.path("pass"), "--to", "openssh", "--force", "--quiet", "--output-dir", r.path("out")}
	if err := os.MkdirAll(r.path("out"), 0o700); err != nil {
		r.Fatal(err)
	}
	for i := range n {
		args = append(args, r.write("key"+strconv.Itoa(i)+".ppk", data))
	}
	loop := command{name: "puttygen in a loop", argv: []string{"sh", "-c", `i=0; while [ $i -lt ` + strconv.Itoa(n) + ` ]; do
		puttygen "$1/key$i.ppk" --old-passphrase "$1/pass" -O private-openssh-new -o "$1/out/$i" --new-passphrase "$1/none" || exit 1; i=$((i+1)); done`, "loop", r.dir}}
	m := r.race(runs, r.ours(args...), loop)
	r.row(row{work: strconv.Itoa(n) + " such PPK 3 to openssh in one call", peer: loop.name, us: m[0].wall.Median(), them: m[1].wall.Median(), unit: "ms", goal: 3, faster: true})
}
