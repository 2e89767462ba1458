package repair

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

// A damage is one way in which a key line gets damaged.
type damage struct {
	name  string
	lossy bool // the key can't be had from what is left
	do    func(line []byte, rng *rand.Rand) []byte
}

func pick[T any](rng *rand.Rand, list ...T) T { return list[rng.IntN(len(list))] }

// text makes a damage of a function on strings.
func str(name string, f func(s string, rng *rand.Rand) string) damage {
	return damage{name: name, do: func(b []byte, rng *rand.Rand) []byte { return []byte(f(string(b), rng)) }}
}

func lossy(name string, f func(s string, rng *rand.Rand) string) damage {
	d := str(name, f)
	d.lossy = true
	return d
}

// cut parts a line into type, base64 and comment. It is used on undamaged
// lines, or where an earlier damage left the fields alone.
func cut(s string) (typ, b64, comment string) {
	f := strings.SplitN(s, " ", 3)
	for len(f) < 3 {
		f = append(f, "")
	}
	return f[0], f[1], f[2]
}

func glueUp(typ, b64, comment string) string {
	return strings.TrimSpace(typ + " " + b64 + " " + comment)
}

func fold(s string, width int, sep string) string {
	var b strings.Builder
	for len(s) > width {
		b.WriteString(s[:width] + sep)
		s = s[width:]
	}
	return b.String() + s
}

var widths = []int{64, 65, 70, 72, 76, 79, 80}

func utf16Bytes(s string, big bool) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune(s)) {
		if big {
			out = append(out, byte(u>>8), byte(u))
		} else {
			out = append(out, byte(u), byte(u>>8))
		}
	}
	return out
}

// encodings change how the characters are written down.
var encodings = []damage{
	{name: "utf-16le-bom", do: func(b []byte, _ *rand.Rand) []byte {
		return append([]byte("\xff\xfe"), utf16Bytes(string(b)+"\r\n", false)...)
	}},
	{name: "utf-16be-bom", do: func(b []byte, _ *rand.Rand) []byte {
		return append([]byte("\xfe\xff"), utf16Bytes(string(b)+"\r\n", true)...)
	}},
	{name: "utf-16le", do: func(b []byte, _ *rand.Rand) []byte { return utf16Bytes(string(b)+"\r\n", false) }},
	{name: "utf-16be", do: func(b []byte, _ *rand.Rand) []byte { return utf16Bytes(string(b), true) }},
	str("bom", func(s string, _ *rand.Rand) string { return "\ufeff" + s }),
	str("crlf", func(s string, _ *rand.Rand) string { return strings.ReplaceAll(s, "\n", "\r\n") + "\r\n" }),
	str("paste-brackets", func(s string, _ *rand.Rand) string { return "\x1b[200~" + s + "\x1b[201~" }),
	str("paste-brackets-worn", func(s string, _ *rand.Rand) string { return "0~" + s + "1~" }),
	str("colours", func(s string, rng *rand.Rand) string {
		i := rng.IntN(len(s))
		for i > 0 && s[i]&0xc0 == 0x80 {
			i--
		}
		return s[:i] + "\x1b[01;31m" + s[i:] + "\x1b[0m"
	}),
	str("zero-width", func(s string, rng *rand.Rand) string {
		i := rng.IntN(60)
		i = min(i, len(s))
		return s[:i] + pick(rng, "\u200b", "\u00ad", "\u2060", "\ufeff") + s[i:]
	}),
	str("nbsp", func(s string, _ *rand.Rand) string { return strings.ReplaceAll(s, " ", "\u00a0") }),
	str("fullwidth", func(s string, rng *rand.Rand) string {
		return strings.NewReplacer("=", "＝", "+", "＋", "/", "／").Replace(s)
	}),
	str("smart-dashes", func(s string, rng *rand.Rand) string {
		return strings.Replace(s, "-", pick(rng, "–", "‑", "—"), 1)
	}),
}

