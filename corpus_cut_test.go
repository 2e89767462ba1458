package keyconv_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/repair"
)

// TestCorpusCut cuts every other file of the corpus (public keys, certificates,
// invalid ones) at every 16th byte and flips a bit in every 16th byte. What is
// still read of a file that was cut must be a key of the whole one, by the reader
// and by the repair. A flipped bit of a public key is another key of which no
// reader can know; that nothing panics is all that is asked there. A sample of
// the files by default; all of them with KEYCONV_RELIABILITY set.
func TestCorpusCut(t *testing.T) {
	folder, rows := manifest(t)
	rng := rand.New(rand.NewPCG(7, 8))
	var files, tried, read, other int
	for _, r := range rows {
		if r.kind == "private" && refused[r.path] == "" || os.Getenv("KEYCONV_RELIABILITY") == "" && rng.IntN(32) > 0 {
			continue
		}
		data, err := os.ReadFile(filepath.Join(folder, r.path))
		if err != nil {
			t.Fatal(err)
		}
		files++
		whole := publicKeys(t, data)
		for i := 0; i < len(data); i += damageStep {
			tried++
			for key := range publicKeys(t, data[:i]) {
				if read++; !whole[key] && sound[r.path] != unknownType {
					t.Errorf("%s: cut at %d: another key is read: %s", r.path, i, key)
				}
			}
			flipped := bytes.Clone(data)
			flipped[i] ^= 1 << rng.IntN(8)
			for key := range publicKeys(t, flipped) {
				if !whole[key] {
					other++
				}
			}
		}
	}
	if files == 0 {
		t.Fatal("no files")
	}
	t.Logf("reliability:\tcut\t%d\t%d\t%d\t%d\t%d", files, tried, tried, read, other)
}

// publicKeys are the keys that data holds, to the reader and to the repair.
func publicKeys(t *testing.T, data []byte) map[string]bool {
	found := map[string]bool{}
	keys, _, _ := keyconv.ParseLenient(data, "")
	for _, k := range keys {
		found[k.Public.String()] = true
	}
	res, err := repair.Text(data, repair.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range res.Entries {
		found[e.Key.Public.String()] = true
	}
	return found
}
