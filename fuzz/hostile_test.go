package fuzz

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/internal/armor"
	"github.com/keyconv/keyconv/internal/wire"
	"github.com/keyconv/keyconv/sshkey"
)

// A cost is what reading one file took: processor time, that of the garbage
// collector with it, and all that was allocated, which is at least the peak.
type cost struct {
	what  string
	size  int
	time  time.Duration
	bytes uint64
}

func measure(what string, data []byte, f func()) cost {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := cpuTime()
	f()
	took := cpuTime() - start
	runtime.ReadMemStats(&after)
	return cost{what, len(data), took, after.TotalAlloc - before.TotalAlloc}
}

// maxRefusal is what a refusal may allocate, whatever the file asks for.
const maxRefusal = 64 << 20

// A hostile file asks for all that it can, at a limit and over it.
type hostile struct {
	limit string // the limit, or what is repeated
	name  string
	make  func() []byte
	fine  bool // it is sound, if large
}

// hostiles has a file for each limit and each format that it applies to.
func hostiles() (list []hostile) {
	add := func(limit, name string, fine bool, make func() []byte) {
		list = append(list, hostile{limit, name, make, fine})
	}
	replace := func(name string, pairs ...string) func() []byte {
		return func() []byte { return []byte(strings.NewReplacer(pairs...).Replace(string(file(name)))) }
	}
	const ppk = "keys/ed25519/argon2id.ppk"
	add("Argon2 memory", "ppk", false, replace(ppk, "Memory: 256", "Memory: 4294967295"))
	add("Argon2 work", "ppk", false, replace(ppk, "Passes: 3", "Passes: 4294967295"))
	add("Argon2 lanes", "ppk", false, replace(ppk, "Memory: 256", "Memory: 1048576", "Parallelism: 2", "Parallelism: 65536"))
	add("bcrypt rounds", "openssh", false, rounds)
	add("PBKDF2 iterations", "pkcs8", false, func() []byte { return iterations("PBKDF2", 0x7fffffff) })
	add("PKCS#12 iterations", "pkcs8", false, func() []byte { return iterations("PKCS12", 0x7fffffff) })
	add("scrypt N", "pkcs8", false, func() []byte { return iterations("scrypt", 1<<31) })
	for _, c := range containers() {
		add("bytes of input", c.format, false, func() []byte { return fill(c.sound(), sshkey.MaxInput+1) })
		add("bytes of a file", c.format, true, func() []byte { return fill(c.sound(), sshkey.MaxKeyFile) })
		add("a field of 4 GiB", c.format, true, func() []byte { return c.lying(0xffffffff) })
		add("a field of 1 MiB", c.format, true, func() []byte { return c.huge(1 << 20 / 2) })
	}
	for _, f := range []struct{ format, key string }{{"authorized-keys", "keys/ed25519/id.pub"}, {"rfc4716", "keys/ed25519/id.rfc4716"},
		{"known-hosts", "other/known_hosts"}, {"authorized-keys", "keys/ecdsa521/id.pub"}, {"authorized-keys", "keys/rsa2048/id-cert.pub"}} {
		add("many keys", f.format, true, func() []byte { return fill(file(f.key), sshkey.MaxInput) })
	}
	add("many keys", "jwk", false, func() []byte {
		return []byte(`{"keys":[` + strings.TrimSuffix(strings.Repeat(strings.TrimSpace(string(file("other/ed25519.jwk")))+",", 10000), ",") + `]}`)
	})
	add("nesting", "jwk", false, func() []byte { return []byte(`{"kty":` + strings.Repeat("[", sshkey.MaxKeyFile-10)) })
	add("nesting", "pkcs8", false, func() []byte { return nested(sshkey.MaxKeyFile / 8) })
	add("members", "jwk", false, members)
	add("bytes in a line", "authorized-keys", false, func() []byte {
		return slices.Concat(bytes.Repeat([]byte("no-pty,"), sshkey.MaxInput/7-1000), []byte("no-pty "), file("keys/ed25519/id.pub"))
	})
	add("bytes in a line", "known-hosts", false, func() []byte { return bytes.Repeat([]byte("a,"), sshkey.MaxInput/2) })
	add("options", "authorized-keys", true, func() []byte {
		return slices.Concat(bytes.Repeat([]byte("no-pty,"), sshkey.MaxLine/7-100), []byte("no-pty "), file("keys/ed25519/id.pub"))
	})
	add("digits", "ssh1", false, func() []byte { return []byte("1024 3 " + strings.Repeat("7", sshkey.MaxKeyFile-10)) })
	add("headers", "pem", false, func() []byte { return block(armor.PEM, "RSA PRIVATE KEY", "a:b\n") })
	add("a folded header", "pem", false, func() []byte { return block(armor.PEM, "RSA PRIVATE KEY", "a:\\\n", "b\\\n") })
	add("headers", "rfc4716", false, func() []byte { return block(armor.SSH2, "SSH2 PUBLIC KEY", "a:b\n") })
	add("headers", "sshcom", false, func() []byte { return block(armor.SSH2, "SSH2 ENCRYPTED PRIVATE KEY", "a:b\n") })
	add("lines", "openssh", false, func() []byte { return block(armor.PEM, "OPENSSH PRIVATE KEY", "A\n") })
	add("BEGIN lines", "pem", false, func() []byte { return bytes.Repeat([]byte("-----BEGIN X-----\n"), sshkey.MaxInput/18) })
	add("blank lines", "", false, func() []byte { return bytes.Repeat([]byte("\n"), sshkey.MaxInput) })
	add("comment lines", "authorized-keys", true, func() []byte {
		return append(bytes.Repeat([]byte("#\n"), sshkey.MaxInput/2-100), file("keys/ed25519/id.pub")...)
	})
	add("RSA bits", "authorized-keys", false, func() []byte { return rsaLine(sshkey.MaxRSABits + 8) })
	add("RSA bits", "authorized-keys", true, func() []byte { return rsaLine(sshkey.MaxRSABits) })
	add("principals", "authorized-keys", false, principals)
	return list
}

