//go:build !windows

package safefile

import (
	"io/fs"
	"os"
)

// Guard takes a list away that the folder gives; a mode of 0600 says the rest.
func (f osFile) Guard(Access) error { return f.SetAccess("") }

// createClosed is like any other file's making: the mode closes it.
func (f osFolder) createClosed(name string, flag int, mode fs.FileMode) (*os.File, error) {
	return f.Root.OpenFile(name, flag, mode)
}

// held has nothing to tell: a file that is open is read and replaced like others.
func held(err error) error { return err }
