//go:build unix

package servertest

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
)

func alive(pid int) bool { return syscall.Kill(pid, 0) != syscall.ESRCH }

func runAs(cmd *exec.Cmd, a account) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)}}
}

func ownerOf(info os.FileInfo) string {
	s := info.Sys().(*syscall.Stat_t)
	return fmt.Sprintf("%d:%d", s.Uid, s.Gid)
}
