package main

import (
	"fmt"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// licences are those of all that is in the module: keyconv, Go with
// wasm_exec.js, and the packages that it is linked with.
func licences(goroot string) (string, error) {
	own, err := os.ReadFile("../LICENSE")
	if err != nil {
		return "", err
	}
	golang, err := os.ReadFile(filepath.Join(goroot, "LICENSE"))
	if err != nil {
		return "", err
	}
	out := "keyconv\n\n" + string(own) + "\nGo, with its standard library and wasm_exec.js\n\n" + string(golang)
	modules, err := linked()
	if err != nil {
		return "", err
	}
	for _, m := range modules {
		text, err := os.ReadFile(filepath.Join(m.Dir, "LICENSE"))
		if err != nil {
			return "", fmt.Errorf("the licence of %s: %w", m.Path, err)
		}
		out += "\n" + m.Path + "\n\n" + string(text)
	}
	return html.EscapeString(out), nil
}

type module struct{ Path, Dir string }

// linked lists the modules of others whose packages are in the program.
func linked() (list []module, err error) {
	cmd := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Dir}}{{end}}{{end}}", "./wasm")
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	text, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list ./wasm: %w", err)
	}
	for line := range strings.Lines(string(text)) {
		path, dir, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if m := (module{path, dir}); ok && !slices.Contains(list, m) {
			list = append(list, m)
		}
	}
	return list, nil
}
