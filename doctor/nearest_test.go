package doctor_test

import (
	"strings"
	"testing"

	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/doctor"
	"github.com/keyconv/keyconv/testdata"
)

// TestMissOfCertificate: a certificate never belongs into the file as it is, so
// that no advice is to put it there.
func TestMissOfCertificate(t *testing.T) {
	data, key := certificate(t)
	line, comment := public(t, "ed25519")
	other, _ := public(t, "rsa2048")
	c, err := key.Public.Certificate()
	if err != nil {
		t.Fatal(err)
	}
	trust := "cert-authority " + c.CA.String()
	for _, test := range []struct{ name, file, code, hint string }{
		{"the plain key", other + " a\n" + line + " " + comment + "\n", "near-plain", trust},
		{"another key with the comment", other + " " + comment + "\n", "certificate-untrusted", trust},
		{"nothing", "", "certificate-untrusted", trust},
		{"the certificate", string(data), "near-certificate", "plain key"},
		{"the certificate, commented out", "# " + string(data), "certificate-untrusted", trust},
		{"the authority without its mark", c.CA.String() + "\n", "near-not-authority", "cert-authority"},
	} {
		found := doctor.NearestMiss([]byte(test.file), key, "f")
		f := doctor.NotListed(key.Public, "f")
		if len(found) > 0 {
			f = found[0]
		}
		if f.Code != test.code || !strings.Contains(f.Hint, test.hint) || strings.Contains(f.Hint, "keyconv add") {
			t.Errorf("%s: %s: %s\n%s", test.name, f.Code, f.Msg, f.Hint)
		}
	}
	f := doctor.NearestMiss([]byte(other+" a\n"+line+"\n"), key, "f")[0]
	if f.Pos.Line != 2 || !strings.Contains(f.Msg, "line 2") {
		t.Errorf("%v %s", f.Pos, f.Msg)
	}
}

// TestNearestMiss: a file that nearly holds the key, the code of what is said,
// and the line.
func TestNearestMiss(t *testing.T) {
	line, comment := public(t, "rsa2048")
	key, err := authkeys.ParseLine([]byte(line + " " + comment))
	if err != nil {
		t.Fatal(err)
	}
	word, blob, _ := strings.Cut(line, " ")
	rfc, err := testdata.Keys.ReadFile("keys/rsa2048/id.rfc4716")
	if err != nil {
		t.Fatal(err)
	}
	other, _ := public(t, "ed25519")
	for _, c := range []struct{ name, file, want string }{
		{"another key", other + " a\n", ""},
		{"empty", "", ""},
		{"cut short", other + "\n" + line[:200] + "\n", "near-cut-short 2 the beginning"},
		{"cut short, a comment", line[:200] + " " + comment + "\n", "near-cut-short 1 the beginning"},
		{"cut by nano", line[:79] + ">\n", "near-cut-short 1 the beginning"},
		{"broken over lines", line[:100] + "\n" + line[100:] + "\n", "near-damaged 1 several lines"},
		{"wrong type", "ssh-dss " + blob + "\n", "near-ignored 1 ssh-rsa"},
		{"no type", blob + "\n", "near-ignored 1 type"},
		{"twice the type", word + " " + line + "\n", "near-ignored 1 twice"},
		{"unknown option", "nopty " + line + "\n", "near-ignored 1 nopty"},
		{"commented out", "\n# " + line + "\n", "near-commented-out 2 commented"},
		{"SSH2 form", string(rfc), "near-damaged"},
		{"behind another key", other + " a" + line + "\n", "near-same-line 1 behind"},
		{"behind another key, taken out", other + " a # was: " + line + "\n", "near-same-line 1 behind own"},
		{"an authority", "cert-authority " + line + "\n", "near-authority 1 authority"},
		{"refused as a whole", "PK\x03\x04 " + line + "\n", "near-ignored 1 ZIP"},
		{"a name that begins as bzip2 does", "BZhang: " + line + "\n", "near-ignored 1"},
		{"same comment", other + " " + comment + "\n", "near-same-comment 1 another key"},
		{"a character lost", line[:150] + line[151:] + "\n", "near-damaged 1"},
		{"a character changed", line[:150] + string(line[150]^1) + line[151:] + "\n", "near-"},
	} {
		text := []string{""}
		if found := doctor.NearestMiss([]byte(c.file), key, ""); len(found) > 0 {
			f := found[0]
			text = []string{f.Code, f.Pos.String(), f.Msg, f.Hint}
		}
		got := strings.Join(text, " ")
		for _, w := range strings.Fields(c.want) {
			if !strings.Contains(got, w) {
				t.Errorf("%s: %q; want %q in it", c.name, got, w)
			}
		}
		if c.want == "" && got != "" {
			t.Errorf("%s: %q", c.name, got)
		}
	}
}