// wraps break the line.
var wraps = []damage{
	str("wrap-br", func(s string, rng *rand.Rand) string {
		return fold(s, pick(rng, widths...), pick(rng, "<br>\n", "<br/>", "<BR />\n", "<wbr>"))
	}),
	str("wrap-lf", func(s string, rng *rand.Rand) string { return fold(s, pick(rng, widths...), "\n") }),
	str("wrap-crlf", func(s string, rng *rand.Rand) string { return fold(s, pick(rng, widths...), "\r\n") }),
	str("wrap-indent", func(s string, rng *rand.Rand) string { return fold(s, pick(rng, widths...), "\n    ") }),
	str("wrap-cr", func(s string, rng *rand.Rand) string { return fold(s, pick(rng, widths...), "\r") }),
	str("wrap-backslash", func(s string, rng *rand.Rand) string { return fold(s, pick(rng, widths...), "\\\n") }),
	str("wrap-doubled", func(s string, rng *rand.Rand) string { return fold(s, pick(rng, widths...), "\n\n") }),
	str("wrap-u2028", func(s string, rng *rand.Rand) string { return fold(s, pick(rng, widths...), "\u2028") }),
	str("vt-inside", func(s string, rng *rand.Rand) string {
		t, b, c := cut(s)
		i := 30 + rng.IntN(max(1, len(b)-40))
		i = min(i, len(b))
		return glueUp(t, b[:i]+pick(rng, "\v", "\f")+b[i:], c)
	}),
	str("wrap-base64", func(s string, rng *rand.Rand) string {
		t, b, c := cut(s)
		return glueUp(t, fold(b, pick(rng, widths...), "\n"), c)
	}),
	str("spaces-base64", func(s string, rng *rand.Rand) string {
		t, b, c := cut(s)
		return glueUp(t, fold(b, pick(rng, 64, 70, 76), " "), c)
	}),
	str("one-char-a-line", func(s string, _ *rand.Rand) string {
		t, b, _ := cut(s)
		return strings.Join(strings.Split(t+" "+b, ""), "\n")
	}),
	str("fields-apart", func(s string, _ *rand.Rand) string {
		t, b, c := cut(s)
		return t + "\n" + b + "\n" + c
	}),
	str("break-in-type", func(s string, rng *rand.Rand) string {
		i := 1 + rng.IntN(6)
		return s[:i] + "\n" + s[i:]
	}),
	str("break-in-comment", func(s string, rng *rand.Rand) string {
		t, b, c := cut(s)
		if len(c) < 4 || c[2]&0x80 != 0 {
			c = "rsa-key-20250101"
		}
		return glueUp(t, b, c[:2]+"\n"+c[2:])
	}),
	str("wrap-quoted-strings", func(s string, rng *rand.Rand) string {
		return `"` + fold(s, pick(rng, widths...), "\" +\n    \"") + `";`
	}),
}

