package jwk

import (
	"math/big"

	"github.com/keyconv/keyconv/sshkey"
)

// maxFactored is the most bits of a modulus that is factored: a base costs 80 ms there,
// and numbers that are none of one key one base.
const maxFactored = 4096

// bases are primes: each finds the primes of a sound key in one case of two and more, and
// what their products find one of them does.
var bases = []int64{2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89}

var one = big.NewInt(1)

// factor finds the primes, the larger first as programs write them, from both exponents,
// which RFC 7518 section 6.3.2 allows a key to have alone (NIST SP 800-56B Rev. 2, appendix
// C.1). It is nil, nil where the numbers are none of one key, or have too many bits.
func factor(pub sshkey.RSAPublicKey, d *big.Int) (p, q *big.Int) {
	n := pub.N
	odd := new(big.Int).Mul(d, pub.E)
	odd.Sub(odd, one)
	if n.BitLen() > maxFactored || n.Bit(0) == 0 || n.Cmp(one) <= 0 || odd.Sign() <= 0 || odd.Bit(0) == 1 || odd.BitLen() > n.BitLen()+64 || n.ProbablyPrime(0) {
		return nil, nil
	}
	twos := odd.TrailingZeroBits()
	odd.Rsh(odd, twos)
	minusOne := new(big.Int).Sub(n, one)
	for _, base := range bases {
		x := new(big.Int).Exp(big.NewInt(base), odd, n)
		for range twos {
			square := new(big.Int).Mul(x, x)
			square.Mod(square, n)
			if square.Cmp(one) == 0 && x.Cmp(one) != 0 && x.Cmp(minusOne) != 0 { // a root of 1 that is neither 1 nor -1
				p = new(big.Int).GCD(nil, nil, x.Sub(x, one), n)
				if q = new(big.Int).Div(n, p); p.Cmp(q) < 0 {
					p, q = q, p
				}
				return p, q
			}
			x = square
		}
		if x.Cmp(one) != 0 {
			return nil, nil // d is no exponent of these numbers
		}
	}
	return nil, nil
}
