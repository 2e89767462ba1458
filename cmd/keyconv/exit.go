package main

import (
	"os"
	"os/signal"
	"sync"
	"time"
)

// exit is how the program ends early: by Ctrl-C. It waits until no output is
// half written and gives the terminal back as it was, and then leaves the end to
// the system, as it does where there is nothing to undo: the shell is to see that
// the program was interrupted.
type exit struct {
	writes    sync.RWMutex // held for reading while a temporary file is there
	mu        sync.Mutex
	restore   func()
	interrupt chan os.Signal // nil until the first hold or first
}

// hold keeps the program from ending until the function it returns is called.
func (x *exit) hold() (release func()) {
	x.watch()
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
	x.watch()
	return func() { set(nil) }
}

// watch ends the program on Ctrl-C from now on.
func (x *exit) watch() {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.interrupt != nil {
		return
	}
	interrupt := make(chan os.Signal, 1)
	x.interrupt = interrupt
	signal.Notify(interrupt, os.Interrupt)
	go func() {
		if _, ok := <-interrupt; ok {
			x.end()
		}
	}()
}

func (x *exit) end() {
	x.writes.Lock()
	x.mu.Lock()
	if x.restore != nil {
		x.restore()
	}
	signal.Reset(os.Interrupt)
	if self, err := os.FindProcess(os.Getpid()); err == nil && self.Signal(os.Interrupt) == nil {
		time.Sleep(time.Second) // it is on its way; Windows has none
	}
	os.Exit(exitFound)
}

// unwatch leaves Ctrl-C to the system again.
func (x *exit) unwatch() {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.interrupt != nil {
		signal.Stop(x.interrupt)
		close(x.interrupt)
		x.interrupt = nil
	}
}
