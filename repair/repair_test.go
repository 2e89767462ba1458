package repair

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/sshkey"
)

func TestCleanTextIsKept(t *testing.T) {
	rng := random(t)
	for range 200 {
		var b strings.Builder
		for range 1 + rng.IntN(8) {
			s := freshSample(rng)
			switch rng.IntN(6) {
			case 0:
				b.WriteString("# a comment\n")
			case 1:
				b.WriteString("\n")
			case 2:
				b.WriteString("  \t# " + s.line() + "\r\n")
			case 3:
				b.WriteString(`no-pty,command="echo \"hi\" %2B",from="10.0.0.1" ` + s.line() + "\n")
			case 4:
				b.WriteString("restrict \t" + s.key.String() + "   \t  two  spaces \\n ,\r\n")
			default:
				b.WriteString(s.line() + "\n")
			}
		}
		in := strings.TrimRight(b.String(), "\n") + "\n# end"
		res, err := Text([]byte(in), Options{})
		if err != nil || !res.Clean {
			t.Fatalf("%v %v\n%s", err, res.Findings, in)
		}
		if want := in + "\n"; string(res.Text) != want {
			t.Fatalf("%q\nbecame\n%q", want, res.Text)
		}
		var streamed bytes.Buffer
		if clean, err := Stream(strings.NewReader(in), &streamed, Options{}, nil); !clean || err != nil || streamed.String() != in+"\n" {
			t.Fatalf("Stream: %v %v", clean, err)
		}
	}
}

// TestRestrictionsAreKept damages lines that have options: what is printed has
// the options to the byte.
func TestRestrictionsAreKept(t *testing.T) {
	rng := random(t)
	sound := []string{"no-pty", `command="/bin/x -a"`, "restrict,pty", `no-pty,command="echo \"a, b\""`, `from="10.0.0.*,!10.0.0.9"`, `environment="A=b c"`}
	kept, refused := 0, 0
	try := func(list []damage) {
		s, o := freshSample(rng), sound[rng.IntN(len(sound))]
		in := []byte(o + " " + s.line())
		for _, d := range list {
			in = d.do(in, rng)
		}
		_, res := printed(t, in)
		if res.Clean {
			return // sshd takes the line as it is
		}
		for _, e := range res.Entries {
			if !e.Repaired && bytes.Contains(in, []byte(e.Line)) && strings.Contains(e.Line, "=") {
				continue // sshd takes the line as it is, options and all
			}
			k, err := authkeys.ParseLine([]byte(e.Line))
			if err != nil || k.Public != s.key || !strings.HasPrefix(strings.TrimLeft(e.Line, " \t"), o+" ") {
				t.Errorf("WRONG: %s of %q: %q gives %q", names(list), o+" "+s.line(), in, res.Text)
				return
			}
			kept++
		}
		if len(res.Entries) == 0 {
			refused++
		}
	}
	anywhere := append(append([]damage{}, encodings...), wrapperDamages...)
	for _, d := range wraps {
		if !strings.Contains(d.name, "base64") && d.name != "vt-inside" {
			anywhere = append(anywhere, d)
		}
	}
	for _, d := range escapings {
		if d.name != "base64url" && d.name != "plus-to-space" { // these take the second word for the base64
			anywhere = append(anywhere, d)
		}
	}
	for _, d := range anywhere {
		for range 25 {
			try([]damage{d})
		}
	}
	for range rounds(3000) {
		try([]damage{anywhere[rng.IntN(len(anywhere))], anywhere[rng.IntN(len(anywhere))]})
	}
	t.Logf("with options: %d kept, %d refused, none lost", kept, refused)
}

// TestSeveralKeys joins damaged keys and sound ones.
func TestSeveralKeys(t *testing.T) {
	rng := random(t)
	joins := []string{"", " ", ",", `\n`, "\r", "\n", "\n\n", "\n# a comment\n"}
	missing := 0
	for range rounds(1500) {
		var want []string
		in := ""
		join := joins[rng.IntN(len(joins))]
		for i := range 2 + rng.IntN(2) {
			s := freshSample(rng)
			if join == "" || join == "," || join == " " || join == `\n` {
				s.comment = "fred@box"
			}
			line := s.line()
			if d := wrapperDamages[rng.IntN(8)]; strings.HasPrefix(join, "\n") && rng.IntN(2) == 0 {
				line = string(d.do([]byte(line), rng))
			}
			if i > 0 {
				in += join
			}
			in += line
			want = append(want, s.key.String())
		}
		got, res := printed(t, []byte(in))
		if len(got) < len(want) {
			missing++
			if missing == 1 {
				t.Logf("missing: %q\n%v\n%q", in, res.Findings, res.Text)
			}
		}
		for _, g := range got {
			if !strings.Contains(strings.Join(want, "\n"), g) {
				t.Fatalf("WRONG %q\n%q", in, res.Text)
			}
		}
		if join == "\n# a comment\n" && bytes.Count(res.Text, []byte("# a comment\n")) != len(want)-1 {
			t.Fatalf("comment lines: %q\n%q", in, res.Text)
		}
	}
	t.Logf("%d of 1500 incomplete", missing)
	if missing > 15 {
		t.Error("too many")
	}
}

