//go:build amd64 && !purego

package argon2

import (
	"math/rand/v2"
	"testing"

	"github.com/keyconv/keyconv/internal/keytest"
)

func needAVX2(t testing.TB) {
	if !hasAVX2 {
		keytest.Missing(t, "AVX2")
	}
}

// TestWithoutAVX2 derives with the code of every other processor.
func TestWithoutAVX2(t *testing.T) {
	needAVX2(t)
	hasAVX2 = false
	defer func() { hasAVX2 = true }()
	TestVectors(t)
	TestRFC(t)
}

// FuzzCompress compares the two. The blocks are random words, half of which are
// those that carry, wrap or are lost in a multiplication.
func FuzzCompress(f *testing.F) {
	f.Add(uint64(0), uint64(0))
	f.Add(uint64(1), uint64(0xffffffffffffffff))
	f.Fuzz(func(t *testing.T, seed, word uint64) {
		needAVX2(t)
		r := rand.New(rand.NewPCG(seed, word))
		var out, x, y block
		for _, b := range []*block{&out, &x, &y} {
			for i := range b {
				b[i] = [...]uint64{r.Uint64(), word, 1<<32 - 1, 1 << 32, ^uint64(0), 0}[max(r.IntN(12)-6, 0)]
			}
		}
		plain, oldX, oldY := out, x, y
		compressGo(&plain, &x, &y)
		compressAVX2(&out, &x, &y)
		if out != plain {
			t.Error("the two differ")
		}
		if x != oldX || y != oldY {
			t.Error("the input was changed")
		}
		compressGo(&x, &x, &y)
		compressAVX2(&oldX, &oldX, &y)
		if x != oldX {
			t.Error("the two differ where the block that is written is read")
		}
	})
}

func BenchmarkCompress(b *testing.B) {
	needAVX2(b)
	var out, x, y block
	for name, compress := range map[string]func(out, x, y *block){"AVX2": compressAVX2, "Go": compressGo} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				compress(&out, &x, &y)
			}
		})
	}
}