// wrappers put the line into something.
var wrapperDamages = []damage{
	str("quotes", func(s string, _ *rand.Rand) string { return `"` + s + `"` }),
	str("single-quotes", func(s string, _ *rand.Rand) string { return `'` + s + `'` }),
	str("smart-quotes", func(s string, _ *rand.Rand) string { return "“" + s + "”" }),
	str("backticks", func(s string, _ *rand.Rand) string { return "`" + s + "`" }),
	str("angles", func(s string, _ *rand.Rand) string { return "<" + s + ">" }),
	str("quote-before", func(s string, rng *rand.Rand) string { return pick(rng, `"`, `'`, "“") + s }),
	str("quote-behind", func(s string, rng *rand.Rand) string { return s + pick(rng, `"`, `'`, "”") }),
	str("mail", func(s string, rng *rand.Rand) string {
		return pick(rng, "> ", ">", ">> ", "> > ") + strings.ReplaceAll(s, "\n", "\n> ")
	}),
	str("fence", func(s string, _ *rand.Rand) string { return "Here it is:\n\n```\n" + s + "\n```\n" }),
	str("prompt", func(s string, rng *rand.Rand) string {
		return pick(rng, "user@host:~$ ", "$ ", "[fred@box ~]$ ", "PS C:\\Users\\fred> ", "root@box:/etc# ") + s
	}),
	str("cat", func(s string, _ *rand.Rand) string {
		return "fred@box:~$ cat .ssh/id_rsa.pub\n" + s + "\nfred@box:~$ \n"
	}),
	str("echo", func(s string, rng *rand.Rand) string {
		q := pick(rng, `"`, `'`)
		return "echo " + q + s + q + " >> ~/.ssh/authorized_keys"
	}),
	str("heredoc", func(s string, _ *rand.Rand) string {
		return "cat >> ~/.ssh/authorized_keys <<EOF\n" + s + "\nEOF\n"
	}),
	str("json", func(s string, rng *rand.Rand) string {
		b, _ := json.Marshal(map[string]string{pick(rng, "publicKey", "key", "ssh-key"): s + pick(rng, "\n", "")})
		return string(b)
	}),
	str("json-array", func(s string, rng *rand.Rand) string {
		b, _ := json.MarshalIndent([]string{s}, "", "  ")
		return string(b)
	}),
	str("yaml", func(s string, _ *rand.Rand) string {
		return "users:\n  - name: fred\n    ssh_authorized_keys:\n      - " + strings.ReplaceAll(s, "\n", "\n        ")
	}),
	str("yaml-value", func(s string, _ *rand.Rand) string { return `key: "` + s + `"` }),
	str("yaml-block", func(s string, _ *rand.Rand) string { return "key: |\n  " + strings.ReplaceAll(s, "\n", "\n  ") }),
	str("list-dash", func(s string, _ *rand.Rand) string { return "- " + s }),
	str("gcp-user", func(s string, _ *rand.Rand) string { return "fred:" + s }),
	str("hcl", func(s string, _ *rand.Rand) string {
		return "resource \"aws_key_pair\" \"k\" {\n  public_key = \"" + s + "\"\n}\n"
	}),
	str("hcl-heredoc", func(s string, _ *rand.Rand) string { return "  public_key = <<EOT\n" + s + "\nEOT\n" }),
	str("diff", func(s string, _ *rand.Rand) string {
		return "@@ -1,2 +1,3 @@\n+" + strings.ReplaceAll(s, "\n", "\n+") + "\n"
	}),
	str("numbers", func(s string, rng *rand.Rand) string {
		format := pick(rng, "%6d\t%s\n", "%d: %s\n", "%d %s\n", "%4d | %s\n")
		var b strings.Builder
		for i, l := range strings.Split(s, "\n") {
			fmt.Fprintf(&b, format, i+1, l)
		}
		return b.String()
	}),
	str("html", func(s string, _ *rand.Rand) string { return "<pre>" + html.EscapeString(s) + "</pre>" }),
	str("env", func(s string, _ *rand.Rand) string { return `export SSH_KEY="` + s + `"` }),
	str("vi-i", func(s string, _ *rand.Rand) string { return "i" + s }),
	str("label", func(s string, _ *rand.Rand) string { return "My public key: " + s }),
	str("trailing-junk", func(s string, rng *rand.Rand) string {
		return s + pick(rng, "\n:wq\n", "\nEOF\n", "\n\n\n", " \\", "\\n")
	}),
}

