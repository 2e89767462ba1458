package repair

import (
	"bytes"
	"slices"
	"strings"
	"sync"

	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/internal/lazyre"
)

// A line that is cut short may end in the name of an option, or of the field in which a
// program keeps one: its value is lost, and that there was one is not.

// fieldNames are names that programs give to options, beside sshd's own.
var fieldNames = []string{"forced_command", "key_options", "ssh_options", "source_address", "expiry_date", "permit_open", "permit_listen"}

// optionHeads are the starts of the names of options, from leastHead letters on. True are
// those that are no words: they go on behind a sign.
var optionHeads = sync.OnceValue(func() map[string]bool {
	names := slices.Clone(fieldNames)
	for _, o := range authkeys.Options() {
		names = append(names, o.Name, strings.ReplaceAll(o.Name, "-", "_"))
	}
	heads := map[string]bool{}
	for _, name := range names {
		sign := strings.IndexAny(name, "-_")
		for i := leastHead; i <= len(name); i++ {
			heads[name[:i]] = sign > 0 && i > sign+1
		}
	}
	return heads
})

// So many letters at least are the start of a name, and of one that stands alone and may be
// a word.
const leastHead, leastWord = 4, 7

// cutField reports whether one of the lines is the start of an option's name, or of the name
// of a field with one, and nothing else.
func cutField(b []byte) bool {
	for line := range bytes.Lines(b) {
		word := bytes.Trim(line, "> \t\r\n\"':=")
		if len(word) < leastHead || len(word) > longestOption {
			continue
		}
		if noWord, is := optionHeads()[strings.ToLower(string(word))]; noWord || is && len(word) >= leastWord && aField.Match(line) {
			return true
		}
	}
	return false
}

// aField matches a word that stands where the fields of a record do, and has no colon
// behind it, as the list of a service's variables has.
var aField = lazyre.New(`^(?:[ \t]+|["'])[\w-]+["']?[ \t]*[\r\n]*$`)

// cutMember reports whether a line of JSON ends in the name of a member that was one of
// those.
func cutMember(rest []byte) bool {
	m := lastMember.FindSubmatch(rest)
	if m == nil {
		return false
	}
	_, is := optionHeads()[strings.ToLower(string(m[1]))]
	return is
}

// lastMember matches what is left of a member's name at the end of a line.
var lastMember = lazyre.NewNeeding(`[,{][ \t]*["']([A-Za-z_-]{4,})$`, ",", "{")
