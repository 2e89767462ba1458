package repair

import (
	"encoding/binary"
	"math/bits"
)

// An element of the field of Ed25519, 2^255-19, in four words, the lowest
// first; not always the least of its kind.
type element25519 [4]uint64

// The curve of Ed25519, RFC 8032 section 5.1: -x^2 + y^2 = 1 + d*x^2*y^2.
var (
	fieldPrime = element25519{0xffffffffffffffed, 0xffffffffffffffff, 0xffffffffffffffff, 0x7fffffffffffffff}
	minusOne   = element25519{0xffffffffffffffec, 0xffffffffffffffff, 0xffffffffffffffff, 0x7fffffffffffffff}
	curveD     = element25519{0x75eb4dca135978a3, 0x00700a4d4141d8ab, 0x8cc740797779e898, 0x52036cee2b6ffe73}
)

// suspectEd25519 finds three of four keys that are none, and costs a 25th of
// insaneEd25519. The square x^2 = (y^2-1)/(d*y^2+1) must be one (RFC 8032 section
// 5.1.3), and so must y^2-1: it is one for the double of a point only, since
// (1+y)/(1-y) is then the square of a number, and every key is the double of one.
func suspectEd25519(key []byte) error {
	var y element25519
	for i := range y {
		y[i] = binary.LittleEndian.Uint64(key[8*i:])
	}
	y[3] &= 1<<63 - 1 // the sign of x
	if _, less := y.minus(fieldPrime); !less {
		return errPoint
	}
	yy := y.times(y)
	u := yy.plus(minusOne).jacobi()
	v := yy.times(curveD).plus(element25519{1}).jacobi()
	switch {
	case u == -v:
		return errPoint
	case u != 1:
		return errSubgroup
	}
	return nil
}

// minus is the difference mod 2^256, and whether it is below zero.
func (a element25519) minus(b element25519) (d element25519, below bool) {
	var borrow uint64
	for i := range a {
		d[i], borrow = bits.Sub64(a[i], b[i], borrow)
	}
	return d, borrow == 1
}

func (a element25519) plus(b element25519) (sum element25519) {
	var carry uint64
	for i := range a {
		sum[i], carry = bits.Add64(a[i], b[i], carry)
	}
	return sum.fold(carry)
}

// fold adds high * 2^256, which is 38 * high; high is small.
func (a element25519) fold(high uint64) element25519 {
	for high > 0 {
		carry := uint64(0)
		a[0], carry = bits.Add64(a[0], 38*high, 0)
		for i := 1; i < 4; i++ {
			a[i], carry = bits.Add64(a[i], 0, carry)
		}
		high = carry
	}
	return a
}

func (a element25519) times(b element25519) (low element25519) {
	var wide [8]uint64
	for i := range a {
		wide[i+4] = multiplyAdd(wide[i:i+4], b, a[i])
	}
	copy(low[:], wide[:4])
	high := multiplyAdd(low[:], element25519(wide[4:]), 38)
	return low.fold(high)
}

// multiplyAdd adds b*m to the four words of sum and returns the fifth.
func multiplyAdd(sum []uint64, b element25519, m uint64) (above uint64) {
	for i := range b {
		high, low := bits.Mul64(b[i], m)
		var carry uint64
		low, carry = bits.Add64(low, sum[i], 0)
		high += carry
		sum[i], carry = bits.Add64(low, above, 0)
		above = high + carry
	}
	return above
}

// jacobi is 1 where a is a square of the field, -1 where it is none and 0 for
// 0: the binary algorithm (Cohen, "A Course in Computational Algebraic Number
// Theory", algorithm 1.4.12). The branch that a guess would get wrong every
// other time is a mask.
func (a element25519) jacobi() int {
	a0, a1, a2, a3 := a[0], a[1], a[2], a[3]
	n0, n1, n2, n3 := fieldPrime[0], fieldPrime[1], fieldPrime[2], fieldPrime[3]
	sign := uint64(0) // bit 1 of it turns the sign
	for a0|a1|a2|a3 != 0 {
		if a0 == 0 {
			a0, a1, a2, a3 = a1, a2, a3, 0 // an even number of twos
			continue
		}
		twos := bits.TrailingZeros64(a0) & 63
		back := 63 - twos
		a0, a1, a2, a3 = a0>>twos|a1<<1<<back, a1>>twos|a2<<1<<back, a2>>twos|a3<<1<<back, a3>>twos
		sign ^= uint64(twos) << 1 & (n0 ^ n0>>1) // (2/n) is -1 for n = 3 and 5 mod 8

		d0, borrow := bits.Sub64(a0, n0, 0)
		d1, borrow := bits.Sub64(a1, n1, borrow)
		d2, borrow := bits.Sub64(a2, n2, borrow)
		d3, borrow := bits.Sub64(a3, n3, borrow)
		less := -borrow        // all ones where a < n: then n becomes a, and a is n - a
		sign ^= a0 & n0 & less // reciprocity turns it where both are 3 mod 4
		n0, n1, n2, n3 = n0^(n0^a0)&less, n1^(n1^a1)&less, n2^(n2^a2)&less, n3^(n3^a3)&less
		a0, borrow = bits.Add64(d0^less, borrow, 0)
		a1, borrow = bits.Add64(d1^less, 0, borrow)
		a2, borrow = bits.Add64(d2^less, 0, borrow)
		a3, _ = bits.Add64(d3^less, 0, borrow)
	}
	if n0 != 1 || n1|n2|n3 != 0 {
		return 0
	}
	return 1 - int(sign&2)
}
