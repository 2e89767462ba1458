package keyconv_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/authkeys"
)

// TestPrivateInComment: where line ends were lost, a private key stands in the comment
// of a public one. It is printed by nothing that is given away.
func TestPrivateInComment(t *testing.T) {
	line := strings.TrimSpace(string(read("rsa2048/id.pub")))
	for _, name := range []string{"openssh", "openssh-aes256-ctr", "private-pem", "private-pem-encrypted", "private-pkcs8", "private-sshcom", "plain.ppk", "argon2id.ppk"} {
		file := string(read("rsa2048/" + name))
		whole := strings.Fields(file)
		for _, words := range [][]string{whole, whole[:len(whole)-6], whole[:len(whole)/2], whole[1:], whole[2:], nil} {
			for _, options := range []string{"", "restrict "} {
				text := options + line + " " + strings.Join(words, " ") + "\n"
				if words == nil { // the line ends as text
					words, text = whole, options+line+strings.ReplaceAll("\n"+file, "\n", `\n`)+"\n"
				}
				given(t, name, words, text, func() []byte {
					n, err := keyconv.Normalize([]byte(text))
					if err != nil || len(n.Keys) == 0 {
						return nil
					}
					return n.Text
				})
				given(t, name, words, text, func() []byte {
					res, err := keyconv.Convert([]byte(text), authkeys.Name, nil)
					if err != nil {
						return nil
					}
					return res.Data
				})
			}
		}
	}
}

// given looks for pieces of a private key in what is given away.
func given(t *testing.T, name string, words []string, text string, give func() []byte) {
	t.Helper()
	out := give()
	for _, w := range words {
		if len(w) > 48 && bytes.Contains(out, []byte(w)) && !strings.Contains(string(read("rsa2048/id.pub")), w[8:40]) {
			t.Errorf("%s, from %.30q on: %.1000q\n gives %.1000q", name, words[0], text, out)
			return
		}
	}
}
