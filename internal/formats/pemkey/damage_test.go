package pemkey_test

import (
	"bytes"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/internal/formats/pemkey"
	"github.com/keyconv/keyconv/sshkey"
)

// TestFlips changes every single bit of keys whose form says the public half
// too: no change may give another private number.
func TestFlips(t *testing.T) {
	for _, kind := range []string{"rsa1024", "dsa1024", "p256", "p384"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			k := decoded(t, pemkey.PKCS8, generate(t, kind))
			for _, c := range []pemkey.Container{pemkey.PEM, pemkey.PKCS8} {
				if kind == "dsa1024" && c.Name == "pkcs8" {
					continue // it does not hold y
				}
				out, err := c.Marshal(k, nil)
				if err != nil {
					t.Fatal(err)
				}
				block, _ := pem.Decode(out)
				flip(t, c, block.Bytes, k)
				truncate(t, c, out, k)
				truncate(t, c, block.Bytes, k)
			}
		})
	}
}

func flip(t *testing.T, c pemkey.Container, body []byte, want *sshkey.Key) {
	t.Helper()
	read := 0
	for i := range 8 * len(body) {
		damaged := bytes.Clone(body)
		damaged[i/8] ^= 1 << (i % 8)
		k, err := c.Parse(damaged)
		if err != nil {
			checkError(t, err)
			continue
		}
		read++
		if err := sshkey.Same(k, want); err != nil {
			t.Fatalf("%s: bit %d of byte %d: %v", c.Name, i%8, i/8, err)
		}
	}
	t.Logf("%s: %d bits, %d of them read all the same", c.Name, 8*len(body), read)
}

func truncate(t *testing.T, c pemkey.Container, data []byte, want *sshkey.Key) {
	t.Helper()
	for i := range len(data) {
		k, err := c.Parse(data[:i])
		if err == nil && sshkey.Same(k, want) != nil {
			t.Fatalf("%s: another key from %d bytes", c.Name, i)
		}
		if err == nil && i < len(data)-1 {
			t.Errorf("%s: read from %d bytes of %d", c.Name, i, len(data))
		}
	}
}

// checkError wants every refusal to be one that callers can take apart.
func checkError(t *testing.T, err error) {
	t.Helper()
	var syntax *sshkey.SyntaxError
	if !errors.As(err, &syntax) || !syntax.Pos.IsValid() {
		t.Fatalf("%T without a place: %v", err, err)
	}
}

// TestFlipsEdwards: PKCS#8 of version 1 holds a seed and nothing to prove it
// with, so a changed seed is another key; its public half must then be that
// of the new seed. With the public key of RFC 8410 it is refused.
func TestFlipsEdwards(t *testing.T) {
	k := decoded(t, pemkey.PKCS8, []byte(rfc8410))
	block, _ := pem.Decode([]byte(rfc8410))
	for i := range 8 * len(block.Bytes) {
		damaged := bytes.Clone(block.Bytes)
		damaged[i/8] ^= 1 << (i % 8)
		got, err := pemkey.PKCS8.Parse(damaged)
		if err == nil && sshkey.Same(got, k) != nil {
			t.Fatalf("bit %d of byte %d gives another key", i%8, i/8)
		}
	}
	truncate(t, pemkey.PKCS8, block.Bytes, k)
}

// rfc8410 is the example of RFC 8410 section 10.3, with attributes and public
// key.
const rfc8410 = `-----BEGIN PRIVATE KEY-----
MHICAQEwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
oB8wHQYKKoZIhvcNAQkJFDEPDA1DdXJkbGUgQ2hhaXJzgSEAGb9ECWmEzf6FQbrB
Z9w7lshQhqowtrbLDFw4rXAxZuE=
-----END PRIVATE KEY-----
`

// TestEncryptedDamage: a wrong passphrase, a changed ciphertext and a cut one
// are told apart as far as the format allows.
func TestEncryptedDamage(t *testing.T) {
	k := decoded(t, pemkey.PKCS8, generate(t, "rsa1024"))
	for _, e := range []pemkey.Encoder{{To: pemkey.PEM}, {To: pemkey.PKCS8, Rounds: 10}} {
		out, err := e.Marshal(k, []byte(passphrase))
		if err != nil {
			t.Fatal(err)
		}
		block, _ := pem.Decode(out)
		if e.To.Name == "pkcs8" {
			block.Headers = nil
		}
		middle := bytes.Clone(block.Bytes)
		middle[len(middle)/2] ^= 1
		open := func(body []byte, pass string) error {
			p, err := e.To.Parse(pem.EncodeToMemory(&pem.Block{Type: block.Type, Headers: block.Headers, Bytes: body}))
			if err == nil {
				_, err = p.Decrypt([]byte(pass), sshkey.Limits{})
			}
			return err
		}
		if err := open(middle, passphrase); !errors.Is(err, sshkey.ErrMismatch) && !errors.Is(err, sshkey.ErrCorrupt) {
			t.Errorf("%s: a changed bit: %v", e.To.Name, err)
		}
		if err := open(block.Bytes[:len(block.Bytes)-1], passphrase); err == nil || errors.Is(err, sshkey.ErrPassphrase) {
			t.Errorf("%s: a ragged ciphertext: %v", e.To.Name, err)
		}
		for i := range 600 { // one in 256 gets past the padding
			pass := fmt.Sprintf("wrong %d", i)
			if err := open(block.Bytes, pass); !errors.Is(err, sshkey.ErrPassphrase) {
				t.Errorf("%s: a wrong passphrase: %v", e.To.Name, err)
			}
		}
		if err := open(block.Bytes, ""); !errors.Is(err, sshkey.ErrEncrypted) {
			t.Errorf("%s: no passphrase: %v", e.To.Name, err)
		}
	}
}

