package safefile_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/internal/safefile"
)

// TestFaults breaks every call of every kind of write, one at a time.
func TestFaults(t *testing.T) {
	broken := 0
	for _, k := range kinds {
		count := &keytest.Faults{}
		if err := k.run(safefile.Disk{System: count}, k.start(t)); err != nil {
			t.Fatal(k.name, err)
		}
		for n, call := range count.Calls() {
			faults := []error{syscall.EIO}
			if call == "half" {
				faults = []error{syscall.ENOSPC, keytest.ErrShort}
			}
			for _, fault := range faults {
				broken++
				t.Run(fmt.Sprintf("%s/%d-%s-%v", k.name, n+1, call, fault), func(t *testing.T) { k.breakAt(t, n+1, call, fault) })
			}
		}
	}
	t.Logf("reliability: %d calls broken one at a time: old or new file whole, no temporary file left", broken)
}

// A kind of write.
type kind struct {
	name     string
	old, new string
	run      func(d safefile.Disk, file string) error
}

var kinds = []kind{
	{"create", "", "new\n", func(d safefile.Disk, file string) error {
		return d.Create(file, []byte("new\n"), safefile.New{Mode: safefile.Private})
	}},
	{"replace", "old\n", "new\n", func(d safefile.Disk, file string) error {
		return d.Create(file, []byte("new\n"), safefile.New{Mode: safefile.Private, Force: true})
	}},
	{"replace-public", "old\n", "new\n", func(d safefile.Disk, file string) error {
		return d.Create(file, []byte("new\n"), safefile.New{Mode: safefile.Public, Force: true})
	}},
	{"edit", "old\n", "old\nnew\n", func(d safefile.Disk, file string) error {
		_, err := d.Edit(file, line("new"))
		return err
	}},
	{"backup", "old\n", "old\nnew\n", func(d safefile.Disk, file string) error {
		e := line("new")
		e.Backup = true
		_, err := d.Edit(file, e)
		return err
	}},
	{"make", "", "new\n", func(d safefile.Disk, file string) error {
		_, err := d.Edit(file, line("new"))
		return err
	}},
}

// start makes the folder that a write of the kind begins with.
func (k kind) start(t testing.TB) (file string) {
	dir := filepath.Join(t.TempDir(), ".ssh")
	if k.name != "make" {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	file = filepath.Join(dir, "f")
	if k.old != "" {
		save(t, file, k.old, 0o640)
	}
	return file
}

func (k kind) breakAt(t *testing.T, at int, call string, fault error) {
	file := k.start(t)
	d := safefile.Disk{System: &keytest.Faults{Break: func(n int, _ string) error {
		if n == at {
			return fault
		}
		return nil
	}}}
	err := k.run(d, file)
	if err == nil && !keytest.Harmless(call) {
		t.Error("the fault is not noticed")
	}
	data, _ := os.ReadFile(file)
	switch string(data) {
	case k.new:
		if err != nil && call != "sync folder" {
			t.Errorf("%v, and the file is written", err)
		}
	case k.old:
		if err == nil {
			t.Error("no error, and the file is not written")
		}
	default:
		t.Errorf("%q, %v", data, err)
	}
	if info, err := os.Stat(file); err == nil && k.old != "" && k.name != "replace" && info.Mode().Perm() != 0o640 {
		t.Error(info.Mode())
	}
	if call == "remove" {
		return // what was to be removed is left
	}
	if _, err := os.Stat(filepath.Dir(file)); err != nil {
		return // taken away again
	}
	if got := names(t, filepath.Dir(file)); strings.Contains(got, ".keyconv") || k.name == "make" && err != nil && string(data) == "" {
		t.Errorf("left: %q", got)
	}
	if _, bakErr := os.Stat(file + ".bak"); bakErr == nil && string(data) == k.old {
		t.Error("a backup of nothing")
	} else if bakErr == nil {
		want(t, file+".bak", k.old)
	}
}
