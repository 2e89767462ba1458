package main

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/urfave/cli/v2"
)

// TestExplainProposesCommandsThatExist: every call of keyconv that explain
// proposes is of a command and with flags that there are.
func TestExplainProposesCommandsThatExist(t *testing.T) {
	text, err := os.ReadFile("../../internal/explain/knowledge.txt")
	if err != nil {
		t.Fatal(err)
	}
	app := newApp(&env{})
	calls := regexp.MustCompile(`keyconv ([a-z]+)([^;|\n]*)`).FindAllStringSubmatch(string(text), -1)
	if len(calls) < 100 {
		t.Fatalf("only %d calls", len(calls))
	}
	for _, call := range calls {
		command := app.Command(call[1])
		if command == nil {
			t.Errorf("%q: no such command", call[0])
			continue
		}
		words := strings.Fields(call[2])
		if len(command.Subcommands) > 0 && len(words) > 0 {
			command = command.Command(words[0])
		}
		for _, w := range words {
			if name := strings.TrimLeft(w, "-"); name != w && (command == nil || !slices.ContainsFunc(command.Flags, func(f cli.Flag) bool { return slices.Contains(f.Names(), name) })) {
				t.Errorf("%q: no flag %s", call[0], w)
			}
		}
	}
}
