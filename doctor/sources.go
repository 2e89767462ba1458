package doctor

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/internal/safefile"
	"github.com/keyconv/keyconv/internal/safetext"
	"github.com/keyconv/keyconv/sshkey"
)

// A source is a place where sshd looks for the key: a file, TrustedUserCAKeys,
// or a command.
type source struct {
	name    string
	missing bool    // there is no such file
	unseen  bool    // it could not be looked at: the key may be in it
	present bool    // the key is in it
	causes  []Cause // why it does not let in
	by      *Entry  // the line that lets in
}

func (s *source) refuse(code, fix, msg string) {
	s.causes = append(s.causes, Cause{Code: code, Msg: msg, Fix: fix, File: s.name})
}

// open reports whether nothing keeps sshd from looking there.
func (s *source) open() bool { return len(s.causes) == 0 && !s.unseen }

// checkSources is user_key_allowed: the files, the authorities, the command.
// One that lets in will do.
func (w *walk) checkSources() bool {
	var list []*source
	list = append(list, w.files()...)
	list = append(list, w.authorities()...)
	list = append(list, w.command()...)
	for _, s := range list {
		if s.by != nil && len(s.causes) == 0 {
			w.By = s.by
			return true
		}
	}
	if w.Unknown = w.Tried && slices.ContainsFunc(list, func(s *source) bool { return s.unseen }); w.Unknown {
		for _, s := range list {
			w.Notes = append(w.Notes, s.causes...)
		}
		return true
	}
	w.report(list)
	return true
}

// report puts what refuses in order: first the source that has the key, else
// the first that is there, else the first.
func (w *walk) report(list []*source) {
	if len(list) == 0 {
		w.refuse("no-keys-file", w.edit("set AuthorizedKeysFile .ssh/authorized_keys"), "AuthorizedKeysFile is none, and there is no AuthorizedKeysCommand")
		return
	}
	if !w.Tried && slices.ContainsFunc(list, (*source).open) { // the key may be there
		for _, s := range list {
			if !s.missing {
				w.Notes = append(w.Notes, s.causes...)
			}
		}
		return
	}
	first := -1
	for _, tells := range []func(*source) bool{
		func(s *source) bool { return s.present },
		func(s *source) bool { return !s.missing },
		func(*source) bool { return true },
	} {
		if first < 0 {
			first = slices.IndexFunc(list, func(s *source) bool { return tells(s) && len(s.causes) > 0 })
		}
	}
	if first < 0 {
		return
	}
	w.Refusals = append(w.Refusals, list[first].causes...)
	for i, s := range list {
		if i != first && !s.missing {
			w.Refusals = append(w.Refusals, s.causes...)
		}
	}
}

// files are those of AuthorizedKeysFile.
func (w *walk) files() (list []*source) {
	for _, pattern := range w.settings.List("authorizedkeysfile") {
		if strings.EqualFold(pattern, "none") {
			continue
		}
		path, err := expandPath(pattern, w.account)
		if err != nil {
			s := &source{name: pattern}
			s.refuse("sshd-config", w.edit("mend AuthorizedKeysFile"), "AuthorizedKeysFile: "+err.Error())
			list = append(list, s)
			continue
		}
		w.Files = append(w.Files, path)
		list = append(list, w.file(path))
	}
	return list
}

// file is user_key_allowed2.
func (w *walk) file(path string) *source {
	s := &source{name: path}
	text, ok := w.open(s, path)
	if !ok || !w.Tried {
		return s
	}
	w.decide(s, text)
	return s
}

// open is auth_openfile: what keeps sshd from reading a file goes to the
// source's causes. The text is read all the same where it can be.
func (w *walk) open(s *source, path string) (text []byte, ok bool) {
	_, err := w.sys.RealPath(path)
	blocked, mayRead := readable(w.sys, path, w.account)
	switch me := w.sys.EffectiveUser(); {
	case cannotSee(err) && me != 0 && me != w.account.UID:
		w.unseen(w.asRoot(), "%s: we may not look there", path)
		s.unseen = true
		return nil, false
	case !mayRead || cannotSee(err):
		f := unreadable(w.sys, path, blocked, w.account)
		s.refuse(f.Code, w.readableFix(path, blocked, f), f.Msg)
	case errors.Is(err, fs.ErrNotExist):
		s.missing = true
		s.refuse("file-missing", Adds(path), "there is no "+path)
		return nil, false
	case err != nil:
		s.refuse("file-unreadable", "look at "+safetext.ShellWord(path)+": ls -ld", fmt.Sprintf("%s cannot be opened: %v", path, safefile.Plain(err)))
		return nil, false
	}
	if info, err := w.sys.Stat(path); err == nil && !info.Mode.IsRegular() {
		s.refuse("file-not-regular", "mv "+safetext.ShellWord(path)+" "+safetext.ShellWord(path+".old")+", then make the file: "+Adds(path), path+" is not a file")
		return nil, false
	}
	if w.settings.Is("strictmodes", "yes") {
		w.strict(s, path)
	}
	if text, err = w.sys.ReadFile(path); err == nil {
		w.checkLabel(path)
	} else if len(s.causes) == 0 {
		s.unseen = true
		w.unseen(w.asRoot(), "%s cannot be read: %v", path, safefile.Plain(err))
	}
	return text, err == nil
}

