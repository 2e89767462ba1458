package keyconv_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"strings"
	"testing"
)

const module = "github.com/keyconv/keyconv"

// imports are the rules of the tree, as data: what a folder may import of this
// module. A folder that is not listed may import nothing of it.
var imports = map[string][]string{
	".":                         {"sshkey", "openssh", "ppk", "rfc4716", "authkeys", "repair", "repair/transit", "internal/explain", "internal/nearest", "internal/formats/*"},
	"cmd/keyconv":               {".", "sshkey", "ppk", "openssh", "authkeys", "doctor", "web", "internal/explain", "internal/formats/*", "internal/ciphers", "internal/nearest", "internal/safefile", "internal/safetext"},
	"web/answer":                {".", "sshkey", "rfc4716"}, // what a user of the library may import
	"web/wasm":                  {"web/answer"},
	"fuzz":                      {},
	"sshkey":                    {"internal/wire"},
	"ppk":                       {"sshkey", "internal/*"},
	"openssh":                   {"sshkey", "internal/*"},
	"rfc4716":                   {"sshkey", "internal/*"},
	"authkeys":                  {"sshkey", "internal/*"},
	"repair/transit":            {"sshkey", "internal/armor", "internal/lazyre"},
	"repair":                    {"sshkey", "authkeys", "internal/*"},
	"doctor":                    {".", "sshkey", "authkeys", "repair", "internal/explain", "internal/lazyre", "internal/linebatch", "internal/safefile", "internal/safetext", "internal/keyset"},
	"internal/armor":            {"internal/wire"},
	"internal/explain":          {"internal/lazyre", "internal/safetext"},
	"internal/linebatch":        {"sshkey"},
	"internal/keytest":          {"testdata", "sshkey", "internal/safefile"},
	"internal/safefile":         {"sshkey", "internal/safetext"},
	"internal/servertest":       {"internal/keytest", "testdata"},
	"internal/formats/*":        {"sshkey", "internal/wire", "internal/armor", "internal/ciphers", "internal/lazyre"},
	"internal/formats/pemkey/*": {"sshkey", "internal/wire", "internal/armor", "internal/formats/pemkey/*"},
}

// forbidden are packages of others that only the named folders may import.
var forbidden = map[string][]string{
	"os":                              {"cmd/keyconv", "doctor", "internal/keytest", "internal/safefile", "internal/servertest", "scripts/sbom", "web/build"},
	"flag":                            {"cmd/keyconv", "web/build"},
	"log":                             {"cmd/keyconv", "scripts/sbom"},
	"log/slog":                        {"cmd/keyconv"},
	"golang.org/x/term":               {"cmd/keyconv"},
	"github.com/urfave/cli/v2":        {"cmd/keyconv"},
	"github.com/segmentio/asm/base64": {"internal/b64"},
	"golang.org/x/sys/cpu":            {"internal/argon2", "internal/moduli"},
	"golang.org/x/sys/unix":           {"cmd/keyconv", "internal/safefile"},
	"golang.org/x/sys/windows":        {"cmd/keyconv", "doctor", "internal/safefile"},
	"github.com/kayrus/putty":         {},
	"github.com/rogpeppe/go-internal/testscript": {},
}

func matches(patterns []string, folder string) bool {
	for _, p := range patterns {
		if ok, _ := path.Match(p, folder); ok {
			return true
		}
	}
	return false
}

// allowed is the rule of a folder.
func allowed(folder string) []string {
	for pattern, list := range imports {
		if ok, _ := path.Match(pattern, folder); ok {
			return list
		}
	}
	return nil
}

// TestImports checks every file that is not a test.
func TestImports(t *testing.T) {
	files := 0
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		files++
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, i := range f.Imports {
			checkImport(t, name, strings.Trim(i.Path.Value, `"`))
		}
		return nil
	})
	if err != nil || files < 20 {
		t.Fatalf("%d files, %v", files, err)
	}
}

func checkImport(t *testing.T, file, imported string) {
	folder := filepath.ToSlash(filepath.Dir(file))
	if who, ok := forbidden[imported]; ok && !matches(who, folder) {
		t.Errorf("%s imports %s", file, imported)
	}
	ours, ok := strings.CutPrefix(imported, module)
	if !ok {
		return
	}
	if ours = strings.TrimPrefix(ours, "/"); ours == "" {
		ours = "."
	}
	inside := strings.HasPrefix(ours, folder+"/") // parts of the importer itself
	if !inside && !matches(allowed(folder), ours) {
		t.Errorf("%s imports %s; a format imports sshkey and internal packages, the root imports formats, nothing imports upwards", file, imported)
	}
}
