package keyconv_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/sshkey"
	"github.com/keyconv/keyconv/testdata"
)

// TestMoreKeys: whatever else stands in the file of a key is named with its place,
// and refused under Strict.
func TestMoreKeys(t *testing.T) {
	openssh, rsa := string(read("ed25519/openssh")), string(read("rsa2048/private-pem"))
	for name, c := range map[string]struct {
		text   string
		line   int // of the finding; 0: none
		public string
	}{
		"one":                      {openssh, 0, "ed25519"},
		"one with parameters":      {"-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n" + string(read("ecdsa256/private-pem")), 0, "ecdsa256"},
		"one with text":            {"here is the key\n\n" + openssh, 0, "ed25519"},
		"one whose comment begins": {strings.Replace(string(read("rsa2048/private-sshcom")), "Comment: \"", "Comment: \"-----BEGIN RSA PRIVATE KEY-----", 1), 0, "rsa2048"},
		"PPKs":                     {string(read("ed25519/plain.ppk")) + string(read("rsa2048/plain.ppk")), 10, "ed25519"},
		"encrypted PPKs":           {string(read("ed25519/argon2id.ppk")) + string(read("rsa2048/argon2id.ppk")), 15, "ed25519"},
		"ssh.com":                  {string(read("rsa2048/private-sshcom")) + string(read("dsa1024/private-sshcom")), 24, "rsa2048"},
		"PEM":                      {rsa + string(read("dsa1024/private-pem")), 28, "rsa2048"},
		"public":                   {string(read("ecdsa256/public-spki")) + string(read("rsa2048/public-spki")), 5, "ecdsa256"},
		"OPENSSH":                  {openssh + string(read("rsa2048/openssh")), 9, "ed25519"},
		"OPENSSH, escaped":         {strings.ReplaceAll(openssh+string(read("rsa2048/openssh")), "\n", `\n`), 9, "ed25519"},
		"OPENSSH in one line":      {strings.ReplaceAll(openssh+string(read("rsa2048/openssh")), "\n", " "), 1, "ed25519"},
		"OPENSSH and its line":     {openssh + string(read("ed25519/id.pub")), 9, "ed25519"},
		"a line in front":          {string(read("rsa2048/id.pub")) + openssh, 1, "ed25519"},
		"PEM and a certificate":    {rsa + string(read("rsa2048/id-cert.pub")), 28, "rsa2048"},
		"PEM in front of OPENSSH":  {rsa + openssh, 28, "rsa2048"},
		"PPK and OPENSSH":          {string(read("ed25519/plain.ppk")) + string(read("rsa2048/openssh")), 10, "ed25519"},
		"OPENSSH and PPK":          {string(read("rsa2048/openssh")) + string(read("ed25519/plain.ppk")), 1, "ed25519"},
	} {
		keys, _, err := keyconv.ParseLenient([]byte(c.text), "")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		line := 0
		if i := slices.IndexFunc(keys[0].Findings, func(f sshkey.Finding) bool { return f.Code == "more-keys" }); i >= 0 {
			line = keys[0].Findings[i].Pos.Line
		}
		if want, _, _ := strings.Cut(string(read(c.public+"/id.pub")), " test"); line != c.line || !strings.HasPrefix(want, keys[0].Public.String()) {
			t.Errorf("%s: %s, in line %d; %v", name, keys[0].Public, line, keys[0].Findings)
		}
		if slices.ContainsFunc(keys[0].Findings, func(f sshkey.Finding) bool { return f.Code == "layout" }) {
			t.Errorf("%s: %v", name, keys[0].Findings)
		}
		_, err = keyconv.Convert([]byte(c.text), "authorized-keys", &keyconv.Options{Strict: true})
		if c.line > 0 && err == nil {
			t.Errorf("%s: Strict takes it", name)
		}
	}
}

