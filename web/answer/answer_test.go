package answer_test

import (
	"bytes"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/testdata"
	"github.com/keyconv/keyconv/web/answer"
	"github.com/rogpeppe/go-internal/txtar"
)

func keys(t *testing.T) fs.FS {
	t.Helper()
	set, err := fs.Sub(testdata.Keys, "keys")
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// TestPuttyWay holds our "as PuTTY shows it" to what puttygen -l printed.
func TestPuttyWay(t *testing.T) {
	set := keys(t)
	for _, name := range keytest.Names(t, set) {
		want := strings.TrimSpace(string(keytest.Read(t, set, name+"/fingerprint")))
		r := answer.Look(keytest.Read(t, set, name+"/plain.ppk"), "")
		if len(r.Keys) != 1 || !strings.HasPrefix(want, r.Keys[0].PuTTY) {
			t.Errorf("%s: %+v, puttygen says %q", name, r.Keys, want)
			continue
		}
		ppk := keytest.File(t, "id.ppk", keytest.Read(t, set, name+"/plain.ppk"))
		old := string(keytest.Run(t, nil, "puttygen", "-l", "-E", "md5", ppk))
		if !strings.HasPrefix(old, r.Keys[0].OldPuTTY) {
			t.Errorf("%s: %q, puttygen says %q", name, r.Keys[0].OldPuTTY, old)
		}
	}
}

// pasted calls f with every damaged text of testdata.
func pasted(t *testing.T, f func(name, text, want string)) {
	t.Helper()
	files, err := filepath.Glob("../../testdata/pasted/*.txtar")
	if err != nil || len(files) < 50 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, in := range archive.Files {
			kind, ok := strings.CutSuffix(in.Name, ".in.quoted")
			if !ok {
				continue
			}
			text, err := strconv.Unquote(strings.TrimSpace(string(in.Data)))
			if err != nil {
				t.Fatal(err)
			}
			out := slices.IndexFunc(archive.Files, func(f txtar.File) bool { return f.Name == kind+".out" })
			want := ""
			if out >= 0 {
				want = string(archive.Files[out].Data)
			}
			f(filepath.Base(file)+"/"+kind, text, want)
		}
	}
}

// TestPasted: the page gives the lines that the library gives, marks every
// finding that has a place, and hides nothing of the text between the marks.
func TestPasted(t *testing.T) {
	seen := 0
	pasted(t, func(name, text, want string) {
		r := answer.Look([]byte(text), "")
		if r.Lines != want && r.Verdict != answer.Private && (strings.TrimSpace(want) != "" || r.Verdict != answer.Refused) {
			t.Errorf("%s: %q, want %q", name, r.Lines, want)
		}
		if (r.Verdict == answer.Refused) != (r.Lines == "") && r.Private == nil {
			t.Errorf("%s: %s with the lines %q", name, r.Verdict, r.Lines)
		}
		if r.Title == "" || r.Verdict == answer.Refused && len(r.Findings) == 0 {
			t.Errorf("%s: it says nothing: %+v", name, r)
		}
		marks := map[int]bool{}
		for _, p := range r.Pieces {
			for _, n := range p.Marks {
				marks[n] = true
			}
		}
		for i, f := range r.Findings {
			if (f.Line > 0) != marks[i+1] {
				t.Errorf("%s: finding %d, %+v: marked %v", name, i+1, f, marks[i+1])
			}
			seen++
		}
	})
	if seen < 100 {
		t.Errorf("only %d findings", seen)
	}
}

// TestMarks holds the marks to places that a reader can check.
func TestMarks(t *testing.T) {
	const blob = "AAAAC3NzaC1lZDI1NTE5AAAAIPf6OXPt5Q9HttiLtTHd1gwndA1vnoI4oJUTILJXNTul"
	for _, test := range []struct{ text, want string }{
		{"sh-ed25519 " + blob + " fred", "[sh-ed25519|1] " + blob + " fred"},
		{"ssh-ed25519 " + blob[:40] + "\n" + blob[40:50] + "\n" + blob[50:], "ssh-ed25519 " + blob[:40] + "[↵|1]\n" + blob[40:50] + "[↵|1]\n" + blob[50:]},
		{"\ufeffssh-ed25519 " + blob, "[⟨U+FEFF⟩ssh-ed25519|1] " + blob},
		{"-----BEGIN OPENSSH PRIVATE KEY-----", "[-----BEGIN|2] OPENSSH PRIVATE KEY-----[⟨end⟩|1]"},
	} {
		got := ""
		for _, p := range answer.Look([]byte(test.text), "").Pieces {
			if p.Marks == nil {
				got += p.Text
				continue
			}
			numbers, _ := json.Marshal(p.Marks)
			got += "[" + p.Text + "|" + strings.Trim(string(numbers), "[]") + "]"
		}
		if got != test.want {
			t.Errorf("%q:\n%s\nwant\n%s", test.text, got, test.want)
		}
	}
}

