package repair

import (
	"math"
	"math/bits"

	"github.com/keyconv/keyconv/internal/moduli"
)

// A primeWord is as many primes as have a product that fits a word.
type primeWord struct {
	divisor
	primes []oddPrime
}

// A divisor divides by 2^64 without a division (Montgomery, "Modular
// multiplication without trial division").
type divisor struct{ product, inverse uint64 } // the inverse is mod 2^64

// divide is (borrow-word)/2^64 mod product, from 0 to product.
func (d divisor) divide(word, borrow uint64) uint64 {
	low, more := bits.Sub64(word, borrow, 0)
	high, _ := bits.Mul64(low*d.inverse, d.product)
	return high + more
}

// inverse is 1/odd mod 2^64.
func inverse(odd uint64) uint64 {
	x := odd
	for range 5 { // Newton's iteration doubles the bits that are right, from 3 on
		x *= 2 - odd*x
	}
	return x
}

// An oddPrime tests divisibility with one multiplication (Granlund and
// Montgomery, "Division by invariant integers", section 9): p divides x where
// x/p mod 2^64 is not above the largest quotient.
type oddPrime struct{ prime, inverse, most uint64 }

// packed puts primes into words, the products of which are not above most.
func packed(primes []uint32, most uint64) (words []primeWord) {
	list := make([]oddPrime, len(primes))
	for i, prime := range primes {
		p := uint64(prime)
		list[i] = oddPrime{p, inverse(p), ^uint64(0) / p}
	}
	words = make([]primeWord, 0, len(list)/3+1)
	for len(list) > 0 {
		product, n := uint64(1), 0
		for ; n < len(list); n++ {
			high, low := bits.Mul64(product, list[n].prime)
			if high > 0 || low > most {
				break
			}
			product = low
		}
		words = append(words, primeWord{divisor{product, inverse(product)}, list[:n:n]})
		list = list[n:]
	}
	return words
}

// common is the first prime of the word that divides r, a number mod product, or
// 0.
func (w *primeWord) common(r uint64) uint64 {
	for _, p := range w.primes {
		if r*p.inverse <= p.most {
			return p.prime
		}
	}
	return 0
}

// A quintet is five words of primes, by which a number of moduli.Size bytes is
// reduced at once.
type quintet struct {
	words [moduli.Count]primeWord
	table *moduli.Table
}

func inQuintet(primes []uint32) *quintet {
	q := &quintet{words: [moduli.Count]primeWord(packed(primes, 1<<27))}
	var products [moduli.Count]uint64
	for i, w := range q.words {
		products[i] = w.product
	}
	q.table = moduli.New(products)
	return q
}

// factor is like that of powerWords, for numbers that have this size.
func (q *quintet) factor(n *[moduli.Size]byte) uint64 {
	var sums [moduli.Count]uint64
	moduli.Sums(&sums, n, q.table)
	for i := range sums {
		if p := q.words[i].common(sums[i]); p != 0 {
			return p
		}
	}
	return 0
}

// A trio holds three primes below 2^21 in a word, and little else: of these
// there are many.
type trio struct {
	divisor
	primes [3]uint32
}

// common is the first of the primes that divides r, a number mod product, or 0:
// r times its inverse is a quotient then, that times the prime fits a word.
func (t *trio) common(r uint64) uint64 {
	r *= t.inverse
	p, q, s := uint64(t.primes[0]), uint64(t.primes[1]), uint64(t.primes[2])
	if high, _ := bits.Mul64(r*(q*s), p); high == 0 {
		return p
	}
	if high, _ := bits.Mul64(r*(p*s), q); high == 0 {
		return q
	}
	if high, _ := bits.Mul64(r*(p*q), s); high == 0 {
		return s
	}
	return 0
}

// fours are words of which the remainders are computed in turns, four side by
// side: each one alone would wait for its multiplications.
type fours [][4]trio

// inFours puts primes into words; the last prime fills the last of them.
func inFours(primes []uint32) fours {
	f := make(fours, (len(primes)+11)/12)
	for i := range f {
		for j := range f[i] {
			t := &f[i][j]
			for k := range t.primes {
				t.primes[k] = primes[min(12*i+3*j+k, len(primes)-1)]
			}
			t.product = uint64(t.primes[0]) * uint64(t.primes[1]) * uint64(t.primes[2])
			t.inverse = inverse(t.product)
		}
	}
	return f
}

func (f fours) factor(n []uint64) uint64 {
	for i := range f {
		w := &f[i]
		for j, r := range remainders(w, n) {
			if p := w[j].common(r); p != 0 {
				return p
			}
		}
	}
	return 0
}

// remainders are those of n and a power of two, of which no prime is a factor.
func remainders(w *[4]trio, n []uint64) (r [4]uint64) {
	d0, d1, d2, d3 := w[0].divisor, w[1].divisor, w[2].divisor, w[3].divisor
	var r0, r1, r2, r3 uint64
	for _, word := range n {
		r0, r1, r2, r3 = d0.divide(word, r0), d1.divide(word, r1), d2.divide(word, r2), d3.divide(word, r3)
	}
	return [4]uint64{r0, r1, r2, r3}
}

// powerWords are words with powers of two, each of which saves a multiplication.
type powerWords []powerWord

type powerWord struct {
	primeWord
	powers  [powers]uint64 // 2^(64*i) mod product
	carried uint64         // -2^(64*(powers+3)) mod product
}

// powers is how many words of a modulus are summed up before the sum is
// reduced; 2048 bits are the usual size.
const powers = 32

func withPowers(primes []uint32) powerWords {
	words := packed(primes, math.MaxUint64)
	list := make(powerWords, len(words))
	for i, word := range words {
		w := &list[i]
		w.primeWord = word
		x := uint64(1)
		for i := range w.powers {
			w.powers[i] = x
			x = bits.Rem64(x, 0, w.product)
		}
		for range 3 {
			x = bits.Rem64(x, 0, w.product)
		}
		w.carried = w.product - x
	}
	return list
}

func (list powerWords) factor(n []uint64) uint64 {
	for i := range list {
		w := &list[i]
		if p := w.common(w.remainder(n)); p != 0 {
			return p
		}
	}
	return 0
}

// remainder is -n/2^192 mod product, from 0 to product.
func (w *powerWord) remainder(n []uint64) (r uint64) {
	for len(n) > 0 {
		from := (len(n) - 1) / powers * powers
		s := w.sum(triple{}.plus(r, w.carried), n[from:])
		r = w.divide(s.top, w.divide(s.high, w.divide(s.low, 0)))
		n = n[:from]
	}
	return r
}

// sum adds n mod product, up to 192 bits of it; n is no longer than powers.
func (w *powerWord) sum(s triple, n []uint64) triple {
	p := w.powers[:len(n)]
	for i := 0; i+4 <= len(n); i += 4 {
		a, b := n[i:i+4:i+4], p[i:i+4:i+4]
		s = s.plus(a[0], b[0]).plus(a[1], b[1]).plus(a[2], b[2]).plus(a[3], b[3])
	}
	return s
}

// A triple is a number of three words.
type triple struct{ low, high, top uint64 }

// plus adds a*b.
func (s triple) plus(a, b uint64) triple {
	high, low := bits.Mul64(a, b)
	var carry uint64
	s.low, carry = bits.Add64(s.low, low, 0)
	s.high, carry = bits.Add64(s.high, high, carry)
	s.top, _ = bits.Add64(s.top, 0, carry)
	return s
}
