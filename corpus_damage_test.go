package keyconv_test

import (
	"bytes"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/repair"
	"github.com/keyconv/keyconv/sshkey"
)

// Why no reader can tell some damaged private numbers from sound ones.
const (
	xOnly      = "PKCS#8 DSA (RFC 5958 with RFC 3279) holds p, q, g and x, not y; any x below q is a key"
	seedOnly   = "PKCS#8 Ed25519 and Ed448 (RFC 8410) without the optional public key hold the seed alone; any seed is a key"
	scalarOnly = "PKCS#8 EC without the optional public key (RFC 5915) holds the scalar alone; nearly any number is a key"
	tokenOnly  = "the handle of a security key is known to its token alone; nothing outside it can check it"
	unknown    = "an algorithm that nobody here knows: its private bytes are shown and never written"
)

// noRedundancy are files in which a private number stands alone: there is
// neither a public half nor a check to compare it with.
var noRedundancy = map[string]string{
	"jsch/pkcs8_dsa":                       xOnly,
	"libssh/inline/torture_key.c.L291.pem": xOnly,
	"sshj/keyformats/pkcs8-dsa":            xOnly,
	"sshpk/id_dsa8":                        xOnly,
	"mina-sshd/sshd-common/common/config/keys/loader/pem/pkcs8-dsa-768.pem": xOnly,
	"jsch/pkcs8_ed25519":                                                   seedOnly,
	"jsch/pkcs8_ed25519_encrypted_scrypt":                                  seedOnly,
	"jsch/pkcs8_ed448":                                                     seedOnly,
	"jsch/pkcs8_ed448_encrypted_scrypt":                                    seedOnly,
	"libssh/inline/torture_key.c.L739.pem":                                 seedOnly,
	"libssh/keys/pkcs11/id_pkcs11_ed25519":                                 seedOnly,
	"mina-sshd/sshd-common/common/config/keys/loader/pem/pkcs8-eddsa.pem":  seedOnly,
	"mina-sshd/sshd-common/common/config/keys/loader/pem/pkcs8-eddsa.enc":  seedOnly,
	"mina-sshd/sshd-common/common/config/keys/loader/pem/pkcs8-eddsa.enc2": seedOnly,
	"paramiko/_support/ed448.key":                                          seedOnly,
	"sshpk/curdle-pkix-privonly.pem":                                       seedOnly,
	"sshpk/pkcs8-nopub.pem":                                                scalarOnly,
}

// excused is why a file may be read as another key; "" for not at all.
func excused(r row, k *sshkey.Key) string {
	switch k.Private.(type) {
	case *sshkey.SKPrivateKey:
		return tokenOnly
	case *sshkey.Opaque:
		return unknown
	}
	return noRedundancy[r.path]
}

// damageStep is how far apart the places of damage are, in bytes.
const damageStep = 16

// damaged counts what TestCorpusDamaged tried.
type damaged struct{ files, truncated, flipped, read, other, derived int }

// TestCorpusDamaged cuts every private key file of the corpus at every 16th
// byte and flips a bit in every 16th byte. What is still read must be the key
// that it was. A sample of the files by default; all of them with
// KEYCONV_RELIABILITY set.
func TestCorpusDamaged(t *testing.T) {
	folder, rows := manifest(t)
	rng := rand.New(rand.NewPCG(5, 6))
	var d damaged
	for _, r := range rows {
		if r.kind != "private" || refused[r.path] != "" || os.Getenv("KEYCONV_RELIABILITY") == "" && rng.IntN(16) > 0 {
			continue
		}
		data, err := os.ReadFile(filepath.Join(folder, r.path))
		if err != nil {
			t.Fatal(err)
		}
		d.file(t, rng, r, data)
	}
	if d.files == 0 {
		t.Fatal("no files")
	}
	t.Logf("reliability:\tcorpus\t%d\t%d\t%d\t%d\t%d\t%d", d.files, d.truncated, d.flipped, d.read, d.other, d.derived)
}

