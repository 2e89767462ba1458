package repair

import (
	"bytes"
	"cmp"
	"strings"

	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/internal/lazyre"
	"github.com/keyconv/keyconv/sshkey"
)

// A prefix is what was found in front of the type of a key.
type prefix struct {
	form      bool   // it may be one of the fields of a form
	options   string // exactly as sshd reads them
	commented bool   // the line is commented out
	opened    byte   // a quote or bracket that was open, or 0
	escaped   bool   // it had a backslash in front
	pair      bool   // it was two, which open a string of Nix
	tail      byte   // a quote with a space behind it, which may close an option's value
	command   bool   // a shell command stands in front
	sharp     bool   // a prompt that ends in # does
	dropped   bool   // wrappers were taken away
	task      bool   // arguments of a task of Ansible stand in front
	settings  bool   // it is a setting of a device
	code      string // for a refusal
	msg, hint string
}

func refuse(code, msg, hint string) prefix { return prefix{code: code, msg: msg, hint: hint} }

// readPrefix takes apart bytes i to j of t: wrappers, then options.
func readPrefix(t *text, i, j int) prefix {
	p, start := prefix{}, i
	if i > 0 && t.b[i-1] != '\n' {
		i += pastMembers(t.b[i:j])
	}
	for range 24 {
		for i < j && (t.b[i] == ' ' || t.b[i] == '\t') {
			i++
		}
		rest := t.b[i:j]
		if len(rest) == 0 {
			return p
		}
		if rest[0] == '#' {
			n := bytes.LastIndex(rest, []byte(`\n`)) + len(`\n`)
			if !isQuote(p.opened) || n < len(`\n`) {
				return p.comment(rest)
			}
			if saysNo.Match(rest[:n]) || namesLine(rest[:n]) { // a program's text of several lines, of which the first is a comment
				return refuse(optionsDamaged, "above the key, in the same text in quotes, a line may restrict it or take it back", optionsAnew)
			}
			i, p.dropped = i+n, true
			continue
		}
		field := bytes.TrimRight(rest, " \t")
		if isOptions(field) {
			return p.withOptions(t, i, i+len(field))
		}
		n, w := matchWrapper(rest)
		if n == 0 || w == "string" && p.opened != 0 || w == "echo" && !beginsCommand(t.b[:i]) {
			return unknownOption(t.b[start:j], classifyPrefix(rest))
		}
		p = p.strip(w, rest[:n])
		i += n
		if w == "opener" && isQuote(t.b[i-1]) && i < j && isBlank(t.b[i]) {
			p.tail = t.b[i-1]
		}
	}
	return refuse("prefix-unknown", "too much stands in front of the key", "put the key on a line of its own")
}

