package main

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	if at := os.Getenv(dieAt); at != "" {
		os.Exit(dying(at))
	}
	testscript.Main(m, map[string]func(){"keyconv": main})
}

// run is keyconv inside the test's process.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	return (&env{stdin: stdin, stdout: stdout, stderr: stderr}).run(args)
}

// TestScript runs testdata/script/*.txtar: the contract of the command line,
// as a user types it. $KEYS is the folder of test keys.
func TestScript(t *testing.T) {
	testscript.Run(t, scripts(t, testscript.Params{Dir: "testdata/script"}))
}

// scripts adds what every script may use.
func scripts(t *testing.T, p testscript.Params) testscript.Params {
	keys, err := filepath.Abs("../../testdata/keys")
	if err != nil {
		t.Fatal(err)
	}
	p.Setup = func(e *testscript.Env) error { e.Setenv("KEYS", keys); e.Setenv("NL", "\n"); return nil }
	p.Cmds = map[string]func(*testscript.TestScript, bool, []string){"exits": exits}
	return p
}

// exits STATUS COMMAND… runs a command and wants exactly that exit status.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	var exit *exec.ExitError
	switch err := ts.Exec(args[1], args[2:]...); {
	case errors.As(err, &exit):
		got = exit.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("%q exits with %d, not %d", args[1:], got, want)
	}
}
