//go:build darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd

package safefile

import (
	"errors"
	"io"
	"os"
	"syscall"
)

// Lock locks the file itself. It is opened for writing, which NFS wants for an
// exclusive lock and which refuses a file that its owner made read-only.
// Writers replace the file, so what was locked must be what has the name still.
func (f osFolder) Lock(name string) (io.Closer, error) {
	file, err := f.Root.OpenFile(name, os.O_RDWR|noBlock, 0)
	if err != nil {
		return nil, err
	}
	if err := f.flock(file, name); err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}

func (f osFolder) flock(file *os.File, name string) error {
	err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) || errors.Is(err, syscall.EINTR) {
		return errBusy
	}
	if err != nil {
		return &os.PathError{Op: "flock", Path: name, Err: err}
	}
	locked, err := file.Stat()
	if err != nil {
		return err
	}
	if now, err := f.Lstat(name); err != nil || !os.SameFile(locked, now) {
		return errBusy
	}
	return nil
}

// Sync syncs the folder itself. File systems that cannot say so.
func (f osFolder) Sync() error {
	dir, err := f.Root.Open(".")
	if err != nil {
		return err
	}
	defer dir.Close()
	if err := dir.Sync(); !errors.Is(err, syscall.EINVAL) && !errors.Is(err, syscall.ENOTSUP) {
		return err
	}
	return nil
}
