package explain

import (
	"iter"
	"strconv"
	"strings"

	"github.com/keyconv/keyconv/internal/lazyre"
)

// jsonLine is how a log of JSON objects begins, and Ansible's report, which holds
// all that ssh said in one of them.
var jsonLine = lazyre.New(`^[ \t]*(?:(?:fatal|failed): \[[^\]]{1,255}\](?: \([^)]{1,255}\))?: |\S{1,255} \| )?(?:[A-Z]{1,20}! => |=> )?\{"`)

// saidIn are the fields that hold what a program said. In any other a name may
// stand that a stranger chose.
var saidIn = map[string]bool{"msg": true, "message": true, "MESSAGE": true, "log": true, "error": true, "err": true,
	"stderr": true, "stdout": true, "module_stderr": true, "module_stdout": true}

// parts gives the lines that a line of JSON holds, or the line itself.
func parts(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		if !strings.Contains(text, `{"`) || !jsonLine.Compiled().MatchString(text) {
			yield(text)
			return
		}
		found := false
		for said := range fields(text) {
			found = true
			for line := range strings.Lines(said) {
				if !yield(line) {
					return
				}
			}
		}
		if !found {
			yield(text)
		}
	}
}

// fields gives the values of those fields, as far as the JSON goes: a log may cut it.
func fields(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		name := ""
		for {
			_, rest, ok := strings.Cut(text, `"`)
			if !ok {
				return
			}
			var s string
			s, text = jsonString(rest)
			if behind := strings.TrimLeft(text, " "); strings.HasPrefix(behind, ":") {
				name = s
			} else if saidIn[name] && !yield(s) {
				return
			}
		}
	}
}

// jsonString reads a string up to its closing quote.
func jsonString(text string) (s, rest string) {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			return b.String(), text[i+1:]
		case c != '\\' || i+1 == len(text):
			b.WriteByte(c)
		default:
			i++
			switch c := text[i]; c {
			case 'n':
				b.WriteByte('\n')
			case 'r':
				b.WriteByte('\r')
			case 't':
				b.WriteByte('\t')
			case 'u':
				n, err := strconv.ParseUint(text[i+1:min(i+5, len(text))], 16, 16)
				if err == nil {
					b.WriteRune(rune(n))
					i += 4
				}
			default:
				b.WriteByte(c)
			}
		}
	}
	return b.String(), ""
}
