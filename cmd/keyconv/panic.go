package main

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
)

// caught runs f and makes an error of a panic: the others of a batch go on, and
// nothing is printed but the places in the program. The trace of the runtime
// would show the arguments of functions, and numbers of a key can be among
// them.
func caught(f func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = hint("internal error: "+panicText(r)+" at "+strings.Join(panicPlaces(), ", "), "this is a fault of keyconv; please report this line, and never send the key")
		}
	}()
	return f()
}

// panicText is the message of the runtime's own errors; another value may hold
// anything.
func panicText(r any) string {
	if err, ok := r.(runtime.Error); ok {
		return err.Error()
	}
	return fmt.Sprintf("a panic of type %T", r)
}

// panicPlaces are the innermost functions, by file and line.
func panicPlaces() (places []string) {
	const most = 5
	var callers [64]uintptr
	frames := runtime.CallersFrames(callers[:runtime.Callers(4, callers[:])])
	for len(places) < most {
		frame, more := frames.Next()
		if !strings.HasPrefix(frame.Function, "runtime.") && frame.File != "" {
			places = append(places, fmt.Sprintf("%s:%d", filepath.Base(frame.File), frame.Line))
		}
		if !more {
			break
		}
	}
	return places
}
