package doctor_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/internal/servertest"
)

// aCode finds the codes in the sources: behind Code, and as the first word of
// what makes a cause.
var aCode = regexp.MustCompile(`(?:refuse\(|note\(|Code: |Code = |return |code, msg, fix := )"([a-z0-9]+(?:-[a-z0-9]+)+|windows|depends)"`)

// TestCodes: every code that doctor gives, and every reason of a state, is
// explained.
func TestCodes(t *testing.T) {
	known := map[string]bool{}
	for _, c := range keyconv.Codes() {
		known[c.Name] = true
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	used := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		for _, m := range aCode.FindAllSubmatch(text, -1) {
			if used++; !known[string(m[1])] {
				t.Errorf("%s: the code %q is not in keyconv.Codes", file, m[1])
			}
		}
	}
	if used < 50 {
		t.Errorf("only %d codes found in the sources", used)
	}
	for _, s := range servertest.States() {
		if s.Reason != "" && !known[s.Reason] {
			t.Errorf("state %q: the code %q is not in keyconv.Codes", s.Name, s.Reason)
		}
	}
}
