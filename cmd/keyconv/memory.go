package main

import (
	"runtime"
	"runtime/debug"
)

// spared is how much memory the program may take before it collects garbage:
// nearly every run ends without. That is a twentieth of the time of a check of
// 300,000 lines.
const spared = 32 << 20

// spareCollections puts the first collection off until then, and leaves the later
// ones as they are.
func spareCollections() {
	percent := debug.SetGCPercent(-1)
	limit := debug.SetMemoryLimit(spared)
	runtime.AddCleanup(new([16]byte), func(int) {
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(limit)
	}, 0)
}
