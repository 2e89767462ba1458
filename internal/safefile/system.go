package safefile

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// A System is all the calls by which this package touches a disk. Tests put
// one in that fails, or dies, at any of them.
type System interface {
	// Resolve follows every symbolic link in a path (filepath.EvalSymlinks).
	Resolve(path string) (string, error)
	Lstat(path string) (fs.FileInfo, error)
	// Stat follows links, also those of /proc, which are no paths.
	Stat(path string) (fs.FileInfo, error)
	OpenFolder(path string) (Folder, error)
}

// A Folder is an open folder. Names in it are relative, and no name leads out
// of it, whatever links somebody puts there meanwhile (os.Root).
type Folder interface {
	io.Closer
	OpenFolder(name string) (Folder, error)
	OpenFile(name string, flag int, mode fs.FileMode) (File, error)
	Lstat(name string) (fs.FileInfo, error)
	Mkdir(name string, mode fs.FileMode) error
	// Link fails with fs.ErrExist where the new name is taken.
	Link(old, new string) error
	Rename(old, new string) error
	Remove(name string) error
	// Lock locks the file called name against every other Lock until it is
	// closed or the process ends. It does not wait: errBusy.
	Lock(name string) (io.Closer, error)
	// Sync makes renames in the folder survive a power failure.
	Sync() error
}

// A File is an open file, or a folder opened as one.
type File interface {
	io.ReadWriteCloser
	Stat() (fs.FileInfo, error)
	Chown(uid, gid int) error
	Chmod(mode fs.FileMode) error
	Access() (Access, error)
	SetAccess(Access) error
	// Guard closes a new file, where the mode does not, to all but its user. The
	// folder's access is for a file that is the folder's owner's, "" for others.
	Guard(folder Access) error
	Sync() error
}

// An Access is who may use a file beyond what its mode tells, in the words of
// the system: the access control list of Windows (SDDL, with the owner in front
// of it) or of Linux (acl(5)). "" is no such list.
type Access string

type osSystem struct{}

// OS is the operating system.
func OS() System { return osSystem{} }

func (osSystem) Resolve(path string) (string, error)    { return filepath.EvalSymlinks(path) }
func (osSystem) Lstat(path string) (fs.FileInfo, error) { return os.Lstat(path) }
func (osSystem) Stat(path string) (fs.FileInfo, error)  { return os.Stat(path) }

func (osSystem) OpenFolder(path string) (Folder, error) {
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, err
	}
	return osFolder{root}, nil
}

type osFolder struct{ *os.Root }

func (f osFolder) OpenFolder(name string) (Folder, error) {
	root, err := f.Root.OpenRoot(name)
	if err != nil {
		return nil, err
	}
	return osFolder{root}, nil
}

// Mkdir makes a folder of that mode, whatever the umask, where the disk has modes.
func (f osFolder) Mkdir(name string, mode fs.FileMode) error {
	if err := f.Root.Mkdir(name, mode); err != nil {
		return err
	}
	info, err := f.Root.Lstat(name)
	if err != nil || info.Mode().Perm()&mode == mode {
		return err
	}
	return f.Root.Chmod(name, mode)
}

func (f osFolder) OpenFile(name string, flag int, mode fs.FileMode) (File, error) {
	open := f.Root.OpenFile
	if flag&os.O_EXCL != 0 && mode == Private {
		open = f.createClosed
	}
	file, err := open(name, flag|noBlock, mode)
	if err != nil {
		return nil, held(err)
	}
	return osFile{file}, nil
}

func (f osFolder) Lstat(name string) (fs.FileInfo, error) {
	info, err := f.Root.Lstat(name)
	return info, held(err)
}
