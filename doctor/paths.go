package doctor

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/keyconv/keyconv/internal/safefile"
	"github.com/keyconv/keyconv/internal/safetext"
)

var errNotRegular = errors.New("not a regular file")

// tokens are those of a path of sshd_config.
func (a *Account) tokens() map[byte]string {
	return map[byte]string{'h': a.Home, 'u': a.Name, 'U': strconv.Itoa(a.UID)}
}

// expandPath puts the account into the tokens %h, %u, %U and %% of a path of
// sshd_config. A relative path begins at the home (expand_authorized_keys).
func expandPath(path string, a *Account) (string, error) {
	path, err := expandTokens(path, a.tokens())
	if err == nil && !strings.HasPrefix(path, "/") {
		path = a.Home + "/" + path
	}
	return path, err
}

// expandTokens is percent_expand. sshd ends where it does not know a token.
func expandTokens(text string, tokens map[byte]string) (string, error) {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] != '%' {
			b.WriteByte(text[i])
			continue
		}
		i++
		switch {
		case i == len(text):
			return "", fmt.Errorf("%q ends with a %%", text)
		case text[i] == '%':
			b.WriteByte('%')
		default:
			value, ok := tokens[text[i]]
			if !ok {
				return "", fmt.Errorf("%q has the unknown token %%%c", text, text[i])
			}
			b.WriteString(value)
		}
	}
	return b.String(), nil
}

// A Fault is a file or folder for which sshd passes over the keys in it.
type Fault struct {
	Code string // "file-unreadable", "file-modes", "folder-modes" or "windows-admin-file"
	Path string // as realpath gives it
	Msg  string
	Fix  string      // the command that mends it
	Mode fs.FileMode // what chmod should set, special bits too; 0 where another thing is wrong
}

// StrictModes does what sshd does under StrictModes yes (safe_path in
// OpenSSH's misc.c) with a file, its folder and all above up to the home, or up
// to / for a file outside. It returns all faults in sshd's order; sshd stops at
// the first. An account of nil is root's, and no home is stopped at, as for
// AuthorizedKeysCommand.
//
// Debian's and Ubuntu's sshd let the group write where the account is the only
// one in it; lenient says whether this one does, and is asked only where it matters.
func StrictModes(sys System, path string, a *Account, lenient func() bool) ([]Fault, error) {
	at, err := sys.RealPath(path)
	if err != nil {
		return nil, err
	}
	home := ""
	if a != nil {
		home, _ = sys.RealPath(a.Home)
	} else {
		a = &Account{Name: "root"}
	}
	s := strict{sys, a, home, lenient}
	var faults []Fault
	for file := true; ; file = false {
		if f, ok := s.check(at, file); !ok {
			faults = append(faults, f)
		}
		above := filepath.Dir(at)
		if at == above || at == home && !file {
			return faults, nil
		}
		at = above
	}
}

type strict struct {
	sys     System
	account *Account
	home    string
	lenient func() bool
}

func (s strict) check(path string, file bool) (f Fault, ok bool) {
	f = Fault{Code: "folder-modes", Path: path}
	if file {
		f.Code = "file-modes"
	}
	info, err := s.sys.Stat(path)
	switch {
	case err != nil:
		f.Msg = fmt.Sprintf("%s cannot be looked at: %v", path, safefile.Plain(err))
	case info.UID != 0 && info.UID != s.account.UID:
		f.Msg = fmt.Sprintf("%s belongs to user %s; sshd wants %s or root", path, userName(s.sys, info.UID), s.account.Name)
		f.Fix = "chown " + safetext.ShellWord(s.account.Name) + " " + safetext.ShellWord(path)
	case !s.writable(info):
		return f, true
	default:
		f.Msg = fmt.Sprintf("%s has mode %04o: %s", path, info.Mode.Perm(), whoWrites(info.Mode))
		f.Mode, f.Fix = s.mended(path, file, info)
	}
	return f, false
}

func whoWrites(mode fs.FileMode) string {
	if mode&0o002 != 0 {
		return "everybody may write to it"
	}
	return "a group may write to it"
}

// writable reports whether somebody else may write.
func (s strict) writable(info Info) bool {
	if info.Mode&0o022 == 0 {
		return false
	}
	return info.Mode&0o002 != 0 || !s.lenient() || !s.private(info)
}

// private is secure_permissions of Debian's patch user-group-modes: the group
// has exactly one member, and that is the account.
func (s strict) private(info Info) bool {
	members := 0
	for f := range database(s.sys, "passwd") {
		if len(f) < 4 || number(f[3]) != info.GID {
			continue
		}
		if members++; number(f[2]) != s.account.UID {
			return false
		}
	}
	known := allGroups(s.sys)
	for _, g := range known {
		if g.GID != info.GID {
			continue
		}
		owner := userName(s.sys, info.UID)
		if len(g.Members) > 1 || len(g.Members) == 1 && g.Members[0] != owner {
			return false
		}
		return members+len(g.Members) > 0
	}
	return false
}

