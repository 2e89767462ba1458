package main

import (
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestWindows is what somebody does with PuTTY's key on Windows, without a tool
// of another system.
func TestWindows(t *testing.T) {
	testscript.Run(t, scripts(t, testscript.Params{Dir: "testdata/windows"}))
}
