package authkeys

import (
	"bytes"
	"strings"

	"github.com/keyconv/keyconv/sshkey"
)

// parse reads an entry.
func (o origin) parse(text []byte) (*sshkey.Key, error) {
	var s Scanner
	if e, ok := s.Scan(text); ok {
		return &sshkey.Key{Public: e.Key.PublicKey(), Comment: string(e.Comment), Options: e.Options, Pos: o.pos(0)}, nil
	}
	return o.parseAny(text)
}

// parseAny reads every sort of entry, and says what is wrong with one. What a C
// program cannot see, the text behind a NUL, goes to the comment.
func (o origin) parseAny(text []byte) (*sshkey.Key, error) {
	if err := sshkey.Bound("bytes in a line", uint64(len(text)), sshkey.MaxLine); err != nil {
		return nil, o.locate(err)
	}
	line, hidden := string(text), ""
	if i := bytes.IndexByte(text, 0); i >= 0 {
		line, hidden = line[:i], line[i:]
	}
	if i := strings.IndexByte(line, '\n'); i >= 0 {
		return nil, o.locate(fail(i, "a line end inside an entry"))
	}
	e, err := readEntry(line)
	if err != nil {
		return nil, o.locate(err)
	}
	k := &sshkey.Key{Public: e.public, Comment: e.comment + hidden, Options: e.options, Pos: o.pos(e.start)}
	addFindings(k)
	return k, nil
}

// An entry is a line taken apart.
type entry struct {
	start   int
	options []sshkey.Option
	keyPart
}

const byteOrderMark = "\ufeff"

// readEntry follows sshd (auth_check_authkey_line): a key part; or else
// options, white space and a key part.
func readEntry(line string) (entry, error) {
	start := skipWhite(line, 0)
	if start == len(line) {
		return entry{}, fail(start, "there is no key on this line")
	}
	if line[start] == '#' {
		return entry{}, fail(start, "the line is a comment: it begins with #")
	}
	part, asFirst := readKeyPart(line, start)
	if asFirst == nil {
		return entry{start, nil, part}, nil
	}
	end, ok := optionsEnd(line, start)
	part, asKey := readKeyPart(line, skipWhite(line, end))
	options, asOptions := parseOptions(line[start:end], start, nil)
	switch word, next := cutWord(line[start:]); {
	case ok && asKey == nil && asOptions == nil:
		return entry{start, options, part}, nil
	case strings.HasPrefix(word, byteOrderMark):
		return entry{}, fail(start, "a byte order mark stands in front of the entry")
	case isType(word), isBlob(word), asOptions != nil && isBlob(next):
		return entry{}, asFirst // the word stands where a type does
	case !ok:
		return entry{}, openQuote(line, start)
	}
	return entry{}, diagnose(line, start, end, asKey, asOptions)
}

// diagnose chooses what to say about a line where the text from start to end
// is taken for options: what was wrong with them, with the key behind them, or
// that the line is something else.
func diagnose(line string, start, end int, asKey, asOptions error) error {
	field := line[start:end]
	next, _ := cutWord(line[skipWhite(line, end):])
	switch {
	case field == "@cert-authority" || field == "@revoked":
		return hostKey(start, field)
	case asKey == nil && !resemblesOptions(field):
		if strings.Trim(field, hostChars) != "" || strings.Trim(field, notInNames) == "" {
			return sshkey.WithHint(fail(start, "%s is not an option", shown(field)),
				"take it away: an entry begins with its options or its key type; keyconv normalize does that")
		}
		return hostKey(start, field)
	case asKey == nil:
		return advise(field, asOptions)
	case asOptions == nil || isType(next):
		return asKey
	}
	return sshkey.WithHint(fail(start, "%s is neither a key type nor an option", shown(field)),
		"an entry is one line: [options] type base64 [comment]")
}

// hostChars are those of the names, patterns and hashes in front of a host's
// key (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT); of notInNames alone no name is.
const (
	hostChars  = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,*?![]:_-|+/=%"
	notInNames = ".,!:_-|+/=%"
)

func hostKey(at int, field string) error {
	return sshkey.WithHint(fail(at, "%s is not an option: the line %w", shown(field), ErrHostKey),
		"a user's public key stands in a .pub file, without a host's name in front")
}
