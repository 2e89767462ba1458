// Package jwk reads and writes JSON Web Keys, private and public: RFC 7517,
// RFC 7518 section 6 (RSA, EC) and RFC 8037 (Ed25519, Ed448). It reads a JWK
// Set too, and writes one key.
//
// The key's comment is the member "kid".
package jwk

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/keyconv/keyconv/sshkey"
)

// Name is the format's name in errors and on the command line.
const Name = "jwk"

// maxKeys bounds the keys of a set: the largest that are published have some
// dozens.
const maxKeys = 1000

// Sniff reports whether data looks like a JSON Web Key or a set of them.
func Sniff(data []byte) bool {
	data = bytes.TrimLeft(data, " \t\r\n")
	return bytes.HasPrefix(data, []byte("{")) && bytes.Contains(data, []byte(`"kty"`))
}

// Parse reads one key, or all keys of a set.
//
// Errors are a *sshkey.SyntaxError with the place; a symmetric key ("oct") and
// a curve that SSH does not have are an *sshkey.UnsupportedError in it.
func Parse(data []byte) ([]*sshkey.Key, error) {
	if !utf8.Valid(data) {
		return nil, sshkey.Errorf(Name, data, 0, "JSON is UTF-8, and this is not")
	}
	o := readObject(data, 0, data)
	if o.err != nil {
		return nil, o.err
	}
	set := o.find("keys")
	if set == nil || o.has("kty") {
		k, err := parseKey(o)
		if err != nil {
			return nil, err
		}
		return []*sshkey.Key{k}, nil
	}
	return parseSet(o, set)
}

// parseSet reads the keys of a JWK Set (RFC 7517 section 5).
func parseSet(o *object, set *member) ([]*sshkey.Key, error) {
	d := json.NewDecoder(bytes.NewReader(set.raw))
	if t, err := d.Token(); err != nil || t != json.Delim('[') {
		o.fail(set.offset, "the member %q is no array", "keys")
		return nil, o.err
	}
	var keys []*sshkey.Key
	for d.More() {
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil || len(keys) == maxKeys {
			o.fail(set.offset+int(d.InputOffset()), "this is not JSON, or more than %d keys", maxKeys)
			return nil, o.err
		}
		k, err := parseKey(readObject(o.data, set.offset+int(d.InputOffset())-len(raw), raw))
		if err != nil {
			return nil, err
		}
		keys = append(keys, k)
	}
	if len(keys) == 0 {
		o.fail(set.offset, "there is no key in the set")
		return nil, o.err
	}
	return keys, nil
}

func parseKey(o *object) (*sshkey.Key, error) {
	public, private := readHalves(o)
	if o.err != nil {
		return nil, o.err
	}
	pub, err := public.PublicKey()
	k := &sshkey.Key{Public: pub, Private: private, Pos: sshkey.PosAt(o.data, o.offset)}
	if err == nil {
		restore(o, k)
		err = k.Prove()
	}
	if o.has("kid") {
		k.Comment = o.text("kid")
	}
	if err != nil {
		o.failErr(o.offset, err)
	}
	if o.padded != "" {
		k.Note(sshkey.Repaired, "jwk-padding", "", "the member %q ends in equal signs, which base64url leaves out there (RFC 7515 section 2)", o.padded)
	}
	for _, name := range o.unused() {
		k.Note(sshkey.Note, "jwk-member", "", "%s is not kept", memberNamed(name))
	}
	return k, o.err
}

// readHalves reads the members of a kind of key.
func readHalves(o *object) (sshkey.Parts, sshkey.PrivateKey) {
	switch kty := o.text("kty"); kty {
	case "RSA":
		return readRSA(o)
	case "EC":
		return readEC(o)
	case "OKP":
		return readOKP(o)
	default:
		o.unsupported("kty", "a key of kty", kty)
	}
	return nil, nil
}

// strangers are values of kty and crv that keys may have and SSH keys may not.
var strangers = []string{"oct", "AKP", "X25519", "X448", "secp256k1"}

// unsupported fails with a value that is known to exist, by its name. Any other may be part
// of the private key, in the wrong place.
func (o *object) unsupported(name, what, value string) {
	if o.err != nil {
		return
	}
	at := o.find(name).offset
	if curves[value] == 0 && !slices.Contains(strangers, value) {
		o.failErr(at, fmt.Errorf("the member %q is none of the names that are known", name))
		return
	}
	o.failErr(at, &sshkey.UnsupportedError{Format: Name, What: fmt.Sprintf("%s %q", what, value), Unknown: "SSH",
		Next: "make a new one: ssh-keygen -t ed25519"})
}

