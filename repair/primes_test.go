package repair

import (
	"math/big"
	"testing"
)

// TestQuickPrimes compares the sums of words with math/big.
func TestQuickPrimes(t *testing.T) {
	rng := random(t)
	found := 0
	for range 3000 {
		n := bytesOf(rng, 1+rng.IntN(700))
		want := shared(quickPrimes(), new(big.Int).SetBytes(n)).Cmp(one) != 0
		if got := hasQuickPrime(n); got != want {
			t.Fatalf("%x: %v", n, got)
		}
		if want {
			found++
		}
	}
	if found < 2000 || found > 2700 { // three of four
		t.Errorf("%d of 3000 have a small factor", found)
	}
	for _, w := range quickWords() {
		for range 300 {
			n := bytesOf(rng, rng.IntN(1100))
			want := new(big.Int).Mod(new(big.Int).SetBytes(n), new(big.Int).SetUint64(w.product)).Uint64()
			if got := w.remainder(n); got != want {
				t.Fatalf("%x mod %d: %d, not %d", n, w.product, got, want)
			}
		}
	}
}

func BenchmarkPrimes(b *testing.B) {
	n := bytesOf(random(b), 256)
	n[255] |= 1
	number := new(big.Int).SetBytes(n)
	b.Run("words", func(b *testing.B) {
		n := number.Bytes()
		for b.Loop() {
			for _, w := range quickWords() {
				w.sharesPrime(n)
			}
		}
	})
	b.Run("quick", func(b *testing.B) {
		for b.Loop() {
			shared(quickPrimes(), number)
		}
	})
	b.Run("few", func(b *testing.B) {
		for b.Loop() {
			shared(fewPrimes(), number)
		}
	})
	b.Run("all", func(b *testing.B) {
		for b.Loop() {
			shared(allPrimes(), number)
		}
	})
}
