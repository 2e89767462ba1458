package safefile

// What to do about a lock.
const (
	afterBusy   = "wait until it has ended"
	afterDenied = "run keyconv as an administrator, if the file is yours to change"
)
