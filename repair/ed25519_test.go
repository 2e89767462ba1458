package repair

import (
	"math/big"
	"testing"
)

func number25519(a element25519) *big.Int {
	n := new(big.Int)
	for i := range a {
		n.Or(n.Lsh(n, 64), new(big.Int).SetUint64(a[3-i]))
	}
	return n
}

// edges are the numbers where carries are.
func edges() (list []element25519) {
	for _, low := range []uint64{0, 1, 2, 18, 19, 20, 37, 38, ^uint64(0), ^uint64(0) - 18, ^uint64(0) - 19, ^uint64(0) - 37} {
		for _, high := range []uint64{0, 1, ^uint64(0), 1<<63 - 1} {
			list = append(list, element25519{low, high, high, high}, element25519{low, 0, 0, high}, element25519{0, 0, 0, low}, element25519{low})
		}
	}
	return list
}

// TestField25519 compares the arithmetic with math/big.
func TestField25519(t *testing.T) {
	rng := random(t)
	list := edges()
	for range 100 {
		list = append(list, element25519{rng.Uint64(), rng.Uint64(), rng.Uint64(), rng.Uint64()})
	}
	p := number25519(fieldPrime)
	same := func(what string, a, b, got element25519, want *big.Int) {
		if r := new(big.Int).Mod(number25519(got), p); r.Cmp(want.Mod(want, p)) != 0 {
			t.Fatalf("%x %s %x is %x, not %x", a, what, b, r, want)
		}
	}
	for _, a := range list {
		for _, b := range list {
			x, y := number25519(a), number25519(b)
			same("+", a, b, a.plus(b), new(big.Int).Add(x, y))
			same("*", a, b, a.times(b), new(big.Int).Mul(x, y))
		}
		if got, want := a.jacobi(), big.Jacobi(number25519(a), p); got != want {
			t.Fatalf("(%x/p) is %d, not %d", a, got, want)
		}
	}
	if !p.ProbablyPrime(10) || number25519(minusOne).Cmp(new(big.Int).Sub(p, one)) != 0 {
		t.Error("p or p-1 is wrong")
	}
	d := new(big.Int).ModInverse(big.NewInt(121666), p) // d = -121665/121666
	if d.Mul(d, big.NewInt(-121665)).Mod(d, p).Cmp(number25519(curveD)) != 0 {
		t.Error("d is wrong")
	}
}
