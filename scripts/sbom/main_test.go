package main

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestDescribe: every module that go version -m shows is in the bill.
func TestDescribe(t *testing.T) {
	program := filepath.Join(t.TempDir(), "keyconv")
	if out, err := exec.Command("go", "build", "-tags", "urfave_cli_no_docs", "-o", program, "../../cmd/keyconv").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	doc, err := describe(program)
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("go", "version", "-m", program).Output()
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for line := range strings.Lines(string(out)) {
		if f := strings.Fields(line); f[0] == "dep" {
			want = append(want, "pkg:golang/"+f[1]+"@"+f[2])
		}
	}
	if len(want) < 5 || len(doc.Components) != len(want)+1 {
		t.Fatalf("%d components for %d modules", len(doc.Components), len(want))
	}
	for i, c := range doc.Components[1:] {
		if c.PURL != want[i] {
			t.Errorf("%s, not %s", c.PURL, want[i])
		}
	}
	if c := doc.Metadata.Component; c.Name != "github.com/keyconv/keyconv" || len(c.Hashes) != 1 {
		t.Errorf("%+v", c)
	}
}
