package authkeys_test

import (
	"fmt"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/internal/keytest"
)

// TestDecideCases are what the sshd at hand cannot judge: what is not known,
// addresses of IPv6, names, and other versions of OpenSSH.
func TestDecideCases(t *testing.T) {
	keys := keytest.NewIdentities(t)
	key, ca := keys.Plain[0], keys.Authorities[0]
	var noNames keytest.Identity
	for _, c := range keys.Certs {
		cert := c.Signer.PublicKey().(*ssh.Certificate)
		if len(cert.ValidPrincipals) == 0 {
			noNames = c
			for _, a := range keys.Authorities {
				if string(a.Signer.PublicKey().Marshal()) == string(cert.SignatureKey.Marshal()) {
					ca = a
				}
			}
		}
	}
	six := netip.MustParseAddr("2001:db8::7")
	now := time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		file    string
		with    func(l *authkeys.Login)
		want    string // verdict and line
		unknown string
	}{
		{"KEY", nil, "let in 1", ""},
		{"", nil, "not listed", ""},
		{`from="10.0.0.1" KEY`, nil, "depends", "from an address"},
		{`from="*" KEY`, nil, "let in 1", ""},
		{`from="*,!10.0.0.1" KEY`, nil, "depends", "from an address"},
		{`from="10.0.0.1," KEY`, nil, "refused", ""},
		{"from=\"10.0.0.1\" KEY\nKEY", nil, "let in 2", ""},
		{"from=\"10.0.0.1,\" KEY\nKEY", nil, "let in 2", ""},
		{`from="2001:db8::/32" KEY`, func(l *authkeys.Login) { l.Addr = six }, "let in 1", ""},
		{`from="2001:DB8::7" KEY`, func(l *authkeys.Login) { l.Addr = six }, "let in 1", ""},
		{`from="2001:db8::*" KEY`, func(l *authkeys.Login) { l.Addr = six }, "let in 1", ""},
		{`from="2001:db8::8" KEY`, func(l *authkeys.Login) { l.Addr = six }, "refused", ""},
		{`from="!2001:db8::/32,*" KEY`, func(l *authkeys.Login) { l.Addr = six }, "refused", ""},
		{`from="10.0.0.0/8" KEY`, func(l *authkeys.Login) { l.Addr = netip.MustParseAddr("::ffff:10.0.0.1") }, "let in 1", ""},
		{`from="*.Example.com" KEY`, func(l *authkeys.Login) { l.Addr, l.Host = six, "a.example.COM" }, "let in 1", ""},
		{`from="*.example.com" KEY`, func(l *authkeys.Login) { l.Addr = six }, "refused", ""},
		{`from="*.example.com,!b.*" KEY`, func(l *authkeys.Login) { l.Addr, l.Host = six, "b.example.com" }, "refused", ""},
		{`expiry-time="202607011200Z" KEY`, nil, "let in 1", ""},
		{`expiry-time="20260701115959Z" KEY`, nil, "refused", ""},
		{`expiry-time="202607011300" KEY`, func(l *authkeys.Login) { l.Now = now.In(keytest.Zone(t, "Europe/Berlin")) }, "let in 1", ""}, // standard time: 12:00 UTC
		{`expiry-time="202607011259" KEY`, func(l *authkeys.Login) { l.Now = now.In(keytest.Zone(t, "Europe/Berlin")) }, "refused", ""},
		{"restrict KEY", func(l *authkeys.Login) { l.Server = authkeys.Version{Major: 7, Minor: 1} }, "refused", ""},
		{"no-pty KEY", func(l *authkeys.Login) { l.Server = authkeys.Version{Major: 7, Minor: 1} }, "let in 1", ""},
		{"cert-authority CA", func(l *authkeys.Login) { l.Key = blobOf(t, noNames) }, "depends", "10.3"},
		{"cert-authority CA", func(l *authkeys.Login) { l.Key, l.Server = blobOf(t, noNames), authkeys.Version{Major: 10, Minor: 2} }, "let in 1", ""},
		{"cert-authority CA", func(l *authkeys.Login) { l.Key, l.Server = blobOf(t, noNames), authkeys.Version{Major: 10, Minor: 3} }, "refused", ""},
		{"CA", func(l *authkeys.Login) { l.Key = blobOf(t, noNames) }, "not listed", ""},
	} {
		l := authkeys.Login{Key: blobOf(t, key), User: "alice", Now: now}
		if c.with != nil {
			c.with(&l)
		}
		file := strings.NewReplacer("KEY", key.Line(), "CA", ca.Line()).Replace(c.file)
		d := authkeys.Decide([]byte(file), l)
		got := d.Verdict.String()
		if by := d.By(); by != nil {
			got += fmt.Sprint(" ", by.Line.Number)
		}
		if d.Verdict == authkeys.Depends {
			got += fmt.Sprint(" ", d.Matches[0].Unknown)
		}
		if !strings.HasPrefix(got, c.want) || !strings.Contains(got, c.unknown) {
			t.Errorf("%.60q: %s; want %s (%s)", c.file, got, c.want, c.unknown)
		}
	}
}

