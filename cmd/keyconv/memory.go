package main

import (
	"os"
	"runtime"
	"runtime/debug"
)

// spared is how much memory the program may take before it collects garbage; most
// runs end without. It saves 3 % of the time of normalize and check of 300,000
// lines: GOGC=100 keyconv check FILE, and without, shows it.
const spared = 32 << 20

// spareCollections puts the first collection off until then, and leaves the later
// ones as they are. Who sets the collector gets what was set.
func spareCollections() {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	percent := debug.SetGCPercent(-1)
	limit := debug.SetMemoryLimit(spared)
	runtime.AddCleanup(new([16]byte), func(int) {
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(limit)
	}, 0)
}
