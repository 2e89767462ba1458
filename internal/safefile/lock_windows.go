package safefile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/keyconv/keyconv/internal/safetext"
	"golang.org/x/sys/windows"
)

// A handle is an open handle of Windows.
type handle struct{ windows.Handle }

func (h handle) Close() error { return windows.CloseHandle(h.Handle) }

// Lock opens a file beside the one called name that nobody else can open
// meanwhile. Windows removes it when it is closed, by the end of the process at
// the latest. The file itself cannot be locked, for it is to be replaced.
func (f osFolder) Lock(name string) (io.Closer, error) {
	if _, err := f.Lstat(name); err != nil {
		return nil, err
	}
	lock := ".keyconv-" + name + ".lock"
	path, err := windows.UTF16PtrFromString(filepath.Join(f.Name(), lock))
	if err != nil {
		return nil, err
	}
	h, err := openLock(path)
	switch {
	case errors.Is(err, windows.ERROR_SHARING_VIOLATION):
		return nil, errBusy
	case errors.Is(err, windows.ERROR_ACCESS_DENIED):
		if _, unseen := f.Lstat(lock); unseen != nil && !errors.Is(unseen, fs.ErrNotExist) {
			return nil, errBusy // it is still on its way out
		}
		return nil, &os.PathError{Op: "lock", Path: name, Err: err}
	case err != nil:
		return nil, &os.PathError{Op: "lock", Path: name, Err: err}
	}
	return handle{h}, nil
}

// openLock waits for a file on its way out, which Windows denies for a moment after
// its last user has closed it.
func openLock(path *uint16) (h windows.Handle, err error) {
	const leaving = 200 * time.Millisecond
	for end := time.Now().Add(leaving); ; time.Sleep(5 * time.Millisecond) {
		h, err = windows.CreateFile(path, windows.GENERIC_WRITE, 0, nil, windows.OPEN_ALWAYS,
			windows.FILE_ATTRIBUTE_NORMAL|windows.FILE_FLAG_DELETE_ON_CLOSE|windows.FILE_FLAG_OPEN_REPARSE_POINT, 0)
		if !errors.Is(err, windows.ERROR_ACCESS_DENIED) || time.Now().After(end) {
			return h, err
		}
	}
}

// held is errHeld where another program has a file open and lets nobody else have it.
func held(err error) error {
	if !errors.Is(err, windows.ERROR_SHARING_VIOLATION) {
		return err
	}
	return hint(fmt.Errorf("%w: %w", errHeld, Plain(err)), "close it")
}

// Rename is errHeld where a program has the old file open, as a virus scanner or a
// backup has for a moment: Windows replaces no file meanwhile.
func (f osFolder) Rename(old, new string) error {
	if info, err := f.Lstat(new); err == nil && info.Mode().Perm()&0o200 == 0 {
		return hint(errors.New("the file is read-only"), "if it is yours to change: attrib -r %s", safetext.ShellWord(filepath.Join(f.Name(), new)))
	}
	err := f.Root.Rename(old, new)
	if errors.Is(err, windows.ERROR_ACCESS_DENIED) || errors.Is(err, windows.ERROR_SHARING_VIOLATION) {
		return hint(fmt.Errorf("%w: %w", errHeld, Plain(err)), "close it; if there is none, run keyconv as the owner of the file")
	}
	return err
}

// Sync does nothing: Windows syncs no folders, and NTFS keeps a journal.
func (f osFolder) Sync() error { return nil }
