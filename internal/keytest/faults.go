package keytest

import (
	"errors"
	"io"
	"io/fs"
	"slices"
	"sync"

	"github.com/keyconv/keyconv/internal/safefile"
)

// Faults is a safefile.System in which calls fail. The zero value does what
// the operating system does and counts.
type Faults struct {
	// Break is asked at every call, with its number from 1; an error becomes
	// the call's result. A write is two calls: "write", and "half" when half
	// of the bytes are written.
	Break func(n int, call string) error

	mu    sync.Mutex
	calls []string
}

// ErrShort has a write return at half without an error.
var ErrShort = errors.New("a short write")

// Calls are the names of the calls so far.
func (f *Faults) Calls() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls
}

func (f *Faults) step(call string) error {
	f.mu.Lock()
	f.calls = append(f.calls, call)
	n := len(f.calls)
	f.mu.Unlock()
	if f.Break == nil {
		return nil
	}
	return f.Break(n, call)
}

// try makes a call unless it is to fail.
func try[T any](f *Faults, call string, do func() (T, error)) (T, error) {
	if err := f.step(call); err != nil {
		var none T
		return none, err
	}
	return do()
}

func (f *Faults) do(call string, do func() error) error {
	_, err := try(f, call, func() (struct{}, error) { return struct{}{}, do() })
	return err
}

func (f *Faults) Resolve(path string) (string, error) {
	return try(f, "resolve", func() (string, error) { return safefile.OS().Resolve(path) })
}

func (f *Faults) Lstat(path string) (fs.FileInfo, error) {
	return try(f, "lstat", func() (fs.FileInfo, error) { return safefile.OS().Lstat(path) })
}

func (f *Faults) Stat(path string) (fs.FileInfo, error) {
	return try(f, "stat", func() (fs.FileInfo, error) { return safefile.OS().Stat(path) })
}

func (f *Faults) OpenFolder(path string) (safefile.Folder, error) {
	dir, err := try(f, "folder", func() (safefile.Folder, error) { return safefile.OS().OpenFolder(path) })
	return faultyFolder{dir, f}, err
}

type faultyFolder struct {
	safefile.Folder
	f *Faults
}

func (d faultyFolder) OpenFolder(name string) (safefile.Folder, error) {
	dir, err := try(d.f, "folder", func() (safefile.Folder, error) { return d.Folder.OpenFolder(name) })
	return faultyFolder{dir, d.f}, err
}

func (d faultyFolder) OpenFile(name string, flag int, mode fs.FileMode) (safefile.File, error) {
	file, err := try(d.f, "open", func() (safefile.File, error) { return d.Folder.OpenFile(name, flag, mode) })
	return &faultyFile{File: file, f: d.f}, err
}

func (d faultyFolder) Lstat(name string) (fs.FileInfo, error) {
	return try(d.f, "lstat", func() (fs.FileInfo, error) { return d.Folder.Lstat(name) })
}

func (d faultyFolder) Lock(name string) (io.Closer, error) {
	return try(d.f, "lock", func() (io.Closer, error) { return d.Folder.Lock(name) })
}

func (d faultyFolder) Mkdir(name string, mode fs.FileMode) error {
	return d.f.do("mkdir", func() error { return d.Folder.Mkdir(name, mode) })
}

func (d faultyFolder) Link(old, new string) error {
	return d.f.do("link", func() error { return d.Folder.Link(old, new) })
}

func (d faultyFolder) Rename(old, new string) error {
	return d.f.do("rename", func() error { return d.Folder.Rename(old, new) })
}

func (d faultyFolder) Remove(name string) error {
	return d.f.do("remove", func() error { return d.Folder.Remove(name) })
}

func (d faultyFolder) Sync() error { return d.f.do("sync folder", d.Folder.Sync) }

type faultyFile struct {
	safefile.File
	f       *Faults
	written bool
}

func (w *faultyFile) Read(p []byte) (int, error) {
	return try(w.f, "read", func() (int, error) { return w.File.Read(p) })
}

func (w *faultyFile) Write(p []byte) (n int, err error) {
	w.written = true
	if err := w.f.step("write"); err != nil {
		return 0, err
	}
	if n, err = w.File.Write(p[:len(p)/2]); err != nil {
		return n, err
	}
	if err := w.f.step("half"); err != nil {
		if errors.Is(err, ErrShort) {
			err = nil
		}
		return n, err
	}
	m, err := w.File.Write(p[n:])
	return n + m, err
}

func (w *faultyFile) Stat() (fs.FileInfo, error) {
	return try(w.f, "stat", w.File.Stat)
}

func (w *faultyFile) Chown(uid, gid int) error {
	return w.f.do("chown", func() error { return w.File.Chown(uid, gid) })
}

func (w *faultyFile) Chmod(mode fs.FileMode) error {
	return w.f.do("chmod", func() error { return w.File.Chmod(mode) })
}

func (w *faultyFile) Access() (safefile.Access, error) {
	return try(w.f, "access", w.File.Access)
}

func (w *faultyFile) SetAccess(a safefile.Access) error {
	return w.f.do("set access", func() error { return w.File.SetAccess(a) })
}

func (w *faultyFile) Guard(folder safefile.Access) error {
	return w.f.do("guard", func() error { return w.File.Guard(folder) })
}

func (w *faultyFile) Sync() error { return w.f.do("sync", w.File.Sync) }

// Close closes the file even where it is to fail, as the kernel does.
func (w *faultyFile) Close() error {
	call := "close"
	if w.written {
		call = "close written"
	}
	return errors.Join(w.f.step(call), w.File.Close())
}

// Harmless reports whether a command may succeed although the call failed: what
// is read is closed, a temporary file is left, there are no hard links, or a
// later call finds out.
func Harmless(call string) bool {
	return slices.Contains([]string{"close", "remove", "link", "lstat"}, call)
}
