//go:build darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd

package safefile

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// TestReplacedBeforeLocked: the lock on a file that lost its name meanwhile is
// none.
func TestReplacedBeforeLocked(t *testing.T) {
	dir := t.TempDir()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	for _, name := range []string{"f", "other"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	file, err := root.OpenFile("f", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := root.Rename("other", "f"); err != nil {
		t.Fatal(err)
	}
	if err := (osFolder{root}).flock(file, "f"); !errors.Is(err, errBusy) {
		t.Error(err)
	}
}
