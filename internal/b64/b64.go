// Package b64 decodes the base64 of public keys: with vectors where the
// processor has them, and strictly.
package b64

import "github.com/segmentio/asm/base64"

var strict = base64.StdEncoding.Strict()

// Decode is base64.StdEncoding.Strict().Decode, but that it takes no line ends,
// and tells only whether src is sound. dst must have room for DecodedLen bytes.
func Decode(dst, src []byte) (n int, ok bool) {
	dst = dst[:DecodedLen(len(src)):len(dst)] // the vectors look at no length
	n, err := strict.Decode(dst, src)
	return n, err == nil && strict.EncodedLen(n) == len(src) // it skips line ends, and so decodes less
}

// DecodedLen is the most that n characters decode to.
func DecodedLen(n int) int { return strict.DecodedLen(n) }
