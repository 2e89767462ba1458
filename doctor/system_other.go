//go:build !unix

package doctor

import (
	"io/fs"
	"os/exec"
)

func ownerOf(fs.FileInfo) (uid, gid int) { return -1, -1 }

func runAs(*exec.Cmd, *Account) {}
