//go:build amd64 && !purego

package moduli

import (
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/keyconv/keyconv/internal/keytest"
)

func needVectors(t testing.TB) {
	if !Available {
		keytest.Missing(t, "AVX2")
	}
}

// check compares with math/big.
func check(t *testing.T, n *[Size]byte, moduli [Count]uint64) {
	t.Helper()
	sums, before := [Count]uint64{1, 2, 3, 4, 5}, *n
	Sums(&sums, n, New(moduli))
	for i, sum := range sums {
		modulus := new(big.Int).SetUint64(moduli[i])
		want := new(big.Int).Mod(new(big.Int).SetBytes(before[:]), modulus)
		if got := new(big.Int).SetUint64(sum % moduli[i]); got.Cmp(want) != 0 {
			t.Errorf("%x mod %d: %d, not %d", before, moduli[i], got, want)
		}
	}
	if *n != before {
		t.Error("the number was changed")
	}
}

// FuzzSums: the numbers have random words, half of which are the largest, so that
// the sums are.
func FuzzSums(f *testing.F) {
	for seed := range uint64(50) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		needVectors(t)
		r := rand.New(rand.NewPCG(seed, 0))
		var n [Size]byte
		for i := range n {
			if n[i] = 255; seed%2 == 0 && r.IntN(2) == 0 {
				n[i] = byte(r.Uint32())
			}
		}
		var moduli [Count]uint64
		for i := range moduli {
			moduli[i] = 1<<26 - uint64(r.IntN(1<<r.IntN(26)))
		}
		check(t, &n, moduli)
	})
}

// TestEachByte: every byte counts, by its place.
func TestEachByte(t *testing.T) {
	needVectors(t)
	for i := range Size {
		var n [Size]byte
		n[i] = 0x81
		check(t, &n, [Count]uint64{1<<26 - 5, 3, 111546435, 1, 65537})
	}
}

// TestTooLarge: what might not fit 64 bits gets no table.
func TestTooLarge(t *testing.T) {
	for _, modulus := range []uint64{1<<30 - 35, 1<<32 - 5, 1<<32 + 15} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%d was taken", modulus)
				}
			}()
			New([Count]uint64{3, 5, 7, 11, modulus})
		}()
	}
}

func BenchmarkSums(b *testing.B) {
	needVectors(b)
	table := New([Count]uint64{111546435, 58642669, 8965109, 27433619, 72370439})
	var n [Size]byte
	var sums [Count]uint64
	for b.Loop() {
		Sums(&sums, &n, table)
	}
}
