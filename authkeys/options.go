package authkeys

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/keyconv/keyconv/sshkey"
)

// A spec is a row of the table of options. Of flag and value, an option has
// the one that says what it does to the Terms.
type spec struct {
	name   string
	syntax string             // of the value; "" for a flag
	since  Version            // the OpenSSH that brought it
	no     Version            // the OpenSSH that brought the "no-" form; zero where there is none
	check  func(string) error // of the value
	most   int                // how often it may stand; 0 is any number
	effect string

	flag  func(t *Terms, on bool)
	value func(t *Terms, value string, zone *time.Location)
}

// THE TABLE of options, sshd(8) section AUTHORIZED_KEYS FILE FORMAT. The
// bounds are SSH_AUTHOPT_ENV_MAX and SSH_AUTHOPT_PERMIT_MAX plus one, because
// of how sshd counts. The versions are those of the first release with the
// change that brought the option; 1.2 had the oldest from SSH 1.
var specs = []spec{
	{name: "restrict", since: Version{7, 2}, effect: "takes away forwarding, terminal and ~/.ssh/rc; options behind it give back",
		flag: func(t *Terms, _ bool) {
			t.PTY, t.PortForwarding, t.AgentForwarding, t.X11Forwarding, t.UserRC = false, false, false, false, false
		}},
	{name: "cert-authority", since: Version{5, 4}, effect: "the key signs certificates, and those are let in",
		flag: func(t *Terms, _ bool) { t.Authority = true }},
	{name: "port-forwarding", since: Version{7, 2}, no: Version{1, 2}, effect: "forwarding of ports",
		flag: func(t *Terms, on bool) { t.PortForwarding = on }},
	{name: "agent-forwarding", since: Version{7, 2}, no: Version{1, 2}, effect: "forwarding of the agent",
		flag: func(t *Terms, on bool) { t.AgentForwarding = on }},
	{name: "x11-forwarding", since: Version{7, 2}, no: Version{1, 2}, effect: "forwarding of X11",
		flag: func(t *Terms, on bool) { t.X11Forwarding = on }},
	{name: "touch-required", since: Version{8, 2}, no: Version{8, 2}, effect: "a security key must be touched, as it must anyway",
		flag: func(t *Terms, on bool) { t.NoTouch = !on }},
	{name: "verify-required", since: Version{8, 4}, no: Version{8, 4}, effect: "a security key must check a PIN or a finger",
		flag: func(t *Terms, on bool) { t.Verify = on }},
	{name: "pty", since: Version{7, 2}, no: Version{1, 2}, effect: "a terminal",
		flag: func(t *Terms, on bool) { t.PTY = on }},
	{name: "user-rc", since: Version{7, 2}, no: Version{4, 9}, effect: "running ~/.ssh/rc",
		flag: func(t *Terms, on bool) { t.UserRC = on }},
	{name: "command", syntax: "COMMAND", since: Version{1, 2}, check: anything, most: 1, effect: "runs this whatever the client asks for",
		value: func(t *Terms, v string, _ *time.Location) { t.Command = &v }},
	{name: "principals", syntax: "NAME,...", since: Version{5, 6}, check: anything, most: 1, effect: "with cert-authority: names of which a certificate must have one",
		value: func(t *Terms, v string, _ *time.Location) { t.Principals = &v }},
	{name: "from", syntax: "[!]PATTERN,...", since: Version{1, 2}, check: anything, most: 1, effect: "addresses (with * and ?, or ADDRESS/BITS) and host names that may come",
		value: func(t *Terms, v string, _ *time.Location) { t.From = &v }},
	{name: "expiry-time", syntax: "YYYYMMDD[HHMM[SS]][Z]", since: Version{7, 7}, check: checkTime, effect: "the last moment at which the key is let in",
		value: func(t *Terms, v string, zone *time.Location) { t.expireAt(v, zone) }},
	{name: "environment", syntax: "NAME=TEXT", since: Version{2, 2}, check: checkEnvironment, most: 1025, effect: "a variable for the session, where PermitUserEnvironment allows it",
		value: func(t *Terms, v string, _ *time.Location) { t.setEnvironment(v) }},
	{name: "permitopen", syntax: "HOST:PORT", since: Version{2, 5}, check: checkOpen, most: 4097, effect: "where connections may be forwarded to",
		value: func(t *Terms, v string, _ *time.Location) { t.PermitOpen = append(t.PermitOpen, v) }},
	{name: "permitlisten", syntax: "[HOST:]PORT", since: Version{7, 8}, check: checkListen, most: 4097, effect: "where the server may listen for the client",
		value: func(t *Terms, v string, _ *time.Location) { t.PermitListen = append(t.PermitListen, v) }},
	{name: "tunnel", syntax: "NUMBER", since: Version{4, 3}, check: checkTunnel, effect: "the tunnel device",
		value: func(t *Terms, v string, _ *time.Location) { t.Tunnel = v }},
}

