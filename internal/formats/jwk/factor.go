package jwk

import (
	"math/big"

	"github.com/keyconv/keyconv/sshkey"
)

// The most bits of a modulus that is factored, so that a hostile key costs a second at
// most, and how many bases are tried: each finds the primes of a sound key in one case of
// two and more.
const maxFactored, bases = 4096, 24

var one = big.NewInt(1)

// factor finds the primes, the larger first as programs write them, from both exponents, which RFC 7518 section 6.3.2 allows a key
// to have alone (NIST SP 800-56B Rev. 2, appendix C.1). It is nil, nil where the numbers
// are none of one key, or have too many bits.
func factor(pub sshkey.RSAPublicKey, d *big.Int) (p, q *big.Int) {
	n := pub.N
	odd := new(big.Int).Mul(d, pub.E)
	odd.Sub(odd, one)
	if n.BitLen() > maxFactored || n.Bit(0) == 0 || n.Cmp(one) <= 0 || odd.Sign() <= 0 || odd.Bit(0) == 1 || odd.BitLen() > 2*maxFactored {
		return nil, nil
	}
	twos := odd.TrailingZeroBits()
	odd.Rsh(odd, twos)
	minusOne := new(big.Int).Sub(n, one)
	for base := int64(2); base < 2+bases; base++ {
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
	}
	return nil, nil
}
