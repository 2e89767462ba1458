package repair

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/keyconv/keyconv/internal/lazyre"
)

// A line that was encoded as a whole and then torn may be read from the middle on, and
// what stood there of options, or the sign of a comment, is in the pieces in front.

// encodesText reports whether a word is base64 of text, as options are: what stands
// behind it in base64 does not begin there.
func encodesText(word []byte) bool { return isText(decodeLoose(word)) }

// isText reports whether b is text of options: ASCII without control characters, and
// a short one without signs that are rare in it.
func isText(b []byte) bool {
	const long = 6
	return len(b) > 0 && !bytes.ContainsFunc(b, func(c rune) bool {
		return c < ' ' || c > '~' || len(b) < long && !isAlnum(byte(c)) && !strings.ContainsRune(" -_=\",.:/#;!<@", c)
	})
}

// isFragment reports whether what was encoded is a piece of one line, such as options or
// a sign in front of a key that was encoded with them.
func isFragment(b []byte) bool {
	return isText(b) && !bytes.HasPrefix(b, []byte("-----"))
}

// beginsInside reports whether base64 that begins at start goes on what stands in front
// of it, on its line or the one above.
func beginsInside(b []byte, start int, decoded []byte) bool {
	start = firstOf64(b, start) // in front of a letter for vi
	if behindText(b, start) {
		return true
	}
	decoded = bytes.TrimLeft(decoded, "\r\n\ufeff")
	if lineBegins.Match(decoded) || beginsOptions(decoded) && decoded[0] != ',' {
		return false
	}
	from, to := frontOf(b, start)
	switch blob := bytes.Index(decoded[:lineEnd(decoded, 0)], []byte("AAAA")); {
	case blob == 0:
		return to == start && isPiece(b[from:to])
	case blob > 0:
		return hasWord(b[from:to])
	}
	return isPiece(b[from:to])
}

// behindText reports whether the last group of the pieces in front of place i is base64
// of text; one with a whole line in it, such as another key, is none.
func behindText(b []byte, i int) bool {
	const group = 4
	var last []byte
	for len(last) < group {
		from, to := frontOf(b, i)
		word := lastPiece(b[from:to])
		if len(word) == 0 || bytes.Contains(decodeLoose(word), []byte("AAAA")) {
			return false
		}
		last = append(bytes.Clone(word), last...)
		i = from + bytes.LastIndex(b[from:to], word)
	}
	return encodesText(last[len(last)-group:])
}

// frontOf is where that stands which is in front of place i on its line, or else the
// last line above that has a word.
func frontOf(b []byte, i int) (from, to int) {
	low := max(0, i-4096)
	for to = i; ; to = from - 1 {
		if from = lineStart(b, low, to); from == low || len(lastPiece(b[from:to])) > 0 {
			return from, to
		}
	}
}

// lineBegins matches the start of a line that is whole: a type or a sign.
var lineBegins = lazyre.New(`^(?i)(?:[#;<>{\[("'*%|&$~\t]|- |--|//|(?:` + strings.Join(typeNames, "|") + `)[ \t])`)

func hasWord(b []byte) bool {
	return bytes.ContainsFunc(b, func(c rune) bool { return c >= utf8.RuneSelf || isAlnum(byte(c)) })
}

// isPiece reports whether text ends with a word that may be a piece of base64, and is
// neither a plain word nor the name of a field.
func isPiece(text []byte) bool {
	if fieldEnd.Match(text) {
		return false
	}
	word := lastPiece(text)
	return len(word) > 0 && !plainWord.Match(word)
}

var (
	plainWord = lazyre.New(`^(?:[A-Z]?[a-z]*|[0-9]+)$`)
	fieldEnd  = lazyre.New(`[A-Za-z0-9_]["']?[ \t]*(?:::?|=>?|:=)[ \t]*[-|>("'\[{ \t]*$`)
)

// lastPiece is the last word of a line that could be base64; tags, entities and all
// other signs are none.
func lastPiece(line []byte) []byte {
	line = betweenWords.Compiled().ReplaceAll(line, []byte(" "))
	end := len(line)
	for end > 0 && !isAlnum(line[end-1]) {
		end--
	}
	return line[firstOf64(line, end):end]
}

// betweenWords matches what a web page puts between words.
var betweenWords = lazyre.New(`<[^<>]*>|&#?[0-9A-Za-z]+;`)