// An OptionInfo is what is known about an option.
type OptionInfo struct {
	Name   string  // as it is written, "no-pty" on its own
	Syntax string  // of its value, NAME="VALUE"; "" where it has none
	Since  Version // of OpenSSH
	Effect string
}

// A form is how an option is written: by its name, or with "no-" in front of it, where
// that turns it off.
type form struct {
	*spec
	written string
	off     bool
}

// forms are those of the table, in its order.
var forms = sync.OnceValue(func() (list []form) {
	for i := range specs {
		s := &specs[i]
		list = append(list, form{s, s.name, false})
		if s.no.known() {
			list = append(list, form{s, "no-" + s.name, true})
		}
	}
	return list
})

// findForm takes a name without case, as sshd does.
func findForm(name string) (form, bool) {
	for _, f := range forms() {
		if len(f.written) == len(name) && (f.written == name || strings.EqualFold(f.written, name)) {
			return f, true
		}
	}
	return form{}, false
}

// firstIn is the OpenSSH that brought a form.
func (f form) firstIn() Version {
	if f.off {
		return f.no
	}
	return f.since
}

// Options lists every option that sshd knows.
func Options() (list []OptionInfo) {
	for _, f := range forms() {
		info := OptionInfo{f.written, f.syntax, f.firstIn(), f.effect}
		if f.off {
			info.Effect = "not: " + f.effect
		}
		list = append(list, info)
	}
	return list
}

// optionSince is the version that brought the option of that name.
func optionSince(name string) Version {
	f, ok := findForm(name)
	if !ok {
		return Version{}
	}
	return f.firstIn()
}

// optionsEnd finds the end of the option field: the first white space outside
// quotes (sshkey_advance_past_options). ok is false for a quote left open.
func optionsEnd[T string | []byte](line T, at int) (end int, ok bool) {
	quoted := false
	for ; at < len(line); at++ {
		switch c := line[at]; {
		case !endsRun[c]:
		case c == '"':
			quoted = !quoted
		case c == '\\' && at+1 < len(line) && line[at+1] == '"':
			at++
		case isWhite(c) && !quoted:
			return at, true
		}
	}
	return at, !quoted
}

// endsRun are the characters that optionsEnd looks at: nearly all are others.
var endsRun = [256]bool{' ': true, '\t': true, '"': true, '\\': true}

// An optionReader goes through an option field, as sshauthopt_parse does.
type optionReader struct {
	field string
	at    int // in field
	base  int // of field in the line
	count map[string]int
}

// parseOptions takes the field apart and appends to options. The Raw of the result,
// joined with commas, is the field.
func parseOptions(field string, base int, options []sshkey.Option) ([]sshkey.Option, error) {
	r := &optionReader{field: field, base: base}
	for {
		o, err := r.next(options)
		if err != nil {
			return nil, err
		}
		options = append(options, o)
		if r.at == len(field) {
			return options, nil
		}
		r.at++ // the comma
	}
}

// RawOptions is the field that options of an entry were read from.
func RawOptions(options []sshkey.Option) string {
	var raw []string
	for _, o := range options {
		raw = append(raw, o.Raw)
	}
	return strings.Join(raw, ",")
}

