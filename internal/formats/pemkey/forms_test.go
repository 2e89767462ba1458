package pemkey_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/internal/formats/pemkey"
	"github.com/keyconv/keyconv/sshkey"
)

func finding(k *sshkey.Key, code string) bool {
	for _, f := range k.Findings {
		if f.Code == code {
			return true
		}
	}
	return false
}

// TestOddForms are forms that openssl writes or reads, and one that it does
// not: the label of another structure.
func TestOddForms(t *testing.T) {
	key := generate(t, "p256")
	want := decoded(t, pemkey.PKCS8, key)
	old := oldForm(t, key, "ec")
	for name, c := range map[string]struct {
		container pemkey.Container
		data      []byte
		code      string
	}{
		"compressed":          {pemkey.PEM, oldForm(t, key, "ec", "-conv_form", "compressed"), ""},
		"hybrid":              {pemkey.PEM, oldForm(t, key, "ec", "-conv_form", "hybrid"), ""},
		"hybrid pkcs8":        {pemkey.PKCS8, openssl(t, oldForm(t, key, "ec", "-conv_form", "hybrid"), "pkcs8", "-topk8", "-nocrypt"), ""},
		"hybrid public":       {pemkey.SPKI, openssl(t, key, "ec", "-pubout", "-conv_form", "hybrid"), ""},
		"explicit hybrid":     {pemkey.PEM, oldForm(t, key, "ec", "-param_enc", "explicit", "-conv_form", "hybrid"), ""},
		"explicit":            {pemkey.PEM, oldForm(t, key, "ec", "-param_enc", "explicit"), ""},
		"explicit compressed": {pemkey.PEM, oldForm(t, key, "ec", "-param_enc", "explicit", "-conv_form", "compressed"), ""},
		"explicit pkcs8":      {pemkey.PKCS8, openssl(t, oldForm(t, key, "ec", "-param_enc", "explicit"), "pkcs8", "-topk8", "-nocrypt"), ""},
		"explicit public":     {pemkey.SPKI, openssl(t, key, "ec", "-pubout", "-param_enc", "explicit", "-conv_form", "compressed"), ""},
		"no public key":       {pemkey.PEM, oldForm(t, key, "ec", "-no_public"), ""},
		"no public in pkcs8":  {pemkey.PKCS8, openssl(t, oldForm(t, key, "ec", "-no_public"), "pkcs8", "-topk8", "-nocrypt"), ""},
		"parameters in front": {pemkey.PEM, append(openssl(t, nil, "ecparam", "-name", "prime256v1"), old...), ""},
		"text in front":       {pemkey.PEM, append([]byte("my key\nfor you\n\n"), old...), ""},
		"CR LF":               {pemkey.PEM, []byte(strings.ReplaceAll(string(old), "\n", "\r\n")), ""},
		"wrong label":         {pemkey.PEM, []byte(strings.ReplaceAll(string(key), "PRIVATE KEY", "RSA PRIVATE KEY")), "pem-label"},
		"two keys":            {pemkey.PEM, append(old, old...), ""},
		"trailing line end":   {pemkey.PKCS8, append(openssl(t, oldForm(t, key, "ec", "-no_public"), "pkcs8", "-topk8", "-nocrypt", "-outform", "DER"), '\r', '\n'), "trailing-bytes"},
		"trailing NULs":       {pemkey.SPKI, append(openssl(t, key, "pkey", "-pubout", "-outform", "DER"), make([]byte, 512)...), "trailing-bytes"},
		"trailing bytes":      {pemkey.PEM, append(oldForm(t, key, "ec", "-outform", "DER"), 0, 0), "trailing-bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			k := decoded(t, c.container, c.data)
			if k.Public != want.Public || c.container.Name != "spki" && sshkey.Same(k, want) != nil {
				t.Errorf("read %v, want %v", k.Public, want.Public)
			}
			if c.code != "" && !finding(k, c.code) || c.code == "" && len(k.Findings) > 0 {
				t.Errorf("findings: %v", k.Findings)
			}
		})
	}
}

// TestTrustedCertificate: what openssl writes behind the certificate is its own.
func TestTrustedCertificate(t *testing.T) {
	key := generate(t, "p256")
	certificate := openssl(t, key, "req", "-x509", "-key", "/dev/stdin", "-subj", "/CN=x")
	k := decoded(t, pemkey.X509, openssl(t, certificate, "x509", "-trustout", "-addtrust", "serverAuth"))
	if k.Public != decoded(t, pemkey.PKCS8, key).Public || finding(k, "trailing-bytes") {
		t.Error(k.Public, k.Findings)
	}
}

