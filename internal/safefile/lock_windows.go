package safefile

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"syscall"
)

const (
	fileFlagDeleteOnClose = 0x04000000        // FILE_FLAG_DELETE_ON_CLOSE
	sharingViolation      = syscall.Errno(32) // ERROR_SHARING_VIOLATION
)

// A handle is an open handle of Windows.
type handle struct{ syscall.Handle }

func (h handle) Close() error { return syscall.CloseHandle(h.Handle) }

// Lock opens a file beside the one called name that nobody else can open
// meanwhile. Windows removes it when it is closed, by the end of the process at
// the latest. The file itself cannot be locked, for it is to be replaced.
func (f osFolder) Lock(name string) (io.Closer, error) {
	if _, err := f.Lstat(name); err != nil {
		return nil, err
	}
	path, err := syscall.UTF16PtrFromString(filepath.Join(f.Name(), name+".lock"))
	if err != nil {
		return nil, err
	}
	h, err := syscall.CreateFile(path, syscall.GENERIC_WRITE, 0, nil, syscall.OPEN_ALWAYS, syscall.FILE_ATTRIBUTE_NORMAL|fileFlagDeleteOnClose, 0)
	if errors.Is(err, sharingViolation) {
		return nil, errBusy
	}
	if err != nil {
		return nil, &os.PathError{Op: "lock", Path: name, Err: err}
	}
	return handle{h}, nil
}

// Sync does nothing: Windows syncs no folders, and NTFS keeps a journal.
func (f osFolder) Sync() error { return nil }
