//go:build unix

package safefile

import (
	"io/fs"
	"syscall"
)

// noBlock keeps a FIFO that somebody puts in a file's place from hanging open.
const noBlock = syscall.O_NONBLOCK

func owner(info fs.FileInfo) (uid, gid int) {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return int(s.Uid), int(s.Gid)
	}
	return -1, -1
}

// links is how many names a file has.
func links(info fs.FileInfo) int {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return int(s.Nlink)
	}
	return 1
}
