package doctor

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// An Account is a line of passwd, and the groups it is in.
type Account struct {
	Name     string
	UID, GID int
	Home     string
	Shell    string
	Groups   []Group // the primary one first
}

// A Group is a line of group.
type Group struct {
	Name    string
	GID     int
	Members []string
}

// ErrNoAccount is the error where there is no account of that name.
var ErrNoAccount = errors.New("there is no such account")

// FindAccount looks an account up, in LDAP and the like too where getent is
// there.
func FindAccount(sys System, name string) (*Account, error) {
	for fields := range database(sys, "passwd", name) {
		if len(fields) < 7 || fields[0] != name {
			continue
		}
		a := &Account{Name: name, UID: number(fields[2]), GID: number(fields[3]), Home: fields[5], Shell: fields[6]}
		a.Groups = groupsOf(sys, a)
		return a, nil
	}
	return nil, ErrNoAccount
}

// database yields the lines of passwd, group or shadow; with a key, those that
// getent has for it.
func database(sys System, name string, key ...string) func(func([]string) bool) {
	return func(yield func([]string) bool) {
		text, err := sys.Run(Command{Name: "getent", Args: append([]string{"--", name}, key...)})
		var exit *ExitError
		if err != nil && !errors.As(err, &exit) { // there is no getent
			text, _ = sys.ReadFile("/etc/" + name)
		}
		for line := range strings.Lines(string(text)) {
			if !yield(strings.Split(strings.TrimSuffix(line, "\n"), ":")) {
				return
			}
		}
	}
}

// HasService reports whether the machine knows a TCP service by name, as getservbyname
// does.
func HasService(sys System, name string) bool {
	out, err := sys.Run(Command{Name: "getent", Args: []string{"--", "services", name + "/tcp"}})
	var exit *ExitError
	if err == nil || errors.As(err, &exit) {
		return err == nil && len(out) > 0
	}
	text, _ := sys.ReadFile("/etc/services") // there is no getent
	for line := range strings.Lines(string(text)) {
		line, _, _ = strings.Cut(line, "#")
		if f := strings.Fields(line); len(f) > 1 && strings.HasSuffix(f[1], "/tcp") && (f[0] == name || slices.Contains(f[2:], name)) {
			return true
		}
	}
	return false
}

func number(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return -1
	}
	return n
}

func allGroups(sys System) (list []Group) {
	for fields := range database(sys, "group") {
		if len(fields) < 4 {
			continue
		}
		g := Group{Name: fields[0], GID: number(fields[2])}
		if fields[3] != "" {
			g.Members = strings.Split(fields[3], ",")
		}
		list = append(list, g)
	}
	return list
}

// groupsOf is getgrouplist: the primary group and those that list the user.
// Groups of LDAP come by id(1), which asks for this user alone.
func groupsOf(sys System, a *Account) (list []Group) {
	numbers := []int{a.GID}
	text, err := sys.Run(Command{Name: "id", Args: []string{"-G", "--", a.Name}})
	for _, word := range strings.Fields(string(text)) {
		if gid := number(word); err == nil && gid != a.GID {
			numbers = append(numbers, gid)
		}
	}
	known := allGroups(sys)
	for _, g := range known {
		if err != nil && g.GID != a.GID && slices.Contains(g.Members, a.Name) {
			numbers = append(numbers, g.GID)
		}
	}
	for _, gid := range numbers {
		list = append(list, groupOf(sys, known, gid))
	}
	return list
}

func groupOf(sys System, known []Group, gid int) Group {
	if i := slices.IndexFunc(known, func(g Group) bool { return g.GID == gid }); i >= 0 {
		return known[i]
	}
	for fields := range database(sys, "group", strconv.Itoa(gid)) {
		if len(fields) > 2 {
			return Group{Name: fields[0], GID: gid}
		}
	}
	return Group{GID: gid}
}

// inGroup reports whether the account is in the group of that number.
func (a *Account) inGroup(gid int) bool {
	return slices.ContainsFunc(a.Groups, func(g Group) bool { return g.GID == gid })
}

// A shadow is what /etc/shadow says about an account. Days count from 1970;
// -1 is never.
type shadow struct {
	password                      string
	changed, most, grace, expires int // of the password, but for the last
}

// findShadow reads the account's line. Only root may; the error says so.
func findShadow(sys System, name string) (*shadow, error) {
	text, err := sys.ReadFile("/etc/shadow")
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(text)) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), ":")
		if len(f) >= 8 && f[0] == name {
			return &shadow{f[1], number(f[2]), number(f[4]), number(f[6]), number(f[7])}, nil
		}
	}
	return nil, fs.ErrNotExist
}

// locked is LOCKED_PASSWD_PREFIX on Linux.
func (s *shadow) locked() bool { return strings.HasPrefix(s.password, "!") }

func today(now time.Time) int { return int(now.Unix() / int64(24*time.Hour/time.Second)) }

// expired is auth_shadow_acctexpired.
func (s *shadow) expired(now time.Time) bool { return s.expires >= 0 && today(now) > s.expires }

// judged is check_shadow_expiry of pam_unix: the account has expired, or its
// password is so old that it counts as expired, or a new one is asked for.
func (s *shadow) judged(now time.Time) (expired, tooOld, renew bool) {
	age := today(now) - s.changed
	old := s.changed > 0 && s.most >= 0 && age > s.most
	return s.expires >= 0 && today(now) >= s.expires, old && s.grace >= 0 && age > s.most+s.grace, old || s.changed == 0
}

// shell is the one that sshd runs; an empty field is /bin/sh.
func (a *Account) shell() string {
	if a.Shell == "" {
		return "/bin/sh"
	}
	return a.Shell
}

// turnsAway reports whether the shell is one that ends every session.
func (a *Account) turnsAway() bool {
	switch filepath.Base(a.shell()) {
	case "nologin", "false":
		return true
	}
	return false
}

// checkShell is what allowed_user asks of a shell.
func (a *Account) checkShell(sys System) (code, msg string) {
	info, err := sys.Stat(a.shell())
	switch {
	case err != nil:
		return "shell-missing", fmt.Sprintf("the shell %q of %s does not exist", a.shell(), a.Name)
	case !info.Mode.IsRegular() || info.Mode&0o111 == 0:
		return "shell-not-executable", fmt.Sprintf("the shell %q of %s cannot be executed", a.shell(), a.Name)
	}
	return "", ""
}
