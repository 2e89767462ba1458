// Package b64 decodes base64 two characters at a time. encoding/base64 takes
// one at a time, and is most of what reading a public key costs.
package b64

import (
	"encoding/base64"
	"encoding/binary"
	"sync"
)

const (
	alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	bad      = 1 << 15 // in a table of numbers below 2^12
)

// pairs has the 12 bits of every two characters, the first in the lower byte.
// Of its 128 KiB the alphabet touches an eighth, which stays in the first cache.
var pairs = sync.OnceValue(func() *[1 << 16]uint16 {
	t := new([1 << 16]uint16)
	for i := range t {
		t[i] = bad
	}
	for i := range len(alphabet) {
		for j := range len(alphabet) {
			t[int(alphabet[i])|int(alphabet[j])<<8] = uint16(i<<6 | j)
		}
	}
	return t
})

var strict = base64.StdEncoding.Strict()

// Decode is base64.StdEncoding.Strict().Decode, but that it takes no line ends,
// and tells only whether src is sound. dst must have room for DecodedLen bytes.
func Decode(dst, src []byte) (n int, ok bool) {
	t := pairs()
	for len(src) >= 16 && len(dst) >= 16 {
		in, out := (*[16]byte)(src), (*[16]byte)(dst)
		w, x := binary.LittleEndian.Uint64(in[:]), binary.LittleEndian.Uint64(in[8:])
		a, b, c, d := t[uint16(w)], t[uint16(w>>16)], t[uint16(w>>32)], t[uint16(w>>48)]
		e, f, g, h := t[uint16(x)], t[uint16(x>>16)], t[uint16(x>>32)], t[uint16(x>>48)]
		if (a|b|c|d|e|f|g|h)&bad != 0 {
			return 0, false
		}
		binary.BigEndian.PutUint64(out[:], uint64(a)<<52|uint64(b)<<40|uint64(c)<<28|uint64(d)<<16)
		binary.BigEndian.PutUint64(out[6:], uint64(e)<<52|uint64(f)<<40|uint64(g)<<28|uint64(h)<<16)
		n, src, dst = n+12, src[16:], dst[12:]
	}
	for len(src) >= 4 && len(dst) >= 3 {
		w := binary.LittleEndian.Uint32(src)
		a, b := t[uint16(w)], t[w>>16]
		if (a|b)&bad != 0 {
			break // padding, or worse
		}
		dst[0], dst[1], dst[2] = byte(a>>4), byte(a<<4|b>>8), byte(b)
		n, src, dst = n+3, src[4:], dst[3:]
	}
	if len(src) == 0 {
		return n, true
	}
	last, err := strict.Decode(dst, src)
	return n + last, err == nil && strict.EncodedLen(last) == len(src)
}

// DecodedLen is the most that n characters decode to.
func DecodedLen(n int) int { return strict.DecodedLen(n) }
