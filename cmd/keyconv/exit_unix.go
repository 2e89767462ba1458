//go:build unix

package main

import (
	"os"
	"syscall"
)

// endings are the signals that ask the program to end; first the one that would
// print.
var endings = []os.Signal{syscall.SIGQUIT, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP}

// At this signal Go's runtime would print the arguments of functions, and
// numbers of a key can be among them. The status is the one that a shell shows
// for the signal.
const (
	traced       = syscall.SIGQUIT
	tracedStatus = 128 + int(syscall.SIGQUIT)
)
