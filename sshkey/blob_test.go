package sshkey

import (
	"bytes"
	"encoding/base64"
	"math/rand/v2"
	"os"
	"testing"
)

// sameVerified compares VerifyBlob with the reader of every blob.
func sameVerified(t *testing.T, blob []byte) {
	t.Helper()
	want, err := parsePublicKey(blob)
	canonical := err == nil && want.Known() && !want.IsCertificate() && want.blob == string(blob)
	v, ok := VerifyBlob(blob)
	if ok != canonical {
		t.Fatalf("%x: verified %v, but %v", blob, ok, err)
	}
	if !ok {
		return
	}
	if v.PublicKey() != want || v.Algorithm() != want.Algorithm() {
		t.Fatalf("%x: another key", blob)
	}
	if v.Label() != want.Label() || v.Bits() != want.Bits() || string(v.AppendFingerprint(nil)) != want.Fingerprint() {
		t.Fatalf("%x: %d %s, not %d %s", blob, v.Bits(), v.Label(), want.Bits(), want.Label())
	}
	if p, rsa := want.Parts().(RSAPublicKey); rsa && (!bytes.Equal(v.Field(0), p.E.Bytes()) || !bytes.Equal(v.Field(1), p.N.Bytes())) {
		t.Fatalf("%x: other numbers", blob)
	}
	if p, ed := want.Parts().(EdDSAPublicKey); ed && !bytes.Equal(v.Field(0), p.Key) {
		t.Fatalf("%x: other bytes", blob)
	}
}

func shippedBlobs(tb testing.TB) (list [][]byte) {
	for _, name := range []string{"rsa2048", "dsa1024", "ecdsa256", "ecdsa384", "ecdsa521", "ed25519", "ed448"} {
		text, err := os.ReadFile("../testdata/keys/" + name + "/id.pub")
		if err != nil {
			tb.Fatal(err)
		}
		blob, err := base64.StdEncoding.DecodeString(string(bytes.Fields(text)[1]))
		if err != nil {
			tb.Fatal(err)
		}
		list = append(list, blob)
	}
	return list
}

// TestVerifyBlob changes, cuts and lengthens blobs.
func TestVerifyBlob(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for _, blob := range shippedBlobs(t) {
		if _, ok := VerifyBlob(blob); !ok {
			t.Errorf("%q is not verified", blob[:20])
		}
		for i := range blob {
			sameVerified(t, blob[:i])
			changed := bytes.Clone(blob)
			changed[i] ^= byte(1 + rng.IntN(255))
			sameVerified(t, changed)
		}
		sameVerified(t, append(bytes.Clone(blob), 0))
	}
	for _, n := range [][]byte{{0}, {0, 1}, {0, 0x80}, {0x80}, {}, {1}, {0, 0, 0x80}, make([]byte, 3000), bytes.Repeat([]byte{1}, MaxRSABits/8),
		bytes.Repeat([]byte{1}, MaxRSABits/8+1), append([]byte{0}, bytes.Repeat([]byte{0xff}, MaxRSABits/8)...)} {
		b := []byte("\x00\x00\x00\x07ssh-rsa\x00\x00\x00\x01\x03")
		b = append(b, 0, 0, byte(len(n)>>8), byte(len(n)))
		sameVerified(t, append(b, n...))
	}
}

func FuzzVerifyBlob(f *testing.F) {
	for _, blob := range shippedBlobs(f) {
		f.Add(blob)
	}
	f.Fuzz(func(t *testing.T, blob []byte) { sameVerified(t, blob) })
}
