//go:build !unix

package main

import (
	"os"

	"golang.org/x/term"
)

// endOfInput is what ends what is typed.
const endOfInput = "Ctrl-Z and Enter"

// readHidden reads a line from the terminal without echo; io.EOF is Ctrl-Z with
// nothing typed.
func readHidden(in *os.File) ([]byte, error) { return term.ReadPassword(int(in.Fd())) }

// silence leaves the echo to readHidden.
func silence(int) error { return nil }

// onResume has nothing to wait for: such a program is not stopped.
func onResume(func()) (stop func()) { return func() {} }
