package main

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/doctor"
	"github.com/keyconv/keyconv/internal/safefile"
	"github.com/keyconv/keyconv/internal/safetext"
	"github.com/keyconv/keyconv/sshkey"
)

// This file is what add does with the authorized_keys file.

// mendFile is what to do about a file that is not read as it is.
func (a *addition) mendFile(old []byte) string {
	if f, err := keyconv.Detect(old); err == nil && f.Private {
		return "this is a private key (" + f.Name + "), and no authorized_keys file: name that one, or none for ~/.ssh/authorized_keys"
	}
	if m, err := doctor.MendLines(old); err == nil && len(m.Regions) > 0 {
		return "mend the file first: " + strings.TrimSpace("keyconv check --fix "+a.named())
	}
	return strings.TrimSpace("keyconv check "+a.named()) + " says what is wrong with it, and it cannot be repaired with certainty: mend the line by hand or take it out"
}

// named is the file for a command; the default one needs no name.
func (a *addition) named() string {
	if a.c.NArg() == 0 {
		return ""
	}
	return safetext.ShellWord(a.c.Args().First())
}

// change gives the file's new content: its bytes as they are, a line end where
// the last line has none, and the key. The new line ends in LF, which sshd
// reads beside CR LF.
func (a *addition) change(old []byte) ([]byte, error) {
	a.found = nil
	if i := bytes.IndexByte(old, 0); i >= 0 {
		return nil, sshkey.WithHint(sshkey.Errorf(authkeys.Name, old, i, "a NUL byte: the file is in UTF-16, or no text"), a.mendFile(old))
	}
	there, err := a.search(old)
	if err != nil || there != nil {
		a.found = there
		return old, err
	}
	fresh := slices.Clone(old)
	if len(fresh) > 0 && fresh[len(fresh)-1] != '\n' {
		fresh = append(fresh, '\n')
	}
	a.number = bytes.Count(fresh, []byte("\n")) + 1
	return append(fresh, a.line...), nil
}

// search looks for the key. sshd goes by the first line that has it and lets
// it in, so the first must have the options that are wanted; where the key
// stands in any other way, somebody has to decide.
func (a *addition) search(old []byte) (there *authkeys.Line, err error) {
	blob := []byte(base64.StdEncoding.EncodeToString(a.key.Public.Blob()))
	var dead, broken *authkeys.Line
	entries := 0
	for l := range authkeys.Lines(old) {
		switch {
		case l.Kind == authkeys.Entry && l.Key.Public == a.key.Public:
			return &l, a.sameOptions(l)
		case l.Kind == authkeys.Entry:
			entries++
		case l.Kind == authkeys.Bad && broken == nil:
			broken = &l
		}
		if dead == nil && l.Kind != authkeys.Entry && bytes.Contains(l.Text, blob) {
			dead = &l
		}
	}
	switch {
	case dead != nil:
		return nil, a.deadLine(*dead)
	case broken != nil && entries == 0:
		return nil, sshkey.WithHint(fmt.Errorf("%w; no line of the file is a key", broken.Err), a.mendFile(old))
	}
	return nil, nil
}

// sameOptions says how the entry differs from what is to be added.
func (a *addition) sameOptions(l authkeys.Line) error {
	if slices.EqualFunc(effective(l.Key.Options), effective(a.key.Options), sameOption) {
		return nil
	}
	return sshkey.WithHint(at(l.Key.Pos, fmt.Errorf("the key is there with other options (%s), and sshd goes by the first line that lets it in", describe(l.Key.Options))),
		"change the options in that line, or remove the line first")
}

// effective leaves the empty items out.
func effective(options []sshkey.Option) []sshkey.Option {
	return slices.DeleteFunc(slices.Clone(options), func(o sshkey.Option) bool { return o.Name == "" })
}

func sameOption(x, y sshkey.Option) bool { return x.Name == y.Name && x.Value == y.Value }

func describe(options []sshkey.Option) string {
	if len(effective(options)) == 0 {
		return "none"
	}
	return authkeys.RawOptions(options)
}

// deadLine explains a line that holds the key and that sshd passes over.
func (a *addition) deadLine(l authkeys.Line) error {
	pos := sshkey.Pos{Offset: l.Offset, Line: l.Number, Column: 1}
	if l.Kind == authkeys.Comment {
		return sshkey.WithHint(at(pos, errors.New("the key is there, commented out: somebody has taken it out of use")),
			"take the # away to let it in again, or remove the line first")
	}
	return sshkey.WithHint(fmt.Errorf("the key is there, in a line that sshd passes over: %w", l.Err), a.mendFile(l.Text))
}

// at gives an error its place in the file.
func at(pos sshkey.Pos, err error) error {
	return &sshkey.SyntaxError{Format: authkeys.Name, Pos: pos, Err: err}
}

// report tells what was done.
func (a *addition) report(file string, res safefile.Result) {
	k := a.key.Public
	what := fmt.Sprintf("%s %d %s", k.Label(), k.Bits(), k.Fingerprint())
	defer a.modes(file)
	if a.found != nil {
		a.note("%s: %s is there already", place(file, a.found.Key.Pos), what)
		return
	}
	a.note("%s:%d: added %s", file, a.number, what)
	if res.Made {
		a.note("%s is new", file)
	}
	a.linked(file, res)
}

// modes warns of what keeps sshd from reading the file at all.
func (a *addition) modes(file string) {
	sys := doctor.OS()
	path, err := filepath.Abs(file)
	if err != nil {
		return
	}
	home, _ := os.UserHomeDir()
	keys, _ := doctor.FindKeysFile(sys, path, home, doctor.NewServer(sys))
	for _, f := range keys.Faults {
		warning := faultFinding(f)
		warning.Severity = sshkey.Warning
		a.findings(f.Path, []sshkey.Finding{warning})
	}
}
