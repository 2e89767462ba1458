package authkeys_test

import (
	"bytes"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/sshkey"
)

const (
	edBlob = "AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"
	edKey  = "ssh-ed25519 " + edBlob
)

// expand puts the test key in for KEY and BLOB.
func expand(s string) string {
	return strings.NewReplacer("KEY", edKey, "BLOB", edBlob).Replace(s)
}

func TestParseLine(t *testing.T) {
	for _, c := range []struct {
		line, comment string
		options       []sshkey.Option
	}{
		{"KEY", "", nil},
		{" \tKEY  a b ", "a b ", nil},
		{"ssh-ed25519\t\tBLOB\tc", "c", nil},
		{"KEY \xff\xfe", "\xff\xfe", nil},
		{"KEY c\r", "c\r", nil},
		{"KEY c\x00d e", "c\x00d e", nil},
		{"ssh-ed25519 BLOB\r\v\f c", "c", nil},
		{"restrict,No-PTY KEY c", "c", []sshkey.Option{{Name: "restrict", Raw: "restrict"}, {Name: "no-pty", Raw: "No-PTY"}}},
		{",pty, KEY", "", []sshkey.Option{{}, {Name: "pty", Raw: "pty"}, {}}},
		{`command="a \"b\" \c,d"  KEY`, "", []sshkey.Option{{Name: "command", Value: `a "b" \c,d`, HasValue: true, Raw: `command="a \"b\" \c,d"`}}},
	} {
		k, err := authkeys.ParseLine([]byte(expand(c.line)))
		if err != nil {
			t.Errorf("%q: %v", c.line, err)
			continue
		}
		if k.Comment != c.comment || !slices.Equal(k.Options, c.options) || k.Public.String() != edKey {
			t.Errorf("%q: comment %q, options %+v", c.line, k.Comment, k.Options)
		}
	}
}

// In each line a § marks the place that the error must have.
func TestErrors(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{"§", "no key on this line"},
		{" §#sh- AAAABCNzaC0=", "the line is a comment"},
		{"ssh-ed25519§", `the key is missing behind the type "ssh-ed25519"`},
		{"§BLOB c", "the key type is missing"},
		{"restrict §BLOB c", "the key type is missing"},
		{"§foo BLOB", `the line says "foo" and the key is ssh-ed25519`},
		{"restrict §ssh-rsa BLOB", `the line says "ssh-rsa" and the key is ssh-ed25519`},
		{"§ssh-ed25519 KEY", "the key type stands twice"},
		{"ssh-ed25519 AAAAC3§*zaC1", `'*' is no character of base64`},
		{"ssh-ed25519 \v\fAAAAC3\r§*zaC1", `'*' is no character of base64`},
		{"ssh-ed25519 BLOBA§", "no multiple of 4"},
		{"ssh-ed25519 AAA§=AAAA", "'=' in the middle"},
		{"ssh-ed25519 BLOB§AAAA", "3 bytes too many"},
		{"pty,§ptyx KEY", `unknown option "ptyx"`},
		{"§host KEY", "looks like a known_hosts line"},
		{"§> KEY", "\">\" is not an option"},
		{"§$ KEY", "\"$\" is not an option"},
		{"§- KEY", "\"-\" is not an option"},
		{"  §1.2.3.4,h KEY", "looks like a known_hosts line"},
		{"§@cert-authority *.example KEY", "looks like a known_hosts line"},
		{"§|1|abc=|def= KEY", "looks like a known_hosts line"},
		{"command=§x KEY", "the start quote is missing"},
		{"command=§“x” KEY", "the start quote is missing"},
		{`command=§"x KEY`, "the end quote is missing"},
		{`command=§/bin/x" KEY`, "the start quote is missing"},
		{`pty,command=§/bin/x" KEY`, "the start quote is missing"},
		{`command="a",from=§10.0.0.1" KEY`, "the start quote is missing"},
		{`command="x"§pty KEY`, "a comma should stand there"},
		{`command§ KEY`, "needs a value"},
		{`pty§="x" KEY`, "a comma should stand there"},
		{`pty,from="a",§from="b" KEY`, "1 times at most"},
		{`expiry-time="§tomorrow" KEY`, "is no time"},
		{`environment="§A-B=1" KEY`, "in the name of a variable"},
		{`permitopen="§a:0" KEY`, `"0" is no port`},
		{`tunnel="§x" KEY`, "no tunnel device"},
		{"§hello world", "neither a key type nor an option"},
		{"§\ufeffKEY", "byte order mark"},
		{"KEY§\nKEY", "a line end inside"},
	} {
		line := expand(strings.Replace(c.line, "§", "", 1))
		at := strings.Index(expand(c.line), "§")
		_, err := authkeys.ParseLine([]byte(line))
		var syntax *sshkey.SyntaxError
		if !errors.As(err, &syntax) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.line, err, c.want)
			continue
		}
		if want := (sshkey.Pos{Offset: at, Line: 1, Column: at + 1}); syntax.Pos != want {
			t.Errorf("%q: %v at %d, want %d", c.line, err, syntax.Pos.Offset, at)
		}
	}
}

