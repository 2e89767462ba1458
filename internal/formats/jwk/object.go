package jwk

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"strings"

	"github.com/keyconv/keyconv/sshkey"
)

// An object is a JSON object with its members in their own spelling: names are
// compared exactly, and none may come twice (RFC 7517 section 4).
// encoding/json would let both pass.
type object struct {
	data    []byte // the whole input, for positions
	offset  int
	members []*member
	padded  string // a member that was
	err     error
}

// maxMembers bounds an object; a key has about ten members.
const maxMembers = 200

type member struct {
	name   string
	offset int // of the value
	raw    json.RawMessage
	used   bool
}

// readObject reads the object in raw, which stands at offset of data.
func readObject(data []byte, offset int, raw []byte) *object {
	o := &object{data: data, offset: offset}
	d := json.NewDecoder(bytes.NewReader(raw))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		o.fail(offset, "there is no JSON object")
		return o
	}
	for o.err == nil && d.More() {
		o.readMember(d)
		if len(o.members) > maxMembers {
			o.fail(offset, "an object of more than %d members", maxMembers)
		}
	}
	if o.err != nil {
		return o
	}
	if _, err := d.Token(); err != nil {
		o.fail(offset+int(d.InputOffset()), "the JSON object does not end: the end of the text is lost")
		return o
	}
	if _, err := d.Token(); err != io.EOF {
		o.fail(offset+int(d.InputOffset()), "there is more behind the JSON object")
	}
	return o
}

func (o *object) readMember(d *json.Decoder) {
	at := o.offset + int(d.InputOffset())
	t, err := d.Token()
	name, ok := t.(string)
	var m member
	if err == nil && ok {
		err = d.Decode(&m.raw)
	}
	if err != nil || !ok {
		o.fail(max(at, o.offset+int(d.InputOffset())), "this is not JSON")
		return
	}
	m.name, m.offset = name, o.offset+int(d.InputOffset())-len(m.raw)
	if o.has(name) {
		o.fail(m.offset, "%s is there twice", memberNamed(name))
		return
	}
	o.members = append(o.members, &m)
}

func (o *object) fail(offset int, msg string, args ...any) {
	o.failErr(offset, fmt.Errorf(msg, args...))
}

func (o *object) failErr(offset int, err error) {
	if o.err == nil {
		o.err = &sshkey.SyntaxError{Format: Name, Pos: sshkey.PosAt(o.data, offset), Err: err}
	}
}

func (o *object) find(name string) *member {
	for _, m := range o.members {
		if m.name == name {
			m.used = true
			return m
		}
	}
	return nil
}

func (o *object) has(name string) bool {
	for _, m := range o.members {
		if m.name == name {
			return true
		}
	}
	return false
}

// text reads a member that must be there and be a string.
func (o *object) text(name string) string {
	m := o.find(name)
	if m == nil {
		o.fail(o.offset, "the member %q is missing", name)
		return ""
	}
	var s string
	if o.err == nil && json.Unmarshal(m.raw, &s) != nil || len(m.raw) > 0 && m.raw[0] != '"' {
		o.fail(m.offset, "the member %q is no string", name)
	}
	return s
}

// bytes reads base64url without padding (RFC 7515 section 2); some programs pad it.
func (o *object) bytes(name string) []byte {
	s := o.text(name)
	if o.err != nil {
		return nil
	}
	if text := strings.TrimRight(s, "="); len(s)%4 == 0 && len(s)-len(text) < 3 && text != s {
		s, o.padded = text, name
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil || strings.ContainsAny(s, "\r\n") || s == "" {
		o.fail(o.find(name).offset, "the member %q is not base64url", name)
	}
	return b
}

// fixed reads bytes of a length that the curve sets (RFC 7518 section 6.2.1.2).
func (o *object) fixed(name string, size int) []byte { return o.sized(name, o.bytes(name), size) }

// scalar is fixed for the number of an ECDSA key, of which some programs leave zeros in
// front out; the public half proves it.
func (o *object) scalar(name string, size int) []byte {
	b := o.bytes(name)
	if n := len(b); n > 0 && n < size {
		b = append(make([]byte, size-n), b...)
	}
	return o.sized(name, b, size)
}

func (o *object) sized(name string, b []byte, size int) []byte {
	if o.err == nil && len(b) != size {
		o.fail(o.find(name).offset, "the member %q is %d bytes long, it must be %d", name, len(b), size)
	}
	return b
}

// number reads a Base64urlUInt (RFC 7518 section 2); never nil.
func (o *object) number(name string) *big.Int {
	n := new(big.Int).SetBytes(o.bytes(name))
	if err := sshkey.Bound("bits of a number in a key", uint64(n.BitLen()), sshkey.MaxRSABits); o.err == nil && err != nil {
		o.failErr(o.find(name).offset, err)
	}
	if o.err != nil {
		return new(big.Int)
	}
	return n
}

// unused are the names of the members that nobody asked for.
func (o *object) unused() (names []string) {
	for _, m := range o.members {
		if !m.used {
			names = append(names, m.name)
		}
	}
	return names
}