// TestWords: no message sends a reader of the page to a command line of
// keyconv.
func TestWords(t *testing.T) {
	check := func(name, text string) {
		for _, word := range []string{" --", "(--", "keyconv normalize", "keyconv convert", "keyconv reads", "Ctrl-D"} {
			if strings.Contains(" "+text, word) && !strings.HasPrefix(text, "gpg ") {
				t.Errorf("%s: %q says %q", name, text, word)
			}
		}
	}
	texts := 0
	look := func(name string, data []byte) {
		r := answer.Look(data, "")
		for _, f := range r.Findings {
			check(name, f.Message)
			check(name, f.Hint)
			texts++
		}
		if r.Private == nil {
			return
		}
		for _, to := range r.Private.Targets {
			for _, protect := range []string{answer.Keep, answer.None} {
				d := answer.Convert(data, answer.Order{To: to.Name, Protect: protect, Comment: "a\nb", NewPassphrase: "x"})
				if d.Problem != nil {
					check(name, d.Problem.Message)
					check(name, d.Problem.Hint)
					texts++
				}
			}
		}
	}
	pasted(t, func(name, text, _ string) { look(name, []byte(text)) })
	set := keys(t)
	for _, file := range []string{"ed25519/plain.ppk", "ed25519/argon2id.ppk", "ed448/plain.ppk", "dsa1024/plain.ppk", "rsa2048/cert.ppk"} {
		data := keytest.Read(t, set, file)
		look(file, data)
		look(file+", cut", data[:len(data)/2])
	}
	for _, text := range []string{"", "hello", "\x00\x01\x02", "ssh-", "-----BEGIN PGP X", "MD5:aa", "<html>", strings.Repeat("x", answer.MaxInput+1)} {
		look(text[:min(8, len(text))], []byte(text))
	}
	if texts < 150 {
		t.Errorf("only %d messages", texts)
	}
}

// TestConvert: a passphrase changes, is kept, goes; what fails names its field.
func TestConvert(t *testing.T) {
	set := keys(t)
	sealed := keytest.Read(t, set, "ed25519/argon2id.ppk")
	for _, test := range []struct {
		name  string
		data  []byte
		order answer.Order
		field string
	}{
		{"no passphrase", sealed, answer.Order{To: "openssh", Protect: answer.Keep}, "passphrase"},
		{"wrong passphrase", sealed, answer.Order{To: "openssh", Protect: answer.Keep, Passphrase: "x"}, "passphrase"},
		{"wrong passphrase, public half", sealed, answer.Order{To: "authorized-keys", Protect: answer.Keep, Passphrase: "x"}, "passphrase"},
		{"empty new one", sealed, answer.Order{To: "openssh", Protect: answer.New, Passphrase: testdata.Passphrase}, "new-passphrase"},
		{"comment of two lines", sealed, answer.Order{To: "ppk", Protect: answer.Keep, Passphrase: testdata.Passphrase, Comment: "a\nb"}, "comment"},
		{"a type that PEM has not", sealed, answer.Order{To: "pem", Protect: answer.Keep, Passphrase: testdata.Passphrase}, ""},
	} {
		d := answer.Convert(test.data, test.order)
		if d.Problem == nil || d.Problem.Field != test.field || d.Problem.Hint == "" || d.Data != nil {
			t.Errorf("%s: %+v", test.name, d.Problem)
		}
	}
	for _, test := range []struct{ opened, to, want string }{
		{`C:\keys\Fred.PPK`, "openssh", "Fred"}, {"", "ppk", "id_ed25519.ppk"}, {"id_ed25519", "openssh", "id_ed25519-converted"},
		{"../../x.pem", "ppk", "x.ppk"}, {"a.ppk", "ppk2", "a-converted.ppk"},
	} {
		d := answer.Convert(keytest.Read(t, set, "ed25519/plain.ppk"), answer.Order{To: test.to, Protect: answer.None, Name: test.opened})
		if d.Name != test.want || d.Encrypted || len(d.Data) == 0 {
			t.Errorf("%s to %s: %q, %v", test.opened, test.to, d.Name, d.Problem)
		}
	}
}

