package fuzz

import (
	"bytes"
	"slices"
	"strings"
)

// A program is the input of a structured target: bytes that say what is done
// to a container. Behind its end are zeros.
type program struct{ rest []byte }

func (p *program) byte() int {
	if len(p.rest) == 0 {
		return 0
	}
	b := p.rest[0]
	p.rest = p.rest[1:]
	return int(b)
}

func (p *program) word() int { return p.byte() | p.byte()<<8 }

func (p *program) bytes(n int) []byte {
	n = min(n, len(p.rest))
	b := p.rest[:n:n]
	p.rest = p.rest[n:]
	return bytes.Clone(b)
}

const (
	maxSteps = 12
	maxTree  = 1 << 18 // bytes of a mutated container
	maxNest  = 200
)

// run mutates a tree.
func (p *program) run(root *node) {
	for range maxSteps {
		if len(p.rest) == 0 {
			return
		}
		p.step(root)
	}
}

func (p *program) step(root *node) {
	all := root.all()
	op, at := p.byte()%len(operations), p.word()%len(all)
	operations[op](p, all, all[at])
	if size(root) > maxTree { // a runaway: everything was copied into itself
		root.kids, root.data = nil, nil
	}
}

func size(n *node) (bytes int) {
	for _, k := range n.all() {
		bytes += len(k.data) + 8
	}
	return bytes
}

// operations are the mutations. all[0] is the root.
var operations = []func(p *program, all []*node, n *node){
	func(p *program, _ []*node, n *node) { // a length that is not true
		v, relative := p.number(), p.byte()&1 == 0
		n.lie = func(truth uint64) uint64 {
			if relative {
				return truth + v
			}
			return v
		}
	},
	func(p *program, _ []*node, n *node) { n.set(p.value()) },
	func(p *program, _ []*node, n *node) { // a bit
		if n.kids == nil && len(n.data) > 0 {
			n.data = bytes.Clone(n.data)
			n.data[p.word()%len(n.data)] ^= 1 << (p.byte() & 7)
		}
	},
	func(p *program, _ []*node, n *node) { // shorter
		if n.kids == nil && len(n.data) > 0 {
			n.data = n.data[:p.word()%len(n.data)]
		}
	},
	func(p *program, _ []*node, n *node) { // longer
		if n.kids == nil {
			n.data = slices.Concat(n.data, p.value())
		}
	},
	func(p *program, _ []*node, n *node) { // zeros in front
		if n.kids == nil {
			n.data = slices.Concat(make([]byte, 1+p.byte()%16), n.data)
		}
	},
	func(p *program, all []*node, n *node) { // delete a child
		if len(n.kids) > 1 {
			i := p.byte() % len(n.kids)
			n.kids = slices.Delete(slices.Clone(n.kids), i, i+1)
		}
	},
	func(p *program, all []*node, n *node) { // a child twice
		if len(n.kids) > 0 {
			k := n.kids[p.byte()%len(n.kids)]
			n.kids = slices.Insert(slices.Clone(n.kids), p.byte()%(len(n.kids)+1), slices.Repeat([]*node{k.clone()}, 1+p.byte()%8)...)
		}
	},
	func(p *program, all []*node, n *node) { // swap two
		if len(n.kids) > 1 {
			i, j := p.byte()%len(n.kids), p.byte()%len(n.kids)
			n.kids[i], n.kids[j] = n.kids[j], n.kids[i]
		}
	},
	func(p *program, all []*node, n *node) { // the content of another
		if other := all[p.word()%len(all)]; n != all[0] {
			n.set(other.content())
		}
	},
	func(p *program, all []*node, n *node) { // itself in itself
		for range p.byte() % maxNest {
			if n.length == bare {
				return
			}
			inner := *n
			*n = node{length: n.length, tag: n.tag, name: n.name, kids: []*node{&inner}}
		}
	},
	func(p *program, all []*node, n *node) { // lengths and tags of DER
		n.tag ^= byte(p.byte())
		n.long = p.byte()%6 - 1
	},
	func(p *program, all []*node, n *node) { // a number of 32 bits
		if n.kids == nil {
			n.data = u32Bytes(uint32(p.number()))
		}
	},
}

func u32Bytes(v uint32) []byte { return []byte{byte(v >> 24), byte(v >> 16), byte(v >> 8), byte(v)} }

func (n *node) set(data []byte) { n.kids, n.data, n.auto = nil, data, nil }

var numbers = []uint64{0, 1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x10000,
	1 << 20, 1 << 24, 0x7fffffff, 0x80000000, 0xffffffff, 1 << 32, 1<<63 - 1, 1 << 63, 1<<64 - 1, 1<<64 - 2, 1<<64 - 4, 1<<64 - 8}

func (p *program) number() uint64 {
	if i := p.byte(); i < 2*len(numbers) {
		return numbers[i/2]
	}
	return uint64(p.word())
}

// values are what a field may not expect.
var values = []string{"", "\x00", "\xff", "\x80", "\x00\x80", "\x01", "\x00\x00\x00\x00", "\xff\xff\xff\xff", "1", "0", "-1", "+1", "4294967295", "4294967296",
	"99999999999999999999999", "none", "bcrypt", "aes256-cbc", "aes256-ctr", "aes256-gcm@openssh.com", "chacha20-poly1305@openssh.com", "3des-cbc",
	"ssh-rsa", "rsa-sha2-512", "ssh-dss", "ssh-ed25519", "ssh-ed448", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp521", "nistp256", "nistp384", "sk-ssh-ed25519@openssh.com",
	"sk-ecdsa-sha2-nistp256@openssh.com", "ssh-rsa-cert-v01@openssh.com", "ssh-ed25519-cert-v01@openssh.com", "ssh-mldsa44-ed25519@openssh.com", "ssh-unknown@example.com",
	"Argon2id", "Argon2d", "RSA", "EC", "OKP", "oct", "P-256", "Ed25519", "X25519",
	"line\nend", "line\r\nend", "nul\x00", "\x1b[2J", "\u202e", "\u2028", "\u0085", "\xff\xfe", "ssh:", "a,b", strings.Repeat("A", 300), strings.Repeat("\x00", 300),
	strings.Repeat("\xff", 2049), strings.Repeat("\x7f", 32), strings.Repeat("\x04", 65), strings.Repeat("\x01", 57)}

func (p *program) value() []byte {
	if i := p.byte(); i < 3*len(values) {
		return []byte(values[i/3])
	}
	return p.bytes(p.byte())
}
