package main

import (
	"bytes"
	"errors"
	"sync"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/sshkey"
	"github.com/urfave/cli/v2"
)

// secrets are the passphrases of one run. The new one is read or asked for once,
// however many files there are, and one that opens files is asked for only where
// those that are known do not open the next.
type secrets struct {
	*env
	c     *cli.Context
	mu    sync.Mutex
	known []secret
	next  []byte
}

// A secret is a passphrase and the input that it was asked for.
type secret struct {
	pass  []byte
	input string
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

// unlock opens a key of the input called name. Where none can, it does not ask.
func (s *secrets) unlock(name string, k *sshkey.Key, f keyconv.Format) (*sshkey.Key, error) {
	if err := k.Openable(); err != nil {
		return nil, err
	}
	return s.open(name, func(pass []byte, lim sshkey.Limits) (*sshkey.Key, error) { return keyconv.Unlock(k, f, pass, lim) })
}

// open is unlock with a function for what opens it.
func (s *secrets) open(name string, unlock func([]byte, sshkey.Limits) (*sshkey.Key, error)) (k *sshkey.Key, err error) {
	err = s.try(name, func(ask func() ([]byte, error)) error {
		pass, err := ask()
		if err == nil {
			k, err = unlock(pass, limits(s.c))
		}
		return err
	})
	return k, err
}

// try does work on the input called name, which may ask for its passphrase. As long as
// that is the wrong one and was asked for another input, it does so again with the next.
func (s *secrets) try(name string, work func(ask func() ([]byte, error)) error) error {
	for n := 0; ; n++ {
		borrowed := false
		err := work(func() ([]byte, error) {
			old, err := s.nth(n, name)
			borrowed = err == nil && old.input != name && !isSet(s.c, "passphrase-file")
			return old.pass, err
		})
		if !borrowed || !errors.Is(err, sshkey.ErrPassphrase) {
			return err
		}
	}
}

// nth is the passphrase number n of the run, which the input called name has to give
// where there are not so many.
func (s *secrets) nth(n int, name string) (secret, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n < len(s.known) {
		return s.known[n], nil
	}
	pass, err := s.old(name)
	if err != nil {
		return secret{}, err
	}
	s.known = append(s.known, secret{pass, name})
	return s.known[n], nil
}

func (s *secrets) old(name string) ([]byte, error) {
	file := s.c.String("passphrase-file")
	if file == "" {
		return s.ask(oldFlag, "Passphrase for "+name+": ")
	}
	pass, err := s.passphraseFile(oldFlag, file)
	if err == nil {
		s.setEncoding(encodingOf(pass))
	}
	return pass, err
}

// new protects the output.
func (s *secrets) new() (pass []byte, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.next == nil {
		if file := s.c.String("new-passphrase-file"); file != "" {
			s.next, err = s.passphraseFile(newFlag, file)
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
	return s.next, err
}

// passphraseFile reads one, and tells of what nobody sees in it.
func (s *secrets) passphraseFile(flag, name string) ([]byte, error) {
	line, err := passphraseFile(flag, name)
	if err == nil && len(bytes.TrimSpace(line)) != len(line) {
		s.note("%s %s: the passphrase begins or ends with a blank, which is a part of it", flag, name)
	}
	return line, err
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
	for _, old := range s.known {
		clear(old.pass)
	}
	clear(s.next)
	s.known, s.next = nil, nil
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

// nextStep is that of hintOf, unless the file of the passphrase was written in a way
// that makes it another one.
func (e *env) nextStep(err error) string {
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
