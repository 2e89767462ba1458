package rfc4716_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/internal/wire"
	"github.com/keyconv/keyconv/rfc4716"
	"github.com/keyconv/keyconv/sshkey"
)

const (
	begin = "---- BEGIN SSH2 PUBLIC KEY ----\n"
	body  = "AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f\n"
	end   = "---- END SSH2 PUBLIC KEY ----\n"
)

func testKey(t testing.TB, comment string) *sshkey.Key {
	t.Helper()
	k, err := rfc4716.Parse([]byte(begin + body + end))
	if err != nil {
		t.Fatal(err)
	}
	k.Comment = comment
	return k
}

func TestHeaders(t *testing.T) {
	for _, c := range []struct {
		headers, comment string
		want             []sshkey.Header
	}{
		{"", "", nil},
		{"Comment: abc\n", "abc", nil},
		{"COMMENT:   \"a b\" \n", "a b", nil},
		{"Comment: \"a \\\"b\\\" \\\\ \\c\"\n", `a "b" \ \c`, nil},
		{"Comment: \"\n", `"`, nil},
		{"Comment: \"one\\\n two\\\n three\"\n", "one two three", nil},
		{"Subject: me\nX-Thing: 1\nx-thing: \nFoo: a: b\n", "", []sshkey.Header{{Name: "Subject", Value: "me"}, {Name: "X-Thing", Value: "1"}, {Name: "x-thing"}, {Name: "Foo", Value: "a: b"}}},
	} {
		text := begin + c.headers + body + end
		for _, in := range []string{text, strings.ReplaceAll(text, "\n", "\r\n"), "\n" + text + "\n \n"} {
			k, err := rfc4716.Parse([]byte(in))
			if err != nil {
				t.Errorf("%q: %v", c.headers, err)
				continue
			}
			if k.Comment != c.comment || !slices.Equal(k.Headers, c.want) {
				t.Errorf("%q: comment %q, headers %q", c.headers, k.Comment, k.Headers)
			}
		}
	}
}

// In each text a § marks the place that the error must have.
func TestErrors(t *testing.T) {
	long := strings.Repeat("x", 1025)
	for _, c := range []struct{ text, want string }{
		{"§", "BEGIN"},
		{"§hello\n", "BEGIN"},
		{"§---- BEGIN SSH2 PRIVATE KEY ----\n" + body + "---- END SSH2 PRIVATE KEY ----\n", "SSH2 PRIVATE KEY"},
		{begin + body + "§", "missing"},
		{begin + "AAAA§*AAA\n" + end, "out of place"},
		{begin + "AAAAC3NzaC1lZDI1NTE5§AAAAIAAB\n" + end, "32 bytes long"},
		{begin + "§Comment: " + long + "\n" + body + end, "1025 bytes"},
		{begin + "Subject: a\n§X-A: \\\n" + long + "\n" + body + end, "1025 bytes"},
		{begin + "§" + long[:65] + ": a\n" + body + end, "header tag"},
		{begin + "§: a\n" + body + end, "header tag"},
		{begin + "Comment: a\n§comment: b\n" + body + end, "second Comment"},
		{begin + body + end + "\n§x\n", "behind the END line"},
	} {
		at := strings.Index(c.text, "§")
		text := strings.Replace(c.text, "§", "", 1)
		_, err := rfc4716.Parse([]byte(text))
		var syntax *sshkey.SyntaxError
		if !errors.As(err, &syntax) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.80q: %v, want %q", c.text, err, c.want)
			continue
		}
		if want := sshkey.PosAt([]byte(text), at); syntax.Pos != want {
			t.Errorf("%.80q: %v at %v, want %v", c.text, err, syntax.Pos, want)
		}
	}
}

func TestParseAll(t *testing.T) {
	one := begin + "Comment: a\n" + body + end
	keys, err := rfc4716.ParseAll([]byte(one + "\n" + one + one + " \n"))
	if err != nil || len(keys) != 3 || keys[1].Pos.Line != 6 {
		t.Errorf("%v %v", keys, err)
	}
	if _, err := rfc4716.ParseAll([]byte(one + "x")); err == nil {
		t.Error("text behind a block was read")
	}
}

