package sshkey

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
)

// JWKMembers are the members of the public key's JSON Web Key that define it
// (RFC 7638 section 3.2, RFC 8037 section 2); nil for a key that has none.
func (k PublicKey) JWKMembers() map[string]string {
	b64 := base64.RawURLEncoding.EncodeToString
	if k.IsCertificate() {
		k = k.Plain()
	}
	switch p := k.Parts().(type) {
	case RSAPublicKey:
		return map[string]string{"kty": "RSA", "n": b64(p.N.Bytes()), "e": b64(p.E.Bytes())}
	case ECDSAPublicKey:
		size := (len(p.Point) - 1) / 2
		return map[string]string{"kty": "EC", "crv": "P-" + p.Curve[len("nistp"):], "x": b64(p.Point[1 : 1+size]), "y": b64(p.Point[1+size:])}
	case EdDSAPublicKey:
		return map[string]string{"kty": "OKP", "crv": p.Curve, "x": b64(p.Key)}
	}
	return nil
}

// Thumbprint is the JWK thumbprint of RFC 7638 with SHA-256, in base64url; ""
// for a key that has no JSON Web Key.
func (k PublicKey) Thumbprint() string {
	members := k.JWKMembers()
	if members == nil {
		return ""
	}
	canonical, err := json.Marshal(members) // sorts the names, as section 3.3 asks
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(canonical)
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
