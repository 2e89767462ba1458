package fuzz

import (
	"bytes"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"hash/fnv"
	"math/big"
	"regexp"
	"runtime"
	"strconv"
	"testing"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/sshkey"
	"golang.org/x/crypto/ssh"
)

// What a reader must hold for any file.

// judge reads what a program made of a model.
func judge(t testing.TB, c container, m *model, data []byte) (accepted bool) {
	t.Helper()
	secret := m.secrets()
	keys, _, err := keyconv.ParseAs(data, c.format)
	if err != nil {
		checkError(t, data, err)
		secret.hidden(t, err.Error())
		return false
	}
	for _, k := range keys[:min(len(keys), 4)] {
		if k.Encrypted() {
			secret.hidden(t, shows(k)...)
		}
		open, err := m.unseal(k)
		if err != nil {
			checkError(t, data, err)
			secret.hidden(t, err.Error())
			continue
		}
		secret.hidden(t, shows(open)...)
		if err := open.Check(); err != nil {
			t.Fatalf("read, and not a key: %v", err)
		}
		if accepted = true; one(data, 4) {
			rewrite(t, open)
		}
	}
	return accepted
}

// shows is a key as it may be printed. The text of its comment, options and
// headers is left out: a program may have put the numbers there.
func shows(k *sshkey.Key) []string {
	plain := *k
	plain.Comment, plain.Options, plain.Headers = "", nil, nil
	return []string{fmt.Sprintf("%v %+v %#v", plain, &plain, plain.Private), mustJSON(plain)}
}

func mustJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// one is true for one input in n, always the same ones.
func one(data []byte, n uint32) bool {
	h := fnv.New32a()
	h.Write(data)
	return h.Sum32()%n == 0
}

// bounded runs f on data, and for some inputs asks that what f allocates is a
// small multiple of them.
func bounded(t testing.TB, data []byte, f func()) {
	t.Helper()
	if !one(data, 64) {
		f()
		return
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > allocationBase+allocationTimes*uint64(len(data)) {
		t.Fatalf("%d bytes allocated for an input of %d", used, len(data))
	}
}

const (
	allocationBase  = 16 << 20 // reading, and writing in every format
	allocationTimes = 256
)

// A secretList is what must not be shown.
type secretList [][]byte

// secrets are the private numbers of the sound file, whose bytes a wrong
// length may shift into another field.
func (m *model) secrets() secretList { return m.secret }

// remember notes the private numbers before a program runs.
func (m *model) remember(format string) *model {
	if k, err := m.open(format, m.write(m.root)); err == nil {
		m.secret = privateBytes(k)
	}
	return m
}

func privateBytes(k *sshkey.Key) secretList {
	switch p := k.Private.(type) {
	case *sshkey.RSAPrivateKey:
		return secretList{p.D.Bytes(), p.P.Bytes(), p.Q.Bytes(), p.Iqmp.Bytes()}
	case *sshkey.DSAPrivateKey:
		return secretList{p.X.Bytes()}
	case *sshkey.ECDSAPrivateKey:
		return secretList{p.D.Bytes()}
	case *sshkey.EdDSAPrivateKey:
		return secretList{p.Seed}
	}
	return nil
}

var quoted = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)

// hidden fails where eight bytes of a secret, or their hexadecimal or decimal
// form, stand in a text, quoted or not.
func (s secretList) hidden(t testing.TB, texts ...string) {
	t.Helper()
	if len(s) == 0 {
		return
	}
	for _, text := range texts {
		b := []byte(text)
		for _, q := range quoted.FindAllString(text, -1) {
			if plain, err := strconv.Unquote(q); err == nil {
				b = append(b, plain...)
			}
		}
		for _, secret := range s {
			if shown(secret, b) {
				t.Fatalf("private bytes are shown: %q", b)
			}
		}
	}
}

func shown(secret, b []byte) bool {
	for i := 0; i+8 <= len(secret); i += 4 {
		if bytes.Contains(b, secret[i:i+8]) {
			return true
		}
	}
	return len(secret) >= 8 && (bytes.Contains(b, fmt.Appendf(nil, "%x", secret[:8])) ||
		bytes.Contains(b, []byte(new(big.Int).SetBytes(secret).String())))
}

// second lets another reader, where there is one, read what was written, and
// compares what it sees. The refusals of x/crypto, crypto/x509 and
// kayrus/putty prove nothing: they know fewer keys.
func second(t testing.TB, format string, text []byte, k *sshkey.Key) {
	t.Helper()
	switch format {
	case "openssh", "pem", "pkcs8":
		block, rest := pem.Decode(text)
		if block == nil || len(bytes.TrimSpace(rest)) > 0 {
			t.Fatalf("encoding/pem does not read what was written:\n%s", text)
		}
		if theirs := parsePrivate(format, block.Bytes, text); theirs != nil {
			compare(t, k, theirs)
		}
	case "ppk", "ppk2":
		if theirs := readPutty(text); theirs != nil {
			compare(t, k, theirs)
		}
	case "spki":
		block, _ := pem.Decode(text)
		if block == nil {
			t.Fatalf("encoding/pem does not read what was written:\n%s", text)
		}
		if theirs, err := x509.ParsePKIXPublicKey(block.Bytes); err == nil {
			comparePublic(t, k, theirs)
		}
	case "authorized-keys":
		theirs, comment, _, rest, err := ssh.ParseAuthorizedKey(text)
		if err != nil {
			return
		}
		if cert, ok := theirs.(*ssh.Certificate); ok { // which it writes anew, not as it was
			theirs = cert.Key
		}
		if len(rest) > 0 || !bytes.Equal(theirs.Marshal(), k.Public.Plain().Blob()) {
			t.Fatalf("x/crypto sees another key, or two: %q %q\n%s", comment, rest, text)
		}
	}
}

func parsePrivate(format string, der, text []byte) any {
	if format == "openssh" {
		key, _ := ssh.ParseRawPrivateKey(text)
		return key
	}
	for _, parse := range []func([]byte) (any, error){
		x509.ParsePKCS8PrivateKey,
		func(b []byte) (any, error) { return x509.ParseECPrivateKey(b) },
		func(b []byte) (any, error) { return x509.ParsePKCS1PrivateKey(b) },
	} {
		if key, err := parse(der); err == nil {
			return key
		}
	}
	return nil
}

func comparePublic(t testing.TB, k *sshkey.Key, theirs any) {
	t.Helper()
	pub, err := ssh.NewPublicKey(theirs)
	if err == nil && !bytes.Equal(pub.Marshal(), k.Public.Plain().Blob()) {
		t.Fatalf("crypto/x509 sees another public key")
	}
}