func fill(data []byte, size int) []byte {
	out := bytes.Repeat(data, size/len(data)+1)
	if size > sshkey.MaxInput || !bytes.HasSuffix(data, []byte("\n")) {
		return out[:size]
	}
	return out[:len(data)*(size/len(data))]
}

// sound is the container's first model as it is.
func (c container) sound() []byte {
	m := c.makers[0]()[0]
	return m.write(m.root)
}

// lying says of its last field that it has n bytes.
func (c container) lying(n uint64) []byte {
	m := c.makers[0]()[0]
	for _, k := range slices.Backward(m.root.all()) {
		if k.length != bare {
			k.lie = func(uint64) uint64 { return n }
			break
		}
	}
	return m.write(m.root)
}

// huge has n bytes in its last field.
func (c container) huge(n int) []byte {
	m := c.makers[0]()[0]
	for _, k := range slices.Backward(m.root.all()) {
		if k.kids == nil && (k.length != bare || k.name != "") {
			k.set(bytes.Repeat([]byte("7"), n))
			break
		}
	}
	return m.write(m.root)
}

// rounds is an openssh key that asks for 2^32-1 rounds of bcrypt.
func rounds() []byte {
	for _, m := range makeOpenSSH("", file("keys/ed25519/openssh")) {
		if m.keys != nil {
			m.root.kids[3].kids[1].data = []byte{0xff, 0xff, 0xff, 0xff}
			return m.write(m.root)
		}
	}
	panic("no encrypted model")
}

// iterations is a PKCS#8 key of a scheme whose first small number is n.
func iterations(scheme string, n uint32) []byte {
	for _, m := range makePKCS8("", file("keys/ecdsa256/private-pkcs8")) {
		if !strings.HasSuffix(m.what, scheme) {
			continue
		}
		for _, k := range m.root.all() {
			if k.tag == 0x02 && bytes.Equal(k.data, []byte{2}) {
				k.data = append([]byte{0}, u32Bytes(n)...)
				return m.write(m.root)
			}
		}
	}
	panic(scheme)
}

// nested is DER in DER.
func nested(depth int) []byte {
	return armor.Encode(armor.PEM, "PRIVATE KEY", nil, bytes.Repeat([]byte{0x30, 0x83, 0x7f, 0xff, 0xff}, depth), 64)
}

func members() []byte {
	var b strings.Builder
	b.WriteString(`{"kty":"RSA"`)
	for i := 0; b.Len() < sshkey.MaxKeyFile-100; i++ {
		fmt.Fprintf(&b, `,"a%d":1`, i)
	}
	return []byte(b.String() + "}")
}

// block is a BEGIN line, a start, and a line again and again.
func block(s armor.Style, label string, lines ...string) []byte {
	out := s.Begin(label) + "\n" + lines[0]
	last := lines[len(lines)-1]
	out += strings.Repeat(last, (sshkey.MaxKeyFile-200)/len(last))
	return []byte(out + s.End(label) + "\n")
}

