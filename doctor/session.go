package doctor

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/keyconv/keyconv/internal/safefile"
	"github.com/keyconv/keyconv/internal/safetext"
)

// checkSession is what ends a session that the key has opened: the folder for
// chroot, /etc/nologin, a shell that turns everybody away.
func (w *walk) checkSession() bool {
	if dir := w.settings.Path("chrootdirectory"); dir != "" {
		w.checkChroot(dir)
	}
	for _, file := range []string{"/etc/nologin", "/run/nologin"} { // the second is pam_nologin's alone
		if _, err := w.sys.Stat(file); err == nil && w.account.UID != 0 && (w.pam() || file == "/etc/nologin") {
			w.refuse("nologin-file", "rm "+file, "%s is there: nobody but root may log in", file)
		}
	}
	if w.account.turnsAway() && !strings.HasPrefix(w.forcedCommand(), "internal-sftp") {
		w.refuse("shell-refuses", "usermod -s /bin/sh "+safetext.ShellWord(w.account.Name), "the key is taken, but the shell %s of %s ends every session", w.account.shell(), w.account.Name)
	}
	return true
}

// forcedCommand is what runs instead of what the client asks for.
func (w *walk) forcedCommand() string {
	if command := w.settings.Path("forcecommand"); command != "" {
		return command
	}
	if w.By != nil && w.By.Terms.Command != nil {
		return *w.By.Terms.Command
	}
	return ""
}

// checkChroot is safely_chroot: every folder is root's and nobody else may
// write to it.
func (w *walk) checkChroot(pattern string) {
	a := w.account
	dir, err := expandTokens(pattern, a.tokens())
	for at := filepath.Clean(dir); err == nil; at = filepath.Dir(at) {
		info, statErr := w.sys.Stat(at)
		switch {
		case statErr != nil:
			err = fmt.Errorf("%s: %w", at, safefile.Plain(statErr))
		case info.UID != 0 || info.Mode&0o022 != 0:
			err = fmt.Errorf("%s must be root's, and writable by root alone", at)
		case !info.Mode.IsDir():
			err = fmt.Errorf("%s is not a folder", at)
		}
		if at == filepath.Dir(at) {
			break
		}
	}
	if err != nil {
		w.refuse("chroot-modes", "chown root:root "+safetext.ShellWord(dir)+" && chmod go-w "+safetext.ShellWord(dir), "the key is taken, but ChrootDirectory fails: %v", err)
	}
}

// checkLabel asks SELinux's own tools whether a file has the label that it
// should; with another one sshd may not read it.
func (w *walk) checkLabel(path string) {
	mode, err := w.sys.Run(Command{Name: "getenforce"})
	if err != nil || !bytes.Contains(mode, []byte("Enforcing")) {
		return
	}
	if out, err := w.sys.Run(Command{Name: "matchpathcon", Args: []string{"-V", path}}); err != nil && bytes.Contains(out, []byte("should be")) {
		w.note("selinux-label", "restorecon -Rv "+safetext.ShellWord(filepath.Dir(path)), "SELinux: %s; sshd may not be let to read it", strings.TrimSpace(string(out)))
	}
}

// checkEverything is what is worth a word and refuses nothing.
func (w *walk) checkEverything() bool {
	if _, err := w.sys.Stat(w.account.Home); err != nil && !cannotSee(err) {
		w.note("home-missing", "mkhomedir_helper "+safetext.ShellWord(w.account.Name), "the home %s of %s does not exist", w.account.Home, w.account.Name)
	}
	if w.plain.Algorithm() == "ssh-dss" && len(w.Refusals) == 0 {
		w.note("dsa", "ssh -o PubkeyAcceptedAlgorithms=+ssh-dss ...; better make a new key: ssh-keygen -t ed25519", "the client too must be told to use DSA")
	}
	return true
}
