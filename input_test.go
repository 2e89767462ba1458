package keyconv_test

import (
	"bytes"
	"encoding/pem"
	"io/fs"
	"maps"
	"reflect"
	"testing"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/sshkey"
	"github.com/keyconv/keyconv/testdata"
)

// TestParseLeavesInput: in every format Parse neither changes what it was given nor
// keeps it. A caller may clear the bytes or read the next file into them.
func TestParseLeavesInput(t *testing.T) {
	seen := map[string]bool{}
	for name, data := range shippedFiles(t) {
		given := bytes.Clone(data)
		want, f, err := keyconv.ParseLenient(data, "")
		if err != nil {
			continue // it holds no key
		}
		seen[f.Name] = true
		got, _, err := keyconv.ParseLenient(given, "")
		if err != nil || !bytes.Equal(given, data) {
			t.Errorf("%s: read twice: %v, changed: %v", name, err, !bytes.Equal(given, data))
			continue
		}
		clear(given)
		for i, k := range got {
			sameKey(t, name, k, want[i])
		}
	}
	for _, f := range keyconv.Formats() {
		if f.Reads() && !seen[f.Name] {
			t.Errorf("no file of the format %s", f.Name)
		}
	}
}

// shippedFiles are the files of testdata, and the PEM ones among them as bare DER.
func shippedFiles(t *testing.T) map[string][]byte {
	files := map[string][]byte{}
	for _, folder := range []fs.FS{testdata.Keys, testdata.Other} {
		err := fs.WalkDir(folder, ".", func(name string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				files[name], err = fs.ReadFile(folder, name)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for name, data := range maps.Clone(files) {
		if block, _ := pem.Decode(data); block != nil {
			files[name+" as DER"] = block.Bytes
		}
	}
	return files
}

// sameKey compares all that a key says, sealed and opened, and where a wrong
// passphrase is said to be wrong.
func sameKey(t *testing.T, name string, got, want *sshkey.Key) {
	t.Helper()
	sealed, same := *got, *want
	if got.Encrypted() {
		sealed.Private, same.Private = nil, nil
	}
	if !reflect.DeepEqual(sealed, same) {
		t.Errorf("%s: the key changed with the input", name)
	}
	for _, pass := range []string{testdata.Passphrase, "wrong"} {
		a, errA := got.Decrypt([]byte(pass), sshkey.NoLimits())
		b, errB := want.Decrypt([]byte(pass), sshkey.NoLimits())
		if !reflect.DeepEqual(a, b) || !reflect.DeepEqual(errA, errB) {
			t.Errorf("%s: opened with %q: %v, without the input %v", name, pass, errB, errA)
		}
	}
}