// TestHybridParity: the two halves of a hybrid point must agree, in each curve.
func TestHybridParity(t *testing.T) {
	for curve, size := range map[string]int{"p256": 65, "p384": 97, "p521": 133} {
		key := generate(t, curve)
		text := openssl(t, key, "ec", "-pubout", "-conv_form", "hybrid", "-outform", "DER")
		if got := decoded(t, pemkey.SPKI, text).Public; got != decoded(t, pemkey.PKCS8, key).Public {
			t.Errorf("%s: read %v", curve, got)
		}
		text[len(text)-size] ^= 1
		if k, err := pemkey.SPKI.Parse(text); err == nil {
			t.Errorf("%s: a point of the other parity is %v", curve, k.Public)
		}
	}
}

// TestRFC8410 reads the examples of RFC 8410 section 10: the same key without
// and with its public half, and the public half alone.
func TestRFC8410(t *testing.T) {
	short := "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n"
	public := "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n"
	k := decoded(t, pemkey.PKCS8, []byte(rfc8410))
	if !finding(k, "pkcs8-attributes") {
		t.Errorf("findings: %v", k.Findings)
	}
	if err := sshkey.Same(k, decoded(t, pemkey.PKCS8, []byte(short))); err != nil {
		t.Error(err)
	}
	ofCryptX := strings.ReplaceAll(short, "PRIVATE KEY", "ED25519 PRIVATE KEY") // as that of Perl labels it
	if p := decoded(t, pemkey.PEM, []byte(ofCryptX)); sshkey.Same(p, k) != nil || len(p.Findings) > 0 {
		t.Errorf("%v, %v", p.Public, p.Findings)
	}
	if p := decoded(t, pemkey.SPKI, []byte(public)); p.Public != k.Public {
		t.Errorf("%v and %v", p.Public, k.Public)
	}
	if out, err := pemkey.PKCS8.Marshal(k, nil); err != nil || string(out) != short {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestRestoredNumbers(t *testing.T) {
	k := decoded(t, pemkey.PKCS8, generate(t, "rsa1024"))
	priv := *k.Private.(*sshkey.RSAPrivateKey)
	wrong := *k
	priv.Iqmp = priv.Q
	wrong.Private = &priv
	if _, err := pemkey.PEM.Marshal(&wrong, nil); !errors.Is(err, sshkey.ErrMismatch) {
		t.Errorf("a wrong iqmp was written: %v", err)
	}
}

// TestNoKey has texts that look like keys from afar; an empty label once made
// the search go on for ever.
func TestNoKey(t *testing.T) {
	for _, text := range []string{"-----BEGIN -----", "-----BEGIN -----\n-----BEGIN -----\n", "-----BEGIN PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n", "0", ""} {
		for _, c := range []pemkey.Container{pemkey.PEM, pemkey.PKCS8, pemkey.SPKI, pemkey.PKCS1Public, pemkey.X509} {
			c.Sniff([]byte(text))
			if _, err := c.Parse([]byte(text)); err == nil {
				t.Errorf("%s: %q was read", c.Name, text)
			}
		}
	}
}

func TestRefused(t *testing.T) {
	for name, args := range map[string]string{
		"X25519":    "genpkey -algorithm X25519",
		"X448":      "genpkey -algorithm X448",
		"RSA-PSS":   "genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:1024",
		"secp256k1": "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:secp256k1",
		"numbers":   "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:secp256k1 -pkeyopt ec_param_enc:explicit",
		"more than": "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024 -pkeyopt rsa_keygen_primes:3",
	} {
		_, err := pemkey.PKCS8.Parse(openssl(t, nil, strings.Fields(args)...))
		who := "SSH"
		if name == "more than" { // OpenSSH reads its numbers
			who = "keyconv"
		}
		var unsupported *sshkey.UnsupportedError
		if !errors.As(err, &unsupported) || !strings.Contains(err.Error(), name) || !strings.Contains(err.Error(), "which "+who+" does not know") || sshkey.Hint(err) == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCannotWrite(t *testing.T) {
	k := decoded(t, pemkey.PKCS8, generate(t, "ed25519"))
	var unsupported *sshkey.UnsupportedError
	if _, err := pemkey.PEM.Marshal(k, nil); !errors.As(err, &unsupported) {
		t.Errorf("Ed25519 as pem: %v", err)
	}
	if _, err := pemkey.PKCS8.Marshal(k.PublicOnly(), nil); !errors.Is(err, sshkey.ErrNoPrivate) {
		t.Errorf("a public key as pkcs8: %v", err)
	}
	if _, err := (pemkey.Encoder{To: pemkey.PKCS8, Cipher: "des-cbc"}).Marshal(k, []byte("x")); !errors.As(err, &unsupported) {
		t.Errorf("DES: %v", err)
	}
	if _, err := (pemkey.Encoder{To: pemkey.PKCS8, Rounds: -1}).Marshal(k, []byte("x")); err == nil {
		t.Error("negative rounds")
	}
}
