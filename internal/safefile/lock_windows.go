package safefile

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

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
	var h windows.Handle
	err = again(leaving, func() (err error) {
		h, err = windows.CreateFile(path, windows.GENERIC_WRITE, 0, nil, windows.OPEN_ALWAYS, windows.FILE_ATTRIBUTE_NORMAL|windows.FILE_FLAG_DELETE_ON_CLOSE, 0)
		return err
	}, windows.ERROR_ACCESS_DENIED)
	if errors.Is(err, windows.ERROR_SHARING_VIOLATION) {
		return nil, errBusy
	}
	if err != nil {
		return nil, &os.PathError{Op: "lock", Path: name, Err: err}
	}
	return handle{h}, nil
}

// Rename waits for a program that has the old file open, as a virus scanner or a
// backup has for a moment: Windows replaces no file meanwhile.
func (f osFolder) Rename(old, new string) error {
	if info, err := f.Lstat(new); err == nil && info.Mode().Perm()&0o200 == 0 {
		return hint(errors.New("the file is read-only"), "attrib -r %s, if it is yours to change", new)
	}
	err := again(scanning, func() error { return f.Root.Rename(old, new) }, windows.ERROR_ACCESS_DENIED, windows.ERROR_SHARING_VIOLATION)
	if errors.Is(err, windows.ERROR_ACCESS_DENIED) || errors.Is(err, windows.ERROR_SHARING_VIOLATION) {
		return hint(Plain(err), "close the program that has the file open; if none has, run keyconv as the owner of the file")
	}
	return err
}

// How long Windows may refuse for the moment: a lock that is on its way out, and
// a file that another program reads.
const (
	leaving  = 200 * time.Millisecond
	scanning = 2 * time.Second
)

// again repeats what fails for one of the causes, for a while.
func again(while time.Duration, do func() error, causes ...error) error {
	for end := time.Now().Add(while); ; time.Sleep(5 * time.Millisecond) {
		err := do()
		mayPass := slices.ContainsFunc(causes, func(cause error) bool { return errors.Is(err, cause) })
		if !mayPass || time.Now().After(end) {
			return err
		}
	}
}

// Sync does nothing: Windows syncs no folders, and NTFS keeps a journal.
func (f osFolder) Sync() error { return nil }
