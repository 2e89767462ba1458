package sshcom

import (
	"errors"
	"fmt"
	"strings"

	"github.com/keyconv/keyconv/internal/armor"
	"github.com/keyconv/keyconv/internal/wire"
	"github.com/keyconv/keyconv/sshkey"
)

// Marshal writes k, under 3DES where passphrase is not empty. What it returns
// has been read again and compared with k.
func Marshal(k *sshkey.Key, passphrase []byte) ([]byte, error) {
	if strings.ContainsAny(k.Comment, "\r\n\x00") {
		return nil, sshkey.WithHint(errComment, "give another one: --comment TEXT")
	}
	kind, payload, err := encode(k)
	if err != nil {
		return nil, err
	}
	body := wire.AppendString(nil, payload)
	defer clear(payload)
	defer clear(body)
	var keys []byte
	name := none
	if len(passphrase) > 0 {
		name, keys = cipher, derive(passphrase)
		defer clear(keys)
		padded := append(body, make([]byte, -len(body)&7)...)
		defer clear(padded)
		if body, _, err = tripleDES().Seal(keys, zeroIV(), padded); err != nil {
			return nil, err
		}
	}
	out := armor.Encode(armor.SSH2, label, commentLines(k.Comment), blob(kind.name, name, body), lineWidth)
	if err := prove(out, keys, k); err != nil {
		return nil, err
	}
	return out, nil
}

var errComment = errors.New("an ssh.com key cannot hold a comment with a line end or a NUL in it")

func encode(k *sshkey.Key) (kind, []byte, error) {
	switch {
	case k.Private == nil:
		return kind{}, nil, sshkey.ErrNoPrivate
	case k.Encrypted():
		return kind{}, nil, sshkey.ErrEncrypted
	}
	if err := sshkey.Complete(k.Private); err != nil {
		return kind{}, nil, err
	}
	for _, kind := range kinds() {
		if payload, ok := kind.write(k.Public.Parts(), k.Private); ok && !k.Public.IsCertificate() {
			return kind, payload, k.Check()
		}
	}
	return kind{}, nil, &sshkey.UnsupportedError{Format: Name, What: "a private key of type " + k.Public.Algorithm(), Next: "it holds RSA and DSA only; use --to openssh or --to ppk"}
}

func blob(kind, cipher string, body []byte) []byte {
	rest := wire.AppendString(nil, kind)
	rest = wire.AppendString(rest, cipher)
	rest = wire.AppendString(rest, body)
	b := wire.AppendUint32(nil, magic)
	return append(wire.AppendUint32(b, uint32(len(rest)+8)), rest...)
}

// commentLines folds the comment as PuTTY does: 60 bytes, then 70 a line.
func commentLines(comment string) []string {
	var lines []string
	line, room := `Comment: "`, 60
	for len(comment) > room {
		lines = append(lines, line+comment[:room]+`\`)
		line, comment, room = "", comment[room:], lineWidth
	}
	return append(lines, line+comment+`"`)
}

// prove reads what was written, with the keys that are at hand, and compares.
func prove(out, keys []byte, want *sshkey.Key) error {
	got, err := Parse(out)
	if err == nil && got.Encrypted() {
		got, err = got.Private.(*sshkey.Sealed).Lock().Open(keys)
	}
	if err == nil {
		err = sshkey.Same(got, want)
	}
	if err != nil {
		return fmt.Errorf("sshcom: the written file does not read back: %w", err)
	}
	return nil
}
