package authkeys

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/keyconv/keyconv/internal/b64"
	"github.com/keyconv/keyconv/internal/wire"
	"github.com/keyconv/keyconv/sshkey"
)

// A keyPart is type, base64 and comment.
type keyPart struct {
	public  sshkey.PublicKey
	comment string
}

// readKeyPart follows sshkey_read. Beyond it, a type that is not known is read
// where the blob names the same type.
func readKeyPart(line string, at int) (keyPart, error) {
	word, rest := cutWord(line[at:])
	if rest == "" || isBlob(word) {
		return keyPart{}, noKey(line, at, word)
	}
	field, comment := cutWord(rest)
	blobAt := len(line) - len(rest)
	blob, err := decode(field, blobAt)
	if err != nil {
		return keyPart{}, twice(word, field, at, err)
	}
	public, err := sshkey.ParsePublicKey(blob)
	if err != nil {
		return keyPart{}, inBlob(field, blobAt, err)
	}
	if !sshkey.SameAlgorithm(word, public.Algorithm()) {
		return keyPart{}, sshkey.WithHint(fail(at, "the line says %s and the key is %s", shown(word), public.Algorithm()),
			"the key itself is right: write "+public.Algorithm()+" in front of it")
	}
	return keyPart{public, comment}, nil
}

// isType reports whether sshd, or PuTTY, knows a key type by this name.
func isType(word string) bool { return sshkey.KnownAlgorithm(word) }

// isBlob reports whether a word begins as the base64 of every key does: with
// the length of its type's name, which is below 256.
func isBlob(word string) bool { return strings.HasPrefix(word, "AAAA") }

// noKey is the error for a word with no base64 behind it.
func noKey(line string, at int, word string) error {
	switch {
	case isType(word):
		return fail(len(line), "the key is missing behind the type %q", word)
	case isBlob(word):
		return sshkey.WithHint(fail(at, "the key type is missing in front of the base64"), "the base64 names the type; normalize puts it in front")
	case word == "":
		return fail(at, "the line ends where a key type should stand")
	}
	return fail(at, "%s is neither a key type nor an option", shown(word))
}

// twice tells "ssh-rsa ssh-rsa AAAA" from other base64 that is none.
func twice(word, field string, at int, err error) error {
	if isType(word) && isType(field) {
		return fail(at, "the key type stands twice: %s %s", word, field)
	}
	return err
}

// inBlob gives an error of the wire layer its place in the line.
func inBlob(field string, at int, err error) error {
	offset := 0
	var w *wire.Error
	if errors.As(err, &w) {
		offset = w.Offset
	}
	return &wire.Error{Offset: at + charAt(field, offset*4/3), Err: err}
}

var strict = base64.StdEncoding.Strict()

// space is what b64_pton skips and what can stand inside a field.
const space = "\v\f\r"

// decode reads base64 as sshd's b64_pton does: white space does not count, but
// anything else does, and the bits under the padding must be zero.
func decode(field string, at int) ([]byte, error) {
	blob := make([]byte, b64.DecodedLen(len(field)))
	if n, ok := b64.Decode(blob, []byte(field)); ok {
		return blob[:n], nil
	}
	text := field
	if strings.ContainsAny(field, space) {
		text = strings.Map(dropSpace, field)
	}
	blob, err := strict.DecodeString(text)
	if err != nil {
		i, msg := explain(text, err)
		return nil, &wire.Error{Offset: at + charAt(field, i), Err: errors.New(msg)}
	}
	return blob, nil
}

func dropSpace(r rune) rune {
	if strings.ContainsRune(space, r) {
		return -1
	}
	return r
}

// explain says what is wrong with base64, and at which character.
func explain(text string, err error) (int, string) {
	for i := range len(text) {
		if text[i] != '=' && !isBase64(text[i]) {
			return i, fmt.Sprintf("%q is no character of base64", text[i])
		}
	}
	if len(text)%4 != 0 {
		return len(text), fmt.Sprintf("%d characters of base64 are no multiple of 4: some are missing or too many", len(text))
	}
	if body := strings.TrimRight(text, "="); strings.Contains(body, "=") {
		return strings.IndexByte(body, '='), "'=' in the middle of the base64"
	}
	i := 0
	var bad base64.CorruptInputError
	if errors.As(err, &bad) {
		i = min(int(bad), len(text))
	}
	return i, "the base64 ends wrongly: its last characters do not fit its padding"
}

func isBase64(c byte) bool {
	return 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '+' || c == '/'
}

// charAt is where the i-th character of the base64 stands in the field.
func charAt(field string, i int) int {
	for at := range len(field) {
		if strings.IndexByte(space, field[at]) >= 0 {
			continue
		}
		if i == 0 {
			return at
		}
		i--
	}
	return len(field)
}