func TestSniff(t *testing.T) {
	for text, want := range map[string]bool{begin: true, "\r\n" + begin: true, "": false, "-----BEGIN PUBLIC KEY-----": false, "x" + begin: false} {
		if got := rfc4716.Sniff([]byte(text)); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func TestRefused(t *testing.T) {
	with := func(change func(*sshkey.Key)) *sshkey.Key {
		k := testKey(t, "c")
		change(k)
		return k
	}
	header := func(name, value string) *sshkey.Key {
		return with(func(k *sshkey.Key) { k.Headers = []sshkey.Header{{Name: name, Value: value}} })
	}
	for name, k := range map[string]*sshkey.Key{
		"no key":    {},
		"line end":  testKey(t, "a\nb"),
		"CR":        testKey(t, "a\rb"),
		"NUL":       testKey(t, "a\x00b"),
		"long":      testKey(t, strings.Repeat("x", 1023)),
		"escaped":   testKey(t, strings.Repeat(`"`, 512)),
		"options":   with(func(k *sshkey.Key) { k.Options = []sshkey.Option{{Name: "restrict"}} }),
		"colon":     header("a:b", "c"),
		"no name":   header("", "c"),
		"comment":   header("comment", "c"),
		"LF":        header("X-A", "a\nb"),
		"backslash": header("X-A", `a\`),
		"space":     header("X-A", " a"),
	} {
		if out, err := rfc4716.Marshal(k); err == nil || out != nil {
			t.Errorf("%s: %q was written", name, out)
		}
	}
	_, err := rfc4716.Marshal(with(func(k *sshkey.Key) { k.Options = []sshkey.Option{{Name: "restrict"}} }))
	var unsupported *sshkey.UnsupportedError
	if !errors.As(err, &unsupported) || sshkey.Hint(err) == "" {
		t.Error(err)
	}
}

// TestFolding writes random comments and headers: lines keep to 72 bytes, no
// continuation misleads ssh-keygen, and all is read again.
func TestFolding(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	pieces := []string{"a", "bc", ": ", ":", " ", `\`, `"`, "é", "漢", "\xff", "----", "word ", " END ", "😀"}
	for range 3000 {
		var text strings.Builder
		for range r.IntN(120) {
			text.WriteString(pieces[r.IntN(len(pieces))])
		}
		k := testKey(t, text.String())
		k.Headers = []sshkey.Header{{Name: "X-Test", Value: strings.Trim(text.String(), ` \`)}}
		out, err := rfc4716.Marshal(k) // proves what it wrote
		if err != nil {
			t.Fatalf("%q: %v", text.String(), err)
		}
		folded := checkLines(t, string(out))
		if folded != rfc4716.Folds(k) {
			t.Fatalf("Folds says %v for\n%s", rfc4716.Folds(k), out)
		}
		flat, err := rfc4716.Encoder{Unfolded: true}.Marshal(k)
		if err != nil || bytes.Count(flat, []byte("\n"))-strings.Count(string(flat), "\nComment: ") != 4 {
			t.Fatalf("%q: %v\n%s", text.String(), err, flat)
		}
	}
}

func checkLines(t *testing.T, text string) (folded bool) {
	t.Helper()
	continued := false
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if len(line) > 72 || continued && (strings.Contains(line, ": ") || strings.HasPrefix(line, "----")) {
			t.Fatalf("a bad line %q in\n%s", line, text)
		}
		continued = strings.HasSuffix(line, `\`)
		folded = folded || continued
	}
	return folded
}

// An algorithm that nobody knows passes through as it is.
func TestUnknownAlgorithm(t *testing.T) {
	blob := append(wire.AppendString(nil, "ssh-new@example.org"), 1, 2, 3)
	pub, err := sshkey.ParsePublicKey(blob)
	if err != nil {
		t.Fatal(err)
	}
	out, err := rfc4716.Marshal(&sshkey.Key{Public: pub, Comment: "c"})
	if err != nil {
		t.Fatal(err)
	}
	k, err := rfc4716.Parse(out)
	if err != nil || !bytes.Equal(k.Public.Blob(), blob) || k.Comment != "c" {
		t.Errorf("%v %v", k, err)
	}
}
