//go:build !unix

package safefile

import "io/fs"

const noBlock = 0

// owner has nothing to tell: a new file takes what its folder gives.
func owner(fs.FileInfo) (uid, gid int) { return -1, -1 }

// links cannot tell: what a FileInfo holds has no number of names here.
func links(fs.FileInfo) int { return 1 }
