package pemkey

import (
	"cmp"
	"fmt"

	"github.com/keyconv/keyconv/internal/armor"
	"github.com/keyconv/keyconv/internal/formats/pemkey/der"
	"github.com/keyconv/keyconv/internal/formats/pemkey/pbe"
	"github.com/keyconv/keyconv/sshkey"
)

// An Encoder writes a container. The tuning matters for encrypted keys only.
type Encoder struct {
	To     Container
	Cipher string // "aes256-cbc" or "AES-256-CBC"; "" is AES-128-CBC for PEM, the only AES that PuTTY reads, and AES-256-CBC for PKCS8
	Rounds int    // of PBKDF2, for PKCS8; 0 is pbe.DefaultIterations
	Limits sshkey.Limits
}

const pemWidth = 64

// Marshal writes k, encrypted where passphrase is not empty, without its
// comment. What it returns has been read again and compared with k.
//
// It fails with ErrNoPrivate, ErrEncrypted, or an *UnsupportedError for a type
// of key that the container has no place for.
func (e Encoder) Marshal(k *sshkey.Key, passphrase []byte) ([]byte, error) {
	if e.To.write == nil {
		return nil, fmt.Errorf("%s cannot be written", e.To.Name)
	}
	if e.To.seal == nil {
		k = k.PublicOnly()
	}
	label, body, err := e.To.write(e.To.Name, k)
	if err != nil {
		return nil, err
	}
	defer clear(body)
	if e.To.seal == nil || len(passphrase) == 0 {
		out := armor.Encode(armor.PEM, label, nil, body, pemWidth)
		if err := e.To.prove(out, nil, k); err != nil {
			return nil, err
		}
		return out, nil
	}
	scheme, pack, err := e.To.seal(e)
	if err != nil {
		return nil, err
	}
	keys, err := scheme.Derive(passphrase, sshkey.NoLimits())
	if err != nil {
		return nil, err
	}
	defer clear(keys)
	ciphertext, err := scheme.Seal(keys, body)
	if err != nil {
		return nil, err
	}
	out := pack(label, ciphertext)
	if err := e.To.prove(out, keys, k); err != nil {
		return nil, err
	}
	return out, nil
}

// A sealer makes a scheme and what puts the ciphertext into its armour.
type sealer func(Encoder) (*pbe.Scheme, func(label string, ciphertext []byte) []byte, error)

func sealDEK(e Encoder) (*pbe.Scheme, func(string, []byte) []byte, error) {
	c, err := pbe.Writable(e.To.Name, cmp.Or(e.Cipher, "aes128-cbc"))
	if err != nil {
		return nil, nil, err
	}
	if e.Rounds != 0 {
		return nil, nil, &sshkey.UnsupportedError{Format: e.To.Name, What: "a number of rounds: its key derivation is one pass of MD5", Next: "use --to pkcs8 or --to openssh"}
	}
	scheme, value := pbe.NewDEK(c)
	return scheme, func(label string, ciphertext []byte) []byte {
		return armor.Encode(armor.PEM, label, []string{"Proc-Type: 4,ENCRYPTED", "DEK-Info: " + value, ""}, ciphertext, pemWidth)
	}, nil
}

func sealPBES2(e Encoder) (*pbe.Scheme, func(string, []byte) []byte, error) {
	c, err := pbe.Writable(e.To.Name, cmp.Or(e.Cipher, "aes256-cbc"))
	if err != nil {
		return nil, nil, err
	}
	rounds := cmp.Or(e.Rounds, pbe.DefaultIterations)
	if limit := e.Limits.ForWriting().PBKDF2Iterations; rounds < 1 || rounds > limit {
		return nil, nil, fmt.Errorf("%s: the rounds must be from 1 to %d", e.To.Name, limit)
	}
	scheme := pbe.NewPBES2(c, rounds)
	return scheme, func(_ string, ciphertext []byte) []byte {
		body := der.Build(func(b *der.Builder) {
			b.AddASN1(der.Sequence, func(b *der.Builder) {
				scheme.Write(b)
				b.AddASN1OctetString(ciphertext)
			})
		})
		return armor.Encode(armor.PEM, labelEncrypted, nil, body, pemWidth)
	}, nil
}

// prove reads what was written, with the keys that are at hand, and compares.
func (c Container) prove(out, keys []byte, want *sshkey.Key) error {
	got, err := c.Parse(out)
	if err == nil && got.Encrypted() {
		got, err = got.Private.(*sshkey.Sealed).Lock().Open(keys)
	}
	if err != nil {
		return fmt.Errorf("%s: the written file does not read back: %w", c.Name, err)
	}
	uncommented := *want
	uncommented.Comment = ""
	if err := sshkey.Same(got, &uncommented); err != nil {
		return fmt.Errorf("%s: the written file holds another key: %w", c.Name, err)
	}
	return nil
}