// beginsCommand reports whether a line begins behind a text, at its very start, and not one
// that goes on with a command above.
func beginsCommand(front []byte) bool {
	return len(front) == 0 || front[len(front)-1] == '\n' && !bytes.HasSuffix(bytes.TrimRight(front, " \t\r\n"), []byte(`\`))
}

// pastMembers is how much of what stands behind a key ends its object of JSON, with other
// members: the next key stands in the next one.
func pastMembers(rest []byte) int {
	m := closingMembers.Find(rest[:min(len(rest), 1<<12)])
	if gluesOption(m) || optionWord(m) || isTorn(m) {
		return 0
	}
	return len(m)
}

// closingMembers matches the quote that closes a value, members of plain values behind it,
// and the braces that close.
var closingMembers = lazyre.New(`^\\?"[ \t]*(?:,[ \t]*` + member + `[ \t]*)*[}\]][}\] \t]*,[ \t]*`)

// member is a member of an object of JSON.
const member = `\\?"[A-Za-z_][\w -]*\\?"[ \t]*:[ \t]*(?:\\?"[^"\\\n]*\\?"|-?[0-9][0-9.]*|true|false|null)`

// namesLine reports whether a line of a program's text speaks of an option, or is one.
func namesLine(text []byte) bool {
	for line := range bytes.SplitSeq(text, []byte(`\n`)) {
		if namesOption(line) || IsOptions(line) {
			return true
		}
	}
	return false
}

// unknownOption says that of an option with a value whose name was taken for a variable of
// a program: commnad="...".
func unknownOption(front []byte, p prefix) prefix {
	front = bytes.TrimSpace(front)
	if _, err := authkeys.ParseOptions(string(front)); p.code == optionsDamaged && err != nil && valued.Match(front) {
		p.msg = notOptions + reason(err)
		p.hint = cmp.Or(sshkey.Hint(err), optionsAnew)
	}
	return p
}

// valued matches an option with a value.
var valued = lazyre.New(`^[A-Za-z][A-Za-z0-9-]*="`)

const (
	optionsDamaged = "options-damaged"
	notOptions     = "what stands in front of the key cannot be read as sshd would read options: "
	optionsOrWords = `if these are options, write them anew: NAME or NAME="VALUE", parted by commas alone; if they are none, delete them. keyconv does not guess at restrictions`
	optionsAnew    = `write the options anew: NAME or NAME="VALUE", parted by commas alone; keyconv does not guess at restrictions`
)

// comment is for a line that is commented out. Options behind the sign are
// part of the comment.
func (p prefix) comment(rest []byte) prefix {
	p.commented = true
	p.options = strings.TrimSpace(string(rest[1:]))
	if len(p.options) > 0 && p.options[0] == '#' {
		p.options = strings.TrimLeft(p.options, "# ")
	}
	return p
}

func (p prefix) withOptions(t *text, i, j int) prefix {
	p.options = string(t.b[i:j])
	quoted := p.opened == '"' && strings.ContainsAny(p.options, `"\`) || p.opened == '\'' && strings.Contains(p.options, "'") ||
		p.opened != 0 && strings.Contains(p.options, `\\`) // two of them for a shell, one for Python
	if !t.even(i, j) || quoted || t.b[i] == ',' {
		return refuse(optionsDamaged, "the options in front of the key were changed by damage or an encoding: they may not be what they were",
			"write the line again by hand, with the options as they should be")
	}
	return p
}

// A wrapper is something that people and programs put in front of a key.
type wrapper struct {
	name    string
	pattern *lazyre.Regexp
}

// The wrappers, tried in this order, each from the start of what is left.
var wrappers = []wrapper{
	{"rfc4716", lazyre.New(`^[<i]?-*[ \t]*(?:BEGIN|N)[ \t]+SSH2[ \t]+PUBLIC[ \t]+KEY[ \t]*-*`)},
	{"header", lazyre.New(`^(?i:Comment|Subject)[ \t]*:[ \t]*(?:"(?:[^"\\\n]|\\.)*"|\S*)`)},
	{"quote", lazyre.New(`^(?:>+[ \t]?)+`)},
	{"heredoc", lazyre.New(`^<<[-~]?[ \t]*["']?[A-Za-z_]\w*["']?`)},
	{"html", lazyre.New(`^</?[A-Za-z][A-Za-z0-9]*(?:[ \t][^<>]*)?>`)},
	{"member", lazyre.New(`^[\[{ \t]*` + member + `[ \t]*,[ \t]*`)},
	{"pairs", lazyre.New(`^[{(][ \t]*(?:[A-Za-z_][\w-]*[ \t]*[:=][ \t]*(?:"[^"\\\n]*"|'[^'\\\n]*'|[\w.@-]+)[ \t]*,[ \t]*)+`)},                              // of YAML, TOML, JavaScript
	{"arguments", lazyre.New(`^(?:(?:user|path|state|manage_dir|exclusive|comment|follow|validate_certs)=(?:"[^"\\\n]*"|'[^'\\\n]*'|[\w.@/~-]+)[ \t]+)+`)}, // of Ansible's authorized_key
	{"path", lazyre.New(`^(?:~?/|\.{1,2}/|[A-Za-z]:\\)[^/ \t\n:"'=,][^ \t\n:"'=,]*:(?:[0-9]+:)?[ \t]*`)},
	{"string", lazyre.New(`^[bBrRuUfF]{1,2}["']$`)}, // of Python
	{"opener", lazyre.New("^(?:[({\\[<,ia]*[ \t]*\\\\?[\"'`]+|[({\\[<,|]+[ \t]*$|[({\\[,|][ \t]+)")},
	{"paste", lazyre.New(`^\[?(?:200|00|0)~`)},
	{"diff", lazyre.New(`^\+`)},
	{"arrow", lazyre.New(`^->[ \t]+`)}, // in a plan of changes, in front of the new value
	{"list", lazyre.New(`^[-*•][ \t]+`)},
	{"number", lazyre.New(`^[0-9]{1,6}(?:[:.)|]?[ \t]+|[:|]|$)`)},
	{"prompt", lazyre.New(`^(?:\[?[A-Za-z0-9_.-]+@[A-Za-z0-9_.-]+[^\n\t|#$%>"=,]{0,80}[#$%>][ \t]*|PS [A-Z]:[^\n>"]*>[ \t]*|[A-Za-z]:\\[^\n>"=,]*>[ \t]*|[$%➜][ \t]+)`)},
	{"echo", lazyre.New(`^-(?:e|n|ne|en)[ \t]+$`)}, // of a shell whose echo prints its options
	{"config", lazyre.New(`^(?:set[ \t]+(?:system[ \t]+login[ \t]+user[ \t]+[\w.@-]+[ \t]+authentication(?:[ \t]+public-keys[ \t]+[\w.@-]+[ \t]+key)?|` +
		`system[ \t]+root-authentication|ssh-public-key[1-3])|/user[ \t]+ssh-keys[ \t]+add)[ \t]+`)}, // of JunOS, VyOS, FortiOS, RouterOS
	{"command", lazyre.New(`^(?:sudo[ \t]+)?(?:echo|printf|cat|tee|Write-Output|Add-Content|Set-Content)(?:[ \t]+-[A-Za-z]+)*(?:[ \t]+|$)`)},
	{"url", lazyre.New(`^(?:https?|sftp|ssh)://[^\s,"'|]*`)},
	{"field", lazyre.New(`^(?:title|name|label|hostname|host|id|vmid|user|username|login|email|comment|description|_?token|csrf_?token|utf8)=[\w.@%+-]*&`)},
	{"assignment", lazyre.New(`^(?:(?:export|set|setx)[ \t]+)?(?:\\?["'])?[A-Za-z_$][A-Za-z0-9_.\[\]-]*(?:\\?["'])?[ \t]*(?:=>|:=|[=:])(?:[ \t]*[|>][-+]?)?[ \t]*`)},
	{"column", lazyre.New(`^(?i:(?:ssh[_ -]?)?public[_ -]?key)(?:[ \t]+|[ \t]*\|[ \t]*)`)}, // of a table, such as Vault's
	{"label", lazyre.New(`^[A-Za-z][A-Za-z0-9 '_./-]{0,60}:(?:[ \t]+|$)`)},
	{"putty", lazyre.New(`^PuTTY-User-Key-File-[0-9]:`)},
	{"vi", lazyre.New(`^(?:[iaoAIO]|:wq?)[ \t]*$`)},
	{"mark", lazyre.New(`^[A]{1,3}$`)},
}

// matchWrapper returns how much of rest a wrapper takes. What names an option
// is never a wrapper.
func matchWrapper(rest []byte) (n int, name string) {
	for _, w := range wrappers {
		m := w.pattern.Find(rest[:min(len(rest), 1<<12)])
		if len(m) > 0 && !gluesOption(m) && !optionWord(m) && !isTorn(m) && w.mayTake(m, rest[len(m):]) {
			return len(m), w.name
		}
	}
	return 0, ""
}

// mayTake reports whether what the pattern matched in front of rest is what it is for: no URL
// that speaks of a restriction, no prompt of a key type with a host in its name, and pairs
// only in front of one whose value is quoted, for it would have no end.
func (w *wrapper) mayTake(m, rest []byte) bool {
	switch w.name {
	case "pairs", "arguments": // {{ }} is filled in by Ansible
		return quotedPair.Match(rest) && !bytes.Contains(m, []byte("{{"))
	case "url":
		return !saysNo.Match(m)
	case "prompt":
		return !typeWithHost.Match(m)
	}
	return true
}

// quotedPair matches the start of a pair up to the quote of its value.
var quotedPair = lazyre.New(`^[A-Za-z_][\w-]*[ \t]*[:=][ \t]*["']`)

// typeWithHost matches the types that look like a user and a host.
var typeWithHost = lazyre.New(`^sk-[\w-]+@openssh\.com[ \t]`)

// optionWord reports whether an assignment is to a name that sshd knows, or a field of a
// form has one or the like.
func optionWord(m []byte) bool {
	if field, is := bytes.CutSuffix(m, []byte("&")); is {
		_, value, _ := bytes.Cut(field, []byte("="))
		return isOptions(value) || optionWord(append(bytes.Clone(value), '=')) || saysNo.Match(value)
	}
	name := strings.ToLower(strings.TrimRight(string(m), ` "'=:>|+-`+"\t"))
	if name != "" && strings.Trim(name, ",") == "" && m[len(m)-1] != ',' {
		return false // between two items of a list, of which some may be empty
	}
	return optionNames()[name]
}

// saysNo matches values that speak of a restriction or a key that is not to be let in.
var saysNo = lazyre.New(`(?i)restrict|revok|disabl|expir|absent|remov|delet|read-?_?only|inactive|suspend|block`)

func (p prefix) strip(name string, m []byte) prefix {
	p.dropped = true
	switch name {
	case "command":
		p.command = true
	case "arguments":
		p.task = true
	case "config":
		p.settings = true
	case "url", "field", "assignment":
		p.form = true
	case "prompt":
		p.sharp = bytes.HasSuffix(bytes.TrimRight(m, " \t"), []byte("#"))
	case "opener", "string":
		m = bytes.TrimRight(m, " \t")
		p.pair = bytes.HasSuffix(m, []byte("''"))
		if c := m[len(m)-1]; c != ',' && c != '|' {
			p.opened, p.escaped = c, bytes.HasSuffix(m[:len(m)-1], []byte(`\`))
		}
	case "html":
		if bytes.HasPrefix(m, []byte("</")) {
			return p
		}
		p.opened = '>' // of the tag
	}
	return p
}

// foreignComment matches the comment signs of other languages.
var foreignComment = lazyre.New(`^(?://|;|--|/\*|<!--|!|%|REM\b|rem\b|'|~~)`)

// host matches what stands in front of the key in known_hosts: the marks and
// hashes of that file, or names and addresses of which one has a point, two
// colons or a port in brackets. A single word may as well be an option that
// somebody misspelt, and must not be called needless.
var host = lazyre.New(`^(?:@cert-authority[ \t]|@revoked[ \t]|\|1\||localhost$|` +
	`[A-Za-z0-9.,*?!:\[\]_-]*(?:[A-Za-z0-9*?]\.[A-Za-z0-9*?]|:[0-9a-fA-F]*:|\]:)[A-Za-z0-9.,*?!:\[\]_-]*$)`)

// classifyPrefix says what stands in front of a key that is neither options
// nor a known wrapper.
func classifyPrefix(rest []byte) prefix {
	err := readsAsOptions(string(bytes.TrimSpace(rest)))
	switch {
	case bytes.HasPrefix(rest, []byte("-")) && !namesOption(rest):
		return refuse("diff-removed", "the line begins with a minus sign: in a diff it was taken out",
			"if the key should be let in, write it without the sign")
	case foreignComment.Match(rest):
		return refuse("commented-out", "the line seems to be commented out", "authorized_keys knows only # for comments; take the sign away if the key should be let in")
	case !namesOption(rest) && host.Match(bytes.TrimSpace(rest)) && !aloneOption.Match(rest):
		return refuse("host-key", "a host's name stands in front: this is a line of known_hosts, the key of a server",
			"a user's key stands in a .pub file; if this one is a user's, write the line without the first word")
	}
	hint := optionsOrWords
	if _, fault := authkeys.ParseOptions(string(bytes.TrimSpace(rest))); fault != nil && sshkey.Hint(fault) != "" {
		err, hint = fault, sshkey.Hint(fault)
	}
	if meant := optionsMeant(rest); meant != "" {
		hint = "if you meant these options, write them so: " + meant
	}
	return refuse(optionsDamaged, notOptions+reason(err), hint)
}

func reason(err error) string {
	if err == nil {
		return "it does not end in front of the key"
	}
	return strings.TrimPrefix(err.Error(), authkeys.Name+": ")
}
