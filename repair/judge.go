package repair

import (
	"bytes"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"

	"github.com/keyconv/keyconv/internal/lazyre"
	"github.com/keyconv/keyconv/sshkey"
)

// judge grades the end of the blob.
func (r *reader) judge(b *blob, n int) (*blob, *shortfall) {
	due := (3 - n%3) % 3
	ended := due > 0 && r.at < r.limit && r.t.b[r.at] == '='
	found := r.skipPadding()
	b.end, b.padding = r.at, found != due
	padded := found > 0 && due > 0
	proven := padded || provesItself(b.public) || r.closed() || r.counted()
	b.glued = r.gluedText()
	switch {
	case found == 0 && r.fieldBehind(n):
		return nil, r.short("ambiguous", 0, "its base64 goes on with another field, as in the file of a private key")
	case b.plus && bytes.IndexByte(r.t.b[r.c.start:r.at], '+') >= 0:
		return nil, r.short("blob-damaged", 0, "some plus signs became spaces and some did not")
	case b.glued && b.plus, b.glued && !provesItself(b.public) && !padded && !(r.whole() && r.credibleGlue()):
		return nil, r.short("ambiguous", 0, "its end cannot be told: characters are missing or too many, or a comment is glued to it")
	case r.endsInOption():
		return nil, r.short("ambiguous", 0, "its last characters are the name of an option: the key was cut short there")
	case b.plus && r.trailingPlus():
		return nil, r.short("ambiguous", 0, "spaces stand for plus signs, and one at the end of a line may be one, too")
	case !provesItself(b.public) && (!padded || r.lines&overSpace != 0) && r.foreign():
		return nil, r.short("ambiguous", 0, "part of an escape, or the sign of a diff, stands in it")
	case !provesItself(b.public) && r.columns():
		return nil, r.short("ambiguous", 0, "behind a space in it and in the next line stand pieces of the same length, as in columns")
	case b.glued:
		b.grade = weak
	case !proven && (r.filled() && r.wrapped() || r.header() != nil && !r.endsLine()):
		return nil, r.doubt(b)
	case len(r.chunks) == 1 || proven && !b.plus || provesItself(b.public):
		b.grade = certain
	case r.leftover():
		return nil, r.short("ambiguous", 0, "more base64 follows than belongs to it: characters are too many")
	case !credible(r.t.b, r.chunks), !ended && (r.doubtful() || r.lines&overSpace != 0 && !evenSpaces(r.chunks)) && r.goesOn():
		return nil, r.doubt(b)
	default:
		b.grade = joined
	}
	return b, nil
}

// endsInOption reports whether the name of an option begins in the blob and ends
// at its end or behind: a line was appended to a key that had been cut short.
func (r *reader) endsInOption() bool {
	from := max(r.c.start, r.at-longestOption)
	around := bytes.ToLower(r.t.b[from:min(r.limit, r.at+longestOption)])
	for _, m := range squeezedOption.FindAllIndex(around, -1) {
		if from+m[0] < r.at && from+m[1] >= r.at {
			return true
		}
	}
	return false
}

// doubt refuses a blob that was read.
func (r *reader) doubt(b *blob) *shortfall {
	why := r.short("ambiguous", 0, "a word behind it could be its end or its comment")
	why.rival = &b.public
	return why
}

// skipPadding crosses equal signs, and white space between them.
func (r *reader) skipPadding() (found int) {
	b := r.t.b[:r.limit]
	for i := r.at; i < len(b); i++ {
		switch {
		case b[i] == '=':
			found++
			r.at = i + 1
		case b[i] != ' ' && b[i] != '\n' && b[i] != '\t' && !continues(b[i:]) || found > 4 || i-r.at > 8:
			return found
		}
	}
	return found
}

// continues reports whether b begins with a backslash at the end of a line.
func continues(b []byte) bool { return len(b) > 1 && b[0] == '\\' && b[1] == '\n' }

// leftover reports whether the text goes on behind the blob as it went on
// inside: then something that is no part of it was taken for base64.
func (r *reader) leftover() bool {
	rest := r.t.b[r.at:r.limit]
	n, over := cross(rest, 0)
	if n == 0 || over&overBlank != 0 {
		return false
	}
	w := 0
	for n+w < len(rest) && isBase64(rest[n+w]) {
		w++
	}
	piece := rest[n : n+w]
	if single := len(r.chunks) > 8 && r.chunks[1].n == 1; single {
		return w == 1 && (n+w == len(rest) || boundary(rest[n+w:])) && bytes.Count(rest[:n], []byte("\n")) == 1
	}
	return w >= 8 && mixed(piece) && !wordlike(piece)
}

// closed reports whether the line that ends a container stands next, apart from it.
func (r *reader) closed() bool {
	rest := r.t.b[r.at:min(len(r.t.b), r.at+40)]
	next := bytes.TrimLeft(rest, edge+"\n")
	return bytes.HasPrefix(next, []byte("---")) || len(next) < len(rest) && bytes.HasPrefix(next, []byte("Private-Lines"))
}

// publicLines matches the header of a PPK in front of its base64.
var publicLines = lazyre.New(`Public-Lines:[ \t]*([0-9]{1,3})\s*$`)

// header is that match in front of it; nil where there is none.
func (r *reader) header() [][]byte {
	return publicLines.FindSubmatch(r.t.b[max(0, r.c.start-32):r.c.start])
}

// endsLine reports whether nothing but signs of programs stands behind it on its line.
func (r *reader) endsLine() bool {
	return len(bytes.Trim(r.t.b[r.at:lineEnd(r.t.b[:r.limit], r.at)], edge)) == 0
}

