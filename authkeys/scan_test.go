package authkeys_test

import (
	"math/rand/v2"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/authkeys"
)

// sameRead compares Scan, and with it ParseLine, with the reader of every sort
// of line. It returns whether Scan read the line.
func sameRead(t *testing.T, s *authkeys.Scanner, line []byte) bool {
	t.Helper()
	want, wantErr := authkeys.ParseAny(line)
	got, err := authkeys.ParseLine(line)
	if !reflect.DeepEqual(got, want) || (err == nil) != (wantErr == nil) || err != nil && err.Error() != wantErr.Error() {
		t.Fatalf("%q: %+v %v, not %+v %v", line, got, err, want, wantErr)
	}
	e, ok := s.Scan(line)
	switch {
	case !ok:
	case want == nil:
		t.Fatalf("%q was scanned: %v", line, wantErr)
	case e.Key.PublicKey() != want.Public || string(e.Comment) != want.Comment || len(want.Findings) > 0,
		!slices.Equal(e.Options, want.Options) || string(e.Field) != authkeys.RawOptions(want.Options),
		e.Key.Algorithm() != want.Public.Algorithm():
		t.Fatalf("%q: %q %q, not %+v", line, e.Key.Bytes(), e.Comment, want)
	}
	return ok
}

// TestScanSame changes lines at random.
func TestScanSame(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	var s authkeys.Scanner
	var lines []string
	for _, name := range []string{"rsa2048", "ed25519", "ecdsa256", "ecdsa521", "dsa1024", "ed448"} {
		lines = append(lines, string(shippedLine(t, name)))
	}
	lines = append(lines, edKey, edKey+"  c ", edKey+"\tc", " "+edKey+" c", edKey+" \x00c", edKey+" a\nb", edKey+"\r c", edKey+" c\r")
	for _, o := range manyOptions {
		lines = append(lines, o+" "+edKey+" c")
	}
	scanned := 0
	for range 20000 {
		line := []byte(lines[r.IntN(len(lines))])
		for range r.IntN(3) {
			i := r.IntN(len(line))
			if r.IntN(2) == 0 {
				i = min(i, 60)
			}
			line = slices.Replace(line, i, min(len(line), i+r.IntN(2)), "\"\\, \t=aA/\x00\r\n"[r.IntN(12)])
		}
		if sameRead(t, &s, line) {
			scanned++
		}
	}
	if scanned < 2000 {
		t.Errorf("only %d were scanned", scanned)
	}
}

// manyOptions are fields of options, sound ones and others.
var manyOptions = []string{"restrict", `command="a b \"c\"",no-pty`, `from="10.0.0.1,*.b",environment="A=b",environment="A=c"`, `permitopen="h:http"`, `permitopen="h:1"`,
	`command="x",command="y"`, `expiry-time="20300101",principals="a"`, `cert-authority,principals="a,b"`, `COMMAND="x",No-Pty`, `tunnel="1"`, `restrict,`, `,restrict`, `from="é"`, `command="AAAA"`}

// TestScans: the lines that files consist of take the quick way.
func TestScans(t *testing.T) {
	var s authkeys.Scanner
	for _, name := range []string{"rsa2048", "ed25519", "ecdsa256", "ecdsa384", "ecdsa521"} {
		for _, options := range []string{"", "restrict,pty ", `command="/bin/x \"a b\"",no-pty,from="10.0.0.*" `} {
			if !sameRead(t, &s, append([]byte(options), shippedLine(t, name)...)) {
				t.Errorf("%s%s is not scanned", options, name)
			}
		}
	}
}

func FuzzScan(f *testing.F) {
	for _, form := range sshdLines {
		f.Add([]byte(expand(strings.ReplaceAll(form, "TYPE", "ssh-ed25519"))))
	}
	for _, o := range manyOptions {
		f.Add([]byte(o + " " + edKey))
	}
	f.Add(shippedLine(f, "rsa2048"))
	f.Add(shippedLine(f, "ecdsa256"))
	var s authkeys.Scanner
	f.Fuzz(func(t *testing.T, line []byte) { sameRead(t, &s, line) })
}

// FuzzSecretAt compares with expressions.
func FuzzSecretAt(f *testing.F) {
	short, letters, chance := regexp.MustCompile(`^[A-Za-z0-9+/=]{8,19}$`), regexp.MustCompile(`[A-Z].*[a-z]|[a-z].*[A-Z]`), regexp.MustCompile(`[^a-z][A-Z]|[0-9+/=]`)
	secret := regexp.MustCompile(`^[A-Za-z0-9+/=]{20,}$|[A-Za-z0-9+/=_-]{32,}`)
	run := strings.Repeat("Ab+9", 8)
	for _, s := range []string{"", "ssh-rsa", run, run[:31], run[:19], run[:20], run[:19] + "=", run[:24] + "-", "x," + run, `"` + run[:31] + "_", run[:20] + ":" + run, run[:31] + "\n", "ü" + run,
		"aOy2y+zVmM8sIfjVata", "NTulQx12", "AnnaSmith2", "myLaptop", "restrict", "T480sLaptop", "RESTRICT", "XYlaptop"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, word string) {
		want := -1
		if at := secret.FindStringIndex(word); at != nil {
			want = at[0]
		}
		if bare := strings.TrimRight(word, "0123456789="); short.MatchString(word) && letters.MatchString(bare) && chance.MatchString(bare) {
			want = 0
		}
		if got := authkeys.SecretAt(word); got != want {
			t.Errorf("%q: %d, not %d", word, got, want)
		}
	})
}