// plainParts are the public numbers; a certificate is refused, for these
// formats would turn it into the plain key.
func plainParts(name string, k *sshkey.Key) (sshkey.Parts, error) {
	if k.Public.IsCertificate() {
		return nil, &sshkey.UnsupportedError{Format: name, What: "an OpenSSH certificate", Next: "take it off first, or use --to authorized-keys"}
	}
	switch p := k.Public.Parts().(type) {
	case sshkey.RSAPublicKey, sshkey.DSAPublicKey, sshkey.ECDSAPublicKey, sshkey.EdDSAPublicKey:
		return p, nil
	}
	return nil, refuse(name, k)
}

// refuse names what cannot be written.
func refuse(name string, k *sshkey.Key) error {
	switch k.Private.(type) {
	case *sshkey.Sealed:
		return sshkey.ErrEncrypted
	case nil:
		return &sshkey.UnsupportedError{Format: name, What: "a public key of type " + k.Public.Algorithm(), Next: "use --to rfc4716 or --to authorized-keys"}
	}
	return &sshkey.UnsupportedError{Format: name, What: "a private key of type " + k.Public.Algorithm(), Next: "use --to openssh"}
}

// writeTraditional writes the oldest form: PKCS#1, SEC 1 or OpenSSL's DSA.
func writeTraditional(name string, k *sshkey.Key) (label string, body []byte, err error) {
	pub, err := privateParts(name, k)
	if err != nil {
		return "", nil, err
	}
	switch priv := k.Private.(type) {
	case *sshkey.RSAPrivateKey:
		return labelRSA, buildPKCS1(pub.(sshkey.RSAPublicKey), priv), nil
	case *sshkey.DSAPrivateKey:
		return labelDSA, buildDSA(pub.(sshkey.DSAPublicKey), priv), nil
	case *sshkey.ECDSAPrivateKey:
		body, err = buildSEC1(pub.(sshkey.ECDSAPublicKey), priv, true)
		return labelEC, body, err
	}
	return "", nil, &sshkey.UnsupportedError{Format: name, What: "a private key of type " + k.Public.Algorithm(), Next: "use --to pkcs8 or --to openssh"}
}

// privateParts are the public numbers of a key whose private half is of the
// same type.
func privateParts(name string, k *sshkey.Key) (sshkey.Parts, error) {
	switch {
	case k.Private == nil:
		return nil, sshkey.ErrNoPrivate
	case k.Encrypted():
		return nil, sshkey.ErrEncrypted
	}
	pub, err := plainParts(name, k)
	if err != nil {
		return nil, err
	}
	return pub, k.Check()
}

func writePKCS8(name string, k *sshkey.Key) (label string, body []byte, err error) {
	body, err = privateDER(name, k)
	return labelPKCS8, body, err
}

// privateDER is a PrivateKeyInfo of version 1: OpenSSL before 3.2 cannot read
// the one that holds an Ed25519 public key too.
func privateDER(name string, k *sshkey.Key) ([]byte, error) {
	pub, err := privateParts(name, k)
	if err != nil {
		return nil, err
	}
	var inner []byte
	switch priv := k.Private.(type) {
	case *sshkey.RSAPrivateKey:
		inner = buildPKCS1(pub.(sshkey.RSAPublicKey), priv)
	case *sshkey.DSAPrivateKey:
		inner = buildInt(priv.X)
	case *sshkey.ECDSAPrivateKey:
		inner, err = buildSEC1(pub.(sshkey.ECDSAPublicKey), priv, false)
	case *sshkey.EdDSAPrivateKey:
		inner = der.Build(func(b *der.Builder) { b.AddASN1OctetString(priv.Seed) })
	default:
		err = refuse(name, k)
	}
	if err != nil {
		return nil, err
	}
	defer clear(inner)
	return der.Build(func(b *der.Builder) {
		b.AddASN1(der.Sequence, func(b *der.Builder) {
			b.AddASN1Uint64(0)
			identifier(pub)(b)
			b.AddASN1OctetString(inner)
		})
	}), nil
}

func writeSPKI(name string, k *sshkey.Key) (label string, body []byte, err error) {
	body, err = publicDER(name, k)
	return labelSPKI, body, err
}

func publicDER(name string, k *sshkey.Key) ([]byte, error) {
	pub, err := plainParts(name, k)
	if err != nil {
		return nil, err
	}
	var inner []byte
	switch p := pub.(type) {
	case sshkey.RSAPublicKey:
		inner = buildPKCS1Public(p)
	case sshkey.DSAPublicKey:
		inner = buildInt(p.Y)
	case sshkey.ECDSAPublicKey:
		inner = p.Point
	case sshkey.EdDSAPublicKey:
		inner = p.Key
	}
	return der.Build(func(b *der.Builder) {
		b.AddASN1(der.Sequence, func(b *der.Builder) {
			identifier(pub)(b)
			b.AddASN1BitString(inner)
		})
	}), nil
}

func writePKCS1Public(name string, k *sshkey.Key) (label string, body []byte, err error) {
	pub, err := plainParts(name, k)
	if err != nil {
		return "", nil, err
	}
	rsa, ok := pub.(sshkey.RSAPublicKey)
	if !ok {
		return "", nil, &sshkey.UnsupportedError{Format: name, What: "a key of type " + k.Public.Algorithm(), Next: "it is for RSA only; use --to spki"}
	}
	return labelRSAPublic, buildPKCS1Public(rsa), nil
}
