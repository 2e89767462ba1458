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

// TestFormatsAreForReading: what a caller writes into a row changes nothing.
func TestFormatsAreForReading(t *testing.T) {
	list := keyconv.Formats()
	for _, name := range []string{"ppk", "private"} {
		f, err := keyconv.Lookup(name)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, f)
	}
	found, err := keyconv.Detect(read("ed25519/plain.ppk"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range append(list, found) {
		for i := range f.Aliases {
			f.Aliases[i] = "mine"
		}
	}
	if f, err := keyconv.Lookup("private-openssh"); err != nil || f.Name != "pem" {
		t.Errorf("private-openssh is %q: %v", f.Name, err)
	}
	if f, err := keyconv.Lookup("mine"); err == nil {
		t.Errorf("mine is %q", f.Name)
	}
}
