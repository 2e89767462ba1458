package jwk_test

import (
	"crypto/ecdh"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/internal/formats/jwk"
	"github.com/keyconv/keyconv/internal/formats/pemkey"
	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/sshkey"
)

const (
	toJWK  = `const c=require('crypto');const k=c.createPrivateKey(require('fs').readFileSync(0));console.log(JSON.stringify(k.export({format:'jwk'})))`
	toPEM  = `const c=require('crypto');const k=c.createPrivateKey({key:JSON.parse(require('fs').readFileSync(0)),format:'jwk'});console.log(k.export({type:'pkcs8',format:'pem'}))`
	pubPEM = `const c=require('crypto');const k=c.createPublicKey({key:JSON.parse(require('fs').readFileSync(0)),format:'jwk'});console.log(k.export({type:'spki',format:'pem'}))`
)

var kinds = []string{"RSA -pkeyopt rsa_keygen_bits:1024", "EC -pkeyopt ec_paramgen_curve:P-256", "EC -pkeyopt ec_paramgen_curve:P-384",
	"EC -pkeyopt ec_paramgen_curve:P-521", "ED25519", "ED448"}

func newKey(t *testing.T, kind string) (pem []byte, k *sshkey.Key) {
	t.Helper()
	pem = keytest.Run(t, nil, "openssl", append([]string{"genpkey", "-algorithm"}, strings.Fields(kind)...)...)
	k, err := pemkey.PKCS8.Parse(pem)
	if err != nil {
		t.Fatal(err)
	}
	return pem, k
}

func parse(t *testing.T, data []byte) *sshkey.Key {
	t.Helper()
	if !jwk.Sniff(data) {
		t.Fatalf("not recognised: %s", data)
	}
	keys, err := jwk.Parse(data)
	if err != nil || len(keys) != 1 {
		t.Fatalf("%v\n%s", err, data)
	}
	return keys[0]
}

// TestNode lets Node.js read and write what we write and read.
func TestNode(t *testing.T) {
	for _, kind := range kinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			pem, want := newKey(t, kind)
			if err := sshkey.Same(parse(t, keytest.Run(t, pem, "node", "-e", toJWK)), want); err != nil {
				t.Errorf("reading Node's: %v", err)
			}
			out, err := jwk.Marshal(want, nil)
			if err != nil {
				t.Fatal(err)
			}
			back, err := pemkey.PKCS8.Parse(keytest.Run(t, out, "node", "-e", toPEM))
			if err != nil {
				t.Fatal(err)
			}
			if err := sshkey.Same(back, want); err != nil {
				t.Errorf("Node reads ours: %v", err)
			}
			out, err = jwk.Marshal(want.PublicOnly(), nil)
			if err != nil || strings.Contains(string(out), `"d"`) {
				t.Fatalf("%v\n%s", err, out)
			}
			public, err := pemkey.SPKI.Parse(keytest.Run(t, out, "node", "-e", pubPEM))
			if err != nil || public.Public != want.Public || parse(t, out).Private != nil {
				t.Errorf("%v; Node reads %v", err, public.Public)
			}
		})
	}
}

// rfc7638 is the key of RFC 7638 section 3.1.
const rfc7638 = `{ "kty": "RSA",
 "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
 "e": "AQAB",
 "alg": "RS256",
 "kid": "2011-04-29"
}`

func TestRFC(t *testing.T) {
	k := parse(t, []byte(rfc7638))
	if got := k.Public.Thumbprint(); got != "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs" {
		t.Errorf("thumbprint %s", got)
	}
	if k.Comment != "2011-04-29" || len(k.Findings) != 1 {
		t.Errorf("%q %v", k.Comment, k.Findings)
	}
	keys, err := jwk.Parse([]byte(`{"keys": [` + rfc7638 + `, ` + rfc7638 + `]}`))
	if err != nil || len(keys) != 2 || keys[1].Public != k.Public {
		t.Errorf("a set: %v", err)
	}
}

