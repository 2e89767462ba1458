package doctor_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/keyconv/keyconv/doctor"
	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/testdata"
)

// public is a shipped key, "type base64", and its comment.
func public(t testing.TB, name string) (line, comment string) {
	t.Helper()
	data, err := testdata.Keys.ReadFile("keys/" + name + "/id.pub")
	if err != nil {
		t.Fatal(err)
	}
	f := strings.SplitN(strings.TrimSpace(string(data)), " ", 3)
	return f[0] + " " + f[1], f[2]
}

// keysIn puts shipped keys for their names in braces.
func keysIn(t testing.TB, text string) string {
	ed, _ := public(t, "ed25519")
	ec, _ := public(t, "ecdsa256")
	rsa, _ := public(t, "rsa2048")
	dsa, _ := public(t, "dsa1024")
	return strings.NewReplacer("{ed}", ed, "{ec}", ec, "{rsa}", rsa, "{dsa}", dsa).Replace(text)
}

// TestCheckLines: the codes of the findings, line by line.
func TestCheckLines(t *testing.T) {
	for _, c := range []struct{ file, want string }{
		{"{ed} a\n# c\n\n{ec} b\n", ""},
		{"{ed} a\nnopty {ec} b\n", "2:options-damaged"},
		{"{ed} a\n{ed} b\n", "2:duplicate-line"},
		{"command=\"x\" {ed} a\n{ed} b\n", "2:duplicate-key dead"},
		{"from=\"10.0.0.1\" {ed} a\n{ed} b\n", "2:duplicate-key"},
		{"expiry-time=\"20200101\" {ed} a\n{ed} b\n", "1:entry-expired dead"},
		{"principals=\"x\" {ed} a\n{ed} b\n", "1:line-refuses dead"},
		{"from=\"10.0.0.1/8\" {ed} a\n", "1:line-refuses dead"},
		{"cert-authority,from=\",\" {ed} a\n", "1:line-refuses dead"},
		{"cert-authority {ed} a\n{ed} b\n", ""},
		{"from=\"*.example.com,10.0.0.1\" {ed} a\n", "1:from-name"},
		{"{dsa} a\n", "1:dsa"},
		{"{ed} a", "1:line-end-missing"},
		{"> {ed} a\n", "1:line-ignored"},
		{keysIn(t, "{rsa} a\n")[:200] + "\n" + keysIn(t, "{rsa} a\n")[200:] + "{ed} b\n", "1:line-ignored"},
		{keysIn(t, "{rsa} a\n")[:200] + "\n{ed} b\n", "1:truncated"},
		{"{ed} a\n\ncommand=\"x\"\n> {ec} b\n", "3:line-ignored 4:options-apart"},
		{"{ed} a\ncommand=\"x\"\n{ec} b\n", "2:line-ignored 3:options-apart"},
		{"from=\"10.0.0.1\" {ed} a\n{ed} b\nno-pty {ed} c\n", "2:duplicate-key 3:duplicate-key dead"},
		{"{ed} a # was: {ec} b\n", ""},
	} {
		var got []string
		for _, l := range doctor.CheckLines([]byte(keysIn(t, c.file)), time.Now(), "") {
			for _, f := range l.Findings {
				got = append(got, fmt.Sprintf("%d:%s", l.Number, f.Code))
			}
			if l.Dead != "" {
				got = append(got, "dead")
			}
		}
		if text := strings.Join(got, " "); text != c.want {
			t.Errorf("%.60q: %s; want %s", c.file, text, c.want)
		}
	}
}

// TestShortRSA: what ssh-keygen still makes and servers may refuse.
func TestShortRSA(t *testing.T) {
	file := t.TempDir() + "/id"
	keytest.Run(t, nil, "ssh-keygen", "-q", "-t", "rsa", "-b", "1024", "-N", "", "-f", file)
	line := keytest.Run(t, nil, "ssh-keygen", "-y", "-f", file)
	list := doctor.CheckLines(line, time.Now(), "")
	if len(list) != 1 || len(list[0].Findings) != 1 || list[0].Findings[0].Code != "rsa-short" {
		t.Errorf("%+v", list)
	}
}
