package repair

import (
	"math/big"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/internal/moduli"
	"github.com/keyconv/keyconv/sshkey"
)

// TestSmallFactor compares sums of words with math/big.
func TestSmallFactor(t *testing.T) {
	rng := random(t)
	found := 0
	for range 1000 {
		n := bytesOf(rng, [...]int{1 + rng.IntN(700), moduli.Size}[rng.IntN(2)])
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

// TestRemainder: numbers of every length, and words of every table.
func TestRemainder(t *testing.T) {
	rng := random(t)
	large := largePrimes()
	for size := range 300 {
		n := bytesOf(rng, size+8*rng.IntN(100))
		limbs := limbsOf(n)
		for _, table := range primeTables {
			words := table()
			w := &words[rng.IntN(len(words))]
			checkRemainder(t, n, w.product, w.remainder(limbs), 3)
		}
		w := &large[rng.IntN(len(large))]
		for i, r := range remainders(w, limbs) {
			checkRemainder(t, n, w[i].product, r, len(limbs))
		}
	}
	greatest := oddPrimes(1<<20-100, 1<<20)
	n := new(big.Int).Lsh(big.NewInt(1), 2048)
	n.Sub(n, new(big.Int).Mod(n, big.NewInt(int64(greatest[0]))))
	if p := smallFactor(n.Bytes(), thorough); p == 0 {
		t.Errorf("%d divides it", greatest[0])
	}
}

// TestQuickPrimes: with vectors and without, each prime is found alone, and none
// where there is none.
func TestQuickPrimes(t *testing.T) {
	table := primeTables[quick]()
	one := big.NewInt(1)
	for _, p := range oddPrimes(3, limits[quick]) {
		one.Mul(one, big.NewInt(int64(p)))
	}
	top := new(big.Int).Lsh(big.NewInt(1), 8*moduli.Size-1)
	top.Sub(top, new(big.Int).Mod(top, one)).Add(top, one)
	for _, p := range append([]uint32{1}, oddPrimes(3, limits[quick])...) {
		n := new(big.Int).Add(top, big.NewInt(int64(p))) // has what one and p have in common
		want := uint64(p)
		if p == 1 {
			want = 0
		}
		if with, without := smallFactor(n.Bytes(), quick), table.factor(limbsOf(n.Bytes())); with != want || without != want {
			t.Errorf("%d: %d with vectors, %d without", want, with, without)
		}
	}
}

func BenchmarkSmallFactor(b *testing.B) {
	n := rsaKeys()[0].Blob() // whose modulus is the end of it
	n = n[len(n)-256:]
	b.Run("quick, without vectors", func(b *testing.B) {
		var limbs [powers]uint64
		for b.Loop() {
			primeTables[quick]().factor(fill(limbs[:], n))
		}
	})
	for c, name := range []string{"quick", "usual", "most", "thorough"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				smallFactor(n, care(c))
			}
		})
	}
}

// checkRemainder wants -n/2^(64*words) mod product.
func checkRemainder(t *testing.T, n []byte, product, got uint64, words int) {
	t.Helper()
	sum := new(big.Int).SetUint64(got)
	sum.Lsh(sum, 64*uint(words)).Add(sum, new(big.Int).SetBytes(n))
	if sum.Mod(sum, new(big.Int).SetUint64(product)).Sign() != 0 || got > product {
		t.Fatalf("%x mod %d: not %d", n, product, got)
	}
}

func limbsOf(n []byte) []uint64 { return fill(make([]uint64, len(n)/8+8), n) }

// TestCare: a key in one piece needs less care than one that is put together,
// behind the first of a file. This one has a factor that only the latter finds.
func TestCare(t *testing.T) {
	rng := random(t)
	var n *big.Int
	for n == nil || smallFactor(n.Bytes(), usual) != 0 {
		n = new(big.Int).SetBytes(append([]byte{3}, bytesOf(rng, 253)...))
		n.Lsh(n, 6).Add(n, big.NewInt(63*17%64)) // 17 is 1/65521 mod 64
		n.Mul(n, big.NewInt(65521))
	}
	line := must(sshkey.RSAPublicKey{E: big.NewInt(65537), N: n}.PublicKey()).String()
	if !strings.HasSuffix(line, "/") {
		t.Fatal(line)
	}
	for text, want := range map[string]bool{
		`"` + line + `"`:                                   true,
		"> " + line:                                        true,
		strings.TrimPrefix(line, "ssh-rsa "):               true,
		line[:100] + "\n" + line[100:]:                     false,
		strings.Replace(line, "AAAAB3", "B3", 1):           false,
		`"` + strings.TrimSuffix(line, "/") + `\/"`:        false,
		`"` + line + "\"\n" + line[:90] + "\n" + line[90:]: true, // the first of the two
	} {
		m := NewMemory()
		m.asked = careful
		res, err := Text([]byte(text), Options{Memory: m})
		if got := err == nil && len(res.Entries) == 1; got != want {
			t.Errorf("%.60q…: printed %v, %v", text, got, err)
		}
		if res, _ := Text([]byte(text), Options{}); len(res.Entries) > 0 {
			t.Errorf("%.60q…: the first keys get every care", text)
		}
	}
}
