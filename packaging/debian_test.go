// Package packaging has what only packages need, and the test of the Debian
// package.
package packaging

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/internal/keytest"
)

// TestDebian installs the package into a root of its own, as dpkg does, looks
// whether manual, completion and program work from there, and removes it again.
// The package is the one that goreleaser made, named by DEB (make snapshot does
// that); without it dpkg-deb makes one of the same files, which the
// configuration of goreleaser names, because goreleaser takes minutes to build.
func TestDebian(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("a package for Linux")
	}
	keytest.Tool(t, "dpkg")
	t.Chdir("..")
	deb := os.Getenv("DEB")
	if deb == "" {
		deb = light(t)
	}
	lint(t, deb)

	root := t.TempDir()
	folder(t, filepath.Join(root, "var/lib/dpkg/updates"))
	folder(t, filepath.Join(root, "var/lib/dpkg/info"))
	file(t, filepath.Join(root, "var/lib/dpkg/status"), "", 0o644)
	dpkg := func(args ...string) {
		run(t, "dpkg", append([]string{"--root=" + root, "--force-not-root", "--force-script-chrootless", "--force-architecture", "--log=" + os.DevNull}, args...)...)
	}
	dpkg("--install", deb)
	works(t, root)
	dpkg("--purge", "keyconv")
	for _, left := range installed(t, root) {
		t.Errorf("%s is left behind", left)
	}
}

// run runs what may take its time.
func run(t *testing.T, name string, args ...string) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput(); err != nil {
		t.Errorf("%s %q: %v\n%s", name, args, err, out)
	}
}

// installed are the files under a root but for those of dpkg itself.
func installed(t *testing.T, root string) (files []string) {
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !strings.Contains(name, "/var/lib/dpkg/") {
			files = append(files, strings.TrimPrefix(name, root))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// works tries what was installed.
func works(t *testing.T, root string) {
	t.Helper()
	program := filepath.Join(root, "usr/bin/keyconv")
	if out := keytest.Run(t, nil, program, "version"); !strings.HasPrefix(string(out), "keyconv ") {
		t.Errorf("version prints %q", out)
	}
	t.Setenv("MANPATH", filepath.Join(root, "usr/share/man"))
	for _, page := range []string{"keyconv", "keyconv-convert"} {
		if out := keytest.Run(t, nil, "man", page); !strings.Contains(string(out), "EXAMPLES") {
			t.Errorf("man %s shows %q", page, out)
		}
	}
	for shell, name := range map[string]string{"bash": "bash-completion/completions/keyconv", "zsh": "zsh/vendor-completions/_keyconv", "fish": "fish/vendor_completions.d/keyconv.fish"} {
		script, err := os.ReadFile(filepath.Join(root, "usr/share", name))
		if want := keytest.Run(t, nil, program, "completion", shell); err != nil || string(script) != string(want) {
			t.Errorf("the completion for %s is not what the program prints; %v", shell, err)
		}
	}
	for _, name := range installed(t, root) {
		info, err := os.Stat(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		want := fs.FileMode(0o644)
		if name == "/usr/bin/keyconv" {
			want = 0o755
		}
		if info.Mode() != want {
			t.Errorf("%s has the mode %v", name, info.Mode())
		}
	}
}

// lint asks Debian's own judge of packages.
func lint(t *testing.T, deb string) {
	t.Helper()
	run(t, keytest.Tool(t, "lintian"), "--allow-root", "--fail-on", "error,warning", deb)
}

var content = regexp.MustCompile(`(?m)^ *- src: (\S+)\n *dst: (/\S+)$`)

// light makes a package of the files that the configuration names.
func light(t *testing.T) string {
	t.Helper()
	run(t, "sh", "scripts/share.sh", "0.0.1", "2026-01-31T12:00:00Z")
	config, err := os.ReadFile(".goreleaser.yaml")
	if err != nil {
		t.Fatal(err)
	}
	tree := t.TempDir()
	list := content.FindAllSubmatch(config, -1)
	if len(list) < 7 {
		t.Fatalf("%d files in the package", len(list))
	}
	list = append(list, [][]byte{nil, []byte("bin/keyconv"), []byte("/usr/bin/keyconv")})
	used := map[string]bool{}
	for _, c := range list {
		for _, name := range place(t, string(c[1]), tree+string(c[2])) {
			used[name] = true
		}
	}
	everythingUsed(t, used)
	file(t, filepath.Join(tree, "DEBIAN/control"), control(t, string(config)), 0o644)
	deb := filepath.Join(t.TempDir(), "keyconv_0.0.1_"+runtime.GOARCH+".deb")
	run(t, "dpkg-deb", "-Zgzip", "-z1", "--root-owner-group", "--build", tree, deb)
	return deb
}

// place copies what a pattern names: into a folder, or to a name.
func place(t *testing.T, pattern, to string) []string {
	t.Helper()
	names, err := filepath.Glob(pattern)
	if err != nil || len(names) == 0 {
		t.Fatalf(".goreleaser.yaml names %s, which is not there", pattern)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		target, mode := to, fs.FileMode(0o644)
		if strings.HasSuffix(to, "/") {
			target = to + filepath.Base(name)
		}
		if name == "bin/keyconv" {
			mode = 0o755
		}
		file(t, target, string(text), mode)
	}
	return names
}

// everythingUsed: what share.sh makes is in the package; but for pages that are
// there compressed, and the script of PowerShell.
func everythingUsed(t *testing.T, used map[string]bool) {
	t.Helper()
	for _, pattern := range []string{"bin/share/*", "bin/share/*/*"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			info, err := os.Stat(name)
			if err != nil {
				t.Fatal(err)
			}
			if !info.IsDir() && !used[name] && !used[name+".gz"] && filepath.Ext(name) != ".ps1" {
				t.Errorf("%s is in no package", name)
			}
		}
	}
}

// control is the package's description, as the configuration has it.
func control(t *testing.T, config string) string {
	t.Helper()
	value := func(key string) string {
		m := regexp.MustCompile(`(?m)^ +` + key + `: ([^|\n]+)$`).FindStringSubmatch(config)
		if m == nil {
			t.Fatalf(".goreleaser.yaml says nothing of %s", key)
		}
		return m[1]
	}
	_, description, _ := strings.Cut(config, "description: |-\n")
	lines := strings.Split(description, "\n")
	end := slices.IndexFunc(lines, func(l string) bool { return !strings.HasPrefix(l, "      ") })
	return fmt.Sprintf("Package: keyconv\nVersion: 0.0.1\nArchitecture: %s\nMaintainer: %s\nSection: %s\nPriority: %s\nHomepage: %s\nDescription: %s\n",
		runtime.GOARCH, value("maintainer"), value("section"), value("priority"), value("homepage"),
		strings.ReplaceAll(strings.TrimSpace(strings.Join(lines[:end], "\n")), "\n      ", "\n "))
}

func folder(t *testing.T, name string) {
	t.Helper()
	if err := os.MkdirAll(name, 0o755); err != nil {
		t.Fatal(err)
	}
}

func file(t *testing.T, name, text string, mode fs.FileMode) {
	t.Helper()
	folder(t, filepath.Dir(name))
	if err := os.WriteFile(name, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}
