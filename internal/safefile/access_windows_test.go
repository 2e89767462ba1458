package safefile_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/internal/safefile"
	"github.com/keyconv/keyconv/sshkey"
	"golang.org/x/sys/windows"
)

// everybody may read; the user and the system may do anything.
func openToAll(t *testing.T, file string) {
	t.Helper()
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		t.Fatal(err)
	}
	sd, err := windows.SecurityDescriptorFromString("D:P(A;;FA;;;" + user.User.Sid.String() + ")(A;;FA;;;SY)(A;;FR;;;WD)")
	if err != nil {
		t.Fatal(err)
	}
	setAccess(t, file, sd)
}

func setAccess(t *testing.T, file string, sd *windows.SECURITY_DESCRIPTOR) {
	t.Helper()
	list, _, err := sd.DACL()
	if err != nil {
		t.Fatal(err)
	}
	err = windows.SetNamedSecurityInfo(file, windows.SE_FILE_OBJECT, windows.DACL_SECURITY_INFORMATION|windows.PROTECTED_DACL_SECURITY_INFORMATION, nil, nil, list, nil)
	if err != nil {
		t.Fatal(err)
	}
}

func access(t *testing.T, file string) string {
	t.Helper()
	sd, err := windows.GetNamedSecurityInfo(file, windows.SE_FILE_OBJECT, windows.DACL_SECURITY_INFORMATION)
	if err != nil {
		t.Fatal(err)
	}
	return sd.String()
}

