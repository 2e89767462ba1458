package main

import (
	"os"
	"os/signal"
	"sync"
)

// exit is how the program ends early: by Ctrl-C. It waits until no output is
// half written and gives the terminal back as it was.
type exit struct {
	writes  sync.RWMutex // held for reading while a temporary file is there
	mu      sync.Mutex
	restore func()
}

// hold keeps the program from ending until the function it returns is called.
func (x *exit) hold() (release func()) {
	x.writes.RLock()
	return x.writes.RUnlock
}

// first has f called before the program ends, until the function that it
// returns is called.
func (x *exit) first(f func()) (forget func()) {
	set := func(f func()) {
		x.mu.Lock()
		defer x.mu.Unlock()
		x.restore = f
	}
	set(f)
	return func() { set(nil) }
}

// onInterrupt ends the program on Ctrl-C, until the function that it returns
// is called.
func (x *exit) onInterrupt() (stop func()) {
	interrupt := make(chan os.Signal, 1)
	done := make(chan struct{})
	signal.Notify(interrupt, os.Interrupt)
	go func() {
		select {
		case <-interrupt:
			x.writes.Lock()
			x.mu.Lock()
			if x.restore != nil {
				x.restore()
			}
			os.Exit(exitFound)
		case <-done:
		}
	}()
	return func() {
		signal.Stop(interrupt)
		close(done)
	}
}