// TestNoKeyInErrors: lines of a private key that somebody pasted are not shown.
func TestNoKeyInErrors(t *testing.T) {
	const secret = "4UGUp3F392xvicSTw5d3c3brtXoM0h8CpfCm30B4UGUp3F392xvicSTw5d3c3brtXoM0h8"
	valid := "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPf6OXPt5Q9HttiLtTHd1gwndA1vnoI4oJUTILJXNTul"
	for _, line := range []string{secret, secret + "/+==", secret + " " + valid, secret + " AAAAC3NzaC1lZDI1NTE5AAAAIPf6OXPt5Q9HttiLtTHd1gwndA1vnoI4oJUTILJXNTul",
		"<P>" + secret + "</P>", `"d":"` + secret + `"`, "no-pty," + secret + " " + valid, "no-pty" + secret + " " + valid, secret[:24]} {
		_, err := authkeys.ParseLine([]byte(line))
		if err == nil {
			t.Errorf("%q is read", line)
		} else if strings.Contains(err.Error(), secret[:12]) {
			t.Errorf("%q: %v", line, err)
		}
	}
}

func TestHostKeyIsTold(t *testing.T) {
	if _, err := authkeys.ParseLine([]byte("host " + edKey)); !errors.Is(err, authkeys.ErrHostKey) || sshkey.Hint(err) == "" {
		t.Error(err)
	}
}

func TestLines(t *testing.T) {
	text := expand("# c\r\n\n  KEY a\r\nbogus line\n\t\nKEY b")
	var got []string
	for l := range authkeys.Lines([]byte(text)) {
		got = append(got, fmt.Sprint(l.Number, l.Offset, l.Kind))
		if text[l.Offset:l.Offset+len(l.Text)] != string(l.Text) {
			t.Errorf("line %d is not at %d", l.Number, l.Offset)
		}
		if l.Kind == authkeys.Entry && l.Key.Pos.Line != l.Number {
			t.Errorf("line %d says it is at %v", l.Number, l.Key.Pos)
		}
	}
	at := strings.Index(text, "bogus")
	want := []string{"1 0 comment", "2 5 blank", "3 6 entry", fmt.Sprint(4, at, authkeys.Bad), fmt.Sprint(5, at+11, authkeys.Blank), fmt.Sprint(6, at+13, authkeys.Entry)}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	_, err := authkeys.Parse([]byte(text))
	var syntax *sshkey.SyntaxError
	if !errors.As(err, &syntax) || syntax.Pos != (sshkey.Pos{Offset: at, Line: 4, Column: 1}) {
		t.Errorf("Parse: %+v", err)
	}
}

func TestParse(t *testing.T) {
	keys, err := authkeys.Parse([]byte(expand("#\nKEY a\r\n\nrestrict KEY b\n")))
	if err != nil || len(keys) != 2 || keys[0].Comment != "a" || keys[1].Comment != "b" {
		t.Errorf("%v %v", keys, err)
	}
	for _, empty := range []string{"", "\n", "# nothing\n"} {
		if _, err := authkeys.Parse([]byte(empty)); err == nil {
			t.Errorf("%q gave no error", empty)
		}
	}
}

