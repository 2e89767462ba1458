package main

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"sync"

	"github.com/keyconv/keyconv/internal/safefile"
	"github.com/keyconv/keyconv/internal/safetext"
	"github.com/keyconv/keyconv/sshkey"
	"github.com/urfave/cli/v2"
)

// An env is what a command speaks to.
type env struct {
	args           []string // the command line
	stdin          io.Reader
	stdout, stderr io.Writer
	quiet          bool
	json           bool
	failed         *failureJSON // the first problem
	exit           exit
	system         safefile.System // that files are written with; nil is the real one
	encoding       string          // of the passphrase file, where it is not plain text
	mu             sync.Mutex      // standard error: one message at a time; and encoding
}

// ourselves stands in the place of an input in messages about none.
const ourselves = "keyconv"

// begin reads the flags that every command shares.
func (e *env) begin(c *cli.Context) { e.quiet, e.json = c.Bool("quiet"), c.Bool("json") }

// problem reports an error about an input: "FILE:LINE:COLUMN: what", and the
// next step in a second line. One about standard output is told at the end.
func (e *env) problem(file string, err error) {
	if isOutputError(err) {
		return
	}
	var at sshkey.Pos
	var syntax *sshkey.SyntaxError
	if errors.As(err, &syntax) {
		at = syntax.Pos
	}
	next := onInput(e.nextStep(err), file)
	e.message(place(file, at)+": "+err.Error(), next)
	e.mu.Lock()
	defer e.mu.Unlock()
	if file == ourselves {
		file = ""
	}
	if e.failed == nil {
		e.failed = &failureJSON{file, at.Line, at.Column, err.Error(), next}
	}
}

// findings reports what is no error. Notes and warnings are silenced by
// --quiet; a refusal never is.
func (e *env) findings(file string, list []sshkey.Finding) {
	for _, f := range list {
		if e.quiet && f.Severity != sshkey.Refused {
			continue
		}
		e.message(fmt.Sprintf("%s: %s: %s: %s", place(file, f.Pos), f.Severity, f.Code, f.Msg), onInput(f.Hint, file))
	}
}

// ofInput is a command of an advice that is to be run on the input.
var ofInput = lazy(`(keyconv normalize|unzip|gunzip -c|bunzip2 -c|xz -dc|7z x|tar xzf| -in) FILE\b`)

// lazy compiles an expression when it is first asked for, and not at each start.
func lazy(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}

// onInput puts the name of the input into the commands of an advice.
func onInput(advice, file string) string {
	if file == "" || file == "-" || file == ourselves || !strings.Contains(advice, " FILE") {
		return advice
	}
	return ofInput().ReplaceAllStringFunc(advice, func(command string) string {
		return strings.TrimSuffix(command, "FILE") + safetext.ShellWord(file)
	})
}

// note tells what was done.
func (e *env) note(format string, args ...any) {
	if !e.quiet {
		e.message(fmt.Sprintf(format, args...), "")
	}
}

func (e *env) message(text, hint string) {
	text = safetext.Printable(text) + "\n"
	if hint != "" {
		text += "  " + safetext.Printable(hint) + "\n"
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	io.WriteString(e.stderr, text)
}

func place(file string, at sshkey.Pos) string {
	if !at.IsValid() {
		return file
	}
	return file + ":" + at.String()
}
