package repair

import (
	"crypto/ecdh"
	"crypto/ed25519"
	"math/big"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"testing"

	"github.com/keyconv/keyconv/sshkey"
)

// A sample is a key and its line.
type sample struct {
	key     sshkey.PublicKey
	comment string
}

func (s sample) line() string {
	if s.comment == "" {
		return s.key.String()
	}
	return s.key.String() + " " + s.comment
}

// rsaSizes are the bits of RSA keys, as often as they are drawn.
var rsaSizes = []int{2048, 2048, 2048, 2048, 2048, 2048, 2048, 2048, 3072, 3072, 3072, 1024, 1024, 1024, 1024, 1024, 4096}

// rsaPrimes are two for each of the sizes, and one more for the last, which a run makes
// once. Any two of a size make a key: whether one of them ends like a word is of no
// matter to a measure then.
var rsaPrimes = sync.OnceValue(func() map[int][]*big.Int {
	rng := rand.New(rand.NewPCG(seed(), 2)) // not crypto/rsa, which no seed repeats
	primes := map[int][]*big.Int{4096: {prime(rng, 2048)}}
	for _, bits := range rsaSizes {
		primes[bits] = append(primes[bits], prime(rng, bits/2), prime(rng, bits/2))
	}
	return primes
})

// rsaKeys are one key of each of the sizes.
var rsaKeys = sync.OnceValue(func() (list []sshkey.PublicKey) {
	next := map[int]int{}
	for _, bits := range rsaSizes {
		list = append(list, rsaKey(rsaPrimes()[bits][next[bits]], rsaPrimes()[bits][next[bits]+1]))
		next[bits] += 2
	}
	return list
})

func rsaKey(p, q *big.Int) sshkey.PublicKey {
	return must(sshkey.RSAPublicKey{E: big.NewInt(65537), N: new(big.Int).Mul(p, q)}.PublicKey())
}

func freshRSA(rng *rand.Rand) sshkey.PublicKey {
	primes := rsaPrimes()[rsaSizes[rng.IntN(len(rsaSizes))]]
	p := rng.IntN(len(primes))
	q := (p + 1 + rng.IntN(len(primes)-1)) % len(primes) // another one
	return rsaKey(primes[p], primes[q])
}

// prime is one with its first two bits set, so that a product has all of its bits. Most
// numbers have a small factor, and need no test: on 32 bits it costs a tenth of a second.
func prime(rng *rand.Rand, bits int) *big.Int {
	one := big.NewInt(1)
	for {
		b := bytesOf(rng, bits/8)
		b[0], b[len(b)-1] = b[0]|0xc0, b[len(b)-1]|1
		n := new(big.Int).SetBytes(b)
		if new(big.Int).GCD(nil, nil, n, smallFactors()).Cmp(one) == 0 && n.ProbablyPrime(0) {
			return n
		}
	}
}

// smallFactors is the product of the odd primes below 2^12.
var smallFactors = sync.OnceValue(func() *big.Int {
	product := big.NewInt(1)
	for i := int64(3); i < 1<<12; i += 2 {
		if p := big.NewInt(i); p.ProbablyPrime(0) {
			product.Mul(product, p)
		}
	}
	return product
})

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// seed is new in every run; REPAIR_SEED repeats one.
var seed = sync.OnceValue(func() uint64 {
	if s, err := strconv.ParseUint(os.Getenv("REPAIR_SEED"), 10, 64); err == nil {
		return s
	}
	return rand.Uint64()
})

// random is the generator of a test; the seed is printed.
func random(t testing.TB) *rand.Rand {
	t.Logf("REPAIR_SEED=%d", seed())
	return rand.New(rand.NewPCG(seed(), 1))
}

func bytesOf(rng *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(rng.Uint32())
	}
	return b
}

func ed(rng *rand.Rand) []byte {
	return ed25519.NewKeyFromSeed(bytesOf(rng, 32)).Public().(ed25519.PublicKey)
}

func edKey(rng *rand.Rand) sshkey.PublicKey {
	return must(sshkey.EdDSAPublicKey{Curve: "Ed25519", Key: ed(rng)}.PublicKey())
}

func ec(rng *rand.Rand, c ecdh.Curve, size int) []byte {
	d := append(make([]byte, size-30), bytesOf(rng, 30)...)
	return must(c.NewPrivateKey(d)).PublicKey().Bytes()
}

// fresh makes a key: every call another one, RSA keys apart, of which a run has
// some two hundred.
func fresh(rng *rand.Rand) sshkey.PublicKey {
	switch n := rng.IntN(20); {
	case n < 8:
		return freshRSA(rng)
	case n < 14:
		return must(sshkey.EdDSAPublicKey{Curve: "Ed25519", Key: ed(rng)}.PublicKey())
	case n < 16:
		return must(sshkey.ECDSAPublicKey{Curve: "nistp256", Point: ec(rng, ecdh.P256(), 32)}.PublicKey())
	case n < 17:
		return must(sshkey.ECDSAPublicKey{Curve: "nistp384", Point: ec(rng, ecdh.P384(), 48)}.PublicKey())
	case n < 18:
		return must(sshkey.ECDSAPublicKey{Curve: "nistp521", Point: ec(rng, ecdh.P521(), 66)}.PublicKey())
	case n < 19:
		return must(sshkey.SKPublicKey{Key: sshkey.EdDSAPublicKey{Curve: "Ed25519", Key: ed(rng)}, Application: "ssh:"}.PublicKey())
	}
	return must(sshkey.SKPublicKey{Key: sshkey.ECDSAPublicKey{Curve: "nistp256", Point: ec(rng, ecdh.P256(), 32)}, Application: "ssh:"}.PublicKey())
}

var comments = []string{"fred@box", "rsa-key-20250101", "fred", "", "root@srv1.example.com", "work laptop 2024", "Frédéric@maison",
	"imported-openssh-key", "me", "bob", "John Smith", "jdoe+aws@example.org", "deploy_key", "ci/cd", "=)", "ssh key of fred", "test key ed25519", "my old rsa"}

func freshSample(rng *rand.Rand) sample { return sample{fresh(rng), comments[rng.IntN(len(comments))]} }
