package safefile_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/internal/safefile"
	"golang.org/x/sys/unix"
)

const aclOfFile, aclOfFolder = "system.posix_acl_access", "system.posix_acl_default"

// acl lets user 1 read beside the owner, and nobody in the group: the r that
// the mode shows for the group is the most that the list gives (acl(5)).
func acl() []byte {
	const everybody = ^uint32(0)
	b := binary.LittleEndian.AppendUint32(nil, 2)
	for _, e := range []struct {
		tag, perm uint16
		id        uint32
	}{{0x01, 6, everybody}, {0x02, 4, 1}, {0x04, 0, everybody}, {0x10, 4, everybody}, {0x20, 0, everybody}} {
		b = binary.LittleEndian.AppendUint16(b, e.tag)
		b = binary.LittleEndian.AppendUint16(b, e.perm)
		b = binary.LittleEndian.AppendUint32(b, e.id)
	}
	return b
}

func aclFolder(t *testing.T) string {
	t.Helper()
	for _, above := range []string{"", "/dev/shm"} {
		dir, err := os.MkdirTemp(above, "acl")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { os.RemoveAll(dir) })
		if err = unix.Setxattr(dir, aclOfFolder, acl(), 0); err == nil {
			return dir
		}
	}
	t.Fatal("no disk here has access control lists")
	return ""
}

func aclOf(t *testing.T, file string) []byte {
	t.Helper()
	list := make([]byte, 1<<10)
	n, err := unix.Getxattr(file, aclOfFile, list)
	if errors.Is(err, unix.ENODATA) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	return list[:n]
}

// TestAccessKept: an edited file lets in those whom it let in. Without the list
// the r of the mode would let in the whole group; and the folder's list for new
// files is for new files.
func TestAccessKept(t *testing.T) {
	for _, list := range [][]byte{nil, acl()} {
		file := filepath.Join(aclFolder(t), "f")
		save(t, file, "old\n", 0o640)
		if err := unix.Removexattr(file, aclOfFile); err != nil {
			t.Fatal(err)
		}
		if list != nil {
			if err := unix.Setxattr(file, aclOfFile, list, 0); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := (safefile.Disk{}).Edit(file, safefile.Edit{Backup: true, Change: line("new").Change}); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{file, file + ".bak"} {
			if got := aclOf(t, name); !bytes.Equal(got, list) {
				t.Errorf("%s: %x, not %x", filepath.Base(name), got, list)
			}
			wantMode(t, name, 0o640)
		}
	}
}

// TestClosedToLists: nobody is let into a new private file.
func TestClosedToLists(t *testing.T) {
	file := filepath.Join(aclFolder(t), "id")
	if err := (safefile.Disk{}).Create(file, []byte("x"), safefile.New{Mode: safefile.Private}); err != nil {
		t.Fatal(err)
	}
	if got := aclOf(t, file); got != nil {
		t.Errorf("%x", got)
	}
}

// TestNotOpenedMeanwhile: what would let somebody in comes last. A handle that is
// opened before reads what is written later.
func TestNotOpenedMeanwhile(t *testing.T) {
	dir := aclFolder(t)
	file := filepath.Join(dir, "f")
	save(t, file, "old\n", 0o640)
	if err := unix.Setxattr(file, aclOfFile, acl(), 0); err != nil {
		t.Fatal(err)
	}
	seen := 0
	d := safefile.Disk{System: &keytest.Faults{Break: func(_ int, call string) error {
		temps, err := filepath.Glob(filepath.Join(dir, ".keyconv-*"))
		if err != nil || call != "set access" {
			return err
		}
		for _, temp := range temps {
			seen++
			wantMode(t, temp, 0o600)
		}
		return nil
	}}}
	if _, err := d.Edit(file, line("new")); err != nil || seen == 0 {
		t.Errorf("%d times, %v", seen, err)
	}
}

// TestForceKeepsLists: what replaces a file is not opened to more people.
func TestForceKeepsLists(t *testing.T) {
	dir := aclFolder(t)
	if err := unix.Removexattr(dir, aclOfFolder); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "id.pub")
	save(t, file, "old\n", 0o640)
	if err := unix.Setxattr(file, aclOfFile, acl(), 0); err != nil {
		t.Fatal(err)
	}
	if err := (safefile.Disk{}).Create(file, []byte("x"), safefile.New{Mode: safefile.Public, Force: true}); err != nil {
		t.Fatal(err)
	}
	if got := aclOf(t, file); !bytes.Equal(got, acl()) {
		t.Errorf("%x", got)
	}
	wantMode(t, file, 0o640)
}

// TestForceWithoutLists: a list that cannot be kept closes the file.
func TestForceWithoutLists(t *testing.T) {
	file := filepath.Join(t.TempDir(), "id.pub")
	save(t, file, "old\n", 0o644)
	d := safefile.Disk{System: &keytest.Faults{Break: func(_ int, call string) error {
		if call == "set access" {
			return unix.EINVAL
		}
		return nil
	}}}
	if err := d.Create(file, []byte("x"), safefile.New{Mode: safefile.Public, Force: true}); err != nil {
		t.Fatal(err)
	}
	want(t, file, "x")
	wantMode(t, file, 0o600)
}
