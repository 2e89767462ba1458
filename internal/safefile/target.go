package safefile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// A target is a name in a folder, all links followed.
type target struct {
	folder Folder
	name   string
}

// find follows the links of path. Its folder must be there; the file may be
// missing.
func (d Disk) find(path string) (*target, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	limit, err := d.system().Resolve(boundary(path))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", boundary(path), Plain(err))
	}
	end, err := d.follow(path)
	if err != nil {
		return nil, err
	}
	rel, err := filepath.Rel(limit, end)
	if err != nil || !filepath.IsLocal(rel) {
		return nil, hint(fmt.Errorf("%w: it is really %s", ErrOutside, end), "if that is the file you mean, name it: %s", end)
	}
	home, err := d.system().OpenFolder(limit)
	if err != nil {
		return nil, err
	}
	defer home.Close()
	folder, err := home.OpenFolder(filepath.Dir(rel))
	return &target{folder, filepath.Base(rel)}, err
}

// boundary is the folder out of which no link may lead: the home, which is
// above .ssh or what the environment says, else the folder that the name is in.
// The name decides first, for root edits other people's files.
func boundary(path string) string {
	dir := filepath.Dir(path)
	if filepath.Base(dir) == ".ssh" {
		return filepath.Dir(dir)
	}
	home, err := os.UserHomeDir()
	if err != nil || home == string(filepath.Separator) {
		return dir
	}
	if rel, err := filepath.Rel(home, path); err == nil && filepath.IsLocal(rel) {
		return home
	}
	return dir
}

// follow follows the links of a path whose last element may be missing.
func (d Disk) follow(path string) (string, error) {
	end, err := d.system().Resolve(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return end, err
	}
	if info, err := d.system().Lstat(path); err == nil && info.Mode().Type() == fs.ModeSymlink {
		return "", hint(errors.New("a symbolic link that leads nowhere"), "make the file that it leads to, or remove the link")
	}
	dir, err := d.system().Resolve(filepath.Dir(path))
	return filepath.Join(dir, filepath.Base(path)), err
}

// mkdir makes a folder for its owner alone, or finds that somebody else just
// did.
func (d Disk) mkdir(path string) (made bool, err error) {
	t, err := d.find(path)
	if err != nil {
		return false, err
	}
	defer t.folder.Close()
	err = t.folder.Mkdir(t.name, folderMode)
	if errors.Is(err, fs.ErrExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("%s: %w", path, Plain(err))
	}
	if err := t.adopt(); err != nil {
		t.folder.Remove(t.name)
		return false, err
	}
	return true, nil
}

// rmdir takes away a folder that mkdir made, unless something is in it.
func (d Disk) rmdir(path string) {
	if t, err := d.find(path); err == nil {
		t.folder.Remove(t.name)
		t.folder.Close()
	}
}

// adopt gives a new folder the owner of the one above it.
func (t *target) adopt() error {
	f, err := t.folder.OpenFile(t.name, os.O_RDONLY, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := t.inherit(f); err != nil {
		return err
	}
	return t.folder.Sync()
}

// start dresses a file that is new.
func (t *target) start(f File) error {
	folder, err := t.folder.OpenFile(".", os.O_RDONLY, 0)
	if err != nil {
		return err
	}
	defer folder.Close()
	access, err := folder.Access()
	if err != nil {
		return err
	}
	if err := shut(f, access); err != nil {
		return err
	}
	return t.inherit(f)
}

// inherit has root give a new file to the owner of its folder: sshd reads it as
// that user. To others it does nothing.
func (t *target) inherit(f File) error {
	if os.Geteuid() != 0 {
		return nil
	}
	info, err := t.folder.Lstat(".")
	if err != nil {
		return err
	}
	return chown(f, info)
}

// A state is what a file has beside its bytes.
type state struct {
	fs.FileInfo
	access Access
}

func (s state) same(now state) bool {
	return os.SameFile(s.FileInfo, now.FileInfo) && s.Mode() == now.Mode() && s.access == now.access
}

// dress gives a new file the owner, the mode and the access of an old one.
func (s state) dress(f File) error {
	if err := chown(f, s.FileInfo); err != nil {
		return err
	}
	if err := f.SetAccess(s.access); err != nil {
		return hint(fmt.Errorf("its access control list cannot be kept: %w", Plain(err)), "run keyconv as the owner of the file")
	}
	return f.Chmod(s.Mode().Perm()) // not before: without a list the mode would let the group in
}

// chown gives f the owner and group that old has, where they differ.
func chown(f File, old fs.FileInfo) error {
	now, err := f.Stat()
	if err != nil {
		return err
	}
	uid, gid := owner(old)
	if u, g := owner(now); u == uid && g == gid {
		return nil
	}
	if err := f.Chown(uid, gid); err != nil {
		return hint(fmt.Errorf("its owner and group cannot be kept: %w", Plain(err)), "run keyconv as root")
	}
	return nil
}

// look tells what is there, and refuses what is not to be changed.
func (t *target) look() (fs.FileInfo, error) {
	info, err := t.folder.Lstat(t.name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() && !info.IsDir() {
		return nil, hint(ErrNotRegular, "name the file itself")
	}
	me := os.Geteuid() // -1 where users have no numbers
	if uid, _ := owner(info); uid != me && me > 0 {
		return nil, hint(ErrOwner, "run keyconv as that user or as root")
	}
	return info, nil
}

// lock is errBusy where somebody else has the lock.
func (t *target) lock() (io.Closer, error) {
	lock, err := t.folder.Lock(t.name)
	switch {
	case errors.Is(err, fs.ErrNotExist): // removed a moment ago
		return nil, errBusy
	case errors.Is(err, fs.ErrPermission):
		return nil, hint(Plain(err), afterDenied)
	}
	return lock, err
}

// open opens what look has seen.
func (t *target) open(seen fs.FileInfo) (File, error) {
	f, err := t.folder.OpenFile(t.name, os.O_RDONLY, 0)
	if err != nil {
		return nil, err
	}
	opened, err := f.Stat()
	if err == nil && !os.SameFile(seen, opened) {
		err = errBusy
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

func (t *target) read() ([]byte, state, error) {
	info, err := t.look()
	if err != nil {
		return nil, state{}, err
	}
	f, err := t.open(info)
	if err != nil {
		return nil, state{}, err
	}
	defer f.Close()
	access, err := f.Access()
	if err != nil {
		return nil, state{}, err
	}
	data, err := io.ReadAll(io.LimitReader(f, MaxSize+1))
	if err == nil && len(data) > MaxSize {
		err = fmt.Errorf("the file has %d bytes, and more than %d are not edited", info.Size(), MaxSize)
	}
	return data, state{info, access}, err
}
