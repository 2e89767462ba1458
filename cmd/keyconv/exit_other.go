//go:build !unix

package main

import (
	"os"
	"syscall"
)

// endings are Ctrl-C and Ctrl-Break, and for Windows, which Go tells of by this
// signal, the end of the window, of the session and of the machine.
var endings = []os.Signal{os.Interrupt, syscall.SIGTERM}

// No signal has Go's runtime print a trace.
const (
	traced       = syscall.Signal(0)
	tracedStatus = exitFound
)