// escapings change single characters.
var escapings = []damage{
	str("entities", func(s string, rng *rand.Rand) string {
		if rng.IntN(2) == 0 {
			return strings.NewReplacer("=", "&#61;", "+", "&#43;", "/", "&#47;", "&", "&amp;").Replace(s)
		}
		return strings.NewReplacer("=", "&#x3d;", "+", "&plus;", "/", "&#x2F;", "@", "&commat;").Replace(s)
	}),
	str("url", func(s string, _ *rand.Rand) string { return url.QueryEscape(s) }),
	str("url-path", func(s string, _ *rand.Rand) string { return url.PathEscape(s) }),
	str("url-signs", func(s string, _ *rand.Rand) string {
		return strings.NewReplacer("=", "%3D", "+", "%2B", "/", "%2F", "%", "%25").Replace(s)
	}),
	str("quoted-printable", func(s string, _ *rand.Rand) string {
		return fold(strings.ReplaceAll(s, "=", "=3D"), 75, "=\n")
	}),
	str("unicode-escapes", func(s string, _ *rand.Rand) string {
		return strings.NewReplacer("=", `\u003d`, "+", `\u002b`, "/", `\/`).Replace(s)
	}),
	str("literal-n", func(s string, rng *rand.Rand) string {
		return fold(s, pick(rng, widths...), pick(rng, `\n`, `\r\n`, `\\n`)) + `\n`
	}),
	str("literal-n-end", func(s string, rng *rand.Rand) string { return s + pick(rng, `\n`, `\r\n`) }),
	str("plus-to-space", func(s string, _ *rand.Rand) string {
		t, b, c := cut(s)
		return glueUp(t, strings.ReplaceAll(b, "+", " "), c)
	}),
	str("base64url", func(s string, _ *rand.Rand) string {
		t, b, c := cut(s)
		return glueUp(t, strings.NewReplacer("+", "-", "/", "_").Replace(b), c)
	}),
}

// fields damage the fields of the line.
var fieldDamages = []damage{
	str("type-missing", func(s string, _ *rand.Rand) string { _, b, c := cut(s); return strings.TrimSpace(b + " " + c) }),
	str("type-missing-space", func(s string, _ *rand.Rand) string { _, b, c := cut(s); return " " + b + " " + c }),
	str("type-swallowed", func(s string, rng *rand.Rand) string { return s[1+rng.IntN(4):] }),
	str("type-twice", func(s string, _ *rand.Rand) string { t, _, _ := cut(s); return t + " " + s }),
	str("type-wrong", func(s string, rng *rand.Rand) string {
		t, b, c := cut(s)
		return glueUp(pick(rng, "id_rsa", strings.ToUpper(t), strings.ReplaceAll(t, "-", "_"), "rsa", "ssh rsa", "ssh-rsa", "ecdsa-sha2-nistp384", "edcsa-sha2-nistp256", "ssh-ed255l9", "Ssh-rsa"), b, c)
	}),
	str("rsa-sha2", func(s string, _ *rand.Rand) string { return strings.Replace(s, "ssh-rsa ", "rsa-sha2-512 ", 1) }),
	str("start-lost", func(s string, rng *rand.Rand) string {
		_, b, c := cut(s)
		return strings.TrimSpace(b[1+rng.IntN(12):] + " " + c)
	}),
	str("start-lost-typed", func(s string, rng *rand.Rand) string {
		t, b, c := cut(s)
		return glueUp(t, b[1+rng.IntN(4):], c)
	}),
	str("padding-lost", func(s string, _ *rand.Rand) string {
		t, b, c := cut(s)
		return glueUp(t, strings.TrimRight(b, "="), c)
	}),
	str("padding-more", func(s string, rng *rand.Rand) string {
		t, b, c := cut(s)
		return glueUp(t, strings.TrimRight(b, "=")+pick(rng, "=", "==", "===", "====", "= ="), c)
	}),
	str("cut-at-equals", func(s string, _ *rand.Rand) string {
		t, b, c := cut(s)
		if strings.Contains(b, "=") {
			return t + " " + strings.TrimRight(b, "=")
		}
		return glueUp(t, b, c)
	}),
	str("comment-glued", func(s string, rng *rand.Rand) string {
		t, b, _ := cut(s)
		return t + " " + b + pick(rng, "fred@box", "root", ",", ";", "...", "$", "%", "rsa-key-20250101")
	}),
	str("two-spaces", func(s string, _ *rand.Rand) string { return "  " + strings.Replace(s, " ", " \t ", 2) }),
	str("hex", func(s string, rng *rand.Rand) string {
		_, b, _ := cut(s)
		raw, _ := base64.StdEncoding.DecodeString(b)
		return pick(rng, "", "0x") + hex.EncodeToString(raw)
	}),
}

