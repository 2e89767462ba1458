package pemkey

import (
	"github.com/keyconv/keyconv/internal/formats/pemkey/der"
	"github.com/keyconv/keyconv/sshkey"
)

// material is what a structure holds, before it is proven.
type material struct {
	format   string
	public   sshkey.Parts
	computed bool // from the private half: the file does not hold the public one
	private  sshkey.PrivateKey
	findings sshkey.Key // collects them
}

// proves reports whether the halves in the file say of each other that nothing was lost.
func (m *material) proves() bool { return m.private != nil && !m.computed }

func (m *material) warn(code, msg string) { m.findings.Note(sshkey.Warning, code, "", "%s", msg) }

// unsupported fails with a thing that is known to exist, by its name, or by
// its number.
func (m *material) unsupported(r *der.Reader, at int, what, oid string) {
	if r.Err() != nil {
		return
	}
	name := oid
	if n, ok := strangers[oid]; ok {
		name = n
	}
	r.Fail(at, &sshkey.UnsupportedError{Format: m.format, What: what + " " + name, Unknown: "SSH",
		Next: "make a new one: ssh-keygen -t ed25519"})
}

// strangers are object identifiers that keys in these formats may have and SSH
// keys may not.
var strangers = map[string]string{
	"1.2.840.113549.1.1.10": "RSA-PSS", "1.2.840.113549.1.3.1": "DH", "1.2.840.10046.2.1": "X9.42 DH",
	"1.3.101.110": "X25519", "1.3.101.111": "X448",
	"1.3.132.0.10": "secp256k1", "1.3.132.0.33": "secp224r1", "1.2.840.10045.3.1.1": "prime192v1",
	"1.3.36.3.3.2.8.1.1.7": "brainpoolP256r1", "1.3.36.3.3.2.8.1.1.11": "brainpoolP384r1", "1.3.36.3.3.2.8.1.1.13": "brainpoolP512r1",
	"2.16.840.1.101.3.4.3.17": "ML-DSA-44", "2.16.840.1.101.3.4.3.18": "ML-DSA-65", "2.16.840.1.101.3.4.3.19": "ML-DSA-87",
}

// key proves that the halves belong together and makes the key.
func (m *material) key() (*sshkey.Key, error) {
	pub, err := m.public.PublicKey()
	if err != nil {
		return nil, err
	}
	k := &sshkey.Key{Public: pub, Private: m.private, Findings: m.findings.Findings}
	return k, k.Prove()
}
