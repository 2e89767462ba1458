package transit

import (
	"bytes"
	"fmt"

	"github.com/keyconv/keyconv/internal/armor"
	"github.com/keyconv/keyconv/internal/lazyre"
)

const ppkMagic = "PuTTY-User-Key-File-"

const b64 = `([A-Za-z0-9+/=\s>|\\]+?)`

// ppkShape is a PPK whatever stands for its line ends.
var ppkShape = lazyre.New(`(?s)^PuTTY-User-Key-File-([123]): (\S+)\s.*?Encryption: (\S+)\s.*?Comment:(.*?)\s+Public-Lines: \d+\s` + b64 +
	`(?:Key-Derivation: (\S+)\s.*?Argon2-Memory: (\d+)\s.*?Argon2-Passes: (\d+)\s.*?Argon2-Parallelism: (\d+)\s.*?Argon2-Salt: ([0-9A-Fa-f]+)\s[\s>|]*)?` +
	`Private-Lines: \d+\s` + b64 + `Private-(MAC|Hash): ([0-9a-f]+)`)

// ppk lays a PPK that begins at offset i out anew. Its MAC covers everything
// that could have changed on the way, so a wrong guess at the comment's spaces
// is found out.
func (m *mender) ppk(i int) bool {
	f := ppkShape.FindSubmatch(m.text[i:])
	if f == nil {
		return false
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "%s%s: %s\nEncryption: %s\nComment: %s\n", ppkMagic, f[1], f[2], f[3], bytes.TrimPrefix(f[4], []byte(" ")))
	if !blobLines(&out, "Public-Lines", f[5]) {
		return false
	}
	if len(f[6]) > 0 {
		fmt.Fprintf(&out, "Key-Derivation: %s\nArgon2-Memory: %s\nArgon2-Passes: %s\nArgon2-Parallelism: %s\nArgon2-Salt: %s\n", f[6], f[7], f[8], f[9], f[10])
	}
	if !blobLines(&out, "Private-Lines", f[11]) {
		return false
	}
	fmt.Fprintf(&out, "Private-%s: %s\n", f[12], f[13])
	if i > 0 {
		m.repaired(0, "text-before", "there was text in front of the key")
	}
	m.layout(m.text[i:], out.Bytes())
	m.around(body{}) // PuTTY's programs read no further than the MAC
	m.text = out.Bytes()
	return true
}

func blobLines(out *bytes.Buffer, name string, text []byte) bool {
	data, ok := decode(text)
	lines := armor.Wrap(data, 64)
	fmt.Fprintf(out, "%s: %d\n%s", name, bytes.Count(lines, []byte("\n")), lines)
	return ok
}
