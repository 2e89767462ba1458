package repair

import (
	"encoding/binary"
	"math/big"
	"math/bits"
	"sync"
)

// A wrong character in the base64 of an RSA key makes a random modulus, and a
// random odd number has no prime factor below B in 1.12/ln(B) of all cases. So
// the product of many primes finds nearly all of them, and its size is what
// the search costs.
var (
	allPrimes   = sync.OnceValue(func() *big.Int { return product(oddPrimes(1 << 20)) }) // misses 1 of 12, takes a millisecond
	mostPrimes  = sync.OnceValue(func() *big.Int { return product(oddPrimes(1 << 16)) }) // misses 1 of 10, takes 40 microseconds
	fewPrimes   = sync.OnceValue(func() *big.Int { return product(oddPrimes(1 << 10)) }) // misses 1 of 6, takes 10 microseconds
	quickPrimes = sync.OnceValue(func() *big.Int { return product(oddPrimes(102)) })     // misses 1 of 4, see quickWords
)

func oddPrimes(limit int) (list []*big.Int) {
	composite := make([]bool, limit)
	for i := 3; i < limit; i += 2 {
		if composite[i] {
			continue
		}
		list = append(list, big.NewInt(int64(i)))
		for j := i * i; j < limit; j += 2 * i {
			composite[j] = true
		}
	}
	return list
}

func product(list []*big.Int) *big.Int {
	if len(list) == 1 {
		return list[0]
	}
	half := len(list) / 2
	return new(big.Int).Mul(product(list[:half]), product(list[half:]))
}

// shared is the greatest common divisor, quick where a is much larger than b.
func shared(a, b *big.Int) *big.Int {
	r := new(big.Int).Mod(a, b)
	if r.Sign() == 0 {
		return b
	}
	return r.GCD(nil, nil, r, b)
}

// hasQuickPrime is shared(quickPrimes, n) != 1 without a big.Int, for the lines
// of long files: n is a modulus of up to MaxRSABits, big-endian.
func hasQuickPrime(n []byte) bool {
	for _, w := range quickWords() {
		if w.sharesPrime(n) {
			return true
		}
	}
	return false
}

// A primeWord is a product of primes that fits a word.
type primeWord struct {
	product uint64
	primes  []oddPrime
	powers  [powers + 1]uint64 // 2^(64*i) mod product
}

// powers is how many words of a modulus are summed up before the sum is
// reduced; 2048 bits are the usual size.
const powers = 32

// An oddPrime tests divisibility with one multiplication (Granlund and
// Montgomery, "Division by invariant integers", section 9): p divides x where
// x/p mod 2^64 is not above the largest quotient.
type oddPrime struct{ inverse, most uint64 }

// quickWords are the odd primes up to 101, in two words.
var quickWords = sync.OnceValue(func() [2]*primeWord {
	list := oddPrimes(102)
	return [2]*primeWord{newPrimeWord(list[:15]), newPrimeWord(list[15:])} // 3 to 53, 59 to 101
})

func newPrimeWord(list []*big.Int) *primeWord {
	w := &primeWord{product: product(list).Uint64()}
	for _, p := range list {
		inverse := p.Uint64()
		for range 5 { // Newton's iteration doubles the bits that are right, from 3 on
			inverse *= 2 - p.Uint64()*inverse
		}
		w.primes = append(w.primes, oddPrime{inverse, ^uint64(0) / p.Uint64()})
	}
	x := uint64(1)
	for i := range w.powers {
		w.powers[i] = x
		x = bits.Rem64(x, 0, w.product)
	}
	return w
}

func (w *primeWord) sharesPrime(n []byte) bool {
	r := w.remainder(n)
	for _, p := range w.primes {
		if r*p.inverse <= p.most {
			return true
		}
	}
	return false
}

// remainder is n mod product.
func (w *primeWord) remainder(n []byte) (r uint64) {
	for ; len(n)%8 > 0; n = n[1:] {
		r = r<<8 | uint64(n[0])
	}
	for len(n) > 0 {
		size := min(len(n), 8*powers)
		r, n = w.sum(r, n[:size]), n[size:]
	}
	return r
}

// sum is the remainder of n with the word first in front; n is of whole words,
// powers at most.
func (w *primeWord) sum(first uint64, n []byte) uint64 {
	var top, carry uint64
	high, low := bits.Mul64(first, w.powers[len(n)/8])
	for i := 0; i < powers && len(n) >= 8; i++ {
		h, l := bits.Mul64(binary.BigEndian.Uint64(n[len(n)-8:]), w.powers[i])
		low, carry = bits.Add64(low, l, 0)
		high, carry = bits.Add64(high, h, carry)
		top += carry
		n = n[:len(n)-8]
	}
	return bits.Rem64(bits.Rem64(top, high, w.product), low, w.product)
}
