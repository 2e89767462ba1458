package bcryptpbkdf

import (
	"math/big"
	"math/rand/v2"
	"testing"
)

// TestPi computes the tables: pi = 16 arctan(1/5) - 4 arctan(1/239) (Machin).
func TestPi(t *testing.T) {
	const bits, guard = 1042 * 32, 64
	arctan := func(x int64) *big.Int {
		term := new(big.Int).Lsh(big.NewInt(1), bits+guard)
		term.Quo(term, big.NewInt(x))
		sum := new(big.Int).Set(term)
		for n := int64(3); term.Sign() != 0; n += 2 {
			term.Quo(term, big.NewInt(-x*x))
			sum.Add(sum, new(big.Int).Quo(term, big.NewInt(n)))
		}
		return sum
	}
	sum := new(big.Int).Mul(arctan(5), big.NewInt(16))
	sum.Sub(sum, new(big.Int).Mul(arctan(239), big.NewInt(4)))
	sum.Sub(sum, new(big.Int).Lsh(big.NewInt(3), bits+guard)).Rsh(sum, guard)
	if want := string(sum.FillBytes(make([]byte, bits/8))); pi != want {
		t.Error("the tables are not pi")
	}
}

// TestPair compares two blocks in turns with one by x/crypto's Blowfish, which
// the vectors prove.
func TestPair(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 3 {
		var in [3][64]byte
		for i := range in {
			for j := range in[i] {
				in[i][j] = byte(rng.Uint32())
			}
		}
		out := hashPair(in[0][:], in[1][:], in[2][:])
		if out[0] != hash(in[0][:], in[1][:]) || out[1] != hash(in[0][:], in[2][:]) {
			t.Errorf("%x", out)
		}
	}
}

// BenchmarkPair: the pair is here because it costs little more than one.
func BenchmarkPair(b *testing.B) {
	in := make([]byte, 64)
	b.Run("two", func(b *testing.B) {
		for b.Loop() {
			hashPair(in, in, in)
		}
	})
	b.Run("one", func(b *testing.B) {
		for b.Loop() {
			hash(in, in)
		}
	})
}