// readableFix is how the account gets to read a path.
func (w *walk) readableFix(path, blocked string, f Fault) string {
	if info, err := w.sys.Stat(blocked); strings.HasPrefix(path, "/root/") && w.account.Home != "/root" && (err != nil || info.UID != w.account.UID) {
		return w.edit("write %%h for ~ (which is root's home there) in AuthorizedKeysFile")
	}
	return f.Fix
}

func (w *walk) strict(s *source, path string) {
	faults, err := StrictModes(w.sys, path, w.account, w.lenient)
	if err != nil {
		return
	}
	for _, f := range faults {
		c := Cause{Code: f.Code, Msg: f.Msg, Fix: f.Fix, File: f.Path}
		if f.Mode != 0 {
			c.Mend = &Mend{f.Path, f.Mode}
		}
		s.causes = append(s.causes, c)
	}
}

func (w *walk) login() authkeys.Login {
	return authkeys.Login{Key: w.ask.Key, User: w.account.Name, Addr: w.from, Now: w.sys.Now(), Server: w.server(), Service: func(name string) bool { return HasService(w.sys, name) }}
}

// decide asks the lines.
func (w *walk) decide(s *source, text []byte) {
	d := authkeys.Decide(text, w.login())
	s.present = len(d.Matches) > 0
	switch m := d.First(); {
	case m != nil:
		s.by = &Entry{s.name, m.Line.Number, m.Terms}
		w.conditions(fmt.Sprintf("%s:%d", s.name, m.Line.Number), *m)
	case d.Err != nil:
		s.refuse("key-unfit", sshkey.Hint(d.Err), d.Err.Error())
	case d.Verdict == authkeys.NotListed:
		w.notListed(s, text)
	}
	if d.Verdict == authkeys.Refused {
		for _, m := range d.Matches {
			s.causes = append(s.causes, Cause{Code: w.lineCode(m), Msg: m.Err.Error(), Fix: sshkey.Hint(m.Err), File: s.name, Pos: sshkey.Pos{Line: m.Line.Number, Column: 1}})
		}
	}
}

// conditions tells what must hold besides for a line that lets in.
func (w *walk) conditions(place string, m authkeys.Match) {
	for _, u := range m.Unknown {
		fix := ""
		if !w.from.IsValid() && strings.HasPrefix(u, "the client comes from") {
			fix = whereFrom
		}
		w.note("depends", fix, "%s lets the key in if %s", place, u)
	}
}

func (w *walk) notListed(s *source, text []byte) {
	add := NotListed(w.ask.Key, s.name).Hint
	if c, err := w.ask.Key.Certificate(); err == nil {
		s.refuse("certificate-untrusted", add, "no line of "+s.name+" trusts the certificate's authority "+c.CA.Fingerprint())
	} else {
		s.refuse("key-not-listed", add, s.name+" does not hold the key "+w.ask.Key.Fingerprint())
	}
	for _, f := range NearestMiss(text, &sshkey.Key{Public: w.ask.Key, Comment: w.ask.Comment}, s.name) {
		last := &s.causes[len(s.causes)-1]
		last.Msg, last.Pos, last.Fix, last.Lines = last.Msg+"; "+f.Msg, f.Pos, cmp.Or(f.Hint, add), !w.ask.Key.IsCertificate()
	}
}

// lineCode says which of the things that a line asks for was missing, in the
// order of auth_authorise_keyopts.
func (w *walk) lineCode(m authkeys.Match) string {
	t := m.Terms
	switch {
	case !t.Expires.IsZero() && t.Expires.Before(w.sys.Now()):
		return "line-expired"
	case t.Principals != nil && !t.Authority:
		return "line-principals"
	case t.From != nil && !fromAllows(*t.From, w):
		return "line-from"
	}
	if c, err := w.ask.Key.Certificate(); err == nil {
		return w.certificateCode(c)
	}
	return "line-refuses"
}

func fromAllows(list string, w *walk) bool {
	ok, err := authkeys.MatchHost(list, w.conn.Host, w.ask.Addr)
	return ok && err == nil
}
