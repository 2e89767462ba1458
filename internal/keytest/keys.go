package keytest

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/testdata"
)

// Set runs f on the keys of testdata and, unless the tests are to be short, on
// a fresh set that the same script makes with the real tools.
func Set(t *testing.T, f func(t *testing.T, keys fs.FS)) {
	t.Run("shipped", func(t *testing.T) {
		keys, err := fs.Sub(testdata.Keys, "keys")
		if err != nil {
			t.Fatal(err)
		}
		f(t, keys)
	})
	if !testing.Short() {
		t.Run("fresh", func(t *testing.T) { f(t, fresh(t)) })
	}
}

func fresh(t *testing.T) fs.FS {
	Tool(t, "puttygen")
	Tool(t, "ssh-keygen")
	Tool(t, "dropbearconvert")
	dir := t.TempDir()
	script := filepath.Join(dir, "generate.sh")
	if err := os.WriteFile(script, testdata.Script, 0o700); err != nil {
		t.Fatal(err)
	}
	Run(t, nil, "sh", "-c", "cd '"+dir+"' && ./generate.sh")
	return os.DirFS(filepath.Join(dir, "keys"))
}

// Names lists the keys of a set.
func Names(t testing.TB, keys fs.FS) (names []string) {
	t.Helper()
	list, err := fs.ReadDir(keys, ".")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range list {
		if d.IsDir() {
			names = append(names, d.Name())
		}
	}
	return names
}

// Read reads a file of a set.
func Read(t testing.TB, keys fs.FS, name string) []byte {
	t.Helper()
	data, err := fs.ReadFile(keys, name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// Shipped reads a file of the keys in testdata.
func Shipped(t testing.TB, name string) []byte {
	t.Helper()
	return Read(t, testdata.Keys, "keys/"+name)
}

// Containers lists the files of a key that hold its private half, in every
// container and under every protection.
func Containers(t testing.TB, keys fs.FS, name string) (files []string) {
	t.Helper()
	for _, pattern := range []string{"/*.ppk", "/openssh*", "/private-*"} {
		list, err := fs.Glob(keys, name+pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range list {
			if !strings.HasSuffix(f, "/cert.ppk") {
				files = append(files, f)
			}
		}
	}
	return files
}

// File writes data into a file of mode 0600 in a folder of the test's.
func File(t testing.TB, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Race is a benchmark of one contestant.
func Race(b *testing.B, name string, run func() error) {
	b.Run(name, func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := run(); err != nil {
				b.Fatal(err)
			}
		}
	})
}
