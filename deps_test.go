package keyconv_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestDependencies: CONTRIBUTING says of each direct dependency why it is
// there, and of nothing else.
func TestDependencies(t *testing.T) {
	mod, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(text), "## Dependencies")
	direct := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^(?:require )?\t?(\S+\.\S+/\S+) v\S+$`).FindAllStringSubmatch(string(mod), -1) {
		direct[m[1]] = true
		if !strings.Contains(section, "| "+m[1]+" |") {
			t.Errorf("CONTRIBUTING.md does not say why %s is there", m[1])
		}
	}
	for _, m := range regexp.MustCompile(`(?m)^\| (\S+/\S+) \|`).FindAllStringSubmatch(section, -1) {
		if !direct[m[1]] {
			t.Errorf("CONTRIBUTING.md gives a reason for %s, which go.mod does not have", m[1])
		}
	}
	if want := fmt.Sprintf("There are %d direct ones", len(direct)); !strings.Contains(section, want) {
		t.Errorf("CONTRIBUTING.md does not say %q", want)
	}
}
