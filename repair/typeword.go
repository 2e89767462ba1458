package repair

import (
	"bytes"
	"slices"
	"strings"

	"github.com/keyconv/keyconv/internal/lazyre"
	"github.com/keyconv/keyconv/internal/nearest"
)

// A said is what stands in front of a blob where its type belongs.
type said struct {
	at   int    // where it begins
	word string // "" for nothing
	how  howTyped

	mixed bool // more than one, of which one is another type
}

type howTyped uint8

const (
	missing howTyped = iota
	right            // the type of the blob, or an alias that sshd takes
	broken           // right, with white space inside or around it
	other            // the name of another type
	damaged          // swallowed, misspelt, in capitals
	twice            // more than one
)

// typeBefore finds the type in front of the blob that begins at start, not
// before low. It is tolerant, since the blob itself decides: what is found is
// only taken away.
func typeBefore(b []byte, low, start int, name string) said {
	s, last := said{at: start}, low
	low = pastHeaders(b, max(low, start-4096), start)
	for range 4 {
		next := oneType(b, low, s.at, name)
		if next.how == missing || s.how != missing && endsComment(b, last, next, s.at) {
			break
		}
		if s.how != missing {
			next.mixed = s.mixed || next.how == other || next.how == damaged
			next.how = twice
		}
		s = next
	}
	return s
}

// endsComment reports whether a word that is glued to the type at end is the
// last one of the comment of the key in front, whose line lost its end: such
// comments read "test key ed25519".
func endsComment(b []byte, last int, word said, end int) bool {
	return last > 0 && word.at+len(word.word) == end && bytes.IndexByte(b[last:word.at], '\n') < 0
}

// headerLine is a header of RFC 4716 or of a PPK, with the lines that go on
// with it; quotedHeader is one with more behind it on its line.
var (
	headerLine   = lazyre.New(`(?im)^[ \t>]*(?:comment|subject|x-[a-z0-9-]+)[ \t]*:(?:[^\n]*\\\n)*[^\n]*\n`)
	quotedHeader = lazyre.New(`(?i)(?:comment|subject):[ \t]*"(?:[^"\\\n]|\\.)*"`)
)

// pastHeaders raises low over headers, whose words are no key types: a comment
// may well read "my ed25519".
func pastHeaders(b []byte, low, start int) int {
	if bytes.IndexByte(b[low:start], ':') < 0 {
		return low // the usual case, in which the patterns need not run
	}
	for _, header := range []*lazyre.Regexp{headerLine, quotedHeader} {
		if all := header.FindAllIndex(b[low:start], -1); len(all) > 0 {
			low += all[len(all)-1][1]
		}
	}
	return low
}

// between are the signs that stand between a type and its blob.
const between = " \t\n\"'`\\,:;=+>|"

func oneType(b []byte, low, end int, name string) said {
	i := end
	for i > low && strings.IndexByte(between, b[i-1]) >= 0 && end-i < 80 {
		i--
	}
	gap := b[i:end]
	if s, ok := namedAs(b, low, i, name, name, gap); ok {
		return s
	}
	for _, n := range typeNames {
		if s, ok := namedAs(b, low, i, n, name, gap); ok {
			return s
		}
	}
	return fuzzyType(b, low, i, name)
}

// typeNames are the names that can stand where a type belongs, long ones first
// where one is the end of another.
var typeNames = func() []string {
	names := slices.Clone(signatures)
	for _, k := range slices.Backward(keyTypes) {
		names = append(names, k.name)
	}
	return names
}()

// namedAs looks whether n ends at i in front of a gap and a blob of type name.
func namedAs(b []byte, low, i int, n, name string, gap []byte) (said, bool) {
	at, even := squashed(b, low, i, n)
	if at < 0 {
		return said{}, false
	}
	word, how := string(b[at:i]), right
	switch {
	case n != name && !strings.HasPrefix(n, "rsa-sha2-"):
		how = other
	case word != n && even:
		how = damaged // capitals, underscores
	case !even || string(gap) != " ":
		how = broken
	}
	return said{at: at, word: word, how: how}, true
}

// squashed looks whether name ends at i, with white space in it or not and in
// any spelling of letters and dashes. even is false where there is some.
func squashed(b []byte, low, i int, name string) (at int, even bool) {
	even = true
	for n := len(name); n > 0; {
		if i <= low {
			return -1, false
		}
		i--
		switch c := b[i]; {
		case lower(c) == name[n-1]:
			n--
		case n < len(name) && c == '-' && name[n] == '-': // of a long dash
		case n < len(name) && (c == ' ' || c == '\n' || c == '\t' || c == '\\'):
			even = false
		default:
			return -1, false
		}
	}
	return i, even
}

func lower(c byte) byte {
	switch {
	case 'A' <= c && c <= 'Z':
		return c + 'a' - 'A'
	case c == '_':
		return '-'
	}
	return c
}

// fuzzyType takes one word that is no type but meant to be: its end, a
// misspelling, another common word. It stands on the line of the blob, or
// alone on its line.
func fuzzyType(b []byte, low, i int, name string) said {
	from := i
	for from > low && isWordByte(b[from-1]) && i-from < 64 {
		from--
	}
	if i == from || from > low && isBase64(b[from-1]) {
		return said{}
	}
	onLine := bytes.IndexByte(b[i:min(len(b), i+80)], '\n')
	sameLine := onLine < 0 || bytes.IndexFunc(b[i:i+onLine], func(r rune) bool { return r > ' ' }) >= 0
	alone := len(bytes.TrimLeft(b[lineStart(b, max(low, from-256), from):from], edge)) == 0
	if !sameLine && !alone {
		return said{}
	}
	word := strings.Map(func(r rune) rune { return rune(lower(byte(r))) }, string(b[from:i]))
	for strings.Contains(word, "--") {
		word = strings.ReplaceAll(word, "--", "-") // of a long dash
	}
	if !meansType(word, name) && !(word[0] == 'i' && meansType(word[1:], name)) {
		return said{}
	}
	return said{at: from, word: string(b[from:i]), how: damaged}
}

func isWordByte(c byte) bool {
	return isAlnum(c) || c == '-' || c == '_' || c == '.' || c == '@'
}

// lineStart is where the line of byte i begins, or low where it begins before.
// Callers give low so that no stretch of a long line is looked at twice.
func lineStart(b []byte, low, i int) int {
	low = min(low, i)
	return low + bytes.LastIndexByte(b[low:i], '\n') + 1
}

func meansType(word, name string) bool {
	for _, w := range typeWords {
		if word == strings.ReplaceAll(w, "_", "-") {
			return true
		}
	}
	if len(word) >= 2 && strings.HasSuffix(name, word) {
		return true
	}
	if len(word) < 5 {
		return false
	}
	for _, k := range keyTypes {
		if nearest.Distance(word, k.name, 2) <= 2 {
			return true
		}
	}
	return false
}
