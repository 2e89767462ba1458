package repair

import (
	"encoding/binary"
	"math/bits"
	"sync"
)

// A wrong character in the base64 of an RSA key makes a random modulus, and a
// random odd number has no prime factor below B in 1.12/ln(B) of all cases. So
// trying many primes finds nearly all of them, and how many is what the search
// costs.
type care uint8

const (
	quick    care = iota // 60 ns, misses 1 of 4
	usual                // 600 ns, misses 1 of 6
	most                 // 40 us, misses 1 of 10
	thorough             // 700 us, misses 1 of 12
)

// limits are what the primes of each care are below.
var limits = [...]int{quick: 102, usual: 1 << 10, most: 1 << 16, thorough: 1 << 20}

// primeWords are the primes that each care has more than the one before it.
var primeWords = [...]func() []primeWord{
	quick:    sync.OnceValue(func() []primeWord { return packed(oddPrimes(3, limits[quick])) }),
	usual:    sync.OnceValue(func() []primeWord { return packed(oddPrimes(limits[quick], limits[usual])) }),
	most:     sync.OnceValue(func() []primeWord { return packed(oddPrimes(limits[usual], limits[most])) }),
	thorough: sync.OnceValue(func() []primeWord { return packed(oddPrimes(limits[most], limits[thorough])) }),
}

// smallFactor is the first of the primes that divides n, a big-endian number; 0
// where none does.
func smallFactor(n []byte, c care) uint64 {
	for _, words := range primeWords[:c+1] {
		list := words()
		for i := range list {
			if p := list[i].factor(n); p != 0 {
				return p
			}
		}
	}
	return 0
}

// oddPrimes are those from from on that are below limit.
func oddPrimes(from, limit int) (list []uint64) {
	composite := make([]bool, limit)
	for i := 3; i < limit; i += 2 {
		if composite[i] {
			continue
		}
		if i >= from {
			list = append(list, uint64(i))
		}
		for j := i * i; j < limit; j += 2 * i {
			composite[j] = true
		}
	}
	return list
}

// A primeWord is as many primes as have a product that fits a word.
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
type oddPrime struct{ prime, inverse, most uint64 }

// packed puts primes into words.
func packed(primes []uint64) (words []primeWord) {
	for len(primes) > 0 {
		w := primeWord{product: 1}
		n := 0
		for ; n < len(primes); n++ {
			high, low := bits.Mul64(w.product, primes[n])
			if high > 0 {
				break
			}
			w.product = low
		}
		w.prepare(primes[:n])
		words, primes = append(words, w), primes[n:]
	}
	return words
}

func (w *primeWord) prepare(primes []uint64) {
	w.primes = make([]oddPrime, len(primes))
	for i, p := range primes {
		inverse := p
		for range 5 { // Newton's iteration doubles the bits that are right, from 3 on
			inverse *= 2 - p*inverse
		}
		w.primes[i] = oddPrime{p, inverse, ^uint64(0) / p}
	}
	x := uint64(1)
	for i := range w.powers {
		w.powers[i] = x
		x = bits.Rem64(x, 0, w.product)
	}
}

// factor is the first prime of the word that divides n, or 0.
func (w *primeWord) factor(n []byte) uint64 {
	r := w.remainder(n)
	for _, p := range w.primes {
		if r*p.inverse <= p.most {
			return p.prime
		}
	}
	return 0
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
