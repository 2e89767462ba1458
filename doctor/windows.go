package doctor

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/keyconv/keyconv/internal/safetext"
)

// A windowsSystem is a System with access control lists in the place of modes.
type windowsSystem interface {
	System
	// Rights tells who may use a file; own is whether the caller may.
	Rights(path string, own bool) (Rights, error)
	// Caller is the name of the user who runs the program, and whether that is
	// an administrator, with the rights of one or without.
	Caller() (name string, administrator bool)
}

// Rights are those of others on a file of Windows. OpenSSH suffers its user, the
// system, the administrators and the installer alone
// (check_secure_file_permission); the rest are others.
type Rights struct {
	Owner   string   // whose the file is; "" for one of those who are suffered
	Readers []string // may do something with it, as icacls names them
	Writers []string // of those, who may change it
	None    bool     // there are no rights, as on a FAT disk: everybody may do anything
}

// Where OpenSSH for Windows keeps what it has in /etc/ssh elsewhere, and the
// keys of all administrators.
const (
	windowsConfig = `C:\ProgramData\ssh\sshd_config`
	adminKeys     = `C:\ProgramData\ssh\administrators_authorized_keys`
)

// The accounts that icacls knows by number in every language.
const (
	localSystem    = `"*S-1-5-18:F"`
	administrators = `"*S-1-5-32-544:F"`
)

// closeTo is the command that gives all rights to some, and takes those of others.
func closeTo(path string, others []string, grants ...string) string {
	c := "icacls.exe " + windowsPath(path) + " /inheritance:r"
	for _, g := range grants {
		c += " /grant:r " + g
	}
	for _, o := range others {
		c += " /remove " + windowsWord(o)
	}
	return c
}

// allTo are all rights for a user, as closeTo gives them.
func allTo(user string) string { return windowsWord(user + ":F") }

// elsewhere is what is left where a disk keeps no rights, as FAT.
const elsewhere = "; where the disk keeps no rights: move it to one of NTFS, into a folder of your own"

// windowsPath is a path in a command: icacls.exe takes / for the beginning of a flag.
func windowsPath(path string) string { return windowsWord(strings.ReplaceAll(path, "/", `\`)) }

// windowsWord is a word of a command: a path, or a user by name or, where an account is
// gone, by number. What could be more than a word is left for the reader to write.
func windowsWord(word string) string {
	number := strings.TrimPrefix(word, "*S-1-")
	if _, ok := safetext.WindowsWord(number); !ok {
		return "NAME"
	}
	return `"` + word + `"`
}

// checkRights is ssh's look at a private key file on Windows.
func (f KeyFile) checkRights(sys windowsSystem) (fix, msg string) {
	r, err := sys.Rights(f.Path, true)
	if err != nil {
		return "", ""
	}
	me, _ := sys.Caller()
	const refuses = "and ssh refuses it (UNPROTECTED PRIVATE KEY FILE)"
	switch {
	case r.None:
		return closeTo(f.Path, nil, allTo(me)) + elsewhere, "everybody may use the private key, " + refuses
	case r.Owner != "":
		return "takeown.exe /F " + windowsPath(f.Path), fmt.Sprintf("the file belongs to %s, %s", r.Owner, refuses)
	case len(r.Readers) > 0:
		return closeTo(f.Path, r.Readers, allTo(me)), fmt.Sprintf("%s may use the private key, %s", strings.Join(r.Readers, ", "), refuses)
	}
	return "", ""
}

// windowsFaults is what keeps sshd from a file of the caller's, or of the
// administrators; known is whether it is one of those.
func windowsFaults(sys windowsSystem, path, ownHome string) (faults []Fault, known bool, err error) {
	own := ownHome != "" && strings.EqualFold(filepath.Dir(path), filepath.Join(ownHome, ".ssh"))
	if !own && !strings.EqualFold(path, adminKeys) {
		return nil, false, nil
	}
	r, err := sys.Rights(path, own)
	if err != nil {
		return nil, false, err
	}
	me, admin := sys.Caller()
	if msg, fix := r.written(path, own, me); msg != "" {
		faults = append(faults, Fault{Code: "file-modes", Path: path, Msg: msg, Fix: fix})
	}
	if own && admin && adminsElsewhere(sys, me) {
		faults = append(faults, Fault{Code: "windows-admin-file", Path: path,
			Msg: fmt.Sprintf("%s is an administrator: sshd here looks into %s, not into the home", me, adminKeys),
			Fix: "as an administrator: keyconv add --key KEYFILE " + windowsWord(adminKeys)})
	}
	return faults, true, nil
}

// written tells who may write to a keys file and should not, and what mends it.
func (r Rights) written(path string, own bool, me string) (msg, fix string) {
	grants, take := []string{localSystem, administrators}, " /A" // for all administrators
	if own {
		grants, take = []string{allTo(me), localSystem}, ""
	}
	switch {
	case r.None:
		return "everybody may write to " + path, closeTo(path, nil, grants...) + elsewhere
	case r.Owner != "":
		return fmt.Sprintf("%s belongs to %s", path, r.Owner), "takeown.exe /F " + windowsPath(path) + take
	case len(r.Writers) > 0:
		return fmt.Sprintf("%s may write to %s", strings.Join(r.Writers, ", "), path), closeTo(path, r.Writers, grants...)
	}
	return "", ""
}

// adminsElsewhere reports whether sshd is there and has the administrators' keys in
// their own file, as its sshd_config has it at first. It knows a user of the machine
// without its name, and names in any case.
func adminsElsewhere(sys System, user string) bool {
	_, name, _ := strings.Cut(strings.ToLower(user), `\`)
	c := Connection{User: cmp.Or(name, user), Groups: []string{"administrators", "Administrators"}}
	values, err := ReadConfig(sys, windowsConfig, c)
	return err == nil && slices.ContainsFunc(values["authorizedkeysfile"], func(file string) bool {
		return strings.Contains(strings.ToLower(file), "administrators_authorized_keys")
	})
}

// checkSystem ends the walk where it does not know the way.
func (w *walk) checkSystem() bool {
	if w.sys.EffectiveUser() >= 0 {
		return true
	}
	w.Unknown = true
	w.unseen("keyconv check --key KEYFILE says which line lets the key in, and keyconv explain what sshd's log says",
		"this is Windows, and doctor knows the way of sshd on Unix alone")
	w.note("windows", closeTo(adminKeys, nil, administrators, localSystem),
		"on Windows the keys of administrators stand in %s, not in the home; nobody but Administrators and SYSTEM may have rights on it", adminKeys)
	return false
}
