package safefile_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/internal/safefile"
)

func save(t testing.TB, path, text string, mode fs.FileMode) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
	return path
}

// want fails unless the file holds the text; "" is no file.
func want(t testing.TB, path, text string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if string(data) != text || text == "" != errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%s: %q, %v; want %q", filepath.Base(path), data, err, text)
	}
}

func wantMode(t testing.TB, path string, mode fs.FileMode) {
	t.Helper()
	info, err := os.Lstat(path)
	if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != mode {
		t.Errorf("%s: %v, %v; want %v", filepath.Base(path), info.Mode(), err, mode)
	}
}

// names lists a folder, for a look whether a temporary file was left.
func names(t testing.TB, dir string) string {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, d := range list {
		out = append(out, d.Name())
	}
	return strings.Join(out, " ")
}

func line(text string) safefile.Edit {
	return safefile.Edit{Make: true, Change: func(old []byte) ([]byte, error) {
		return append(slices.Clone(old), text+"\n"...), nil
	}}
}

func TestCreate(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "new")
	create := func(text string, o safefile.New) error { return safefile.Disk{}.Create(file, []byte(text), o) }
	if err := create("dry", safefile.New{Mode: safefile.Public, DryRun: true}); err != nil {
		t.Error(err)
	}
	want(t, file, "")
	if err := create("one", safefile.New{Mode: safefile.Public}); err != nil {
		t.Error(err)
	}
	want(t, file, "one")
	wantMode(t, file, 0o644)
	if err := create("two", safefile.New{Mode: safefile.Private}); !errors.Is(err, fs.ErrExist) {
		t.Error(err)
	}
	want(t, file, "one")
	if err := create("two", safefile.New{Mode: safefile.Private, Force: true}); err != nil {
		t.Error(err)
	}
	want(t, file, "two")
	wantMode(t, file, 0o600)
	for _, mode := range []fs.FileMode{0o600, 0o640, 0o666} { // who must not read it must not read what takes its place
		if err := os.Chmod(file, mode); err != nil {
			t.Fatal(err)
		}
		if err := create("three", safefile.New{Mode: safefile.Public, Force: true}); err != nil {
			t.Error(err)
		}
		wantMode(t, file, mode&0o644)
	}
	for _, wrong := range []string{dir, dir + "/", filepath.Join(dir, "new", "x"), filepath.Join(dir, "none", "x"), os.DevNull} {
		if err := (safefile.Disk{}).Create(wrong, []byte("x"), safefile.New{Mode: safefile.Public, Force: true}); err == nil {
			t.Errorf("%s was written", wrong)
		}
	}
	if got := names(t, dir); got != "new" {
		t.Error(got)
	}
}

// TestCreateReplacesTheLink: --force takes the link's place and leaves its
// target alone.
func TestCreateReplacesTheLink(t *testing.T) {
	dir := t.TempDir()
	target, link := save(t, filepath.Join(dir, "target"), "old", 0o600), filepath.Join(dir, "link")
	symlink(t, target, link)
	if err := (safefile.Disk{}).Create(link, []byte("new"), safefile.New{Mode: safefile.Public, Force: true}); err != nil {
		t.Fatal(err)
	}
	want(t, target, "old")
	want(t, link, "new")
}

// TestCreateLeavesTheLinkToADevice: a link to what is no regular file is none.
func TestCreateLeavesTheLinkToADevice(t *testing.T) {
	dir := t.TempDir()
	for _, target := range []string{os.DevNull, dir} {
		link := filepath.Join(dir, "link")
		symlink(t, target, link)
		for _, force := range []bool{false, true} {
			err := safefile.Disk{}.Create(link, []byte("new"), safefile.New{Mode: safefile.Public, Force: force})
			if to, linkErr := os.Readlink(link); !errors.Is(err, safefile.ErrNotRegular) || to != target {
				t.Errorf("to %s, force %v: %v; %q, %v", target, force, err, to, linkErr)
			}
		}
		if err := os.Remove(link); err != nil {
			t.Fatal(err)
		}
	}
	dangling := filepath.Join(dir, "dangling")
	symlink(t, filepath.Join(dir, "none"), dangling)
	if err := (safefile.Disk{}).Create(dangling, []byte("new"), safefile.New{Mode: safefile.Public, Force: true}); err != nil {
		t.Error(err)
	}
	want(t, dangling, "new")
}

