package doctor_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"flag"
	"strings"
	"testing"
	"time"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/doctor"
	"github.com/keyconv/keyconv/internal/keytest"
)

// skLine is a key of a security key, all of which have the same end.
func skLine(n byte) string {
	const name = "sk-ssh-ed25519@openssh.com"
	point := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{n}, 32)).Public().(ed25519.PublicKey)
	var blob []byte
	for _, field := range []string{name, string(point), "ssh:"} {
		blob = append(binary.BigEndian.AppendUint32(blob, uint32(len(field))), field...)
	}
	return name + " " + base64.StdEncoding.EncodeToString(blob)
}

// TestMendLines: what is repaired, and what stays to the byte.
func TestMendLines(t *testing.T) {
	rsa, _ := public(t, "rsa2048")
	ed, _ := public(t, "ed25519")
	wrong := ed[:50] + "BB" + ed[52:] // no point of the curve
	for _, c := range []struct{ name, file, want string }{
		{"nothing", "{ed} a\n# c\n", "{ed} a\n# c\n"},
		{"last line end", "{ed} a\n# c", "{ed} a\n# c\n"},
		{"empty", "", ""},
		{"CRLF stays", "{ed} a\r\n", "{ed} a\r\n"},
		{"quoted", "# c\n> {ed} a\n{ec} b\n", "# c\n{ed} a\n{ec} b\n"},
		{"wrapped", "{ec} b\n" + rsa[:100] + "\n" + rsa[100:] + " a\n", "{ec} b\n{rsa} a\n"},
		{"two on a line", "{ed} a{ec} b\n", "{ed} a\n{ec} b\n"},
		{"a key behind # in a comment stays there", "> {ec} c\n{ed} a # was: {rsa} b\n", "{ec} c\n{ed} a # was: {rsa} b\n"},
		{"a key behind words in a comment stays there", "> {ec} c\n{ed} a was {rsa} b\n", "{ec} c\n{ed} a was {rsa} b\n"},
		{"two on a line, words in the comment", "{ed} key of a{ec} b\n", "{ed} key of a\n{ec} b\n"},
		{"two on a line, a comment that ends as a type does", "{ed} test key ed25519{ec} b\n", "{ed} test key ed25519\n{ec} b\n"},
		{"two on a line, a comment that ends in a type", "{ed} key of type ssh-rsa{ec} b\n", "{ed} key of type ssh-rsa\n{ec} b\n"},
		{"two of a type on a line, as cat leaves them", "{rsa} my old rsa{ed} a key dsa{ec} b\n", "{rsa} my old rsa\n{ed} a key dsa\n{ec} b\n"},
		{"a key told of, its type in words", "{ed} was an ed25519 {ec} b\n", "{ed} was an ed25519 {ec} b\n"},
		{"junk stays", "{ed} a\njunk\n{ec} b\n", "{ed} a\njunk\n{ec} b\n"},
		{"unknown option stays", "nopty {ed} a\n", "nopty {ed} a\n"},
		{"cut short stays", "> {ec} b\n" + rsa[:200] + "\n> {ed} a\n", "{ec} b\n" + rsa[:200] + "\n{ed} a\n"},
		{"options apart stay", "command=\"x\"\n> {ed} a\n", "command=\"x\"\n> {ed} a\n"},
		{"options apart from a wrapped key", "no-pty\n" + rsa[:100] + "\n" + rsa[100:] + "\n", "no-pty\n" + rsa[:100] + "\n" + rsa[100:] + "\n"},
		{"damaged options stay, their neighbours do not", "> {ed} a\nno-pty, command=\"x\" {ec} b\n" + rsa[:100] + "\n" + rsa[100:] + " c\n",
			"{ed} a\nno-pty, command=\"x\" {ec} b\n{rsa} c\n"},
		{"commented out stays", "#> {ed} a\n# {ec} b\n", "#> {ed} a\n# {ec} b\n"},
		{"the rest of a refused key stays", wrong[:60] + "\n" + wrong[60:] + " of prod\n> {ec} a\n", wrong[:60] + "\n" + wrong[60:] + " of prod\n{ec} a\n"},
		{"the rest behind a comment, too", ed[:60] + "\n\n# c\n" + ed[61:] + " of prod\n> {ec} a\n", ed[:60] + "\n\n# c\n" + ed[61:] + " of prod\n{ec} a\n"},
		{"the rest of a host's key stays", "h.example.org " + ed[:60] + "\n" + ed[60:] + " of h\n> {ec} a\n", "h.example.org " + ed[:60] + "\n" + ed[60:] + " of h\n{ec} a\n"},
		{"the rest of a key with an option that is none stays", "restict " + ed[:60] + "\n" + ed[60:] + " of h\n> {ec} a\n", "restict " + ed[:60] + "\n" + ed[60:] + " of h\n> {ec} a\n"},
		{"the start of a refused key stays", "ssh-\n" + ed[4:60] + ed[61:] + "\n> {ec} a\n", "ssh-\n" + ed[4:60] + ed[61:] + "\n{ec} a\n"},
		{"a key that is let in below with options stays", "> {ed} a\n{ec} b\nrestrict {ed} a\n", "> {ed} a\n{ec} b\nrestrict {ed} a\n"},
		{"one with the same options does not", "> restrict {ed} a\n{ec} b\nrestrict {ed} a\n", "restrict {ed} a\n{ec} b\nrestrict {ed} a\n"},
		{"a key whose line with options sshd passes over stays", "from=10.0.0.1 {ed} a\n{ec} b\n> {ed} a\n", "from=10.0.0.1 {ed} a\n{ec} b\n> {ed} a\n"},
		{"a key whose line with options below is refused stays", "> {ed} a\nrestrict,command=”x” {ed} a\n> {ec} b\n", "> {ed} a\nrestrict,command=”x” {ed} a\n{ec} b\n"},
		{"one in another form, too", "> {ed} a\n{ec} b\nrestrict,command=”x” " + ed[:60] + "\n" + ed[60:] + " a\n", "> {ed} a\n{ec} b\nrestrict,command=”x” " + ed[:60] + "\n" + ed[60:] + " a\n"},
		{"one that is cut short, too", "command=\"x\" " + ed[:50] + "\n{ec} b\n" + ed[:60] + "\n" + ed[60:] + " a\n", "command=\"x\" " + ed[:50] + "\n{ec} b\n" + ed[:60] + "\n" + ed[60:] + " a\n"},
		{"another security key is none", "from=“10.0.0.1” " + skLine(1) + " a\n{ec} b\n" + skLine(2)[:80] + "\n" + skLine(2)[80:] + " b\n", "from=“10.0.0.1” " + skLine(1) + " a\n{ec} b\n" + skLine(2) + " b\n"},
		{"comment in front", "# of a\n> {ed} a\n", "# of a\n{ed} a\n"},
	} {
		m, err := doctor.MendLines([]byte(keysIn(t, c.file)))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if want := keysIn(t, c.want); string(m.Text) != want {
			t.Errorf("%s: %q; want %q", c.name, m.Text, want)
		}
		if again, err := doctor.MendLines(m.Text); err != nil || !bytes.Equal(again.Text, m.Text) {
			t.Errorf("%s: mended again it is another: %v", c.name, err)
		}
	}
}

