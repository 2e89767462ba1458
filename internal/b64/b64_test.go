package b64

import (
	"bytes"
	"encoding/base64"
	"math/rand/v2"
	"strings"
	"testing"
)

// same compares with encoding/base64, which skips line ends.
func same(t *testing.T, src []byte) {
	t.Helper()
	got := make([]byte, DecodedLen(len(src)))
	n, ok := Decode(got, src)
	want, err := base64.StdEncoding.Strict().DecodeString(string(src))
	if bytes.ContainsAny(src, "\r\n") {
		if ok {
			t.Errorf("%q: a line end was taken", src)
		}
		return
	}
	if ok != (err == nil) || ok && !bytes.Equal(got[:n], want) {
		t.Errorf("%q: %x %v, want %x %v", src, got[:n], ok, want, err)
	}
}

// TestEveryByte puts every byte into every place of texts of every length, up to
// three vectors of 32 characters and a rest.
func TestEveryByte(t *testing.T) {
	for n := range 84 {
		text := []byte(base64.StdEncoding.EncodeToString([]byte(strings.Repeat("\x00\xfb\xff", 28)[:n])))
		same(t, text)
		for i := range text {
			for c := range 256 {
				changed := bytes.Clone(text)
				changed[i] = byte(c)
				same(t, changed)
			}
			same(t, text[:i])
		}
	}
}

func TestRandom(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		raw := make([]byte, rng.IntN(600))
		for i := range raw {
			raw[i] = byte(rng.Uint32())
		}
		same(t, []byte(base64.StdEncoding.EncodeToString(raw)))
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("AAAAB3NzaC1yc2E="))
	f.Add([]byte("AAAAB3Nz\nC1yc2E="))
	f.Fuzz(func(t *testing.T, src []byte) { same(t, src) })
}

func BenchmarkDecode(b *testing.B) {
	src := []byte(base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{1, 2, 251}, 93)))
	dst := make([]byte, DecodedLen(len(src)))
	b.Run("here", func(b *testing.B) {
		b.SetBytes(int64(len(src)))
		for b.Loop() {
			Decode(dst, src)
		}
	})
	b.Run("encoding-base64", func(b *testing.B) {
		b.SetBytes(int64(len(src)))
		for b.Loop() {
			base64.StdEncoding.Decode(dst, src)
		}
	})
}

// TestShort: the vectors look at no length, and write nothing where there is too
// little room.
func TestShort(t *testing.T) {
	src := bytes.Repeat([]byte("A"), 80)
	room := bytes.Repeat([]byte{7}, 100)
	for n := range DecodedLen(len(src)) {
		func() {
			defer func() { recover() }()
			Decode(room[:n], src)
			t.Errorf("decoded into %d bytes", n)
		}()
	}
	if bytes.ContainsFunc(room, func(r rune) bool { return r != 7 }) {
		t.Error("written behind the end")
	}
}