// TestClosedOnWindows: a private file lets in nobody else, whatever its folder
// gives to new ones.
func TestClosedOnWindows(t *testing.T) {
	dir := t.TempDir()
	openToAll(t, dir)
	public, private, keys := filepath.Join(dir, "id.pub"), filepath.Join(dir, "id"), filepath.Join(dir, "authorized_keys")
	for name, mode := range map[string]safefile.New{public: {Mode: safefile.Public}, private: {Mode: safefile.Private}} {
		if err := (safefile.Disk{}).Create(name, []byte("x"), mode); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := (safefile.Disk{}).Edit(keys, safefile.Edit{Make: true, Change: line("key").Change}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(access(t, public), ";;;WD)") {
		t.Fatalf("the folder does not open new files: %s", access(t, public))
	}
	for _, name := range []string{private, keys} {
		if got := access(t, name); strings.Contains(got, ";;;WD)") {
			t.Errorf("%s: everybody is let in: %s", name, got)
		}
		if _, err := os.ReadFile(name); err != nil {
			t.Error(err)
		}
	}
}

// TestClosedFromTheStartOnWindows: a handle that is opened before the list is set
// reads what is written later.
func TestClosedFromTheStartOnWindows(t *testing.T) {
	dir := t.TempDir()
	openToAll(t, dir)
	seen := 0
	d := safefile.Disk{System: &keytest.Faults{Break: func(_ int, call string) error {
		temps, err := filepath.Glob(filepath.Join(dir, ".keyconv-*"))
		for _, temp := range temps {
			seen++
			if got := access(t, temp); strings.Contains(got, ";;;WD)") {
				t.Errorf("at %q: %s", call, got)
			}
		}
		return err
	}}}
	if err := d.Create(filepath.Join(dir, "id"), []byte("x"), safefile.New{Mode: safefile.Private}); err != nil || seen == 0 {
		t.Errorf("%d times, %v", seen, err)
	}
}

// TestForceOnWindows: what replaces a file is not opened to more people.
func TestForceOnWindows(t *testing.T) {
	dir := t.TempDir()
	openToAll(t, dir)
	file := filepath.Join(dir, "id.pub")
	for _, mode := range []safefile.New{{Mode: safefile.Private}, {Mode: safefile.Public, Force: true}} {
		if err := (safefile.Disk{}).Create(file, []byte("x"), mode); err != nil {
			t.Fatal(err)
		}
		if got := access(t, file); strings.Contains(got, ";;;WD)") {
			t.Error(got)
		}
	}
}

// TestGuardOnWindows: the owner of the folder is let in where that is a user.
func TestGuardOnWindows(t *testing.T) {
	for _, owner := range []string{"BA", "SY", "WD"} {
		dir := t.TempDir()
		folder, err := safefile.OS().OpenFolder(dir)
		if err != nil {
			t.Fatal(err)
		}
		f, err := folder.OpenFile("f", os.O_WRONLY|os.O_CREATE|os.O_EXCL, safefile.Private)
		if err == nil {
			err = f.Guard(safefile.Access("O:" + owner + "D:"))
		}
		if err != nil {
			t.Fatal(err)
		}
		f.Close()
		folder.Close()
		if got := access(t, filepath.Join(dir, "f")); strings.Contains(got, ";;;WD)") {
			t.Errorf("%s: %s", owner, got)
		}
		if _, err := os.ReadFile(filepath.Join(dir, "f")); err != nil {
			t.Error(err)
		}
	}
}

// TestAccessKeptOnWindows: an edited file lets in those whom it let in, not those
// of its folder.
func TestAccessKeptOnWindows(t *testing.T) {
	for _, open := range []bool{false, true} {
		dir := t.TempDir()
		openToAll(t, dir)
		file := filepath.Join(dir, "f")
		if err := (safefile.Disk{}).Create(file, []byte("old\n"), safefile.New{Mode: safefile.Private}); err != nil {
			t.Fatal(err)
		}
		if open {
			openToAll(t, file)
		}
		before := access(t, file)
		if _, err := (safefile.Disk{}).Edit(file, safefile.Edit{Backup: true, Change: line("new").Change}); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{file, file + ".bak"} {
			if got := access(t, name); got != before {
				t.Errorf("%s: %s, not %s", name, got, before)
			}
		}
	}
}

// hold opens a file as an editor does, which lets others read it.
func hold(t *testing.T, file string) (h windows.Handle) {
	t.Helper()
	name, err := windows.UTF16PtrFromString(file)
	if err != nil {
		t.Fatal(err)
	}
	h, err = windows.CreateFile(name, windows.GENERIC_READ|windows.GENERIC_WRITE, windows.FILE_SHARE_READ|windows.FILE_SHARE_WRITE, nil, windows.OPEN_EXISTING, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// TestHeldOnWindows: a program that has the file open keeps it from being
// replaced, and what it writes meanwhile is not lost.
func TestHeldOnWindows(t *testing.T) {
	file := save(t, filepath.Join(t.TempDir(), "f"), "old\n", 0o600)
	h := hold(t, file)
	time.AfterFunc(300*time.Millisecond, func() {
		windows.SetFilePointer(h, 0, nil, windows.FILE_END)
		windows.Write(h, []byte("editor\n"))
		time.Sleep(100 * time.Millisecond)
		windows.CloseHandle(h)
	})
	if _, err := (safefile.Disk{}).Edit(file, line("new")); err != nil {
		t.Error(err)
	}
	want(t, file, "old\neditor\nnew\n")

	h = hold(t, file)
	defer windows.CloseHandle(h)
	for _, do := range []func() error{
		func() error {
			_, err := safefile.Disk{Patience: 100 * time.Millisecond}.Edit(file, line("newer"))
			return err
		},
		func() error {
			return safefile.Disk{}.Create(file, []byte("x"), safefile.New{Mode: safefile.Private, Force: true})
		},
	} {
		if err := do(); err == nil || !strings.Contains(err.Error(), "another program has the file open") || sshkey.Hint(err) == "" {
			t.Error(err)
		}
	}
	if got := names(t, filepath.Dir(file)); got != "f" {
		t.Error(got)
	}
}

// TestScannedOnWindows: a scanner that has every new file open for a moment costs
// that moment, and no file is left.
func TestScannedOnWindows(t *testing.T) {
	dir := t.TempDir()
	file := save(t, filepath.Join(dir, "f"), "old\n", 0o600)
	save(t, filepath.Join(dir, "f.lock"), "precious", 0o600)
	scanned := map[string]bool{}
	d := safefile.Disk{System: &keytest.Faults{Break: func(_ int, call string) error {
		if call == "rename" {
			temps, err := filepath.Glob(filepath.Join(dir, ".keyconv-*[A-Z0-9]"))
			if err != nil {
				return err
			}
			for _, temp := range temps {
				if scanned[temp] {
					continue
				}
				scanned[temp] = true
				h := hold(t, temp)
				time.AfterFunc(50*time.Millisecond, func() { windows.CloseHandle(h) })
			}
		}
		return nil
	}}}
	if _, err := d.Edit(file, line("new")); err != nil {
		t.Error(err)
	}
	want(t, file, "old\nnew\n")
	if got := names(t, dir); got != "f f.lock" || len(scanned) != 1 {
		t.Errorf("%s, of %d files", got, len(scanned))
	}
}

// TestReadOnlyOnWindows: a file that its owner closed to himself stays as it is.
func TestReadOnlyOnWindows(t *testing.T) {
	file := save(t, filepath.Join(t.TempDir(), "f"), "old\n", 0o400)
	_, err := safefile.Disk{}.Edit(file, line("new"))
	if err == nil || !strings.Contains(sshkey.Hint(err), "attrib -r "+filepath.Dir(file)) {
		t.Error(err)
	}
	want(t, file, "old\n")
}