func rsaLine(bits int) []byte {
	b := wire.AppendString(nil, "ssh-rsa")
	b = wire.AppendMpint(b, []byte{1, 0, 1})
	b = wire.AppendMpint(b, bytes.Repeat([]byte{0xff}, bits/8))
	return []byte("ssh-rsa " + base64.StdEncoding.EncodeToString(b) + "\n")
}

// principals is a certificate for 100,000 users.
func principals() []byte {
	for _, c := range containers() {
		if c.name != "Certificate" {
			continue
		}
		m := c.makers[0]()[0]
		for _, k := range m.root.all() {
			if k.length == u32 && len(k.kids) > 0 && string(k.kids[0].data) == "alice" {
				k.set(bytes.Repeat([]byte{0, 0, 0, 1, 'a'}, 100_000))
			}
		}
		return m.write(m.root)
	}
	panic("no certificate")
}

// TestHostileFiles: a file for each limit and format is refused, by an error
// with a type, before it costs more than it may. Times are in the figures of
// make reliability; no test depends on them.
func TestHostileFiles(t *testing.T) {
	for _, h := range hostiles() {
		data := h.make()
		var err error
		c := measure(h.limit+", "+h.name, data, func() { err = readAll(data) })
		if err == nil && !h.fine {
			t.Errorf("%s: accepted", c.what)
		}
		if err != nil && !errors.Is(err, sshkey.ErrPassphrase) && !errors.Is(err, sshkey.ErrEncrypted) {
			checkError(t, data, err)
			if len(err.Error()) > 1000 {
				t.Errorf("%s: a message of %d bytes", c.what, len(err.Error()))
			}
		}
		if err != nil && c.bytes > maxRefusal {
			t.Errorf("%s: refusing %d bytes took %d MiB: %v", c.what, len(data), c.bytes>>20, err)
		}
		verdict := "accepted"
		if err != nil {
			verdict = "refused"
		}
		t.Logf("reliability:\thostile\t%s\t%s\t%d\t%d\t%d\t%s", h.limit, h.name, c.size, c.time.Microseconds(), c.bytes, verdict)
	}
}

// endless is a text without a line end, and without an end.
type endless byte

func (e endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(e)
	}
	return len(p), nil
}

// TestEndless: what is read as it comes has an end too.
func TestEndless(t *testing.T) {
	for _, e := range []endless{'A', ' ', 0, '"', 0xff} {
		var err error
		c := measure("", nil, func() { err = keyconv.NormalizeStream(e, io.Discard, "", func(sshkey.Finding) {}) })
		var limit *sshkey.LimitError
		if !errors.As(err, &limit) || c.bytes > maxRefusal {
			t.Errorf("%q again and again: %d MiB, %v", byte(e), c.bytes>>20, err)
		}
		t.Logf("reliability:\thostile\ta pasted line\tnormalize\t%d\t%d\t%d\trefused", sshkey.MaxPastedLine, c.time.Microseconds(), c.bytes)
	}
}

// readAll reads as the command line would, with the default limits.
func readAll(data []byte) error {
	keys, _, err := keyconv.ParseLenient(data, "")
	if err == nil && keys[0].Encrypted() {
		_, err = keys[0].Decrypt([]byte("a passphrase"), sshkey.Limits{})
	}
	return err
}

// TestMutations reads structured mutations of every container and keeps what
// the worst of them cost.
func TestMutations(t *testing.T) {
	for _, c := range containers() {
		rng := rand.New(rand.NewPCG(3, uint64(len(c.name))))
		var slowest, largest cost
		accepted := 0
		n := mutations()
		for i := range n {
			code := randomProgram(rng, rng.IntN(256))
			m, data := mutate(c, code)
			cost := measure("", data, func() {
				keys, _, err := keyconv.ParseAs(data, c.format)
				if err != nil {
					return
				}
				if _, err := m.unseal(keys[0]); err == nil {
					accepted++
				}
			})
			if i%10 == 0 {
				judge(t, c, m, data)
			}
			if cost.time > slowest.time {
				slowest = cost
			}
			if cost.bytes > largest.bytes {
				largest = cost
			}
			if cost.bytes > allocationBase+allocationTimes*uint64(len(data)) {
				t.Errorf("%s: %d bytes allocated for %d: program %x", c.name, cost.bytes, len(data), code)
			}
		}
		if accepted == 0 || accepted == n {
			t.Errorf("%s: %d of %d mutations were accepted", c.name, accepted, n)
		}
		t.Logf("reliability:\tmutations\t%s\t%d\t%d\t%d\t%d\t%d\t%d", c.name, n, accepted, slowest.time.Microseconds(), slowest.size, largest.bytes, largest.size)
	}
}
