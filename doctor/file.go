package doctor

import (
	"path/filepath"
	"strings"
	"sync"

	"github.com/keyconv/keyconv/authkeys"
)

// AccountOf is the account in whose home an authorized_keys file lies, by the
// path alone: HOME/.ssh/NAME. passwd goes before the caller's own home, which
// may be another than passwd says: sudo often leaves HOME as it was. nil is
// no account's.
func AccountOf(sys System, path, ownHome string) *Account {
	dir := filepath.Dir(path)
	if filepath.Base(dir) != ".ssh" {
		return nil
	}
	home := filepath.Dir(dir)
	me, err := FindAccount(sys, userName(sys, sys.EffectiveUser()))
	if err == nil && me.Home == home {
		return me
	}
	for f := range database(sys, "passwd") {
		if len(f) > 5 && f[5] == home {
			if a, err := FindAccount(sys, f[0]); err == nil {
				return a
			}
		}
	}
	if err != nil || home != ownHome {
		return nil
	}
	me.Home = home
	return me
}

// A KeysFile is an authorized_keys file as sshd comes upon it.
type KeysFile struct {
	Account *Account // in whose ~/.ssh it is; nil for nobody's, and on Windows
	Faults  []Fault  // for which sshd passes over it
	Judged  bool     // false where nobody knows whose it is
}

// FindKeysFile looks at what is around the file at an absolute path, of which
// ownHome is the caller's home.
func FindKeysFile(sys System, path, ownHome string, server Server) (f KeysFile, err error) {
	if windows, ok := sys.(windowsSystem); ok {
		f.Faults, f.Judged, err = windowsFaults(windows, path, ownHome)
		return f, err
	}
	if f.Account = AccountOf(sys, path, ownHome); f.Account == nil {
		return f, nil
	}
	f.Faults, err = Faults(sys, path, f.Account, server.Lenient)
	f.Judged = true
	return f, err
}

// A Server is the sshd of this machine. It is run once, when something is asked: that
// takes as long as all of a small file. The zero value knows nothing of it.
type Server struct {
	release func() (v authkeys.Version, lenient bool)
}

// NewServer has not run it yet.
func NewServer(sys System) Server {
	return Server{sync.OnceValues(func() (authkeys.Version, bool) {
		_, release := findSshd(sys, "")
		return readRelease(release)
	})}
}

// Version is that of OpenSSH; the zero value is not known.
func (s Server) Version() authkeys.Version {
	if s.release == nil {
		return authkeys.Version{}
	}
	v, _ := s.release()
	return v
}

// Lenient reports whether it has Debian's patch about private groups.
func (s Server) Lenient() bool {
	if s.release == nil {
		return false
	}
	_, lenient := s.release()
	return lenient
}

// readRelease takes apart what sshd calls itself.
func readRelease(release string) (v authkeys.Version, lenient bool) {
	if m := version.Compiled().FindStringSubmatch(release); m != nil {
		v = authkeys.Version{Major: number(m[1]), Minor: number(m[2])}
	}
	return v, strings.Contains(release, "Debian") || strings.Contains(release, "Ubuntu")
}