var mendSeed = flag.Uint64("mend.seed", 1, "the seed of TestMendLosesNothing")

// TestMendLosesNothing: of files made at random, every entry that sshd took is
// there still, and every line that is new is one that normalize prints of the
// whole file, with the same options.
func TestMendLosesNothing(t *testing.T) {
	g := keytest.NewGenerator(keytest.NewIdentities(t), *mendSeed, 1, time.UTC)
	files, mended := 150, 0
	if testing.Short() {
		files = 50
	}
	for range files {
		data := g.File()
		m, err := doctor.MendLines(data)
		if err != nil {
			t.Errorf("%v\n%q", err, data)
			continue
		}
		before, after := entries(data), entries(m.Text)
		normal, err := keyconv.Normalize(data)
		if err != nil {
			t.Fatal(err)
		}
		allowed := entries(normal.Text)
		for e, n := range after {
			if n > before[e] {
				mended++
				if allowed[e] == 0 {
					t.Errorf("a new line %q\n%q\n%q\n%v\n%q", e, data, m.Text, normal.Findings, normal.Text)
				}
			}
		}
		for e, n := range before {
			if after[e] < n && allowed[e] >= n {
				t.Errorf("lost: %q\n%q\n%q", e, data, m.Text)
			}
		}
	}
	if mended < files/20 {
		t.Errorf("only %d lines were mended in %d files", mended, files)
	}
}