func TestSniff(t *testing.T) {
	for text, want := range map[string]bool{
		"KEY": true, "# c\n\n KEY": true, "restrict KEY": true, "command=x KEY": true, "ssh-ed25519 AAAAbroken": true,
		"host KEY": false, "": false, "#": false, "PuTTY-User-Key-File-3: ssh-rsa": false, "ssh-rsa": false, "@revoked * KEY": false,
		"foo AAAAA2Zvbw==": true, "foo AAAAA2Zvbg==": false,
	} {
		if got := authkeys.Sniff([]byte(expand(text))); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func TestAccepted(t *testing.T) {
	for line, want := range map[string]string{
		"KEY":                              "",
		`from="10.0.0.0/8,!h,*" KEY`:       "",
		`from="!10.0.0.1" KEY`:             "nobody gets in",
		`from="!a,!b" KEY`:                 "nobody gets in",
		`from="a,,b" KEY`:                  "an empty pattern",
		`from="10.0.0.1/8" KEY`:            "behind its mask",
		"cert-authority KEY":               "certificate authority",
		`principals="x" KEY`:               "without cert-authority",
		"foo AAAAA2Zvbw==":                 "does not know the key type",
		`cert-authority,principals="" KEY`: "certificate authority",
	} {
		k, err := authkeys.ParseLine([]byte(expand(line)))
		if err != nil {
			t.Errorf("%q: %v", line, err)
			continue
		}
		err = authkeys.Accepted(k)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", line, err, want)
		}
	}
}

func TestMarshal(t *testing.T) {
	base, err := authkeys.ParseLine([]byte(edKey))
	if err != nil {
		t.Fatal(err)
	}
	option := func(name, value string) []sshkey.Option {
		return []sshkey.Option{{Name: name, Value: value, HasValue: true}}
	}
	for _, c := range []struct {
		comment string
		options []sshkey.Option
		want    string // "" is an error
	}{
		{"", nil, "KEY\n"},
		{"a  b ", nil, "KEY a  b \n"},
		{" a", nil, ""}, {"a\rb", nil, ""}, {"a\nb", nil, ""}, {"a\x00", nil, ""},
		{"c", option("command", `say "hi" \n`), `command="say \"hi\" \n" KEY c` + "\n"},
		{"", option("command", `a\`), ""},
		{"", option("command", "a\nb"), ""},
		{"", option("pty", "x"), ""},
		{"", option("bogus", "x"), ""},
		{"", []sshkey.Option{{Name: "pty"}, {}, {Name: "pty", Raw: "PTY"}}, "pty,,PTY KEY\n"},
		{"", []sshkey.Option{{Raw: "pty KEY"}}, ""},
	} {
		k := *base
		k.Comment, k.Options = c.comment, c.options
		got, err := authkeys.Marshal(&k)
		if string(got) != expand(c.want) || (err == nil) != (c.want != "") {
			t.Errorf("comment %q, options %+v: %q, %v", c.comment, c.options, got, err)
		}
	}
	if _, err := authkeys.Marshal(&sshkey.Key{}); err == nil {
		t.Error("no key was written")
	}
}

// TestRandomLines changes lines at random: no panic, every error has its place
// in the line, and what is read is written again without a loss.
func TestRandomLines(t *testing.T) {
	r := mathrand.New(mathrand.NewPCG(3, 4))
	seeds := append(slices.Clone(sshdLines), randomForms(200)...)
	read := 0
	for range 20000 {
		form := strings.ReplaceAll(seeds[r.IntN(len(seeds))], "TYPE", "ssh-ed25519")
		line := []byte(expand(form))
		for range r.IntN(3) {
			i := r.IntN(len(line))
			line = slices.Replace(line, i, i+r.IntN(2), "\"\\, \t=a\x00\r"[r.IntN(9)])
		}
		k, err := authkeys.ParseLine(line)
		var syntax *sshkey.SyntaxError
		if err != nil {
			if !errors.As(err, &syntax) || syntax.Pos.Offset > len(line) {
				t.Fatalf("%q: %v", line, err)
			}
			continue
		}
		read++
		out, err := authkeys.Marshal(k)
		if err != nil {
			if !bytes.ContainsAny(line, "\r\x00") {
				t.Fatalf("%q: %v", line, err)
			}
			continue
		}
		again, err := authkeys.ParseLine(bytes.TrimSuffix(out, []byte("\n")))
		if err != nil || sshkey.Same(k, again) != nil || !slices.Equal(k.Options, again.Options) {
			t.Fatalf("%q: %q, %v", line, out, err)
		}
	}
	if read < 1000 {
		t.Errorf("only %d lines were read", read)
	}
}

// TestMarshalChanged: an option that was changed is written as it is now, or not at all.
func TestMarshalChanged(t *testing.T) {
	const line = `from="*",no-pty ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea`
	for name, c := range map[string]struct {
		change func([]sshkey.Option)
		want   string
	}{
		"nothing":           {func([]sshkey.Option) {}, `from="*",no-pty `},
		"value":             {func(o []sshkey.Option) { o[0].Value = "10.0.0.0/8" }, ""},
		"value without Raw": {func(o []sshkey.Option) { o[0].Value, o[0].Raw = "10.0.0.0/8", "" }, `from="10.0.0.0/8",no-pty `},
		"name":              {func(o []sshkey.Option) { o[1].Name = "restrict" }, ""},
		"no value":          {func(o []sshkey.Option) { o[0].HasValue = false }, ""},
		"value alone":       {func(o []sshkey.Option) { o[0] = sshkey.Option{Value: "10.0.0.0/8", HasValue: true} }, ""},
		"Raw alone":         {func(o []sshkey.Option) { o[1] = sshkey.Option{Raw: "restrict"} }, `from="*",restrict `},
		"two in a Raw":      {func(o []sshkey.Option) { o[1] = sshkey.Option{Raw: "no-pty,restrict"} }, ""},
	} {
		k, err := authkeys.ParseLine([]byte(line))
		if err != nil {
			t.Fatal(err)
		}
		c.change(k.Options)
		out, err := authkeys.Marshal(k)
		switch _, rest, _ := strings.Cut(line, " "); {
		case c.want == "" && (err == nil || sshkey.Hint(err) == ""), c.want != "" && string(out) != c.want+rest+"\n":
			t.Errorf("%s: %q, %v (%s)", name, out, err, sshkey.Hint(err))
		}
	}
}
