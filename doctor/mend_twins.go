package doctor

import (
	"encoding/base64"

	"github.com/keyconv/keyconv/repair"
	"github.com/keyconv/keyconv/sshkey"
)

// A twin is a key that would be repaired while another line of it, with options, is not:
// sshd, which lets the key in by neither, would let it in without the options.

// leave takes note of lines that stay as they are.
func (m *mending) leave(raw []byte) {
	if repair.NamesOption(raw) {
		m.left = append(m.left, raw...)
	}
}

// window is how many characters of the base64 of a key are looked for: no two keys have
// as many in common by chance.
const window = 8

// twins are the repaired keys of which something stands in such lines.
func (m *mending) twins() map[sshkey.PublicKey]bool {
	if len(m.left) == 0 {
		return nil
	}
	left := map[string]bool{}
	for text := base64Of(m.left); len(text) >= window; text = text[1:] {
		left[string(text[:window])] = true
	}
	twins := map[sshkey.PublicKey]bool{}
	for _, r := range m.out.Regions {
		for _, k := range r.keys {
			text := base64.StdEncoding.EncodeToString(k.Public.Blob())
			for text = text[len(text)*2/3:]; len(text) >= window; text = text[1:] { // the start is that of all keys of the type
				if left[text[:window]] {
					twins[k.Public] = true
					break
				}
			}
		}
	}
	return twins
}

// base64Of leaves out what is no character of base64, such as line ends in a key.
func base64Of(text []byte) (list []byte) {
	for _, c := range text {
		if 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '+' || c == '/' || c == '=' {
			list = append(list, c)
		}
	}
	return list
}
