package doctor

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/internal/safetext"
	"github.com/keyconv/keyconv/sshkey"
)

// A KeyFile is a private key file as a client has it.
type KeyFile struct {
	Path       string
	Key        *sshkey.Key // what was read from it
	FormatName string
	Data       []byte
}

// Format keeps Data, a private key, out of what is printed.
func (f KeyFile) Format(s fmt.State, _ rune) { io.WriteString(s, f.String()) }

// String names the file.
func (f KeyFile) String() string {
	return fmt.Sprintf("%q: %s, %d bytes (redacted)", f.Path, f.FormatName, len(f.Data))
}

// MarshalText keeps Data out of encoding/json and its like.
func (f KeyFile) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// GobEncode refuses: encoding/gob would write Data.
func (f KeyFile) GobEncode() ([]byte, error) { return nil, errors.New(f.String()) }

// Check says what keeps a client from using the file. A finding of severity
// Note does not.
func (f KeyFile) Check(sys System) []sshkey.Finding {
	about := &sshkey.Key{Pos: f.Key.Pos}
	if f.Key.Private != nil {
		f.checkMode(sys, about)
		f.checkFormat(sys, about)
		f.checkBeside(sys, about)
	}
	return about.Findings
}

// checkMode is ssh's sshkey_perm_ok, which looks at the caller's own files.
func (f KeyFile) checkMode(sys System, about *sshkey.Key) {
	if windows, ok := sys.(windowsSystem); ok {
		if fix, msg := f.checkRights(windows); msg != "" {
			about.Note(sshkey.Warning, "key-file-modes", fix, "%s", msg)
		}
		return
	}
	info, err := sys.Stat(f.Path)
	me := sys.EffectiveUser()
	if err == nil && me >= 0 && info.UID == me && info.Mode.Perm()&0o077 != 0 {
		about.Note(sshkey.Warning, "key-file-modes", chmodCommand(info.Mode.Perm()&0o700, f.Path),
			"mode %04o: others may read the private key, and ssh refuses it (UNPROTECTED PRIVATE KEY FILE)", info.Mode.Perm())
	}
}

// checkFormat tells who cannot read the file.
func (f KeyFile) checkFormat(sys System, about *sshkey.Key) {
	switch err := f.Key.Openable(); {
	case err != nil:
		about.Note(sshkey.Warning, "cipher-unknown", sshkey.Hint(err), "%s", err)
	case f.Key.Encrypted() || f.Key.Protection != nil:
		about.Note(sshkey.Note, "encrypted", "without a terminal it has to be in an agent: keyconv agent add "+safetext.ShellWord(f.Path), "the key needs its passphrase")
	}
	forSSH := "for ssh: " + f.convert("openssh", "")
	if !inOpenSSH(f.Key.Public) {
		forSSH = "for ssh make a new key: ssh-keygen -t ed25519"
	}
	switch {
	case f.FormatName == "ppk" && f.Key.Version == 3:
		about.Note(sshkey.Note, "ppk3", forSSH+"; for older programs: "+f.convert("ppk2", "-v2.ppk"),
			"a PPK of version 3: PuTTY before 0.75 and many other programs cannot read it (\"PuTTY key format too new\"), nor can ssh")
	case f.FormatName == "ppk":
		about.Note(sshkey.Note, "ppk-for-putty", forSSH, "a PPK is for PuTTY, WinSCP and FileZilla; ssh cannot read it")
	case f.FormatName == "openssh":
		f.checkText(sys, about)
	}
}

// convert is the command that writes the key in another format beside the file.
func (f KeyFile) convert(format, ending string) string {
	base := f.Path
	if ext := filepath.Ext(base); strings.EqualFold(ext, ".ppk") {
		base = strings.TrimSuffix(base, ext)
	} else if ending == "" {
		ending = "." + format // not the file itself
	}
	return "keyconv convert --to " + format + " -o " + safetext.ShellWord(base+ending) + " " + safetext.ShellWord(f.Path)
}

// checkText: OpenSSH compares BEGIN and END lines of its own format to the
// byte (sshkey_parse_private2).
func (f KeyFile) checkText(sys System, about *sshkey.Key) {
	text := bytes.TrimLeft(f.Data, " \t\r\n")
	anew := f.convert("openssh", ".new") + " writes it anew"
	end := "echo >> " + safetext.ShellWord(f.Path)
	if _, ok := sys.(windowsSystem); ok {
		end = anew // cmd's echo would write a word
	}
	switch {
	case bytes.Contains(text, []byte("\r")):
		about.Note(sshkey.Warning, "crlf", anew, "lines end with CR LF, with which ssh reads no openssh key (\"error in libcrypto\")")
	case !bytes.HasSuffix(text, []byte("\n")):
		about.Note(sshkey.Warning, "no-final-newline", end, "the last line has no end, with which ssh reads no openssh key (\"error in libcrypto\")")
	}
}

// checkBeside compares the .pub and the certificate beside the file: ssh offers
// what they say.
func (f KeyFile) checkBeside(sys System, about *sshkey.Key) {
	if f.Key.Public.IsZero() {
		return
	}
	for _, b := range []struct{ ending, code, hint string }{
		{".pub", "stale-pub", "keyconv convert --to authorized-keys --force -o " + safetext.ShellWord(f.Path+".pub") + " " + safetext.ShellWord(f.Path)},
		{"-cert.pub", "stale-certificate", "have a certificate made for this key, or move the file away"},
	} {
		k, err := Beside(sys, f.Path, b.ending)
		if err == nil && k.Public.Plain() != f.Key.Public.Plain() {
			about.Note(sshkey.Warning, b.code, b.hint, "%s is of another key (%s): ssh offers that one and then cannot sign", f.Path+b.ending, k.Public.Plain().Fingerprint())
		}
	}
}

// Beside reads the public key in the file that has an ending behind path.
func Beside(sys System, path, ending string) (*sshkey.Key, error) {
	data, err := sys.ReadFile(path + ending)
	if err != nil {
		return nil, err
	}
	for l := range authkeys.Lines(data) {
		if l.Kind == authkeys.Entry {
			return l.Key, nil
		}
	}
	return nil, fmt.Errorf("%s: no public key", path+ending)
}