// entries counts what sshd takes: options, key and the first word of the
// comment (the rest is where another key may have stood).
func entries(data []byte) map[string]int {
	count := map[string]int{}
	for l := range authkeys.Lines(data) {
		if l.Kind != authkeys.Entry {
			continue
		}
		var raw []string
		for _, o := range l.Key.Options {
			raw = append(raw, o.Raw)
		}
		count[strings.Join(raw, ",")+" "+l.Key.Public.String()]++
	}
	return count
}

// TestMendSureHere: a key that normalize refuses where it stands is not mended there
// because it is sure of the same key further down.
func TestMendSureHere(t *testing.T) {
	const twice = "c3NoLWVkMjU1MTkgQUFBQUMzTnphQzFsWkRJMU5URTVBQUFBSUdFNGJ0MjNhK2tRR0ZLMFdnLzBLOXJFK05mV0RIT1ptQkJYMnhqekVsOTMgZnJlZEBib3g=\n" // the last key
	const option = "nopty ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIACIVEbl03d80mM4JnD6R06IEmiPxNX/xPKi1V6zyZBq a@b\n"
	const wrapped = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGp5\ncd0nxNfFp9qlTmMT8kbT2KazqXmRf6gDuOZ3FT11 two words\n"
	const sound = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEhhOKpdIX6DrSNpS/twsJ5/+w/G+0qv3lInqhTgk9fe two words\n"
	const last = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGE4bt23a+kQGFK0Wg/0K9rE+NfWDHOZmBBX2xjzEl93 fred@box"
	got, err := doctor.MendLines([]byte(twice + option + wrapped + sound + "\x1b[200~" + last + "\x1b[201~\n"))
	if err != nil {
		t.Fatal(err)
	}
	if want := twice + option + strings.Replace(wrapped, "\n", "", 1) + sound + last + "\n"; string(got.Text) != want {
		t.Errorf("%s\nwant\n%s", got.Text, want)
	}
}

// TestMendPlaces: places are those of sshd's lines, which a lone carriage return does not
// end: in front of a region, and in it.
func TestMendPlaces(t *testing.T) {
	for _, front := range []string{"", "# a\rb\n", "# a\n", "x\ry\n"} {
		text := front + keysIn(t, "{ed}") + " a\n> " + keysIn(t, "{rsa}") + "\n"
		m, err := doctor.MendLines([]byte(text))
		if err != nil || len(m.Regions) == 0 {
			t.Fatal(err, m)
		}
		for _, f := range m.Findings() {
			if line := 1 + strings.Count(text[:f.Pos.Offset], "\n"); f.Pos.Line != line || f.Pos.Column != f.Pos.Offset-strings.LastIndex(text[:f.Pos.Offset], "\n") {
				t.Errorf("%q: %+v, in line %d", front, f, line)
			}
		}
	}
}

// TestMendLinesLeaves: lines that are refused stay, whatever is repaired beside them, and
// a key comes in only by the first entry that normalize gives of it.
func TestMendLinesLeaves(t *testing.T) {
	a, b, c := keysIn(t, "{ed}"), keysIn(t, "{rsa}"), keysIn(t, "{ec}")
	encoded := base64.StdEncoding.EncodeToString([]byte(a + " x\n"))
	for how, f := range map[string]struct{ text, stays string }{
		"a misspelt option":          {"restict " + b + "\nkey: " + encoded + "\n", "restict " + b},
		"a key cut short":            {"- " + b[:60] + "\nkey: " + encoded + "\n", "- " + b[:60]},
		"an entry with two keys":     {"  options: no-pty\n" + b + " " + c + "\nk: " + encoded + "\n", b},
		"a restricted key above":     {b + "\n- restrict " + a + "\n- command=\"x\" " + b + "\n" + c + "\n- " + a + "\n", "\n- " + a},
		"a restricted key, repaired": {"- restrict " + a + "\n" + c + "\n- " + a + "\n", "restrict " + a},
	} {
		m, err := doctor.MendLines([]byte(f.text))
		if err != nil || !strings.Contains(string(m.Text), f.stays) {
			t.Errorf("%s: %v\n%s", how, err, m.Text)
		}
	}
}
