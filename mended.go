package keyconv

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/repair/transit"
	"github.com/keyconv/keyconv/sshkey"
)

// ParseLenient is ParseAs that mends the text of a private key which was damaged
// on its way (CI secrets, environment variables, mail): line ends, indentation,
// quotes, BEGIN and END lines, never the base64. The key's first findings, of
// severity Repaired, say what was mended. Its content has to prove itself as
// that of a sound file does.
//
// Of an authorized_keys file with a damaged line it gives the keys of the others along
// with the error, which is about the first such line.
func ParseLenient(data []byte, from string) ([]*sshkey.Key, Format, error) {
	keys, f, err := parseLenient(data, from)
	switch {
	case err == nil:
		f.optionsNear(keys, data)
	case f.Name == authkeys.Name:
		keys = soundLines(data)
	}
	return keys, f, err
}

// soundLines are the keys that sshd finds in a file.
func soundLines(data []byte) (keys []*sshkey.Key) {
	for l := range authkeys.Lines(data) {
		if l.Kind == authkeys.Entry && len(keys) < sshkey.MaxKeys && !sshkey.HoldsPrivate(l.Key.Comment) {
			keys = append(keys, l.Key)
		}
	}
	return keys
}

// parseLenient looks for no options beside a key, but for those of sound lines.
func parseLenient(data []byte, from string) ([]*sshkey.Key, Format, error) {
	keys, f, err := parseAs(data, from)
	if err == nil || len(data) > maxMended {
		return keys, f, err
	}
	var failed error
	for i, a := range transit.Mend(data) {
		mended, g, merr := parseAs(a.Text, from)
		if merr == nil {
			mended[0].Findings = append(a.Findings, mended[0].Findings...)
			g.leftBehind(mended[0], transit.Peel(data), true)
			return mended, g, nil
		}
		if i == 0 {
			failed = ofMended(data, a.Text, g, err, merr)
		}
	}
	if failed != nil {
		return nil, f, failed
	}
	return keys, f, err
}

// ofMended chooses what to say of a text that is refused as it is and as it was
// mended, in format f. The first error has a place in the text; where that is the
// start, for lack of a line that begins a key, the second one says more.
func ofMended(data, text []byte, f Format, strict, mended error) error {
	var first, second *sshkey.SyntaxError
	switch {
	case bytes.Equal(data, text), f.Name == "", isDamage(strict), !errors.As(mended, &second):
		return strict
	case !isDamage(mended) && errors.As(strict, &first) && first.Pos.Offset > 0:
		return strict
	}
	return &sshkey.SyntaxError{Format: f.Name, Pos: sshkey.PosAt(data, 0), Err: fmt.Errorf("the text was mended, but %w", second.Err)}
}

// isDamage reports whether a text was read to its end and does not prove itself.
func isDamage(err error) bool {
	return errors.Is(err, sshkey.ErrCorrupt) || errors.Is(err, sshkey.ErrMismatch)
}

// maxMended is the largest text that is mended: PuTTY reads no PPK above it,
// and other keys are smaller.
const maxMended = 1 << 20