// next reads one item up to its comma, behind those before it. sshd takes an empty
// one.
func (r *optionReader) next(before []sshkey.Option) (sshkey.Option, error) {
	start := r.at
	name := r.name()
	if name == "" && r.done() {
		return sshkey.Option{}, nil
	}
	f, ok := findForm(name)
	if !ok {
		return sshkey.Option{}, r.fail(start, "%w", unknownOption(r.item(start)))
	}
	o := sshkey.Option{Name: f.written}
	if f.check != nil {
		if err := r.value(f.spec, &o, before); err != nil {
			return o, err
		}
	}
	if !r.done() {
		return o, r.fail(r.at, "%s behind the option %q; a comma should stand there", shown(r.item(r.at)), f.name)
	}
	o.Raw = r.field[start:r.at]
	return o, nil
}

// name reads up to anything that no name has in it.
func (r *optionReader) name() string {
	rest := r.field[r.at:]
	n := 0
	for n < len(rest) && inName(rest[n]) {
		n++
	}
	r.at += n
	return rest[:n]
}

func inName(c byte) bool {
	return c == '-' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

func (r *optionReader) done() bool { return r.at == len(r.field) || r.field[r.at] == ',' }

// item is the text from start to the next comma, for a message.
func (r *optionReader) item(start int) string {
	text, _, _ := strings.Cut(r.field[start:], ",")
	return text
}

// value reads ="..." and checks it.
func (r *optionReader) value(s *spec, o *sshkey.Option, before []sshkey.Option) error {
	if r.done() || r.field[r.at] != '=' {
		return r.fail(r.at, "the option %q needs a value: %s=\"...\"", s.name, s.name)
	}
	r.at++
	start := r.at
	if !strings.HasPrefix(r.field[r.at:], `"`) {
		return sshkey.WithHint(r.fail(start, "the start quote is missing: the value of %q must stand in \"...\"", s.name), fmt.Sprintf("put all of the value in quotes: %s=\"%s\"", s.name, s.syntax))
	}
	value, n, ok := dequote(r.field[r.at:])
	if !ok {
		return sshkey.WithHint(r.fail(start, "the end quote is missing"), closeQuote)
	}
	r.at += n
	o.Value, o.HasValue = value, true
	if err := s.check(value); err != nil {
		return r.fail(start+1, "%s: %w", s.name, err)
	}
	if !r.within(s, value, before) {
		return r.fail(start-1-len(s.name), "the option %q may stand %d times at most", s.name, s.most)
	}
	return nil
}

// within counts. A second definition of a variable does not count.
func (r *optionReader) within(s *spec, value string, before []sshkey.Option) bool {
	switch s.most {
	case 0:
		return true
	case 1:
		return !slices.ContainsFunc(before, func(o sshkey.Option) bool { return o.Name == s.name })
	}
	if r.count == nil {
		r.count = map[string]int{}
	}
	if s.name == "environment" {
		variable, _, _ := strings.Cut(value, "=")
		if r.count["environment "+variable]++; r.count["environment "+variable] > 1 {
			return r.count[s.name] < s.most
		}
	}
	r.count[s.name]++
	return r.count[s.name] <= s.most
}

func (r *optionReader) fail(at int, msg string, args ...any) error {
	return fail(r.base+at, msg, args...)
}

// dequote reads a quoted string and returns its value and how long it was.
// Only \" is an escape (opt_dequote).
func dequote(text string) (value string, n int, ok bool) {
	if n := strings.IndexByte(text[1:], '"'); n >= 0 && strings.IndexByte(text[1:1+n], '\\') < 0 {
		return text[1 : 1+n], n + 2, true
	}
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == '"':
			return b.String(), i + 1, true
		case strings.HasPrefix(text[i:], `\"`):
			i++
		}
		b.WriteByte(text[i])
	}
	return "", 0, false
}

// resemblesOptions tells options with a fault from the hosts in front of a
// known_hosts line: an item is an option, or begins or is spelt like one.
func resemblesOptions(field string) bool {
	if strings.HasPrefix(field, "|") { // a hashed host
		return false
	}
	if strings.ContainsAny(field, `="'`) {
		return true
	}
	for item := range strings.SplitSeq(strings.ToLower(field), ",") {
		if _, ok := findForm(item); ok || strings.HasPrefix(item, "no-") {
			return true
		}
		for _, s := range specs {
			if strings.HasPrefix(item, s.name) {
				return true
			}
		}
	}
	return false
}
