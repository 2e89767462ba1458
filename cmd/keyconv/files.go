package main

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/sshkey"
	"golang.org/x/term"
)

// read gives the bytes of a file, or of standard input for "-", up to the
// limit of the library.
func (e *env) read(name string) ([]byte, error) {
	r, err := e.open(name)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, keyconv.MaxInput+1))
	if err == nil && len(data) > keyconv.MaxInput {
		err = &sshkey.LimitError{What: "bytes of input", Asked: uint64(len(data)), Limit: keyconv.MaxInput}
	}
	return data, plain(err)
}

// open opens a file, or standard input for "-".
func (e *env) open(name string) (io.ReadCloser, error) {
	if name != "-" {
		f, err := os.Open(name)
		return f, plain(err)
	}
	if isTerminal(e.stdin) {
		e.note("reading standard input; paste, then end with Ctrl-D")
	}
	return io.NopCloser(e.stdin), nil
}

// plain takes operation and path off an error: the message names the file
// already.
func plain(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	var l *os.LinkError
	if errors.As(err, &l) {
		return l.Err
	}
	return err
}

func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

var errExists = sshkey.WithHint(errors.New("the file exists already"), "choose another name, or replace it with --force")

// An output is a file to be: a temporary one beside it that takes its name
// when all is written.
type output struct {
	name    string
	private bool // made with mode 0600
	force   bool // an existing file is replaced
	dryRun  bool
}

// check refuses early what would be refused at the end.
func (o output) check() error {
	if _, err := os.Lstat(o.name); err == nil && !o.force {
		return errExists
	}
	return nil
}

// write puts data into the file. Whatever goes wrong, either the whole file is
// there or what was there before; the program does not end in between.
func (e *env) write(o output, data []byte) error {
	if err := o.check(); err != nil {
		return err
	}
	defer e.exit.hold()()
	temp, err := o.temporary(data)
	if err != nil {
		return plain(err)
	}
	defer os.Remove(temp) // gone already where all went well
	if o.dryRun {
		return nil
	}
	if o.force {
		return plain(os.Rename(temp, o.name))
	}
	return o.link(temp)
}

// temporary writes and syncs the temporary file and returns its name.
func (o output) temporary(data []byte) (name string, err error) {
	f, err := os.CreateTemp(filepath.Dir(o.name), ".keyconv-*") // mode 0600
	if err != nil {
		return "", err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if !o.private {
		if err = f.Chmod(publicMode); err != nil {
			return "", err
		}
	}
	if _, err = io.Copy(f, bytes.NewReader(data)); err != nil {
		return "", err
	}
	if err = f.Sync(); err != nil {
		return "", err
	}
	return f.Name(), f.Close()
}

// publicMode is the mode of a file that holds no secret.
const publicMode = 0o644

// link gives the temporary file its name and fails where the name is taken,
// even when somebody took it a moment ago. File systems without hard links
// leave that moment open.
func (o output) link(temp string) error {
	err := os.Link(temp, o.name)
	if errors.Is(err, fs.ErrExist) {
		return errExists
	}
	if err == nil {
		return nil
	}
	if err := o.check(); err != nil {
		return err
	}
	return plain(os.Rename(temp, o.name))
}
