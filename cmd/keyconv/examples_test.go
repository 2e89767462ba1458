package main

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/urfave/cli/v2"
)

// notRun are parts of the examples that a test cannot run, and why.
var notRun = map[string]string{
	"Invoke-Expression":        "a line for PowerShell",
	"(keyconv completion zsh)": "a line for zsh; TestShells has it",
	"keyconv web":              "it serves until Ctrl-C; the tests of the page have it",
	"keyconv doctor":           "it looks at the sshd and the home of whoever runs the test; its own tests have it",
}

// TestExamples runs every example of every help text in a folder of its own
// that has the files which the examples name.
func TestExamples(t *testing.T) {
	lines := map[string]string{}
	app := testApp()
	collect(lines, "keyconv", app.Description)
	eachCommand(app.Commands, "keyconv", func(name string, c *cli.Command) { collect(lines, name, c.Description) })
	eachCommand(app.Commands, "keyconv", func(name string, c *cli.Command) {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(lines)), func(line string) bool { return strings.Contains(line, name) }) && name != "keyconv help" {
			t.Errorf("%s has no examples", name)
		}
	})
	for part := range notRun {
		before := len(lines)
		maps.DeleteFunc(lines, func(line, _ string) bool { return strings.Contains(line, part) })
		if len(lines) == before {
			t.Errorf("%s is in no example any more", part)
		}
	}
	dir := t.TempDir()
	for line, name := range lines {
		script := exampleScript(t, line)
		if err := os.WriteFile(filepath.Join(dir, strings.Map(fileNameRune, line)+".txtar"), []byte("# "+name+"\n"+script), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	testscript.Run(t, scripts(t, testscript.Params{Dir: dir}))
}

func collect(lines map[string]string, name, description string) {
	list, _ := examplesOf(description)
	for _, x := range list {
		lines[x.line] = name
	}
}

func fileNameRune(r rune) rune {
	if strings.ContainsRune("/.~$<>|*' ", r) {
		return '_'
	}
	return r
}

// exampleScript runs a line in a folder that has all that the examples name,
// but for the file that it is to write.
func exampleScript(t *testing.T, line string) string {
	t.Helper()
	setup, err := os.ReadFile("testdata/examples.txtar")
	if err != nil {
		t.Fatal(err)
	}
	script, files, _ := strings.Cut(string(setup), "\n-- ")
	if _, after, ok := strings.Cut(line, "-o "); ok {
		script += "\nrm " + strings.Fields(after)[0]
	}
	line = strings.NewReplacer("sudo ", "", "/home/bob/", "home/").Replace(line)
	if strings.Contains(line, "agent list") {
		line = "ssh-add -q id_ed25519; " + line
	}
	return script + "\nexits 0 ssh-agent bash -c " + "'" + strings.ReplaceAll(line, "'", "''") + "'\n-- " + files
}
