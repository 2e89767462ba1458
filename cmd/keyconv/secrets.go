package main

import (
	"bytes"
	"errors"
	"sync"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/sshkey"
	"github.com/urfave/cli/v2"
)

// secrets are the passphrases of one run: each is read or asked for once,
// however many files there are.
type secrets struct {
	*env
	c          *cli.Context
	mu         sync.Mutex
	pass, next []byte
}

const (
	oldFlag = "--passphrase-file"
	newFlag = "--new-passphrase-file"
)

func newSecrets(e *env, c *cli.Context) *secrets { return &secrets{env: e, c: c} }

// check refuses standard input as the file of a passphrase.
func (s *secrets) check() error {
	for _, name := range []string{"passphrase-file", "new-passphrase-file"} {
		if s.c.String(name) == "-" {
			return usagef("--%s does not read standard input; give a file", name)
		}
	}
	return nil
}

func (s *secrets) wantsNew() bool {
	return isSet(s.c, "new-passphrase-file") || s.c.Bool("new-passphrase")
}

// old opens the input called name.
func (s *secrets) old(name string) (pass []byte, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pass != nil {
		return s.pass, nil
	}
	if file := s.c.String("passphrase-file"); file != "" {
		if pass, err = passphraseFile(oldFlag, file); err == nil {
			s.setEncoding(encodingOf(pass))
		}
	} else {
		pass, err = s.ask(oldFlag, "Passphrase for "+name+": ")
	}
	if err == nil {
		s.pass = pass
	}
	return pass, err
}

// new protects the output. The caller may clear what it gets.
func (s *secrets) new() (pass []byte, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.next == nil {
		if file := s.c.String("new-passphrase-file"); file != "" {
			s.next, err = passphraseFile(newFlag, file)
		} else {
			s.next, err = s.askTwice(newFlag)
		}
		if err == nil {
			err = typeable(s.next)
		}
		if err != nil {
			clear(s.next)
			s.next = nil
		}
	}
	return append([]byte(nil), s.next...), err
}

// encodingOf names the encoding of a file that was not written as plain text.
func encodingOf(line []byte) string {
	switch {
	case bytes.HasPrefix(line, []byte("\xff\xfe")), bytes.HasPrefix(line, []byte("\xfe\xff")):
		return "UTF-16"
	case bytes.HasPrefix(line, []byte("\ufeff")):
		return "UTF-8 with a byte order mark"
	}
	return ""
}

// plainText is what to do about it.
const plainText = "write the passphrase as plain text: in PowerShell with Set-Content -Encoding ascii, not with >"

// typeable refuses a new passphrase that nobody could type.
func typeable(pass []byte) error {
	if name := encodingOf(pass); name != "" {
		return hint(newFlag+": the file is "+name+", whose bytes nobody can type", plainText)
	}
	if bytes.IndexByte(pass, 0) >= 0 {
		return hint("the new passphrase holds a NUL byte, which no other program can be given", "choose one of characters that can be typed; a file of UTF-16 has such bytes")
	}
	return nil
}

// clear forgets the passphrases.
func (s *secrets) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.pass)
	clear(s.next)
	s.pass, s.next = nil, nil
}

func limits(c *cli.Context) sshkey.Limits {
	if c.Bool("allow-expensive") {
		return sshkey.NoLimits()
	}
	return sshkey.Limits{}
}

func hint(msg, next string) error { return sshkey.WithHint(errors.New(msg), next) }

func (e *env) setEncoding(name string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.encoding = name
}

// hintOf is the next step after an error: that of hintOf, unless the file of
// the passphrase was written in a way that makes it another one.
func (e *env) hintOf(err error) string {
	e.mu.Lock()
	encoding := e.encoding
	e.mu.Unlock()
	if encoding != "" && errors.Is(err, sshkey.ErrPassphrase) {
		return "the file of " + oldFlag + " is " + encoding + ", and so is the passphrase then: " + plainText
	}
	return hintOf(err)
}

// hintOf is the next step after an error. Where the parser of a private key
// knows none, the file is damaged.
func hintOf(err error) string {
	if next := sshkey.Hint(err); next != "" {
		return next
	}
	if s, ok := errors.AsType[*sshkey.SyntaxError](err); ok {
		if f, err := keyconv.Lookup(s.Format); err == nil && f.Private {
			return "the file is damaged or cut short: copy it once more, whole, from where it was made"
		}
	}
	return ""
}
