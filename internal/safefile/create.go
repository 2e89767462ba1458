package safefile

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// A New is how Create makes a file.
type New struct {
	Mode   fs.FileMode // Private, whatever the umask, or Public without what it takes; from the first byte
	Force  bool        // an existing file is replaced, and not opened to more people; of a symbolic link, the link
	DryRun bool        // all but the name
}

// Check refuses early what Create would refuse at the end: fs.ErrExist, or
// ErrNotRegular for what Force does not replace either, a folder, a device or
// the like, and a link that leads to one.
func (d Disk) Check(name string, o New) error {
	if !filepath.IsLocal(filepath.Base(name)) {
		return ErrNotRegular // "..", "/", and a device of Windows such as CON, of which Lstat knows nothing
	}
	info, err := d.system().Lstat(name)
	if err != nil {
		return nil // absent, or the folder cannot be entered, which comes out later
	}
	if info.Mode().Type() == fs.ModeSymlink {
		if info, err = d.system().Stat(name); errors.Is(err, fs.ErrNotExist) {
			err = nil // a link that leads nowhere is a file like others
		}
	}
	switch {
	case err != nil: // nobody knows what is there
		return err
	case info != nil && !info.Mode().IsRegular(), ofTheSystem(name):
		return ErrNotRegular
	case !o.Force:
		return fs.ErrExist
	}
	return nil
}

// ofTheSystem reports whether a name stands in /dev itself. /dev/stdout is a
// link there, which leads to a regular file while > sends the output into one.
func ofTheSystem(name string) bool {
	path, err := filepath.Abs(name)
	return err == nil && filepath.Dir(path) == "/dev"
}

// Create makes a file that is there whole or not at all.
func (d Disk) Create(name string, data []byte, o New) error {
	if err := d.Check(name, o); err != nil {
		return err
	}
	dir, base := filepath.Split(name)
	if base == "" {
		return errors.New("the name is that of a folder")
	}
	// Not cleaned: the system goes to where a link leads before it goes up with "..".
	f, err := d.system().OpenFolder(cmp.Or(dir, "."))
	if err != nil {
		return err
	}
	defer f.Close()
	defer d.hold()()
	mode, err := d.modeOf(name, o)
	if err != nil {
		return err
	}
	var dress func(File) error
	err = whileHeld(func() (err error) { dress, err = o.dress(f, base); return err })
	if err != nil {
		return err
	}
	temp, err := temporary(f, data, mode, dress)
	if err != nil {
		return err
	}
	defer f.Remove(temp) // gone already where all went well
	switch {
	case o.DryRun:
		return nil
	case o.Force:
		return whileHeld(func() error { return f.Rename(temp, base) })
	}
	return place(f, temp, base)
}

// scanning is how long a scanner of viruses may have a file open.
const scanning = 2 * time.Second

func whileHeld(do func() error) error {
	for end := time.Now().Add(scanning); ; time.Sleep(10 * time.Millisecond) {
		if err := do(); !errors.Is(err, errHeld) || time.Now().After(end) {
			return err
		}
	}
}

// modeOf is the mode of a new file. What takes the place of one that is closed to
// others stays closed.
func (d Disk) modeOf(name string, o New) (fs.FileMode, error) {
	if !o.Force || o.Mode == Private {
		return o.Mode, nil
	}
	old, err := d.system().Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return o.Mode, nil
	case err != nil:
		return 0, err
	}
	return o.Mode & (old.Mode().Perm() | Private), nil
}

// dress is for temporary. What takes the place of a public file has its access
// control list, and is closed where that cannot be seen or kept.
func (o New) dress(folder Folder, name string) (func(File) error, error) {
	if o.Mode == Private {
		return func(f File) error { return shut(f, "") }, nil
	}
	open := func(File) error { return nil }
	closed := func(f File) error {
		if err := shut(f, ""); err != nil {
			return err
		}
		return f.Chmod(Private)
	}
	if !o.Force {
		return open, nil
	}
	info, err := folder.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist), err == nil && !info.Mode().IsRegular():
		return open, nil
	case errors.Is(err, fs.ErrPermission):
		return closed, nil
	case err != nil:
		return nil, err
	}
	old, err := folder.OpenFile(name, os.O_RDONLY, 0)
	switch {
	case errors.Is(err, fs.ErrPermission):
		return closed, nil
	case err != nil:
		return nil, err
	}
	defer old.Close()
	access, err := old.Access()
	return func(f File) error {
		err := f.SetAccess(access)
		if errors.Is(err, syscall.EINVAL) || errors.Is(err, fs.ErrPermission) { // such as of users whom a container does not know
			return closed(f)
		}
		return err
	}, err
}

// shut closes a new file to all but the user who runs the program, or whose the
// folder is. The mode does it where the umask did not take the owner's bits too; a
// FAT disk refuses modes but its own.
func shut(f File, folder Access) error {
	if err := f.Guard(folder); err != nil {
		return hint(fmt.Errorf("it cannot be closed to other users: %w", Plain(err)), "write it into a folder of your own")
	}
	info, err := f.Stat()
	if err != nil || info.Mode().Perm()&Private == Private {
		return err
	}
	return f.Chmod(Private)
}

// place gives a temporary file its name and fails with fs.ErrExist where the
// name is taken, even by another program a moment ago. On a file system
// without hard links an empty file takes the name first.
func place(f Folder, temp, name string) error {
	err := f.Link(temp, name)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	claim, err := f.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, Private)
	if err != nil {
		return err
	}
	claim.Close()
	err = whileHeld(func() error { return f.Rename(temp, name) })
	if err != nil {
		f.Remove(name)
	}
	return err
}

// temporary writes and syncs a temporary file, has dress give it owner and
// mode before it holds a byte, and returns its name.
func temporary(f Folder, data []byte, mode fs.FileMode, dress func(File) error) (string, error) {
	name := ".keyconv-" + rand.Text()[:12]
	file, err := f.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return "", fmt.Errorf("a temporary file in its folder: %w", Plain(err))
	}
	err = fill(file, data, dress)
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err != nil {
		f.Remove(name)
		return "", err
	}
	return name, nil
}

func fill(file File, data []byte, dress func(File) error) error {
	if err := dress(file); err != nil {
		return err
	}
	if _, err := bytes.NewReader(data).WriteTo(file); err != nil { // notices a short write
		return err
	}
	return file.Sync()
}