func TestRefused(t *testing.T) {
	_, k := newKey(t, "ED25519")
	out, err := jwk.Marshal(k, nil)
	if err != nil {
		t.Fatal(err)
	}
	x := base64.RawURLEncoding.EncodeToString(k.Public.Parts().(sshkey.EdDSAPublicKey).Key)
	for name, text := range map[string]string{
		"twice":         strings.Replace(string(out), "{", `{"kty":"OKP",`, 1),
		"twice escaped": strings.Replace(string(out), "{", `{"k\u0074y":"OKP",`, 1),
		"padding":       strings.Replace(string(out), x, x+"==", 1),
		"line end":      strings.Replace(string(out), x, x[:5]+`\n`+x[5:], 1),
		"no x":          strings.Replace(string(out), `"x"`, `"X"`, 1),
		"other curve":   strings.Replace(string(out), "Ed25519", "X25519", 1),
		"other case":    strings.Replace(string(out), "Ed25519", "ed25519", 1),
		"cut":           string(out[:len(out)-3]),
		"more":          string(out) + "x",
		"no string":     strings.Replace(string(out), `"`+x+`"`, "5", 1),
		"null":          strings.Replace(string(out), `"`+x+`"`, "null", 1),
		"oct":           `{"kty":"oct","k":"AAAA"}`,
		"empty set":     `{"keys":[]}`,
		"deep":          `{"keys":` + strings.Repeat("[", 20000) + `}`,
		"array":         `[]`,
		"P-256 OKP":     `{"kty":"OKP","crv":"P-256","x":"AAAA"}`,
		"empty":         ``,
	} {
		_, err := jwk.Parse([]byte(text))
		var syntax *sshkey.SyntaxError
		if !errors.As(err, &syntax) || !syntax.Pos.IsValid() {
			t.Errorf("%s: %v", name, err)
		}
	}
	var unsupported *sshkey.UnsupportedError
	if _, err := jwk.Parse([]byte(`{"kty":"oct","k":"AAAA"}`)); !errors.As(err, &unsupported) || !strings.Contains(err.Error(), `"oct"`) {
		t.Errorf("oct: %v", err)
	}
	if _, err := jwk.Marshal(k, []byte("x")); err == nil {
		t.Error("a passphrase was dropped")
	}
	k.Comment = "\xff"
	if _, err := jwk.Marshal(k, nil); err == nil {
		t.Error("a comment that is no UTF-8")
	}
}

// TestOtherWriters: what phpseclib writes, which pads base64url, and leaves zeros in front
// of a number out.
func TestOtherWriters(t *testing.T) {
	_, k := newKey(t, "ED25519")
	out, err := jwk.Marshal(k, nil)
	if err != nil {
		t.Fatal(err)
	}
	x := base64.RawURLEncoding.EncodeToString(k.Public.Parts().(sshkey.EdDSAPublicKey).Key)
	keys, err := jwk.Parse([]byte(strings.Replace(string(out), x, x+"=", 1)))
	if err != nil || sshkey.Same(keys[0], k) != nil || len(keys[0].Findings) != 1 || keys[0].Findings[0].Severity != sshkey.Repaired {
		t.Error(err, keys)
	}
	const d = 258 // two bytes of 32
	priv, err := ecdh.P256().NewPrivateKey(append(make([]byte, 30), d>>8, d&255))
	if err != nil {
		t.Fatal(err)
	}
	coordinate := func(i int) string { return base64.RawURLEncoding.EncodeToString(priv.PublicKey().Bytes()[i : i+32]) }
	for number, right := range map[string]bool{"AQI": true, "AQM": false, "": false} {
		text := fmt.Sprintf(`{"kty":"EC","crv":"P-256","x":%q,"y":%q,"d":%q}`, coordinate(1), coordinate(33), number)
		if keys, err := jwk.Parse([]byte(text)); (err == nil) != right {
			t.Errorf("%q: %v, %v", number, err, keys)
		}
	}
}

// TestNoPrimes: a key may have n, e and d alone (RFC 7518 section 6.3.2). Its primes
// are those that openssl made.
func TestNoPrimes(t *testing.T) {
	member := func(name string, n *big.Int) string {
		return fmt.Sprintf(`,%q:%q`, name, base64.RawURLEncoding.EncodeToString(n.Bytes()))
	}
	for _, e := range []string{"65537", "65537", "3", "17"} {
		_, want := newKey(t, "RSA -pkeyopt rsa_keygen_bits:1024 -pkeyopt rsa_keygen_pubexp:"+e)
		public, private := want.Public.Parts().(sshkey.RSAPublicKey), want.Private.(*sshkey.RSAPrivateKey)
		text := func(d *big.Int) []byte {
			return []byte(`{"kty":"RSA"` + member("n", public.N) + member("e", public.E) + member("d", d) + "}")
		}
		k := parse(t, text(private.D))
		got := k.Private.(*sshkey.RSAPrivateKey)
		larger, smaller := private.P, private.Q
		if larger.Cmp(smaller) < 0 {
			larger, smaller = smaller, larger
		}
		if k.Public != want.Public || got.P.Cmp(larger) != 0 || got.Q.Cmp(smaller) != 0 || got.D.Cmp(private.D) != 0 || k.Check() != nil {
			t.Errorf("e=%s: %v", e, k.Check())
		}
		for _, wrong := range []*big.Int{new(big.Int).Xor(private.D, big.NewInt(2)), new(big.Int).Lsh(private.D, 3), big.NewInt(1)} {
			if _, err := jwk.Parse(text(wrong)); !errors.Is(err, sshkey.ErrMismatch) || sshkey.Hint(err) == "" {
				t.Errorf("e=%s, a wrong d of %d bits: %v", e, wrong.BitLen(), err)
			}
		}
	}
	parse(t, []byte(`{"kty":"RSA","n":"o6mOgbFc1tS8mvzyq9sG1V_GC0jN_O6BCB4vg1s-vwxRq0m4lQSk4VOM16K0vzTq2tgPiXVKRNhB9_d4DMOOuakm63NEUTBat3QNNReIKwMVUYJpqTMgYmjBsNTuWEgAu_F7g60TavYDgSs-wQUJuo3mGkIo8eW0cvVaBOaw4Jnx03U4_hiaGQgdn8oGhaJI1cxSmEyadHp5gAdSxQnIC-OvcZ18_cqgi2ceejZAV32Q5-9scS5QXfTT_8b3a6auiX17s6bfyV-PL1pTO1q7r41nYalNwXjXiIF7IEU0o1ISghoFqmNjUtprceQtHaT80QqmTtQeQVITCUbipoTZkQ","e":"AQAB","d":"nOPJCcjlz8fl-cmsNFTmCxwhtOWZGfPlW8vcDlclIm4DyGkGekwWZy754ClIjdeDoEDpPANlK_QH4VapDctWAeMGvUUlY5MwE5c7pf6l-V2eTSHwelPZopz7uLGWvqhfk8uddRAwgiPOHkA_izdyKRUoVVnA-IsUXfOX1QT04IkKHWafRLL8qg8y8beKsLI0Fxmx97s29FAL9bpxHSTdPB-TtSlAKc_swMmmHrhhjFhOEsO_jKKkrg5OUZdhJHX5n0hcPs_SrO3qW6zvZYbwg3UyRr4jcZm8WFQhYqrIt4G1cn2VVXysMwXx9X5trVWqTreY0jwRVmRdY9Pv73P1hQ"}`)) // of which no base from 2 to 25 finds the primes
	long := strings.Repeat("_", 1368)
	if _, err := jwk.Parse([]byte(`{"kty":"RSA","n":"` + long + `","e":"AQAB","d":"` + long + `"}`)); err == nil || !strings.Contains(sshkey.Hint(err), "p and q") {
		t.Error(err)
	}
}