// TestExpect finds one wrong or missing character.
func TestExpect(t *testing.T) {
	rng := random(t)
	for range 25 {
		s := freshSample(rng)
		typ, b64, c := cut(s.line())
		i := 80 + rng.IntN(max(1, len(strings.TrimRight(b64, "="))-80))
		if len(b64) < 100 {
			i = 30 + rng.IntN(38)
		}
		wrong := []byte(b64)
		for wrong[i] == b64[i] {
			wrong[i] = alphabet[rng.IntN(64)]
		}
		for _, in := range []string{glueUp(typ, b64[:i]+b64[i+1:], c), glueUp(typ, string(wrong), c), s.line(), freshSample(rng).line() + "\n" + s.line()} {
			for _, f := range []string{s.key.Fingerprint(), s.key.FingerprintMD5(), strings.TrimPrefix(s.key.FingerprintMD5(), "MD5:")} {
				res, err := Text([]byte(in), Options{Expect: f})
				if err != nil || len(res.Entries) == 0 || res.Entries[0].Key.Public != s.key {
					t.Errorf("%d %d %.60q expecting %s: %q %v", i, len(in), in, f, res.Text, res.Findings)
				}
			}
		}
	}
	if _, err := Text(nil, Options{Expect: "SHA256:x"}); err == nil {
		t.Error("no error for a fingerprint that is none")
	}
}

// TestContainers reads PEM through the parser that it is given.
func TestContainers(t *testing.T) {
	pub := rsaKeys()[0]
	n := pub.Parts().(sshkey.RSAPublicKey)
	std, err := pub.Crypto()
	if err != nil {
		t.Fatal(err)
	}
	spki := must(x509.MarshalPKIXPublicKey(std))
	parse := func(data []byte) ([]*sshkey.Key, error) {
		p, _ := pem.Decode(data)
		if p == nil || p.Type != "PUBLIC KEY" || !bytes.Equal(p.Bytes, spki) {
			return nil, fmt.Errorf("no")
		}
		return []*sshkey.Key{{Public: must(n.PublicKey())}}, nil
	}
	text := string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: spki}))
	bare := strings.Split(text, "-----")[2]
	for name, in := range map[string]string{
		"pem": text, "crlf": strings.ReplaceAll(text, "\n", "\r\n"), "one line": strings.ReplaceAll(text, "\n", " "),
		"no begin": bare, "typed": "ssh-rsa " + strings.ReplaceAll(bare, "\n", "") + " fred@box", "quoted": "> " + strings.ReplaceAll(text, "\n", "\n> "),
		"literal": strings.ReplaceAll(text, "\n", `\n`),
	} {
		res, err := Text([]byte(in), Options{Parse: parse})
		if err != nil || len(res.Entries) != 1 || res.Entries[0].Key.Public != pub {
			t.Errorf("%s: %q %v", name, res.Text, res.Findings)
		}
	}
}

// TestPrivateText is never shown.
func TestPrivateText(t *testing.T) {
	dir := t.TempDir()
	for _, args := range [][]string{{"-t", "ed25519"}, {"-t", "rsa", "-b", "2048"}, {"-t", "ecdsa", "-m", "PEM"}} {
		file := filepath.Join(dir, args[1])
		keytest.Run(t, nil, "ssh-keygen", append(args, "-q", "-N", "", "-C", "fred@box", "-f", file)...)
		private, public := must(os.ReadFile(file)), must(os.ReadFile(file+".pub"))
		for name, in := range map[string]string{
			"whole": string(private), "joined": strings.ReplaceAll(string(private), "\n", " "), "crlf": strings.ReplaceAll(string(private), "\n", "\r\n"),
			"no end": string(private[:len(private)-40]), "no begin": strings.SplitN(string(private), "\n", 2)[1], "vi": "N " + string(private[len("-----BEGIN "):]),
			"literal": strings.ReplaceAll(string(private), "\n", `\n`), "mail": "> " + strings.ReplaceAll(string(private), "\n", "\n> "),
		} {
			res := must(Text([]byte(in), Options{}))
			said := string(res.Text) + fmt.Sprint(res.Findings)
			for line := range strings.SplitSeq(string(private), "\n") {
				if strings.HasPrefix(line, "-") {
					continue
				}
				for i := 0; i+12 <= len(line); i += 4 {
					if piece := line[i : i+12]; strings.Contains(said, piece) && !bytes.Contains(public, []byte(piece)) && !strings.Contains(piece, "-") {
						t.Fatalf("%s %s: private text is shown: %s", args[1], name, said)
					}
				}
			}
			if args[1] != "ecdsa" && (len(res.Entries) != 1 || res.Entries[0].Key.Public.String() != strings.Join(strings.Fields(string(public))[:2], " ")) {
				t.Errorf("%s %s: %q %v", args[1], name, res.Text, res.Findings)
			}
			if !strings.Contains(said, "private-key-exposed") {
				t.Errorf("%s %s: no warning: %v", args[1], name, res.Findings)
			}
		}
	}
}