func symlink(t testing.TB, target, link string) {
	t.Helper()
	if err := os.Symlink(target, link); err != nil {
		keytest.Missing(t, "%v", err) // Windows may forbid it
	}
}

// TestNoHardLinks: the file systems that have none.
func TestNoHardLinks(t *testing.T) {
	noLink := &keytest.Faults{Break: func(_ int, call string) error {
		if call == "link" {
			return syscall.EPERM
		}
		return nil
	}}
	d := safefile.Disk{System: noLink}
	file := filepath.Join(t.TempDir(), "new")
	if err := d.Create(file, []byte("one"), safefile.New{Mode: safefile.Public}); err != nil {
		t.Fatal(err)
	}
	want(t, file, "one")
	wantMode(t, file, 0o644)
	if err := d.Create(file, []byte("two"), safefile.New{Mode: safefile.Public}); !errors.Is(err, fs.ErrExist) {
		t.Error(err)
	}
	if _, err := d.Edit(file, safefile.Edit{Change: line("x").Change, Backup: true}); err != nil {
		t.Fatal(err)
	}
	want(t, file, "onex\n")
	want(t, file+".bak", "one")
}

func TestEdit(t *testing.T) {
	home := t.TempDir()
	file := filepath.Join(home, ".ssh", "authorized_keys")
	if _, err := (safefile.Disk{}).Edit(file, safefile.Edit{Change: line("a").Change}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without Make: %v", err)
	}
	res, err := safefile.Disk{}.Edit(file, line("a"))
	if err != nil || !res.Made || !res.Changed {
		t.Fatal(res, err)
	}
	want(t, file, "a\n")
	wantMode(t, file, 0o600)
	wantMode(t, filepath.Dir(file), 0o700)
	if err := os.Chmod(file, 0o640); err != nil {
		t.Fatal(err)
	}
	if res, err = (safefile.Disk{}).Edit(file, line("b")); err != nil || res.Made || !res.Changed {
		t.Fatal(res, err)
	}
	want(t, file, "a\nb\n")
	wantMode(t, file, 0o640)
	stop := errors.New("stop")
	if _, err := (safefile.Disk{}).Edit(file, safefile.Edit{Change: func([]byte) ([]byte, error) { return nil, stop }}); !errors.Is(err, stop) {
		t.Error(err)
	}
	same := safefile.Edit{Backup: true, Change: func(old []byte) ([]byte, error) { return old, nil }}
	if res, err := (safefile.Disk{}).Edit(file, same); err != nil || res != (safefile.Result{}) {
		t.Error(res, err)
	}
	if got := names(t, filepath.Dir(file)); got != "authorized_keys" {
		t.Error(got)
	}
}

func TestBackup(t *testing.T) {
	dir := t.TempDir()
	file := save(t, filepath.Join(dir, "f"), "1\n", 0o640)
	edit := func(text, backup string) {
		t.Helper()
		res, err := safefile.Disk{}.Edit(file, safefile.Edit{Backup: true, Change: func([]byte) ([]byte, error) { return []byte(text), nil }})
		if err != nil || res.Backup != backup {
			t.Errorf("%+v %v", res, err)
		}
	}
	edit("2\n", "f.bak")
	edit("3\n", "f.bak.2")
	save(t, file, "1\n", 0o640)
	edit("4\n", "f.bak") // which holds 1 already
	want(t, file, "4\n")
	want(t, file+".bak", "1\n")
	want(t, file+".bak.2", "2\n")
	wantMode(t, file+".bak", 0o640)
	if got := names(t, dir); got != "f f.bak f.bak.2" {
		t.Error(got)
	}
}

