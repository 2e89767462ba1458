package doctor

import (
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

// twins are the repaired keys of which something stands in such lines.
func (m *mending) twins() map[sshkey.PublicKey]bool {
	twins := map[sshkey.PublicKey]bool{}
	if len(m.left) == 0 {
		return twins
	}
	left := repair.TracesOf(m.left)
	for _, r := range m.out.Regions {
		for _, k := range r.keys {
			if left.Of(k.Public) > 0 {
				twins[k.Public] = true
			}
		}
	}
	return twins
}
