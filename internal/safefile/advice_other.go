//go:build !windows

package safefile

// What to do about a lock.
const (
	afterBusy   = "wait until it has ended; fuser FILE tells which one it is"
	afterDenied = "the file is read-only; chmod u+w, if it is yours to change"
)
