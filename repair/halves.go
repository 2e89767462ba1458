package repair

import (
	"bytes"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"strings"

	"github.com/keyconv/keyconv/internal/wire"
	"github.com/keyconv/keyconv/sshkey"
)

// block makes the item of a block and returns where it ends.
func (p *parser) block(e *element, limit int) int {
	it := item{src: p.t.src(e.block.start)}
	switch {
	case e.block.label == "PPK":
		p.provePPK(e.block)
		it.notes.put(exposed(it.src))
		p.draft.items = append(p.draft.items, it)
		return e.block.end
	case strings.Contains(e.block.label, "PGP"):
		it.refuse("pgp", "a PGP key or message, not an SSH key", "gpg --export-ssh-key USER prints the SSH form of a PGP key")
	case strings.HasPrefix(e.block.label, "CERTIFICATE"), strings.Contains(e.block.label, "SIGNATURE"), strings.Contains(e.block.label, "MESSAGE"):
		it.refuse("x509", "a certificate, a request for one or a signature, not a key", "ssh-keygen -y -f KEY prints the public key of the private key that belongs to it")
	case strings.HasSuffix(e.block.label, "PARAMETERS"):
		return e.block.end
	default:
		p.keyBlock(&it, e, limit)
	}
	p.emit(it)
	return e.block.end
}

// provePPK takes a key back that a whole PPK, not encrypted, holds and its own check
// denies. What was left out of one denies nothing.
func (p *parser) provePPK(b *block) {
	const longest = 1 << 14
	begin := bytes.LastIndex(p.t.b[max(0, b.start-longest):b.start], []byte("PuTTY-User-Key-File-"))
	if begin < 0 || p.o.Parse == nil || len(p.draft.items) == 0 {
		return
	}
	begin += max(0, b.start-longest)
	last := &p.draft.items[len(p.draft.items)-1]
	if last.entry == nil || last.entry.Commented || last.src < p.t.src(begin) {
		return
	}
	keys, err := p.o.Parse(p.t.b[begin:b.end])
	denied := errors.Is(err, sshkey.ErrCorrupt) || errors.Is(err, sshkey.ErrMismatch)
	if denied || err == nil && len(keys) == 1 && keys[0].Public != last.entry.Key.Public {
		last.refuse("blob-damaged", "the public key of a PPK stands here, and the check of the file (Private-MAC) denies it: something of it was changed", copyAgain)
	}
}

// keyBlock prints the public half of a PEM or OpenSSH block.
func (p *parser) keyBlock(it *item, e *element, limit int) {
	first := lineStart(p.t.b, p.last, e.at)
	private := !strings.Contains(e.block.label, "PUBLIC")
	pre := readPrefix(p.t, first, e.at)
	pre.code = commentedBlock(pre, p.t.b[first:e.at])
	key, err := p.publicOf(e.block)
	switch {
	case err != nil && private:
		it.refuse("private-key", "a PRIVATE key stands here, encrypted or damaged, and its public half is not taken out of such a text",
			"ssh-keygen -y -f KEY prints the public key of the file, and so does keyconv convert KEY --to authorized-keys; if the text left your machine, replace the key")
	case err != nil:
		it.refuse("blob-damaged", "a public key in another format stands here and is damaged", copyAgain)
	default:
		e.blob = &blob{public: key.Public, grade: certain}
		p.blockLine(it, e, pre, key.Comment+p.behind(e, pre, limit))
	}
	if private {
		it.notes.put(exposed(it.src))
	}
}

// behind is the comment behind base64 that stands on a line, up to the next key.
func (p *parser) behind(e *element, pre prefix, limit int) string {
	if !e.block.bare || strings.HasPrefix(e.block.label, "OPENSSH") {
		return ""
	}
	end := lineEnd(p.t.b[:max(limit, e.block.end)], e.block.end)
	comment, _ := cutComment(p.t.b[e.block.end:end], pre)
	e.block.end = end
	return comment
}

func commentedBlock(pre prefix, line []byte) string {
	if pre.commented || namesOption(line) || isTorn(bytes.TrimSpace(line)) {
		return optionsDamaged
	}
	return ""
}

func (p *parser) blockLine(it *item, e *element, pre prefix, comment string) {
	if pre.code != "" || pre.options != "" {
		it.refuse(optionsDamaged, "something stands in front of the key that may restrict it", "write the line by hand: options, type, base64")
		return
	}
	comment = strings.TrimSpace(strings.Map(printable, comment))
	line := buildLine(e.blob.public, "", comment)
	if err := p.o.insane(e.blob.public, most); err != nil {
		it.refuse("blob-damaged", "a key stands here whose content is not right: "+err.Error(), copyAgain)
		return
	}
	k := &sshkey.Key{Public: e.blob.public, Comment: comment}
	if err := acceptable(k); err != nil {
		it.refuse("not-accepted", "sshd would not take this key: "+err.Error(), sshkey.Hint(err))
		return
	}
	it.line, it.entry, it.grade = line, &Entry{Line: line, Key: k}, certain
	it.notes.add(it.src, "other-format", "a key in another format (%s); this is its public half as a line of authorized_keys", e.block.label)
	p.guard(it, e, pre, nil)
}