// memberNamed is a member by its name, where that is one that people give: the private key
// may stand in its place.
func memberNamed(name string) string {
	const longest = 16
	if strings.Trim(name, "abcdefghijklmnopqrstuvwxyz_") == "" && len(name) <= longest || slices.Contains(registered, name) {
		return fmt.Sprintf("the member %q", name)
	}
	return fmt.Sprintf("a member with a name of %d bytes", len(name))
}

// registered are the other members of RFC 7517 section 4.
var registered = []string{"x5u", "x5c", "x5t", "x5t#S256"}

// readRSA reads RFC 7518 section 6.3.
func readRSA(o *object) (sshkey.Parts, sshkey.PrivateKey) {
	pub := sshkey.RSAPublicKey{N: o.number("n"), E: o.number("e")}
	if !o.has("d") {
		for _, name := range []string{"p", "q", "dp", "dq", "qi"} {
			if o.has(name) {
				o.failErr(o.find(name).offset, sshkey.WithHint(fmt.Errorf("the member %q is one of a private key, and %q is missing", name, "d"),
					"copy the private key once more, whole; of a public one take the members kty, n and e"))
			}
		}
		return pub, nil
	}
	if o.has("oth") {
		o.failErr(o.find("oth").offset, &sshkey.UnsupportedError{Format: Name, What: "an RSA key of more than two primes", Unknown: "keyconv", Next: "make a new one: ssh-keygen -t ed25519"})
	}
	priv := &sshkey.RSAPrivateKey{D: o.number("d"), Iqmp: new(big.Int)}
	if o.has("p") || o.has("q") {
		priv.P, priv.Q = o.number("p"), o.number("q")
	} else if priv.P, priv.Q = factor(pub, priv.D); priv.P == nil {
		o.unfactored(pub)
	}
	if o.has("qi") {
		priv.Iqmp = o.number("qi")
	}
	return pub, priv
}

// unfactored is the error of a key whose primes are neither there nor found.
func (o *object) unfactored(pub sshkey.RSAPublicKey) {
	err := sshkey.WithHint(fmt.Errorf("%w: no primes go with n, e and d", sshkey.ErrMismatch), "copy the key once more")
	if bits := pub.N.BitLen(); bits > maxFactored {
		err = sshkey.WithHint(fmt.Errorf("the members p and q are missing, and of a key of %d bits they are not computed", bits), "have the program that made the key write p and q")
	}
	if o.err == nil {
		o.failErr(o.find("d").offset, err)
	}
}

// restore computes a q^-1 mod p that is left out, and looks at the exponents that nothing in
// SSH uses.
func restore(o *object, k *sshkey.Key) {
	priv, ok := k.Private.(*sshkey.RSAPrivateKey)
	if !ok {
		return
	}
	if !o.has("qi") {
		priv.RestoreIqmp()
	}
	dp, dq := priv.Exponents()
	for _, m := range []struct {
		name  string
		right *big.Int
	}{{"dp", dp}, {"dq", dq}} {
		if o.has(m.name) && o.number(m.name).Cmp(m.right) != 0 {
			k.Note(sshkey.Warning, "rsa-crt", "", "the member %q was wrong; nothing in SSH uses it, and it is computed anew", m.name)
		}
	}
}

// curves are the bytes of a coordinate, or of a key of RFC 8037.
var curves = map[string]int{"P-256": 32, "P-384": 48, "P-521": 66, "Ed25519": 32, "Ed448": 57}

func (o *object) curve(edwards bool) (name string, size int) {
	name = o.text("crv")
	size = curves[name]
	if size == 0 || strings.HasPrefix(name, "Ed") != edwards {
		o.unsupported("crv", "a key of crv", name)
	}
	return name, size
}

// readEC reads RFC 7518 section 6.2.
func readEC(o *object) (sshkey.Parts, sshkey.PrivateKey) {
	name, size := o.curve(false)
	point := append([]byte{4}, o.fixed("x", size)...)
	point = append(point, o.fixed("y", size)...)
	pub := sshkey.ECDSAPublicKey{Curve: "nistp" + strings.TrimPrefix(name, "P-"), Point: point}
	if !o.has("d") {
		return pub, nil
	}
	return pub, &sshkey.ECDSAPrivateKey{D: new(big.Int).SetBytes(o.scalar("d", size))}
}

// readOKP reads RFC 8037 section 2.
func readOKP(o *object) (sshkey.Parts, sshkey.PrivateKey) {
	name, size := o.curve(true)
	pub := sshkey.EdDSAPublicKey{Curve: name, Key: o.fixed("x", size)}
	if !o.has("d") {
		return pub, nil
	}
	return pub, &sshkey.EdDSAPrivateKey{Seed: o.fixed("d", size)}
}
