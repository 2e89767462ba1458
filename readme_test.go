package keyconv_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/keyconv/keyconv"
)

const (
	tableBegin = "<!-- formats -->\n"
	tableEnd   = "<!-- /formats -->\n"
)

// TestReadmeTable holds README's table against Formats. UPDATE=1 writes it.
func TestReadmeTable(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(text), tableBegin)
	table, tail, ok2 := strings.Cut(rest, tableEnd)
	if !ok || !ok2 {
		t.Fatal("README.md has lost the marks around its table")
	}
	want := formatTable()
	if table == want {
		return
	}
	if os.Getenv("UPDATE") == "" {
		t.Fatalf("README's table differs from Formats; UPDATE=1 go test -run ReadmeTable . writes it:\n%s", want)
	}
	if err := os.WriteFile("README.md", []byte(head+tableBegin+want+tableEnd+tail), 0o644); err != nil {
		t.Fatal(err)
	}
}

func formatTable() string {
	mark := func(b bool) string {
		if b {
			return "yes"
		}
		return ""
	}
	var b strings.Builder
	b.WriteString("| name | what it is | private | public | read | write | passphrase |\n| --- | --- | --- | --- | --- | --- | --- |\n")
	for _, f := range keyconv.Formats() {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s | %s | %s |\n", f.Name, f.Title, mark(f.Private), mark(f.Public), mark(f.Reads()), mark(f.Writes()), mark(f.Encrypts()))
	}
	return b.String()
}