// TestLinks: what is followed, and what is refused.
func TestLinks(t *testing.T) {
	for _, c := range []struct {
		name  string
		links [][2]string // target, link; below home
		want  string      // the file that changes; "" is refused
	}{
		{"file inside", [][2]string{{"dot/keys", ".ssh/authorized_keys"}}, "dot/keys"},
		{"relative", [][2]string{{"../dot/keys", ".ssh/authorized_keys"}}, "dot/keys"},
		{"two steps", [][2]string{{"two", ".ssh/authorized_keys"}, {"../dot/keys", ".ssh/two"}}, "dot/keys"},
		{"file outside", [][2]string{{"../other/keys", ".ssh/authorized_keys"}}, ""},
		{"leads nowhere", [][2]string{{"nothing", ".ssh/authorized_keys"}}, ""},
		{"a circle", [][2]string{{"authorized_keys", ".ssh/authorized_keys"}}, ""},
		{"folder inside", [][2]string{{"dot", ".ssh"}}, "dot/authorized_keys"},
		{"folder outside", [][2]string{{"../other", ".ssh"}}, ""},
		{"folder nowhere", [][2]string{{"nothing", ".ssh"}}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			base := t.TempDir()
			home := filepath.Join(base, "home")
			for _, dir := range []string{"home/dot", "other", "home/.ssh"} {
				if err := os.MkdirAll(filepath.Join(base, dir), 0o700); err != nil {
					t.Fatal(err)
				}
			}
			save(t, filepath.Join(home, "dot/keys"), "old\n", 0o600)
			save(t, filepath.Join(base, "other/keys"), "theirs\n", 0o600)
			for _, l := range c.links {
				os.Remove(filepath.Join(home, ".ssh")) // only where it is empty, and to be a link
				if filepath.Dir(l[1]) == ".ssh" {
					os.Mkdir(filepath.Join(home, ".ssh"), 0o700)
				}
				target := l[0]
				if c.name == "file inside" {
					target = filepath.Join(home, target)
				}
				symlink(t, target, filepath.Join(home, l[1]))
			}
			_, err := safefile.Disk{}.Edit(filepath.Join(home, ".ssh/authorized_keys"), line("new"))
			want(t, filepath.Join(base, "other/keys"), "theirs\n")
			want(t, filepath.Join(base, "other/authorized_keys"), "")
			if c.want == "" {
				if err == nil {
					t.Error("not refused")
				}
				want(t, filepath.Join(home, "dot/keys"), "old\n")
				return
			}
			data, _ := os.ReadFile(filepath.Join(home, c.want))
			if err != nil || !bytes.HasSuffix(data, []byte("new\n")) {
				t.Errorf("%q, %v", data, err)
			}
			if info, err := os.Lstat(filepath.Join(home, c.links[0][1])); err != nil || info.Mode().Type() != fs.ModeSymlink {
				t.Errorf("the link is no more: %v %v", info, err)
			}
		})
	}
}

// TestSwappedLink: a link that is put in the folder's place after it was
// resolved leads nowhere either.
func TestSwappedLink(t *testing.T) {
	base := t.TempDir()
	ssh, other := filepath.Join(base, "home/.ssh"), filepath.Join(base, "other")
	for _, dir := range []string{ssh, other} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	theirs := save(t, filepath.Join(other, "authorized_keys"), "theirs\n", 0o600)
	save(t, filepath.Join(ssh, "authorized_keys"), "old\n", 0o600)
	swap := &keytest.Faults{}
	swap.Break = func(_ int, call string) error {
		if call == "folder" && len(swap.Calls()) > 0 {
			os.Rename(ssh, ssh+"-")
			os.Symlink(other, ssh)
		}
		return nil
	}
	_, err := safefile.Disk{System: swap}.Edit(filepath.Join(ssh, "authorized_keys"), line("new"))
	if err == nil {
		t.Error("not refused")
	}
	want(t, theirs, "theirs\n")
}

func TestRefused(t *testing.T) {
	dir := t.TempDir()
	if _, err := (safefile.Disk{}).Edit(dir, line("x")); err == nil {
		t.Error("a folder was edited")
	}
	big := filepath.Join(dir, "big")
	save(t, big, "x", 0o600)
	if err := os.Truncate(big, safefile.MaxSize+1); err != nil {
		t.Fatal(err)
	}
	if _, err := (safefile.Disk{}).Edit(big, line("x")); err == nil || !strings.Contains(err.Error(), "not edited") {
		t.Error(err)
	}
	if _, err := (safefile.Disk{}).Edit(filepath.Join(dir, "a/b/c"), line("x")); err == nil {
		t.Error("two folders were made")
	}
	if got := names(t, dir); got != "big" {
		t.Error(got)
	}
}

