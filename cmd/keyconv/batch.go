package main

import (
	"encoding/json"
	"io"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"github.com/keyconv/keyconv"
	"github.com/schollz/progressbar/v3"
)

// all converts every input, as many at a time as there are cores. A failure is
// reported and the others go on.
func (v *conversion) all(files []string) error {
	bar := v.progress(len(files))
	names := make(chan string)
	var failed sync.Once
	var err error
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(files)) {
		wg.Go(func() {
			for name := range names {
				if e := caught(func() error { return v.file(name) }); e != nil {
					v.failure(name, e)
					failed.Do(func() { err = errReported })
				}
				bar.Add(1)
			}
		})
	}
	for _, name := range files {
		names <- name
	}
	close(names)
	wg.Wait()
	bar.Finish()
	return err
}

// progress is a bar on a terminal once it takes over a second; elsewhere it is
// never seen.
func (v *conversion) progress(total int) *progressbar.ProgressBar {
	var w io.Writer = io.Discard
	if total > 1 && isTerminal(v.stderr) && !v.quiet {
		w = &late{w: v.stderr, from: time.Now().Add(time.Second)}
	}
	return progressbar.NewOptions(total, progressbar.OptionSetWriter(w), progressbar.OptionClearOnFinish(), progressbar.OptionShowCount(),
		progressbar.OptionSetDescription("converting"), progressbar.OptionThrottle(100*time.Millisecond))
}

// late drops what is written before its time.
type late struct {
	w    io.Writer
	from time.Time
}

func (l *late) Write(p []byte) (int, error) {
	if time.Now().Before(l.from) {
		return len(p), nil
	}
	return l.w.Write(p)
}

// file converts one input.
func (v *conversion) file(name string) error {
	data, err := v.read(name)
	if err != nil {
		return err
	}
	defer clear(data)
	o := v.options
	o.Passphrase = func() ([]byte, error) { return v.secrets.old(name) }
	res, err := keyconv.Convert(data, v.c.String("to"), &o)
	if err != nil {
		return err
	}
	defer clear(res.Data)
	v.findings(name, res.Findings)
	return v.deliver(name, res)
}

// claim reserves the name of an output: two inputs of one batch must not write
// the same file, with --force or without.
func (v *conversion) claim(target, input string) error {
	target = filepath.Clean(target)
	if other, taken := v.claimed.LoadOrStore(target, input); taken {
		return hint("its output "+target+" is that of "+other.(string)+" too", "convert it by itself, with -o")
	}
	return nil
}

func (v *conversion) failure(name string, err error) {
	v.problem(name, err)
	if v.c.Bool("json") {
		v.encode(conversionReport{File: name, Error: err.Error(), Hint: v.hintOf(err)})
	}
}

// encode prints one line of JSON.
func (v *conversion) encode(r conversionReport) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	return json.NewEncoder(escaped{v.stdout}).Encode(r)
}
