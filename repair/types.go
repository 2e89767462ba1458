package repair

import (
	"encoding/base64"
	"encoding/binary"
	"slices"

	"github.com/keyconv/keyconv/internal/wire"
)

// THE TABLE of key types that can be recognised by the first bytes of their
// blob (formats: RFC 4253 section 6.6, RFC 5656, RFC 8709, PROTOCOL.u2f). A
// type that is not here is not repaired, only read.
var keyTypes = []keyType{
	newType("ssh-rsa", 6, within(1, 8), within(128, 2049)), // e, n
	newType("ssh-dss", 5, within(64, 513), within(20, 33), within(1, 513), within(1, 513)),
	newType("ecdsa-sha2-nistp256", 17, fixed("nistp256"), exact(65)),
	newType("ecdsa-sha2-nistp384", 17, fixed("nistp384"), exact(97)),
	newType("ecdsa-sha2-nistp521", 17, fixed("nistp521"), exact(133)),
	newType("ssh-ed25519", 12, exact(32)),
	newType("ssh-ed448", 10, exact(57)),
	newType("sk-ssh-ed25519@openssh.com", 16, exact(32), application),
	newType("sk-ecdsa-sha2-nistp256@openssh.com", 17, fixed("nistp256"), exact(65), application),
	newType("ssh-mldsa44-ed25519@openssh.com", 16, exact(1344)),
}

// A keyType is what the blobs of a type have in common.
type keyType struct {
	name   string
	fields []field
	head   string // the base64 characters that every blob of the type begins with
	anchor string // the last of them, enough to find a blob by
}

// A field is a string of the blob: of so many bytes, or with that content.
type field struct {
	min, max int
	text     string
}

func exact(n int) field         { return field{n, n, ""} }
func within(min, max int) field { return field{min, max, ""} }
func fixed(s string) field      { return field{len(s), len(s), s} }

// application is a security key's: "ssh:" as a rule, always beginning so.
var application = within(4, 255)

// newType makes a row. anchor is how many characters of the head are looked for: so few that
// they are left when up to twelve at the start are lost.
func newType(name string, anchor int, fields ...field) keyType {
	k := keyType{name: name, fields: fields}
	head := wire.AppendString(nil, name)
	for i, same := 0, true; same && i < len(fields); i++ {
		head, same = appendFixed(head, fields[i])
	}
	k.head = base64.RawStdEncoding.EncodeToString(head)[:len(head)*8/6]
	k.anchor = k.head[len(k.head)-anchor:]
	return k
}

// appendFixed appends what is the same in every blob: the length, or the bytes
// of the length that do not vary, and a text. fixed is false where the next
// field varies.
func appendFixed(head []byte, f field) ([]byte, bool) {
	if f.text != "" {
		return wire.AppendString(head, f.text), true
	}
	if f.min == f.max {
		return wire.AppendUint32(head, uint32(f.min)), false
	}
	if f.max < 256 {
		return append(head, 0, 0, 0), false
	}
	return append(head, 0, 0), false
}

// total walks the fields of a blob of which b is the start. It returns how
// many bytes the blob must have at least and whether that is its full length;
// ok is false where a field is not one of that type.
func (k keyType) total(b []byte) (n int, full, ok bool) {
	n = 4 + len(k.name)
	for _, f := range k.fields {
		if len(b) < n+4 {
			return n + 4, false, true
		}
		size := int(binary.BigEndian.Uint32(b[n:]))
		if size < f.min || size > f.max {
			return n, false, false
		}
		if f.text != "" && len(b) >= n+4+size && string(b[n+4:n+4+size]) != f.text {
			return n, false, false
		}
		n += 4 + size
	}
	return n, true, true
}

// signatures are names of signatures, which stand where the type of a key belongs.
var signatures = []string{"rsa-sha2-256", "rsa-sha2-512", "webauthn-sk-ecdsa-sha2-nistp256@openssh.com"}

// typeWords are other words that people and programs write where the type
// belongs; they are recognised only directly in front of the base64.
var typeWords = append(slices.Clone(signatures), "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", "id_rsa.pub", "id_ecdsa.pub", "id_ed25519.pub",
	"rsa", "dsa", "dss", "ecdsa", "ed25519", "ed448", "nistp256", "nistp384", "nistp521", "ssh", "ssh-dsa", "ssh-ecdsa", "ssh2")
