package keyconv

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/keyconv/keyconv/internal/formats/pemkey"
	"github.com/keyconv/keyconv/ppk"
	"github.com/keyconv/keyconv/sshkey"
	"golang.org/x/text/encoding/charmap"
)

// ErrNotProtected is the cause where Options name a cipher for a private key that would
// be written in clear.
var ErrNotProtected = sshkey.WithHint(errors.New("a cipher is named, and the result would not be protected by a passphrase"),
	"give a new passphrase too, or leave the cipher out")

// protect gives a copy of the passphrase of the output.
func (c *converter) protect(k *sshkey.Key) ([]byte, error) {
	if k.Private == nil {
		return nil, nil
	}
	pass, err := c.passphrase()
	switch {
	case err != nil:
		return nil, err
	case len(pass) == 0 && c.o.Cipher != "":
		return nil, ErrNotProtected
	case c.o.Cipher != "" && !c.to.can(cipher):
		return nil, &sshkey.UnsupportedError{Format: c.to.Name, What: "a cipher that is chosen", Next: "leave the cipher out, or choose openssh, pem or pkcs8", Chosen: true}
	case len(pass) > 0 && !c.to.Encrypts() && c.o.NewPassphrase != nil:
		return nil, sshkey.WithHint(fmt.Errorf("%s cannot be protected by a passphrase", c.to.Name), "choose another format, or leave the new passphrase out")
	case len(pass) > 0 && !c.to.Encrypts():
		return nil, sshkey.WithHint(fmt.Errorf("the key is protected by a passphrase and %s cannot be", c.to.Name),
			"choose another format, or take the protection off: --no-passphrase")
	}
	c.typeable(pass)
	return pass, nil
}

// passphrase is the new one, or that of the input; nil for none.
func (c *converter) passphrase() ([]byte, error) {
	switch {
	case c.o.NoPassphrase:
		return nil, nil
	case c.o.NewPassphrase == nil:
		return bytes.Clone(c.opened), nil
	}
	pass, err := c.o.NewPassphrase()
	if err == nil && len(pass) == 0 {
		err = sshkey.WithHint(errors.New("the new passphrase is empty and protects nothing"), "--no-passphrase writes the key in clear")
	}
	return bytes.Clone(pass), err
}

// Unlock is [sshkey.Key.Decrypt] for a passphrase that a person typed. PuTTYgen
// and openssl on Windows take it in the ANSI code page, some libraries (Bouncy
// Castle, node-forge) one byte for each character, and a terminal gives UTF-8: so
// where the bytes as typed do not open a PPK, PKCS#8 or traditional PEM, the same text
// is tried in Windows-1252, in Latin-1, and for a PPK with "?" for the characters that
// the code page lacks. A finding names the encoding that opened it.
func Unlock(k *sshkey.Key, from Format, passphrase []byte, lim sshkey.Limits) (*sshkey.Key, error) {
	open, by, err := unlock(k, from, passphrase, lim)
	clear(by)
	if err == nil && open != k {
		located(open)
	}
	return open, err
}

// unlock gives a copy of the bytes that opened the key, too.
func unlock(k *sshkey.Key, from Format, passphrase []byte, lim sshkey.Limits) (open *sshkey.Key, by []byte, err error) {
	open, err = k.Decrypt(passphrase, lim)
	inPages := slices.Contains([]string{ppk.Name, pemkey.PKCS8.Name, pemkey.PEM.Name}, from.Name)
	if !inPages || !errors.Is(err, sshkey.ErrPassphrase) {
		return open, bytes.Clone(passphrase), err
	}
	for _, p := range codePages(passphrase, from.Name == ppk.Name) {
		defer clear(p.bytes)
		open, again := k.Decrypt(p.bytes, lim)
		if again == nil {
			open.Findings = append(open.Findings, sshkey.Finding{Code: "passphrase-encoding", Severity: sshkey.Note, // its place: located
				Msg: "the passphrase opened the key in " + p.name + ", as programs on Windows and some libraries encode it", Hint: "set it again in ASCII, so that it opens everywhere"})
			return open, bytes.Clone(p.bytes), nil
		}
	}
	return nil, nil, err
}

type encoded struct {
	name  string
	bytes []byte
}

// codePages gives the other encodings of a passphrase that is not ASCII; lossy ones too,
// if asked.
func codePages(utf []byte, lossy bool) (list []encoded) {
	if !utf8.Valid(utf) || !slices.ContainsFunc(utf, func(b byte) bool { return b >= utf8.RuneSelf }) {
		return nil
	}
	add := func(name string, page *charmap.Charmap, missing bool) {
		b, complete := encode(page, string(utf))
		known := slices.ContainsFunc(list, func(e encoded) bool { return string(e.bytes) == string(b) })
		if complete != missing && !known {
			list = append(list, encoded{name, b})
		}
	}
	add("Windows-1252", charmap.Windows1252, false)
	add("Latin-1", charmap.ISO8859_1, false)
	if lossy {
		add(`Windows-1252 with "?" for what it lacks`, charmap.Windows1252, true)
	}
	return list
}

func encode(page *charmap.Charmap, s string) (b []byte, complete bool) {
	b, complete = make([]byte, 0, len(s)), true // never moved, so that it can be cleared
	for _, r := range s {
		c, ok := page.EncodeRune(r)
		if !ok {
			c, complete = '?', false
		}
		b = append(b, c)
	}
	return b, complete
}
