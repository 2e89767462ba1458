package argon2

import "math/bits"

// compressGo is the compression function G of section 3.5, added to out: the
// permutation P over the rows of x XOR y, then over its columns, which are two
// words wide.
func compressGo(out, x, y *block) {
	var t block
	for i := range t {
		t[i] = x[i] ^ y[i]
		out[i] ^= t[i]
	}
	for i := 0; i < len(t); i += 16 {
		permute(&t[i], &t[i+1], &t[i+2], &t[i+3], &t[i+4], &t[i+5], &t[i+6], &t[i+7],
			&t[i+8], &t[i+9], &t[i+10], &t[i+11], &t[i+12], &t[i+13], &t[i+14], &t[i+15])
	}
	for i := 0; i < 16; i += 2 {
		permute(&t[i], &t[i+1], &t[i+16], &t[i+17], &t[i+32], &t[i+33], &t[i+48], &t[i+49],
			&t[i+64], &t[i+65], &t[i+80], &t[i+81], &t[i+96], &t[i+97], &t[i+112], &t[i+113])
	}
	for i := range t {
		out[i] ^= t[i]
	}
}

// permute is P of section 3.6: BLAKE2b's round over a 4x4 matrix of words, its
// columns, then its diagonals.
func permute(v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12, v13, v14, v15 *uint64) {
	a0, a1, a2, a3 := *v0, *v1, *v2, *v3
	b0, b1, b2, b3 := *v4, *v5, *v6, *v7
	c0, c1, c2, c3 := *v8, *v9, *v10, *v11
	d0, d1, d2, d3 := *v12, *v13, *v14, *v15
	a0, b0, c0, d0 = mix(a0, b0, c0, d0)
	a1, b1, c1, d1 = mix(a1, b1, c1, d1)
	a2, b2, c2, d2 = mix(a2, b2, c2, d2)
	a3, b3, c3, d3 = mix(a3, b3, c3, d3)
	a0, b1, c2, d3 = mix(a0, b1, c2, d3)
	a1, b2, c3, d0 = mix(a1, b2, c3, d0)
	a2, b3, c0, d1 = mix(a2, b3, c0, d1)
	a3, b0, c1, d2 = mix(a3, b0, c1, d2)
	*v0, *v1, *v2, *v3 = a0, a1, a2, a3
	*v4, *v5, *v6, *v7 = b0, b1, b2, b3
	*v8, *v9, *v10, *v11 = c0, c1, c2, c3
	*v12, *v13, *v14, *v15 = d0, d1, d2, d3
}

// mix is GB of section 3.6.
func mix(a, b, c, d uint64) (uint64, uint64, uint64, uint64) {
	a = mulAdd(a, b)
	d = bits.RotateLeft64(d^a, -32)
	c = mulAdd(c, d)
	b = bits.RotateLeft64(b^c, -24)
	a = mulAdd(a, b)
	d = bits.RotateLeft64(d^a, -16)
	c = mulAdd(c, d)
	b = bits.RotateLeft64(b^c, -63)
	return a, b, c, d
}

// mulAdd is BLAKE2b's addition with twice the product of the lower halves.
func mulAdd(a, b uint64) uint64 {
	return a + b + 2*uint64(uint32(a))*uint64(uint32(b))
}
