//go:build !(darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd || windows)

package safefile

import (
	"errors"
	"io"
)

// Lock fails: a file that cannot be locked is not edited.
func (f osFolder) Lock(name string) (io.Closer, error) {
	if _, err := f.Lstat(name); err != nil {
		return nil, err
	}
	return nil, errors.ErrUnsupported
}

// Sync does nothing.
func (f osFolder) Sync() error { return nil }
