package transit

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/keyconv/keyconv/internal/armor"
	"github.com/keyconv/keyconv/internal/lazyre"
)

var (
	// label is what BEGIN and END lines have in common, whatever became of
	// their dashes, of BEGIN itself, and of the spaces: a line may be broken anywhere.
	label = lazyre.New(`(?:(?:` + spelled("OPENSSH|RSA|DSA|EC|EdDSA|ENCRYPTED|SSH2ENCRYPTED") + `)\s*)?` + spelled("PRIVATEKEY"))
	begin = lazyre.New(`[-–—‑―_\s]*(?:BEGIN|EGIN|GIN|IN|N)?[\s_]*$`)
	end   = lazyre.New(`[-–—‑―_\s]*\b` + spelled("END") + `[\s_]*$`)
	rule  = lazyre.New(`^[-–—‑―_\s]*`)
	// headers of RFC 1421 and of ssh.com's files, also where all is one line. The cipher
	// says how long the initialization vector is, where base64 stands directly behind it.
	dekInfo = lazyre.New(spelled("Proc-Type:4,ENCRYPTED") + `[\s>|_#]*` + spelled("DEK-Info:") + `\s*` +
		`(` + spelled("AES-") + `[A-Z0-9\s-]+,(?:[\s>|]*[0-9A-Fa-f]){32}|` +
		`(?:` + spelled("DES|RC2") + `)\s*-[A-Z0-9\s-]+,(?:[\s>|]*[0-9A-Fa-f]){16}|[A-Z0-9-]+,[0-9A-Fa-f]+(?:\s|$))`)
	sshComment = lazyre.New(`(?s)Comment:\s*"(.*?)"\s`)
)

// spelled is a pattern for words with white space anywhere in them.
func spelled(words string) string {
	return strings.ReplaceAll(strings.Join(strings.Split(words, ""), `\s*`), `\s*|\s*`, "|")
}

// A body is what stands between BEGIN and END, and what they said.
type body struct {
	text       []byte
	label      string
	begin, end bool   // the line was there
	front      []byte // the text in front of the BEGIN line
	behind     []byte // the text behind the END line
}

// block lays a BEGIN/END block out anew, under the label that its content has.
func (m *mender) block() bool {
	if bytes.Contains(m.text, []byte("PUBLIC KEY")) {
		return false
	}
	b := m.cut()
	headers, rest := b.headers()
	if strings.HasPrefix(b.label, "SSH2") && !bytes.ContainsAny(b.text, " \t\r\n") {
		return false // nor has its comment any, which nothing checks
	}
	data, ok := decode(rest)
	if !ok {
		return false
	}
	name := nameOf(data, b.label, len(headers) > 0)
	if name == "" {
		return false
	}
	style, width := armor.PEM, 64
	switch name {
	case "OPENSSH PRIVATE KEY":
		width = 70
	case "SSH2 ENCRYPTED PRIVATE KEY":
		style, width = armor.SSH2, 70
	}
	out := armor.Encode(style, name, headers, data, width)
	m.explain(b, name)
	m.layout(b.text, out)
	m.around(b)
	m.text = out
	return true
}

// cut finds the labels and takes what is between them.
func (m *mender) cut() body {
	found := label.FindAllIndex(m.text, 3)
	if len(found) == 0 {
		return body{text: m.bare()}
	}
	first := found[0]
	b := body{label: labelOf(m.text[first[0]:first[1]])}
	before, after := m.text[:first[0]], m.text[first[1]:]
	if at := end.FindIndex(before); at != nil {
		b.text, b.end = before[:at[0]], true
		return b
	}
	b.front = before[:len(before)-len(begin.Find(before))]
	b.begin = begin.Match(before) && bytes.HasSuffix(bytes.TrimRight(before, " _\t\r\n"), []byte("BEGIN"))
	after = after[len(rule.Find(after)):]
	b.text = after
	if next := label.FindIndex(after); next != nil {
		if at := end.FindIndex(after[:next[0]]); at != nil {
			b.text, b.end = after[:at[0]], true
			b.behind = after[next[1]:]
		}
	}
	return b
}

// labelOf is a label with one space between its words.
func labelOf(found []byte) string {
	words := strings.TrimSuffix(string(noSpace(found)), "PRIVATEKEY")
	if words == "SSH2ENCRYPTED" {
		words = "SSH2 ENCRYPTED"
	}
	return strings.TrimSpace(words + " PRIVATE KEY")
}

// noSpace takes white space out, and the marks of mail and YAML at line starts.
func noSpace(text []byte) []byte {
	return bytes.Map(func(r rune) rune {
		if strings.ContainsRune(" \t\r\n>|", r) {
			return -1
		}
		return r
	}, text)
}

// bareBody matches the base64 of a key without BEGIN and END, in one piece.
var bareBody = lazyre.New(`(?:b3BlbnNzaC1rZXktdjE|M[A-Z])[A-Za-z0-9+/]{60,}={0,2}`)

// bare is the only such piece of a text, or all of it.
func (m *mender) bare() []byte {
	if all := bareBody.FindAllIndex(m.text, 2); len(all) == 1 && holdsSign(m.text[:all[0][0]]) {
		return m.text[all[0][0]:all[0][1]]
	}
	return m.text
}

