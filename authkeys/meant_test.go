package authkeys_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/sshkey"
)

// TestMeantOptions: what is advised is a list that is read, and says what was
// written; where it is not clear what was meant, nothing is.
func TestMeantOptions(t *testing.T) {
	for field, want := range map[string]string{
		`from=10.0.0.1`:                   `from="10.0.0.1"`,
		`from=10.0.0.1,10.0.0.2`:          `from="10.0.0.1,10.0.0.2"`,
		`command=/bin/ls -l`:              `command="/bin/ls -l"`,
		`restrict,from=10.0.0.1,no-pty`:   `restrict,from="10.0.0.1",no-pty`,
		`no-pty command="x"`:              `no-pty,command="x"`,
		`no-pty, command="echo a, b"`:     `no-pty,command="echo a, b"`,
		`no-pty ,no-X11-forwarding`:       `no-pty,no-X11-forwarding`,
		`command="a \" b" no-pty`:         `command="a \" b",no-pty`,
		`environment=A=b`:                 `environment="A=b"`,
		`from=10.0.0.1 command=ls`:        "", // where does the first end?
		`no-ptty`:                         "",
		`from="10.0.0.1`:                  "",
		`command="ls" -l`:                 "",
		`command=“ls”`:                    "",
		`from=`:                           "",
		`permitopen=nowhere`:              "",
		`no-pty`:                          "", // nothing is wrong
		``:                                "",
		`my laptop`:                       "",
		`command=echo "a b" > /tmp/x`:     "",
		`restrict,command=ls,from=10.0.*`: `restrict,command="ls",from="10.0.*"`,
	} {
		got := authkeys.MeantOptions(field)
		if got != want {
			t.Errorf("%s: %s, not %s", field, got, want)
		}
		if _, err := authkeys.ParseOptions(got); got != "" && err != nil {
			t.Errorf("%s: %s: %v", field, got, err)
		}
	}
}

// TestParseOptions: a list alone is read as in front of a key, and a fault has its
// place and its advice.
func TestParseOptions(t *testing.T) {
	const key = " ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea"
	for _, c := range []struct {
		field, want, hint string
		column            int
	}{
		{"no-pty", "", "", 0},
		{`restrict,command="a b, c",from="10.*"`, "", "", 0},
		{"no-pty,", "", "", 0},
		{"restict", `unknown option "restict"`, "the nearest option is restrict", 1},
		{"no-pty,no-ptty", `unknown option "no-ptty"`, "the nearest option is no-pty", 8},
		{"something", `unknown option "something"`, "", 1},
		{"no-pty, no-X11-forwarding", "a space stands in the middle", "write them so: no-pty,no-X11-forwarding", 8},
		{"command=ls", "start quote is missing", `command="ls"`, 9},
		{"from=10.0.0.1 command=ls", "start quote is missing", `put all of the value in quotes: from="`, 6},
		{`command="ls`, "end quote is missing", "closing quote", 9},
		{"no-pty\n", "in a list of options", "", 7},
		{"no-pty\x00", "in a list of options", "", 7},
		{"", "empty", "", 1},
	} {
		_, err := authkeys.ParseOptions(c.field)
		if k, lineErr := authkeys.ParseLine([]byte(c.field + key)); (lineErr == nil && (k.Comment == "" && len(k.Options) > 0)) != (err == nil) {
			t.Errorf("%q: %v, in a line %v", c.field, err, lineErr)
		}
		if c.want == "" {
			continue
		}
		var syntax *sshkey.SyntaxError
		if !errors.As(err, &syntax) || !strings.Contains(err.Error(), c.want) || syntax.Pos.Column != c.column || !strings.Contains(sshkey.Hint(err), c.hint) {
			t.Errorf("%q: %v (%s)", c.field, err, sshkey.Hint(err))
		}
	}
}
