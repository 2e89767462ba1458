package keytest

import (
	"os/exec"
	"syscall"
)

// dieWithParent has the kernel kill sshd when the test's process dies.
func dieWithParent(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