// TestMoreKeysBroken: another key is told where its BEGIN line was broken in two.
func TestMoreKeysBroken(t *testing.T) {
	text := string(read("ed25519/openssh")) + strings.Replace(string(read("ecdsa256/openssh")), "PRIVATE KEY", "PRIVATE\nKEY", 1)
	keys, _, err := keyconv.ParseLenient([]byte(text), "")
	if err != nil || len(keys) != 1 || !slices.ContainsFunc(keys[0].Findings, func(f sshkey.Finding) bool { return f.Code == "more-keys" }) {
		t.Errorf("%v, %v", keys, err)
	}
}

// TestOptionsPlace: the place of a damaged line with options is that in the text.
func TestOptionsPlace(t *testing.T) {
	text := "# one\n# two\n" + string(read("ed25519/openssh")) + "restrict,\n" + string(read("ed25519/id.pub"))
	keys, _, err := keyconv.ParseLenient([]byte(text), "")
	if err != nil {
		t.Fatal(err)
	}
	last := keys[0].Findings[len(keys[0].Findings)-1]
	if lines := strings.Count(text, "\n"); last.Code != "options-beside" || last.Pos.Line < lines-1 {
		t.Errorf("%+v of %d lines", last, lines)
	}
}

// TestMarshalWidens: what Convert refuses to give away as a line, Format.Marshal does too.
func TestMarshalWidens(t *testing.T) {
	public := strings.TrimSpace(string(keytest.Read(t, testdata.Keys, "keys/ed25519/id.pub")))
	private := string(keytest.Read(t, testdata.Keys, "keys/ed25519/openssh"))
	for name, text := range map[string]string{"options beside": "command=\"x\" " + public + "\n" + private, "revoked": "@revoked * " + public + "\n"} {
		keys, _, err := keyconv.ParseLenient([]byte(text), "")
		if err != nil {
			t.Fatal(err)
		}
		for _, format := range []string{"authorized-keys", "rfc4716", "spki"} {
			f, err := keyconv.Lookup(format)
			if err != nil {
				t.Fatal(err)
			}
			if out, err := f.Marshal(keys[0], nil); err == nil {
				t.Errorf("%s: %s", name, out)
			}
		}
		if out, err := authkeys.Marshal(keys[0]); name == "revoked" && err == nil {
			t.Errorf("%s: %s", name, out)
		}
	}
}

// TestOptionsInComment: the key's own comment is no line with options.
func TestOptionsInComment(t *testing.T) {
	for _, comment := range []string{"from=home", "cert-authority 2024", "restrict", "key:restrict"} {
		for _, to := range []string{"ppk", "jwk", "openssh"} {
			res, err := keyconv.Convert(read("ed25519/openssh"), to, &keyconv.Options{Comment: &comment})
			if err != nil {
				t.Fatal(err)
			}
			for _, text := range []string{string(res.Data), "\ufeff" + string(res.Data), "    " + strings.ReplaceAll(string(res.Data), "\n", "\n    ")} {
				if _, err := keyconv.Convert([]byte(text), "authorized-keys", nil); err != nil && (to != "jwk" || text[0] == '{') {
					t.Errorf("%s with the comment %s: %v\n%s", to, comment, err, text)
				}
			}
		}
	}
}

