package keyconv_test

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/sshkey"
)

// TestZeroNormalizer: the zero value answers as NewNormalizer("") does.
func TestZeroNormalizer(t *testing.T) {
	for _, name := range []string{"rsa2048/id.pub", "rsa2048/public-spki", "rsa2048/public-pkcs1", "rsa2048/id.rfc4716", "ed25519/plain.ppk", "ed25519/openssh", "rsa2048/id-cert.pub"} {
		text := []byte("from=\"10.0.0.1\" " + strings.Replace(string(read("ed25519/id.pub")), "AAAA", "AAA", 1) + string(read(name)) + string(read("ed25519/id.pub")))
		got, err := new(keyconv.Normalizer).Normalize(text)
		want, err2 := keyconv.NewNormalizer("").Normalize(text)
		if err != nil || err2 != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, %v\nwant %+v, %v", name, got, err, want, err2)
		}
		var out, out2 strings.Builder
		var findings, findings2 []sshkey.Finding
		err = new(keyconv.Normalizer).Stream(bytes.NewReader(text), &out, func(f sshkey.Finding) { findings = append(findings, f) })
		err2 = keyconv.NewNormalizer("").Stream(bytes.NewReader(text), &out2, func(f sshkey.Finding) { findings2 = append(findings2, f) })
		if err != nil || err2 != nil || out.String() != out2.String() || !reflect.DeepEqual(findings, findings2) {
			t.Errorf("%s streamed: %v, %q, %v\nwant %v, %q, %v", name, err, &out, findings, err2, &out2, findings2)
		}
	}
}
