package keytest

import (
	"bytes"
	"fmt"
	mathrand "math/rand/v2"
	"strings"
	"time"
)

// A Generator makes authorized_keys files at random, the same for a seed: every
// option, odd quotes, damage, duplicates, certificates and authorities.
type Generator struct {
	*Identities
	random *mathrand.Rand
	zone   *time.Location
}

// NewGenerator makes files for keys; local times are in zone.
func NewGenerator(keys *Identities, seed, stream uint64, zone *time.Location) *Generator {
	return &Generator{keys, mathrand.New(mathrand.NewPCG(seed, stream)), zone}
}

// Pick gives one of a list.
func Pick[T any](g *Generator, from ...T) T { return from[g.random.IntN(len(from))] }

// Offers are n keys and certificates in a random order.
func (g *Generator) Offers(n int) []Identity {
	all := append(append([]Identity{}, g.Plain...), g.Certs...)
	g.random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all[:n]
}

// File is a file.
func (g *Generator) File() []byte {
	var b bytes.Buffer
	for range 4 + g.random.IntN(12) {
		b.WriteString(g.line())
		b.WriteString(Pick(g, "\n", "\n", "\n", "\n", "\r\n", "\n\n", "\r", " \n"))
	}
	if g.random.IntN(4) == 0 {
		return bytes.TrimRight(b.Bytes(), "\r\n")
	}
	return b.Bytes()
}

func (g *Generator) line() string {
	switch g.random.IntN(14) {
	case 0:
		return Pick(g, "", " ", "\t", "# c", "  # c", "#", "\ufeff# c", "junk", "no-pty", `command="x"`, "\x00", "---- BEGIN SSH2 PUBLIC KEY ----", "@cert-authority * ssh-ed25519 AAAA")
	case 1:
		return g.broken(g.entry())
	}
	return g.entry()
}

func (g *Generator) entry() string {
	key := Pick(g, g.Plain...)
	options := g.options()
	switch g.random.IntN(10) {
	case 0, 1, 2, 3: // an authority's line, with or without the mark
		key = Pick(g, g.Authorities...)
		if g.random.IntN(5) > 0 {
			options = strings.Trim(Pick(g, "cert-authority,", "Cert-Authority,")+options, ",")
		}
	case 4:
		if g.random.IntN(3) == 0 {
			key = Pick(g, g.Certs...)
		}
	}
	word, blob, _ := strings.Cut(key.Line(), " ")
	if g.random.IntN(12) == 0 {
		word = Pick(g, "ssh-rsa", "rsa-sha2-512", "ecdsa-sha2-nistp256", "ssh-ed25519", "SSH-ED25519", "rsa", "ssh-ed25519-cert-v01@openssh.com", "sk-ssh-ed25519@openssh.com")
	}
	if options != "" {
		options += Pick(g, " ", " ", " ", " ", "\t", "  ", " \t ")
	}
	return Pick(g, "", "", "", "", " ", "\t", "  \t") + options + word + Pick(g, " ", " ", " ", " ", "\t", "  ") + blob + Pick(g, "", " c", " a b", "\tc", "  ", " \"c")
}

// broken damages a line.
func (g *Generator) broken(line string) string {
	at := g.random.IntN(len(line) + 1)
	switch g.random.IntN(7) {
	case 0:
		return line[:at]
	case 1:
		return line[:at] + "\n" + line[at:]
	case 2:
		return line[:at] + Pick(g, " ", "\t", "\"", "\\\"", ",", "\r", "\v", "\x00", "=", "A", "\u00a0", "AAAA", "\\") + line[at:]
	case 3:
		return Pick(g, "\ufeff", "\"", "'", "> ", "- ", "+", "user:", "issh", "1 ", "#", "ssh-ed25519 ", "host ", "restrict\n", "\\") + line
	case 4:
		return line + Pick(g, "=", "\"", "A", "\\", ",", "\x00", line, " "+line)
	case 5:
		return strings.Replace(line, " ", Pick(g, "", "\n", "\u00a0", ",", ", "), 1)
	}
	return line[min(at, 3):]
}

func (g *Generator) options() string {
	var list []string
	for range Pick(g, 0, 0, 0, 1, 1, 2, 3, 5) {
		list = append(list, g.option())
	}
	return strings.Join(list, Pick(g, ",", ",", ",", ",", ",", ",,", ", "))
}