// TestOptionsBeside: the public half of a private key is not given away where a line
// for it, with options, stands in the same file.
func TestOptionsBeside(t *testing.T) {
	private, line := string(read("ed25519/openssh")), string(read("ed25519/id.pub"))
	other := string(read("rsa2048/id.pub"))
	for name, c := range map[string]struct {
		text string
		ok   bool
	}{
		"in front":      {"restrict " + line + private, false},
		"behind":        {private + `command="/bin/x" ` + line, false},
		"behind a PPK":  {string(read("ed25519/plain.ppk")) + "restrict " + line, false},
		"an encrypted":  {string(read("ed25519/argon2id.ppk")) + "restrict " + line, false},
		"with a tab":    {private + `command="/bin/x",no-pty` + "\t" + strings.ReplaceAll(line, " ", "\t"), false},
		"tab, PPK":      {string(read("ed25519/plain.ppk")) + "restrict " + strings.Replace(line, " ", "\t", 1), false},
		"in one line":   {strings.ReplaceAll(private+`restrict,command="/x" `+line, "\n", " "), false},
		"front, 1 line": {strings.ReplaceAll("restrict "+line+private, "\n", " "), false},
		"escaped":       {strings.ReplaceAll(private+"restrict "+line, "\n", `\n`), false},
		"lone CRs":      {strings.ReplaceAll(string(read("rsa2048/private-pkcs8"))+"restrict "+other, "\n", "\r"), false},
		"quoted END":    {private + `command="echo -----END MOTD-----" ` + line, false},
		"quoted BEGIN":  {private + `command="echo -----BEGIN MOTD-----" ` + line, false},
		"quoted MAC":    {private + `restrict,environment="X=Private-MAC: 00" ` + line, false},
		"quote, 1 line": {strings.ReplaceAll("restrict "+strings.TrimSpace(line)+"\"s\n"+private, "\n", " "), false},
		"broken BEGIN":  {strings.Replace(private, "OPENSSH PRIVATE", "OPENSSH\nPRIVATE", 1) + "restrict " + line, false},
		"no BEGIN":      {private[strings.Index(private, "\n")+1:] + "restrict " + line, false},
		"another's too": {private + "restrict " + other + "from=“10.0.0.1” " + line, false},
		"line above":    {`no-pty,from="10.0.0.1"` + "\n" + string(read("rsa2048/private-pem")), false},
		"blank between": {"restrict,\n\n" + string(read("ed25519/plain.ppk")), false},
		"same line":     {"pty " + private, false},
		"above, torn":   {`nd="/bin/x"` + "\n" + private, false},
		"mail":          {"From: \"Bob\" <bob@box>\nX: smtp.mailfrom=b@box\n\n" + private, true},
		"environment":   {"ENVIRONMENT=production\nMAIL_FROM=x\nKEY=\"" + strings.ReplaceAll(private, "\n", `\n`) + "\"\n", true},
		"bag":           {"Bag Attributes\n    friendlyName: restrict\n" + private, true},
		"no options":    {line + private, true},
		"another's":     {private + "restrict " + other, true},
		"commented out": {private + "# restrict " + line, true},
	} {
		_, err := keyconv.Convert([]byte(c.text), "authorized-keys", nil)
		if (err == nil) != c.ok || err != nil && sshkey.Hint(err) == "" {
			t.Errorf("%s: %v", name, err)
		}
		pass := func() ([]byte, error) { return read("passphrase"), nil }
		if _, err := keyconv.Convert([]byte(c.text), "openssh", &keyconv.Options{Passphrase: func() ([]byte, error) {
			b, err := pass()
			return []byte(strings.TrimSpace(string(b))), err
		}}); err != nil {
			t.Errorf("%s, private: %v", name, err)
		}
	}
}

// TestOptionsAbove: the same above a public key in a container.
func TestOptionsAbove(t *testing.T) {
	for _, name := range []string{"public-spki", "public-pkcs1", "id.rfc4716"} {
		for _, line := range []string{`command="/bin/x"`, "restrict", `nd="/bin/x"`, "my key"} {
			out, err := keyconv.Convert([]byte(line+"\n"+string(read("rsa2048/"+name))), "authorized-keys", nil)
			if ok := line == "my key" && name != "id.rfc4716"; (err == nil) != ok || !ok && out != nil {
				t.Errorf("%s below %s: %v", name, line, err)
			}
		}
	}
}

