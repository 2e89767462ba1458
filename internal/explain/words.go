package explain

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/keyconv/keyconv/internal/lazyre"
	"github.com/keyconv/keyconv/internal/safetext"
)

// excerptLength is how many bytes of a line are shown.
const excerptLength = 200

// longRun is what may be a part of a key: no fingerprint is as long. Some paths
// are.
var (
	longRun  = lazyre.New(`[A-Za-z0-9+/=_-]{50,}`)
	longPath = lazyre.New(`^(?:__PROGRAMDATA__)?(?:/[A-Za-z][A-Za-z0-9_-]{0,40}){2,}/?`)
)

// excerpt is a line as it may be shown: nothing in it acts on a terminal, and
// nothing of a key is in it.
func excerpt(s string) string { return short(safetext.Printable(withoutKey(s))) }

// withoutKey cuts a text where a key may begin.
func withoutKey(s string) string {
	for _, at := range longRun.Compiled().FindAllStringIndex(s, -1) {
		if run := s[at[0]:at[1]]; longPath.Compiled().FindString(run) != run {
			s = s[:at[0]] + "…"
			break
		}
	}
	if before, _, found := strings.Cut(s, "PRIVATE KEY-"); found {
		s = before + "PRIVATE KEY…"
	}
	return s
}

func short(s string) string {
	if len(s) <= excerptLength {
		return s
	}
	cut := excerptLength
	for !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}

var (
	place  = lazyre.New(`\{([a-z]+)\}`)
	filled = lazyre.New(`\{[a-z]+\}(?:\.[a-z]+)?`) // with an ending
	option = lazyre.New(`<([^<>]*\{([a-z]+)\}[^<>]*)>`)
)

// fill puts values into the places of a text, each through the function as, with
// the ending of a file's name that stands behind it. A place without a value gets
// its name in capitals, as manuals write it.
func fill(text string, value func(name string) string, as func(name, v string) string) string {
	return filled.Compiled().ReplaceAllStringFunc(text, func(p string) string {
		name, ending, _ := strings.Cut(p[1:], "}")
		if v := value(name); v != "" {
			if word := as(name, v+ending); word != standIn(name) {
				return word
			}
		}
		return standIn(name) + ending
	})
}

// withoutOptions leaves out what stands in <> about a place without a value.
func withoutOptions(text string, value func(name string) string) string {
	return option.Compiled().ReplaceAllStringFunc(text, func(part string) string {
		if m := option.Compiled().FindStringSubmatch(part); value(m[2]) != "" {
			return m[1]
		}
		return ""
	})
}

// standIn is what stands for a value that the text does not give.
func standIn(name string) string {
	if p := places[name]; p.standIn != "" {
		return p.standIn
	}
	return strings.ToUpper(name)
}

// quoted is a value in prose.
func quoted(_, v string) string { return strconv.Quote(excerpt(v)) }

// maxWord bounds a value in a command: more is no name that anybody gave.
const maxWord = 400

// shellWord is a value in a command: one word for a shell, whatever it is, and
// never an option. What cannot be shown as it is gets its stand-in.
func shellWord(name, v string) string {
	option := strings.HasPrefix(v, "-") && !places[name].path
	if option || noFile.Match([]byte(v)) || len(v) > maxWord || withoutKey(v) != v || safetext.Printable(v) != v {
		return standIn(name)
	}
	return safetext.ShellWord(v)
}

// noFile matches what programs say in the place of a file's name: standard input, as
// ssh-add in CI, a descriptor, and what CI makes of a secret in a name.
var noFile = lazyre.New(`^(?:\(stdin\)|/dev/(?:stdin|fd/[0-9]+)|/proc/self/fd/[0-9]+|.*\*\*\*.*)(?:\.[a-z]+)?$`)

// windowsPath reports whether a path begins with a drive, as Windows has them, or with
// the word for C:\ProgramData.
func windowsPath(v string) bool {
	return strings.HasPrefix(v, "__PROGRAMDATA__") || len(v) > 2 && v[1] == ':' && (v[2] == '\\' || v[2] == '/') && unicode.IsLetter(rune(v[0]))
}

// windowsWord is a path in a command for cmd.exe and for PowerShell.
func windowsWord(name, v string) string {
	if name == "sid" {
		return v
	}
	word, ok := safetext.WindowsWord(strings.ReplaceAll(v, "/", `\`))
	if !ok || len(v) > maxWord || withoutKey(v) != v {
		return standIn(name)
	}
	return word
}
