//go:build unix

package doctor

import (
	"io/fs"
	"os/exec"
	"syscall"
)

func ownerOf(fi fs.FileInfo) (uid, gid int) {
	if s, ok := fi.Sys().(*syscall.Stat_t); ok {
		return int(s.Uid), int(s.Gid)
	}
	return -1, -1
}

// runAs has a program run as sshd runs AuthorizedKeysCommand: under another
// user, with a bare environment (subprocess in OpenSSH's misc.c).
func runAs(cmd *exec.Cmd, a *Account) {
	c := &syscall.Credential{Uid: uint32(a.UID), Gid: uint32(a.GID)}
	for _, g := range a.Groups {
		c.Groups = append(c.Groups, uint32(g.GID))
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: c}
	cmd.Dir = "/"
	cmd.Env = []string{"PATH=/usr/bin:/bin:/usr/sbin:/sbin", "USER=" + a.Name, "LOGNAME=" + a.Name, "HOME=" + a.Home}
}
