package jwk

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/keyconv/keyconv/sshkey"
)

var errComment = errors.New("a JSON Web Key cannot hold a comment that is no UTF-8")

// Marshal writes k, with the private half where there is one. A JSON Web Key
// has no passphrase; one that is given is refused.
func Marshal(k *sshkey.Key, passphrase []byte) ([]byte, error) {
	members, err := public(k)
	switch {
	case k.Encrypted():
		return nil, sshkey.ErrEncrypted
	case len(passphrase) > 0:
		return nil, &sshkey.UnsupportedError{Format: Name, What: "a passphrase", Next: "JSON Web Keys are not encrypted here; --no-passphrase writes the key in clear"}
	case !utf8.ValidString(k.Comment):
		return nil, sshkey.WithHint(errComment, "give another one: --comment TEXT")
	case err != nil:
		return nil, err
	}
	if k.Private != nil {
		if err := k.Check(); err != nil {
			return nil, err
		}
		if err := addPrivate(members, k); err != nil {
			return nil, err
		}
	}
	if k.Comment != "" {
		members["kid"] = k.Comment
	}
	out, err := text(members)
	if err != nil {
		return nil, err
	}
	if err := prove(out, k); err != nil {
		return nil, err
	}
	return out, nil
}

func public(k *sshkey.Key) (map[string]string, error) {
	members := k.Public.JWKMembers()
	if members == nil || k.Public.IsCertificate() {
		return nil, unsupported(k)
	}
	return members, nil
}

func unsupported(k *sshkey.Key) error {
	other := "--to openssh"
	if k.Private == nil {
		other = "--to authorized-keys"
	}
	return &sshkey.UnsupportedError{Format: Name, What: "a key of type " + k.Public.Algorithm(), Next: "it holds RSA, ECDSA, Ed25519 and Ed448; use " + other}
}

func addPrivate(members map[string]string, k *sshkey.Key) error {
	set := func(name string, b []byte) { members[name] = base64.RawURLEncoding.EncodeToString(b) }
	switch p := k.Private.(type) {
	case *sshkey.RSAPrivateKey:
		set("d", p.D.Bytes())
		set("p", p.P.Bytes())
		set("q", p.Q.Bytes())
		dp, dq := p.Exponents()
		set("dp", dp.Bytes())
		set("dq", dq.Bytes())
		set("qi", p.Iqmp.Bytes())
	case *sshkey.ECDSAPrivateKey:
		set("d", p.D.FillBytes(make([]byte, curves[members["crv"]])))
	case *sshkey.EdDSAPrivateKey:
		set("d", p.Seed)
	default:
		return unsupported(k)
	}
	return nil
}

// order is that of the examples in the RFCs.
var order = []string{"kty", "kid", "crv", "n", "e", "x", "y", "d", "p", "q", "dp", "dq", "qi"}

func text(members map[string]string) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("{")
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	comma := ""
	for _, name := range order {
		value, ok := members[name]
		if !ok {
			continue
		}
		fmt.Fprintf(&b, "%s\n  %q: ", comma, name)
		if err := e.Encode(value); err != nil {
			return nil, err
		}
		b.Truncate(b.Len() - 1) // Encode ends the line
		comma = ","
	}
	b.WriteString("\n}\n")
	return b.Bytes(), nil
}

// prove reads what was written and compares.
func prove(out []byte, want *sshkey.Key) error {
	got, err := Parse(out)
	if err == nil {
		err = sshkey.Same(got[0], want)
	}
	if err != nil {
		return fmt.Errorf("jwk: the written key does not read back: %w", err)
	}
	return nil
}
