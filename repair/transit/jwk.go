package transit

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/keyconv/keyconv/internal/lazyre"
)

// fence matches the lines that a page puts around a block of code.
var fence = lazyre.New("^```[a-z]*[ \t]*\r?\n|\r?\n[ \t]*```$")

// escapedQuote undoes what a string of JSON or of a shell makes of quotes.
var escapedQuote = strings.NewReplacer(`\"`, `"`)

// jwk takes a private JSON Web Key out of quotes and out of a block of code. Nothing else
// may stand around it, and between its braces nothing is changed but escaped quotes.
func (m *mender) jwk() bool {
	text := bytes.TrimSpace(fence.ReplaceAll(bytes.TrimSpace(m.text), nil))
	text = bytes.TrimSpace(bytes.Trim(text, `"'`))
	if bytes.HasPrefix(text, []byte("{")) && !json.Valid(text) {
		text = []byte(escapedQuote.Replace(string(text)))
		if bytes.IndexByte(text, '\\') >= 0 { // what it stands for depends on how often it was escaped
			return false
		}
	}
	if !bytes.HasPrefix(text, []byte("{")) || !bytes.Contains(text, []byte(`"kty"`)) || !bytes.Contains(text, []byte(`"d"`)) || !json.Valid(text) {
		return false
	}
	if len(m.findings) == 0 {
		m.repaired(0, "layout", "quotes or lines stood around the key")
	}
	m.text = text
	return true
}