// boxes are other containers; they come first in a composition.
var boxes = []damage{
	str("rfc4716", func(s string, _ *rand.Rand) string { return rfc4716(s, "---- ", " ----", 64) }),
	str("rfc4716-5-dashes", func(s string, _ *rand.Rand) string { return rfc4716(s, "-----", "-----", 70) }),
	str("rfc4716-no-begin", func(s string, _ *rand.Rand) string {
		return strings.SplitN(rfc4716(s, "---- ", " ----", 70), "\n", 2)[1]
	}),
	str("rfc4716-no-end", func(s string, _ *rand.Rand) string {
		b := rfc4716(s, "---- ", " ----", 70)
		return b[:strings.Index(b, "---- END")]
	}),
	str("rfc4716-joined", func(s string, rng *rand.Rand) string {
		return strings.ReplaceAll(rfc4716(s, "---- ", " ----", 64), "\n", pick(rng, " ", ""))
	}),
	str("rfc4716-typed", func(s string, _ *rand.Rand) string {
		t, b, c := cut(s)
		return t + " " + fold(b, 64, "\n") + " " + c
	}),
	str("rfc4716-junk-around", func(s string, _ *rand.Rand) string {
		return "---- BEGIN SSH2 PUBLIC KEY ----\nComment: \"x\"\n" + s + "\n---- END SSH2 PUBLIC KEY ----\n"
	}),
	str("rfc4716-smart", func(s string, _ *rand.Rand) string {
		return strings.ReplaceAll(strings.ReplaceAll(rfc4716(s, "—- ", " —-", 64), "----", "—-"), "—-\n", "—-\n\n")
	}),
	str("rfc4716-folded", func(s string, _ *rand.Rand) string {
		return strings.Replace(rfc4716(s, "---- ", " ----", 64), "Comment:", "Subject: fred\nx-note: a \\\nfolded value\nComment:", 1)
	}),
	str("rfc4716-vi", func(s string, _ *rand.Rand) string {
		return "N " + rfc4716(s, "---- ", " ----", 64)[len("---- BEGIN "):]
	}),
	str("ppk", func(s string, _ *rand.Rand) string { return ppkText(s, true) }),
	str("ppk-part", func(s string, _ *rand.Rand) string { return ppkText(s, false) }),
	str("base64-twice", func(s string, _ *rand.Rand) string { return base64.StdEncoding.EncodeToString([]byte(s)) }),
	str("base64-twice-wrapped", func(s string, _ *rand.Rand) string {
		return fold(base64.StdEncoding.EncodeToString([]byte(s+"\n")), 76, "\n")
	}),
	str("base64-of-blob", func(s string, _ *rand.Rand) string {
		_, b, _ := cut(s)
		return base64.StdEncoding.EncodeToString([]byte(b))
	}),
}

func rfc4716(s, left, right string, width int) string {
	_, b, c := cut(s)
	return left + "BEGIN SSH2 PUBLIC KEY" + right + "\nComment: \"" + c + "\"\n" + fold(b, width, "\n") + "\n" + left + "END SSH2 PUBLIC KEY" + right + "\n"
}

func ppkText(s string, whole bool) string {
	t, b, c := cut(s)
	body := fold(b, 64, "\n")
	text := fmt.Sprintf("Public-Lines: %d\n%s\n", strings.Count(body, "\n")+1, body)
	if !whole {
		return text
	}
	secret := fold(strings.Repeat("c2VjcmV0IHNlY3JldCBzZWNyZXQg", 8), 64, "\n")
	return "PuTTY-User-Key-File-3: " + t + "\nEncryption: none\nComment: " + c + "\n" + text +
		fmt.Sprintf("Private-Lines: %d\n%s\nPrivate-MAC: %s\n", strings.Count(secret, "\n")+1, secret, strings.Repeat("0f", 32))
}

