package main

import (
	"os"
	"os/signal"
	"sync"
	"time"
)

// exit is how the program ends early: by Ctrl-C, or by another signal that asks
// for its end. It waits until no output is half written and gives the terminal
// back as it was, and then leaves the end to the system, as it does where there
// is nothing to undo: the shell is to see that the program was interrupted.
type exit struct {
	watched sync.Once
	writes  sync.RWMutex // held for reading while a temporary file is there
	mu      sync.Mutex
	restore func()
}

// hold keeps the program from ending until the function it returns is called.
func (x *exit) hold() (release func()) {
	x.watch()
	x.writes.RLock()
	return x.writes.RUnlock
}

// first does something that restore undoes, and has restore called before the program
// ends, until the function that it returns is called. A signal comes before both or
// behind both.
func (x *exit) first(do func() error, restore func()) (forget func(), err error) {
	x.watch()
	x.mu.Lock()
	defer x.mu.Unlock()
	if err := do(); err != nil {
		return nil, err
	}
	x.restore = restore
	return func() {
		x.mu.Lock()
		defer x.mu.Unlock()
		x.restore = nil
	}, nil
}

// again does once more what restore undoes, if there is anything. Once the program ends
// it does not return: the end and the resumption can come together.
func (x *exit) again(do func()) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.restore != nil {
		do()
	}
}

// watch ends the program in this way from now on. The start of the program does not
// wait for it, which is 0.5 ms; what is to be undone does.
func (x *exit) watch() { x.watched.Do(x.notify) }

// notify leaves out what nohup or the shell has the program ignore.
func (x *exit) notify() {
	signals := make(chan os.Signal, 1)
	for _, s := range endings {
		if !signal.Ignored(s) {
			signal.Notify(signals, s)
		}
	}
	go func() { x.end(<-signals) }()
}

func (x *exit) end(s os.Signal) {
	x.writes.Lock()
	x.mu.Lock()
	if x.restore != nil {
		x.restore()
	}
	if s == traced {
		os.Exit(tracedStatus)
	}
	signal.Reset(s)
	if self, err := os.FindProcess(os.Getpid()); err == nil && self.Signal(s) == nil {
		time.Sleep(time.Second) // it is on its way; Windows has none
	}
	os.Exit(exitFound)
}
