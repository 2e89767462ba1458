package openssh

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/keyconv/keyconv/internal/armor"
	"github.com/keyconv/keyconv/internal/bcryptpbkdf"
	"github.com/keyconv/keyconv/internal/ciphers"
	"github.com/keyconv/keyconv/internal/lazyre"
	"github.com/keyconv/keyconv/internal/wire"
	"github.com/keyconv/keyconv/sshkey"
)

const magic = "openssh-key-v1\x00"

// maxSalt is OpenSSH's bound (bcrypt_pbkdf.c).
const maxSalt = 1 << 20

// A container is the outer layout, its private section perhaps encrypted.
type container struct {
	text    []byte // the file, for positions
	block   *armor.Block
	cipher  ciphers.Cipher
	strange error // what is said of a cipher that only the public half is read beside
	kdf     string
	salt    []byte
	rounds  int64
	pub     sshkey.PublicKey
	private []byte
	privAt  int // its offset in block.Data
	tag     []byte
}

// readContainer reads armour and layout and checks the public half.
func readContainer(text []byte) (*container, error) {
	start, _ := armor.Find(text, armor.PEM)
	block, err := armor.Decode(text, max(start, 0), armor.PEM)
	if err != nil {
		return nil, sshkey.Locate(Name, text, func(i int) int { return i }, err)
	}
	c := &container{text: text, block: block}
	if block.Label != label || len(block.Headers) > 0 {
		return nil, sshkey.Errorf(Name, text, block.Start, "expected %q and then base64", armor.PEM.Begin(label))
	}
	if rest := bytes.TrimLeft(text[block.End:], " \t\r\n"); len(rest) > 0 {
		return nil, &sshkey.SyntaxError{Format: Name, Pos: sshkey.PosAt(text, len(text)-len(rest)), Err: sshkey.WithHint(
			errors.New("there is text behind the END line"), "take it off; if it is another key, put it into a file of its own")}
	}
	r := wire.NewReader(block.Data)
	c.read(r)
	return c, sshkey.Locate(Name, text, block.At, r.Err())
}

// read takes the layout apart (PROTOCOL.key section 1).
func (c *container) read(r *wire.Reader) {
	if string(r.Next(len(magic), "the magic")) != magic {
		r.Fail(0, errors.New("the base64 does not hold an openssh-key-v1"))
		return
	}
	c.readCipher(r)
	at := r.Offset()
	if n := r.Uint32(); n != 1 && r.Err() == nil {
		r.Fail(at, fmt.Errorf("the file says it holds %d keys; OpenSSH reads exactly one", n))
	}
	at = r.Offset() + 4
	pub, err := sshkey.ParsePublicKey(r.String())
	if err != nil && r.Err() == nil {
		r.Fail(at+wireOffset(err), err)
	}
	c.pub = pub
	c.privAt = r.Offset() + 4
	c.private = r.String()
	c.tag = r.Next(c.cipher.Tag, "the authentication tag")
	if r.End() == nil && len(c.private)%max(c.cipher.Block, 1) != 0 && c.sealed() {
		r.Fail(c.privAt, fmt.Errorf("the private part is %d bytes long, no multiple of %d", len(c.private), c.cipher.Block))
	}
}

func wireOffset(err error) int {
	var w *wire.Error
	if errors.As(err, &w) {
		return w.Offset
	}
	return 0
}

func (c *container) readCipher(r *wire.Reader) {
	name := string(r.String())
	kdfAt := r.Offset()
	c.kdf = string(r.String())
	optsAt := r.Offset() + 4
	opts := wire.NewReader(r.String())
	if r.Err() != nil {
		return
	}
	c.findCipher(name)
	switch {
	case c.strange != nil && !cipherName.MatchString(name):
		r.Fail(len(magic), c.strange)
	case c.kdf == "bcrypt":
		c.salt, c.rounds = opts.String(), int64(opts.Uint32())
		if opts.End() != nil || len(c.salt) == 0 || len(c.salt) > maxSalt || c.rounds < 1 {
			r.Fail(optsAt, errors.New("the bcrypt options must be a salt and at least one round"))
		}
	case c.kdf != "none":
		r.Fail(kdfAt, &sshkey.UnsupportedError{Format: Name, Unknown: "keyconv", What: "key derivation " + sshkey.Quote(c.kdf), Next: "OpenSSH knows bcrypt and none"})
	case name != "none":
		r.Fail(kdfAt, fmt.Errorf("cipher %s without a key derivation", sshkey.Quote(name)))
	}
}

