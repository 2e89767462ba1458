package keyconv_test

import (
	"errors"
	"io/fs"
	"testing"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/ppk"
	"github.com/keyconv/keyconv/sshkey"
	"github.com/keyconv/keyconv/testdata"
)

// TestMatrix: every row of the table x every key of testdata, plain and
// protected. Either the key is there again, or the format says that it cannot
// hold that type.
func TestMatrix(t *testing.T) {
	keys, err := fs.Sub(testdata.Keys, "keys")
	if err != nil {
		t.Fatal(err)
	}
	held := 0
	for _, name := range keytest.Names(t, keys) {
		data := keytest.Read(t, keys, name+"/openssh")
		want, err := open(data)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range keyconv.Formats() {
			if !f.Writes() || !f.Reads() {
				continue
			}
			for _, o := range []*keyconv.Options{{}, {NewPassphrase: pass, Rounds: 2, PPK: ppk.Encoder{MemoryKiB: 256, Passes: 2}}} {
				if o.NewPassphrase != nil && !f.Encrypts() {
					continue
				}
				held += inFormat(t, name, f, data, want, o)
			}
		}
	}
	t.Logf("%d keys written and read again", held)
}

func inFormat(t *testing.T, name string, f keyconv.Format, data []byte, want *sshkey.Key, o *keyconv.Options) int {
	t.Helper()
	res, err := keyconv.Convert(data, f.Name, o)
	var unsupported *sshkey.UnsupportedError
	if errors.As(err, &unsupported) {
		if sshkey.Hint(err) == "" {
			t.Errorf("%s in %s: %v, without a next step", name, f.Name, err)
		}
		return 0
	}
	if err != nil {
		t.Errorf("%s in %s: %v", name, f.Name, err)
		return 0
	}
	list, _, err := keyconv.ParseAs(res.Data, f.Name)
	if err != nil {
		t.Errorf("%s in %s: %v", name, f.Name, err)
		return 0
	}
	got := list[0]
	if got.Encrypted() != res.Encrypted || res.Encrypted != (o.NewPassphrase != nil && f.Private) && !f.Public {
		t.Errorf("%s in %s: protected is %v", name, f.Name, got.Encrypted())
	}
	if got, err = got.Decrypt([]byte(testdata.Passphrase), sshkey.Limits{}); err != nil {
		t.Errorf("%s in %s: %v", name, f.Name, err)
		return 0
	}
	same := *got
	same.Comment = want.Comment
	if got.Private == nil {
		same.Private = want.Private
	}
	if err := sshkey.Same(&same, want); err != nil {
		t.Errorf("%s in %s: %v", name, f.Name, err)
	}
	return 1
}