// TestHostile: what a file asks for is refused before it is paid.
func TestHostile(t *testing.T) {
	sequence := func(parts ...[]byte) []byte { return wrap(0x30, bytes.Join(parts, nil)) }
	oid := func(b ...byte) []byte { return wrap(6, b) }
	aes := sequence(oid(0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1, 0x2a), wrap(4, make([]byte, 16)))
	pbes2 := func(kdf, cipher []byte) []byte {
		return sequence(sequence(oid(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, 0x0d), sequence(kdf, cipher)), wrap(4, make([]byte, 32)))
	}
	pbkdf2 := func(count ...byte) []byte {
		return sequence(oid(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, 0x0c), sequence(wrap(4, make([]byte, 8)), wrap(2, count)))
	}
	scrypt := func(n, r, p []byte) []byte {
		return sequence(oid(0x2b, 6, 1, 4, 1, 0xda, 0x47, 4, 0x0b), sequence(wrap(4, make([]byte, 8)), wrap(2, n), wrap(2, r), wrap(2, p)))
	}
	small, big := []byte{8}, []byte{0x7f, 0xff, 0xff, 0xff}
	for name, c := range map[string]struct {
		data  []byte
		limit bool
	}{
		"iterations":           {pbes2(pbkdf2(0x7f, 0xff, 0xff, 0xff, 0xff, 0xff), aes), true},
		"more than 64 bits":    {pbes2(pbkdf2(0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), aes), false},
		"no iterations":        {pbes2(pbkdf2(0), aes), false},
		"negative iterations":  {pbes2(pbkdf2(0x80), aes), false},
		"scrypt memory":        {pbes2(scrypt([]byte{0x40, 0, 0, 0}, small, small), aes), true},
		"scrypt work":          {pbes2(scrypt([]byte{0x40, 0}, small, []byte{1, 0, 0, 0}), aes), true},
		"scrypt r and p":       {pbes2(scrypt(small, big, big), aes), false},
		"scrypt N of no power": {pbes2(scrypt([]byte{9}, small, small), aes), false},
		"short IV":             {pbes2(pbkdf2(1), sequence(oid(0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1, 0x2a), wrap(4, make([]byte, 15)))), false},
		"nested":               {bytes.Repeat([]byte{0x30, 0x80}, 10000), false},
		"empty":                {sequence(), false},
	} {
		t.Run(name, func(t *testing.T) {
			k, err := pemkey.PKCS8.Parse(c.data)
			if err == nil {
				_, err = k.Decrypt([]byte("x"), sshkey.Limits{})
			}
			var limit *sshkey.LimitError
			if err == nil || errors.As(err, &limit) != c.limit {
				t.Errorf("%v", err)
			}
			checkError(t, err)
			t.Log(err)
		})
	}
}

func wrap(tag byte, body []byte) []byte {
	n := len(body)
	if n < 128 {
		return append([]byte{tag, byte(n)}, body...)
	}
	return append([]byte{tag, 0x82, byte(n >> 8), byte(n)}, body...)
}

func TestBadDEK(t *testing.T) {
	key, err := pemkey.PEM.Marshal(decoded(t, pemkey.PKCS8, generate(t, "p256")), []byte(passphrase))
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(key, []byte("AES-128-CBC"))
	end := at + bytes.IndexByte(key[at:], '\n')
	for _, dek := range []string{"", ",", "AES-128-CBC", "AES-128-CBC,00", "AES-128-CBC," + strings.Repeat("0", 34), "AES-128-CBC," + strings.Repeat("g", 32),
		"RC4,", "CAMELLIA-128-CBC," + strings.Repeat("0", 32), "DES-CBC," + strings.Repeat("0", 32)} {
		_, err := pemkey.PEM.Parse([]byte(string(key[:at]) + dek + string(key[end:])))
		if err == nil {
			t.Errorf("%q was read", dek)
			continue
		}
		checkError(t, err)
	}
}

