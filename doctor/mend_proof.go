package doctor

import (
	"errors"
	"fmt"

	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/sshkey"
)

var errLost = errors.New("the repair would lose something")

// nothingLost is the proof: every entry that sshd took is there still, with its
// options and its comment, and every comment line. Of an entry with another key in its
// comment, which gets a line of its own, the comment need not stay.
func nothingLost(before, after []byte) error {
	have, entries := map[string]int{}, map[string]bool{}
	for l := range authkeys.Lines(after) {
		have[record(l)]++
		if l.Kind == authkeys.Entry {
			entries[entryOf(l.Key)] = true
		}
	}
	for l := range authkeys.Lines(before) {
		if passedOver(l) && (l.Kind != authkeys.Entry || entries[entryOf(l.Key)]) || continues(l, before) {
			continue
		}
		r := record(l)
		if have[r]--; have[r] < 0 && r != "" {
			return sshkey.WithHint(fmt.Errorf("%w (line %d); nothing was changed", errLost, l.Number), "mend the file by hand; keyconv normalize shows what it reads")
		}
	}
	return nil
}

// continues reports whether a comment line is a key that was broken in two: the
// next line is none that sshd takes.
func continues(l authkeys.Line, data []byte) bool {
	if l.Kind != authkeys.Comment {
		return false
	}
	rest := data[l.Offset+lineLen(data[l.Offset:]):]
	return len(rest) > 0 && authkeys.LineOf(1, 0, rest[:lineLen(rest)]).Kind == authkeys.Bad
}

// record is what must not be lost of a line.
func record(l authkeys.Line) string {
	switch l.Kind {
	case authkeys.Entry:
		return entryOf(l.Key) + " " + l.Key.Comment
	case authkeys.Comment:
		return string(l.Text)
	}
	return ""
}

// entryOf is a key with its options.
func entryOf(k *sshkey.Key) string { return authkeys.RawOptions(k.Options) + " " + k.Public.String() }
