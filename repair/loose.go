package repair

import (
	"bytes"
	"strings"

	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/internal/lazyre"
	"github.com/keyconv/keyconv/sshkey"
)

// A kind is what a line without a key is.
type kind uint8

const (
	prose    kind = iota // nothing that is known
	empty                // or only marks
	comment              // begins with #
	wrapping             // belongs to a container or a program: dropped
	boxed                // belongs to RFC 4716 or a PPK
	optional             // options without a key
	headless             // base64 without its start
	named                // something that people take for a key: refused by name
)

// A class is what is said about a line.
type class struct {
	kind            kind
	code, msg, hint string
}

// certificate is what stands where a key belongs, whole or damaged.
var certificate = objection{"certificate", "an OpenSSH certificate; sshd ignores it in authorized_keys", "give the key that was certified (id.pub beside id-cert.pub), or the CA's key behind cert-authority"}

// strangers are lines that people take for keys, and what to do instead.
var strangers = []struct {
	objection
	pattern *lazyre.Regexp
}{
	{certificate, lazyre.NewNeeding(`-cert-v01@openssh\.com|AAAA[A-Za-z0-9]{1,4}(?:NzaC|c3No|Nr|ZWNk|VjZ)[A-Za-z0-9+/]{8,60}(?:LWNlcnQt|1jZXJ0L|Y2VydC)`, "-cert-v01", "LWNlcnQt", "1jZXJ0L", "Y2VydC")},
	{objection{"fingerprint", "a fingerprint, not a key; a key cannot be made from it", "paste the public key itself: the content of the .pub file"},
		lazyre.NewNeeding(`\bSHA256:[A-Za-z0-9+/]{20,}|\bMD5:(?:[0-9a-f]{2}:){5}|(?:[0-9a-f]{2}:){15}[0-9a-f]{2}`, ":")},
	{objection{"ssh1-key", "a key of SSH protocol 1, which no current server reads", "make a new key: ssh-keygen -t ed25519"},
		lazyre.New(`^[ \t]*[0-9]{3,5}[ \t]+[0-9]{1,6}[ \t]+[0-9]{60,}`)},
	{objection{"file-error", "the message of a program that did not find the key", "look for the .pub file; most are in the folder .ssh of the home"},
		lazyre.NewNeeding(`(?i)No such file or directory|Permission denied|command not found|cannot find the (?:path|file)`, " ")},
	{objection{"html-page", "a web page instead of a key", "download the key itself and look at it before pasting"},
		lazyre.NewNeeding(`(?i)<!doctype|<html|<head\b|<body\b|404 Not Found`, "<", "404 ")},
	{objection{"placeholder", "a placeholder stands where the key belongs", "put the real key in its place: the content of the .pub file"},
		lazyre.New(`(?i)\.\.\.|REDACTED|and so on|your[-_ ](?:public[-_ ])?key|<[^<>]*key[^<>]*>|\bxxxx`)},
	{objection{"file-name", "the name of a file instead of what is in it", "print the file and paste its content: cat FILE"},
		lazyre.NewNeeding(`^[ \t"']*(?:~|\.{0,2}/|[A-Za-z]:\\|[A-Za-z0-9_.-]+/)?[A-Za-z0-9_./\\ -]*(?:\.pub|\.ppk|\.pem|id_(?:rsa|dsa|ecdsa|ed25519)|authorized_keys)[ \t"']*$`, ".pub", ".ppk", ".pem", "id_", "authorized_keys")},
	{objection{"comment-alone", "a key's comment without its key", copyAgain},
		lazyre.New(`^[ \t"']*(?:(?:rsa|dsa|ecdsa|ed25519|eddsa)-key-[0-9]{8}|imported-openssh-key)[ \t"']*$`)},
	{objection{"case-changed", "the key was changed to capitals or small letters, which cannot be undone", copyAgain},
		lazyre.NewNeeding(`aaaa[a-z]3nzac1|AAAA[A-Z]3NZAC1|aaaae2vjzhnh|AAAAE2VJZHNH|aaaagnnrl|aaaainnrl`, "aaaa", "AAAA")},
	{objection{"key-missing", "a key type stands here without a key", copyAgain},
		lazyre.New(`^[ \t]*(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-nistp(?:256|384|521)|sk-[a-z0-9-]+@openssh\.com)(?:[ \t]|$)`)},
}

