package safefile_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

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

// TestHeldOnWindows: a program that has the file open keeps it from being
// replaced, for a moment or longer.
func TestHeldOnWindows(t *testing.T) {
	for held, want := range map[time.Duration]string{200 * time.Millisecond: "", time.Hour: "close the program that has the file open"} {
		file := save(t, filepath.Join(t.TempDir(), "f"), "old\n", 0o600)
		name, err := windows.UTF16PtrFromString(file)
		if err != nil {
			t.Fatal(err)
		}
		h, err := windows.CreateFile(name, windows.GENERIC_READ, windows.FILE_SHARE_READ, nil, windows.OPEN_EXISTING, 0, 0)
		if err != nil {
			t.Fatal(err)
		}
		timer := time.AfterFunc(held, func() { windows.CloseHandle(h) })
		_, err = safefile.Disk{}.Edit(file, line("new"))
		if timer.Stop() {
			windows.CloseHandle(h)
		}
		switch {
		case want == "" && err != nil:
			t.Error(err)
		case want != "" && (err == nil || !strings.Contains(sshkey.Hint(err), want)):
			t.Errorf("held for %v: %v", held, err)
		}
	}
}

// TestReadOnlyOnWindows: a file that its owner closed to himself stays as it is.
func TestReadOnlyOnWindows(t *testing.T) {
	file := save(t, filepath.Join(t.TempDir(), "f"), "old\n", 0o400)
	_, err := safefile.Disk{}.Edit(file, line("new"))
	if err == nil || !strings.Contains(sshkey.Hint(err), "attrib -r f") {
		t.Error(err)
	}
	want(t, file, "old\n")
}
