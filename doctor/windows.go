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
}

// Where OpenSSH for Windows keeps what it has in /etc/ssh elsewhere, and the
// keys of all administrators.
const (
	windowsConfig = `C:\ProgramData\ssh\sshd_config`
	adminKeys     = `C:\ProgramData\ssh\administrators_authorized_keys`
)

// The accounts that icacls knows by number in every language.
const (
	localSystem    = "*S-1-5-18"
	administrators = "*S-1-5-32-544"
)

// closeTo is the command that leaves a file to some, and the others without.
func closeTo(path string, others []string, users ...string) string {
	c := "icacls.exe " + windowsWord(path) + " /inheritance:r"
	for _, u := range users {
		c += " /grant:r " + windowsWord(u+":F")
	}
	for _, o := range others {
		c += " /remove " + windowsWord(o)
	}
	return c
}

// take is the command that makes a file the caller's own.
func take(path string) string { return "takeown.exe /F " + windowsWord(path) }

// windowsWord is a word of a command. What could be more than a word is left for
// the reader to write.
func windowsWord(word string) string {
	quoted, ok := safetext.WindowsWord(strings.ReplaceAll(word, "/", `\`))
	if !ok {
		return "NAME"
	}
	return quoted
}

// checkRights is ssh's look at a private key file on Windows.
func (f KeyFile) checkRights(sys windowsSystem) (fix, msg string) {
	r, err := sys.Rights(f.Path, true)
	if err != nil {
		return "", ""
	}
	me, _ := sys.Caller()
	switch {
	case r.Owner != "":
		return take(f.Path), fmt.Sprintf("the file belongs to %s, and ssh refuses it (Bad owner)", r.Owner)
	case len(r.Readers) > 0:
		return closeTo(f.Path, r.Readers, me), fmt.Sprintf("%s may use the private key, and ssh refuses it (UNPROTECTED PRIVATE KEY FILE)", strings.Join(r.Readers, ", "))
	}
	return "", ""
}

// windowsFaults is what keeps sshd from a file of the caller's, or of the
// administrators; known is whether it is one of those.
func windowsFaults(sys windowsSystem, path, ownHome string) (faults []Fault, known bool) {
	own := ownHome != "" && filepath.Dir(path) == filepath.Join(ownHome, ".ssh")
	if !own && !strings.EqualFold(path, adminKeys) {
		return nil, false
	}
	me, admin := sys.Caller()
	users := []string{localSystem, administrators}
	if own {
		users = []string{me, localSystem}
	}
	r, err := sys.Rights(path, own)
	if err != nil {
		return nil, false
	}
	if r.Owner != "" || len(r.Writers) > 0 {
		who := cmp.Or(r.Owner, strings.Join(r.Writers, ", "))
		fix := closeTo(path, r.Writers, users...)
		if r.Owner != "" {
			fix = take(path)
		}
		faults = append(faults, Fault{Code: "file-modes", Path: path, Msg: fmt.Sprintf("%s may write to %s", who, path), Fix: fix})
	}
	if own && admin && adminsElsewhere(sys, me) {
		faults = append(faults, Fault{Code: "windows-admin-file", Path: path,
			Msg: fmt.Sprintf("%s is an administrator: sshd here looks into %s, not into the home", me, adminKeys),
			Fix: "as an administrator: keyconv add --key KEYFILE " + windowsWord(adminKeys)})
	}
	return faults, true
}

// adminsElsewhere reports whether sshd is there and has the administrators' keys in
// their own file, as its sshd_config has it at first.
func adminsElsewhere(sys System, user string) bool {
	values, err := ReadConfig(sys, windowsConfig, Connection{User: strings.ToLower(user), Groups: []string{"administrators"}})
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
