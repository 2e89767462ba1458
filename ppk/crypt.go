package ppk

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"hash"
	"math"

	"github.com/keyconv/keyconv/internal/argon2"
	"github.com/keyconv/keyconv/internal/wire"
	"github.com/keyconv/keyconv/sshkey"
)

// The keys of a PPK, end to end in one slice: the cipher's key and IV, then
// the MAC's key up to the end.
const (
	keySize   = 32
	ivSize    = 16
	argonSize = keySize + ivSize + 32
)

// The names of the key derivations of version 3.
const (
	Argon2id = "Argon2id"
	Argon2i  = "Argon2i"
	Argon2d  = "Argon2d"
)

type argon2Params struct {
	kdf                   string
	memory, passes, lanes int64 // memory in KiB
	salt                  []byte
}

// read takes the five lines. The lower bounds are PuTTY 0.85's; older ones
// crash outside them.
func (p *argon2Params) read(s *scanner) {
	p.kdf = s.value("Key-Derivation")
	if _, known := variants[p.kdf]; s.err == nil && !known {
		s.fail(s.at, "unknown key derivation %s; PuTTY knows Argon2id, Argon2i and Argon2d", sshkey.Quote(p.kdf))
	}
	p.memory = s.number("Argon2-Memory", math.MaxUint32)
	memoryAt := s.at
	p.passes = s.number("Argon2-Passes", math.MaxUint32)
	passesAt := s.at
	p.lanes = s.number("Argon2-Parallelism", math.MaxUint32)
	switch {
	case s.err != nil:
	case p.lanes < 1 || p.lanes >= 1<<24:
		s.fail(s.at, "Argon2-Parallelism must be from 1 to 2^24-1")
	case p.passes < 1:
		s.fail(passesAt, "Argon2-Passes must be at least 1")
	case p.memory < 8*p.lanes:
		s.fail(memoryAt, "Argon2-Memory must be at least 8 KiB for each of the %d lanes", p.lanes)
	}
	p.salt = s.hexBytes("Argon2-Salt")
}

var variants = map[string]argon2.Variant{Argon2id: argon2.ID, Argon2i: argon2.I, Argon2d: argon2.D}

// within checks the costs before they are paid.
func (p *argon2Params) within(lim sshkey.Limits) error {
	// No limit lets a file ask for more than a process can address.
	if err := sshkey.Within("Argon2 memory in KiB", uint64(p.memory), min(lim.Argon2MemoryKiB, math.MaxInt>>10)); err != nil {
		return err
	}
	// memory and passes are below 2^32 each, so their product fits.
	if err := sshkey.Within("Argon2 work (memory in KiB times passes)", uint64(p.memory)*uint64(p.passes), lim.Argon2WorkKiB); err != nil {
		return err
	}
	return sshkey.Within("Argon2 parallelism", uint64(p.lanes), lim.Argon2Lanes)
}

func (p *argon2Params) derive(passphrase []byte) []byte {
	return argon2.Params{Variant: variants[p.kdf], Memory: uint32(p.memory), Passes: uint32(p.passes),
		Lanes: uint32(p.lanes)}.Key(passphrase, p.salt, argonSize)
}

func (f *file) protection() *sshkey.Protection {
	switch {
	case !f.encrypted():
		return nil
	case f.version < 3:
		return &sshkey.Protection{Cipher: f.encryption, KDF: "SHA-1"}
	}
	p := f.argon2
	return &sshkey.Protection{Cipher: f.encryption, KDF: p.kdf, Params: []sshkey.Param{
		{Name: "memory_kib", Value: p.memory}, {Name: "passes", Value: p.passes},
		{Name: "parallelism", Value: p.lanes}, {Name: "salt_bytes", Value: int64(len(p.salt))}}}
}