// TestHostileLength has a private part that says to be of 4 GiB: with an int of 32 bits
// that is a negative number.
func TestHostileLength(t *testing.T) {
	field := func(b []byte) []byte { return append([]byte{0, 0, 0, byte(len(b))}, b...) }
	point := must(sshkey.EdDSAPublicKey{Curve: "Ed25519", Key: ed(random(t))}.PublicKey())
	for _, cipher := range []string{"none", "aes256-ctr"} {
		raw := slices.Concat([]byte(opensshMagic), field([]byte(cipher)), field(nil), field(nil), []byte{0, 0, 0, 1}, field(point.Blob()), []byte{0xff, 0xff, 0xff, 0xff}, make([]byte, 20))
		res := must(Text(pem.EncodeToMemory(&pem.Block{Type: "OPENSSH PRIVATE KEY", Bytes: raw}), Options{}))
		if len(res.Entries) > 0 || !strings.Contains(findingText(res), "private-key") {
			t.Errorf("%s: %q, %v", cipher, res.Text, res.Findings)
		}
	}
}

// TestPrivateOnALine joins the base64 of a private key and the line of its public one.
func TestPrivateOnALine(t *testing.T) {
	file := filepath.Join(t.TempDir(), "id")
	keytest.Run(t, nil, "ssh-keygen", "-q", "-t", "rsa", "-m", "PEM", "-N", "", "-f", file)
	block, _ := pem.Decode(must(os.ReadFile(file)))
	parse := func(data []byte) ([]*sshkey.Key, error) {
		return []*sshkey.Key{{Public: must(sshkey.EdDSAPublicKey{Curve: "Ed25519", Key: ed(random(t))}.PublicKey())}}, nil
	}
	line := strings.TrimSpace(string(must(os.ReadFile(file + ".pub"))))
	for _, between := range []string{" ", "", " -----END RSA PRIVATE KEY----- "} {
		in := "x " + base64.StdEncoding.EncodeToString(block.Bytes) + between + line
		got, _ := printed(t, []byte(in))
		res := must(Text([]byte(in), Options{Parse: parse}))
		if len(got) > 1 || strings.Contains(string(res.Text), "AgEAAoIB") {
			t.Errorf("%q: %q", between, res.Text)
		}
	}
}

// TestJudge gives what is printed to ssh-keygen.
func TestJudge(t *testing.T) {
	keytest.Tool(t, "ssh-keygen")
	rng := rand.New(rand.NewPCG(seed(), 2))
	var all bytes.Buffer
	var want []string
	for _, d := range lossless() {
		s := freshSample(rng)
		got, res := printed(t, d.do([]byte(s.line()), rng))
		if len(got) == 1 {
			all.Write(res.Text)
			want = append(want, s.key.Fingerprint())
		}
	}
	file := filepath.Join(t.TempDir(), "keys")
	os.WriteFile(file, all.Bytes(), 0o600)
	// Where a key has no comment, OpenSSH 9.2 shows what its buffer held before, line ends too.
	lines := regexp.MustCompile(`(?m)^[0-9]+ (SHA256:\S+) `).FindAllSubmatch(keytest.Run(t, nil, "ssh-keygen", "-lf", file), -1)
	if len(lines) != len(want) {
		t.Fatalf("ssh-keygen sees %d keys, %d were printed", len(lines), len(want))
	}
	for i, l := range lines {
		if string(l[1]) != want[i] {
			t.Errorf("%s is not %s", l[0], want[i])
		}
	}
}