// TestDecideNames: under UseDNS yes the names in from= count. sshd tells the
// name that it found.
func TestDecideNames(t *testing.T) {
	keytest.Tool(t, "sshd")
	keys := keytest.NewIdentities(t)
	s := newServer(t, time.UTC, "UseDNS yes")
	key := keys.Plain[0]
	offer := func(from string) (line int) {
		if err := os.WriteFile(s.file, []byte(`from="`+from+`" `+key.Line()+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		_, line = s.Offer(t, s.user, "127.0.0.1", []keytest.Identity{key})
		return line
	}
	offer("nobody.example")
	_, host, _ := strings.Cut(s.Log(), "(host=")
	host, _, ok := strings.Cut(host, ",")
	if !ok {
		t.Fatalf("sshd names no host:\n%s", s.Log())
	}
	for _, from := range []string{host, strings.ToUpper(host), "*", host + "x", "!" + host + ",*", "127.0.0.1", "127.0.0.1,!" + host, host[:1] + "*", "?*", "??"} {
		line := offer(from)
		d := authkeys.Decide([]byte(`from="`+from+`" `+key.Line()), authkeys.Login{Key: blobOf(t, key), User: s.user, Addr: netip.MustParseAddr("127.0.0.1"), Host: host})
		if in := d.Verdict == authkeys.LetIn; in != (line > 0) {
			t.Errorf("from=%q, host %q: sshd lets in %v, Decide %v", from, host, line > 0, d.Verdict)
		}
	}
}

// TestOptions: every option with its value is one that the reader takes, and
// the table tells of what is not new.
func TestOptions(t *testing.T) {
	keys := keytest.NewIdentities(t)
	values := map[string]string{"COMMAND": "x", "NAME,...": "x", "[!]PATTERN,...": "*", "YYYYMMDD[HHMM[SS]][Z]": "20990101", "NAME=TEXT": "A=b", "HOST:PORT": "a:1", "[HOST:]PORT": "1", "NUMBER": "1"}
	list := authkeys.Options()
	if len(list) < 24 {
		t.Errorf("only %d options", len(list))
	}
	for _, o := range list {
		text := o.Name
		if o.Syntax != "" {
			text += `="` + values[o.Syntax] + `"`
		}
		k, err := authkeys.ParseLine([]byte(text + " " + keys.Plain[0].Line()))
		if err != nil || len(k.Options) != 1 || o.Effect == "" || o.Since == (authkeys.Version{}) {
			t.Errorf("%+v: %v", o, err)
			continue
		}
		if _, err := authkeys.TermsOf(k.Options, time.UTC); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// TestTerms: the restrictions in words.
func TestTerms(t *testing.T) {
	keys := keytest.NewIdentities(t)
	for options, want := range map[string]string{
		"":                                 "",
		"restrict,pty":                     "no port forwarding; no agent forwarding; no X11 forwarding; ~/.ssh/rc is not run",
		"no-pty":                           "no terminal",
		"command=\"a\\\"b\"":               `runs only the command "a\"b"`,
		"from=\"10.*\",permitopen=\"a:1\"": "only from 10.*; forwards connections only to a:1",
		"permitopen=\"a:1\",restrict,pty":  "no port forwarding; no agent forwarding; no X11 forwarding; ~/.ssh/rc is not run",
		"environment=\"A=1\",tunnel=\"2\"": "tunnel device 2 only; sets A=1, where PermitUserEnvironment allows it",
		"expiry-time=\"20990101Z\"":        "until 2099-01-01T00:00:00Z",
		"environment=\"A=1\",environment=\"A=2\"": "sets A=1, where PermitUserEnvironment allows it",
		"verify-required,no-verify-required":      "",
	} {
		k, err := authkeys.ParseLine([]byte(strings.TrimSpace(options + " " + keys.Plain[0].Line())))
		if err != nil {
			t.Fatal(err)
		}
		terms, err := authkeys.TermsOf(k.Options, time.UTC)
		if got := strings.Join(terms.List(), "; "); err != nil || got != want {
			t.Errorf("%s: %q, %v; want %q", options, got, err, want)
		}
	}
}
