package doctor

import (
	"fmt"
	"io/fs"
	"net/netip"

	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/sshkey"
)

// A Request is a login that is asked about.
type Request struct {
	User   string
	Config string           // sshd_config; "" is DefaultConfig
	Key    sshkey.PublicKey // plain or a certificate; the zero value asks about no key
	// Comment is the key's, by which a line of another key is recognised.
	Comment string
	Addr    netip.Addr // the client's; the zero value is not known, and settings are asked for this machine
	// Agent is whether the agent at SSH_AUTH_SOCK is the client's; what it
	// offers then counts for MaxAuthTries.
	Agent bool
	Sshd  string // the program; "" is the one on the PATH or in /usr/sbin
}

// A Cause is something that refuses, or that is worth a word.
type Cause struct {
	Code string // see keyconv.Codes
	Msg  string // what it is, in one line
	Fix  string // the command that mends it, or what to do
	File string // where; "" for nowhere
	Pos  sshkey.Pos
	Mend *Mend // what --fix can do about the mode; nil for nothing
	// Lines is true where the file holds the key in a line that sshd does
	// not take; MendLines may repair it.
	Lines bool
}

// A Mend is a change of a mode.
type Mend struct {
	Path string
	Mode fs.FileMode
}

// A Report is what was found.
type Report struct {
	User, Config, Source string  // Source tells where the settings are from
	Refusals             []Cause // the first is the answer
	Notes                []Cause // what does not refuse
	Unseen               []Cause // what could not be looked at, and how to let it
	By                   *Entry  // what lets the key in; nil where nothing does
	Files                []string
	Tried                bool // a key was asked about
	Unknown              bool // what could not be seen may let the key in
}

// An Entry is what lets a key in.
type Entry struct {
	File  string // or a command
	Line  int    // 0 where it is no line
	Terms authkeys.Terms
}

// LetIn reports whether the key gets in, as far as could be seen.
func (r *Report) LetIn() bool { return r.Tried && !r.Unknown && len(r.Refusals) == 0 }

// Certain reports whether everything could be seen.
func (r *Report) Certain() bool { return len(r.Unseen) == 0 }

func (r *Report) refuse(code, fix, msg string, args ...any) {
	r.Refusals = append(r.Refusals, Cause{Code: code, Msg: fmt.Sprintf(msg, args...), Fix: fix})
}

func (r *Report) note(code, fix, msg string, args ...any) {
	r.Notes = append(r.Notes, Cause{Code: code, Msg: fmt.Sprintf(msg, args...), Fix: fix})
}

func (r *Report) unseen(fix, msg string, args ...any) {
	r.Unseen = append(r.Unseen, Cause{Code: "not-seen", Msg: fmt.Sprintf(msg, args...), Fix: fix})
}
