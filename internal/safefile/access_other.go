//go:build !linux && !windows

package safefile

import (
	"io/fs"
	"os"
)

type osFile struct{ *os.File }

func (osFile) Access() (Access, error) { return "", nil }
func (osFile) SetAccess(Access) error  { return nil }

// Guard takes a list away that the folder gives; a mode of 0600 says the rest.
func (f osFile) Guard(Access) error { return f.SetAccess("") }

func (f osFolder) createClosed(name string, mode fs.FileMode) (*os.File, error) {
	return f.Root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL|noBlock, mode)
}
