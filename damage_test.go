package keyconv_test

import (
	"bytes"
	"errors"
	"io/fs"
	"runtime"
	"strings"
	"testing"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/sshkey"
	"github.com/keyconv/keyconv/testdata"
)

// open reads a file and opens it.
func open(data []byte) (*sshkey.Key, error) {
	keys, _, err := keyconv.Parse(data)
	if err != nil {
		return nil, err
	}
	if len(keys) != 1 {
		return nil, errors.New("not one key")
	}
	return keys[0].Decrypt([]byte(testdata.Passphrase), sshkey.Limits{})
}

// checkDamaged: what reads at all must be the key that it was; only a comment
// that nothing protects may change unseen.
func checkDamaged(t *testing.T, what string, damaged []byte, want *sshkey.Key) (read bool) {
	t.Helper()
	got, err := open(damaged)
	if err != nil {
		if err.Error() == "" || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: not one line: %q", what, err)
		}
		return false
	}
	same := *got
	same.Comment = want.Comment
	if got.Private != nil && sshkey.Same(&same, want) != nil {
		t.Errorf("%s: read as another key: %v", what, sshkey.Same(&same, want))
	}
	return true
}

// shipped walks the private key files of testdata.
func shipped(t *testing.T, f func(t *testing.T, file string, data []byte)) {
	keys, err := fs.Sub(testdata.Keys, "keys")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range keytest.Names(t, keys) {
		for _, file := range keytest.Containers(t, keys, name) {
			if strings.HasPrefix(file, "dsa1024/private-pkcs8") {
				// It holds x and not y: another x is another key, and no
				// reader can tell.
				continue
			}
			data := keytest.Read(t, keys, file)
			t.Run(file, func(t *testing.T) { t.Parallel(); f(t, file, data) })
		}
	}
}

// step is how far apart the places of damage are: everywhere in a plain file,
// here and there where each try costs a key derivation.
func step(file string) int {
	switch {
	case testing.Short():
		return 101
	case strings.Contains(file, "openssh-"):
		return 67
	case strings.Contains(file, "argon2"):
		return 11
	}
	return 1
}

func TestTruncated(t *testing.T) {
	shipped(t, func(t *testing.T, file string, data []byte) {
		want, err := open(data)
		if err != nil {
			t.Fatal(err)
		}
		end := len(bytes.TrimRight(data, "\n"))
		for n := 0; n < end; n += step(file) {
			publicOnly := bytes.HasSuffix(data[:n], []byte("\n")) && (bytes.HasPrefix(data[n:], []byte("Private-Lines")) || bytes.HasPrefix(data[n:], []byte("Key-Derivation"))) // also a format, with a finding
			if checkDamaged(t, file, data[:n], want) && !publicOnly {
				t.Errorf("%s: %d of %d bytes are read as a key", file, n, len(data))
			}
		}
	})
}

func TestFlippedBit(t *testing.T) {
	shipped(t, func(t *testing.T, file string, data []byte) {
		want, err := open(data)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i < len(data); i += step(file) {
			for bit := range 8 {
				if len(data) > 600 && bit != i%8 {
					continue // in the longer files one bit of each byte
				}
				damaged := bytes.Clone(data)
				damaged[i] ^= 1 << bit
				checkDamaged(t, file, damaged, want)
			}
		}
	})
}