// Derive implements sshkey.Lock.
func (f *file) Derive(passphrase []byte, lim sshkey.Limits) ([]byte, error) {
	if f.version < 3 {
		return oldKeys(passphrase), nil
	}
	if err := f.argon2.within(lim); err != nil {
		return nil, err
	}
	return f.argon2.derive(passphrase), nil
}

// oldKeys is the derivation of versions 1 and 2: SHA-1 with a counter in
// front, an IV of zero.
func oldKeys(passphrase []byte) []byte {
	keys := make([]byte, 0, 3*sha1.Size+ivSize)
	sum := func(prefix string) {
		h := sha1.New()
		h.Write([]byte(prefix))
		h.Write(passphrase)
		keys = h.Sum(keys)
	}
	sum("\x00\x00\x00\x00")
	sum("\x00\x00\x00\x01")
	keys = append(keys[:keySize], make([]byte, ivSize)...)
	sum("putty-private-key-file-mac-key")
	return keys
}

// plainKeys are the keys of an unencrypted file, where only the MAC's matters:
// that of the empty passphrase, in version 3 none.
func (f *file) plainKeys() []byte {
	if f.version < 3 {
		return oldKeys(nil)
	}
	return make([]byte, keySize+ivSize)
}

// cbc gives the cipher of a file; the block is AES-256.
func cbc(keys []byte, mode func(cipher.Block, []byte) cipher.BlockMode) cipher.BlockMode {
	block, err := aes.NewCipher(keys[:keySize])
	if err != nil {
		panic(err) // the length is a constant
	}
	return mode(block, keys[keySize:keySize+ivSize])
}

// sum computes the Private-MAC over the plain private blob with its padding.
func (f *file) sum(keys, private []byte) string {
	if f.version == 1 { // it covers neither comment nor public half
		if f.hash {
			digest := sha1.Sum(private)
			return hex.EncodeToString(digest[:])
		}
		return hexMAC(sha1.New, keys, private)
	}
	b := wire.AppendString(nil, f.algorithm)
	b = wire.AppendString(b, f.encryption)
	b = wire.AppendString(b, f.comment)
	b = wire.AppendString(b, f.pub.data)
	b = wire.AppendString(b, private)
	defer clear(b)
	if f.version == 2 {
		return hexMAC(sha1.New, keys, b)
	}
	return hexMAC(sha256.New, keys, b)
}

func hexMAC(h func() hash.Hash, keys, data []byte) string {
	m := hmac.New(h, keys[keySize+ivSize:])
	m.Write(data)
	return hex.EncodeToString(m.Sum(nil))
}

// Open implements sshkey.Lock.
func (f *file) Open(keys []byte) (*sshkey.Key, error) {
	private := append([]byte(nil), f.priv.data...)
	defer clear(private)
	if f.encrypted() {
		cbc(keys, cipher.NewCBCDecrypter).CryptBlocks(private, private)
	}
	if subtle.ConstantTimeCompare([]byte(f.sum(keys, private)), []byte(f.mac)) != 1 {
		return nil, f.macError(private)
	}
	return f.unpack(private)
}

// macError tells a wrong passphrase from damage. Under a wrong passphrase the
// private blob is noise, and noise does not fall into the fields of a key: the
// length of the first alone rules out all but one in a million. So where the
// fields are there, the passphrase was right and something else was changed.
func (f *file) macError(private []byte) error {
	if !f.encrypted() {
		return f.locate(f.macOffset, fmt.Errorf("%w (Private-MAC)", sshkey.ErrCorrupt))
	}
	k, err := f.public()
	if err != nil {
		return err
	}
	if _, err := decodePrivate(k.Public.Parts(), private); err != nil {
		return f.locate(f.macOffset, sshkey.ErrPassphrase)
	}
	return f.locate(f.macOffset, fmt.Errorf("the passphrase is right, but %w (Private-MAC)", sshkey.ErrCorrupt))
}

func (f *file) locate(offset int, err error) error {
	return sshkey.Locate(Name, f.data, func(int) int { return offset }, err)
}
