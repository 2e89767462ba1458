package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/internal/safetext"
	"github.com/keyconv/keyconv/sshkey"
	"github.com/schollz/progressbar/v3"
)

// A job is an input on its way. Any core converts it and writes it; which output
// it gets, and what is said of it, is decided in the order of the inputs, so that
// two runs say and do the same.
type job struct {
	name   string
	res    *keyconv.Result
	target string // "" or "-" is standard output
	err    error
	done   chan struct{} // has one when the work of a stage is done
}

// all converts every input, as many at a time as there are cores. A failure is
// reported and the others go on; of a single input, that the command line was
// wrong may come out as late as this.
func (v *conversion) all(files []string) (err error) {
	bar := v.progress(len(files))
	inputs := make(chan *job)
	go func() {
		defer close(inputs)
		for _, name := range files {
			inputs <- &job{name: name, done: make(chan struct{}, 1)}
		}
	}()
	cores := min(runtime.GOMAXPROCS(0), len(files))
	named := each(inOrder(inputs, cores, v.convert), v.choose)
	for j := range inOrder(named, cores, v.save) {
		<-j.done
		if e := v.tell(j); len(files) == 1 && isUsage(e) {
			err = e
		} else if e != nil {
			v.failure(j.name, e)
			err = errReported
		}
		bar.Add(1)
	}
	bar.Finish()
	return err
}

// ahead is how many jobs a core may be done with while an earlier one is not.
const ahead = 64

// inOrder gives the jobs to the cores and passes them on in the order in which they
// came, each done or about to be.
func inOrder(in <-chan *job, cores int, work func(*job) error) <-chan *job {
	todo, out := make(chan *job), make(chan *job, ahead*cores)
	for range cores {
		go func() {
			for j := range todo {
				j.try(work)
				j.done <- struct{}{}
			}
		}()
	}
	go func() {
		defer close(todo)
		defer close(out)
		for j := range in {
			out <- j
			todo <- j
		}
	}()
	return out
}

// each waits for every job and does a bit of work on it, one after the other.
func each(in <-chan *job, work func(*job) error) <-chan *job {
	out := make(chan *job)
	go func() {
		defer close(out)
		for j := range in {
			<-j.done
			j.try(work)
			out <- j
		}
	}()
	return out
}

// try does work on a job that has not failed.
func (j *job) try(work func(*job) error) {
	if j.err == nil {
		j.err = caught(func() error { return work(j) })
	}
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

// convert reads and converts.
func (v *conversion) convert(j *job) error {
	data, err := v.read(j.name)
	if err != nil {
		return err
	}
	defer clear(data)
	o := v.options
	err = v.secrets.try(j.name, func(ask func() ([]byte, error)) (err error) {
		o.Passphrase = ask
		j.res, err = keyconv.Convert(data, v.c.String("to"), &o)
		return err
	})
	if errors.Is(err, keyconv.ErrNotProtected) {
		return cmp.Or(v.protects(&keyconv.Result{Private: true}), err)
	}
	if u, ok := errors.AsType[*sshkey.UnsupportedError](err); ok && u.Chosen { // --cipher
		return usageError{err}
	}
	if err != nil {
		return err
	}
	return v.fits(j.res)
}

// choose gives the output its name: two inputs of one batch must not write the
// same file, with --force or without, and the first one has it.
func (v *conversion) choose(j *job) error {
	j.target = v.c.String("output")
	if dir := v.c.String("output-dir"); dir != "" {
		j.target = inFolder(dir, outputName(j.name, j.res.To.Ending))
		if input, is := v.inputAt(j.target); is {
			return hint("its output "+j.target+" would replace the input "+input, "choose another --output-dir")
		}
	}
	if !j.toStdout() && !j.res.Private && j.res.From.Private && v.reads(j.name, j.target) {
		return hint("the public half would replace the file of the private key, which would be lost", "choose another name: "+safetext.ShellWord(j.target+".pub"))
	}
	if other, taken := v.claimed[asNamed(j.target)]; taken {
		return hint("its output "+j.target+" is that of "+other+" too", "convert it by itself, with -o")
	}
	v.claimed[asNamed(j.target)] = j.name
	return nil
}

// asNamed is one name for all that mean the same file where case does not count.
func asNamed(name string) string {
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		return strings.ToLower(name)
	}
	return name
}

// inFolder is filepath.Join, but for "..", which is meant behind a link.
func inFolder(dir, name string) string {
	if strings.Contains(dir, "..") {
		return strings.TrimRight(filepath.ToSlash(dir), "/") + "/" + name
	}
	return filepath.Join(dir, name)
}

// inputAt is the input that a name leads to: an output of a batch must not take the
// place of one, which may be read later, or be the only copy.
func (v *conversion) inputAt(target string) (input string, is bool) {
	if !exists(target) {
		return "", false
	}
	if v.sources == nil {
		v.sources = map[string]string{}
		for _, name := range inputs(v.c) {
			v.sources[resolved(name)] = name
		}
	}
	input, is = v.sources[resolved(target)]
	return input, is
}

// reads reports whether an input is the file target, by its name or as standard input.
func (v *conversion) reads(input, target string) bool {
	there, err := os.Stat(target)
	if err != nil {
		return false
	}
	if input != "-" {
		return resolved(target) == resolved(input)
	}
	in, ok := v.stdin.(*os.File)
	if !ok {
		return false
	}
	here, err := in.Stat()
	return err == nil && os.SameFile(here, there)
}

// resolved is the path of a file without links, where it can be told.
func resolved(name string) string {
	path, err := filepath.EvalSymlinks(name)
	if err != nil {
		path = name
	}
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

// save writes the file.
func (v *conversion) save(j *job) error {
	if j.toStdout() {
		return nil
	}
	out := output{name: j.target, private: j.res.Private, force: v.c.Bool("force"), dryRun: v.c.Bool("dry-run")}
	if err := v.put(out, j.res.Data); err != nil {
		return fmt.Errorf("%s: %w", j.target, err)
	}
	return nil
}

func (j *job) toStdout() bool { return j.target == "" || j.target == "-" }

// tell says what became of a job, and prints a result that goes to standard
// output.
func (v *conversion) tell(j *job) error {
	if j.res != nil {
		defer clear(j.res.Data)
	}
	if j.res != nil && !isUsage(j.err) {
		v.findings(j.name, j.res.Findings)
	}
	return caught(func() error {
		switch {
		case j.err != nil:
			return j.err
		case j.toStdout():
			return v.toStdout(j.name, j.target, j.res)
		}
		return v.report(j.name, j.target, j.res)
	})
}

func (v *conversion) failure(name string, err error) {
	v.problem(name, err)
	if v.c.Bool("json") {
		v.encode(conversionReport{File: name, Error: err.Error(), Hint: v.nextStep(err)})
	}
}

// encode prints one line of JSON.
func (v *conversion) encode(r conversionReport) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	return json.NewEncoder(escaped{v.stdout}).Encode(r)
}