func (g *Generator) option() string {
	value := func(name string, from ...string) string {
		return Pick(g, name, name, name, strings.ToUpper(name)) + g.quote(Pick(g, from...))
	}
	switch g.random.IntN(16) {
	case 0, 1, 2:
		return Pick(g, flags...)
	case 3, 4, 5:
		return value("from", g.from())
	case 6, 7, 8:
		return value("expiry-time", g.time())
	case 9:
		return value("command", "true", "", "a b", `say \"x\"`, "true", "a,b", `a\\`, "#")
	case 10:
		return value("principals", "alice", "root", "alice,bob", ",alice", "bob,", "", "alice,carol", "carol", strings.Repeat("x,", 39)+"alice", strings.Repeat("x,", 40)+"alice", "*")
	case 11:
		return value("environment", "A=b", "A=", "=b", "A", "A-B=c", "_1=c=d", "A=2")
	case 12:
		return value("permitopen", "a:1", "a:*", "*:80", "[::1]:80", "::1:80", "80", "a:0", "a:65536", "a:ssh", "a:shh", "a/80", "", ":80")
	case 13:
		return value("permitlisten", "80", "a:80", "*", "0", "", "[::]:80", "localhost:1", "a:shh")
	case 14:
		return value("tunnel", "0", "any", "x", "-1", "2147483645", "2147483646", "")
	}
	return Pick(g, "nopty", "ptyx", "pty=", `pty="x"`, "command", "from=", "no-restrict", "no-cert-authority", "no-no-pty", "bogus", `bogus="x"`, `no-from="*"`, "expiry-time=20990101", "")
}

var flags = []string{"restrict", "RESTRICT", "pty", "no-pty", "Port-Forwarding", "no-port-forwarding", "agent-forwarding", "no-agent-forwarding", "x11-forwarding", "no-X11-forwarding",
	"user-rc", "no-user-rc", "touch-required", "no-touch-required", "verify-required", "no-verify-required", "cert-authority"}

// quote puts a value behind its option, mostly as it should be.
func (g *Generator) quote(v string) string {
	switch g.random.IntN(40) {
	case 0:
		return "=" + v
	case 1:
		return "='" + v + "'"
	case 2:
		return `="` + v
	case 3:
		return ` ="` + v + `"`
	case 4:
		return `=“` + v + `”`
	}
	return `="` + v + `"`
}

func (g *Generator) from() string {
	var list []string
	for range Pick(g, 1, 1, 1, 2, 3) {
		list = append(list, Pick(g, "", "", "", "!")+Pick(g, "127.0.0.1", "127.0.0.5", "127.0.0.0/8", "127.0.0.0/24", "127.1.0.0/16", "*", "127.*", "127.0.0.?", "10.0.0.1", "10.0.0.0/8", "localhost",
			"::1", "::1/128", "fe80::/10", "::ffff:127.0.0.1", "127.1", "0x7f.1", "0177.0.0.1", "2130706433", "127", "127/8", "127.0.0.1/32", "127.0.0.1/33", "127.0.0.1/129", "127.0.0.1/0", "0.0.0.0/0",
			"127.0.0.1/8", "127.0.0.0/x", "127.0.0.0/", "127.0.0.0/08", "127.0.0.0/+8", "127.0.0.0/ 8", "127.0.0.0/8/8", "::/0", "::/129", "127.0.0.1 ", " 127.0.0.1", "[::1]", "", "*.*.*.*", "1*1", "**", "08.0.0.1", "127.256", "127.65536", "127.0.0.1.1", "127..1", strings.Repeat("*", 1022), strings.Repeat("*", 1023)))
	}
	return strings.Join(list, ",")
}

// time is past or future, at least a quarter of an hour from now, in many
// forms and some that are none.
func (g *Generator) time() string {
	steps := []time.Duration{15 * time.Minute, 45 * time.Minute, 75 * time.Minute, 26 * time.Hour, 400 * 24 * time.Hour}
	d := Pick(g, steps...)
	if g.random.IntN(2) == 0 {
		d = -d
	}
	at := time.Now().Add(d)
	local, utc := at.In(g.zone), at.UTC()
	switch g.random.IntN(8) {
	case 0:
		return utc.Format("200601021504") + Pick(g, "Z", "z", "UTC", "utc", "Utc")
	case 1:
		return utc.Format("20060102150405") + "Z"
	case 2:
		return local.Format("20060102150405")
	case 3, 4, 5:
		return local.Format("200601021504")
	case 6:
		return at.AddDate(Pick(g, -1, 1), 0, 0).Format("20060102")
	}
	year := Pick(g, 2020, 2090)
	return fmt.Sprintf(Pick(g, "%d0132", "%d0231", "%d1301", "%d0001", "%d010124", "%d01012400", "%d01010060", "%d0101000061", "%d0101000062", "%d-01-01", "%d 1 1", "%d1 1 ", "%d0101 1 1", "%d0101 1 1 1", "%d0101+1", " %d0101", "%d0101 ", "%d0101ZZ", "%d0101 Z", "%d", "%d010100", "%d0101000000Z", "0%d0101", "%[1]d%[1]d"), year)
}
