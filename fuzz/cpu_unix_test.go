//go:build unix

package fuzz

import (
	"syscall"
	"time"
)

// cpuTime is what this process has used, so that a loaded machine does not
// spoil the figures.
func cpuTime() time.Duration {
	var r syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &r) != nil {
		return 0
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}
