package repair

import (
	"bytes"
	"strconv"
	"strings"
	"unicode"

	"github.com/keyconv/keyconv/internal/lazyre"
)

// closers are the signs that end what was opened in front of the key.
var closers = map[byte]string{'"': "\"", '\'': "'", '`': "`", '<': ">", '>': "<", '(': ")", '[': "]", '{': "}"}

// cutComment parts the text behind a blob, up to the line end or the next key,
// into the comment and what follows the closing quote.
func cutComment(b []byte, p prefix) (comment string, rest []byte) {
	if closer := closers[p.opened]; closer != "" {
		if i := closing(b, closer[0], p.escaped); i >= 0 {
			b, rest = b[:i], b[i:]
		} else if m := nextLabel.FindIndex(b); m != nil {
			b = b[:m[0]]
		}
	}
	if i := strayQuote(b); i >= 0 && p.opened == 0 && !p.commented {
		b, rest = b[:i], b[i:]
	}
	if p.command {
		if m := redirect.FindIndex(b); m != nil {
			b, rest = b[:m[0]], b[m[0]:]
		}
	}
	if p.form {
		if m := formField.FindIndex(b); m != nil {
			b, rest = b[:m[0]], b[m[0]:]
		}
	}
	if m := endMarker.FindIndex(b); m != nil {
		b, rest = b[:m[0]], nil
	}
	comment = trimComment(b, p)
	if p.opened == '"' && !p.escaped && strings.IndexByte(comment, '\\') >= 0 {
		comment = unquoted(comment)
	}
	return comment, rest
}

// unquoted is what a program reads between quotes: the comment DOMAIN\bob stands in JSON
// with two backslashes. What has no such meaning, or a line end in it, stays.
func unquoted(comment string) string {
	if s, err := strconv.Unquote(`"` + comment + `"`); err == nil && !strings.ContainsFunc(s, unicode.IsControl) {
		return s
	}
	return comment
}

// nextLabel matches the line end and the name of a user that stand in front of the next key
// in the same string, as Google's cloud keeps them.
var nextLabel = lazyre.New(`\\+n[\w.@-]{1,64}:$`)

// redirect matches what a shell command does with the text.
var redirect = lazyre.New(`[ \t]*(?:>>?|\|)[ \t]*[~/$A-Za-z".]`)

// formField matches the start of another field of a form.
var formField = lazyre.NewNeeding(`&[A-Za-z_][\w.-]*=`, "&")

// endMarker matches the END line of RFC 4716 and the end of a bracketed paste.
var endMarker = lazyre.NewNeeding(`[ \t]*(?:-+[ \t]*END[ \t]+SSH2[ \t]+PUBLIC.*|\[?201~|0?1~$)`, "END", "1~")

// closing finds the quote that closes: the last one that no letter follows, or
// the first where a separator follows it (more keys in the same list). Where the quote in
// front of the key has no backslash, one that has does not close.
func closing(b []byte, c byte, escaped bool) int {
	last := -1
	for i, x := range b {
		if x != c || c == '"' && !escaped && (i-len(bytes.TrimRight(b[:i], `\`)))%2 == 1 {
			continue
		}
		last = i
		if c == '"' || c == '<' || c == '`' || i+1 == len(b) || strings.IndexByte(" \t,;)]}>\n", b[i+1]) >= 0 {
			return i
		}
	}
	return last
}

// strayQuote is where a quote closes that was opened in front of another key, or in a line
// above: it stands behind a word, and the signs of a program follow, with other values or
// nothing behind them. -1 is none.
func strayQuote(b []byte) int {
	i := bytes.IndexAny(b, "\"'")
	if i < 0 || i > 0 && isBlank(b[i-1]) || !valueEnd.Match(b[i:]) {
		return -1
	}
	return i
}

// valueEnd matches the end of a value in quotes and what stands behind it.
var valueEnd = lazyre.New(`^["'][ \t]*[,;)\]}][,;)\]} \t]*(?:$|["'{\[(])`)

// residue matches what is left of wrappers at the end of a comment; <bob@host> is not.
var residue = lazyre.New(`(?:\\+[nrt]|[ \t\n\\]|<[/A-Za-z][^<>@]*>)+$`)

// endsResidue reports whether b may end with some of it, which hardly any
// comment does.
func endsResidue(b []byte) bool {
	n := len(b)
	return n > 0 && (strings.IndexByte(" \t\n\\>", b[n-1]) >= 0 || n > 1 && b[n-2] == '\\')
}

// glue matches separators that stand alone or directly behind a blob.
var glue = lazyre.New(`^(?:[.,;:$%>|\\"'` + "`" + `=)\]}<~^&]+)(?:[ \t]|$)`)

func trimComment(b []byte, p prefix) string {
	if endsResidue(b) {
		b = residue.ReplaceAll(b, nil)
	}
	if m := glue.Find(b); m != nil {
		b = b[len(m):]
	}
	b = bytes.Trim(b, " \t")
	if len(b) > 0 && p.opened == 0 && bytes.Count(b, b[len(b)-1:])%2 == 1 && strings.IndexByte("\"'`", b[len(b)-1]) >= 0 {
		b = b[:len(b)-1] // the second quote of a pair whose first one is lost
	}
	if p.opened != 0 || p.dropped {
		b = bytes.TrimRight(b, ",; \t")
	}
	if p.pair {
		b = bytes.TrimSuffix(b, []byte("'"))
	}
	return string(bytes.Trim(b, " \t"))
}

// headerComment finds the Comment header of RFC 4716 or a PPK in the text
// between the BEGIN line and the base64, the last one that there is.
func headerComment(b []byte) (string, bool) {
	all := commentHeader.FindAllSubmatch(b, -1)
	if len(all) == 0 {
		return "", false
	}
	value := all[len(all)-1][1]
	value = bytes.ReplaceAll(value, []byte("\\\n"), nil)
	if n := len(value); n >= 2 && value[0] == '"' && value[n-1] == '"' {
		value = unescape(value[1 : n-1])
	}
	return strings.Join(strings.Fields(strings.Map(printable, string(value))), " "), true
}

func printable(r rune) rune {
	if r < ' ' || r == 0x7f {
		return ' '
	}
	return r
}

// unescape undoes PuTTY's backslashes in a quoted comment.
func unescape(b []byte) []byte {
	var out []byte
	for i := 0; i < len(b); i++ {
		if b[i] == '\\' && i+1 < len(b) {
			i++
		}
		out = append(out, b[i])
	}
	return out
}

// commentHeader matches the header, folded with backslashes or not.
var commentHeader = lazyre.New(`(?i)(?:^|[\n\t >"'|+-])Comment[ \t]*:[ \t]*("(?:[^"\\\n]|\\(?s:.))*"|(?:[^\\\n]|\\(?s:.))*)`)
