package openssh

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"fmt"
	"strings"

	"github.com/keyconv/keyconv/internal/armor"
	"github.com/keyconv/keyconv/internal/bcryptpbkdf"
	"github.com/keyconv/keyconv/internal/ciphers"
	"github.com/keyconv/keyconv/internal/wire"
	"github.com/keyconv/keyconv/sshkey"
)

// An Encoder writes keys. Its zero value has OpenSSH's defaults.
type Encoder struct {
	Cipher string // a name that ssh-keygen -Z takes; "" is aes256-ctr
	Rounds int    // of bcrypt; 0 is 24, as OpenSSH 10 has it: about 100 ms

	// Limits that are wider than the usual ones let Rounds go beyond those. The file is
	// read with such limits alone.
	Limits sshkey.Limits
}

const (
	saltSize = 16
	width    = 70
)

// Marshal writes k, encrypted where passphrase is not empty. What it returns
// has been read again and compared with k. Where k.Public is a certificate,
// the plain key is written: ssh reads a certificate from a file beside it.
//
// It fails with ErrNoPrivate, ErrEncrypted, an *UnsupportedError for an
// algorithm that is not known and for a key with Options, or for a comment with a
// NUL. Headers have no place in the file and are left out.
func (e Encoder) Marshal(k *sshkey.Key, passphrase []byte) ([]byte, error) {
	if k.Private == nil {
		return nil, sshkey.ErrNoPrivate
	}
	if err := sshkey.RefuseOptions(Name, k); err != nil {
		return nil, err
	}
	if strings.IndexByte(k.Comment, 0) >= 0 {
		return nil, sshkey.WithHint(fmt.Errorf("openssh: a comment with a NUL cannot be held"), "give another one: --comment TEXT")
	}
	plain := *k
	plain.Public = k.Public.Plain()
	c := &container{cipher: ciphers.None, kdf: "none", pub: plain.Public}
	var keys []byte
	if len(passphrase) > 0 {
		var err error
		if keys, err = e.derive(c, passphrase); err != nil {
			return nil, err
		}
		defer clear(keys)
	}
	out, err := c.encode(&plain, keys)
	if err != nil {
		return nil, err
	}
	if err := prove(out, keys, &plain); err != nil {
		return nil, err
	}
	return out, nil
}

// derive chooses cipher and salt and computes the keys.
func (e Encoder) derive(c *container, passphrase []byte) ([]byte, error) {
	var ok bool
	if c.cipher, ok = ciphers.ByName(cmp.Or(e.Cipher, "aes256-ctr")); !ok {
		return nil, &sshkey.UnsupportedError{Format: Name, What: fmt.Sprintf("cipher %q", e.Cipher), Chosen: true, Next: "known are " + ciphers.Names()}
	}
	c.kdf, c.rounds, c.salt = "bcrypt", int64(cmp.Or(e.Rounds, 24)), make([]byte, saltSize)
	if c.rounds < 1 {
		return nil, fmt.Errorf("openssh: bcrypt needs at least 1 round")
	}
	if err := sshkey.Within("bcrypt rounds", uint64(c.rounds), e.Limits.ForWriting().BcryptRounds); err != nil {
		return nil, sshkey.Chosen(err)
	}
	rand.Read(c.salt) // never fails, see crypto/rand
	return bcryptpbkdf.Key(passphrase, c.salt, int(c.rounds), c.cipher.Key+c.cipher.IV), nil
}

// encode lays the file out (PROTOCOL.key sections 1 and 3).
func (c *container) encode(k *sshkey.Key, keys []byte) ([]byte, error) {
	private, err := c.encodePrivate(k)
	if err != nil {
		return nil, err
	}
	defer clear(private)
	var opts, tag []byte
	sealed := private
	if keys != nil {
		opts = wire.AppendUint32(wire.AppendString(nil, c.salt), uint32(c.rounds))
		if sealed, tag, err = c.cipher.Seal(keys[:c.cipher.Key], keys[c.cipher.Key:], private); err != nil {
			return nil, err
		}
	}
	b := wire.AppendString([]byte(magic), c.cipher.Name)
	b = wire.AppendString(b, c.kdf)
	b = wire.AppendString(b, opts)
	b = wire.AppendUint32(b, 1)
	b = wire.AppendString(b, k.Public.Blob())
	b = append(wire.AppendString(b, sealed), tag...)
	return armor.Encode(armor.PEM, label, nil, b, width), nil
}

func (c *container) encodePrivate(k *sshkey.Key) ([]byte, error) {
	if !k.Public.Known() {
		return nil, errNoSuchType(k)
	}
	// Never moved, so that it can be cleared: the private numbers are at most
	// four times as long as the public ones.
	b := make([]byte, 4, 4096+5*len(k.Public.Blob())+len(k.Comment))
	rand.Read(b)
	b = append(b, b...)
	b, err := appendKey(b, k)
	if err != nil {
		return nil, err
	}
	b = wire.AppendString(b, k.Comment)
	// One byte at least, as PuTTY does: where there is none, paramiko takes the last byte
	// of the comment, or of its length, for how much there is.
	for i := byte(1); i == 1 || len(b)%c.cipher.Block != 0; i++ {
		b = append(b, i)
	}
	return b, nil
}

// prove reads what was written, with the keys that are at hand, and compares.
func prove(out, keys []byte, want *sshkey.Key) error {
	c, err := readContainer(bytes.Clone(out))
	if err != nil {
		return fmt.Errorf("openssh: the written file does not read back: %w", err)
	}
	got, err := c.Open(keys)
	if err != nil {
		return fmt.Errorf("openssh: the written file does not read back: %w", err)
	}
	if err := sshkey.Same(got, want); err != nil {
		return fmt.Errorf("openssh: the written file holds another key: %w", err)
	}
	return nil
}
