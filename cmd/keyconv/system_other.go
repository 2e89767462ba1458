//go:build !windows

package main

import (
	"io/fs"
	"os"
)

// dialPageant finds none: on Unix Pageant listens where SSH_AUTH_SOCK says.
func dialPageant() (*os.File, error) { return nil, fs.ErrNotExist }

// dialPipe is for Windows.
func dialPipe(string) (*os.File, error) { return nil, fs.ErrNotExist }

// isInUse is for Windows: elsewhere a file that another program has open is read.
func isInUse(error) bool { return false }
