package transit

import (
	"bytes"
	"encoding/base64"
	"unicode/utf16"

	"github.com/keyconv/keyconv/internal/lazyre"
)

// charset undoes UTF-16 and takes off a byte order mark.
func (m *mender) charset() {
	switch {
	case bytes.HasPrefix(m.text, []byte("\xff\xfe")), len(m.text) > 3 && m.text[0] != 0 && m.text[1] == 0 && m.text[3] == 0:
		m.utf16(0, 1)
	case bytes.HasPrefix(m.text, []byte("\xfe\xff")), len(m.text) > 3 && m.text[0] == 0 && m.text[1] != 0 && m.text[2] == 0:
		m.utf16(1, 0)
	}
	if rest, ok := bytes.CutPrefix(m.text, []byte("\ufeff")); ok {
		m.text = rest
		if len(m.findings) == 0 {
			m.repaired(0, "byte-order-mark", "a byte order mark stood in front of the key")
		}
	}
}

func (m *mender) utf16(low, high int) {
	units := make([]uint16, 0, len(m.text)/2)
	for i := 0; i+1 < len(m.text); i += 2 {
		units = append(units, uint16(m.text[i+low])|uint16(m.text[i+high])<<8)
	}
	m.text = []byte(string(utf16.Decode(units)))
	m.repaired(0, "utf-16", "the text was UTF-16, as PowerShell's > and Notepad's \"Unicode\" write it")
}

// marks are what a private key file has in it, in clear.
var marks = lazyre.New(ppkMagic + `|PRIVATE KEY`)

// fileInBase64 undoes base64 of the whole file, which CI systems are fed to
// get the line ends through; once or twice.
func (m *mender) fileInBase64() {
	for range 2 {
		if marks.Match(m.text) {
			return
		}
		packed := bytes.Join(bytes.Fields(bytes.Trim(bytes.TrimSpace(m.text), `"'`)), nil)
		inner, err := base64.StdEncoding.DecodeString(string(packed))
		if err != nil || !marks.Match(inner) && !looksLikeBase64(inner) {
			return
		}
		m.repaired(0, "base64-of-file", "the whole file was in base64")
		m.text = inner
	}
}

func looksLikeBase64(b []byte) bool {
	packed := bytes.Join(bytes.Fields(b), nil)
	_, err := base64.StdEncoding.DecodeString(string(packed))
	return err == nil && len(packed) > 100
}

var escaped = lazyre.New(`(?:\\+r)?\\+n`)

// escapes puts line ends in the place of \n, \r\n and \\n.
func (m *mender) escapes() {
	if i := escaped.FindIndex(m.text); i != nil {
		m.repaired(m.at(i[0]), "escaped-newlines", "line ends were written as \\n")
		m.text = escaped.ReplaceAll(m.text, []byte("\n"))
	}
}

var mailQuote = lazyre.New(`(?m)^[ \t]*>[> \t]*`)

// unquote takes mail's > off, where every line has it.
func (m *mender) unquote() {
	marked := mailQuote.FindAllIndex(m.text, -1)
	if len(marked) > 1 && len(marked) >= bytes.Count(bytes.TrimSpace(m.text), []byte("\n"))+1 {
		m.repaired(m.at(marked[0][0]), "mail-quoted", "every line had a > in front")
		m.text = mailQuote.ReplaceAll(m.text, nil)
	}
}
