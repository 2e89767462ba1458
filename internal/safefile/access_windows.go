package safefile

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/windows"
)

const (
	ownerAndList = windows.OWNER_SECURITY_INFORMATION | windows.DACL_SECURITY_INFORMATION
	shareAll     = windows.FILE_SHARE_READ | windows.FILE_SHARE_WRITE | windows.FILE_SHARE_DELETE
)

type osFile struct{ *os.File }

// Access is in the language that icacls and Get-Acl write too (SDDL): the owner
// and the list.
func (f osFile) Access() (Access, error) {
	sd, err := windows.GetSecurityInfo(windows.Handle(f.Fd()), windows.SE_FILE_OBJECT, ownerAndList)
	if err != nil {
		return "", unlessNone(err)
	}
	return Access(sd.String()), nil
}

// SetAccess sets the list to the byte, not the owner: what the folder gives is in
// it, where it came from one. Go opens no file with the right to do it, so the
// file is opened once more, by its name.
func (f osFile) SetAccess(a Access) error {
	sd, err := windows.SecurityDescriptorFromString(string(a))
	if err != nil {
		return err
	}
	control, _, err := sd.Control()
	if err != nil {
		return err
	}
	name, err := windows.UTF16PtrFromString(f.Name())
	if err != nil {
		return err
	}
	h, err := windows.CreateFile(name, windows.WRITE_DAC, shareAll, nil, windows.OPEN_EXISTING, windows.FILE_FLAG_OPEN_REPARSE_POINT, 0)
	if err != nil {
		return unlessNone(err)
	}
	defer windows.CloseHandle(h)
	list := windows.SECURITY_INFORMATION(windows.DACL_SECURITY_INFORMATION | windows.UNPROTECTED_DACL_SECURITY_INFORMATION)
	if control&windows.SE_DACL_PROTECTED != 0 {
		list = windows.DACL_SECURITY_INFORMATION | windows.PROTECTED_DACL_SECURITY_INFORMATION
	}
	return unlessNone(windows.SetKernelObjectSecurity(h, list, sd))
}

// unlessNone is nil where the file, or its whole disk (FAT), has no list.
func unlessNone(err error) error {
	for _, none := range []windows.Errno{windows.ERROR_OBJECT_NOT_FOUND, windows.ERROR_NOT_SUPPORTED, windows.ERROR_INVALID_FUNCTION} {
		if errors.Is(err, none) {
			return nil
		}
	}
	return err
}

// closedTo is the Access of a file for the owner of a folder, or for the user
// who runs the program where that is not known. It lets in those whom ssh and
// sshd suffer on a key file: its user, the system and the administrators
// (check_secure_file_permission in OpenSSH for Windows). Nothing comes from the
// folder.
func closedTo(owner Access) (Access, error) {
	sid, err := sidOf(owner)
	if err != nil {
		return "", err
	}
	return Access(fmt.Sprintf("D:P(A;;FA;;;%s)(A;;FA;;;SY)(A;;FA;;;BA)", sid)), nil
}

func sidOf(owner Access) (*windows.SID, error) {
	if owner != "" {
		sd, err := windows.SecurityDescriptorFromString(string(owner))
		if err != nil {
			return nil, err
		}
		if sid, _, err := sd.Owner(); err != nil || sid != nil {
			return sid, err
		}
	}
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return nil, err
	}
	return user.User.Sid, nil
}
