package bcryptpbkdf

import (
	"bytes"
	"encoding/hex"
	"testing"
)

// vectors were computed by OpenBSD's own bcrypt_pbkdf. The first is of its
// regression tests, the others those of golang.org/x/crypto.
var vectors = []struct {
	rounds               int
	password, salt, want string
}{
	{4, "password", "salt", "5bbf0cc293587f1c3635555c27796598d47e579071bf427e9d8fbe842aba34d9"},
	{12, "password", "salt", "1ae42c05d487bc02f64921a4ebe4ea93bcacfe135fda99974c06b7b01fae149a"},
	{3, "passwordy\x00PASSWORD\x00", "salty\x00SALT\x00", "7f310bd3e78c3280c59ce4595211a2928e8d4ec744c1ed2efc9f764e3388e0ad"},
	{8, "секретное слово", "посолить немножко", "8df43fc6fe131fc47f0c9e39224bd94c70b6fcc8ee8135faddf61156e6cb2733ea765f315a3e1e4afc35bf8687d189254c1e05a6fe80c0617f9183d67260d6a115c6c94e3603e2303fbb43a76a64523ffda686b1d4518543"},
}

func TestVectors(t *testing.T) {
	for _, v := range vectors {
		want, err := hex.DecodeString(v.want)
		if err != nil {
			t.Fatal(err)
		}
		if got := Key([]byte(v.password), []byte(v.salt), v.rounds, len(want)); !bytes.Equal(got, want) {
			t.Errorf("%q, %d rounds: %x", v.password, v.rounds, got)
		}
	}
}

// TestHash is the check of bcrypt_hash alone that x/crypto has.
func TestHash(t *testing.T) {
	var pass, salt [64]byte
	for i := range pass {
		pass[i], salt[i] = byte(i), byte(i+64)
	}
	if got := hash(pass[:], salt[:]); hex.EncodeToString(got[:]) != "87904870eef9deddf8e7611a140106e6aaf1a363d9a2c504db356443721eb555" {
		t.Errorf("%x", got)
	}
}

// TestLengths: the sizes that ssh-keygen's ciphers ask for, and that the inputs
// stay as they are.
func TestLengths(t *testing.T) {
	pass, salt := []byte("p"), append(make([]byte, 0, 64), "salt"...)
	for _, n := range []int{1, 16, 28, 31, 32, 33, 40, 44, 48, 64, 100} {
		if got := Key(pass, salt, 1, n); len(got) != n {
			t.Errorf("%d bytes, not %d", len(got), n)
		}
	}
	if string(pass) != "p" || string(salt[:8]) != "salt\x00\x00\x00\x00" {
		t.Error("the input was changed")
	}
}

func BenchmarkKey(b *testing.B) {
	for b.Loop() {
		Key([]byte("password"), []byte("0123456789abcdef"), 16, 48)
	}
}
