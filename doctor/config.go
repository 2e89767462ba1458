package doctor

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// Files is what reading sshd_config needs of a System.
type Files interface {
	ReadFile(path string) ([]byte, error)
	Glob(pattern string) ([]string, error)
}

// A ConfigError is a place in sshd_config that keeps sshd from starting.
type ConfigError struct {
	File string
	Line int
	Err  error
}

// Error is the place and what is wrong there.
func (e *ConfigError) Error() string { return fmt.Sprintf("%s:%d: %v", e.File, e.Line, e.Err) }

// Unwrap gives the cause.
func (e *ConfigError) Unwrap() error { return e.Err }

// The bounds of a configuration. sshd has the depth (SERVCONF_MAX_DEPTH).
const (
	maxDepth    = 16
	maxIncludes = 1000
)

// aliases are old names of keywords.
var aliases = map[string]string{
	"pubkeyacceptedkeytypes":          "pubkeyacceptedalgorithms",
	"challengeresponseauthentication": "kbdinteractiveauthentication",
	"skeyauthentication":              "kbdinteractiveauthentication",
}

// rest are the keywords whose value is the rest of the line as it stands,
// quotes and all.
var rest = []string{"authorizedkeyscommand", "authorizedprincipalscommand", "forcecommand"}

// growing are the keywords of which every line counts, not the first alone.
var growing = []string{"allowusers", "denyusers", "allowgroups", "denygroups", "port", "listenaddress"}

// ReadConfig reads sshd_config as sshd does for a connection (servconf.c):
// keywords in any case, the first value of each counts, but one from a Match
// block that fits goes before those outside. The result has the words behind
// each keyword, in small letters. Whether sshd knows a keyword or its value is
// not looked at.
func ReadConfig(files Files, name string, c Connection) (map[string][]string, error) {
	r := &configReader{files: files, conn: c, global: map[string][]string{}, matched: map[string][]string{}}
	if err := r.file(name, scope{active: true}, 0); err != nil {
		return nil, err
	}
	for k, v := range r.matched {
		r.global[k] = v
	}
	return r.global, nil
}

type configReader struct {
	files           Files
	conn            Connection
	global, matched map[string][]string
	includes        int
}

// A scope is where a line stands.
type scope struct {
	match  bool // in a Match block
	active bool // which fits
	never  bool // in a file included from a block that does not fit
}

func (r *configReader) file(name string, s scope, depth int) error {
	text, err := r.files.ReadFile(name)
	if err != nil {
		return err
	}
	if depth > maxDepth {
		return errors.New("the Include goes deeper than sshd follows: does a file include itself?")
	}
	n := 0
	for line := range strings.SplitSeq(string(text), "\n") {
		n++
		if err := r.line(line, &s, depth); err != nil {
			var inner *ConfigError
			if errors.As(err, &inner) || errors.Is(err, fs.ErrPermission) {
				return err
			}
			return &ConfigError{name, n, err}
		}
	}
	return nil
}

const white = " \t\r\n"

func (r *configReader) line(line string, s *scope, depth int) error {
	line = strings.TrimRight(line, white+"\f")
	keyword, text, err := cutKeyword(strings.TrimLeft(line, white))
	if keyword == "" || keyword[0] == '#' || err != nil {
		return err
	}
	if text == "" {
		return fmt.Errorf("nothing behind %q", keyword)
	}
	words, ok := splitArgs(text, true)
	if !ok {
		return errors.New("a quote is not closed")
	}
	keyword = strings.ToLower(keyword)
	switch keyword {
	case "include":
		return r.include(words, *s, depth)
	case "match":
		fits, err := r.conn.match(words)
		s.match, s.active = true, fits && !s.never
		return err
	}
	if s.active {
		r.set(keyword, words, text, s.match)
	}
	return nil
}

// cutKeyword is strdelim: white space, or one = with white space around it,
// ends the keyword, which may stand in quotes.
func cutKeyword(line string) (keyword, text string, err error) {
	if inner, ok := strings.CutPrefix(line, `"`); ok {
		keyword, text, ok = strings.Cut(inner, `"`)
		if !ok {
			return "", "", errors.New("a quote is not closed")
		}
		return keyword, strings.TrimLeft(text, white), nil
	}
	end := strings.IndexAny(line, white+"=\"")
	if end < 0 {
		return line, "", nil
	}
	keyword, text = line[:end], strings.TrimLeft(line[end:], white)
	if strings.HasPrefix(text, "=") {
		text = strings.TrimLeft(text[1:], white)
	}
	return keyword, text, nil
}

func (r *configReader) set(keyword string, words []string, text string, match bool) {
	if name, ok := aliases[keyword]; ok {
		keyword = name
	}
	if slices.Contains(rest, keyword) {
		words = []string{text}
	}
	into := r.global
	if match {
		into = r.matched
	}
	if _, ok := into[keyword]; ok && !slices.Contains(growing, keyword) {
		return
	}
	into[keyword] = append(into[keyword], words...)
}

// include reads the files that the patterns name. A Match in them ends with
// them.
func (r *configReader) include(patterns []string, s scope, depth int) error {
	s.never = s.never || s.match && !s.active
	for _, p := range patterns {
		if !strings.HasPrefix(p, "/") && !strings.HasPrefix(p, "~") {
			p = "/etc/ssh/" + p
		}
		names, err := r.files.Glob(p)
		if err != nil {
			return fmt.Errorf("the Include %q: %w", p, err)
		}
		for _, name := range names {
			if r.includes++; r.includes > maxIncludes {
				return fmt.Errorf("more than %d files are included", maxIncludes)
			}
			if err := r.file(name, s, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}
