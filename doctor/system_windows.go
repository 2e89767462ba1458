package doctor

import (
	"slices"
	"unsafe"

	"golang.org/x/sys/windows"
)

// suffered are the accounts whose rights OpenSSH does not mind: the system, the
// administrators and the installer of Windows.
var suffered = []string{"S-1-5-18", "S-1-5-32-544", "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464"}

// changes are the rights by which somebody may write.
const changes = windows.FILE_WRITE_DATA | windows.FILE_APPEND_DATA | windows.FILE_WRITE_EA | windows.FILE_WRITE_ATTRIBUTES

func (osSystem) Rights(path string, own bool) (r Rights, err error) {
	let := suffered
	if own {
		me, err := windows.GetCurrentProcessToken().GetTokenUser()
		if err != nil {
			return r, err
		}
		let = append(slices.Clip(let), me.User.Sid.String())
	}
	sd, err := windows.GetNamedSecurityInfo(path, windows.SE_FILE_OBJECT, windows.OWNER_SECURITY_INFORMATION|windows.DACL_SECURITY_INFORMATION)
	if err != nil {
		return r, err
	}
	list, _, err := sd.DACL()
	if err != nil {
		return r, err
	}
	if list == nil {
		return Rights{None: true}, nil
	}
	owner, _, err := sd.Owner()
	if err != nil {
		return r, err
	}
	if owner != nil && !slices.Contains(let, owner.String()) {
		r.Owner = accountName(owner)
	}
	for i := range list.AceCount {
		var ace *windows.ACCESS_ALLOWED_ACE
		if err := windows.GetAce(list, uint32(i), &ace); err != nil {
			return r, err
		}
		sid := (*windows.SID)(unsafe.Pointer(&ace.SidStart))
		if ace.Header.AceType != windows.ACCESS_ALLOWED_ACE_TYPE || slices.Contains(let, sid.String()) {
			continue
		}
		r.Readers = append(r.Readers, accountName(sid))
		if ace.Mask&changes != 0 {
			r.Writers = append(r.Writers, accountName(sid))
		}
	}
	return r, nil
}

func (osSystem) Caller() (name string, administrator bool) {
	token := windows.GetCurrentProcessToken()
	if me, err := token.GetTokenUser(); err == nil {
		name = accountName(me.User.Sid)
	}
	groups, err := token.GetTokenGroups()
	administrator = err == nil && slices.ContainsFunc(groups.AllGroups(), func(g windows.SIDAndAttributes) bool {
		return g.Sid.IsWellKnown(windows.WinBuiltinAdministratorsSid)
	})
	return name, administrator
}

// accountName is what icacls calls an account; a number where it has no name.
func accountName(sid *windows.SID) string {
	account, domain, _, err := sid.LookupAccount("")
	switch {
	case err != nil:
		return "*" + sid.String()
	case domain == "":
		return account
	}
	return domain + `\` + account
}
