package safefile

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	mathrand "math/rand/v2"
	"path/filepath"
	"time"
)

// An Edit is a change of a file in place.
type Edit struct {
	// Change gives the new content. It may be called again when another
	// program wrote meanwhile, so it must depend on old alone; where it
	// returns the same bytes, nothing is written.
	Change func(old []byte) ([]byte, error)
	// Make makes the file where there is none, with mode 0600, and its
	// folder with 0700; old is nil then.
	Make bool
	// Backup leaves the old content in FILE.bak, or in FILE.bak.2 and so on
	// where that is another backup: none is ever replaced.
	Backup bool
}

// A Result tells what Edit did.
type Result struct {
	Changed bool   // also beside an error, where only the last sync failed
	Made    bool   // there was no file
	Backup  string // the name of the backup in the file's folder
	Links   int    // further names (hard links) of the file, which keep the old content
}

// Edit changes the file. Symbolic links are followed inside the home, and the
// file they lead to is what changes. Refused are a link that leads out of the
// home (of a file outside: out of its folder), what is no regular file, and
// another user's file, except to root, who keeps the owner.
func (d Disk) Edit(name string, e Edit) (res Result, err error) {
	t, err := d.find(name)
	if errors.Is(err, fs.ErrNotExist) && e.Make {
		made := false
		if made, err = d.mkdir(filepath.Dir(name)); err == nil {
			t, err = d.find(name)
		}
		defer func() {
			if made && err != nil && !res.Changed {
				d.rmdir(filepath.Dir(name))
			}
		}()
	}
	if err != nil {
		return Result{}, err
	}
	defer t.folder.Close()
	return d.retry(t, e)
}

// Chmod gives a file or a folder the mode, with Edit's refusals.
func (d Disk) Chmod(name string, mode fs.FileMode) error {
	t, err := d.find(name)
	if err != nil {
		return err
	}
	defer t.folder.Close()
	info, err := t.look()
	if err != nil {
		return err
	}
	f, err := t.open(info)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Chmod(mode)
}

// retry waits for a lock that another one holds, or for a program that has the file
// open, and starts again where the file changed meanwhile.
func (d Disk) retry(t *target, e Edit) (Result, error) {
	for end := time.Now().Add(d.patience()); ; {
		res, err := d.attempt(t, e)
		held := errors.Is(err, errHeld)
		late := time.Now().After(end)
		switch {
		case !held && !errors.Is(err, errBusy), held && late:
			return res, err
		case late:
			return res, hint(ErrLocked, afterBusy)
		}
		time.Sleep(time.Millisecond + mathrand.N(10*time.Millisecond))
	}
}

// attempt is one try, errBusy where another writer was there.
func (d Disk) attempt(t *target, e Edit) (Result, error) {
	_, err := t.look()
	if errors.Is(err, fs.ErrNotExist) && e.Make {
		return d.make(t, e)
	}
	if err != nil {
		return Result{}, err
	}
	lock, err := t.lock()
	if err != nil {
		return Result{}, err
	}
	defer lock.Close()
	old, was, err := t.read()
	if err != nil {
		return Result{}, err
	}
	fresh, err := e.Change(old)
	if err != nil || bytes.Equal(old, fresh) {
		return Result{}, err
	}
	defer d.hold()()
	if e.Backup {
		return t.replaceKeeping(old, fresh, was)
	}
	return t.replace(old, fresh, was)
}

// make makes the file where there is none. There is nothing to lock: place does
// not replace what somebody else made meanwhile.
func (d Disk) make(t *target, e Edit) (Result, error) {
	fresh, err := e.Change(nil)
	if err != nil || len(fresh) == 0 {
		return Result{}, err
	}
	defer d.hold()()
	temp, err := temporary(t.folder, fresh, Private, t.start)
	if err != nil {
		return Result{}, err
	}
	defer t.folder.Remove(temp)
	err = place(t.folder, temp, t.name)
	if errors.Is(err, fs.ErrExist) {
		return Result{}, errBusy
	}
	if err != nil {
		return Result{}, err
	}
	return Result{Changed: true, Made: true}, t.folder.Sync()
}

// replaceKeeping is replace after a backup, which goes again when it was for
// nothing.
func (t *target) replaceKeeping(old, fresh []byte, was state) (Result, error) {
	name, made, err := t.backup(old, was)
	if err != nil {
		return Result{}, fmt.Errorf("the backup: %w", Plain(err))
	}
	res, err := t.replace(old, fresh, was)
	if made && !res.Changed {
		t.folder.Remove(name)
		return res, err
	}
	res.Backup = name
	return res, err
}

// replace puts the new content in the place of the old.
func (t *target) replace(old, fresh []byte, was state) (res Result, err error) {
	temp, err := temporary(t.folder, fresh, Private, was.dress)
	if err != nil {
		return res, err
	}
	defer t.folder.Remove(temp)
	err = whileHeld(func() error {
		// A program that knows no lock may have written, put another file there, or
		// changed who may use it.
		now, then, err := t.read()
		if err != nil {
			return err
		}
		if !bytes.Equal(old, now) || !was.same(then) {
			return errBusy
		}
		return t.folder.Rename(temp, t.name)
	})
	if err != nil {
		return res, err
	}
	res.Changed, res.Links = true, links(was.FileInfo)-1
	return res, t.folder.Sync()
}

// maxBackups bounds the search for a free name.
const maxBackups = 1000

// backup leaves the old content beside the file. One that is there already
// serves where it holds the same.
func (t *target) backup(old []byte, was state) (name string, made bool, err error) {
	temp, err := temporary(t.folder, old, Private, was.dress)
	if err != nil {
		return "", false, err
	}
	defer t.folder.Remove(temp)
	for i := 1; i <= maxBackups; i++ {
		name = t.name + ".bak"
		if i > 1 {
			name += fmt.Sprintf(".%d", i)
		}
		err := place(t.folder, temp, name)
		if !errors.Is(err, fs.ErrExist) {
			return name, err == nil, err
		}
		same := target{t.folder, name}
		if kept, _, err := same.read(); err == nil && bytes.Equal(kept, old) {
			return name, false, nil
		}
	}
	return "", false, hint(fmt.Errorf("there are %d of them", maxBackups), "remove those of %s.bak.* that nobody needs", t.name)
}
