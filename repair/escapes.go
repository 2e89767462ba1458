package repair

import (
	"bytes"
	"html"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/keyconv/keyconv/internal/lazyre"
)

// An escape is one way of writing characters that some program on the way
// could not carry. It is undone only where that makes a key fit.
type escape struct {
	code, msg string
	pattern   *lazyre.Regexp
	decode    func(match []byte) (string, bool)
	// stands reports whether what begins at b[i] can be one there; nil is always.
	stands func(b []byte, i int) bool
	// signs says that it is one of signs within a line: the others part lines, and words.
	signs bool
}

// The escapes, in the order in which they are undone.
var escapes = []escape{
	{htmlBreaks, "line ends stood as <br>", lazyre.NewNeeding(`(?:<|&lt;|\\+u003[cC])[wW]?(?:br|BR) ?\\*/?(?:>|&gt;|\\+u003[eE])`, "<", "&lt;", "u003"), lineBreak, nil, false},
	{"backslash-escapes", "line ends or signs stood as text, such as \\n or \\u003d (JSON, YAML, Terraform)",
		lazyre.NewNeeding(`\\+(?:u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|[nrtbf"'/=+]|$)`, `\`), backslash, nil, true},
	{"html-entities", "signs stood as HTML entities, such as &#43;",
		lazyre.NewNeeding(`&(?:amp;)*(?:#[0-9]{1,5}|#[xX][0-9A-Fa-f]{1,4}|[A-Za-z]{2,8});?`, "&"), entity, nil, true},
	{urlEncoding, "signs stood as %2B and the like (URL encoding)",
		lazyre.NewNeeding(`%(?:25)*[0-9A-Fa-f]{2}`, "%"), percent, nil, true},
	{"quoted-printable", "signs stood as =3D and lines were broken with = (quoted-printable mail)",
		lazyre.NewNeeding(`=[ \t]*\n|=[0-9A-F]{2}`, "="), quotedPrintable, shortLine, false},
}

// htmlBreaks is the code of line breaks in HTML, behind which any text may stand.
const htmlBreaks = "html-breaks"

func (e escape) in(t *text) bool { return e.pattern.Match(t.b) || e.form(t) || hasTorn(t.b) }

// form reports whether a plus sign stands for a space, as in a web form.
func (e escape) form(t *text) bool { return e.code == urlEncoding && form.Match(t.b) }

// gap is what falls into an escape where a line is broken.
const gap = `(?:["']?[ \t]*[+\\]?[ \t]*\n[\s"'>|]*|[ \t]+)?`

// torn match escapes, broken or not, by their first sign: so the search goes
// from sign to sign.
var torn = [...]*lazyre.Regexp{
	lazyre.NewNeeding(gaps(`%_(?:2_5_)*[0-9A-Fa-f]_[0-9A-Fa-f]`), "%"),
	lazyre.NewNeeding(gaps(`&_(?:a_m_p_;_)*(?:#_(?:x_)?)?(?:[0-9A-Za-z]_){1,8};`), "&"),
	tornBackslash,
}

// tornHere is tornBackslash at the start of a text.
var (
	tornBackslash = lazyre.NewNeeding(gaps(backslashTorn), `\`)
	tornHere      = lazyre.New("^" + gaps(backslashTorn))
)

const backslashTorn = `\\(?:\\*_u_[0-9A-Fa-f]_[0-9A-Fa-f]_[0-9A-Fa-f]_[0-9A-Fa-f]|\\*\s+(?:\\+\s+)*[nrt](?:\s|$))`

func gaps(pattern string) string { return strings.ReplaceAll(pattern, "_", gap) }

func hasTorn(b []byte) bool {
	return slices.ContainsFunc(torn[:], func(r *lazyre.Regexp) bool { return r.Match(b) })
}

// allTorn finds them all, in order and none inside another.
func allTorn(b []byte) (all [][2]int) {
	var next [len(torn)][2]int // of each; behind b where there is none
	for from := 0; ; {
		first := [2]int{len(b), len(b)}
		for i := range torn {
			if next[i][1] == 0 || next[i][0] < from {
				next[i] = findFrom(torn[i], b, from)
			}
			if next[i][0] < first[0] {
				first = next[i]
			}
		}
		if first[0] == len(b) {
			return all
		}
		all, from = append(all, first), first[1]
	}
}

func findFrom(r *lazyre.Regexp, b []byte, from int) [2]int {
	if m := r.FindIndex(b[from:]); m != nil {
		return [2]int{from + m[0], from + m[1]}
	}
	return [2]int{len(b), len(b)}
}

// mend puts escapes together that a line break or a space fell into.
func mend(t *text) *text {
	out, from := &text{}, 0
	for _, m := range allTorn(t.b) {
		if !bytes.ContainsAny(t.b[m[0]:m[1]], " \t\n") {
			continue
		}
		out.copy(t, from, m[0])
		for i := m[0]; i < m[1]; i++ {
			if i == m[0] || bytes.IndexByte([]byte(" \t\n\"'>|+\\"), t.b[i]) < 0 {
				out.copy(t, i, i+1)
			}
		}
		from = m[1]
	}
	if from == 0 {
		return t
	}
	out.copy(t, from, len(t.b))
	return out
}

func (e escape) undo(t *text, notes *notes) *text {
	t = mend(t)
	out, from := &text{}, 0
	if e.code == urlEncoding {
		t = joinURL(t, e.form(t), notes)
	}
	if e.form(t) {
		t = &text{bytes.ReplaceAll(t.b, []byte("+"), []byte(" ")), t.runs}
		notes.add(t.src(0), e.code, "%s", e.msg)
	}
	for _, m := range e.pattern.FindAllIndex(t.b, -1) {
		s, ok := e.decode(t.b[m[0]:m[1]])
		if !ok || e.stands != nil && !e.stands(t.b, m[0]) {
			continue
		}
		notes.add(t.src(m[0]), e.code, "%s", e.msg)
		out.copy(t, from, m[0])
		out.addAll(s, t.src(m[0]))
		from = m[1]
	}
	out.copy(t, from, len(t.b))
	return out
}

func backslash(m []byte) (string, bool) {
	for len(m) > 1 && m[0] == '\\' {
		m = m[1:]
	}
	switch m[0] {
	case 'n', 'r':
		return "\n", true
	case 't':
		return "\t", true
	case 'b', 'f', '\\':
		return "", false
	case 'u', 'x':
		return char(string(m[1:]), 16)
	}
	return string(m), true
}

// char is the character with that number, where it can be part of a key line.
func char(digits string, base int) (string, bool) {
	n, err := strconv.ParseUint(digits, base, 16)
	switch {
	case err != nil || n < '\t' || n >= 0xd800 && n < 0xe000:
		return "", false
	case n == '\v' || n == '\f':
		return "", true // as where they stand in a text
	case n < ' ' && n != '\n' && n != '\r' && n != '\t':
		return "", false
	}
	if n == '\r' {
		return "\n", true
	}
	return string(rune(n)), true
}

func entity(m []byte) (string, bool) {
	s := string(m)
	for range 3 { // &amp;#43; was encoded twice
		next := html.UnescapeString(s)
		if next == s && s[0] == '&' && s[len(s)-1] != ';' {
			next = html.UnescapeString(s + ";")
		}
		if next == s {
			break
		}
		s = next
	}
	if s == string(m) || !utf8.ValidString(s) || len(s) > utf8.UTFMax {
		return "", false
	}
	if s == "\u00a0" {
		s = " "
	}
	return s, true
}

// lineBreak undoes <br>; where <wbr> stands, a line may be broken and is not.
func lineBreak(m []byte) (string, bool) {
	if bytes.ContainsAny(m, "wW") {
		return "", true
	}
	return "\n", true
}

// shortLine tells a soft line break from an equal sign at the end of a long line,
// which ends base64. Quoted-printable lines have up to 76 characters (RFC 2045
// section 6.7); marks of a quoted mail may stand in front.
func shortLine(b []byte, i int) bool {
	const most = 100
	soft := b[i+1] <= ' '
	return !soft || i-lineStart(b, max(0, i-most-1), i) <= most
}

func quotedPrintable(m []byte) (string, bool) {
	if m[len(m)-1] == '\n' {
		return "", true
	}
	n, err := strconv.ParseUint(string(m[1:]), 16, 8)
	if err != nil || n < ' ' && n != '\n' && n != '\r' {
		return "", false
	}
	if n == '\r' {
		return "", true
	}
	return string([]byte{byte(n)}), true
}
