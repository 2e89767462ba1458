package keyconv_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/testdata"
)

// strictly converts as keyconv convert --strict does.
func strictly(data []byte) error {
	_, err := keyconv.Convert(data, "pkcs8", &keyconv.Options{Strict: true, NoPassphrase: true, Passphrase: func() ([]byte, error) { return []byte(testdata.Passphrase), nil }})
	return err
}

// TestStrictCharacter: one wrong character of the numbers of an RSA key is
// refused wherever it is, also in numbers that are computed anew.
func TestStrictCharacter(t *testing.T) {
	const base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	step := 1
	if testing.Short() {
		step = 17
	}
	for file, from := range map[string]int{"private-pem": 32, "private-pkcs8": 28, "private-sshcom": 190} { // behind the types
		data := keytest.Read(t, testdata.Keys, "keys/rsa2048/"+file)
		if err := strictly(data); err != nil {
			t.Errorf("%s: %v", file, err)
		}
		for i := from; i < bytes.LastIndex(data, []byte("\n-")); i += step {
			if old := strings.IndexByte(base64, data[i]); old >= 0 {
				damaged := bytes.Clone(data)
				damaged[i] = base64[(old+1+i%62)%64]
				if strictly(damaged) == nil {
					t.Errorf("%s: byte %d is damaged and taken", file, i)
				}
				if keys, _, err := keyconv.Parse(damaged); err == nil && !keys[0].Findings[0].Pos.IsValid() {
					t.Errorf("%s: byte %d: a finding without a place: %+v", file, i, keys[0].Findings)
				}
			}
		}
	}
}

// TestStrict: damage that a key survives is told, and refused where it is asked.
func TestStrict(t *testing.T) {
	for _, c := range []struct {
		file, old, new, code string
	}{
		{"rsa2048/private-pem-encrypted", "Proc-Type", "P.oc-Type", "proc-type"},
		{"rsa2048/private-pem-encrypted", "4,ENCRYPTED", "4,CLEAR", "proc-type"},
		{"rsa2048/private-pem-encrypted", "Proc-Type: 4,ENCRYPTED\n", "", "proc-type"},
		{"rsa2048/private-pkcs8", " PRIVATE", " RSA PRIVATE", "pem-label"},
	} {
		data := bytes.ReplaceAll(keytest.Read(t, testdata.Keys, "keys/"+c.file), []byte(c.old), []byte(c.new))
		if err := strictly(data); err == nil || !strings.Contains(err.Error(), "damaged: ") {
			t.Errorf("%s with %q: %v", c.file, c.new, err)
		}
		keys, _, err := keyconv.ParseLenient(data, "")
		if err != nil || len(keys[0].Findings) != 1 || keys[0].Findings[0].Code != c.code || !keys[0].Findings[0].Pos.IsValid() {
			t.Errorf("%s with %q: %v, %+v", c.file, c.new, err, keys)
		}
	}
}