// losses are what cannot be repaired. None may give a key.
var losses = []damage{
	lossy("cut-end", func(s string, rng *rand.Rand) string {
		t, b, c := cut(s)
		b = strings.TrimRight(b, "=")
		return glueUp(t, b[:len(b)-1-rng.IntN(len(b)-40)], c)
	}),
	lossy("cut-end-4n", func(s string, rng *rand.Rand) string {
		t, b, c := cut(s)
		return glueUp(t, b[:(len(b)-1-rng.IntN(len(b)-40))/4*4], c)
	}),
	lossy("cut-column-80", func(s string, rng *rand.Rand) string {
		t, b, _ := cut(s)
		return (t + " " + b)[:min(len(t+b)-4, pick(rng, 78, 79))] + pick(rng, "", ">", "$")
	}),
	lossy("char-missing", func(s string, rng *rand.Rand) string {
		t, b, c := cut(s)
		i := 30 + rng.IntN(len(strings.TrimRight(b, "="))-30)
		return glueUp(t, b[:i]+b[i+1:], c)
	}),
	lossy("char-more", func(s string, rng *rand.Rand) string {
		t, b, c := cut(s)
		i := 30 + rng.IntN(len(strings.TrimRight(b, "="))-30)
		return glueUp(t, b[:i]+string(alphabet[rng.IntN(64)])+b[i:], c)
	}),
	lossy("line-lost", func(s string, rng *rand.Rand) string {
		t, b, c := cut(s)
		lines := strings.Split(fold(b, 32, "\n"), "\n")
		i := 1 + rng.IntN(len(lines)-1)
		return glueUp(t, strings.Join(append(lines[:i:i], lines[i+1:]...), "\n"), c)
	}),
	lossy("line-twice", func(s string, rng *rand.Rand) string {
		t, b, c := cut(s)
		lines := strings.Split(fold(b, 32, "\n"), "\n")
		i := 1 + rng.IntN(len(lines)-1)
		return glueUp(t, strings.Join(append(append(lines[:i:i], lines[i]), lines[i:]...), "\n"), c)
	}),
	lossy("start-cut", func(s string, rng *rand.Rand) string { _, b, c := cut(s); return b[len(b)/2:] + " " + c }),
	lossy("lower", func(s string, _ *rand.Rand) string { return strings.ToLower(s) }),
	lossy("upper", func(s string, _ *rand.Rand) string { t, b, c := cut(s); return glueUp(t, strings.ToUpper(b), c) }),
	lossy("ellipsis", func(s string, _ *rand.Rand) string {
		t, b, c := cut(s)
		return glueUp(t, b[:30]+"..."+b[len(b)-6:], c)
	}),
	lossy("known-hosts", func(s string, rng *rand.Rand) string {
		return pick(rng, "host.example.com,192.0.2.1 ", "[box]:2222 ", "|1|aGFzaA==|aGFzaA== ", "@cert-authority * ") + s
	}),
	lossy("removed-in-diff", func(s string, _ *rand.Rand) string { return "@@ -1,2 +1,1 @@\n-" + s + "\n" }),
	lossy("other-comment-sign", func(s string, rng *rand.Rand) string { return pick(rng, "// ", "; ", "<!-- ", "-- ") + s }),
	lossy("commented-out", func(s string, _ *rand.Rand) string { return "# " + s }),
	lossy("commented-out-wrapped", func(s string, rng *rand.Rand) string { return fold("#"+s, pick(rng, widths...), "\n") }),
	lossy("options-above", func(s string, rng *rand.Rand) string { return pick(rng, options...) + "\n" + s }),
	lossy("options-above-two", func(s string, rng *rand.Rand) string { return pick(rng, options...) + "\n\n" + s }),
	lossy("options-bad-quotes", func(s string, rng *rand.Rand) string {
		o := `no-pty,command="/bin/x"`
		return pick(rng, strings.ReplaceAll(o, `"`, ""), strings.ReplaceAll(o, `"`, "'"), strings.ReplaceAll(o, `"`, "”"),
			strings.ReplaceAll(o, `"`, `\"`), strings.ReplaceAll(o, `"`, `""`), strings.TrimSuffix(o, `"`), strings.Replace(o, ",", ", ", 1)) + " " + s
	}),
	lossy("options-typo", func(s string, rng *rand.Rand) string {
		return pick(rng, "no-ptty ", "restricted ", "from=10.0.0.1 ", "comand=\"x\" ", "no-pty;restrict ") + s
	}),
	lossy("options-entities", func(s string, _ *rand.Rand) string { return "command=&quot;/bin/x&quot; " + s }),
	lossy("options-json", func(s string, _ *rand.Rand) string {
		b, _ := json.Marshal(map[string]string{"key": `command="/bin/x" ` + s})
		return string(b)
	}),
	lossy("options-beside", func(s string, _ *rand.Rand) string {
		return `{"key": "` + s + `", "options": "no-pty"}`
	}),
	lossy("options-ansible", func(s string, _ *rand.Rand) string {
		return "authorized_key:\n  key_options: 'no-pty,from=\"10.0.1.1\"'\n  key: '" + s + "'"
	}),
}