// programs matches lines that belong to programs and containers and say
// nothing themselves.
var programs = lazyre.New("^[ \t]*(?:" + strings.Join([]string{
	"```.*", `~~~.*`, `EOF`, `EOT`, `EOL`, `END`, `:wq?!?`, `---+`, `\.\.\.`, `[-+]{3} .*`, `@@.*`, `diff .*`, `index [0-9a-f].*`,
	`<<-?~?["']?\w+["']?`, `</?[A-Za-z][^<>]*>`,
	`[\[\]{}()"',;:.\\|<>` + "`" + `=~^]+`,
	`(?:[\w.-]+@[\w.-]+[^$#%>\n]*)?[$%>#➜]\s*(?:sudo\s+)?(?:cat|less|more|vi|vim|nano|type|ssh-keygen|puttygen|head|tail|exit|clear)?\b.*`,
	`["']?[A-Za-z_][\w.-]{0,38}["']?\s*(?:[:=]|=>|:=)\s*(?:[|>][-+]?|<<-?~?["']?\w*["']?|[\[{"']*)\s*`, `(?:cat|less|more|type)\s.*`,
	`(?:resource|variable|locals|output|module)\b.*[{]`, `#cloud-config`,
}, "|") + ")[ \t]*$")

// aboutFile matches a line that does something with a file, or the head of a diff.
var aboutFile = lazyre.New(`^(?:[-+]{3} |(?:[$%>#] ?)?(?:sudo )?(?:cat|less|more|head|tail|type|vim?|nano|touch|chmod|chown|mkdir|ls|cp|mv|rm|scp|tee|ssh-copy-id|ssh-keygen|puttygen)[ \t])`)

// transcript matches what ssh-keygen says while it makes a key.
var transcript = lazyre.New(`^(?:Generating public/private|Enter (?:file in which|passphrase|same passphrase)|Created directory|Your (?:identification|public key) has been saved|The key(?:'s randomart image| fingerprint) is:|` +
	`\+-+\[[A-Z0-9 -]+\]-+\+$|\|.{17}\|$)`)

// marker matches BEGIN and END lines, also what is left of them.
var marker = lazyre.New(`\b(?:BEGIN|END|N|ND)\b.*[A-Z].*-$`)

// boxLines matches the lines around the base64 of RFC 4716 and of a PPK. They are
// reported with the key.
var boxLines = lazyre.New(`^[> \t|]*(?:PuTTY-User-Key-File-\d.*|(?:Encryption|Public-Lines|Private-Lines|Private-MAC|Key-Derivation|Argon2-\w+)\b.*|` +
	`(?i:Comment|Subject|x-[\w-]+)\s*:.*|-*\s*(?:BEGIN|END|N)\s+SSH2\s+PUBLIC\s+KEY\s*-*)[ \t]*$`)

// boxStart matches the line that RFC 4716 or a PPK begins with, at the end of another.
var boxStart = lazyre.New(`(?:-*\s*(?:BEGIN|N)\s+SSH2\s+PUBLIC\s+KEY\s*-*|PuTTY-User-Key-File-\d.*)\s*$`)

func classify(line []byte) class {
	text := bytes.TrimSpace(line)
	quoted := bytes.TrimLeft(text, "> \t|")
	switch {
	case len(text) == 0:
		return class{kind: empty}
	case text[0] == '#' || len(quoted) > 0 && quoted[0] == '#':
		return class{kind: comment}
	case namesOption(text), IsOptions(boxStart.ReplaceAll(line[:min(len(line), 1<<12)], nil)):
		return class{kind: optional}
	case transcript.Match(text):
		return class{kind: wrapping}
	}
	for _, s := range strangers {
		if s.pattern.Match(line[:min(len(line), 1<<12)]) {
			return class{named, s.code, s.msg, s.hint}
		}
	}
	if boxLines.Match(line[:min(len(line), 1<<12)]) {
		return class{kind: boxed}
	}
	if marksInner(line) {
		return class{kind: headless}
	}
	if programs.Match(line[:min(len(line), 1<<12)]) {
		return class{kind: wrapping}
	}
	if longBase64(line) {
		return class{kind: headless}
	}
	return class{kind: prose}
}

