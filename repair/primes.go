package repair

import (
	"encoding/binary"
	"sync"

	"github.com/keyconv/keyconv/internal/moduli"
)

// A wrong character in the base64 of an RSA key makes a random modulus, and a
// random odd number has no prime factor below B in 1.12/ln(B) of all cases. So
// trying many primes finds nearly all of them, and how many is what the search
// costs.
type care uint8

const (
	quick    care = iota // 40 ns, 100 without vectors, misses 1 of 4
	usual                // 500 ns, misses 1 of 6
	most                 // 30 us, misses 1 of 10
	thorough             // 600 us, misses 1 of 12
)

// limits are what the primes of each care are below.
var limits = [...]int{quick: 102, usual: 1 << 10, most: 1 << 16, thorough: 1 << 20}

// primeTables are the primes that each care has more than the one before it.
var primeTables = [...]func() powerWords{
	quick: sync.OnceValue(func() powerWords { return withPowers(oddPrimes(3, limits[quick])) }),
	usual: sync.OnceValue(func() powerWords { return withPowers(oddPrimes(limits[quick], limits[usual])) }),
	most:  sync.OnceValue(func() powerWords { return withPowers(oddPrimes(limits[usual], limits[most])) }),
}

// quickPrimes are those of quick care, for a modulus of the usual size where the
// processor has vectors: BenchmarkSmallFactor.
var quickPrimes = sync.OnceValue(func() *quintet { return inQuintet(oddPrimes(3, limits[quick])) })

// largePrimes are those that thorough care has more than usual. It is asked for
// first, and often for one key only: with the powers of two the table would have
// 8 MB, and take 15 ms to make.
var largePrimes = sync.OnceValue(func() fours { return inFours(oddPrimes(limits[usual], limits[thorough])) })

// smallFactor is a prime that divides n, a big-endian number; 0 where none does.
func smallFactor(n []byte, c care) uint64 {
	if moduli.Available && c == quick && len(n) == moduli.Size {
		return quickPrimes().factor((*[moduli.Size]byte)(n))
	}
	var room [powers]uint64
	limbs := room[:]
	if len(n) > 8*powers {
		limbs = make([]uint64, (len(n)+31)/32*4)
	}
	limbs = fill(limbs, n)
	tables := primeTables[:]
	if c != most {
		tables = tables[:min(c, usual)+1]
	}
	for _, table := range tables {
		if p := table().factor(limbs); p != 0 {
			return p
		}
	}
	if c == thorough {
		return largePrimes().factor(limbs)
	}
	return 0
}

// fill puts the words of a big-endian number into limbs, the lowest first, and
// returns them in groups of four.
func fill(limbs []uint64, n []byte) []uint64 {
	limbs = limbs[:(len(n)+31)/32*4]
	l := limbs
	for len(n) >= 32 {
		fillFour((*[4]uint64)(l), (*[32]byte)(n[len(n)-32:]))
		l, n = l[4:], n[:len(n)-32]
	}
	if len(n) > 0 {
		var top [32]byte
		copy(top[32-len(n):], n)
		fillFour((*[4]uint64)(l), &top)
	}
	return limbs
}

func fillFour(l *[4]uint64, n *[32]byte) {
	l[0], l[1] = binary.BigEndian.Uint64(n[24:]), binary.BigEndian.Uint64(n[16:])
	l[2], l[3] = binary.BigEndian.Uint64(n[8:]), binary.BigEndian.Uint64(n[:])
}

// oddPrimes are those from from on that are below limit.
func oddPrimes(from, limit int) []uint32 {
	composite := make([]bool, limit/2) // of the odd numbers
	list := make([]uint32, 0, limit/11)
	for i := 3; i < limit; i += 2 {
		if composite[i/2] {
			continue
		}
		if i >= from {
			list = append(list, uint32(i))
		}
		if i <= limit/i { // i*i may be too large for an int
			for j := i * i / 2; j < len(composite); j += i {
				composite[j] = true
			}
		}
	}
	return list
}
