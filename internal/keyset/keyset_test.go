package keyset

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestKeys: the memory of keys is that of a map that takes the first keys, and
// ends where it must.
func TestKeys(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 1))
	for range 300 {
		k := New()
		k.most, k.size = 1+rng.IntN(300), 1+rng.IntN(20)
		sameAsMap(t, rng, k, 1+rng.Uint64N(2*uint64(k.most)), []int{rng.IntN(3), rng.IntN(9), rng.IntN(3), rng.IntN(9), 1 + rng.IntN(3)})
	}
	k := New()
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

// sameAsMap asks and sets at random, each as often as its weight says. Hashes that
// differ in few bits have the same tag.
func sameAsMap(t *testing.T, rng *rand.Rand, k *Keys, keys uint64, weights []int) {
	t.Helper()
	want := map[uint64]uint32{}
	var deck []int
	for what, n := range weights {
		deck = append(deck, slices.Repeat([]int{what}, n)...)
	}
	spread := []uint64{1, 1<<50 + 1, 1 << 50, 0x9e3779b97f4a7c15}[rng.IntN(4)]
	for range 2000 {
		hash, value := (1+rng.Uint64N(keys))*spread, uint32(rng.IntN(3))
		before, there := want[hash]
		got, ok := before, there
		set := func(value uint32) {
			if there || len(want) < k.most {
				want[hash] = value
			}
		}
		switch what := deck[rng.IntN(len(deck))]; {
		case what == 0:
			k.Set(hash, value)
			set(value)
		case what == 1 && before == 0: // or it is not there
			k.Later(hash)
			set(0)
		case what == 2:
			got, ok = k.Add(hash, value)
			set(firstOf(before, there, value))
		case what == 3:
			ok = !k.New(hash, value)
			set(firstOf(before, there, value))
		default:
			got, ok = k.Find(hash)
		}
		if got != before || ok != there {
			t.Fatalf("%d: %d %v, want %d %v", hash, got, ok, before, there)
		}
	}
}

func firstOf(before uint32, there bool, value uint32) uint32 {
	if there {
		return before
	}
	return value
}

// TestLater: keys that wait are as many as there is room for, and the first of
// them stay.
func TestLater(t *testing.T) {
	k := New()
	for i := range uint64(2*Max + 100) {
		k.Later(i%(Max+100) + 1)
	}
	if _, ok := k.Find(Max); !ok || k.n != Max || k.count > 0 {
		t.Errorf("%d keys, and %d that wait", k.n, k.count)
	}
	if _, ok := k.Find(Max + 50); ok {
		t.Error("more keys are remembered than there is room for")
	}
	k = New()
	k.Later(1)
	k.Find(1)
	if n := testing.AllocsPerRun(100, func() { k.Later(2); k.Find(2) }); n > 0 {
		t.Errorf("%v allocations for one that waits", n)
	}
}

// TestFilter: what was put in may be there, and most of the rest is not.
func TestFilter(t *testing.T) {
	var f Filter
	rng := rand.New(rand.NewPCG(1, 2))
	if f.May(rng.Uint64()) {
		t.Error("an empty one")
	}
	in := make([]uint64, 400)
	for i := range in {
		in[i] = rng.Uint64()
		f.Add(in[i])
	}
	wrong := 0
	for _, hash := range in {
		if !f.May(hash) {
			t.Fatalf("%x was put in", hash)
		}
		if f.May(rng.Uint64()) {
			wrong++
		}
	}
	if wrong > 40 {
		t.Errorf("%d of %d others", wrong, len(in))
	}
}

// TestHash: 0 marks a free slot.
func TestHash(t *testing.T) {
	k := New()
	if a, b := k.Hash([]byte("a")), k.Hash([]byte("b")); a == b || a == 0 || a != k.Hash([]byte("a")) {
		t.Error(a, b)
	}
}

// BenchmarkKeys remembers the keys of a file in which each stands once.
func BenchmarkKeys(b *testing.B) {
	hashes := make([]uint64, 300_000)
	for i := range hashes {
		hashes[i] = rand.Uint64() | 1
	}
	for _, way := range []struct {
		name     string
		remember func(k *Keys, hash uint64, line uint32)
	}{
		{"table", func(k *Keys, hash uint64, line uint32) { k.Add(hash, line) }},
		{"new", func(k *Keys, hash uint64, line uint32) { k.New(hash, line) }},
		{"later", func(k *Keys, hash uint64, _ uint32) { k.Later(hash) }},
	} {
		b.Run(way.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				k := New()
				for i, hash := range hashes {
					way.remember(k, hash, uint32(i+1))
				}
			}
		})
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
