package repair

import (
	"bytes"
	"strings"
	"sync"

	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/internal/lazyre"
)

// A line that is cut short may end in the name of an option, or of the field in which a
// program keeps one: its value is lost, and that there was one is not.

// fieldNames are the names of options, sshd's own and those that programs give them, with -
// for all their signs.
var fieldNames = sync.OnceValue(func() map[string]bool {
	names := map[string]bool{"forced-command": true, "key-options": true, "ssh-options": true, "options": true,
		"source-address": true, "expiry-date": true, "permit-open": true, "permit-listen": true}
	for _, o := range authkeys.Options() {
		names[o.Name] = true
	}
	return names
})

// optionHeads are the starts of the names of options, with - for all their signs: up to the
// first letter behind a sign at least, for in front of it stand words such as user and port;
// of names that are words leastHead letters, and more where other words begin like that.
var optionHeads = sync.OnceValue(func() map[string]bool {
	heads := map[string]bool{}
	for name := range fieldNames() {
		least := leastHead
		if sign := strings.IndexByte(name, '-'); sign > 0 {
			least = sign + 2
		}
		for i := least; i <= len(name); i++ {
			heads[name[:i]] = !ordinary[name[:i]]
		}
	}
	return heads
})

const leastHead = 4

// ordinary are starts of comment, permissions and optional, and a word.
var ordinary = map[string]bool{"comm": true, "perm": true, "permi": true, "permit": true, "opti": true, "rest": true}

// isHead reports whether a word is such a start.
func isHead(word []byte) bool {
	if len(word) < leastHead || len(word) > longestOption {
		return false
	}
	return optionHeads()[strings.ToLower(strings.ReplaceAll(string(word), "_", "-"))]
}

// cutField reports whether one of the lines is the start of an option's name, or of the name
// of a field with one, and no value. A word has a place where fields stand, and no colon:
// that is the list of a service's variables.
func cutField(b []byte) bool {
	for line := range bytes.Lines(b) {
		m := loneName.FindSubmatch(line)
		if m != nil && (len(m[1]) > 0 && len(m[3]) == 0 && isHead(m[2]) || endsInHead(m[2])) {
			return true
		}
	}
	return false
}

// endsInHead reports whether a word is such a start and no word of a sentence.
func endsInHead(word []byte) bool { return bytes.ContainsAny(word, "-_") && isHead(word) }

// loneName matches a line of one word: what stands in front of it, the word, and what parts
// it from a value.
var loneName = lazyre.New("^([> \\t]*(?:- )?[ \\t]*[\"'`]?)([A-Za-z][\\w-]*)[\"'`]?[ \\t]*([:=]?)[ \\t]*[\\r\\n]*$")

// cutMember reports whether what stands behind a key ends in such a start, as the name of
// the next member of JSON.
func cutMember(rest []byte) bool {
	m := lastMember.FindSubmatch(rest)
	return m != nil && isHead(m[1])
}

// lastMember matches what is left of a member's name at the end of a line.
var lastMember = lazyre.NewNeeding(`[,{][ \t]*\\?["']([A-Za-z][\w-]{3,})[ \t.…]*$`, ",", "{")