func exposed(src int) note {
	return note{src, "private-key-exposed", sshkey.Warning, "a PRIVATE key stands in this text: it is worth nothing any more if others could read it",
		"only the public half belongs on a server; if the text left your machine, make a new key"}
}

// publicOf reads the public half of a block.
func (p *parser) publicOf(b *block) (*sshkey.Key, error) {
	if raw := decodeLoose(b.body); bytes.HasPrefix(raw, []byte(opensshMagic)) {
		return p.opensshPublic(raw, len(b.body)%4 != 1)
	}
	if p.o.Parse == nil {
		return nil, errors.New("no reader")
	}
	if strings.HasPrefix(b.label, "JWK") {
		keys, err := p.o.Parse(p.t.b[b.start:b.end])
		if err != nil || len(keys) != 1 || keys[0].Public.IsZero() {
			return nil, errors.New("not readable")
		}
		return keys[0], nil
	}
	raw, err := base64.RawStdEncoding.DecodeString(string(b.body))
	if err != nil {
		return nil, err
	}
	if len(raw) < fewestBytes {
		return nil, errors.New("too short")
	}
	for _, label := range []string{b.label, "RSA PUBLIC KEY", "PUBLIC KEY", "RSA PRIVATE KEY", "PRIVATE KEY", "EC PRIVATE KEY"} {
		if strings.Contains(label, "PUBLIC") != strings.Contains(b.label, "PUBLIC") {
			continue
		}
		keys, err := p.o.Parse(armour(label, b.head, raw))
		if err == nil && len(keys) == 1 && !keys[0].Public.IsZero() {
			return keys[0], nil
		}
	}
	return nil, errors.New("not readable")
}

// fewestBytes is less than any key has.
const fewestBytes = 24

func armour(label, head string, raw []byte) []byte {
	out := pem.EncodeToMemory(&pem.Block{Type: label, Bytes: raw})
	if !strings.Contains(head, "DEK-Info") {
		return out
	}
	i := bytes.IndexByte(out, '\n') + 1
	return bytes.Join([][]byte{out[:i], []byte(head), []byte("\n"), out[i:]}, nil)
}

const opensshMagic = "openssh-key-v1\x00"

// opensshPublic reads the public key in front of the private part (PROTOCOL.key), which
// says nothing of itself. Where the private part is not encrypted the key stands in it
// once more, and both have to be the same, also where what follows was cut off. Where
// it is, all of it has to be there.
func (p *parser) opensshPublic(raw []byte, whole bool) (*sshkey.Key, error) {
	r := wire.NewReader(raw[len(opensshMagic):])
	cipher := string(r.String())
	r.String() // the KDF
	r.String() // and its options
	if r.Uint32() != 1 {
		return nil, errors.New("not one key")
	}
	blob, size := r.String(), uint64(r.Uint32())
	if r.Err() != nil {
		return nil, r.Err()
	}
	k, err := sshkey.ParsePublicKey(blob)
	if err != nil {
		return nil, err
	}
	inside := r.Rest()
	have := uint64(len(inside))
	switch {
	case cipher == "none" && !secondCopy(k, blob, inside[:min(size, have)]):
		return nil, sshkey.ErrMismatch
	case cipher != "none" && (!whole || have != size && have != size+16): // a tag may follow
		return nil, sshkey.ErrCorrupt
	}
	if p.o.Parse != nil { // which knows the comment
		if keys, err := p.o.Parse(armour("OPENSSH PRIVATE KEY", "", raw)); err == nil && len(keys) == 1 && keys[0].Public == k {
			return keys[0], nil
		}
	}
	return &sshkey.Key{Public: k}, nil
}

// secondCopy reports whether the private part of an openssh-key-v1 begins with the public
// key: its type and numbers, of RSA the modulus first; its blob, if it is a certificate.
func secondCopy(k sshkey.PublicKey, blob, inside []byte) bool {
	r := wire.NewReader(inside)
	if first := r.Uint32(); r.Uint32() != first || r.Err() != nil {
		return false
	}
	copied := r.Rest()
	switch {
	case k.IsCertificate():
		in := wire.NewReader(copied)
		return string(in.String()) == k.Algorithm() && bytes.Equal(in.String(), blob)
	case k.Algorithm() != "ssh-rsa":
		return bytes.HasPrefix(copied, blob)
	}
	out, in := wire.NewReader(blob), wire.NewReader(copied)
	kind, e, n := out.String(), out.String(), out.String()
	return bytes.Equal(in.String(), kind) && bytes.Equal(in.String(), n) && bytes.Equal(in.String(), e) && in.Err() == nil
}
