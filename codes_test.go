package keyconv_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/keyconv/keyconv"
)

var (
	made = regexp.MustCompile(`(?:Note|repaired|warn|note)\((?:sshkey\.\w+, |m\.at\(\S*\), |0, |len\(m\.data\), )?"([a-z0-9-]+)"`)
	name = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
)

// TestCodes: what the source makes is in the table, and the table is in the
// documentation. UPDATE=1 writes it.
func TestCodes(t *testing.T) {
	known := map[string]bool{}
	var doc strings.Builder
	doc.WriteString("# The codes of findings\n\n`keyconv explain CODE` prints these lines. They do not change from version to version.\n\n| code | meaning |\n| --- | --- |\n")
	for _, c := range keyconv.Codes() {
		if !name.MatchString(c.Name) || c.Meaning == "" || known[c.Name] {
			t.Errorf("%q: %q", c.Name, c.Meaning)
		}
		known[c.Name] = true
		doc.WriteString("| `" + c.Name + "` | " + strings.ReplaceAll(c.Meaning, "|", `\|`) + " |\n")
	}
	filepath.WalkDir(".", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return err
		}
		text, err := os.ReadFile(file)
		for _, m := range made.FindAllSubmatch(text, -1) {
			if !known[string(m[1])] {
				t.Errorf("%s makes a finding %q that Codes does not list", file, m[1])
			}
		}
		return err
	})
	const file = "docs/findings.md"
	if was, err := os.ReadFile(file); err == nil && string(was) == doc.String() {
		return
	}
	if os.Getenv("UPDATE") == "" {
		t.Fatalf("%s is not what Codes says; UPDATE=1 go test -run Codes . writes it", file)
	}
	if err := os.WriteFile(file, []byte(doc.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}