// TestQuoted: where signs were lost, a name can be the value of a private number.
func TestQuoted(t *testing.T) {
	const secret = "q1kEERuUWvfq9I1DRIn0y5KN4HxpcvI-k9e-r_NsgM"
	for _, text := range []string{`{"kty":"OKP","crv":"Ed25519` + secret + `"}`, `{"kty":"OKP` + secret + `"}`, `{"kty":"OKP","` + secret + `":"","` + secret + `":""}`} {
		if _, err := jwk.Parse([]byte(text)); err == nil || strings.Contains(err.Error(), secret[:13]) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// TestDamage changes every single bit.
func TestDamage(t *testing.T) {
	for _, kind := range []string{"RSA -pkeyopt rsa_keygen_bits:1024", "EC -pkeyopt ec_paramgen_curve:P-256", "ED25519"} {
		_, want := newKey(t, kind)
		out, err := jwk.Marshal(want, nil)
		if err != nil {
			t.Fatal(err)
		}
		check := func(data []byte) {
			keys, err := jwk.Parse(data)
			if err == nil && keys[0].Private != nil && sshkey.Same(keys[0], want) != nil {
				t.Fatalf("%s: another key: %v", kind, sshkey.Same(keys[0], want))
			}
		}
		for i := range 8 * len(out) {
			out[i/8] ^= 1 << (i % 8)
			check(out)
			out[i/8] ^= 1 << (i % 8)
		}
		for i := range out {
			check(out[:i])
		}
	}
}

// TestSecretNotQuoted: a private number in the place of a name or of another member is not quoted.
func TestSecretNotQuoted(t *testing.T) {
	const secret = "1pfRrCXs4upr4_FnjKFif7e5iwtWVfuj5rmMzShDHs8"
	for _, text := range []string{
		`{"kty":"` + secret + `"}`, `{"kty":"OKP","crv":"` + secret + `"}`, `{"kty":"EC","crv":"` + secret + `"}`,
		`{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","` + secret + `":""}`,
		`{"kty":"OKP","` + secret + `":1,"` + secret + `":2}`,
	} {
		keys, err := jwk.Parse([]byte(text))
		told := fmt.Sprint(err, sshkey.Hint(err))
		for _, k := range keys {
			told += fmt.Sprint(k.Findings)
		}
		if strings.Contains(told, secret[:4]) || told == "<nil>" {
			t.Errorf("%s: %s", text, told)
		}
	}
}

// TestPrivateMember: what is left of a private key is no public one.
func TestPrivateMember(t *testing.T) {
	_, rsa := newKey(t, kinds[0])
	whole, err := jwk.Marshal(rsa, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, lost := range [][]string{{"d"}, {"d", "p", "q"}, {"d", "p", "dp", "dq"}} {
		var members map[string]string
		if err := json.Unmarshal(whole, &members); err != nil {
			t.Fatal(err)
		}
		for _, name := range lost {
			delete(members, name)
		}
		text, err := json.Marshal(members)
		if err != nil {
			t.Fatal(err)
		}
		if keys, err := jwk.Parse(text); err == nil {
			t.Errorf("without %v: %v", lost, keys[0].Public)
		}
	}
}
