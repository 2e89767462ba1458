package keyconv_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/sshkey"
	"github.com/keyconv/keyconv/testdata"
)

// TestPacked: what has keys in it and is none is named, and nothing is repaired in
// it.
func TestPacked(t *testing.T) {
	key, err := testdata.Keys.ReadFile("keys/rsa2048/private-pkcs8")
	if err != nil {
		t.Fatal(err)
	}
	var zipped, compressed bytes.Buffer
	z := zip.NewWriter(&zipped)
	w, _ := z.Create("id")
	w.Write(key)
	z.Close()
	g := gzip.NewWriter(&compressed)
	g.Write(key)
	g.Close()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "key"), key, 0o600); err != nil {
		t.Fatal(err)
	}
	certificate := keytest.Run(t, nil, "openssl", "req", "-x509", "-key", filepath.Join(dir, "key"), "-subj", "/CN=x")
	p12 := keytest.Run(t, certificate, "openssl", "pkcs12", "-export", "-inkey", filepath.Join(dir, "key"), "-passout", "pass:x")
	for _, c := range []struct {
		data       []byte
		want, next string
	}{
		{zipped.Bytes(), "ZIP", "unzip FILE"},
		{compressed.Bytes(), "gzip", "gunzip -c FILE"},
		{[]byte("BZh91AY&SYwK\xb0\x14\x00\x00\x00\x00\x80\x00@ \x00!\x18F\x82\xeeH\xa7\n\x12\x0e\xe9v\x02\x80"), "bzip2", "bunzip2 -c FILE"},
		{p12, "PKCS#12", "openssl pkcs12 -in FILE -nodes -nocerts"},
	} {
		_, _, strict := keyconv.Parse(c.data)
		_, normal := keyconv.Normalize(c.data)
		streamed := keyconv.NormalizeStream(bytes.NewReader(c.data), io.Discard, "", func(f sshkey.Finding) { t.Errorf("%s: %v", c.want, f) })
		for _, err := range []error{strict, normal, streamed} {
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(sshkey.Hint(err), c.next) {
				t.Errorf("%s: %v (%s)", c.want, err, sshkey.Hint(err))
			}
		}
	}
	for _, not := range []string{"", "0", "0\x82", "0\x82\x01\x02\x02\x01\x000", "PK", "\x1f", "BZhang's key", "BZh9"} {
		if err := keyconv.NormalizeStream(strings.NewReader(not), io.Discard, "", nil); err != nil {
			t.Errorf("%q: %v", not, err)
		}
	}
}
