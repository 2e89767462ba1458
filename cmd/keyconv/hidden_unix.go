//go:build unix

package main

import (
	"io"
	"os"
	"os/signal"

	"golang.org/x/sys/unix"
)

// endOfInput is what ends what is typed.
const endOfInput = "Ctrl-D"

// readHidden reads a line from a terminal without echo. term.ReadPassword takes no
// notice of Ctrl-D; here it ends the line, and is io.EOF where nothing was typed.
func readHidden(in *os.File) ([]byte, error) {
	line := make([]byte, 0, 4096) // the longest that a terminal gives: no copies are left behind
	for b := make([]byte, 1); ; {
		_, err := in.Read(b)
		switch {
		case err == io.EOF && len(line) > 0, err == nil && b[0] == '\n':
			return line, nil
		case err != nil:
			clear(line)
			return nil, err
		case b[0] == '\b': // where the terminal erases by another key
			line = line[:max(len(line)-1, 0)]
		default:
			line = append(line, b[0])
		}
	}
}

// silence turns echo off; the terminal still gives whole lines and makes signals
// of keys.
func silence(fd int) error {
	mode, err := unix.IoctlGetTermios(fd, getTermios)
	if err != nil {
		return err
	}
	mode.Lflag &^= unix.ECHO
	mode.Lflag |= unix.ICANON | unix.ISIG
	mode.Iflag |= unix.ICRNL
	return unix.IoctlSetTermios(fd, setTermios, mode)
}

// onResume has f called when the program goes on after Ctrl-Z, for which the shell gave
// the terminal its echo back. When stop has returned it is not called any more.
func onResume(f func()) (stop func()) {
	resumed, done, gone := make(chan os.Signal, 1), make(chan struct{}), make(chan struct{})
	signal.Notify(resumed, unix.SIGCONT)
	go func() {
		defer close(gone)
		for {
			select {
			case <-resumed:
				f()
			case <-done:
				return
			}
		}
	}()
	return func() {
		signal.Stop(resumed)
		close(done)
		<-gone
	}
}