// longBase64 reports whether a line holds much base64 in one piece.
func longBase64(line []byte) bool {
	n := 0
	for i, c := range line {
		if isBase64(c) {
			if n++; n >= 40 {
				return mixed(line[i-39 : i+1])
			}
		} else {
			n = 0
		}
	}
	return false
}

// loose makes items of the lines in which no key begins.
func (p *parser) loose(i, j int) {
	droppedAt, tail := -1, false
	for i < j {
		end := min(j, lineEnd(p.t.b, i))
		line := p.t.b[i:end]
		c := classify(line)
		if !(c.kind == headless && tail) {
			p.line(c, i, line, &droppedAt)
		}
		tail = c.kind == headless || tail && c.kind != empty && len(base64Only(line)) == len(bytes.TrimSpace(line))
		i = end + 1
	}
}

func (p *parser) line(c class, i int, line []byte, droppedAt *int) {
	src := p.t.src(i)
	it := item{src: src}
	text := bytes.TrimSpace(line)
	if c.code == "placeholder" && p.isTag(text) {
		c = class{kind: wrapping}
	}
	p.above = c.kind == prose && !bytes.HasSuffix(text, []byte(":")) && !marker.Match(text)
	if c.kind != empty {
		p.bare = false
		p.open = bytes.HasSuffix(text, []byte("-")) && !marker.Match(text) || bytes.HasSuffix(text, []byte(","))
	}
	switch c.kind {
	case comment:
		p.hashed = max(p.hashed, reachOf(text))
		it.line = strings.TrimSpace(string(bytes.TrimLeft(line, "> \t|")))
		p.emit(it)
	case optional:
		p.apart, p.meant = true, optionsMeant(line)
		if p.meant == "" && isOptions(text) {
			p.meant = string(text)
		}
		p.draft.items = append(p.draft.items, *dropped(src))
	case headless:
		it.refuse("start-missing", "this is base64 without its start: the tail of a key, or something else", copyAgain)
		p.emit(it)
	case named:
		if at, ok := p.named[c.code]; ok && at == p.last {
			return // once for each stretch between keys
		}
		if p.named == nil {
			p.named = map[string]int{}
		}
		p.named[c.code] = p.last
		it.refuse(c.code, c.msg, c.hint)
		it.besides = c.code == "html-page" || c.code == "file-name" && aboutFile.Match(text)
		if c.code == "fingerprint" {
			it.print = string(text)
		}
		p.draft.items = append(p.draft.items, it)
	case wrapping, prose:
		p.hashed = max(p.hashed, reachIn(text))
		if *droppedAt < 0 {
			*droppedAt = i
			p.draft.items = append(p.draft.items, *dropped(src))
		}
	}
}

// xmlTags matches a line of nothing but tags, xmlBase64 one with an element of base64, and
// xmlEnd the tag that closes one.
var (
	xmlBase64 = lazyre.New(`^<([A-Za-z][\w:.-]*)>[A-Za-z0-9+/=]{64,}</`)
	xmlTags   = lazyre.New(`^(?:</?([A-Za-z][\w:.-]*)(?:[ \t]+[\w:.-]+=(?:"[^"<>]*"|'[^'<>]*'))*[ \t]*/?>[ \t]*)+$`)
	xmlEnd    = lazyre.New(`</([A-Za-z][\w:.-]*)>`)
)

