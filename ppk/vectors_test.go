package ppk_test

import (
	"bytes"
	"testing"

	"github.com/keyconv/keyconv/ppk"
	"github.com/keyconv/keyconv/sshkey"
)

// What testdata/vectors/README says of the key in the vectors, and the
// fingerprints that puttygen prints.
const (
	vectorSeed   = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
	vectorPublic = "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8"
	vectorPrint  = "SHA256:lbmsoA0yIEcEiVDRnMWuzm+nV+3ZEEpVIURqFoeSspg"
	shortSeed    = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e00"
	shortPrint   = "SHA256:+2WZu7aq9aV8I+4+PVePkoLV18eyiKzGmq+bPutWNfU"
)

var vectors = []struct {
	name, cipher, kdf string
	version           int
}{
	{"v1-plain-hash", "", "", 1},
	{"v1-aes", "aes256-cbc", "SHA-1", 1},
	{"v2-plain", "", "", 2},
	{"v2-aes", "aes256-cbc", "SHA-1", 2},
	{"v2-short-seed", "", "", 2},
	{"v3-plain", "", "", 3},
	{"v3-argon2id", "aes256-cbc", ppk.Argon2id, 3},
	{"v3-argon2i", "aes256-cbc", ppk.Argon2i, 3},
	{"v3-argon2d", "aes256-cbc", ppk.Argon2d, 3},
}

func TestVectors(t *testing.T) {
	for _, v := range vectors {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			data := vector(t, v.name)
			sealed, err := ppk.Parse([]byte(data))
			if err != nil {
				t.Fatal(err)
			}
			checkProtection(t, sealed, v.cipher, v.kdf)
			k, err := sealed.Decrypt([]byte(passphrase), sshkey.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			if k.Version != v.version {
				t.Errorf("version %d", k.Version)
			}
			seed, print, comment := vectorSeed, vectorPrint, "vec"
			if v.name == "v2-short-seed" {
				seed, print, comment = shortSeed, shortPrint, "short"
			}
			if got := k.Private.(*sshkey.EdDSAPrivateKey).Seed; !bytes.Equal(got, unhex(t, seed)) {
				t.Error("another seed")
			}
			if k.Public.Fingerprint() != print || k.Comment != comment {
				t.Errorf("%s %q", k.Public.Fingerprint(), k.Comment)
			}
			samePlain2(t, data, k)
		})
	}
	k, err := open(vector(t, "v2-plain"))
	if err != nil || !bytes.Equal(k.Public.Parts().(sshkey.EdDSAPublicKey).Key, unhex(t, vectorPublic)) {
		t.Errorf("another public key: %v", err)
	}
}

func checkProtection(t *testing.T, k *sshkey.Key, cipher, kdf string) {
	t.Helper()
	p := k.Protection
	if k.Encrypted() != (cipher != "") || (p == nil) != (cipher == "") {
		t.Fatalf("protection %v", p)
	}
	if p == nil {
		return
	}
	if p.Cipher != cipher || p.KDF != kdf {
		t.Errorf("%s under %s", p.Cipher, p.KDF)
	}
	want := []sshkey.Param{{Name: "memory_kib", Value: 256}, {Name: "passes", Value: 2}, {Name: "parallelism", Value: 1}, {Name: "salt_bytes", Value: 16}}
	if kdf == "SHA-1" {
		want = nil
	}
	if len(p.Params) != len(want) {
		t.Fatalf("parameters %v", p.Params)
	}
	for i := range want {
		if p.Params[i] != want[i] {
			t.Errorf("parameter %v", p.Params[i])
		}
	}
}

// TestVectorsWritten: there is one spelling of a PPK 2, and of an unencrypted
// PPK 3, so what is written is the vector.
func TestVectorsWritten(t *testing.T) {
	k, err := open(vector(t, "v2-plain"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, pass string
		version    int
	}{{"v2-plain", "", 2}, {"v2-aes", passphrase, 2}, {"v3-plain", "", 3}} {
		got, err := ppk.Encoder{Version: c.version}.Marshal(k, []byte(c.pass))
		if err != nil || string(got) != vector(t, c.name) {
			t.Errorf("%s: %v\n%s", c.name, err, got)
		}
	}
}

// TestPlainIgnoresPassphrase: the MAC of an unencrypted file is that of the
// empty passphrase, whatever the user types.
func TestPlainIgnoresPassphrase(t *testing.T) {
	for _, name := range []string{"v1-plain-hash", "v2-plain", "v3-plain"} {
		if _, err := open(vector(t, name)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
