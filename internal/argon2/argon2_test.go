package argon2

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"testing"

	"golang.org/x/crypto/argon2"
)

const (
	password = "password"
	salt     = "0123456789abcdef"
)

// vectors were computed by the argon2 program of the reference implementation,
// Debian's 20190702. They have memory that is no multiple of the lanes' four
// segments, lanes of the least size, and sizes around those of BLAKE2b.
var vectors = []struct {
	Params
	want string
}{
	{Params{D, 8, 1, 1}, "a2654f651a7df9849f9153100481826a9ad101a118c2e5e35ad88ce64a5b40dc"},
	{Params{D, 64, 1, 8}, "aa21f289"},
	{Params{D, 8191, 3, 1}, "8f98cd962447915ed2b900a523b1c8fcdb4adc496778ed41e48ca0e1fe00661e914adefa2a31bdd3848835a3f4d9dd9f1de8de778ffb84eae2fcd0d8d0953aedaa6a9430b2b0c881338c6b123a7c428e"},
	{Params{D, 1024, 2, 3}, "c1c1b9400bbf2a8a94ea154f43c0c7cf666db5b5cb061b6999de29fd2ef23ee12647c10634d62cdd157c6cb74886dbaf5ba9cee5ceeeb9b627cf3ccdc71c74da"},
	{Params{D, 777, 5, 7}, "62cce5018ba843107f206a5c61c155288d6f697d48fd26f28be4fc7bc014f7ed3e8549d41dd290066c9d89e57d30499dd3b1a47f431b2d539ff8fca3ab0a8cbb1b"},
	{Params{I, 100, 4, 2}, "1e400e43add6763319bb25b9ebfece2afc7bccc7bcd8cacf7e57349bed032c9fb6ce498fb72eb1729bdb0372ad4bcf79c30b15012cd156a725413f9205d929c48a4240aa1f96b0facbac4c2aa3afed6bedf1c8443518081a4d84385c76684eb80e"},
	{Params{ID, 65536, 2, 4}, "4104e22784da04a74812c73620d7424f"},
	{Params{ID, 2411, 2, 300}, "5fcb88563484f14fc73bf5aeda555498230834434cecc5ce9b8d807736ce3971"}, // x/crypto takes 255 lanes
	{Params{ID, 8192, 21, 1}, "a1a5328ac81db7e87fdfc0d5c9b64d356f7be79167f3be20ddeb203d5a8710b124d39a506a2b4d40aa49c2c7400d949e0478292131420ad26dcb70f85dbba273870264bb833c7632bbfa4339a1e2b358"},
}

func TestVectors(t *testing.T) {
	for _, v := range vectors {
		if got := v.Key([]byte(password), []byte(salt), len(v.want)/2); hex.EncodeToString(got) != v.want {
			t.Errorf("%+v: %x", v.Params, got)
		}
	}
}

// TestRFC has the vectors of section 5.
func TestRFC(t *testing.T) {
	for v, want := range map[Variant]string{
		D:  "512b391b6f1162975371d30919734294f868e3be3984f3c1a13a4db9fabe4acb",
		I:  "c814d9d1dc7f37aa13f0d77f2494bda1c8de6b016dd388d29952a4c4672b6ce8",
		ID: "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659",
	} {
		input := func(b byte, n int) []byte { return bytes.Repeat([]byte{b}, n) }
		got := Params{v, 32, 3, 4}.derive(input(1, 32), input(2, 16), input(3, 8), input(4, 12), 32)
		if hex.EncodeToString(got) != want {
			t.Errorf("variant %d: %x", v, got)
		}
	}
}

// second is golang.org/x/crypto's, which has no Argon2d.
func (p Params) second(password, salt []byte, size int) []byte {
	derive := argon2.IDKey
	if p.Variant == I {
		derive = argon2.Key
	}
	return derive(password, salt, p.Passes, p.Memory, uint8(p.Lanes), uint32(size))
}

// TestAgainstXCrypto: all small shapes, of which each has another set of blocks
// to refer to, every size up to four links of the hash, and empty inputs.
func TestAgainstXCrypto(t *testing.T) {
	same := func(p Params, password, salt string, size int) {
		t.Helper()
		if got, want := p.Key([]byte(password), []byte(salt), size), p.second([]byte(password), []byte(salt), size); !bytes.Equal(got, want) {
			t.Errorf("%+v, %d bytes: %x, not %x", p, size, got, want)
		}
	}
	for _, variant := range []Variant{I, ID} {
		for lanes := range uint32(5) {
			for memory := range uint32(80) {
				for passes := range uint32(3) {
					same(Params{variant, memory, passes + 1, lanes + 1}, password, salt, 32)
				}
			}
		}
		same(Params{variant, 5000, 2, 1}, password, salt, 32) // several blocks of addresses for a segment
		same(Params{variant, 2040, 2, 255}, password, salt, 32)
		same(Params{variant, 8, 1, 1}, "", "", 32)
	}
	for size := range 160 {
		same(Params{ID, 8, 1, 1}, password, salt, size+1)
	}
}

// TestInputs: they stay as they are.
func TestInputs(t *testing.T) {
	p, s := append(make([]byte, 0, 64), password...), append(make([]byte, 0, 64), salt...)
	Params{ID, 8, 1, 1}.Key(p, s, 80)
	if string(p[:cap(p)]) != password+string(make([]byte, 64-len(password))) || string(s[:cap(s)]) != salt+string(make([]byte, 64-len(salt))) {
		t.Error("the input was changed")
	}
}

// BenchmarkKey has what puttygen writes, and a file at the limit of memory for one pass.
func BenchmarkKey(b *testing.B) {
	for _, p := range []Params{{ID, 8192, 21, 1}, {ID, 1 << 20, 1, 1}, {ID, 8192, 21, 2}} {
		name := fmt.Sprintf("%dMiB,%d,%d/", p.Memory>>10, p.Passes, p.Lanes)
		b.Run(name+"ours", func(b *testing.B) {
			for b.Loop() {
				p.Key([]byte(password), []byte(salt), 80)
			}
		})
		b.Run(name+"x-crypto", func(b *testing.B) {
			for b.Loop() {
				p.second([]byte(password), []byte(salt), 80)
			}
		})
	}
}
