package fuzz

import (
	"encoding/binary"
	"math/bits"
)

// A node is a part of a container: bytes, or nodes end to end, behind a length
// in one of the spellings that the containers have. A mutated tree is written
// with its outer layers whole: encrypted, with its MAC, in base64.
type node struct {
	name   string // of a line of a PPK, of a member of a JWK
	length lengthKind
	tag    byte // of DER
	data   []byte
	kids   []*node
	auto   func() []byte             // the data, where it depends on other nodes
	sealed func(plain []byte) []byte // encryption
	lie    func(uint64) uint64       // what the length says in place of the truth
	long   int                       // superfluous bytes in a length of DER
	busy   bool
}

type lengthKind uint8

const (
	bare   lengthKind = iota
	u32               // RFC 4251 string
	bits16            // SSH-1: 16 bits that count bits
	bits32            // ssh.com: 32 bits that count bits
	tlv               // DER
)

// content is what stands behind the length.
func (n *node) content() []byte {
	if n.busy { // a mutation has put it into itself
		return nil
	}
	n.busy = true
	defer func() { n.busy = false }()
	body := n.data
	switch {
	case n.kids != nil:
		body = nil
		for _, k := range n.kids {
			body = append(body, k.bytes()...)
		}
	case n.auto != nil && body == nil:
		body = n.auto()
	}
	if n.sealed != nil {
		body = n.sealed(body)
	}
	return body
}

func (n *node) bytes() []byte {
	body := n.content()
	return append(n.head(body), body...)
}

// count is what the length says.
func (n *node) count(v uint64) uint64 {
	if n.lie != nil {
		return n.lie(v)
	}
	return v
}

func (n *node) head(body []byte) []byte {
	switch n.length {
	case u32:
		return binary.BigEndian.AppendUint32(nil, uint32(n.count(uint64(len(body)))))
	case bits16:
		return binary.BigEndian.AppendUint16(nil, uint16(n.count(bitLen(body))))
	case bits32:
		return binary.BigEndian.AppendUint32(nil, uint32(n.count(bitLen(body))))
	case tlv:
		return append([]byte{n.tag}, derLength(n.count(uint64(len(body))), n.long)...)
	}
	return nil
}

func bitLen(number []byte) uint64 {
	if len(number) == 0 {
		return 0
	}
	return uint64(8*(len(number)-1) + bits.Len8(number[0]))
}

// derLength is X.690 section 8.1.3; long adds zeros in front, and a negative
// one makes the length indefinite.
func derLength(v uint64, long int) []byte {
	if long < 0 {
		return []byte{0x80}
	}
	if v < 0x80 && long == 0 {
		return []byte{byte(v)}
	}
	b := binary.BigEndian.AppendUint64(nil, v)
	for len(b) > 1 && b[0] == 0 {
		b = b[1:]
	}
	b = append(make([]byte, long), b...)
	return append([]byte{0x80 | byte(len(b))}, b...)
}

// all lists the nodes of a tree.
func (n *node) all() (list []*node) {
	list = append(list, n)
	for _, k := range n.kids {
		list = append(list, k.all()...)
	}
	return list
}

// clone copies a tree, with what nodes compute from others as it is now.
func (n *node) clone() *node {
	c := *n
	if c.kids = nil; n.kids == nil {
		c.data, c.auto, c.sealed = n.content(), nil, nil
	}
	for _, k := range n.kids {
		c.kids = append(c.kids, k.clone())
	}
	return &c
}

func leaf(data []byte) *node        { return &node{data: data} }
func str(data []byte) *node         { return &node{length: u32, data: data} }
func list(kids ...*node) *node      { return &node{kids: kids} }
func strOf(kids ...*node) *node     { return &node{length: u32, kids: kids} }
func text(name, value string) *node { return &node{name: name, data: []byte(value)} }

// wireTree takes a blob apart as strings, and each string that is itself made
// of strings.
func wireTree(blob []byte, depth int) (kids []*node) {
	for len(blob) >= 4 {
		n := int(binary.BigEndian.Uint32(blob))
		if n > len(blob)-4 {
			break
		}
		s := str(blob[4 : 4+n : 4+n])
		if inner := wireTree(s.data, depth-1); depth > 0 && len(inner) > 1 && whole(inner) {
			s.kids = inner
		}
		kids = append(kids, s)
		blob = blob[4+n:]
	}
	if len(blob) > 0 {
		kids = append(kids, leaf(blob))
	}
	return kids
}

// whole reports whether strings fill a blob to its end.
func whole(kids []*node) bool { return kids[len(kids)-1].length == u32 && len(kids[0].data) > 0 }

// derTree takes DER apart, and every string that holds DER.
func derTree(b []byte) (kids []*node, ok bool) {
	for len(b) > 0 {
		n, rest, ok := derNode(b)
		if !ok {
			return nil, false
		}
		kids = append(kids, n)
		b = rest
	}
	return kids, true
}

func derNode(b []byte) (n *node, rest []byte, ok bool) {
	if len(b) < 2 {
		return nil, nil, false
	}
	size, head := int(b[1]), 2
	if size >= 0x80 {
		head += size & 0x7f
		if head > 5 || head == 2 || len(b) < head {
			return nil, nil, false
		}
		size = 0
		for _, c := range b[2:head] {
			size = size<<8 | int(c)
		}
	}
	if len(b) < head+size {
		return nil, nil, false
	}
	n = &node{length: tlv, tag: b[0], data: b[head : head+size : head+size]}
	n.kids = derKids(n)
	return n, b[head+size:], true
}

func derKids(n *node) []*node {
	const bitString, octetString, constructed = 0x03, 0x04, 0x20
	switch inner := n.data; {
	case n.tag&constructed != 0, n.tag == octetString && len(inner) > 2:
		kids, ok := derTree(inner)
		if ok {
			return kids
		}
	case n.tag == bitString && len(inner) > 3 && inner[0] == 0:
		if kids, ok := derTree(inner[1:]); ok {
			return append([]*node{leaf(inner[:1])}, kids...)
		}
	}
	return nil
}
