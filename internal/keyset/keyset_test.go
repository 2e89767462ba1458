package keyset

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// TestKeys: the memory of keys is that of a map, and ends where it must.
func TestKeys(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 1))
	k, want := New(), map[uint64]uint32{}
	for range 20_000 {
		hash, value := 1+rng.Uint64N(2000)<<50, uint32(rng.IntN(3))
		got, ok := k.Find(hash)
		if before, there := want[hash]; ok != there || got != before {
			t.Fatalf("%d: %d %v, want %d %v", hash, got, ok, before, there)
		}
		k.Set(hash, value)
		want[hash] = value
	}
	k = New()
	for hash := range uint64(Max + 100) {
		k.Set(hash+1, 0)
	}
	if k.n != Max || len(k.hashes) > 2*Max {
		t.Errorf("%d keys in %d slots", k.n, len(k.hashes))
	}
	if _, ok := k.Find(Max + 50); ok {
		t.Error("more keys are remembered than there is room for")
	}
	k.Set(50, 7)
	if v, ok := k.Find(50); !ok || v != 7 {
		t.Error("a full memory forgets")
	}
}

// TestHash: 0 marks a free slot.
func TestHash(t *testing.T) {
	k := New()
	if a, b := k.Hash([]byte("a")), k.Hash([]byte("b")); a == b || a == 0 || a != k.Hash([]byte("a")) {
		t.Error(a, b)
	}
}

// BenchmarkFetch looks a million keys up, in batches as the streams have them.
func BenchmarkFetch(b *testing.B) {
	const n, batch = 1 << 20, 700
	k, hashes := New(), make([]uint64, n)
	for i := range hashes {
		hashes[i] = rand.Uint64() | 1
		k.Set(hashes[i], 0)
	}
	for _, ahead := range []bool{true, false} {
		b.Run(fmt.Sprintf("ahead=%v", ahead), func(b *testing.B) {
			for i := 0; b.Loop(); i = (i + batch) % (n - batch) {
				for _, h := range hashes[i : i+batch] {
					if ahead {
						k.Fetch(h)
					}
				}
				for _, h := range hashes[i : i+batch] {
					k.Find(h)
				}
			}
		})
	}
}