func (c *container) findCipher(name string) {
	var known bool
	switch c.cipher, known = ciphers.ByName(name); {
	case known:
	case name == ciphers.None.Name:
		c.cipher = ciphers.None
	default:
		c.cipher = ciphers.Cipher{Name: name}
		c.strange = &sshkey.UnsupportedError{Format: Name, Unknown: "keyconv", What: "cipher " + sshkey.Quote(name), Next: otherCipher}
	}
}

// otherCipher is the advice for a cipher that keyconv does not know.
var otherCipher = "set the passphrase anew in the program that made the file, with another cipher: " + ciphers.Names()

// cipherName matches the name of a cipher (RFC 4251 section 6) that nobody knows here.
var cipherName = lazyre.New(`^[a-z0-9-]{3,24}(?:@[a-z0-9.-]{3,24})?$`)

func (c *container) sealed() bool { return c.cipher.Name != ciphers.None.Name }

// public makes the key of what stands in clear.
func (c *container) public() *sshkey.Key {
	k := &sshkey.Key{Public: c.pub, Version: 1, Pos: sshkey.PosAt(c.text, c.block.Start)}
	if c.sealed() {
		k.Protection = &sshkey.Protection{Cipher: c.cipher.Name, KDF: c.kdf, Params: []sshkey.Param{
			{Name: "rounds", Value: c.rounds}, {Name: "salt_bytes", Value: int64(len(c.salt))}}}
	}
	return k
}

// notes tells what can be seen of the file without opening it. Only Parse asks:
// Key.Decrypt joins these findings with those of Open.
func (c *container) notes(k *sshkey.Key) {
	if !c.sealed() && c.kdf == "bcrypt" {
		k.Note(sshkey.Warning, "not-encrypted", "set the passphrase again: ssh-keygen -p -f FILE",
			"a passphrase was given when this file was made, but with the cipher \"none\": the key lies in it in clear")
	}
	if c.strange != nil {
		k.Note(sshkey.Note, "cipher-unknown", otherCipher, "the private half is encrypted with %s, which keyconv does not know: only the public half can be read", c.cipher.Name)
	}
	if c.block.CRLF {
		k.Note(sshkey.Repaired, "crlf", "", "lines end with CR LF, with which ssh-keygen says \"error in libcrypto\"")
	}
	if c.block.Cut {
		k.Note(sshkey.Repaired, "no-final-newline", "", "the last line has no end, with which ssh-keygen says \"error in libcrypto\"")
	}
}

// Derive implements sshkey.Lock.
func (c *container) Derive(passphrase []byte, lim sshkey.Limits) ([]byte, error) {
	if err := c.Openable(); err != nil {
		return nil, err
	}
	if err := sshkey.Within("bcrypt rounds", uint64(c.rounds), lim.BcryptRounds); err != nil {
		return nil, err
	}
	return bcryptpbkdf.Key(passphrase, c.salt, int(c.rounds), c.cipher.Key+c.cipher.IV), nil
}

// Openable is an error for a cipher that is not known; see sshkey.Lock.
func (c *container) Openable() error {
	return sshkey.Locate(Name, c.text, func(int) int { return c.block.At(len(magic)) }, c.strange)
}

// Open implements sshkey.Lock.
func (c *container) Open(keys []byte) (*sshkey.Key, error) {
	if err := c.Openable(); err != nil {
		return nil, err
	}
	plain := c.private
	if c.sealed() {
		var err error
		plain, err = c.cipher.Open(keys[:c.cipher.Key], keys[c.cipher.Key:], c.private, c.tag)
		if errors.Is(err, ciphers.ErrTag) {
			err = sshkey.ErrPassphrase
		}
		if err != nil {
			return nil, c.locate(err)
		}
		defer clear(plain)
	}
	return c.unpack(plain)
}

// locate gives err its place in the private section.
func (c *container) locate(err error) error {
	return sshkey.Locate(Name, c.text, func(i int) int { return c.block.At(c.privAt + i) }, err)
}
