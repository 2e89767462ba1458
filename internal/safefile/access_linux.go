package safefile

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// posixACL is the attribute that holds a file's list. In the mode of such a
// file the bits of the group are not the group's own: they are the most that
// the list gives to anybody but the owner (acl(5)).
const posixACL = "system.posix_acl_access"

// maxACL is XATTR_SIZE_MAX.
const maxACL = 64 << 10

type osFile struct{ *os.File }

func (f osFile) Access() (Access, error) {
	list := make([]byte, maxACL)
	n, err := unix.Fgetxattr(int(f.Fd()), posixACL, list)
	if err != nil {
		return "", unlessNone(err)
	}
	return Access(list[:n]), nil
}

func (f osFile) SetAccess(a Access) error {
	now, err := f.Access()
	switch {
	case err != nil || a == now: // some disks refuse even to take away what is not there
		return err
	case a == "":
		return unix.Fremovexattr(int(f.Fd()), posixACL)
	}
	return unix.Fsetxattr(int(f.Fd()), posixACL, []byte(a), 0)
}

// unlessNone is nil where the file, its whole disk, or the system has no list.
func unlessNone(err error) error {
	if errors.Is(err, unix.ENODATA) || errors.Is(err, unix.ENOTSUP) || errors.Is(err, unix.ENOSYS) {
		return nil
	}
	return err
}