// TestOptionsInside: what Normalize refuses of a container, for options in its headers
// or a mark, becomes no line either; a container of headers keeps them.
func TestOptionsInside(t *testing.T) {
	blob := strings.Fields(string(read("ed25519/id.pub")))[1]
	for head, fine := range map[string]bool{
		"x-revoked: yes": false, "x-command: /bin/date": false, "x-from: 10.0.0.1": false, "x-restrict: yes": false, "x-expiry-time: 20200101": false,
		"x-options: no-pty": false, `Subject: from="10.0.0.1",no-pty`: false,
		"Subject: me": true, "x-foo: bar": true, "Comment: from home": true,
	} {
		text := []byte("---- BEGIN SSH2 PUBLIC KEY ----\n" + head + "\n" + blob + "\n---- END SSH2 PUBLIC KEY ----\n")
		n, err := keyconv.Normalize(text)
		if err != nil || n.Refused() == fine {
			t.Errorf("%s: Normalize: %v, %v", head, err, n.Findings)
		}
		if _, err := keyconv.Convert(text, "authorized-keys", nil); (err == nil) != fine || !fine && sshkey.Hint(err) == "" {
			t.Errorf("%s: Convert: %v", head, err)
		}
		if res, err := keyconv.Convert(bytes.Replace(text, []byte(head), []byte(head+"\nx-other: y"), 1), "authorized-keys", nil); fine && strings.Count(fmt.Sprint(res.Findings, err), "headers-lost") != 1+strings.Count(head, "x-")+strings.Count(head, "Subject") {
			t.Errorf("%s: not each header that is lost: %v", head, res.Findings)
		}
		if _, err := keyconv.Convert(text, "rfc4716", nil); err != nil {
			t.Errorf("%s: Convert to RFC 4716: %v", head, err)
		}
		if _, err := keyconv.Convert(text, "jwk", nil); (err == nil) != fine {
			t.Errorf("%s: Convert to JWK: %v", head, err)
		}
		keys, _, err := keyconv.Parse(text)
		if err != nil || (keyconv.Widens(keys[0]) == nil) != fine {
			t.Errorf("%s: Widens: %v", head, err)
		}
		line, _ := keyconv.LookupTarget("authorized-keys")
		if _, err := line.Marshal(keys[0], nil); (err == nil) != fine {
			t.Errorf("%s: Marshal: %v", head, err)
		}
	}
}

// TestHarmlessHeaders: a header that only looks like the end of a key restricts nothing,
// and neither does the name of a host.
func TestHarmlessHeaders(t *testing.T) {
	key := strings.Fields(string(read("ed25519/id.pub")))
	text := "---- BEGIN SSH2 PUBLIC KEY ----\nx-sha512: " + strings.Repeat("0123456789abcdef", 8) + "\n" + key[1] + "\n---- END SSH2 PUBLIC KEY ----\n"
	if _, err := keyconv.Convert([]byte(text), "authorized-keys", nil); err != nil {
		t.Error(err)
	}
	for _, host := range []string{"cert-authority.example.com", "restrict.example", strings.Repeat("host.example,", 100) + "last.example"} {
		for _, to := range []string{"authorized-keys", "sshfp"} {
			if _, err := keyconv.Convert([]byte(host+" "+key[0]+" "+key[1]+"\n"), to, &keyconv.Options{From: "known-hosts", Host: "h.example"}); err != nil {
				t.Errorf("%.40s to %s: %v", host, to, err)
			}
		}
	}
}

// TestHostKeyAsLine: a line of known_hosts, and so an option that is misspelt, becomes a
// line of authorized_keys only where somebody says that it is one.
func TestHostKeyAsLine(t *testing.T) {
	key := string(keytest.Read(t, testdata.Keys, "keys/ed25519/id.pub"))
	for _, word := range []string{"restrikt,pty ", "REVOKED ", "host.example.com ", "@cert-authority * ", "\ufeffrestrict,pty ", "no–pty ", "\u202arestrict ", "; ", "// "} {
		if res, err := keyconv.Convert([]byte(word+key), "authorized-keys", nil); err == nil {
			t.Errorf("%q: %s", word, res.Data)
		}
	}
	if _, err := keyconv.Convert([]byte("host.example.com "+key), "authorized-keys", &keyconv.Options{From: "known-hosts"}); err != nil {
		t.Error(err)
	}
}