// Hostile files: each must be refused with the error that is named, at a
// place, and at once: the whole test allocates less than one of them asks for.
func TestHostile(t *testing.T) {
	keys, err := fs.Sub(testdata.Keys, "keys")
	if err != nil {
		t.Fatal(err)
	}
	ppk := string(keytest.Read(t, keys, "ed25519/argon2id.ppk"))
	plain := string(keytest.Read(t, keys, "ed25519/plain.ppk"))
	rfc := string(keytest.Read(t, keys, "ed25519/id.rfc4716"))
	line := string(keytest.Read(t, keys, "ed25519/id.pub"))
	cases := []struct{ name, text, want string }{
		{"4 TiB of memory", strings.Replace(ppk, "Argon2-Memory: 256", "Argon2-Memory: 4294967295", 1), "Argon2 memory in KiB: the file asks for 4294967295"},
		{"2^32 passes", strings.Replace(ppk, "Argon2-Passes: 3", "Argon2-Passes: 4294967295", 1), "Argon2 work"},
		{"2^24 lanes", strings.Replace(ppk, "Argon2-Parallelism: 2", "Argon2-Parallelism: 16777216", 1), "Argon2-Parallelism must be"},
		{"no lanes", strings.Replace(ppk, "Argon2-Parallelism: 2", "Argon2-Parallelism: 0", 1), "Argon2-Parallelism must be"},
		{"no passes", strings.Replace(ppk, "Argon2-Passes: 3", "Argon2-Passes: 0", 1), "Argon2-Passes must be"},
		{"no memory", strings.Replace(ppk, "Argon2-Memory: 256", "Argon2-Memory: 0", 1), "Argon2-Memory must be"},
		{"lines without end", strings.Replace(plain, "Public-Lines: 2", "Public-Lines: 4294967295", 1), "Public-Lines must be a number up to"},
		{"too many lines", strings.Replace(plain, "Public-Lines: 2", "Public-Lines: 3", 1), "Public-Lines says 3 lines of base64 and there are 2"},
		{"too few lines", strings.Replace(plain, "Public-Lines: 2", "Public-Lines: 1", 1), `expected the line "Private-Lines:"`},
		{"a wrong MAC", strings.Replace(plain, "Private-MAC: ", "Private-MAC: 0", 1), "does not match"},
		{"a changed comment", strings.Replace(plain, "Comment: ", "Comment: x", 1), "does not match"},
		{"PPK 4", strings.Replace(plain, "File-3", "File-4", 1), `version "4"`},
		{"a wrong type", strings.Replace(plain, "ssh-ed25519", "ssh-rsa", 1), `the first line says "ssh-rsa" and the key is ssh-ed25519`},
		{"a NUL in the comment", strings.Replace(plain, "Comment: ", "Comment: \x00", 1), "a NUL in the comment"},
		{"text behind", rfc + "more\n", ""},
		{"a cut line", line[:len(line)/2] + "\n", ""},
		{"trailing bytes", strings.Replace(line, " test", "AAAA test", 1), ""},
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for _, c := range cases {
		key, err := open([]byte(c.text))
		if err == nil {
			t.Errorf("%s: read as %v", c.name, key)
			continue
		}
		if !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: the error is %q, it should say %q", c.name, err, c.want)
		}
		var syntax *sshkey.SyntaxError
		var limit *sshkey.LimitError
		var unsupported *sshkey.UnsupportedError
		if !errors.As(err, &limit) && !errors.As(err, &unsupported) && (!errors.As(err, &syntax) || !syntax.Pos.IsValid()) {
			t.Errorf("%s: %q has no place", c.name, err)
		}
	}
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > 64<<20 {
		t.Errorf("refusing took %d MiB", used>>20)
	}
}

// TestForgedLine: a comment with a line end would be a second entry.
func TestForgedLine(t *testing.T) {
	keys, _ := fs.Sub(testdata.Keys, "keys")
	data := keytest.Read(t, keys, "ed25519/plain.ppk")
	for _, evil := range []string{"a\nssh-ed25519 AAAA", "a\rb", "a\x00b"} {
		for _, f := range keyconv.Formats() {
			res, err := keyconv.Convert(data, f.Name, &keyconv.Options{Comment: &evil})
			if err != nil || told(res, "comment-lost") {
				continue
			}
			if f.Name != "openssh" && f.Name != "jwk" { // they hold any text: in a counted string, in JSON
				t.Errorf("%s takes the comment %q:\n%s", f.Name, evil, res.Data)
			}
		}
	}
}
