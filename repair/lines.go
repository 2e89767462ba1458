package repair

import (
	"bytes"
	"encoding/base64"
	"strings"
	"sync"

	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/sshkey"
)

// authkeys says of every line why it is no entry. Of damaged lines nobody asks,
// and the answer costs as much as the repair: most of them are known for no
// entry by how they begin.

// lineOf is authkeys.LineOf, but for the error of some lines.
func lineOf(number, offset int, raw []byte) authkeys.Line {
	text := bytes.TrimSuffix(bytes.TrimSuffix(raw, []byte("\n")), []byte("\r"))
	start := bytes.TrimLeft(text, " \t")
	if len(start) > 0 && start[0] != '#' && !mayBeEntry(start) {
		return authkeys.Line{Number: number, Offset: offset, Text: text, Kind: authkeys.Bad}
	}
	return authkeys.LineOf(number, offset, raw)
}

// mayBeEntry is false only for what sshd does not read as an entry. A line
// begins with a key or with options, after which anything may come.
func mayBeEntry(line []byte) bool {
	return beginsOptions(line) || beginsKey(line) || bytes.IndexByte(line, 0) >= 0
}

// beginsKey reports whether a line may begin with a type and the base64 of a key
// of that type.
func beginsKey(line []byte) bool {
	n := bytes.IndexAny(line, " \t")
	if n < 0 {
		return false
	}
	word, field := line[:n], bytes.TrimLeft(line[n:], " \t")
	if n := bytes.IndexAny(field, " \t"); n >= 0 {
		field = field[:n]
	}
	if bytes.ContainsAny(field, "\v\f\r") {
		return true // sshd skips these
	}
	var head [48]byte
	n, _ = base64.StdEncoding.Decode(head[:], field[:min(len(field), 64)/4*4])
	return fits(string(word), head[:n], base64.StdEncoding.DecodedLen(len(field)))
}

// fits reports whether a blob of at most size bytes that begins with head may
// be one of the type that word says.
func fits(word string, head []byte, size int) bool {
	for _, k := range keyTypes {
		if !bytes.HasPrefix(head, []byte("\x00\x00\x00"+string(rune(len(k.name)))+k.name)) {
			continue
		}
		need, _, ok := k.total(head)
		return sshkey.SameAlgorithm(word, k.name) && (!ok || need <= size)
	}
	return bytes.HasPrefix(head, []byte{0, 0, 0}) // another type
}

// beginsOptions reports whether text begins with the name of an option, or with
// the comma behind none.
func beginsOptions(text []byte) bool {
	n := 0
	for n < len(text) && (isAlnum(text[n]) || text[n] == '-') {
		n++
	}
	if n == 0 {
		return len(text) > 0 && text[0] == ','
	}
	return n <= longestOption && optionNames()[strings.ToLower(string(text[:n]))]
}

const longestOption = 24

var optionNames = sync.OnceValue(func() map[string]bool {
	names := map[string]bool{}
	for _, o := range authkeys.Options() {
		names[o.Name] = true
	}
	return names
})
