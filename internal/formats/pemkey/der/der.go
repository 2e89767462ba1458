// Package der reads and writes the part of DER (X.690) that key files use, on
// top of cryptobyte: with a sticky error, like internal/wire, and with the
// place of what is wrong.
package der

import (
	"errors"
	"fmt"
	"math/big"

	"github.com/keyconv/keyconv/internal/wire"
	"github.com/keyconv/keyconv/sshkey"
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// The tags that key files use.
const (
	Integer     = asn1.INTEGER
	BitString   = asn1.BIT_STRING
	OctetString = asn1.OCTET_STRING
	Null        = asn1.NULL
	OID         = asn1.OBJECT_IDENTIFIER
	Sequence    = asn1.SEQUENCE
)

// Context is the tag [n]: constructed, as EXPLICIT ones are.
func Context(n uint8) asn1.Tag { return asn1.Tag(n).ContextSpecific().Constructed() }

// Implicit is the tag [n] of an IMPLICIT string.
func Implicit(n uint8) asn1.Tag { return asn1.Tag(n).ContextSpecific() }

// A Reader takes values off the front of its data. Readers of inner values
// share the error of the outermost one, so that a caller reads a whole
// structure and asks once.
type Reader struct {
	s    cryptobyte.String
	base int // offset of the end of s in the outermost data
	err  *error
}

// NewReader returns a Reader on b.
func NewReader(b []byte) *Reader { return &Reader{s: b, base: len(b), err: new(error)} }

// Err is the first failure, or nil. Where it has a place, it is a *wire.Error.
func (r *Reader) Err() error { return *r.err }

// Offset is that of the next value in the outermost data.
func (r *Reader) Offset() int { return r.base - len(r.s) }

// Fail records a failure at offset unless an earlier one stands.
func (r *Reader) Fail(offset int, err error) {
	if *r.err == nil {
		*r.err = &wire.Error{Offset: offset, Err: err}
	}
}

// Failf is Fail at the next value.
func (r *Reader) Failf(msg string, args ...any) { r.Fail(r.Offset(), fmt.Errorf(msg, args...)) }

// Empty reports whether everything has been read.
func (r *Reader) Empty() bool { return len(r.s) == 0 }

// Peek reports whether the next value has the tag.
func (r *Reader) Peek(tag asn1.Tag) bool { return *r.err == nil && r.s.PeekASN1Tag(tag) }

// End fails unless everything has been read.
func (r *Reader) End(what string) {
	if len(r.s) > 0 {
		r.Failf("%d bytes too many behind %s", len(r.s), what)
	}
}

// Value reads the contents of a value with the tag.
func (r *Reader) Value(tag asn1.Tag, what string) []byte {
	var out cryptobyte.String
	at := r.Offset()
	if *r.err == nil && !r.s.ReadASN1(&out, tag) {
		r.failTag(at, uint8(tag), what)
	}
	if *r.err != nil {
		return nil
	}
	return out
}

// failTag says what is wrong where a value with the tag should be.
func (r *Reader) failTag(at int, tag uint8, what string) {
	if len(r.s) > 1 && r.s[0] == tag && isBER(r.s[1:]) {
		r.Fail(at, errBER)
		return
	}
	r.Fail(at, fmt.Errorf("%s is not where it should be: no DER with the tag %#02x begins here and ends in time", what, tag))
}

var errBER = sshkey.WithHint(errors.New("the lengths are those of BER, where DER has one form alone (X.690 section 10.1)"),
	"openssl reads it and writes DER: openssl pkey -in OLD -out NEW")

// isBER reports whether a length is in another form than DER's: with no end given, or in
// more bytes than it needs.
func isBER(length []byte) bool {
	const long = 0x80
	n := int(length[0]) - long
	switch {
	case n < 0, len(length) < 1+n:
		return false
	case n == 0, length[1] == 0:
		return true
	}
	return n == 1 && length[1] < long
}

// Enter reads a constructed value, or an OCTET STRING that holds DER.
func (r *Reader) Enter(tag asn1.Tag, what string) *Reader {
	inner := r.Value(tag, what)
	return &Reader{s: inner, base: r.Offset(), err: r.err}
}

// Sequence reads a SEQUENCE.
func (r *Reader) Sequence(what string) *Reader { return r.Enter(Sequence, what) }

// Bits reads a BIT STRING of whole bytes.
func (r *Reader) Bits(what string) []byte { return r.EnterBits(BitString, what).Rest() }

// EnterBits reads a BIT STRING of whole bytes that may hold DER.
func (r *Reader) EnterBits(tag asn1.Tag, what string) *Reader {
	in := r.Enter(tag, what)
	var unused uint8
	if *r.err == nil && (!in.s.ReadUint8(&unused) || unused != 0) {
		r.Fail(in.Offset(), fmt.Errorf("%s is no string of whole bytes", what))
	}
	return in
}

// Octets reads an OCTET STRING.
func (r *Reader) Octets(what string) []byte { return r.Value(OctetString, what) }

// Rest reads all that is left, as it is.
func (r *Reader) Rest() []byte {
	if *r.err != nil {
		return nil
	}
	rest := r.s
	r.s = nil
	return rest
}

// Skip reads a value of any kind.
func (r *Reader) Skip(what string) {
	var out cryptobyte.String
	var tag asn1.Tag
	if *r.err == nil && !r.s.ReadAnyASN1Element(&out, &tag) {
		r.Failf("%s is not where it should be: no DER begins here and ends in time", what)
	}
}

// Next is the tag of the next value, which is skipped; 0 at the end or where
// there is no DER.
func (r *Reader) Next() asn1.Tag {
	var out cryptobyte.String
	var tag asn1.Tag
	if *r.err != nil || !r.s.ReadAnyASN1Element(&out, &tag) {
		return 0
	}
	return tag
}

// Int reads an INTEGER that is not negative and not larger than any number of
// a key; never nil.
func (r *Reader) Int(what string) *big.Int {
	n := new(big.Int)
	at := r.Offset()
	if *r.err == nil && !r.s.ReadASN1Integer(n) {
		r.Fail(at, fmt.Errorf("%s is not where it should be: no integer in DER begins here and ends in time", what))
	}
	if n.Sign() < 0 {
		r.Fail(at, fmt.Errorf("%s is negative", what))
	}
	if err := sshkey.Bound("bits of a number in a key", uint64(n.BitLen()), sshkey.MaxRSABits); err != nil {
		r.Fail(at, err)
	}
	if *r.err != nil {
		return new(big.Int)
	}
	return n
}

// Count reads a small INTEGER that is not negative.
func (r *Reader) Count(what string) uint64 {
	at := r.Offset()
	n := r.Int(what)
	if !n.IsUint64() {
		r.Fail(at, fmt.Errorf("%s is out of all bounds", what))
		return 0
	}
	return n.Uint64()
}

// OID reads an OBJECT IDENTIFIER in dotted form.
func (r *Reader) OID(what string) string {
	at := r.Offset()
	b := r.Value(OID, what)
	if *r.err != nil {
		return ""
	}
	dotted, ok := Dotted(b)
	if !ok {
		r.Fail(at, fmt.Errorf("%s is no object identifier", what))
	}
	return dotted
}