// holdsSign reports whether something stands there that is no base64 and no space.
func holdsSign(front []byte) bool {
	return bytes.ContainsAny(front, ":={([\"'<")
}

// headers takes the headers out of the text.
func (b body) headers() (headers []string, rest []byte) {
	if h := dekInfo.FindSubmatchIndex(b.text); h != nil {
		info := string(noSpace(b.text[h[2]:h[3]]))
		return []string{"Proc-Type: 4,ENCRYPTED", "DEK-Info: " + info, ""}, b.text[h[1]:]
	}
	if h := sshComment.FindSubmatchIndex(b.text); h != nil && strings.HasPrefix(b.label, "SSH2") {
		comment := strings.ReplaceAll(string(b.text[h[2]:h[3]]), "\\\n", "")
		return []string{fmt.Sprintf("Comment: \"%s\"", comment)}, b.text[h[1]:]
	}
	return nil, b.text
}

// decode takes base64 out of its lines: white space, quotes, the marks of mail and YAML, a
// backslash at a line end, soft hyphens and the signs that stand for line ends where none
// may (in a list, or a variable) go; anything else that is not base64 is no wrapping.
func decode(text []byte) ([]byte, bool) {
	packed := bytes.Map(func(r rune) rune {
		if strings.ContainsRune(" \t\r\n\v\f>|\"'`\\,;_#\u00a0\u00ad\u200b", r) {
			return -1
		}
		return r
	}, text)
	packed = bytes.TrimRight(packed, "=")
	data, err := base64.RawStdEncoding.Strict().DecodeString(string(packed))
	return data, err == nil && len(data) > 0
}

// nameOf tells the label by the content; what the label said counts only where
// the content is encrypted in the old way and shows nothing.
func nameOf(data []byte, said string, dek bool) string {
	switch {
	case dek && strings.HasSuffix(said, " PRIVATE KEY") && said != "ENCRYPTED PRIVATE KEY":
		return said
	case dek:
		return "" // RSA, DSA or EC: nothing tells
	case bytes.HasPrefix(data, []byte("openssh-key-v1\x00")):
		return "OPENSSH PRIVATE KEY"
	case bytes.HasPrefix(data, []byte{0x3f, 0x6f, 0xf9, 0xeb}):
		return "SSH2 ENCRYPTED PRIVATE KEY"
	}
	return nameOfDER(data)
}

// nameOfDER looks at the first elements inside the outer SEQUENCE, whose length
// must be that of data.
func nameOfDER(data []byte) string {
	inside, ok := sequence(data)
	if !ok {
		return ""
	}
	switch {
	case bytes.HasPrefix(inside, []byte{0x30}):
		return nameBehind(inside)
	case bytes.HasPrefix(inside, []byte{2, 1, 0, 0x30}), bytes.HasPrefix(inside, []byte{2, 1, 1, 0x30}):
		return "PRIVATE KEY"
	case bytes.HasPrefix(inside, []byte{2, 1, 1, 4}):
		return "EC PRIVATE KEY"
	case bytes.HasPrefix(inside, []byte{2, 1, 0, 2}):
		if integers(inside) == 6 {
			return "DSA PRIVATE KEY"
		}
		return "RSA PRIVATE KEY"
	case bytes.HasPrefix(inside, []byte{2}) && integers(inside) == 2:
		return "RSA PUBLIC KEY"
	}
	return ""
}

// nameBehind goes by what stands behind the SEQUENCE that inside begins with.
func nameBehind(inside []byte) string {
	first, rest, ok := element(inside)
	switch {
	case ok && bytes.HasPrefix(rest, []byte{3}):
		return "PUBLIC KEY"
	case ok && bytes.HasPrefix(rest, []byte{0x30}) && bytes.HasPrefix(first, []byte{0xa0}): // its version
		return "CERTIFICATE"
	case ok && bytes.HasPrefix(rest, []byte{0x30}):
		return "CERTIFICATE REQUEST"
	}
	return "ENCRYPTED PRIVATE KEY"
}

func sequence(b []byte) (inside []byte, ok bool) {
	if len(b) < 2 || b[0] != 0x30 {
		return nil, false
	}
	inside, rest, ok := element(b)
	return inside, ok && len(rest) == 0
}

// element takes a DER element off b: lengths up to four bytes.
func element(b []byte) (content, rest []byte, ok bool) {
	if len(b) < 2 {
		return nil, nil, false
	}
	n, head := int(b[1]), 2
	if n >= 0x80 {
		head += n - 0x80
		if n == 0x80 || head > 6 || len(b) < head {
			return nil, nil, false
		}
		var v [4]byte
		copy(v[6-head:], b[2:head])
		n = int(binary.BigEndian.Uint32(v[:]))
	}
	if n < 0 || n > len(b)-head {
		return nil, nil, false
	}
	return b[head : head+n], b[head+n:], true
}

func integers(b []byte) (n int) {
	for len(b) > 0 && b[0] == 2 {
		_, rest, ok := element(b)
		if !ok {
			break
		}
		b = rest
		n++
	}
	return n
}