// TestRepeated: a line or four characters that stand there twice move all that follows. What
// does not hold both halves cannot show it; it is never another key.
func TestRepeated(t *testing.T) {
	withoutPublic := openssl(t, oldForm(t, generate(t, "p256"), "ec", "-no_public"), "pkcs8", "-topk8", "-nocrypt")
	for name, c := range map[string]struct {
		pemkey.Container
		text []byte
	}{
		"ed25519":           {pemkey.PKCS8, generate(t, "ed25519")},
		"ed448":             {pemkey.PKCS8, generate(t, "ed448")},
		"dsa":               {pemkey.PKCS8, generate(t, "dsa1024")},
		"p256, one half":    {pemkey.PKCS8, withoutPublic},
		"p521, old, half":   {pemkey.PEM, oldForm(t, generate(t, "p521"), "ec", "-no_public")},
		"rsa":               {pemkey.PKCS8, generate(t, "rsa1024")},
		"ed25519, sealed":   {pemkey.PKCS8, openssl(t, generate(t, "ed25519"), "pkcs8", "-topk8", "-passout", "pass:"+passphrase)},
		"rsa, public":       {pemkey.SPKI, openssl(t, generate(t, "rsa1024"), "pkey", "-pubout")},
		"ed448, public":     {pemkey.SPKI, openssl(t, generate(t, "ed448"), "pkey", "-pubout")},
		"rsa, PKCS#1 alone": {pemkey.PKCS1Public, openssl(t, generate(t, "rsa1024"), "rsa", "-RSAPublicKey_out")},
	} {
		want := decoded(t, c.Container, c.text)
		check := func(how string, damaged []byte) {
			k, err := c.Parse(damaged)
			if err == nil && k.Encrypted() {
				k, err = k.Decrypt([]byte(passphrase), sshkey.Limits{})
			}
			if err == nil && (k.Public != want.Public || k.Private != nil && sshkey.Same(k, want) != nil) {
				t.Errorf("%s, %s: another key", name, how)
			}
		}
		lines := bytes.SplitAfter(c.text, []byte("\n"))
		for i := 1; i < len(lines)-2; i++ {
			check(fmt.Sprint("line ", i), bytes.Join(slices.Insert(slices.Clone(lines), i, lines[i]), nil))
			for n := 0; n+4 < len(lines[i]); n++ {
				line := slices.Concat(lines[i][:n+4], lines[i][n:])
				check(fmt.Sprintf("line %d, character %d", i, n), bytes.Join(slices.Replace(slices.Clone(lines), i, i+1, line), nil))
			}
		}
	}
}

// TestOtherPublic: the separate public half of a PKCS#8 of version 2 is that of the key.
func TestOtherPublic(t *testing.T) {
	for _, kind := range []string{"rsa1024", "dsa1024"} {
		own, other := generate(t, kind), generate(t, kind)
		private, _ := pem.Decode(own)
		with := func(key []byte) []byte {
			block, _ := pem.Decode(openssl(t, key, "pkey", "-pubout"))
			var spki struct {
				Algorithm asn1.RawValue
				Public    asn1.BitString
			}
			if _, err := asn1.Unmarshal(block.Bytes, &spki); err != nil {
				t.Fatal(err)
			}
			return version2(t, private.Bytes, spki.Public)
		}
		k, err := pemkey.PKCS8.Parse(with(own))
		if err != nil || sshkey.Same(k, decoded(t, pemkey.PKCS8, own)) != nil {
			t.Errorf("%s: %v", kind, err)
		}
		if _, err := pemkey.PKCS8.Parse(with(other)); !errors.Is(err, sshkey.ErrMismatch) {
			t.Errorf("%s with another public half: %v", kind, err)
		}
		if _, err := pemkey.PKCS8.Parse(version2(t, private.Bytes, asn1.BitString{Bytes: []byte{1}, BitLength: 8})); !errors.Is(err, sshkey.ErrMismatch) {
			t.Errorf("%s with a byte for a public half: %v", kind, err)
		}
	}
}

// version2 puts a public key into a PKCS#8 (RFC 5958 section 2).
func version2(t *testing.T, private []byte, public asn1.BitString) []byte {
	t.Helper()
	var key struct {
		Version   int
		Algorithm asn1.RawValue
		Key       []byte
		Public    asn1.BitString `asn1:"optional,tag:1"`
	}
	if _, err := asn1.Unmarshal(private, &key); err != nil {
		t.Fatal(err)
	}
	key.Version, key.Public = 1, public
	out, err := asn1.Marshal(key)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestBER: forms of lengths that openssl reads have a message of their own.
func TestBER(t *testing.T) {
	block, _ := pem.Decode(generate(t, "ed25519"))
	for _, ber := range [][]byte{
		slices.Concat([]byte{0x30, 0x81}, block.Bytes[1:]), slices.Concat([]byte{0x30, 0x82, 0}, block.Bytes[1:]),
		slices.Concat([]byte{0x30, 0x80}, block.Bytes[2:], []byte{0, 0}),
	} {
		openssl(t, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: ber}), "pkey", "-noout")
		_, err := pemkey.PKCS8.Parse(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: ber}))
		if err == nil || !strings.Contains(err.Error(), "BER") || !strings.Contains(sshkey.Hint(err), "openssl pkey") {
			t.Errorf("%x: %v", ber[:4], err)
		}
	}
}
