package repair

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"
)

// TestTornEncoded tears lines with options that were encoded as a whole: what is read of
// the pieces never lets the key in without them.
func TestTornEncoded(t *testing.T) {
	rng := random(t)
	options := []string{"restrict", `environment="A=b c"`, "no-pty", `expiry-time="20300101"`, `command="/bin/x y"`, `from="10.0.0.1"`, "pty ,restrict", `restrict,command="a;b"`}
	between := []string{" ", "  ", "\t", "\n", "\n\n", ", ", `" "`, "\"\n\"", " + ", "\\\n", "\r\n", "<br>", "&nbsp;", "|", "\n> ", " \n", "-", "_", ".", ";", "\n- ", "</td><td>", "…", `\n`, "==\n"}
	whole := 0
	for range rounds(3000) {
		s, other := freshSample(rng), freshSample(rng)
		if s.key == other.key {
			continue
		}
		front, line := pick(rng, options...)+" ", s.line()+"\n"
		text := front + line + pick(rng, "", other.line()+"\n")
		encoded := base64.StdEncoding.EncodeToString([]byte(text))
		in, sep := pick(rng, "", "", "data: ", `key = "`, "  - ", other.line()+"\n"), pick(rng, between...)
		places := make([]int, 1+rng.IntN(3))
		for i := range places {
			places[i] = 1 + rng.IntN(60)
		}
		slices.Sort(places)
		last := 0
		for _, p := range places {
			in += encoded[last:p] + sep
			last = p
		}
		in += encoded[last:] + "\n"
		for _, e := range must(Text([]byte(in), Options{})).Entries {
			switch {
			case e.Key.Public != s.key:
			case len(e.Key.Options) == 0:
				t.Errorf("%.100q of %q gives %.100q", in, front, e.Line)
			default:
				whole++
			}
		}
	}
	t.Log("whole:", whole)
}

// TestEncodedBeside has words and fields in front of what was encoded, which are no
// pieces of it.
func TestEncodedBeside(t *testing.T) {
	rng := random(t)
	for range rounds(500) {
		s := freshSample(rng)
		line, bare := base64.StdEncoding.EncodeToString([]byte(s.line()+"\n")), base64.StdEncoding.EncodeToString(s.key.Blob())
		yaml := base64.StdEncoding.EncodeToString([]byte("users:\n- name: bob\n  ssh_authorized_keys:\n  - " + s.line() + "\n"))
		in := pick(rng, "data: ", "file: ", "  ssh-publickey: ", "sshPublicKey:: ", `"authorizedKeys": "`, "key=", "echo ", "the key of Bob: ", "Here it is\n", "user_data64 = ", "<td>", "IP 10.0.0.1 ", "") +
			pick(rng, line, base64.StdEncoding.EncodeToString([]byte(bare)), yaml) + pick(rng, "", "\n")
		if got, res := printed(t, []byte(in)); len(got) != 1 || got[0] != s.key.String() {
			t.Errorf("%.1000q gives %q\n%v", in, got, res.Findings)
		}
	}
}

// TestFragmentsAbove has a piece or a foreign value above what was encoded.
func TestFragmentsAbove(t *testing.T) {
	s := freshSample(random(t))
	line := base64.StdEncoding.EncodeToString([]byte(s.line() + "\n"))
	for in, want := range map[string]int{
		"<td>cHJpbmNpcGFscz0iYSIg</td>\n<td>" + line + "</td>\n":                                                                    0,
		"known_hosts: " + base64.StdEncoding.EncodeToString([]byte("github.com "+s.key.String()+"\n")) + "\nid.pub: " + line + "\n": 1,
	} {
		if got, res := printed(t, []byte(in)); len(got) != want || !refusedIn(res) {
			t.Errorf("%q gives %q\n%v", in, got, res.Findings)
		}
	}
	in := s.line() + "\nuser: Y29tbWFuZA==\n"
	if _, res := printed(t, []byte(in)); refusedIn(res) {
		t.Errorf("%q is refused: %v", in, res.Findings)
	}
}

// TestEncodedEnds: base64 without padding ends at its line, where what follows is no part
// of it, and goes on where a program broke it.
func TestEncodedEnds(t *testing.T) {
	encode := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(placeholders.Replace(s))) }
	a, b := "ssh-ed25519 {A} a@host", "ssh-ed25519 {B} bé@hosts" // of which the base64 has no padding
	long := "ssh-ed25519 {A} Frédéric's work laptop, 24"
	wrapped := strings.TrimRight(fold(encode(long), 64, "\n"), "=")
	if strings.HasSuffix(encode(a), "=") || !strings.HasSuffix(encode(long), "=") {
		t.Fatal("their lengths are to differ")
	}
	for text, want := range map[string][]string{
		encode(a) + "\nann " + encode(b):                {a, b},
		"bob " + encode(a) + "\nann " + encode(b):       {a, b},
		"data:: " + encode(a) + "\nRegards":             {a},
		"k: " + encode(a) + "\n-- \nBob":                {a},
		encode(a) + " " + encode(b):                     {a, b},
		"data:: " + wrapped:                             {long},
		"data:: " + wrapped + "\nRegards":               {long},
		fold(encode(a+"\n"+b+"\n"), 50, "\n"):           {a, b},
		fold(encode(a+"\n"+b+"\n"), 116, "\n"):          {a, b},
		"set x " + encode(a) + "\nset y " + encode(b):   {a, b},
		"a: " + encode(a) + " sshKeyOptions:: bm8tcHR5": nil,
	} {
		res, err := Text([]byte(text+"\n"), Options{})
		var lines []string
		for _, e := range res.Entries {
			lines = append(lines, e.Line)
		}
		if got := placeholders.Replace(strings.Join(want, "\n")); err != nil || strings.Join(lines, "\n") != got {
			t.Errorf("%s: %v\n%q, not\n%q\n%v", text, err, lines, got, res.Findings)
		}
	}
}

// BenchmarkEncodedPieces: base64 of bytes that are no text, in many pieces, takes time
// linear in them.
func BenchmarkEncodedPieces(b *testing.B) {
	text := []byte(fold(base64.StdEncoding.EncodeToString([]byte("ssh-ed25519 "+strings.Repeat("\xe9", 30_000))), 4, "\n"))
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		Text(text, Options{})
	}
}
