package repair

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/authkeys"
)

// FuzzText proves what must hold for any text.
func FuzzText(f *testing.F) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, d := range append(lossless(), losses...) {
		s := freshSample(rng)
		f.Add(d.do([]byte(s.line()), rng))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		res, err := Text(in, Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range res.Entries {
			if e.Commented {
				continue
			}
			k, err := authkeys.ParseLine([]byte(e.Line))
			if err != nil || k.Public != e.Key.Public {
				t.Fatalf("%q: %v", e.Line, err)
			}
			if e.Repaired && plainText(in) && !subsequence(k.Public.Blob(), in) {
				t.Fatalf("%q has characters that are not in %q", e.Line, in)
			}
		}
		again, _ := Text(res.Text, Options{})
		if !bytes.Equal(again.Text, res.Text) {
			t.Fatalf("not idempotent:\n%q\n%q\n%q", in, res.Text, again.Text)
		}
		var out bytes.Buffer
		if _, err := Stream(bytes.NewReader(in), &out, Options{}, nil); err != nil || !bytes.Equal(out.Bytes(), res.Text) {
			t.Fatalf("Stream differs: %v\n%q\n%q", err, out.Bytes(), res.Text)
		}
	})
}

// plainText reports whether the base64 of in stands there without an encoding.
func plainText(in []byte) bool {
	return !bytes.ContainsAny(in, "%&\\=\x00\x1b_-") && bytes.IndexFunc(in, func(r rune) bool { return r > 0x7e }) < 0
}

// subsequence reports whether the base64 of blob, its constant start apart,
// stands in text in order; a plus sign may be a space there.
func subsequence(blob, text []byte) bool {
	rest := base64.RawStdEncoding.EncodeToString(blob)
	for _, k := range keyTypes {
		if strings.HasPrefix(rest, k.head) {
			rest = rest[len(k.head):]
			break
		}
	}
	if in, _ := (&unpacker{t: plain(text, 0)}).first(); in != nil && subsequenceIn(rest, in.text.b) {
		return true
	}
	return subsequenceIn(rest, text)
}

func subsequenceIn(rest string, text []byte) bool {
	for _, c := range text {
		if len(rest) > 0 && (c == rest[0] || c == ' ' && rest[0] == '+') {
			rest = rest[1:]
		}
	}
	return rest == ""
}

func benchText(size int, damaged bool) []byte {
	rng := rand.New(rand.NewPCG(3, 4))
	var b bytes.Buffer
	for b.Len() < size {
		line := sample{fresh(rng), "fred@box"}.line()
		if damaged && rng.IntN(3) == 0 {
			line = fold(line, 76, "\n")
		}
		b.WriteString(line + "\n")
	}
	return b.Bytes()
}

func BenchmarkText(b *testing.B) {
	for _, damaged := range []bool{false, true} {
		for _, size := range []int{1 << 10, 1 << 20, 100 << 20} {
			data := benchText(size, damaged)
			b.Run(fmt.Sprintf("%dkB/damaged=%v", size>>10, damaged), func(b *testing.B) {
				b.SetBytes(int64(len(data)))
				for b.Loop() {
					if _, err := Stream(bytes.NewReader(data), io.Discard, Options{}, nil); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// TestLinear looks for a step that takes quadratic time, by the bytes that it
// allocates on its way: twice the text must not take three times as many.
// The texts are one damaged stretch each, long enough for sets of layers to be
// the same for both.
func TestLinear(t *testing.T) {
	rng := random(t)
	one := func(make func(i int) string) func(n int) []byte {
		return func(n int) []byte {
			var b strings.Builder
			for i := 0; b.Len() < n; i++ {
				b.WriteString(make(i))
			}
			return []byte(b.String())
		}
	}
	key := sample{fresh(rng), "fred"}.line()
	for name, text := range map[string]func(n int) []byte{
		"words":      one(func(int) string { return "lorem ipsum\n" }),
		"letters":    one(func(int) string { return "A" }),
		"heads":      one(func(int) string { return "AAAAB3NzaC1yc2EAAAADAQAB" }),
		"heads-line": one(func(int) string { return "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ\n" }),
		"types":      one(func(int) string { return "ssh-rsa " }),
		"one-line":   one(func(int) string { return key + " " }),
		"wrapped":    one(func(int) string { return fold(key, 70, "\n") + "\n" }),
		"begin":      one(func(int) string { return "-----BEGIN RSA PRIVATE KEY-----\n" }),
		"ssh2":       one(func(int) string { return "---- BEGIN SSH2 PUBLIC KEY ----\nComment: x\n" }),
		"ppk":        one(func(int) string { return "Private-Lines: 4\nAAAA\n" }),
		"der":        one(func(int) string { return "\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKC" }),
		"percent":    one(func(int) string { return "%2B%" }),
		"entity":     one(func(int) string { return "&amp;#" }),
		"backslash":  one(func(int) string { return `\\u00` }),
		"spaces":     one(func(int) string { return " " }),
		"newlines":   one(func(int) string { return "\n>" }),
		"nul":        one(func(int) string { return "\x00a" }),
		"nul2":       one(func(int) string { return "\x00\xff" }),
		"escape":     one(func(int) string { return "\x1b]" }),
		"equals":     one(func(int) string { return "AAAAB3NzaC1yc2EAAAADAQAB = = =" }),
		"quotes":     one(func(int) string { return `"'` }),
		"options":    one(func(int) string { return `no-pty,command="x" ` }),
	} {
		t.Run(name, func(t *testing.T) {
			small, large := allocated(text(66_000)), allocated(text(132_000))
			if large > 3*small {
				t.Errorf("%d bytes for 66 kB of text and %d for 132 kB", small, large)
			}
			t.Logf("%.1f times", float64(large)/float64(small))
		})
	}
}

// allocated is how many bytes Text allocates.
func allocated(data []byte) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	Text(data, Options{})
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}
