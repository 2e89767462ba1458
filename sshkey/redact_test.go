package sshkey_test

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/big"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/openssh"
	"github.com/keyconv/keyconv/sshkey"
	"github.com/keyconv/keyconv/testdata"
)

func everyKind(t *testing.T) map[string]*sshkey.Key {
	keys := keysOfEveryKind(t)
	secret := []byte("the secret bytes of a handle")
	keys["sk"] = &sshkey.Key{Public: securityKey(t, "ed25519"), Private: &sshkey.SKPrivateKey{Handle: secret, Reserved: bytes.ToUpper(secret)}}
	keys["opaque"] = &sshkey.Key{Private: &sshkey.Opaque{Container: "ppk", Bytes: secret}}
	return keys
}

// values are the ways in which a program holds a key.
func values(k *sshkey.Key) []any {
	list := []any{k, *k, k.Private, []*sshkey.Key{k}, map[string]sshkey.Key{"k": *k}, struct{ K sshkey.Key }{*k}, []sshkey.PrivateKey{k.Private}}
	switch p := k.Private.(type) {
	case *sshkey.RSAPrivateKey:
		list = append(list, *p)
	case *sshkey.DSAPrivateKey:
		list = append(list, *p)
	case *sshkey.ECDSAPrivateKey:
		list = append(list, *p)
	case *sshkey.EdDSAPrivateKey:
		list = append(list, *p)
	case *sshkey.SKPrivateKey:
		list = append(list, *p)
	case *sshkey.MLDSAPrivateKey:
		list = append(list, *p)
	case *sshkey.Opaque:
		list = append(list, *p)
	case *sshkey.Sealed:
		list = append(list, *p)
	}
	return list
}

// printed is a value in every way in which Go prints.
func printed(t *testing.T, v any) (list []string) {
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "% x", "%#x", "%d", "%o", "%b", "%c", "%e", "%t", "%T", "%U", "%20.3v", "%!"} {
		list = append(list, fmt.Sprintf(verb, v))
	}
	list = append(list, fmt.Sprint(v), fmt.Sprintln(v), fmt.Errorf("in %v", v).Error())
	text, err := json.Marshal(v)
	if err != nil {
		t.Errorf("%T: %v", v, err)
	}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("key", "key", v)
	slog.New(slog.NewTextHandler(&log, nil)).Info("key", "key", v)
	var binary bytes.Buffer
	gob.NewEncoder(&binary).Encode(v) // an error, or something without the secret
	return append(list, string(text), log.String(), binary.String())
}

func TestRedacted(t *testing.T) {
	for name, k := range everyKind(t) {
		secrets := keytest.Secrets(k)
		if len(secrets) == 0 {
			t.Fatalf("%s has no secrets", name)
		}
		for _, v := range values(k) {
			for _, text := range printed(t, v) {
				checkSilent(t, name, v, text, secrets)
			}
		}
	}
}

func checkSilent(t *testing.T, name string, v any, text string, secrets [][]byte) {
	t.Helper()
	for _, secret := range secrets {
		for _, s := range keytest.Spellings(secret, 6) {
			if strings.Contains(text, s) {
				t.Fatalf("%s as a %T: a secret in %.200s", name, v, text)
			}
		}
	}
}

// TestRedactionIsTested: the search finds a secret where there is one.
func TestRedactionIsTested(t *testing.T) {
	seed := shippedKey(t, "ed25519").Private.(*sshkey.EdDSAPrivateKey).Seed
	n := new(big.Int).SetBytes(seed)
	text, _ := json.Marshal(map[string]any{"seed": seed})
	for _, leak := range []string{fmt.Sprint(seed), fmt.Sprintf("%x", seed), fmt.Sprintf("%#v", seed), fmt.Sprint(n), fmt.Sprintf("%x", n), fmt.Sprintf("%b", n), string(seed), string(text)} {
		found := false
		for _, s := range keytest.Spellings(seed, 6) {
			found = found || strings.Contains(leak, s)
		}
		if !found {
			t.Errorf("not found: %q", leak)
		}
	}
}

// TestSealedRedacted: nothing of the file, not even encrypted.
func TestSealedRedacted(t *testing.T) {
	data := keytest.Shipped(t, "ed25519/openssh-aes256-ctr")
	k, err := openssh.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range values(k) {
		for _, text := range printed(t, v) {
			if strings.Contains(text, "BEGIN") || strings.Contains(text, fmt.Sprintf("%x", "BEGIN OPENSSH")) || strings.Contains(text, "45 71 73 78") {
				t.Fatalf("%T: %.200s", v, text)
			}
		}
	}
	if got := fmt.Sprint(k.Private); got != "encrypted private key (redacted)" {
		t.Error(got)
	}
}

// TestErrorsSilent: no error of a wrong passphrase or of a damaged key says
// what was in it.
func TestErrorsSilent(t *testing.T) {
	k := shippedKey(t, "rsa2048")
	for _, c := range changes(t, k) {
		err := (&sshkey.Key{Public: k.Public, Private: c.priv}).Check()
		checkSilent(t, c.name, err, err.Error(), keytest.Secrets(k))
	}
	sealed, err := openssh.Parse(keytest.Shipped(t, "rsa2048/openssh-aes256-ctr"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err = sealed.Decrypt([]byte("Wrong one"), sshkey.Limits{}); err == nil || strings.Contains(err.Error(), "Wrong one") {
		t.Error(err)
	}
	if _, err = sealed.Decrypt([]byte(testdata.Passphrase), sshkey.Limits{}); err != nil {
		t.Error(err)
	}
}