func TestCodesAreListed(t *testing.T) {
	rng := random(t)
	known := map[string]bool{}
	for _, c := range Codes() {
		if known[c.Name] || c.Meaning == "" {
			t.Errorf("%s stands twice or means nothing", c.Name)
		}
		known[c.Name] = true
	}
	for _, d := range append(lossless(), losses...) {
		for range 5 {
			_, res := printed(t, d.do([]byte(freshSample(rng).line()), rng))
			for _, f := range res.Findings {
				if !known[f.Code] {
					t.Errorf("%s is not listed", f.Code)
				}
				if !f.Pos.IsValid() || f.Msg == "" || strings.Contains(f.Msg, "\n") {
					t.Errorf("%+v", f)
				}
			}
		}
	}
}

// TestRestrictionBeside has restrictions in the neighbourhood of a key.
func TestRestrictionBeside(t *testing.T) {
	s := sample{rsaKeys()[0], "fred@box"}
	quoted, _ := json.Marshal(`no-pty ` + s.line())
	for in, want := range map[string]int{
		"no-pty\n> " + s.line():                                          0,
		"> no-pty\n> " + s.line():                                        0,
		"command=\"x\"\n\n# a comment\n" + s.line():                      0,
		"from=\"1.2.3.4\" \\\n" + s.line():                               0,
		"- key: " + s.line() + "\n  options: no-pty\n":                   0,
		s.line() + " no-pty":                                             1,
		s.key.String() + ` command="x"`:                                  1,
		"key: " + string(quoted):                                         1,
		"From: Fred <fred@box>\nSubject: my key\n\n> " + s.line():        1,
		"options: no-pty\nkey: " + s.line():                              0,
		s.line() + " no-pty ssh-ed25519 " + probe[len(" ssh-ed25519 "):]: 1,
	} {
		got, res := printed(t, []byte(in))
		if len(got) != want {
			t.Errorf("%q: %q %v", in, res.Text, res.Findings)
		}
	}
}

// TestHostOrOption: what may be an option that somebody misspelt is not called
// the name of a host, because the advice would be to leave it out.
func TestHostOrOption(t *testing.T) {
	key := (sample{rsaKeys()[0], "fred@box"}).line()
	for code, words := range map[string]string{
		"options-damaged": "restict cert-authoriy no_pty norestrict restict,no-ptty readonly command principals host s a:b restrict.",
		"host-key":        "h.example.org h.example.org,192.0.2.7 192.0.2.7 h,192.0.2.7 *.example.org [h]:2222 ::1 localhost |1|a=|b=",
	} {
		for word := range strings.FieldsSeq(words) {
			res := must(Text([]byte(word+" "+key), Options{}))
			if len(res.Entries) > 0 || len(res.Findings) != 1 || res.Findings[0].Code != code {
				t.Errorf("%s: %q %v, want %s", word, res.Text, res.Findings, code)
			}
		}
	}
}

// TestSecurityKeyApplication: one sign too many in the last field makes a blob
// in which all lengths are right again, of another key; the padding that is left
// over gives it away as damaged.
func TestSecurityKeyApplication(t *testing.T) {
	k := must(sshkey.SKPublicKey{Key: sshkey.EdDSAPublicKey{Curve: "Ed25519", Key: ed(random(t))}, Application: "ssh:"}.PublicKey())
	line := strings.Replace(k.String(), "AAAABHNzaDo=", "AAAABSHNzaDo=", 1)
	if res := must(Text([]byte(line+" me"), Options{})); line == k.String() || len(res.Entries) > 0 {
		t.Errorf("%q gives %q", line, res.Text)
	}
}

// TestBesides: a page, a diff's head or a command about a file is no fault beside a key, and
// is one without it.
func TestBesides(t *testing.T) {
	const line = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea me"
	for above, code := range map[string]string{
		"--- a/authorized_keys\n+++ b/authorized_keys\n@@ -1 +1,2 @@\n+": "file-name",
		"chmod 600 /home/bob/.ssh/authorized_keys\n> ":                   "file-name",
		"cat .ssh/id_rsa.pub\n> ":                                        "file-name",
		"<html><body>\n<pre>\n":                                          "html-page",
	} {
		got, res := printed(t, []byte(above+line+"\n"))
		if len(got) != 1 || slices.ContainsFunc(res.Findings, func(f sshkey.Finding) bool { return f.Severity == sshkey.Refused }) {
			t.Errorf("%q: %q, %v", above, got, res.Findings)
		}
		if got, res = printed(t, []byte(above)); len(got) > 0 || !slices.ContainsFunc(res.Findings, func(f sshkey.Finding) bool { return f.Code == code }) {
			t.Errorf("%q alone: %v", above, res.Findings)
		}
	}
	// A name that stands where a key was to be stays one.
	if _, res := printed(t, []byte("keys/bob.pub\n> "+line+"\n")); !slices.ContainsFunc(res.Findings, func(f sshkey.Finding) bool { return f.Code == "file-name" }) {
		t.Error(res.Findings)
	}
}
