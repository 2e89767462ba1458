package keyconv

import (
	"slices"
	"time"

	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/repair"
	"github.com/keyconv/keyconv/sshkey"
)

// Advise tells what is weak or unusual about a sound key, for people to read, beside
// what the key's findings tell of already.
func Advise(k *sshkey.Key) []sshkey.Finding {
	about := &sshkey.Key{Pos: k.Pos}
	unfit(about, k.Public)
	switch p := k.Public.Parts().(type) {
	case sshkey.RSAPublicKey:
		if bits := k.Public.Bits(); bits >= authkeys.MinRSABits && bits < authkeys.SoundRSABits {
			about.Note(sshkey.Warning, "rsa-short", anotherKey, "an RSA key of %d bits is too short for today; many servers ask for %d", bits, authkeys.SoundRSABits)
		}
	case sshkey.EdDSAPublicKey:
		if p.Curve == "Ed448" {
			about.Note(sshkey.Note, "ed448", "", "only PuTTY knows Ed448; no OpenSSH server takes it")
		}
	}
	if c, err := k.Public.Certificate(); err == nil {
		adviseCertificate(about, c, uint64(max(time.Now().Unix(), 0)))
	}
	if f, ok := OptionsBehind(k); ok && k.Private == nil {
		about.Findings = append(about.Findings, f)
	}
	if f, ok := Suspicion(k); ok {
		about.Findings = append(about.Findings, f)
	}
	return untold(about.Findings, k)
}

// untold are the findings but those of which the key has one of the same code.
func untold(list []sshkey.Finding, k *sshkey.Key) []sshkey.Finding {
	return slices.DeleteFunc(list, func(f sshkey.Finding) bool {
		return slices.ContainsFunc(k.Findings, func(g sshkey.Finding) bool { return g.Code == f.Code })
	})
}

// anotherKey is the advice for a key that servers refuse.
const anotherKey = "make a new key: ssh-keygen -t ed25519"

// unfit tells of a type or size of key that OpenSSH knows and refuses.
func unfit(about *sshkey.Key, p sshkey.PublicKey) {
	switch bits := p.Bits(); p.Parts().(type) {
	case sshkey.RSAPublicKey:
		if bits < authkeys.MinRSABits {
			about.Note(sshkey.Warning, "rsa-short", anotherKey, "an RSA key of %d bits: OpenSSH refuses keys below %d", bits, authkeys.MinRSABits)
		}
	case sshkey.DSAPublicKey:
		about.Note(sshkey.Warning, "dsa", anotherKey, "DSA: servers refuse it since OpenSSH 7.0, and since 10.0 nothing of it is left")
	}
}

// adviseCertificate tells of a certificate that lets no user in at a time.
func adviseCertificate(about *sshkey.Key, c *sshkey.Certificate, now uint64) {
	switch {
	case now < c.ValidAfter:
		about.Note(sshkey.Warning, "certificate-not-yet", "look at the clocks, or have a certificate made that begins earlier", "the certificate is not valid yet: %s", c.Validity())
	case now >= c.ValidBefore:
		about.Note(sshkey.Warning, "certificate-expired", "have a new certificate made (ssh-keygen -s ... -V)", "the certificate has expired: it was valid %s", c.Validity())
	}
	if c.Type == sshkey.HostCert {
		about.Note(sshkey.Note, "certificate-host", "a user needs one made without -h", "this is the certificate of a host, which lets no user in")
	}
}

// OptionsBehind tells of options in a key's comment, where they restrict nothing, as
// [repair.OptionsBehind] does.
func OptionsBehind(k *sshkey.Key) (f sshkey.Finding, ok bool) { return repair.OptionsBehind(k) }

// Suspicion tells of a public key that no program can have made, as
// [repair.Suspicion] does; false where there is nothing to tell, as of a key that
// its private half has proven.
func Suspicion(k *sshkey.Key) (f sshkey.Finding, ok bool) {
	if k.Public.IsZero() || k.Proven() {
		return f, false
	}
	f, ok = repair.Suspicion(k.Public)
	f.Pos = k.Pos
	return f, ok
}
