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
	path, err := windows.UTF16PtrFromString(filepath.Join(f.Name(), name+".lock"))
	if err != nil {
		return nil, err
	}
	h, err := windows.CreateFile(path, windows.GENERIC_WRITE, 0, nil, windows.OPEN_ALWAYS, windows.FILE_ATTRIBUTE_NORMAL|windows.FILE_FLAG_DELETE_ON_CLOSE, 0)
	switch {
	case errors.Is(err, windows.ERROR_SHARING_VIOLATION), errors.Is(err, windows.ERROR_ACCESS_DENIED) && f.leaving(name+".lock"):
		return nil, errBusy
	case err != nil:
		return nil, &os.PathError{Op: "lock", Path: name, Err: err}
	}
	return handle{h}, nil
}

// leaving reports whether a file is on its way out: for some time after its last
// user has closed it, it cannot be opened, nor looked at.
func (f osFolder) leaving(name string) bool {
	for range 10 {
		if _, err := f.Lstat(name); !errors.Is(err, fs.ErrNotExist) {
			return true
		}
		time.Sleep(time.Millisecond)
	}
	return false
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