var options = []string{"no-pty", `command="/bin/x"`, "restrict", `no-pty,command="a b"`, `from="10.0.0.*"`, "no-pty,", `command=/bin/x`, `environment="A=b"`, "restrict,pty"}

// printed runs Text and returns the blobs that it lets in.
func printed(t *testing.T, in []byte) ([]string, *Result) {
	t.Helper()
	res, err := Text(in, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, e := range res.Entries {
		if !e.Commented {
			list = append(list, e.Key.Public.String())
		}
	}
	return list, res
}

func lossless() (all []damage) {
	for _, group := range [][]damage{encodings, wraps, wrapperDamages, escapings, fieldDamages, boxes} {
		all = append(all, group...)
	}
	return all
}

// TestLossless tries every damage alone on many keys.
func TestLossless(t *testing.T) {
	rng := random(t)
	for _, d := range lossless() {
		t.Run(d.name, func(t *testing.T) {
			n, good, example := 0, 0, ""
			// Where a sample is below the bound by chance, a ten times
			// larger one decides.
			for want := rounds(40); n < want; n++ {
				if n == rounds(40)-1 && good < want*9/10 { // the last of them may fail, too
					want *= 10
				}
				s := freshSample(rng)
				in := d.do([]byte(s.line()), rng)
				got, res := printed(t, in)
				switch {
				case len(got) == 1 && got[0] == s.key.String():
					good++
				case len(got) == 0:
					if example == "" {
						example = fmt.Sprintf("not repaired: %q\n%v", in, res.Findings)
					}
				default:
					t.Fatalf("WRONG: from %q\n%q\n%q", s.line(), in, res.Text)
				}
			}
			if good < n*9/10 {
				t.Errorf("%d of %d; %s", good, n, example)
			}
		})
	}
}

// TestLossy proves that nothing is printed where a key cannot be known.
func TestLossy(t *testing.T) {
	rng := random(t)
	for _, d := range losses {
		t.Run(d.name, func(t *testing.T) {
			for range rounds(150) {
				s := freshSample(rng)
				in := d.do([]byte(s.line()), rng)
				if bytes.Equal(in, []byte(s.line())) {
					continue
				}
				got, res := printed(t, in)
				if len(got) > 0 && !(got[0] == s.key.String() && harmless(d.name, s)) {
					t.Fatalf("printed from %q\n%q\n%s\n%v", s.line(), in, res.Text, res.Findings)
				}
			}
		})
	}
}

// harmless are losses that may happen to leave the whole key.
func harmless(name string, s sample) bool {
	return slices.Contains([]string{"char-more", "line-twice", "line-lost", "cut-end", "char-missing"}, name)
}
