package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/keyconv/keyconv/doctor"
	"github.com/keyconv/keyconv/internal/safefile"
	"github.com/keyconv/keyconv/internal/safetext"
	"github.com/keyconv/keyconv/sshkey"
)

// fix mends the modes and the lines that refuse, after it has said what it
// will do, and looks again. It reports whether something went wrong.
func (v *visit) fix() (failed bool) {
	modes, files := v.mendable()
	if len(modes)+len(files) == 0 {
		v.note("--fix: there is no mode and no line to mend")
		return false
	}
	for _, m := range modes {
		v.message(fmt.Sprintf("will set the mode of %s to %04o", m.Path, m.Mode.Perm()), "")
	}
	for _, f := range files {
		v.message(fmt.Sprintf("will repair the lines of %s and keep the old file beside it", f), "")
	}
	for _, m := range modes {
		if err := v.disk().Chmod(m.Path, m.Mode); err != nil {
			v.problem(m.Path, safefile.Plain(err))
			failed = true
			continue
		}
		v.fixed = append(v.fixed, sshkey.Finding{Code: "file-modes", Severity: sshkey.Repaired, Msg: fmt.Sprintf("%s has mode %04o now", m.Path, m.Mode.Perm())})
	}
	for _, f := range files {
		failed = v.fixLines(f) || failed
	}
	v.findings("doctor", v.fixed)
	v.diagnose()
	return failed
}

// mendable lists what --fix can do, each once.
func (v *visit) mendable() (modes []*doctor.Mend, files []string) {
	seen := map[string]bool{}
	for _, c := range v.report.Refusals {
		if c.Mend != nil && !seen["mode "+c.Mend.Path] {
			seen["mode "+c.Mend.Path] = true
			modes = append(modes, c.Mend)
		}
		if c.Lines && !seen[c.File] {
			seen[c.File] = true
			files = append(files, c.File)
		}
	}
	return modes, files
}

func (v *visit) fixLines(file string) (failed bool) {
	fixed, backup, err := v.mendLines(file)
	if err != nil {
		v.problem(file, safefile.Plain(err))
	}
	v.fixed = append(v.fixed, fixed...)
	if backup != "" {
		v.note("%s: the old file is %s", file, backup)
	}
	return err != nil
}

// mendLines repairs the lines of an authorized_keys file that can be repaired
// with certainty, in place, and gives the name of the backup.
func (e *env) mendLines(file string) (fixed []sshkey.Finding, backup string, err error) {
	var mended *doctor.Mended
	res, err := e.disk().Edit(file, safefile.Edit{Backup: true, Change: func(old []byte) (text []byte, err error) {
		if mended, err = doctor.MendLines(old); err != nil {
			return nil, err
		}
		return mended.Text, nil
	}})
	if err != nil || !res.Changed {
		return nil, "", err
	}
	e.linked(file, res)
	if info, err := os.Lstat(file); err == nil && info.Mode().Type() == fs.ModeSymlink {
		file = resolved(file) // beside which the backup stands
	}
	backup = filepath.Join(filepath.Dir(file), res.Backup)
	return stillIn(backup, mended.Findings()), backup, nil
}

func deletes(file string) string {
	if runtime.GOOS == "windows" {
		return "del " + file
	}
	return "shred -u " + file + " (or rm " + file + ")"
}

// stillIn tells where a private key stays that was taken out of a file.
func stillIn(backup string, fixed []sshkey.Finding) []sshkey.Finding {
	for i, f := range fixed {
		if f.Code == "private-key-exposed" {
			fixed[i].Hint = "the old file still holds it, delete that: " + deletes(safetext.ShellWord(backup)) + "; " + f.Hint
		}
	}
	return fixed
}
