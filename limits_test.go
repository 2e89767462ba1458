package keyconv_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/ppk"
	"github.com/keyconv/keyconv/sshkey"
)

// TestLimitsOfWriters: what the reader would refuse is not written. Limits that are narrower
// than the usual ones are for reading.
func TestLimitsOfWriters(t *testing.T) {
	narrow := sshkey.Limits{BcryptRounds: 1, Argon2MemoryKiB: 1, Argon2WorkKiB: 1, Argon2Lanes: 1, PBKDF2Iterations: 1, ScryptMemoryKiB: 1, ScryptWorkKiB: 1}
	for to, o := range map[string]keyconv.Options{"openssh": {Rounds: 2049}, "ppk": {PPK: ppk.Encoder{MemoryKiB: 1<<20 + 1}}, "pkcs8": {Rounds: 20_000_001}} {
		o.NewPassphrase = pass
		var limit *sshkey.LimitError
		if _, err := keyconv.Convert(read("ed25519/openssh"), to, &o); err == nil || to != "pkcs8" && (!errors.As(err, &limit) || !limit.Chosen) {
			t.Errorf("%s: %v", to, err)
		}
		res, err := keyconv.Convert(read("ed25519/openssh"), to, &keyconv.Options{NewPassphrase: pass, Limits: narrow})
		if err != nil {
			t.Errorf("%s: %v", to, err)
			continue
		}
		if _, err := keyconv.Convert(res.Data, "rfc4716", &keyconv.Options{Passphrase: pass}); err != nil {
			t.Errorf("%s: %v", to, err)
		}
	}
}

// TestToldOnce: what reading a key tells, advice and conversion do not tell again.
func TestToldOnce(t *testing.T) {
	keys, _, err := keyconv.Parse(read("dsa1024/id.pub"))
	if err != nil {
		t.Fatal(err)
	}
	isDSA := func(f sshkey.Finding) bool { return f.Code == "dsa" }
	if !slices.ContainsFunc(keys[0].Findings, isDSA) || slices.ContainsFunc(keyconv.Advise(keys[0]), isDSA) {
		t.Errorf("%v, and %v", keys[0].Findings, keyconv.Advise(keys[0]))
	}
	for file, want := range map[string]int{"dsa1024/id.pub": 1, "dsa1024/openssh": 1} {
		res, err := keyconv.Convert(read(file), "authorized-keys", nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(slices.DeleteFunc(res.Findings, func(f sshkey.Finding) bool { return !isDSA(f) })); got != want {
			t.Errorf("%s: told %d times", file, got)
		}
	}
}

// TestContradictions: who asks for a thing and for none gets an error; each alone is done.
func TestContradictions(t *testing.T) {
	certificate := read("rsa2048/id-cert.pub")
	for _, o := range []keyconv.Options{{Certificate: certificate}, {RemoveCertificate: true}} {
		if _, err := keyconv.Convert(read("rsa2048/plain.ppk"), "ppk", &o); err != nil {
			t.Error(err)
		}
	}
	if res, err := keyconv.Convert(read("rsa2048/plain.ppk"), "ppk", &keyconv.Options{Certificate: certificate, RemoveCertificate: true}); err == nil {
		t.Error(res)
	}
}
