package web_test

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// served: keyconv web, built with the page in it, serves the page at the
// address that it prints, and Ctrl-C ends it well.
func served(t *testing.T, l *lab) {
	dir := filepath.Dir(l.page)
	tree, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	// As "make build", but that the page is not put into the source tree.
	overlay, _ := json.Marshal(map[string]any{"Replace": map[string]string{
		filepath.Join(tree, "page/index.html.gz"): filepath.Join(dir, "index.html.gz"),
		filepath.Join(tree, "page/headers.txt"):   filepath.Join(dir, "headers.txt"),
	}})
	if err := os.WriteFile(filepath.Join(dir, "overlay.json"), overlay, 0o600); err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(dir, "keyconv")
	build := exec.Command("go", "build", "-tags", "urfave_cli_no_docs", "-overlay", filepath.Join(dir, "overlay.json"), "-o", program, "../cmd/keyconv")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	cmd := exec.CommandContext(t.Context(), program, "web", "--no-open")
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	address, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil || !strings.HasPrefix(address, "http://127.0.0.1:") {
		t.Fatalf("it prints %q, %v", address, err)
	}
	b := l.tab(t)
	b.goTo(strings.TrimSpace(address))
	b.alive("keyconv web")
	b.quiet()
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("after Ctrl-C: %v", err)
	}
}
