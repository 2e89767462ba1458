package repair

import (
	"bytes"
	"fmt"
	"math/big"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/keyconv/keyconv/sshkey"
)

// BenchmarkDamages is what a damaged line of each kind costs in a long file, in
// which a sound line stands between two of them: ns/damaged.
func BenchmarkDamages(b *testing.B) {
	makers := []struct {
		name string
		key  func(*rand.Rand) sshkey.PublicKey
	}{{"rsa", likeRSA}, {"ed25519", ed25519Sample}}
	for _, d := range append(lossless(), losses...) {
		for _, m := range makers {
			b.Run(d.name+"/"+m.name, func(b *testing.B) { benchDamage(b, d, m.key) })
		}
	}
}

func benchDamage(b *testing.B, d damage, key func(*rand.Rand) sshkey.PublicKey) {
	const lines = 400 // more keys than are remembered
	rng := rand.New(rand.NewPCG(1, 2))
	var file bytes.Buffer
	for i := range lines {
		comment := fmt.Sprintf("user%d@host", i)
		file.Write(d.do([]byte(sample{key(rng), comment}.line()), rng))
		fmt.Fprintf(&file, "\n%s\n", sample{key(rng), comment}.line())
	}
	b.ReportAllocs()
	for b.Loop() {
		w := newWalker(Options{})
		w.o.Memory.asked, w.number = careful, careful+1 // behind those that get every check
		w.write = func([]byte) error { return nil }
		w.found = func([]sshkey.Finding) {}
		w.entry = func(Entry) {}
		if err := w.stream(bytes.NewReader(file.Bytes())); err != nil {
			b.Fatal(err)
		}
		w.finish()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/lines, "ns/damaged")
}

// likeRSA is a number that nobody would know from a modulus of 2048 bits, one of
// many.
func likeRSA(rng *rand.Rand) sshkey.PublicKey {
	list := likeRSAs()
	return list[rng.IntN(len(list))]
}

var likeRSAs = sync.OnceValue(func() (list []sshkey.PublicKey) {
	rng := rand.New(rand.NewPCG(3, 4))
	for len(list) < 1000 {
		n := bytesOf(rng, 256)
		n[0], n[255] = n[0]|0x80, n[255]|1
		p := sshkey.RSAPublicKey{E: big.NewInt(65537), N: new(big.Int).SetBytes(n)}
		if insaneRSA(p, most) == nil {
			list = append(list, must(p.PublicKey()))
		}
	}
	return list
})