// file damages one file in every place. An encrypted one is opened with the
// keys of the sound one where the damage has left the derivation as it was,
// which accepts more than deriving anew; for a sample they are derived.
func (d *damaged) file(t *testing.T, rng *rand.Rand, r row, data []byte) {
	keys, _, err := keyconv.ParseLenient(data, "")
	if err != nil {
		return // TestCorpus knows why
	}
	sound := keys[0]
	var derived []byte
	want := sound
	if s, ok := sound.Private.(*sshkey.Sealed); ok {
		if r.passphrase == "-" {
			return
		}
		if derived, err = s.Lock().Derive([]byte(r.passphrase), sshkey.Limits{}.WithDefaults()); err != nil {
			return
		}
		if want, err = s.Lock().Open(derived); err != nil {
			return // a passphrase in a code page
		}
	}
	d.files++
	try := func(what string, i int, damage []byte) {
		got, ok := d.read1(rng, r, damage, sound, derived)
		if !ok {
			return
		}
		d.read++
		same := *got
		same.Comment = want.Comment
		if got.Private == nil || sshkey.Same(&same, want) == nil {
			return
		}
		if d.other++; excused(r, want) == "" {
			t.Errorf("%s: %s at %d: another key is read: %v", r.path, what, i, sshkey.Same(&same, want))
		}
	}
	for i, damage := range damages(rng, data) {
		d.truncated++
		try("cut", i, data[:i])
		d.flipped++
		try("flipped", i, damage)
	}
}

// damages gives every 16th place of data, and data with a bit flipped there.
func damages(rng *rand.Rand, data []byte) iter.Seq2[int, []byte] {
	return func(yield func(int, []byte) bool) {
		for i := 0; i < len(data); i += damageStep {
			flipped := bytes.Clone(data)
			flipped[i] ^= 1 << rng.IntN(8)
			if !yield(i, flipped) {
				return
			}
		}
	}
}

// read1 reads a damaged file; ok is false where that is refused.
func (d *damaged) read1(rng *rand.Rand, r row, data []byte, sound *sshkey.Key, derived []byte) (*sshkey.Key, bool) {
	keys, _, err := keyconv.ParseLenient(data, "")
	if err != nil {
		return nil, false
	}
	k := keys[0]
	s, ok := k.Private.(*sshkey.Sealed)
	if !ok {
		return k, true
	}
	if derived == nil {
		return nil, false // damage that looks like encryption
	}
	if sameProtection(k.Protection, sound.Protection) && rng.IntN(200) > 0 {
		k, err = s.Lock().Open(derived)
		return k, err == nil
	}
	d.derived++
	k, err = k.Decrypt([]byte(r.passphrase), affordable)
	return k, err == nil
}

// affordable keeps damaged parameters from costing minutes.
var affordable = sshkey.Limits{BcryptRounds: 100, Argon2MemoryKiB: 64 << 10, Argon2WorkKiB: 1 << 20, PBKDF2Iterations: 1_000_000, ScryptMemoryKiB: 64 << 10, ScryptWorkKiB: 256 << 10}

func sameProtection(a, b *sshkey.Protection) bool {
	if a == nil || b == nil || a.Cipher != b.Cipher || a.KDF != b.KDF || len(a.Params) != len(b.Params) {
		return false
	}
	for i := range a.Params {
		if a.Params[i] != b.Params[i] {
			return false
		}
	}
	return true
}

// TestCorpusCut cuts every other file of the corpus (public keys, certificates,
// invalid ones) at every 16th byte and flips a bit in every 16th byte. What is
// still read of a file that was cut must be a key of the whole one, by the reader
// and by the repair. A flipped bit of a public key is another key of which no
// reader can know; that nothing panics is all that is asked there. A sample of
// the files by default; all of them with KEYCONV_RELIABILITY set.
func TestCorpusCut(t *testing.T) {
	folder, rows := manifest(t)
	rng := rand.New(rand.NewPCG(7, 8))
	var files, tried, read, other int
	for _, r := range rows {
		if r.kind == "private" && refused[r.path] == "" || os.Getenv("KEYCONV_RELIABILITY") == "" && rng.IntN(32) > 0 {
			continue
		}
		data, err := os.ReadFile(filepath.Join(folder, r.path))
		if err != nil {
			t.Fatal(err)
		}
		files++
		whole := publicKeys(t, data)
		for i, flipped := range damages(rng, data) {
			tried++
			for key := range publicKeys(t, data[:i]) {
				if read++; !whole[key] && sound[r.path] != unknownType {
					t.Errorf("%s: cut at %d: another key is read: %s", r.path, i, key)
				}
			}
			for key := range publicKeys(t, flipped) {
				if !whole[key] {
					other++
				}
			}
		}
	}
	if files == 0 {
		t.Fatal("no files")
	}
	t.Logf("reliability:\tcut\t%d\t%d\t%d\t%d\t%d", files, tried, tried, read, other)
}

// publicKeys are the keys that data holds, to the reader and to the repair.
func publicKeys(t *testing.T, data []byte) map[string]bool {
	found := map[string]bool{}
	keys, _, _ := keyconv.ParseLenient(data, "")
	for _, k := range keys {
		found[k.Public.String()] = true
	}
	res, err := repair.Text(data, repair.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range res.Entries {
		found[e.Key.Public.String()] = true
	}
	return found
}
