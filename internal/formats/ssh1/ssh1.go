// Package ssh1 reads the RSA keys of the SSH-1 protocol: the private key file
// and the public line "bits e n comment". An RSA key is an RSA key, so they
// convert into every format of SSH-2.
package ssh1

import (
	"bytes"
	"crypto/cipher"
	"crypto/des"
	"crypto/md5"
	"crypto/subtle"
	"errors"
	"fmt"
	"math/big"

	"github.com/keyconv/keyconv/internal/wire"
	"github.com/keyconv/keyconv/sshkey"
)

// Name is the format's name in errors and on the command line.
const Name = "ssh1"

const magic = "SSH PRIVATE KEY FILE FORMAT 1.1\n\x00"

// The numbers of the ciphers (SSH_CIPHER_ of OpenSSH 7).
const (
	cipherNone = 0
	cipher3DES = 3
)

var otherCiphers = map[byte]string{1: "IDEA", 2: "DES", 4: "TSS", 5: "RC4", 6: "Blowfish"}

// cipherName names one that is not read.
func cipherName(number byte) string {
	if name := otherCiphers[number]; name != "" {
		return fmt.Sprintf("cipher number %d (%s)", number, name)
	}
	return fmt.Sprintf("cipher number %d", number)
}

// Sniff reports whether data looks like an SSH-1 key, private or public.
func Sniff(data []byte) bool {
	return bytes.HasPrefix(data, []byte(magic)) || len(data) <= sshkey.MaxKeyFile && publicLine.Match(data)
}

// A file is a private key file taken apart, its private part perhaps encrypted.
type file struct {
	data      []byte
	public    sshkey.PublicKey
	comment   string
	encrypted bool
	private   []byte
	privateAt int
}

// Parse reads one key. An encrypted one comes back sealed.
func Parse(data []byte) (*sshkey.Key, error) {
	if !bytes.HasPrefix(data, []byte(magic)) {
		return parsePublic(data)
	}
	f := &file{data: data}
	if err := f.read(); err != nil {
		return nil, sshkey.Locate(Name, data, func(i int) int { return i + len(magic) }, err)
	}
	if !f.encrypted {
		return f.unpack(f.private)
	}
	// The caller's bytes may change before Decrypt.
	f.data, f.private = bytes.Clone(data), bytes.Clone(f.private)
	k := f.key(sshkey.NewSealed(f))
	k.Protection = &sshkey.Protection{Cipher: "3des-ssh1", KDF: "MD5"}
	return k, nil
}

func (f *file) read() error {
	r := &reader{wire.NewReader(f.data[len(magic):])}
	number := r.Byte()
	f.encrypted = number == cipher3DES
	if r.Err() == nil && number != cipherNone && number != cipher3DES {
		return &wire.Error{Offset: 0, Err: &sshkey.UnsupportedError{Format: Name, Unknown: "keyconv", What: cipherName(number),
			Next: "take the passphrase off with the program that made the key"}}
	}
	at := r.Offset()
	if r.Uint32() != 0 {
		r.Fail(at, errors.New("the reserved number is not 0"))
	}
	at = r.Offset()
	bits := r.Uint32()
	n, e := r.number(), r.number()
	if r.Err() == nil && uint64(n.BitLen()) != uint64(bits) {
		r.Fail(at, fmt.Errorf("the key is said to have %d bits and has %d", bits, n.BitLen()))
	}
	f.comment = string(r.String())
	f.privateAt = len(magic) + r.Offset()
	f.private = r.Rest()
	if r.Err() != nil {
		return r.Err()
	}
	if len(f.private) == 0 || len(f.private)%8 != 0 {
		return &wire.Error{Offset: f.privateAt - len(magic), Err: fmt.Errorf("the private part is %d bytes long, which is no multiple of 8", len(f.private))}
	}
	var err error
	f.public, err = sshkey.RSAPublicKey{E: e, N: n}.PublicKey()
	return err
}

func (f *file) key(private sshkey.PrivateKey) *sshkey.Key {
	return &sshkey.Key{Public: f.public, Private: private, Comment: f.comment, Version: 1, Pos: sshkey.PosAt(f.data, 0)}
}

// Derive implements sshkey.Lock: MD5 of the passphrase is two keys of DES.
func (f *file) Derive(passphrase []byte, _ sshkey.Limits) ([]byte, error) {
	sum := md5.Sum(passphrase)
	return sum[:], nil
}

// Open implements sshkey.Lock. SSH-1's 3DES is three layers of CBC over the
// whole, not one CBC of 3DES: decrypt, encrypt, decrypt.
func (f *file) Open(keys []byte) (*sshkey.Key, error) {
	plain := bytes.Clone(f.private)
	defer clear(plain)
	for i, mode := range []func(cipher.Block, []byte) cipher.BlockMode{cipher.NewCBCDecrypter, cipher.NewCBCEncrypter, cipher.NewCBCDecrypter} {
		half := keys[8*(i%2) : 8*(i%2)+8]
		block, err := des.NewCipher(half)
		if err != nil {
			return nil, err
		}
		mode(block, make([]byte, 8)).CryptBlocks(plain, plain)
	}
	return f.unpack(plain)
}

func (f *file) locate(offset int, err error) error {
	return sshkey.Locate(Name, f.data, func(int) int { return offset }, err)
}

// unpack reads the private part. What stands behind the last number is
// padding.
func (f *file) unpack(private []byte) (*sshkey.Key, error) {
	r := &reader{wire.NewReader(private)}
	check := r.Next(4, "the check bytes")
	if len(check) == 4 && subtle.ConstantTimeCompare(check[:2], check[2:]) != 1 {
		return nil, f.locate(f.privateAt, f.checkError())
	}
	d, iqmp := r.number(), r.number()
	q, p := r.number(), r.number()
	if err := r.Err(); err != nil {
		if f.encrypted { // a wrong passphrase gets past the check once in 65536
			return nil, f.locate(f.privateAt, sshkey.ErrPassphrase)
		}
		return nil, sshkey.Locate(Name, f.data, func(i int) int { return f.privateAt + i }, err)
	}
	k := f.key(&sshkey.RSAPrivateKey{D: d, P: p, Q: q, Iqmp: iqmp})
	if err := k.Prove(); err != nil {
		return nil, f.locate(f.privateAt, err)
	}
	return k, nil
}

func (f *file) checkError() error {
	if f.encrypted {
		return sshkey.ErrPassphrase
	}
	return fmt.Errorf("%w (check bytes)", sshkey.ErrCorrupt)
}

// A reader adds SSH-1's numbers to the wire's: a count of bits, then the
// bytes. PuTTY's reader lets the count be too large.
type reader struct{ *wire.Reader }

func (r *reader) number() *big.Int {
	at := r.Offset()
	head := r.Next(2, "a number")
	if head == nil {
		return new(big.Int)
	}
	bits := int(head[0])<<8 | int(head[1])
	n := new(big.Int).SetBytes(r.Next((bits+7)/8, "a number"))
	if n.BitLen() > bits {
		r.Fail(at, errors.New("a number has more bits than it says"))
	}
	if err := sshkey.Bound("bits of a number in a key", uint64(bits), sshkey.MaxRSABits); err != nil {
		r.Fail(at, err)
	}
	return n
}