func TestChmod(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no such modes")
	}
	home := t.TempDir()
	ssh := filepath.Join(home, ".ssh")
	if err := os.Mkdir(ssh, 0o777); err != nil {
		t.Fatal(err)
	}
	t.Setenv("HOME", home)
	file := save(t, filepath.Join(ssh, "authorized_keys"), "x", 0o666)
	for path, mode := range map[string]fs.FileMode{file: 0o600, ssh: 0o700, home: 0o755} {
		if err := (safefile.Disk{}).Chmod(path, mode); err != nil {
			t.Error(err)
		}
		wantMode(t, path, mode)
	}
	other := save(t, filepath.Join(t.TempDir(), "other"), "x", 0o644)
	symlink(t, other, filepath.Join(ssh, "link"))
	if err := (safefile.Disk{}).Chmod(filepath.Join(ssh, "link"), 0o600); !errors.Is(err, safefile.ErrOutside) {
		t.Error(err)
	}
	wantMode(t, other, 0o644)
}

// TestOtherWriter: a program that knows no lock does something to the file just
// before the rename.
func TestOtherWriter(t *testing.T) {
	replace := func(file, text string, mode fs.FileMode) error {
		return errors.Join(os.WriteFile(file+".new", []byte(text), mode), os.Chmod(file+".new", mode), os.Rename(file+".new", file))
	}
	for _, c := range []struct {
		name  string
		write func(file string) error
		kept  string // what must be in the end, before our line
		mode  fs.FileMode
	}{
		{"appends", func(file string) error {
			f, err := os.OpenFile(file, os.O_WRONLY|os.O_APPEND, 0)
			if err != nil {
				return err
			}
			_, err = f.WriteString("theirs\n")
			return errors.Join(err, f.Close())
		}, "old\ntheirs\n", 0o600},
		{"replaces", func(file string) error { return replace(file, "old\ntheirs\n", 0o600) }, "old\ntheirs\n", 0o600},
		{"replaces by the same", func(file string) error { return replace(file, "old\n", 0o640) }, "old\n", 0o640},
		{"changes the mode", func(file string) error { return os.Chmod(file, 0o640) }, "old\n", 0o640},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			file := save(t, filepath.Join(dir, "f"), "old\n", 0o600)
			written := false
			d := safefile.Disk{System: &keytest.Faults{Break: func(_ int, call string) error {
				if call != "sync" || written {
					return nil
				}
				written = true
				return c.write(file)
			}}}
			if _, err := d.Edit(file, safefile.Edit{Change: line("ours").Change, Backup: true}); err != nil {
				t.Fatal(err)
			}
			want(t, file, c.kept+"ours\n")
			want(t, file+".bak", c.kept)
			wantMode(t, file, c.mode)
			if got := names(t, dir); got != "f f.bak" {
				t.Error(got)
			}
		})
	}
}

// TestTwoWriters: nobody's line is lost, whether the file is there or not.
func TestTwoWriters(t *testing.T) {
	const writers, rounds = 8, 15
	file := filepath.Join(t.TempDir(), ".ssh", "authorized_keys")
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for r := range rounds {
				d := safefile.Disk{Patience: time.Hour}
				if _, err := d.Edit(file, line(fmt.Sprintf("writer %d round %d", w, r))); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
	slices.Sort(lines)
	if n := len(slices.Compact(lines)); n != writers*rounds {
		t.Errorf("%d of %d lines are there", n, writers*rounds)
	}
	t.Logf("reliability: %d writers, %d edits of one file: nothing lost", writers, writers*rounds)
}

func TestLocked(t *testing.T) {
	file := save(t, filepath.Join(t.TempDir(), "f"), "old\n", 0o600)
	_, err := safefile.Disk{}.Edit(file, safefile.Edit{Change: func(old []byte) ([]byte, error) {
		_, err := safefile.Disk{Patience: time.Millisecond}.Edit(file, line("second"))
		if !errors.Is(err, safefile.ErrLocked) {
			t.Error(err)
		}
		return append(old, "first\n"...), nil
	}})
	if err != nil {
		t.Error(err)
	}
	want(t, file, "old\nfirst\n")
}
