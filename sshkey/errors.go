package sshkey

import (
	"errors"
	"fmt"

	"github.com/keyconv/keyconv/internal/wire"
)

// A sentinel is a cause that callers ask for with errors.Is, and the next step
// that belongs to it.
type sentinel struct{ msg, hint string }

func (e *sentinel) Error() string { return e.msg }
func (e *sentinel) Hint() string  { return e.hint }

// The causes that callers distinguish.
var (
	ErrEncrypted  error = &sentinel{"the key is encrypted and no passphrase was given", "give its passphrase (--passphrase-file FILE)"}
	ErrPassphrase error = &sentinel{"wrong passphrase", "check keyboard layout and capitals; a file that was changed by hand gives this message too"}
	ErrNoPrivate  error = &sentinel{"there is no private key here, only a public one", "give the file that holds the private key"}
	ErrMismatch   error = &sentinel{"the private and the public half do not belong together", "the file is damaged or was put together from two keys; use a backup or make a new key"}
	ErrCorrupt    error = &sentinel{"the key's own check does not match: the file is damaged", "copy the file again from where it came from"}
)

// A SyntaxError is input that breaks the rules of Format, at Pos.
type SyntaxError struct {
	Format string // a format's name, such as "ppk"; "" where none is known
	Pos    Pos
	Err    error
}

// Error is the cause behind the format; the place is in Pos.
func (e *SyntaxError) Error() string {
	switch {
	case e.Err == nil:
		return "a syntax error without a cause"
	case e.Format == "":
		return e.Err.Error()
	}
	return e.Format + ": " + e.Err.Error()
}

// Unwrap gives the cause.
func (e *SyntaxError) Unwrap() error { return e.Err }

// Errorf makes a SyntaxError at offset of data. Where the cause is an error about a
// public key blob, which has an offset of its own, use Locate.
func Errorf(format string, data []byte, offset int, msg string, args ...any) error {
	return &SyntaxError{format, PosAt(data, offset), fmt.Errorf(msg, args...)}
}

// Locate makes err a *SyntaxError with a place in data, unless it is one. at maps an
// offset in a decoded blob, of which errors of ParsePublicKey know theirs, to one in
// data; it is given 0 for other errors. Every error that leaves a parser passes
// through here.
func Locate(format string, data []byte, at func(int) int, err error) error {
	var done *SyntaxError
	if err == nil || errors.As(err, &done) {
		return err
	}
	offset := 0
	var w *wire.Error
	if errors.As(err, &w) {
		offset = w.Offset
	}
	return &SyntaxError{format, PosAt(data, at(offset)), err}
}

// An UnsupportedError is a key, cipher or version that is sound as far as one
// can see, but that the reader or the target format does not know.
type UnsupportedError struct {
	Format string // the format that lacks it
	What   string // "key type ssh-ed448", "cipher foo"
	Next   string // what to do instead; may be empty
	// Unknown is who does not know what stands in a file, "SSH" or "keyconv"; ""
	// where the format has no place for it.
	Unknown string
	Chosen  bool // by the caller, for a file to be written: no matter of the key
}

// Error names the format and what it has no place for, or what nobody knows.
func (e *UnsupportedError) Error() string {
	if e.Unknown != "" {
		return "here is " + e.What + ", which " + e.Unknown + " does not know"
	}
	return e.Format + " cannot hold " + e.What
}

// Hint is the next step.
func (e *UnsupportedError) Hint() string { return e.Next }

// A LimitError is a file that asks for more than Limits allows. It is returned
// before any of the cost is paid.
type LimitError struct {
	What         string // "Argon2 memory in KiB"
	Asked, Limit uint64
	Fixed        bool // no flag lifts it
	Chosen       bool // by the caller, for a file to be written
}

// Error says what was asked for and where the limit is.
func (e *LimitError) Error() string {
	switch {
	case e.Chosen:
		return fmt.Sprintf("%s: %d are too many, the limit is %d", e.What, e.Asked, e.Limit)
	case e.Fixed:
		return fmt.Sprintf("%s: here are %d, the limit is %d", e.What, e.Asked, e.Limit)
	}
	return fmt.Sprintf("%s: the file asks for %d, the limit is %d", e.What, e.Asked, e.Limit)
}

// Hint is the next step.
func (e *LimitError) Hint() string {
	switch {
	case e.Chosen:
		return "ask for less: keyconv itself would not open the file without --allow-expensive"
	case e.Fixed:
		return "no sound key needs as much; look whether it is the right file"
	}
	return "a file from a stranger can ask for anything; --allow-expensive lifts the limit for a file that you trust"
}

// RefuseOptions is what a format says that has no place for the options of an
// authorized_keys entry: a restriction is never lost.
func RefuseOptions(format string, k *Key) error {
	if len(k.Options) == 0 {
		return nil
	}
	return &UnsupportedError{Format: format, What: "the options of an authorized_keys entry, which restrict what the key may do",
		Next: "take the options off the line, or use --to authorized-keys"}
}

// RefuseRevoked is what a format says of a key that a line of known_hosts marked as
// @revoked: it is not passed on as a good one.
func RefuseRevoked(format string, k *Key) error {
	for _, h := range k.Headers {
		if h.Name == "Marker" && h.Value == "@revoked" {
			return &SyntaxError{Format: format, Pos: k.Pos, Err: errors.New("the key is marked @revoked; it is not passed on as a good one")}
		}
	}
	return nil
}

// Chosen is err, of Within, where the caller chose the number.
func Chosen(err error) error {
	var limit *LimitError
	if !errors.As(err, &limit) {
		return err
	}
	chosen := *limit
	chosen.Chosen = true
	return &chosen
}

// Quote shows a name that stands in a key file, such as that of a cipher, in a
// message. What is no printable ASCII is not shown: a wrong length may have
// moved private bytes there. Of a long name the beginning is shown.
func Quote[T ~string | ~[]byte](name T) string {
	const most = 40
	for _, c := range []byte(name) {
		if c < ' ' || c > '~' {
			return fmt.Sprintf("(%d bytes that are no name)", len(name))
		}
	}
	return fmt.Sprintf("%q", name[:min(len(name), most)])
}

// WithHint adds a next step to err; nil stays nil.
func WithHint(err error, hint string) error {
	if err == nil {
		return nil
	}
	return &hinted{err, hint}
}

type hinted struct {
	error
	hint string
}

func (e *hinted) Hint() string  { return e.hint }
func (e *hinted) Unwrap() error { return e.error }

// Hint is the next step that err, or what it wraps, suggests; "" for none.
func Hint(err error) string {
	var h interface{ Hint() string }
	if errors.As(err, &h) {
		return h.Hint()
	}
	return ""
}
