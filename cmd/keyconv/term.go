package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"

	"github.com/keyconv/keyconv/internal/safefile"
	"github.com/keyconv/keyconv/internal/safetext"
	"github.com/keyconv/keyconv/sshkey"
	"golang.org/x/term"
)

// errNoTerminal names the flag that does without a terminal.
func errNoTerminal(flag string) error {
	return sshkey.WithHint(errors.New("a passphrase is needed and there is no terminal to ask for it"), "give it in a file: "+flag+" FILE")
}

// maxPassphrase bounds what is read of a file, which may be /dev/zero by
// mistake; ssh-keygen takes 1023 bytes.
const maxPassphrase = 64 << 10

// passphraseFile reads the first line of a file, without its end.
func passphraseFile(flag, name string) ([]byte, error) {
	data := make([]byte, maxPassphrase+1)
	f, err := openFile(name)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", flag, name, err)
	}
	defer f.Close()
	n, err := io.ReadFull(f, data)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return nil, fmt.Errorf("%s %s: %w", flag, name, safefile.Plain(err))
	}
	line, rest, found := bytes.Cut(data[:n], []byte("\n"))
	clear(rest)
	if !found && n > maxPassphrase {
		clear(data)
		return nil, fmt.Errorf("%s %s: the first line is longer than %d bytes", flag, name, maxPassphrase)
	}
	line = bytes.TrimSuffix(line, []byte("\r"))
	if len(line) == 0 {
		return nil, hint(fmt.Sprintf("%s %s: the first line is empty", flag, name), "the passphrase is the first line of the file, and nothing else")
	}
	return line, nil
}

// ask asks for a passphrase on the terminal, whatever the standard streams are
// connected to.
func (e *env) ask(flag, prompt string) ([]byte, error) {
	in, out, err := openTerminal()
	if err != nil {
		return nil, errNoTerminal(flag)
	}
	defer in.Close()
	defer out.Close()
	fd := int(in.Fd())
	state, err := term.GetState(fd)
	if err != nil {
		return nil, errNoTerminal(flag)
	}
	silent := func() error { return silence(fd) }
	show := func() { fmt.Fprint(out, safetext.Printable(prompt)) }
	stop := onResume(func() { e.exit.again(func() { silent() }); show() })
	forget, err := e.exit.first(silent, func() { term.Restore(fd, state) })
	if err != nil {
		stop()
		return nil, err
	}
	defer forget()
	defer term.Restore(fd, state)
	defer fmt.Fprintln(out)
	defer stop()
	show() // only now: what is typed ahead of the prompt is typed for it
	pass, err := readHidden(in)
	if err == io.EOF {
		err = hint("the input ended before a passphrase was typed", "type it and end with Enter, or give it in a file: "+flag+" FILE")
	}
	return pass, err
}

func openTerminal() (in, out *os.File, err error) {
	inName, outName := "/dev/tty", "/dev/tty"
	if runtime.GOOS == "windows" {
		inName, outName = "CONIN$", "CONOUT$"
	}
	if in, err = os.OpenFile(inName, os.O_RDWR, 0); err != nil {
		return nil, nil, err
	}
	if out, err = os.OpenFile(outName, os.O_WRONLY, 0); err != nil {
		in.Close()
		return nil, nil, err
	}
	return in, out, nil
}

// askTwice asks for a new passphrase until both answers agree.
func (e *env) askTwice(flag string) ([]byte, error) {
	prompt := "New passphrase: "
	for range 3 {
		first, err := e.ask(flag, prompt)
		if err != nil {
			return nil, err
		}
		if len(first) == 0 {
			return nil, sshkey.WithHint(errors.New("an empty passphrase protects nothing"), "to write the key without protection: --no-passphrase")
		}
		second, err := e.ask(flag, "The same again: ")
		same := bytes.Equal(first, second)
		clear(second)
		if err == nil && same {
			return first, nil
		}
		clear(first)
		if err != nil {
			return nil, err
		}
		prompt = "The two differ. New passphrase: "
	}
	return nil, hint("the two passphrases differ, three times over", "start again, or give it in a file: "+flag+" FILE")
}
