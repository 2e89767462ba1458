package main

import (
	"testing"

	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/rogpeppe/go-internal/testscript"
)

// TestShells runs testdata/shells/*.txtar: keys pressed in the real shells.
func TestShells(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish"} {
		t.Run(shell, func(t *testing.T) {
			keytest.Tool(t, shell)
			testscript.Run(t, scripts(t, testscript.Params{Files: []string{"testdata/shells/" + shell + ".txtar"}}))
		})
	}
}
