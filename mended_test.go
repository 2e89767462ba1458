package keyconv_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/sshkey"
	"github.com/keyconv/keyconv/testdata"
)

func lines(f func(line string) string) func(string) string {
	return func(s string) string {
		var out strings.Builder
		for line := range strings.Lines(s) {
			out.WriteString(f(strings.TrimSuffix(line, "\n")) + "\n")
		}
		return out.String()
	}
}

func replace(old, new string) func(string) string {
	return func(s string) string { return strings.ReplaceAll(s, old, new) }
}

func firstLineLost(s string) string { _, rest, _ := strings.Cut(s, "\n"); return rest }

func lastLineLost(s string) string {
	s = strings.TrimSuffix(s, "\n")
	return s[:strings.LastIndexByte(s, '\n')+1]
}

func toUTF16(s string) string {
	b := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return string(b)
}

func inBase64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

// A privateText is what becomes of a private key's. onlyArmor: a PPK has no BEGIN and END.
type privateText struct {
	name      string
	onlyArmor bool
	damage    func(string) string
}

// The rows of the catalogue of damage to private keys.
var privateDamage = []privateText{
	{"no final newline", false, func(s string) string { return strings.TrimSuffix(s, "\n") }},
	{"CRLF", false, replace("\n", "\r\n")},
	{`literal \n`, false, replace("\n", `\n`)},
	{`literal \r\n`, false, replace("\n", `\r\n`)},
	{`literal \\n`, false, replace("\n", `\\n`)},
	{"spaces for newlines", false, replace("\n", " ")},
	{"indented", false, lines(func(l string) string { return "    " + l })},
	{"mail quoted", false, lines(func(l string) string { return "> " + l })},
	{"trailing spaces", true, lines(func(l string) string { return l + "  " })},
	{"backslash at line ends", true, lines(func(l string) string { return l + ` \` })},
	{"in base64", false, inBase64},
	{"in base64 twice", false, func(s string) string { return inBase64(inBase64(s)) }},
	{"quoted", false, func(s string) string { return `"` + s + `"` }},
	{"an assignment in front", false, func(s string) string { return "SSH_KEY='" + s + "'" }},
	{"BOM", false, func(s string) string { return "\ufeff" + s }},
	{"UTF-16", false, toUTF16},
	{"text in front", false, func(s string) string { return "here is the key\n\n" + s }},
	{"blank lines", true, replace("\n", "\n\n")},
	{"BEGIN lost", true, firstLineLost},
	{"END lost", true, lastLineLost},
	{"both lost", true, func(s string) string { return firstLineLost(lastLineLost(s)) }},
	{"smart dashes", true, replace("-----", "—–")},
	{"a dash lost", true, replace("----\n", "---\n")},
	{"pasted into vi", true, func(s string) string { return strings.TrimPrefix(s, "-----BEGI") }},
	{"wrong label", true, replace("OPENSSH PRIVATE KEY", "RSA PRIVATE KEY")},
	{"a word a line", true, noSpace("\n")},
	{"the END line broken", true, replace("-----END OPENSSH ", "-----END OPENSSH\n")},
	{"no white space", true, noSpace("")},
	{"underscores for newlines", true, replace("\n", "_")},
	{"number signs for newlines", true, replace("\n", "#")},
	{`literal \r`, true, replace("\n", `\r`)},
	{"literal n", true, replace("\n", "n")},
	{"BEGIN twice", true, func(s string) string { head, _, _ := strings.Cut(s, "\n"); return head + "\n" + s }},
	{"BEGIN and END twice, of another label", true, func(s string) string {
		return "-----BEGIN RSA PRIVATE KEY-----\n" + s + "-----END RSA PRIVATE KEY-----\n"
	}},
	{"soft hyphens", true, replace("\n", "\u00ad\n")},
	{"JSON for other programs", true, func(s string) string {
		return strings.NewReplacer("=", `\u003d`, "+", `\u002b`, "/", `\u002f`, "\n", `\n`).Replace(s)
	}},
	{"spaces for plus signs", true, func(s string) string {
		return strings.NewReplacer("+", " ").Replace(s)
	}},
	{"one line of base64", true, func(s string) string {
		head, rest, _ := strings.Cut(s, "\n")
		body, tail, _ := strings.Cut(rest, "-----END")
		return head + "\n" + strings.ReplaceAll(body, "\n", "") + "\n-----END" + tail
	}},
}

// noSpace puts a sign in the place of all white space, or nothing.
func noSpace(sign string) func(string) string {
	return func(s string) string { return strings.Join(strings.Fields(s), sign) }
}

// numbered writes something in front of each line that counts on.
func numbered(format string) func(string) string {
	n := 0
	return lines(func(l string) string { n++; return fmt.Sprintf(format, n) + l })
}

// What programs put around a key, or encode it with.
var privateWraps = []privateText{
	{"a Kubernetes Secret", false, func(s string) string {
		return "apiVersion: v1\ndata:\n  ssh-privatekey: " + inBase64(s) + "\nkind: Secret\n"
	}},
	{"base64 of an environment variable", false, func(s string) string { return "DEPLOY_KEY=" + inBase64(s) + "\n" }},
	{"base64 on lines of YAML", false, func(s string) string {
		return "write_files:\n- encoding: b64\n  content: |\n" + lines(func(l string) string { return "    " + l })(folded(inBase64(s), 60)) + "  path: /root/.ssh/id\n"
	}},
	{"a data URI", false, func(s string) string { return "data:application/octet-stream;base64," + inBase64(s) }},
	{"certutil -encode", false, func(s string) string {
		return "-----BEGIN CERTIFICATE-----\r\n" + strings.ReplaceAll(folded(inBase64(s), 64), "\n", "\r\n") + "-----END CERTIFICATE-----\r\n"
	}},
	{"base64 of UTF-16", false, func(s string) string { return inBase64(toUTF16(s)) }},
	{"base64 of UTF-16 without a mark", true, func(s string) string { return inBase64(toUTF16(s)[2:]) }},
	{"a URL", false, url.PathEscape},
	{"a form", false, url.QueryEscape},
	{"XML in Windows' lines", false, func(s string) string { return "<Value>" + strings.ReplaceAll(s, "\n", "&#xD;\n") + "</Value>" }},
	{"an attribute of XML", false, func(s string) string { return `<add key="k" value="` + strings.ReplaceAll(s, "\n", "&#xA;") + `" />` }},
	{"cat -n", false, numbered("%6d\t")},
	{"cat -A", true, lines(func(l string) string { return l + "$" })},
	{"cat -A of CRLF", true, lines(func(l string) string { return l + "^M$" })},
	{"colours", false, lines(func(l string) string { return "\x1b[32m" + l + "\x1b[0m" })},
	{"more", true, func(s string) string { return strings.Replace(s, "\n", "\n--More--(40%)\n", 2) }},
	{"a diff", false, lines(func(l string) string { return "+" + l })},
	{"a log", false, numbered("2024-05-01T12:34:%02d.1234567Z ")},
	{"docker compose", false, lines(func(l string) string { return "web_1  | " + l })},
	{"a list of YAML", false, func(s string) string { return "key:\n" + lines(func(l string) string { return "  - " + l })(s) }},
	{"Java", true, func(s string) string {
		return strings.TrimSuffix(lines(func(l string) string { return `    "` + l + `\n" +` })(s), " +\n") + ";\n"
	}},
	{"PHP", true, func(s string) string {
		return "$key = " + strings.TrimSuffix(lines(func(l string) string { return "'" + l + "' . PHP_EOL ." })(s), " . PHP_EOL .\n") + ";\n"
	}},
	{"a batch file", true, lines(func(l string) string { return "echo " + l + ">>id" })},
	{"br", true, lines(func(l string) string { return l + "<br>" })},
	{"paragraphs", true, lines(func(l string) string { return "<p>" + l + "</p>" })},
	{"quoted-printable", true, replace("=", "=3D")},
	{"no-break spaces", true, replace(" ", "\u00a0")},
	{"minus signs", true, replace("-----", "−−−−−")},
	{"dashes of Windows-1252", true, replace("-----", "\x96\x97-")},
	{"the base64 alone, quoted", true, func(s string) string {
		body := strings.ReplaceAll(firstLineLost(lastLineLost(s)), "\n", "")
		return "host: 'x', privateKey:'" + body + "'"
	}},
}

func folded(s string, width int) (out string) {
	for ; len(s) > width; s = s[width:] {
		out += s[:width] + "\n"
	}
	return out + s + "\n"
}

// TestUnwrapped is TestMended for those, also of PEM and PKCS#8.
func TestUnwrapped(t *testing.T) {
	for _, file := range []string{"ed25519/openssh", "rsa2048/openssh-aes256-ctr", "rsa2048/private-pem", "rsa2048/private-pem-encrypted", "ecdsa384/private-pkcs8", "ed25519/plain.ppk", "rsa2048/argon2id.ppk"} {
		for _, d := range privateWraps {
			if strings.HasSuffix(file, ".ppk") && d.onlyArmor || strings.HasSuffix(file, "pem-encrypted") && d.name == "the base64 alone, quoted" {
				continue
			}
			checkMended(t, file+": "+d.name, d.damage(string(read(file))), read(strings.Split(file, "/")[0]+"/plain2.ppk"))
		}
	}
}

// TestMended: every damage that leaves the base64 whole is undone, told as a
// finding, and refused under Strict; the key is the one it was, to the byte of
// puttygen's PPK 2.
func TestMended(t *testing.T) {
	for _, file := range []string{"openssh", "openssh-aes256-ctr", "plain.ppk", "argon2id.ppk", "plain2.ppk"} {
		for _, name := range []string{"rsa2048", "ecdsa384", "ed25519"} {
			if testing.Short() && name != "ed25519" {
				continue
			}
			sound := string(read(name + "/" + file))
			for _, d := range privateDamage {
				if d.onlyArmor && strings.HasSuffix(file, ".ppk") {
					continue
				}
				checkMended(t, name+"/"+file+": "+d.name, d.damage(sound), read(name+"/plain2.ppk"))
			}
		}
	}
}

// TestNoPluses: in a file with one half of a key alone a space may have been any character,
// and nothing shows which.
func TestNoPluses(t *testing.T) {
	files := map[string][]byte{
		"Ed25519": keytest.Run(t, nil, "openssl", "genpkey", "-algorithm", "ed25519"), "Ed448": keytest.Run(t, nil, "openssl", "genpkey", "-algorithm", "ed448"),
		"EC":                keytest.Run(t, keytest.Run(t, nil, "openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout"), "openssl", "ec", "-no_public"),
		"Ed25519, sealed":   keytest.Run(t, keytest.Run(t, nil, "openssl", "genpkey", "-algorithm", "ed25519"), "openssl", "pkcs8", "-topk8", "-passout", "pass:"+testdata.Passphrase),
		"Ed25519 as an RSA": bytes.ReplaceAll(keytest.Run(t, nil, "openssl", "genpkey", "-algorithm", "ed25519"), []byte(" PRIVATE"), []byte(" RSA PRIVATE")),
	}
	for name, file := range files {
		for i, c := range file {
			if begin := bytes.IndexByte(file, '\n'); i <= begin || c == '\n' || c == '=' || bytes.Contains(file[:i+1], []byte("\n-")) {
				continue
			}
			text := slices.Clone(file)
			text[i] = ' '
			if res, err := keyconv.Convert(text, "openssh", &keyconv.Options{Passphrase: pass, NoPassphrase: true}); err == nil {
				t.Errorf("%s: with a space at %d it is read: %v", name, i, res.Findings)
			}
		}
	}
}

// TestMendedPEM: white space lost, added, or in another form, of PEM with and without
// headers and of PKCS#8: a terminal breaks the words of BEGIN and END too.
func TestMendedPEM(t *testing.T) {
	rows := []privateText{{"line ends lost", true, replace("\n", "")}}
	for _, d := range privateDamage {
		if slices.Contains([]string{"a word a line", "no white space", "underscores for newlines", "number signs for newlines", `literal \r`, "spaces for plus signs"}, d.name) {
			rows = append(rows, d)
		}
	}
	for _, width := range []int{33, 50, 61, 76, 80} {
		fold := func(s string) string { return folded(strings.TrimSuffix(s, "\n"), width) }
		rows = append(rows, privateText{fmt.Sprint("folded at ", width), true, lines(func(l string) string { return strings.TrimSuffix(fold(l), "\n") })},
			privateText{fmt.Sprint("joined, folded at ", width), true, func(s string) string { return fold(strings.ReplaceAll(s, "\n", "")) }})
	}
	for _, file := range []string{"private-pem", "private-pem-encrypted", "private-pkcs8", "private-pkcs8-encrypted"} {
		sound := string(read("rsa2048/" + file))
		for _, d := range rows {
			if file == "private-pkcs8-encrypted" && d.name == "spaces for plus signs" {
				continue // which may hold one half alone
			}
			checkMended(t, "rsa2048/"+file+": "+d.name, d.damage(sound), read("rsa2048/plain2.ppk"))
		}
	}
}

func checkMended(t *testing.T, what, damaged string, want []byte) {
	t.Helper()
	o := &keyconv.Options{Passphrase: pass, NoPassphrase: true}
	res, err := keyconv.Convert([]byte(damaged), "ppk2", o)
	if err != nil {
		t.Errorf("%s: %v\n%s", what, err, damaged)
		return
	}
	same := bytes.Equal(res.Data, want)
	if strings.Contains(what, "/private-") { // which has no comment
		same = bytes.Equal(privateLines(res.Data), privateLines(want))
	}
	if !same {
		t.Errorf("%s: another key", what)
	}
	repaired := false
	for _, f := range res.Findings {
		repaired = repaired || f.Severity == sshkey.Repaired
	}
	o.Strict = true
	if _, err := keyconv.Convert([]byte(damaged), "ppk2", o); repaired != (err != nil) {
		t.Errorf("%s: repaired is %v and strict says %v", what, repaired, err)
	}
}

// TestNotMended: where base64 is lost the key is refused, whatever surrounds it.
func TestNotMended(t *testing.T) {
	for _, file := range []string{"ed25519/openssh", "ed25519/plain.ppk", "ecdsa256/openssh-aes256-gcm@openssh.com"} {
		sound := string(read(file))
		for i := 0; i < len(sound); i += 9 {
			for n, d := range slices.Concat(privateDamage, privateWraps) {
				if d.onlyArmor || n > len(privateDamage) && i%27 > 0 {
					continue
				}
				cut := d.damage(sound[:i] + sound[min(len(sound), i+4):])
				res, err := keyconv.Convert([]byte(cut), "ppk2", &keyconv.Options{Passphrase: pass, NoPassphrase: true})
				if err == nil && !bytes.Contains(read(strings.Split(file, "/")[0]+"/plain2.ppk"), privateLines(res.Data)) {
					t.Errorf("%s, %s, cut at %d: read as another key", file, d.name, i)
				}
			}
		}
	}
}

// privateLines are the lines of a PPK that hold its private numbers.
func privateLines(ppk []byte) []byte {
	_, rest, _ := bytes.Cut(ppk, []byte("Private-Lines: "))
	lines, _, _ := bytes.Cut(rest, []byte("Private-MAC"))
	return lines
}

// TestPassphraseEncodings: PuTTYgen on Windows encrypts with the code page's
// bytes; the user types UTF-8.
func TestPassphraseEncodings(t *testing.T) {
	for typed, onWindows := range map[string]string{"grün€": "gr\xfcn\x80", "übel": "\xfcbel", "鍵pass鍵": "?pass?"} {
		as := func(s string) func() ([]byte, error) { return func() ([]byte, error) { return []byte(s), nil } }
		res, err := keyconv.Convert(read("ed25519/plain.ppk"), "ppk2", &keyconv.Options{NewPassphrase: as(onWindows)})
		if err != nil {
			t.Fatal(err)
		}
		opened, err := keyconv.Convert(res.Data, "ppk2", &keyconv.Options{Passphrase: as(typed), NoPassphrase: true})
		if err != nil {
			t.Errorf("%q does not open what %q protects: %v", typed, onWindows, err)
			continue
		}
		if !bytes.Equal(opened.Data, read("ed25519/plain2.ppk")) || !told(opened, "passphrase-encoding") {
			t.Errorf("%q: %v", typed, opened.Findings)
		}
		for to, pass := range map[string]string{"ppk": onWindows, "ppk2": onWindows, "openssh": typed} { // the same one, for the program that reads it
			again, err := keyconv.Convert(res.Data, to, &keyconv.Options{Passphrase: as(typed)})
			if err != nil {
				t.Fatal(err)
			}
			keys, _, err := keyconv.Parse(again.Data)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := keys[0].Decrypt([]byte(pass), sshkey.Limits{}); err != nil {
				t.Errorf("%q to %s: %v", typed, to, err)
			}
		}
	}
	for _, args := range []string{"pkcs8 -topk8 -v2 aes-256-cbc", "rsa -traditional -aes128"} { // as on Windows
		as := func(s string) func() ([]byte, error) { return func() ([]byte, error) { return []byte(s), nil } }
		data := keytest.Run(t, read("rsa2048/private-pkcs8"), "openssl", append(strings.Fields(args), "-passout", "pass:M\xfcller")...)
		opened, err := keyconv.Convert(data, "pkcs8", &keyconv.Options{Passphrase: as("Müller"), NoPassphrase: true})
		if err != nil || !bytes.Equal(opened.Data, read("rsa2048/private-pkcs8")) || !told(opened, "passphrase-encoding") {
			t.Errorf("%s: %v, %v", args, err, opened)
		}
		if _, err := keyconv.Convert(data, "ppk", &keyconv.Options{Passphrase: as("Möller"), NoPassphrase: true}); !errors.Is(err, sshkey.ErrPassphrase) {
			t.Errorf("%s: %v", args, err)
		}
	}
	if _, err := keyconv.Convert(read("ed25519/encrypted2.ppk"), "ppk2", &keyconv.Options{Passphrase: func() ([]byte, error) { return []byte(testdata.Passphrase + "ü"), nil }}); err == nil {
		t.Error("a wrong passphrase opens")
	}
}

// TestMendedError: of a text that is refused as it is and mended, the error that
// knows more is told.
func TestMendedError(t *testing.T) {
	shipped := func(name string) string {
		data, err := testdata.Keys.ReadFile("keys/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	ppk := shipped("ed25519/plain.ppk")
	head, body, _ := strings.Cut(shipped("ed25519/openssh"), "\n")
	lost := head + "\n" + body[:100] + body[104:]
	for _, c := range []struct{ name, text, place, want string }{
		{"a comment edited", strings.Replace(ppk, "Comment: ", "Comment: my ", 1), "9:14", ""},
		{"a comment edited, CRLF", strings.Replace(replace("\n", "\r\n")(ppk), "Comment: ", "Comment: my ", 1), "9:14", ""},
		{`characters lost, \n`, replace("\n", `\n`)(lost), "1:1", "the text was mended, but"},
		{"characters lost, spaces", replace("\n", " ")(lost), "1:1", "the text was mended, but"},
	} {
		_, _, strict := keyconv.Parse([]byte(c.text))
		_, _, err := keyconv.ParseLenient([]byte(c.text), "")
		var syntax *sshkey.SyntaxError
		if !errors.As(err, &syntax) || syntax.Pos.String() != c.place {
			t.Errorf("%s: %v at %v, not at %s", c.name, err, syntax.Pos, c.place)
		}
		if c.want == "" && err.Error() != strict.Error() || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "no line that reads") {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// TestMendedComment: what looks like an encoding in the comment of a key that is damaged
// in another way is the comment.
func TestMendedComment(t *testing.T) {
	for _, comment := range []string{"a=3Db", "R&#38;D", "x <br> y", "50%2B PRIVATE%20KEY"} {
		for _, format := range []string{"ppk", "sshcom", "openssh"} {
			made, err := keyconv.Convert(read("rsa2048/openssh"), format, &keyconv.Options{Comment: &comment})
			if err != nil {
				t.Fatal(err)
			}
			indented := lines(func(l string) string { return "  " + l })(string(made.Data))
			keys, _, err := keyconv.ParseLenient([]byte(indented), "")
			if err != nil || keys[0].Comment != comment {
				t.Errorf("%s, %q: %v, %+v", format, comment, err, keys)
			}
		}
	}
}

// TestOptionsInSecret: a private key in base64 does not become a line without the options
// that stand in base64 beside it, or in the same.
func TestOptionsInSecret(t *testing.T) {
	private, public := string(read("ed25519/openssh")), strings.TrimSpace(string(read("ed25519/id.pub")))
	certutil := func(s string) string {
		return "-----BEGIN CERTIFICATE-----\n" + folded(inBase64(s), 64) + "-----END CERTIFICATE-----\n"
	}
	for name, text := range map[string]string{
		"beside":            "kind: Secret\ndata:\n  id: " + inBase64(private) + "\n  authorized_keys: " + inBase64("restrict "+public+"\n") + "\n",
		"in front":          "kind: Secret\ndata:\n  authorized_keys: " + inBase64("command=\"/bin/x\" "+public+"\n") + "\n  id: " + inBase64(private) + "\n",
		"beside in UTF-16":  "kind: Secret\ndata:\n  id: " + inBase64(private) + "\n  authorized_keys: " + inBase64(toUTF16("restrict "+public+"\n")) + "\n",
		"beside in Latin-1": "data:\n  id: " + inBase64(private) + "\n  keys: " + inBase64("restrict "+public+" b\xfcro\n") + "\n",
		"beside, with VT":   "data:\n  id: " + inBase64(private) + "\n  keys: " + inBase64("restrict "+public+"\v\n") + "\n",
		"beside, folded":    "data:\n  id: " + inBase64(private) + "\n  keys: |\n" + lines(func(l string) string { return "    " + l })(folded(inBase64("restrict "+public+"\n"), 60)),
		"certutil":          certutil(private + "key: restrict " + public + "\n"), "certutil, list": certutil(private + "- restrict " + public + "\n"),
		"certutil, mail": certutil(private + "> restrict " + public + "\n"), "certutil, plain": certutil(private + "restrict " + public + "\n"),
	} {
		if res, err := keyconv.Convert([]byte(text), "authorized-keys", nil); err == nil {
			t.Errorf("%s: %s", name, res.Data)
		}
		if _, err := keyconv.Convert([]byte(text), "ppk", nil); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestJWKEscapedTwice: what a backslash stands for is not guessed.
func TestJWKEscapedTwice(t *testing.T) {
	res, err := keyconv.Convert(read("ed25519/openssh"), "jwk", &keyconv.Options{Comment: ptr(`a\b`)})
	if err != nil {
		t.Fatal(err)
	}
	twice, err := json.Marshal(string(res.Data))
	if err != nil {
		t.Fatal(err)
	}
	if keys, _, err := keyconv.ParseLenient(twice, ""); err == nil && keys[0].Comment != `a\b` {
		t.Errorf("%q", keys[0].Comment)
	}
}

func ptr[T any](v T) *T { return &v }

// TestMendedJWK: a JSON Web Key comes out of what editors, shells, pages and programs put
// around it; what stands in front of it is not passed over.
func TestMendedJWK(t *testing.T) {
	want := read("ed25519/openssh")
	res, err := keyconv.Convert(want, "jwk", nil)
	if err != nil {
		t.Fatal(err)
	}
	key := strings.TrimSpace(string(res.Data))
	inString, err := json.Marshal(key)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"byte order mark": "\ufeff" + key + "\n",
		"UTF-16":          toUTF16(key),
		"code fence":      "```json\n" + key + "\n```\n",
		"quotes":          "'" + key + "'\n",
		"JSON string":     string(inString),
		"base64":          base64.StdEncoding.EncodeToString([]byte(key)),
		"mail":            strings.ReplaceAll("\n"+key, "\n", "\n> ")[1:],
	} {
		keys, f, err := keyconv.ParseLenient([]byte(text), "")
		if err != nil || f.Name != "jwk" || !keys[0].Proven() || len(keys[0].Findings) == 0 {
			t.Errorf("%s: %v %s", name, err, f.Name)
			continue
		}
		if out, err := keyconv.Convert([]byte(text), "openssh", &keyconv.Options{}); err != nil || privateOf(t, out.Data).Public != privateOf(t, want).Public {
			t.Errorf("%s: %v", name, err)
		}
		for _, front := range []string{"restrict\n", "a word\n"} {
			if keys, _, err := keyconv.ParseLenient([]byte(front+text), ""); err == nil {
				t.Errorf("%s behind %q: %v", name, front, keys)
			}
		}
	}
}

func privateOf(t *testing.T, data []byte) *sshkey.Key {
	t.Helper()
	keys, _, err := keyconv.Parse(data)
	if err != nil || !keys[0].Proven() {
		t.Fatal(err)
	}
	return keys[0]
}

// TestBase64OfDER: base64 of DER is named by what is in it.
func TestBase64OfDER(t *testing.T) {
	certificate := keytest.Run(t, read("rsa2048/private-pkcs8"), "openssl", "req", "-x509", "-key", "/dev/stdin", "-subj", "/CN=x")
	for want, text := range map[string][]byte{
		"spki": read("rsa2048/public-spki"), "x509": certificate, "pkcs1-public": read("rsa2048/public-pkcs1"),
		"pem": read("rsa2048/private-pem"), "pkcs8": read("rsa2048/private-pkcs8-encrypted"),
	} {
		block, _ := pem.Decode(text)
		keys, f, err := keyconv.ParseLenient([]byte(base64.StdEncoding.EncodeToString(block.Bytes)), "")
		if err != nil || f.Name != want {
			t.Errorf("%s: %v, %v", want, f.Name, err)
			continue
		}
		for _, finding := range keys[0].Findings {
			if finding.Code == "pem-label" {
				t.Errorf("%s: %v", want, finding)
			}
		}
	}
}