// TestExpensive: what a stranger's file asks for costs nothing.
func TestExpensive(t *testing.T) {
	memory := regexp.MustCompile(`Argon2-Memory: \d+`)
	text := memory.ReplaceAll(keytest.Read(t, keys(t), "ed25519/argon2id.ppk"), []byte("Argon2-Memory: 4194304"))
	d := answer.Convert(text, answer.Order{To: "openssh", Protect: answer.Keep, Passphrase: testdata.Passphrase})
	if d.Problem == nil || !strings.Contains(d.Problem.Message, "Argon2 memory") {
		t.Errorf("%+v", d.Problem)
	}
}

// TestSecret: what holds a private key is known for it, also when it is
// damaged.
func TestSecret(t *testing.T) {
	err := fs.WalkDir(testdata.Keys, "keys", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name := filepath.Base(path)
		private := strings.HasSuffix(name, ".ppk") || strings.HasPrefix(name, "openssh") || strings.HasPrefix(name, "private-")
		data, err := os.ReadFile("../../testdata/" + path)
		if got := answer.Look(data, "").Secret; got != private {
			t.Errorf("%s: secret is %v", path, got)
		}
		if private && name != "private-dropbear" && !answer.Look(data[:len(data)-len(data)/4], "").Secret {
			t.Errorf("%s, cut short, is no secret", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestOnce: what both the repairer and the advice about a key say is listed once.
func TestOnce(t *testing.T) {
	const wrong = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIH4cnticiVXcD+bQiKfAH0GRbNIDZDS0puuYyEiPQOwv"
	for name, text := range map[string]string{
		"line": wrong + " me@host\n", "second line": "# a\n" + wrong + "\n", "quoted": `"` + wrong + `"`,
	} {
		n := 0
		for _, f := range answer.Look([]byte(text), "").Findings {
			if f.Code == "key-suspicious" {
				n++
			}
		}
		if refused := name == "quoted"; n != 1 && !refused || n != 0 && refused {
			t.Errorf("%s: key-suspicious %d times", name, n)
		}
	}
}

// TestRedacted: whatever prints an Order or a Delivery prints no passphrase and no file.
func TestRedacted(t *testing.T) {
	order := answer.Order{To: "ppk", Passphrase: "correct horse", NewPassphrase: "battery staple", Comment: "me"}
	delivery := answer.Delivery{Name: "id.ppk", Data: []byte("Private-Lines: 1")}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		for _, x := range []any{order, &order, delivery, &delivery, []any{order, delivery}} {
			text := fmt.Sprintf(verb, x)
			for _, secret := range []string{"correct", "battery", "Private", fmt.Sprintf("%x", "Private"), "[80 114 105"} {
				if strings.Contains(text, secret) {
					t.Errorf("%s of %T: %s", verb, x, text)
				}
			}
		}
	}
}

// TestOpensNever: where no passphrase opens a key, it can become nothing.
func TestOpensNever(t *testing.T) {
	block, _ := pem.Decode(keytest.Read(t, keys(t), "ed25519/openssh-aes256-ctr"))
	if r := answer.Look(pem.EncodeToMemory(block), ""); r.Private == nil || len(r.Private.Targets) == 0 {
		t.Error(r.Private)
	}
	block.Bytes = bytes.Replace(block.Bytes, []byte("aes256-ctr"), []byte("aes256-xyz"), 1)
	r := answer.Look(pem.EncodeToMemory(block), "")
	if r.Private == nil || r.Private.Targets == nil || len(r.Private.Targets) > 0 || r.Lines == "" || !slices.ContainsFunc(r.Findings, func(f answer.Finding) bool { return f.Code == "cipher-unknown" }) {
		t.Errorf("%+v", r)
	}
}
