package repair

import (
	"bytes"
	"sort"
	"strings"
)

// An opening is a sign that opens a stretch of text which counts for nothing, up to
// the sign that closes it, be that lines below; 0 is none. authorized_keys knows
// none of them, and what was pasted was taken from where they mean something.
type opening uint8

// openings is the table: a row is one more than the opening's number.
var openings = [...]struct {
	open, close string
	word        bool // it opens only where a word could begin: /* is also in the names of files
	code, what  string
}{
	{"/*", "*/", true, "commented-out", "a comment"},
	{"<!--", "-->", false, "commented-out", "a comment"},
	{"{#", "#}", true, "commented-out", "a comment of a template"},
	{"<#", "#>", true, "commented-out", "a comment"},
	{"<del>", "</del>", false, "marked-revoked", "text that is crossed out"},
	{"<del ", "</del>", false, "marked-revoked", "text that is crossed out"},
	{"<%--", "--%>", false, "commented-out", "a comment"},
	{"{{!--", "--}}", false, "commented-out", "a comment of a template"},
	{"{% comment", "endcomment", false, "commented-out", "a comment of a template"},
	{"<s ", "</s>", false, "marked-revoked", "text that is crossed out"},
	{"<strike ", "</strike>", false, "marked-revoked", "text that is crossed out"},
	{"<s>", "</s>", false, "marked-revoked", "text that is crossed out"},
	{"<strike>", "</strike>", false, "marked-revoked", "text that is crossed out"},
}

func (o opening) objection() *objection {
	row := openings[o-1]
	return &objection{row.code, "the key stands in " + row.what + ", which " + strings.TrimSpace(row.open) + " opened in front of it",
		"if the key should be let in, write it on a line of its own, with its options"}
}

// behind is what is open behind a line; o is open in front of it.
func (o opening) behind(line []byte) opening {
	for _, a := range asidesOf(line, o) {
		if a.to > len(line) {
			return a.sign
		}
	}
	return 0
}

// An aside is such a stretch. Its end is behind the text where it is not closed.
type aside struct {
	from, to int
	sign     opening
}

// asidesOf finds those of a text that begins inside of open.
func asidesOf(b []byte, open opening) (list []aside) {
	i := 0
	for sign := open; ; sign = 0 {
		from := i
		if sign == 0 {
			if from, sign = nextOpening(b, i); sign == 0 {
				return list
			}
			i = from + len(openings[sign-1].open)
		}
		closer := indexFold(b[i:], openings[sign-1].close)
		if closer < 0 {
			return append(list, aside{from, len(b) + 1, sign})
		}
		i += closer + len(openings[sign-1].close)
		list = append(list, aside{from, i, sign})
	}
}

// nextOpening is the first sign from i on that stands in no line of comment.
func nextOpening(b []byte, i int) (int, opening) {
	if i == 0 {
		i = pastComment(b, 0)
	}
	for ; i < len(b); i++ {
		switch b[i] {
		case '\n':
			i = pastComment(b, i+1) - 1
		case '/', '<', '{':
			if o := openingAt(b, i); o != 0 {
				return i, o
			}
		}
	}
	return 0, 0
}

// pastComment is the end of the line that begins at i if it is a comment, or i.
func pastComment(b []byte, i int) int {
	if text := bytes.TrimLeft(b[i:], " \t"); len(text) > 0 && text[0] == '#' {
		return lineEnd(b, i)
	}
	return i
}

func openingAt(b []byte, i int) opening {
	for n, row := range openings {
		if len(b)-i < len(row.open) || !strings.EqualFold(string(b[i:i+len(row.open)]), row.open) {
			continue
		}
		if !row.word || i == 0 || strings.IndexByte(" \t\n>|+-;,{}()[]\"'", b[i-1]) >= 0 && !inQuotes(b, i) {
			return opening(n + 1)
		}
	}
	return 0
}

// inQuotes reports whether a quotation of the same line is open at i, as a command
// with /* in it is.
func inQuotes(b []byte, i int) bool {
	return bytes.Count(b[lineStart(b, max(0, i-4096), i):i], []byte{'"'})%2 == 1
}

// indexFold is bytes.Index for a sign of which all letters but the first may be of any
// case.
func indexFold(b []byte, sign string) int {
	for from := 0; ; {
		i := bytes.IndexByte(b[from:], sign[0])
		if i < 0 || from+i+len(sign) > len(b) {
			return -1
		}
		if from += i; strings.EqualFold(string(b[from:from+len(sign)]), sign) {
			return from
		}
		from++
	}
}

// asideAt is the one that place i stands in.
func asideAt(list []aside, i int) *aside {
	n := sort.Search(len(list), func(n int) bool { return list[n].to > i })
	if n < len(list) && list[n].from < i {
		return &list[n]
	}
	return nil
}
