package keytest

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/keyconv/keyconv/sshkey"
)

// Fields is a sequence of values as SSH has them (RFC 4251 section 5): a
// uint32, a byte, Raw bytes, or else a string with its length.
func Fields(values ...any) (b []byte) {
	for _, v := range values {
		switch v := v.(type) {
		case uint32:
			b = binary.BigEndian.AppendUint32(b, v)
		case byte:
			b = append(b, v)
		case Raw:
			b = append(b, v...)
		default:
			s := fmt.Appendf(nil, "%s", v)
			b = append(binary.BigEndian.AppendUint32(b, uint32(len(s))), s...)
		}
	}
	return b
}

// Raw stands in Fields as it is.
type Raw []byte

// Place is where an error says that it is.
func Place(err error) (at sshkey.Pos, ok bool) {
	s, ok := errors.AsType[*sshkey.SyntaxError](err)
	if !ok {
		return sshkey.Pos{}, false
	}
	return s.Pos, true
}