// mended is the mode that is right: 600 and 700 for what is the account's own
// below its home, else what is there without the right to write for others. A
// folder that is meant for everybody, as /tmp is, stays as it is.
func (s strict) mended(path string, file bool, info Info) (mode fs.FileMode, fix string) {
	own := info.UID == s.account.UID && s.home != "" && strings.HasPrefix(path, s.home+"/")
	special := info.Mode & (fs.ModeSetuid | fs.ModeSetgid | fs.ModeSticky)
	switch {
	case own && file:
		return 0o600, chmodCommand(0o600, path)
	case own:
		return special | 0o700, chmodCommand(0o700, path)
	case info.Mode&fs.ModeSticky != 0 && info.Mode&0o002 != 0:
		return 0, "keep the keys in another folder: this one is meant for everybody"
	}
	return special | info.Mode.Perm()&^0o022, "chmod go-w " + safetext.ShellWord(path)
}

func chmodCommand(mode fs.FileMode, path string) string {
	return fmt.Sprintf("chmod %o %s", mode, safetext.ShellWord(path))
}

// Faults returns what keeps sshd from reading a file of an account, in its order: the
// account cannot open it, or StrictModes.
func Faults(sys System, path string, a *Account, lenient func() bool) ([]Fault, error) {
	faults, err := StrictModes(sys, path, a, lenient)
	if blocked, ok := readable(sys, path, a); !ok {
		f := unreadable(sys, path, blocked, a)
		for i := range faults { // what mends a second fault of it keeps the right to read
			if faults[i].Path == f.Path && faults[i].Mode != 0 {
				faults[i].Mode |= f.Mode & 0o700
			}
		}
		faults = append([]Fault{f}, faults...)
	}
	return faults, err
}

// unreadable is the fault of a path that the account cannot read for what is blocked. The
// file is given to the user where it lies in the home, and else opened to be read, as
// sshd_config has it for files of root's.
func unreadable(sys System, path, blocked string, a *Account) Fault {
	f := Fault{Code: "file-unreadable", Path: blocked,
		Msg: fmt.Sprintf("%s cannot read %s, and sshd reads it as that user: see the owner and mode of %s", a.Name, path, blocked)}
	info, err := sys.Stat(blocked)
	switch {
	case err == nil && info.UID == a.UID:
		f.Fix = "chmod u+rX " + safetext.ShellWord(blocked)
		f.Mode = info.Mode&(fs.ModePerm|fs.ModeSetuid|fs.ModeSetgid|fs.ModeSticky) | 0o400
		if info.Mode.IsDir() {
			f.Mode |= 0o100
		}
	case strings.HasPrefix(path, a.Home+"/"):
		f.Fix = "chown " + safetext.ShellWord(a.Name) + " " + safetext.ShellWord(blocked)
	default:
		f.Fix = "chmod a+rX " + safetext.ShellWord(blocked)
	}
	return f
}

// readable reports whether the account itself could open the path for reading,
// by the modes: sshd opens it under the account's number. It gives the first
// part that stands in the way, as far as the path exists.
func readable(sys System, path string, a *Account) (blocked string, ok bool) {
	real, err := sys.RealPath(path)
	if err != nil {
		real = path
	}
	for dir := filepath.Dir(real); ; dir = filepath.Dir(dir) {
		if info, err := sys.Stat(dir); err == nil && !a.may(info, 0o1) {
			blocked = dir // the highest one is what the kernel meets first
		}
		if dir == filepath.Dir(dir) {
			break
		}
	}
	if blocked != "" {
		return blocked, false
	}
	info, err := sys.Stat(real)
	return real, err != nil || a.may(info, 0o4)
}

// may asks the mode for a right: 4 to read, 1 to execute or pass.
func (a *Account) may(info Info, right fs.FileMode) bool {
	perm := info.Mode.Perm()
	switch {
	case a.UID == 0:
		return true
	case info.UID == a.UID:
		perm >>= 6
	case a.inGroup(info.GID):
		perm >>= 3
	}
	return perm&right != 0
}

// userName is the name of a user's number, or the number.
func userName(sys System, uid int) string {
	for f := range database(sys, "passwd", strconv.Itoa(uid)) {
		if len(f) > 2 && number(f[2]) == uid {
			return f[0]
		}
	}
	return strconv.Itoa(uid)
}
