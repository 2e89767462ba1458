//go:build !linux && !windows

package safefile

import "os"

type osFile struct{ *os.File }

func (osFile) Access() (Access, error) { return "", nil }
func (osFile) SetAccess(Access) error  { return nil }
