package safefile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unsafe"

	"golang.org/x/sys/windows"
)

const (
	ownerAndList = windows.OWNER_SECURITY_INFORMATION | windows.DACL_SECURITY_INFORMATION
	shareAll     = windows.FILE_SHARE_READ | windows.FILE_SHARE_WRITE | windows.FILE_SHARE_DELETE
)

var reOpenFile = windows.NewLazySystemDLL("kernel32.dll").NewProc("ReOpenFile")

type osFile struct{ *os.File }

// Access is in the language that icacls and Get-Acl write too (SDDL): the owner
// and the list.
func (f osFile) Access() (Access, error) {
	sd, err := windows.GetSecurityInfo(windows.Handle(f.Fd()), windows.SE_FILE_OBJECT, ownerAndList)
	if err != nil {
		return "", unlessNone(err)
	}
	if text := sd.String(); text != "" {
		return Access(text), nil
	}
	return "", errors.New("the system does not tell who may use it")
}

// SetAccess sets the list, not the owner. Go opens no file with the right to do it,
// which a share may refuse, so it is asked for only where the list is another.
func (f osFile) SetAccess(a Access) error {
	now, err := f.Access()
	if err != nil || a == "" || a.list() == now.list() {
		return err
	}
	sd, err := windows.SecurityDescriptorFromString(string(a))
	if err != nil {
		return err
	}
	control, _, err := sd.Control()
	if err != nil {
		return err
	}
	what := windows.SECURITY_INFORMATION(windows.DACL_SECURITY_INFORMATION | windows.UNPROTECTED_DACL_SECURITY_INFORMATION)
	if control&windows.SE_DACL_PROTECTED != 0 {
		what = windows.DACL_SECURITY_INFORMATION | windows.PROTECTED_DACL_SECURITY_INFORMATION
	}
	if control&windows.SE_DACL_AUTO_INHERITED != 0 { // which is dropped where it is not asked for
		if err := sd.SetControl(windows.SE_DACL_AUTO_INHERIT_REQ, windows.SE_DACL_AUTO_INHERIT_REQ); err != nil {
			return err
		}
	}
	h, _, err := reOpenFile.Call(f.Fd(), windows.WRITE_DAC, shareAll, 0)
	if windows.Handle(h) == windows.InvalidHandle {
		return unlessNone(err)
	}
	defer windows.CloseHandle(windows.Handle(h))
	return unlessNone(windows.SetKernelObjectSecurity(windows.Handle(h), what, sd))
}

// list is the part that SetAccess sets, as the system writes it. That a list which
// takes nothing from the folder could have (AI) is of no account.
func (a Access) list() string {
	if sd, err := windows.SecurityDescriptorFromString(string(a)); err == nil {
		a = Access(sd.String())
	}
	_, list, _ := strings.Cut(string(a), "D:")
	return strings.Replace(list, "PAI(", "P(", 1)
}

// Guard closes a new file to all but those whom ssh and sshd suffer on a key file
// (check_secure_file_permission in OpenSSH for Windows): the system, the
// administrators and its user. That is who owns the file or its folder. A program that
// runs with the rights of an administrator makes files that belong to all of them: in
// the home they are the user's too, and elsewhere, as for the keys of all
// administrators, nobody else's.
func (f osFile) Guard(folder Access) error {
	own, err := f.Access()
	if err != nil {
		return err
	}
	me, err := caller()
	if err != nil {
		return err
	}
	users := append(own.users(), folder.users()...)
	if own.owner() == me || len(users) == 0 && (folder == "" || inHome(f.Name())) {
		users = append(users, me)
	}
	return f.SetAccess(closedTo(users))
}

func closedTo(users []string) Access {
	list := "D:P(A;;FA;;;SY)(A;;FA;;;BA)"
	slices.Sort(users)
	for _, sid := range slices.Compact(users) {
		list += "(A;;FA;;;" + sid + ")"
	}
	return Access(list)
}

// users is the owner, where that is a user and no group.
func (a Access) users() []string {
	text := a.owner()
	if !strings.HasPrefix(text, "S-1-5-21-") && !strings.HasPrefix(text, "S-1-12-1-") { // of a machine or a domain; of Entra
		return nil
	}
	sid, err := windows.StringToSid(text)
	if err != nil {
		return nil
	}
	if _, _, use, err := sid.LookupAccount(""); err == nil && use != windows.SidTypeUser {
		return nil
	}
	return []string{text}
}

// owner is the number of the owner; "" is not known.
func (a Access) owner() string {
	sd, err := windows.SecurityDescriptorFromString(string(a))
	if err != nil {
		return ""
	}
	sid, _, err := sd.Owner()
	if err != nil || sid == nil {
		return ""
	}
	return sid.String()
}

func caller() (sid string, err error) {
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return "", err
	}
	return user.User.Sid.String(), nil
}

func inHome(name string) bool {
	home, err := os.UserHomeDir()
	if err != nil {
		return false
	}
	path, err := filepath.Abs(name)
	if err != nil {
		return false
	}
	rel, err := filepath.Rel(home, path)
	return err == nil && filepath.IsLocal(rel)
}

// createClosed makes a file that is the caller's alone from the start: a handle that
// somebody opens before the list is set reads what is written later.
func (f osFolder) createClosed(name string, _ int, _ fs.FileMode) (*os.File, error) {
	me, err := caller()
	if err != nil {
		return nil, err
	}
	sd, err := windows.SecurityDescriptorFromString(string(closedTo([]string{me})))
	if err != nil {
		return nil, err
	}
	dir, err := f.Root.Open(".")
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	text, err := windows.NewNTUnicodeString(name)
	if err != nil {
		return nil, err
	}
	at := &windows.OBJECT_ATTRIBUTES{RootDirectory: windows.Handle(dir.Fd()), ObjectName: text, Attributes: windows.OBJ_CASE_INSENSITIVE, SecurityDescriptor: sd}
	at.Length = uint32(unsafe.Sizeof(*at))
	var h windows.Handle
	err = windows.NtCreateFile(&h, windows.SYNCHRONIZE|windows.FILE_GENERIC_WRITE|windows.FILE_READ_ATTRIBUTES|windows.READ_CONTROL, at, &windows.IO_STATUS_BLOCK{}, nil,
		windows.FILE_ATTRIBUTE_NORMAL, shareAll, windows.FILE_CREATE,
		windows.FILE_NON_DIRECTORY_FILE|windows.FILE_SYNCHRONOUS_IO_NONALERT|windows.FILE_OPEN_REPARSE_POINT, 0, 0)
	if err != nil {
		if status, ok := err.(windows.NTStatus); ok {
			err = status.Errno()
		}
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	return os.NewFile(uintptr(h), filepath.Join(f.Name(), name)), nil
}

// unlessNone is nil where the file, or its whole disk, has no list.
func unlessNone(err error) error {
	for _, none := range []windows.Errno{windows.ERROR_OBJECT_NOT_FOUND, windows.ERROR_NOT_SUPPORTED, windows.ERROR_INVALID_FUNCTION} {
		if errors.Is(err, none) {
			return nil
		}
	}
	if err != nil {
		return fmt.Errorf("its access control list: %w", err)
	}
	return nil
}
