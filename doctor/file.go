package doctor

import (
	"path/filepath"
	"strings"

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

// Server is the version of the sshd of this machine, and whether it has
// Debian's patch about private groups. The zero value is that there is none. It runs
// sshd, which takes as long as a small file.
func Server(sys System) (v authkeys.Version, lenient bool) {
	_, release := findSshd(sys, "")
	return readRelease(release)
}

// readRelease takes apart what sshd calls itself.
func readRelease(release string) (v authkeys.Version, lenient bool) {
	if m := version.Compiled().FindStringSubmatch(release); m != nil {
		v = authkeys.Version{Major: number(m[1]), Minor: number(m[2])}
	}
	return v, strings.Contains(release, "Debian") || strings.Contains(release, "Ubuntu")
}
