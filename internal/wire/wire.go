// Package wire reads and writes the data types of RFC 4251 section 5, the
// alphabet of every SSH key blob.
package wire

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/big"
)

// An Error is a malformed value and the offset, in bytes from the start of the
// Reader's data, of the value that is malformed.
type Error struct {
	Offset int
	Err    error
}

// Error is the cause.
func (e *Error) Error() string { return e.Err.Error() }

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

var errNegative = errors.New("negative number where a key has none")

// A Reader takes values off the front of its data. After the first failure
// every method returns a zero value and Err keeps that failure, so a caller
// reads a whole structure and asks once.
type Reader struct {
	data  []byte
	off   int
	loose bool
	err   error
}

// NewReader returns a Reader on b. The slices it hands out alias b.
func NewReader(b []byte) *Reader { return &Reader{data: b} }

// Err is the first failure, or nil.
func (r *Reader) Err() error { return r.err }

// Offset is the number of bytes read so far.
func (r *Reader) Offset() int { return r.off }

// Len is the number of bytes not yet read.
func (r *Reader) Len() int { return len(r.data) - r.off }

// Loose reports whether an mpint with superfluous leading zeros was read.
// RFC 4251 forbids them, OpenSSH reads them.
func (r *Reader) Loose() bool { return r.loose }

// Fail records err at offset unless an earlier failure stands.
func (r *Reader) Fail(offset int, err error) {
	if r.err == nil {
		r.err = &Error{offset, err}
	}
}

// End fails unless everything has been read.
func (r *Reader) End() error {
	if r.err == nil && r.Len() > 0 {
		r.Fail(r.off, fmt.Errorf("%d bytes too many behind the last field", r.Len()))
	}
	return r.err
}

// Next reads n bytes as they stand.
func (r *Reader) Next(n int, what string) []byte {
	if r.err != nil {
		return nil
	}
	if n > r.Len() {
		r.Fail(r.off, fmt.Errorf("%s needs %d bytes and %d are left", what, n, r.Len()))
		return nil
	}
	b := r.data[r.off : r.off+n : r.off+n]
	r.off += n
	return b
}

// Rest reads all that is left.
func (r *Reader) Rest() []byte { return r.Next(r.Len(), "the rest") }

// Byte reads one byte.
func (r *Reader) Byte() byte {
	if b := r.Next(1, "a byte"); b != nil {
		return b[0]
	}
	return 0
}

// Uint32 reads a big-endian uint32.
func (r *Reader) Uint32() uint32 {
	if b := r.Next(4, "a 32-bit number"); b != nil {
		return binary.BigEndian.Uint32(b)
	}
	return 0
}

// Uint64 reads a big-endian uint64.
func (r *Reader) Uint64() uint64 {
	if b := r.Next(8, "a 64-bit number"); b != nil {
		return binary.BigEndian.Uint64(b)
	}
	return 0
}

// String reads a length-prefixed byte string.
func (r *Reader) String() []byte {
	at := r.off
	n := r.Uint32()
	if r.err != nil {
		return nil
	}
	if uint64(n) > uint64(r.Len()) {
		r.Fail(at, fmt.Errorf("a field says it is %d bytes long and %d are left", n, r.Len()))
		return nil
	}
	return r.Next(int(n), "a string")
}

// Mpint reads a non-negative multiple precision integer and returns its
// big-endian bytes without leading zeros.
func (r *Reader) Mpint() []byte {
	at := r.off
	b := r.String()
	if len(b) == 0 {
		return b
	}
	if b[0]&0x80 != 0 {
		r.Fail(at, errNegative)
		return nil
	}
	if b[0] == 0 && (len(b) == 1 || b[1]&0x80 == 0) {
		r.loose = true
	}
	return Trim(b)
}

// Int reads an mpint as a big.Int; never nil.
func (r *Reader) Int() *big.Int { return new(big.Int).SetBytes(r.Mpint()) }

// Trim cuts the leading zero bytes of b.
func Trim(b []byte) []byte {
	for len(b) > 0 && b[0] == 0 {
		b = b[1:]
	}
	return b
}

// AppendUint32 appends v in big-endian order.
func AppendUint32(b []byte, v uint32) []byte { return binary.BigEndian.AppendUint32(b, v) }

// AppendString appends s with its length in front.
func AppendString[T ~string | ~[]byte](b []byte, s T) []byte {
	return append(AppendUint32(b, uint32(len(s))), s...)
}

// AppendMpint appends the number whose big-endian magnitude is v, with the
// fewest bytes that keep it positive.
func AppendMpint(b, v []byte) []byte {
	v = Trim(v)
	if len(v) > 0 && v[0]&0x80 != 0 {
		b = AppendUint32(b, uint32(len(v)+1))
		return append(append(b, 0), v...)
	}
	return AppendString(b, v)
}

// AppendInt appends a non-negative v as an mpint.
func AppendInt(b []byte, v *big.Int) []byte { return AppendMpint(b, v.Bytes()) }
