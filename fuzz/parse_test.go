package fuzz

import (
	"errors"
	"io/fs"
	"testing"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/sshkey"
	"github.com/keyconv/keyconv/testdata"
)

// cheap limits, so that the fuzzer spends its time on parsers.
var cheap = sshkey.Limits{BcryptRounds: 4, Argon2MemoryKiB: 1024, Argon2WorkKiB: 4096, Argon2Lanes: 4, PBKDF2Iterations: 4096, ScryptMemoryKiB: 1024}

// seed adds every shipped key, and fails where there is none.
func seed(f *testing.F) {
	n := 0
	add := func(keys fs.FS) error {
		return fs.WalkDir(keys, ".", func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			data, err := fs.ReadFile(keys, path)
			f.Add(data)
			n++
			return err
		})
	}
	if err := errors.Join(add(testdata.Keys), add(testdata.Other)); err != nil || n < 100 {
		f.Fatalf("%d seeds, %v", n, err)
	}
}

// checkError wants a typed error whose place is inside the input.
func checkError(t testing.TB, data []byte, err error) {
	t.Helper()
	var syntax *sshkey.SyntaxError
	var unsupported *sshkey.UnsupportedError
	var limit *sshkey.LimitError
	switch {
	case errors.As(err, &syntax):
		if p := syntax.Pos; !p.IsValid() || p.Offset > len(data) || p.Column < 1 {
			t.Fatalf("%v is at %+v of %d bytes", err, p, len(data))
		}
	case errors.As(err, &unsupported), errors.As(err, &limit):
	default:
		t.Fatalf("not a typed error: %T %v", err, err)
	}
}

// FuzzParse reads what was detected.
func FuzzParse(f *testing.F) { fuzzRow(f, "") }

// fuzzRow reads with one row of the table, and writes what was read in every
// format.
func fuzzRow(f *testing.F, name string) {
	seed(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		keys, _, err := keyconv.ParseAs(data, name)
		if err != nil {
			checkError(t, data, err)
			return
		}
		for _, k := range keys[:min(len(keys), 4)] {
			rewrite(t, k)
		}
	})
}

// rewrite opens a key and writes it in every format; whatever can be written
// must read back as the same key.
func rewrite(t testing.TB, k *sshkey.Key) {
	if open, err := k.Decrypt([]byte(testdata.Passphrase), cheap); err == nil {
		k = open
	}
	if k.Encrypted() {
		k = k.PublicOnly()
	}
	for _, format := range keyconv.Formats() {
		text, err := format.Marshal(k, nil)
		if err != nil || !format.Reads() {
			continue
		}
		again, _, err := keyconv.ParseAs(text, format.Name)
		if err != nil || len(again) != 1 {
			t.Fatalf("%s: what was written does not read: %v\n%s", format.Name, err, text)
		}
		checkSame(t, format, k, again[0])
		second(t, format.Name, text, k)
	}
}

func checkSame(t testing.TB, format keyconv.Format, want, got *sshkey.Key) {
	if !format.Private {
		want = want.PublicOnly()
	}
	if got.Public != want.Public && got.Public != want.Public.Plain() {
		t.Fatalf("%s: another public key", format.Name)
	}
	same := *got
	same.Public = want.Public
	if same.Comment == "" {
		same.Comment = want.Comment // some formats have none
	}
	if err := sshkey.Same(&same, want); err != nil && !(format.Private && format.Public) {
		t.Fatalf("%s: %v", format.Name, err)
	}
}

// FuzzPublicKey: a blob that is taken is canonical, and its parts make it anew.
func FuzzPublicKey(f *testing.F) {
	seed(f)
	keys, _ := fs.Glob(testdata.Keys, "keys/*/plain.ppk")
	for _, name := range keys {
		data, _ := fs.ReadFile(testdata.Keys, name)
		list, _, err := keyconv.Parse(data)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(list[0].Public.Blob())
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		k, err := sshkey.ParsePublicKey(data)
		if err != nil {
			return
		}
		again, err := sshkey.ParsePublicKey(k.Blob())
		if err != nil || again != k {
			t.Fatalf("the canonical form is not stable: %v", err)
		}
		if parts := k.Parts(); parts != nil {
			if made, err := parts.PublicKey(); err != nil || made != k.Plain() {
				t.Fatalf("the parts make another key: %v", err)
			}
		}
		_, _, _, _ = k.Bits(), k.Label(), k.Fingerprint(), k.FingerprintMD5()
		_, _ = k.Certificate()
	})
}

// FuzzNormalize: what comes out is accepted line by line, and stays as it is.
func FuzzNormalize(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		once, err := keyconv.Normalize(data)
		if err != nil {
			return
		}
		twice, err := keyconv.Normalize(once.Text)
		if err != nil || twice.Refused() || string(twice.Text) != string(once.Text) {
			t.Fatalf("not stable: %v\n%q\n%q", err, once.Text, twice.Text)
		}
	})
}