// counted reports whether it has as many lines as its PPK says, and ends with a line; or
// more, of which the last is no word, and none that could be the rest of it follows.
func (r *reader) counted() bool {
	m := r.header()
	if m == nil || !r.endsLine() {
		return false
	}
	lines, _ := strconv.Atoi(string(m[1]))
	if len(r.chunks) == lines || fullLines(r.chunks) == lines {
		return true
	}
	last := r.chunks[len(r.chunks)-1]
	_, word, _ := r.behind()
	return len(r.chunks) > lines && len(word) == 0 && !wordlike(r.t.b[last.at:last.at+last.n])
}

// fieldBehind reports whether the base64 goes on behind the blob of n bytes with another
// field. In the private part of OpenSSH's container the private number of ECDSA and DSA
// stands right behind the public ones, and the handle of a security key behind a byte of
// flags: no comment, and not to be shown.
func (r *reader) fieldBehind(n int) bool {
	ahead := *r
	ahead.chars, ahead.chunks = slices.Clone(r.chars), slices.Clone(r.chunks)
	ahead.take(((n+fieldSeen)*8+5)/6, true)
	return fieldFollows(ahead.chars, n)
}

// fieldSeen is how many bytes behind a blob tell a field from a comment.
const fieldSeen = 8

// fieldFollows is fieldBehind for the characters of a blob of n bytes and of what follows:
// the length of a field (RFC 4251 section 5) of less than 4096 bytes, and not that of the
// name of a type, with which the next key begins.
func fieldFollows(chars []byte, n int) bool {
	raw, _ := decodeRaw(base64.RawStdEncoding, whole(chars))
	behind := raw[min(n, len(raw)):]
	if len(behind) < fieldSeen {
		return false
	}
	short := func(b []byte) bool { return b[0] == 0 && b[1] == 0 && b[2] < 16 }
	next := short(behind) && len(bytes.Trim(behind[4:fieldSeen], "abcdefghijklmnopqrstuvwxyz-")) == 0
	return !next && (short(behind) || short(behind[1:]))
}

// gluedText reports whether the blob runs on into other text. At a limit the
// next key begins.
func (r *reader) gluedText() bool {
	if r.at >= r.limit {
		return false
	}
	rest := r.t.b[r.at:r.limit]
	if isBase64(rest[0]) || rest[0] == '_' || rest[0] == '-' && !bytes.HasPrefix(rest, []byte("--")) || len(r.chunks) > 1 && !boundary(rest) {
		return true
	}
	for _, e := range escapes {
		if e.code == htmlBreaks {
			continue // it ends the word
		}
		if m := e.pattern.FindIndex(rest[:min(len(rest), 16)]); m != nil && m[0] == 0 {
			return true
		}
	}
	next := bytes.TrimLeft(rest[:min(len(rest), 64)], " \t\n")
	return len(r.chunks) > 1 && len(next) > 0 && (next[0] == '%' || next[0] == '&')
}

// boundary reports whether a word ends in front of rest.
func boundary(rest []byte) bool {
	return strings.IndexByte(" \t\n\"'`,;)]}<>|\\$", rest[0]) >= 0 || bytes.HasPrefix(rest, []byte("--")) || bytes.HasPrefix(rest, []byte("..."))
}

// whole reports whether it stands in one piece of a text that is no web form, and
// nothing was taken out shortly in front of its end: of the characters of base64,
// escapes stand for its signs alone.
func (r *reader) whole() bool {
	if len(r.chunks) > 1 || r.form() {
		return false
	}
	for i := max(r.c.start+1, r.at-16); i <= r.at; i++ {
		if isAlnum(r.t.b[i-1]) && !r.t.even(i-1, i+1) {
			return false
		}
	}
	return true
}

// credibleGlue tells a comment without a space in front from characters that
// are too many: a sign stands in it that base64 has not, or it is a long word or
// the name of an account, which chance does not make.
func (r *reader) credibleGlue() bool {
	rest := r.t.b[r.at:r.limit]
	if inWord.Match(rest) && lettersEnd.Match(r.t.b[max(r.c.start, r.at-3):r.at]) {
		return false
	}
	n := 0
	for n < len(rest) && (isBase64(rest[n]) || !r.std && (rest[n] == '-' || rest[n] == '_')) {
		n++
	}
	switch {
	case n == len(rest) || strings.IndexByte(edge+"\n", rest[n]) >= 0 || bytes.HasPrefix(rest[n:], []byte("--")):
		return n >= 8 && namelike(rest[:n]) && !bytes.ContainsAny(rest[:n], "+/") || accounts.Match(rest[:n])
	case rest[n] == '=':
		return false // the padding of a longer text
	}
	return true
}

// lettersEnd matches what may be the end of a word.
var lettersEnd = lazyre.New(`^[A-Za-z][a-z]{2}$`)

// accounts matches the names that images and installers give accounts. One of four
// letters stands where characters are too many once in a million times.
var accounts = lazyre.New(`^(?:root|admin|ubuntu|debian|centos|fedora|almalinux|rocky|opc|core|azureuser|vagrant|ansible|jenkins|deploy|user)$`)

// provesItself reports whether a wrong character would have been found: the
// point on its curve, the application behind the point.
func provesItself(k sshkey.PublicKey) bool {
	if strings.HasPrefix(k.Algorithm(), "ssh-") {
		return false // without taking its numbers apart
	}
	switch p := k.Parts().(type) {
	case sshkey.ECDSAPublicKey:
		return true
	case sshkey.SKPublicKey:
		return strings.HasPrefix(p.Application, "ssh:")
	}
	return false
}
