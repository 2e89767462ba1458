package repair

import (
	"math/big"
	"testing"
)

// TestSmallFactor compares sums of words with math/big.
func TestSmallFactor(t *testing.T) {
	rng := random(t)
	found := 0
	for range 1000 {
		n := bytesOf(rng, 1+rng.IntN(700))
		c := care(rng.IntN(int(most)))
		want := uint64(0)
		for p := 3; p < limits[c] && want == 0; p += 2 {
			x := big.NewInt(int64(p))
			if x.ProbablyPrime(0) && x.Mod(new(big.Int).SetBytes(n), x).Sign() == 0 {
				want = uint64(p)
			}
		}
		if got := smallFactor(n, c); got != want {
			t.Fatalf("%x: %d, not %d", n, got, want)
		}
		if want > 0 {
			found++
		}
	}
	if found < 700 || found > 900 { // of odd and even numbers three or four of five
		t.Errorf("%d of 1000 have a small factor", found)
	}
}

// TestRemainder: numbers of every length, and every word that there is.
func TestRemainder(t *testing.T) {
	rng := random(t)
	for c := quick; c <= thorough; c++ {
		words := primeWords[c]()
		for size := range 300 {
			w, n := &words[rng.IntN(len(words))], bytesOf(rng, size+8*rng.IntN(100))
			want := new(big.Int).Mod(new(big.Int).SetBytes(n), new(big.Int).SetUint64(w.product)).Uint64()
			if got := w.remainder(n); got != want {
				t.Fatalf("%x mod %d: %d, not %d", n, w.product, got, want)
			}
		}
	}
	large := oddPrimes(1<<20-100, 1<<20)
	n := new(big.Int).Lsh(big.NewInt(1), 2048)
	n.Sub(n, new(big.Int).Mod(n, new(big.Int).SetUint64(large[0])))
	if p := smallFactor(n.Bytes(), thorough); p == 0 {
		t.Errorf("%d divides it", large[0])
	}
}

func BenchmarkSmallFactor(b *testing.B) {
	n := rsaKeys()[0].Blob() // whose modulus is the end of it
	n = n[len(n)-256:]
	for c, name := range []string{"quick", "usual", "most", "thorough"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				smallFactor(n, care(c))
			}
		})
	}
}
