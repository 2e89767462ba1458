package explain

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// A pattern is what a line looks like: literal text with {places} in it.
type pattern struct {
	entry    *entry
	text     string
	free     bool   // looked for anywhere in the line, not at the start of the message
	plain    bool   // neither behind debug1: nor in a line of a server
	server   bool   // only in a line of a server
	start    string // the literal text in front, "" if a place is there
	longest  string // the longest literal text: a cheap first look
	regexp   func() *regexp.Regexp
	evidence string
	kind     string // of evidence: tested, captured or read
}

// places are the names that may stand in braces: what they match, what stands
// for them in advice when the text does not give them, whether they are a path,
// and whether other answers of the session may use them. All but the fixed forms match as much as they can, so that a user name
// that looks like the rest of a message is taken as a whole.
var places = map[string]struct {
	form, standIn string
	path, shared  bool
}{
	"file":        {form: `.+`, path: true},
	"keys":        {form: `.+`, standIn: "~/.ssh/authorized_keys", path: true, shared: true},
	"keysfile":    {form: `.*authorized_keys`, path: true},
	"config":      {form: `.*[/\\](?:\.ssh[/\\]+config|ssh_config)`, path: true},
	"dir":         {form: `.+`, path: true},
	"syskey":      {form: `.*(?:ssh_host_\S+_key|(?i:programdata|systemprofile)[/\\].*[^/\\.]+)`, path: true},
	"sid":         {form: `S-1-[0-9-]+`},
	"name":        {form: `(?:[A-Za-z]:)?[^ :]+`, path: true},
	"id":          {form: `.*`, standIn: "KEYFILE", path: true, shared: true},
	"user":        {form: `.*`, shared: true},
	"githost":     {form: `(?:github\.com|gitlab\.com|bitbucket\.org|ssh\.dev\.azure\.com|vs-ssh\.visualstudio\.com)`, standIn: "github.com"},
	"mnt":         {form: `/mnt/[a-z]/.+`, path: true},
	"host":        {form: `[^\s'"]+`},
	"addr":        {form: `\S+`},
	"port":        {form: `\d+`},
	"n":           {form: `\d+`},
	"k":           {form: `\d+`},
	"type":        {form: `[A-Za-z0-9@._+/-]+`},
	"fingerprint": {form: `(?:SHA256:[A-Za-z0-9+/]{43}|MD5:[0-9a-f]{2}(?::[0-9a-f]{2}){15})`, shared: true},
	"sk":          {form: `(?:ED25519|ECDSA)-SK(?:-CERT)?`},
	"word":        {form: `\S+`},
	"list":        {form: `[A-Za-z0-9@.,_-]*`},
	"text":        {form: `.+`},
	"any":         {form: `.*`},
}

// parsePattern reads the value of a "line:". "..." in front lets it begin
// anywhere, "$" behind wants the end of the line there.
func parsePattern(e *entry, text string) (*pattern, error) {
	p := &pattern{entry: e, text: text}
	body, free := strings.CutPrefix(text, "...")
	body, end := strings.CutSuffix(body, "$")
	p.free = free
	var re strings.Builder
	if !free {
		re.WriteString("^")
	}
	literal, used := 0, map[string]bool{}
	for _, at := range place.Compiled().FindAllStringSubmatchIndex(body, -1) {
		name := body[at[2]:at[3]]
		form := places[name].form
		if form == "" || used[name] {
			return p, fmt.Errorf("no such place, or a second one: {%s}", name)
		}
		used[name] = name != "any"
		p.literal(&re, body[literal:at[0]], literal == 0)
		re.WriteString(group(name, form))
		literal = at[1]
	}
	p.literal(&re, body[literal:], literal == 0)
	if end {
		re.WriteString("$")
	}
	p.regexp = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(re.String()) })
	if len(p.longest) < 5 {
		return p, fmt.Errorf("%q says too little", text)
	}
	return p, nil
}

// group is a place in a regular expression; {any} is not remembered.
func group(name, form string) string {
	if name == "any" {
		return form
	}
	return "(?P<" + name + ">" + form + ")"
}

func (p *pattern) literal(re *strings.Builder, s string, first bool) {
	re.WriteString(regexp.QuoteMeta(s))
	if first {
		p.start = s
	}
	if len(s) > len(p.longest) {
		p.longest = s
	}
}

// A match is a pattern that fits a line.
type match struct {
	entry  *entry
	values map[string]string
}

// match finds what the knowledge has about a line. A pattern that may stand
// anywhere is not looked for in a line of a server, nor in one that names an
// account: there it could stand in a name that somebody chose. Nor is it behind
// debug1:, where ssh says what it tried, most of it in vain and without harm.
func (k *base) match(h header) (list matches) {
	for _, p := range k.anchored {
		if strings.HasPrefix(h.message, p.start) && p.standsIn(h) {
			list = list.try(p, h.message)
		}
	}
	if slices.ContainsFunc(list, func(m match) bool { return m.entry.noise }) {
		return nil
	}
	if h.debug || h.server || slices.ContainsFunc(list, func(m match) bool { return m.values["user"] != "" }) {
		return list
	}
	for _, p := range k.anywhere {
		list = list.try(p, h.line)
	}
	return list
}

// standsIn: the pattern is looked for in such a line.
func (p *pattern) standsIn(h header) bool {
	return !(p.plain && (h.debug || h.server) || p.server && !h.server)
}

// matches are those of a line: the first pattern of an entry that fits.
type matches []match

func (list matches) try(p *pattern, text string) matches {
	if !strings.Contains(text, p.longest) || slices.ContainsFunc(list, func(m match) bool { return m.entry == p.entry }) {
		return list
	}
	values, ok := p.fit(text)
	if !ok {
		return list
	}
	return append(list, match{p.entry, values})
}

// fit gives what stands in the places of the pattern.
func (p *pattern) fit(text string) (values map[string]string, ok bool) {
	re := p.regexp()
	m := re.FindStringSubmatch(text)
	if m == nil {
		return nil, false
	}
	values = map[string]string{}
	for i, name := range re.SubexpNames() {
		if name != "" && m[i] != "" {
			values[name] = m[i]
		}
	}
	return values, true
}
