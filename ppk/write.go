package ppk

import (
	"bytes"
	"cmp"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"math"
	"strings"

	"github.com/keyconv/keyconv/internal/armor"
	"github.com/keyconv/keyconv/sshkey"
)

// An Encoder writes PPKs. Its zero value has PuTTY's defaults. The tuning
// matters for encrypted files of version 3 only.
type Encoder struct {
	Version     int    // 2 or 3; 0 is 3
	KDF         string // Argon2id, Argon2i or Argon2d; "" is Argon2id
	MemoryKiB   int    // 0 is DefaultMemoryKiB
	Passes      int    // 0 is 21: about 100 ms, PuTTY's aim
	Parallelism int    // lanes; 0 is 1

	// Limits that are wider than the usual ones let Argon2 take more. The file is read
	// with such limits alone.
	Limits sshkey.Limits
}

// DefaultMemoryKiB is the memory that Argon2 takes where nothing else is said, as
// PuTTYgen does.
const DefaultMemoryKiB = 8192

const saltSize = 16

// Marshal writes k, encrypted where passphrase is not empty. What it returns
// has been read again and compared with k.
//
// It fails with ErrNoPrivate, ErrEncrypted, an *UnsupportedError for a type of
// key that PuTTY does not know and for a key with Options, or for a comment with
// a line end. Headers have no place in a PPK and are left out.
func (e Encoder) Marshal(k *sshkey.Key, passphrase []byte) ([]byte, error) {
	if k.Private == nil {
		return nil, sshkey.ErrNoPrivate
	}
	if err := sshkey.RefuseOptions(Name, k); err != nil {
		return nil, err
	}
	f, err := e.newFile(k, len(passphrase) > 0)
	if err != nil {
		return nil, err
	}
	private, err := encodePrivate(k)
	if err != nil {
		return nil, err
	}
	defer func() { clear(private) }()
	keys := f.plainKeys()
	if f.encrypted() {
		if keys, err = f.Derive(passphrase, sshkey.NoLimits()); err != nil {
			return nil, err
		}
		private = pad(private)
	}
	defer clear(keys)
	f.mac = f.sum(keys, private)
	f.priv.data = bytes.Clone(private)
	if f.encrypted() {
		cbc(keys, cipher.NewCBCEncrypter).CryptBlocks(f.priv.data, private)
	}
	out := f.text()
	if err := prove(out, keys, k); err != nil {
		return nil, err
	}
	return out, nil
}

// newFile has everything but the private half.
func (e Encoder) newFile(k *sshkey.Key, encrypt bool) (*file, error) {
	if strings.ContainsAny(k.Comment, "\r\n\x00") {
		return nil, sshkey.WithHint(errComment, "give another one: --comment TEXT")
	}
	f := &file{version: cmp.Or(e.Version, 3), algorithm: k.Public.Algorithm(), encryption: "none", comment: k.Comment}
	if f.version != 2 && f.version != 3 {
		return nil, fmt.Errorf("ppk: version %d cannot be written, only 2 and 3", f.version)
	}
	if f.algorithm == "ssh-ed448"+"-cert-v01@openssh.com" || !k.Public.Known() {
		return nil, errNoSuchType(k)
	}
	f.pub.data = k.Public.Blob()
	if !encrypt {
		return f, nil
	}
	f.encryption = "aes256-cbc"
	f.argon2 = argon2Params{kdf: cmp.Or(e.KDF, Argon2id), memory: int64(cmp.Or(e.MemoryKiB, DefaultMemoryKiB)),
		passes: int64(cmp.Or(e.Passes, 21)), lanes: int64(cmp.Or(e.Parallelism, 1)), salt: make([]byte, saltSize)}
	rand.Read(f.argon2.salt) // never fails, see crypto/rand
	return f, f.argon2.valid(e.Limits.ForWriting())
}

// valid refuses what the reader would refuse.
func (p *argon2Params) valid(lim sshkey.Limits) error {
	if _, known := variants[p.kdf]; !known {
		return fmt.Errorf("ppk: unknown key derivation %q; there are Argon2id, Argon2i and Argon2d", p.kdf)
	}
	if p.lanes < 1 || p.passes < 1 || p.passes > math.MaxUint32 || p.memory < 8*p.lanes {
		return fmt.Errorf("ppk: Argon2 needs from 1 to 2^32-1 passes, at least 1 lane and 8 KiB of memory for each lane")
	}
	return sshkey.Chosen(p.within(lim))
}

// pad extends the private blob to whole blocks, with bytes from the front of
// its SHA-1, as PuTTY does; so the same key gives the same file.
func pad(private []byte) []byte {
	sum := sha1.Sum(private)
	n := -len(private) & (aes.BlockSize - 1)
	return append(private, sum[:n]...)
}

func (f *file) text() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s%d: %s\nEncryption: %s\nComment: %s\n", magic, f.version, f.algorithm, f.encryption, f.comment)
	lines := func(name string, data []byte) {
		wrapped := armor.Wrap(data, maxWidth)
		fmt.Fprintf(&b, "%s: %d\n%s", name, bytes.Count(wrapped, []byte("\n")), wrapped)
	}
	lines("Public-Lines", f.pub.data)
	if f.version == 3 && f.encrypted() {
		p := f.argon2
		fmt.Fprintf(&b, "Key-Derivation: %s\nArgon2-Memory: %d\nArgon2-Passes: %d\nArgon2-Parallelism: %d\nArgon2-Salt: %s\n",
			p.kdf, p.memory, p.passes, p.lanes, hex.EncodeToString(p.salt))
	}
	lines("Private-Lines", f.priv.data)
	fmt.Fprintf(&b, "Private-MAC: %s\n", f.mac)
	return b.Bytes()
}

// prove reads what was written, with the keys that are at hand, and compares.
func prove(out, keys []byte, want *sshkey.Key) error {
	f, err := readFile(out)
	if err != nil {
		return fmt.Errorf("ppk: the written file does not read back: %w", err)
	}
	got, err := f.Open(keys)
	if err != nil {
		return fmt.Errorf("ppk: the written file does not read back: %w", err)
	}
	if err := sshkey.Same(got, want); err != nil {
		return fmt.Errorf("ppk: the written file holds another key: %w", err)
	}
	return nil
}
