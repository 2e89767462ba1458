// Package safefile is every way in which keyconv writes files.
//
// Create makes a new file; Edit changes one in place, under a lock; Chmod
// mends a mode. Whatever fails, and wherever the process or the machine dies,
// the old file or the new one is there whole under its name, with its owner,
// mode and access control list. After a failure no temporary file is left; after a kill one may be,
// called .keyconv-*.
//
// What is not promised: a hard link to an edited file keeps the old content, and
// other extended attributes of an edited file, the access control lists of macOS, of
// FreeBSD and of NFS among them, are those that its folder gives to a new one. On
// Windows the owner is the user who edits. A program that does not take the lock and
// writes in the few microseconds between the last look at the file and the
// rename is not noticed.
package safefile

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/keyconv/keyconv/sshkey"
)

// A Disk writes files. The zero value is ready.
type Disk struct {
	// System makes the system calls; nil is the operating system itself.
	System System
	// Hold keeps the program from ending by a signal while a temporary file
	// is there, until release is called; nil holds nothing.
	Hold func() (release func())
	// Patience is how long Edit waits for the lock; 0 is ten seconds.
	Patience time.Duration
}

func (d Disk) system() System {
	if d.System == nil {
		return osSystem{}
	}
	return d.System
}

func (d Disk) hold() (release func()) {
	if d.Hold == nil {
		return func() {}
	}
	return d.Hold()
}

func (d Disk) patience() time.Duration { return cmp.Or(d.Patience, 10*time.Second) }

// MaxSize is the largest file that Edit reads.
const MaxSize = 64 << 20

// The modes of new files and folders.
const (
	Private    fs.FileMode = 0o600
	Public     fs.FileMode = 0o644
	folderMode fs.FileMode = 0o700
)

// The causes that callers distinguish; a file that exists already is
// fs.ErrExist.
var (
	ErrNotRegular = errors.New("not a regular file")
	ErrOwner      = errors.New("the file belongs to another user")
	ErrLocked     = errors.New("another keyconv is writing to the file and does not end")
	ErrOutside    = errors.New("a link leads out of the folder that the file belongs to")
)

// Attempts are made again where they lost against another writer, or where another
// program has the file open and the system replaces none meanwhile.
var (
	errBusy = errors.New("the file keeps changing")
	errHeld = errors.New("another program has the file open")
)

// Plain takes operation and path off an error of the operating system: a
// message names the file already.
func Plain(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	var l *os.LinkError
	if errors.As(err, &l) {
		return l.Err
	}
	return err
}

func hint(err error, next string, args ...any) error {
	return sshkey.WithHint(err, fmt.Sprintf(next, args...))
}
