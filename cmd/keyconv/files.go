package main

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/internal/safefile"
	"github.com/keyconv/keyconv/internal/safetext"
	"github.com/keyconv/keyconv/sshkey"
	"golang.org/x/term"
)

// read gives the bytes of a file, or of standard input for "-", up to the
// limit of the library.
func (e *env) read(name string) ([]byte, error) { return e.readUpTo(name, keyconv.MaxInput) }

func (e *env) readUpTo(name string, most int) ([]byte, error) {
	r, err := e.open(name)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	data, err := readAll(io.LimitReader(r, int64(most)+1), make([]byte, 0, min(sizeOf(r), most+1)+bytes.MinRead))
	if err == nil {
		err = sshkey.Bound("bytes of input", uint64(len(data)), most)
	}
	return data, safefile.Plain(err)
}

// sizeOf is that of a regular file; 0 for anything else.
func sizeOf(r any) int {
	f, ok := r.(interface{ Stat() (fs.FileInfo, error) })
	if !ok {
		return 0
	}
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return 0
	}
	return int(min(info.Size(), math.MaxInt32))
}

// readAll is io.ReadAll that leaves no copies of what may be a private key
// behind when its buffer grows.
func readAll(r io.Reader, buf []byte) ([]byte, error) {
	for {
		if len(buf) == cap(buf) {
			larger := append(make([]byte, 0, 2*cap(buf)+bytes.MinRead), buf...)
			clear(buf)
			buf = larger
		}
		n, err := r.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		if err == io.EOF {
			return buf, nil
		}
		if err != nil {
			return buf, err
		}
	}
}

// open opens a file, or standard input for "-".
func (e *env) open(name string) (io.ReadCloser, error) {
	if name != "-" {
		return openFile(name)
	}
	if isTerminal(e.stdin) {
		e.note("reading standard input; paste, then end with " + endOfInput)
	}
	return io.NopCloser(e.stdin), nil
}

// openFile opens a file to read. Windows opens a folder as one, and says
// something dark when it is read.
func openFile(name string) (*os.File, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, sshkey.WithHint(safefile.Plain(err), afterOpening(name, err))
	}
	if info, err := f.Stat(); err == nil && info.IsDir() {
		f.Close()
		return nil, hint("is a directory", "name a file in it")
	}
	return f, nil
}

// afterOpening is the next step where a file cannot be opened.
func afterOpening(name string, err error) string {
	full, absErr := filepath.Abs(name)
	if absErr != nil {
		full = name
	}
	if errors.Is(err, fs.ErrPermission) {
		return "only its owner can let you read it; it is " + full
	}
	switch {
	case name == "":
		return "the name is empty: if it is a variable of the shell, it is not set"
	case unexpanded(name) != "" && errors.Is(err, fs.ErrNotExist):
		return unexpanded(name)
	case isPublicText(name):
		return "this is a key, not the name of its file: " + throughInput
	case isDevice(name):
		return "it is the name of a device of Windows, and of no file"
	case isInUse(err):
		return "another program has the file open: close it; it is " + full
	case strings.ContainsAny(name, "*?"):
		return "no file matches " + full
	}
	return "keyconv looked for " + full + ": check name and folder; a name with spaces goes into quotes"
}

func isTerminal(stream any) bool {
	if r, ok := stream.(*results); ok {
		stream = r.w
	}
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

var errExists = sshkey.WithHint(errors.New("the file exists already"), "choose another name, or replace it with --force")

// An output is a file to be.
type output struct {
	name    string
	private bool // made with mode 0600
	force   bool // an existing file is replaced
	dryRun  bool
}

// write puts data into the file. Whatever goes wrong, either the whole file is
// there or what was there before; Ctrl-C does not end the program in between.
func (e *env) write(o output, data []byte) error {
	mode := safefile.Public
	if o.private {
		mode = safefile.Private
	}
	err := e.disk().Create(o.name, data, safefile.New{Mode: mode, Force: o.force, DryRun: o.dryRun})
	switch {
	case errors.Is(err, safefile.ErrNotRegular) && isFolder(o.name):
		return hint("it is a folder", "name a file in it, or write several with --output-dir")
	case errors.Is(err, fs.ErrExist):
		return errExists
	case errors.Is(err, fs.ErrNotExist) && unexpanded(o.name) != "":
		return sshkey.WithHint(safefile.Plain(err), unexpanded(o.name))
	case errors.Is(err, fs.ErrNotExist) && !isFolder(filepath.Dir(o.name)):
		return sshkey.WithHint(safefile.Plain(err), "make the folder first: mkdir "+safetext.ShellWord(filepath.Dir(o.name)))
	case errors.Is(err, fs.ErrPermission) && sshkey.Hint(err) == "":
		return sshkey.WithHint(safefile.Plain(err), "choose a folder that you may write to")
	case errors.Is(err, safefile.ErrNotRegular) && isDevice(o.name):
		return hint("it is the name of a device of Windows", "choose another name")
	case errors.Is(err, safefile.ErrNotRegular):
		return sshkey.WithHint(err, "a device or a pipe is not replaced, not even with --force; -o - writes to standard output, a terminal or a pipe too")
	}
	return safefile.Plain(err)
}

// unexpanded is the next step where a name begins with a home folder as shells write it,
// and means none of this folder, or with a variable of another shell of Windows.
func unexpanded(name string) string {
	first, _, below := strings.Cut(filepath.ToSlash(name), "/")
	switch {
	case !below || isFolder(first):
		return ""
	case strings.HasPrefix(first, "~"):
		return "the shell put no home folder in the place of ~: write a space in front of it, not =, or write the folder out"
	case strings.HasPrefix(first, "%") && strings.HasSuffix(first, "%") && runtime.GOOS == "windows":
		return "PowerShell puts nothing in the place of " + first + ": write $env:" + strings.Trim(first, "%")
	case strings.HasPrefix(strings.ToLower(first), "$env:") && runtime.GOOS == "windows":
		return "cmd puts nothing in the place of " + first + ": write %" + first[len("$env:"):] + "%"
	}
	return ""
}

// isDevice reports whether a name is one that Windows keeps for itself, such as CON or
// aux.txt.
func isDevice(name string) bool {
	base := filepath.Base(name)
	return runtime.GOOS == "windows" && !filepath.IsLocal(base) && strings.Trim(base, `.\/`) != "" && !strings.Contains(base, ":")
}

func isFolder(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

// linked tells of an edited file's further names, under which the old one stays.
func (e *env) linked(file string, res safefile.Result) {
	if res.Links > 0 {
		e.note("%s: the file has another name (hard links: %d), which keeps the old text: ln -f %s OTHER-NAME gives it the new one",
			file, res.Links, safetext.ShellWord(file))
	}
}

// disk is where files are written.
func (e *env) disk() safefile.Disk { return safefile.Disk{System: e.system, Hold: e.exit.hold} }
