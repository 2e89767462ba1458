package authkeys

import (
	"strings"

	"github.com/keyconv/keyconv/sshkey"
)

// A spec is a row of the table of options.
type spec struct {
	name  string
	no    bool               // there is a "no-" form
	check func(string) error // of the value; nil for a flag
	most  int                // how often it may stand; 0 is any number
}

// THE TABLE of options, sshd(8) section AUTHORIZED_KEYS FILE FORMAT. The
// bounds are SSH_AUTHOPT_ENV_MAX and SSH_AUTHOPT_PERMIT_MAX plus one, because
// of how sshd counts.
var specs = []spec{
	{name: "restrict"},
	{name: "cert-authority"},
	{name: "port-forwarding", no: true},
	{name: "agent-forwarding", no: true},
	{name: "x11-forwarding", no: true},
	{name: "touch-required", no: true},
	{name: "verify-required", no: true},
	{name: "pty", no: true},
	{name: "user-rc", no: true},
	{name: "command", check: anything, most: 1},
	{name: "principals", check: anything, most: 1},
	{name: "from", check: anything, most: 1},
	{name: "expiry-time", check: checkTime},
	{name: "environment", check: checkEnvironment, most: 1025},
	{name: "permitopen", check: checkOpen, most: 4097},
	{name: "permitlisten", check: checkListen, most: 4097},
	{name: "tunnel", check: checkTunnel},
}

// findSpec takes a name without case, as sshd does.
func findSpec(name string) (spec, bool) {
	name = strings.ToLower(name)
	plain, negated := strings.CutPrefix(name, "no-")
	for _, s := range specs {
		if s.name == name || negated && s.no && s.name == plain {
			return s, true
		}
	}
	return spec{}, false
}

// optionsEnd finds the end of the option field: the first white space outside
// quotes (sshkey_advance_past_options). ok is false for a quote left open.
func optionsEnd(line string, at int) (end int, ok bool) {
	quoted := false
	for ; at < len(line) && (quoted || !isWhite(line[at])); at++ {
		switch {
		case strings.HasPrefix(line[at:], `\"`):
			at++
		case line[at] == '"':
			quoted = !quoted
		}
	}
	return at, !quoted
}

// openQuote is the error for a quote without an end, at that quote.
func openQuote(line string, at int) error {
	open := at
	for quoted := false; at < len(line); at++ {
		switch {
		case strings.HasPrefix(line[at:], `\"`):
			at++
		case line[at] == '"':
			if quoted = !quoted; quoted {
				open = at
			}
		}
	}
	return fail(open, "the end quote is missing")
}

// An optionReader goes through an option field, as sshauthopt_parse does.
type optionReader struct {
	field string
	at    int // in field
	base  int // of field in the line
	count map[string]int
}

// parseOptions takes the field apart. The Raw of the result, joined with
// commas, is the field.
func parseOptions(field string, base int) ([]sshkey.Option, error) {
	r := &optionReader{field: field, base: base, count: map[string]int{}}
	var options []sshkey.Option
	for {
		o, err := r.next()
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

// next reads one item up to its comma. sshd takes an empty one.
func (r *optionReader) next() (sshkey.Option, error) {
	start := r.at
	name := r.name()
	if name == "" && r.done() {
		return sshkey.Option{}, nil
	}
	s, ok := findSpec(name)
	if !ok {
		return sshkey.Option{}, r.fail(start, "unknown option %q", clip(r.item(start)))
	}
	o := sshkey.Option{Name: strings.ToLower(name)}
	if s.check != nil {
		if err := r.value(s, &o); err != nil {
			return o, err
		}
	}
	if !r.done() {
		return o, r.fail(r.at, "%q behind the option %q; a comma should stand there", clip(r.item(r.at)), s.name)
	}
	o.Raw = r.field[start:r.at]
	return o, nil
}

// name reads up to anything that no name has in it.
func (r *optionReader) name() string {
	rest := r.field[r.at:]
	n := strings.IndexFunc(rest, func(c rune) bool {
		return c != '-' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z')
	})
	if n < 0 {
		n = len(rest)
	}
	r.at += n
	return rest[:n]
}

func (r *optionReader) done() bool { return r.at == len(r.field) || r.field[r.at] == ',' }

// item is the text from start to the next comma, for a message.
func (r *optionReader) item(start int) string {
	text, _, _ := strings.Cut(r.field[start:], ",")
	return text
}

// value reads ="..." and checks it.
func (r *optionReader) value(s spec, o *sshkey.Option) error {
	if r.done() || r.field[r.at] != '=' {
		return r.fail(r.at, "the option %q needs a value: %s=\"...\"", s.name, s.name)
	}
	r.at++
	start := r.at
	if !strings.HasPrefix(r.field[r.at:], `"`) {
		return r.fail(start, "the start quote is missing: the value of %q must stand in \"...\"", s.name)
	}
	value, n, ok := dequote(r.field[r.at:])
	if !ok {
		return r.fail(start, "the end quote is missing")
	}
	r.at += n
	o.Value, o.HasValue = value, true
	if err := s.check(value); err != nil {
		return r.fail(start+1, "%s: %w", s.name, err)
	}
	if !r.within(s, value) {
		return r.fail(start-1-len(s.name), "the option %q may stand %d times at most", s.name, s.most)
	}
	return nil
}

// within counts. A second definition of a variable does not count.
func (r *optionReader) within(s spec, value string) bool {
	if s.name == "environment" {
		variable, _, _ := strings.Cut(value, "=")
		if r.count["environment "+variable]++; r.count["environment "+variable] > 1 {
			return r.count[s.name] < s.most
		}
	}
	r.count[s.name]++
	return s.most == 0 || r.count[s.name] <= s.most
}

func (r *optionReader) fail(at int, msg string, args ...any) error {
	return fail(r.base+at, msg, args...)
}

// dequote reads a quoted string and returns its value and how long it was.
// Only \" is an escape (opt_dequote).
func dequote(text string) (value string, n int, ok bool) {
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
		if _, ok := findSpec(item); ok || strings.HasPrefix(item, "no-") {
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