// isTag reports whether a line in angle brackets is one of XML, such as <authorizedkeys>,
// and no <your-key>: the text has the tag that closes it.
func (p *parser) isTag(line []byte) bool {
	m := xmlTags.FindSubmatch(line)
	if m == nil {
		m = xmlBase64.FindSubmatch(line)
	}
	if m == nil || asks.Match(line) {
		return false
	}
	if p.tags == nil {
		p.tags = map[string]bool{}
		for _, end := range xmlEnd.FindAllSubmatch(p.t.b, -1) {
			p.tags[string(end[1])] = true
		}
	}
	return p.tags[string(m[1])]
}

// asks matches words of placeholders.
var asks = lazyre.New(`(?i)your|paste|insert|\bmy\b|here`)

// reachOf tells how much of the next line may belong to a comment, where it was an
// entry that a line break fell into: in its options, behind them, or in its type.
func reachOf(text []byte) reach {
	text = bytes.TrimLeft(text, "> \t|#")
	cut := bytes.TrimRight(text, "\"'+= \t") // what a program puts at the end of a line that goes on
	if tail := max(0, len(cut)-16); bytes.HasSuffix(cut, []byte(">")) || bytes.HasSuffix(bytes.ToLower(cut[tail:]), []byte("3d")) {
		cut = append(cut[:tail:tail], goingOn.ReplaceAll(cut[tail:], nil)...)
	}
	switch {
	case bytes.HasSuffix(text, []byte(`\`)), gluesOption(lastWord(text)), gluesOption(lastWord(cut)), endsInHead(lastWord(cut)), bytes.IndexByte(text, '"') >= 0 && hidesOption(text):
		return anyKey
	case typeStart.Match(lastWord(cut)):
		return bareKey
	}
	return nothing
}

// goingOn matches the encoded end of such a line.
var goingOn = lazyre.New(`(?:[ \t]*<[bB][rR][ \t]*/?>|\\u003[dD])+$`)

// innerSign matches a # sign that begins an entry in a program's text, behind a quote or a
// tag, of which the line holds the first word at most. Prose, prompts, tickets and places
// in pages have such signs too, and more words.
var innerSign = lazyre.NewNeeding("(?:[\"'`>][ \t]*)(#[# \t]*[^\"'`<> \t]*)[ \t]*$", "#")

// reachIn is what a line of no key may take of the next entry.
func reachIn(text []byte) reach {
	r := nothing
	if sign := bytes.TrimLeft(text, edge); bytes.HasPrefix(sign, []byte("#")) {
		r = reachOf(sign)
	}
	m := innerSign.FindSubmatch(text)
	if m == nil {
		return r
	}
	front := text[:len(text)-len(m[0])+1] // with the quote
	switch open := front[len(front)-1:]; {
	case len(bytes.TrimLeft(m[1], "# \t")) > 0:
		return max(r, reachOf(m[1]))
	case open[0] == '>', bytes.Count(front, open)%2 == 1:
		return anyKey
	}
	return r
}

// GoesOn reports whether a comment may be an entry that goes on below, where a line
// break fell into it.
func GoesOn(line []byte) bool { return reachOfLine(bytes.TrimSpace(line)) != nothing }

// reachOfLine is reachOf a comment line. Where a whole key is commented out, the next
// entry can only be meant by what stands behind it.
func reachOfLine(text []byte) reach {
	r := reachOf(text)
	if r != nothing {
		if k, err := authkeys.ParseLine(bytes.TrimLeft(text, "# \t")); err == nil {
			return reachOf([]byte(k.Comment))
		}
	}
	return r
}

func lastWord(b []byte) []byte { return b[bytes.LastIndexAny(b, " \t")+1:] }

// typeStart matches a type that ends a line, or the start of one.
var typeStart = lazyre.New(`^(?:ss?|ssh(?:-[a-z0-9]*)?|e|ecd?|ecds|ecdsa(?:-[a-z0-9-]*)?|sk(?:-[a-z0-9@.-]*)?|A{1,3}|AAAA[A-Za-z0-9+/]{0,60})$`)

// dropped is a note that a line is gone.
func dropped(src int) *item {
	it := &item{src: src}
	it.notes.put(note{src, "text-dropped", sshkey.Repaired, "text that belongs to no key was left out", ""})
	return it
}
