package repair

import (
	"bytes"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"strings"

	"github.com/keyconv/keyconv/internal/lazyre"
	"github.com/keyconv/keyconv/internal/wire"
	"github.com/keyconv/keyconv/sshkey"
)

// A block is text between BEGIN and END, or base64 that is known for one by
// its first bytes. What is in a private block is never shown.
type block struct {
	start, end int
	label      string // "RSA PRIVATE KEY"
	body       []byte // base64 characters
	head       string // header lines, for the parser
	bare       bool   // without a BEGIN line
}

// begin matches BEGIN lines, worn down as they come: any dashes, spaces or none,
// and the "N RSA PRIVATE KEY-----" that vi leaves.
var begin = lazyre.New(beginText)

const beginText = `-*[ \t]*\b(?:BEGIN|N)[ \t_]+((?:[A-Z0-9]+[ \t_]+){0,3}(?:PRIVATE[ \t_]+KEY(?:[ \t]+BLOCK)?|PUBLIC[ \t_]+KEY(?:[ \t]+BLOCK)?|CERTIFICATE(?:[ \t]+REQUEST)?|PARAMETERS|MESSAGE|SIGNATURE))[ \t]*-+`

// blockStart matches what a block begins with: BEGIN lines, worn down as they
// come (any dashes, the "N RSA PRIVATE KEY-----" that vi leaves); the header of
// the private part of a PPK; an openssh-key-v1 or DER without a BEGIN line; the type of a
// JSON Web Key.
var blockStart = lazyre.NewNeeding(beginText+`|(Private-Lines:[ \t]*[0-9]+[^\n]*)`+
	`|(?:^|[^A-Za-z0-9+/])(b3BlbnNzaC1rZXktdjE|MI[IGH][A-Za-z0-9+/]{24}|MCowBQYDK2VwA|MFkwEwYH|MHYwEAYH|MC4CAQAw|MHcCAQEE)`+
	`|("kty"[ \t]*:)`,
	`"kty"`, "KEY", "CERTIFICATE", "PARAMETERS", "MESSAGE", "SIGNATURE", "Private-Lines:", "b3Blbn", "MII", "MIG", "MIH", "MCow", "MFkw", "MHYw", "MC4C", "MHcC")

// findBlocks returns the blocks of a text, in order.
func findBlocks(t *text) []block {
	if !blockStart.May(t.b) {
		return nil
	}
	var list []block
	for from := 0; from < len(t.b); {
		m := nextBlock(t.b, from)
		if m == nil {
			return list
		}
		b := oneBlock(t, m, from)
		if b.label != "" {
			list = append(list, b)
		}
		from = max(b.end, from+1)
	}
	return list
}

// nextBlock is the next match of blockStart with its groups, from from on; an
// absent group is less than from. No match goes on behind a line end, so that
// only lines that may have one are searched, each with the line end in front.
func nextBlock(b []byte, from int) []int {
	for i := from; i < len(b); {
		end := lineEnd(b, min(i+1, len(b)))
		if m := blockStart.FindSubmatchIndex(b[i:end]); m != nil {
			for n, at := range m {
				if m[n] = i + at; at < 0 {
					m[n] = from - 1
				}
			}
			return m
		}
		i = end
	}
	return nil
}

func oneBlock(t *text, m []int, from int) block {
	switch {
	case m[4] >= from:
		return ppkTail(t.b, m[4])
	case m[6] >= from:
		return bareBlock(t, m[6])
	case m[8] >= from:
		return jwkBlock(t.b, m[8], from)
	}
	label := strings.Join(strings.Fields(strings.ReplaceAll(string(t.b[m[2]:m[3]]), "_", " ")), " ")
	if label == "SSH2 PUBLIC KEY" {
		return block{end: m[1]}
	}
	return readBlock(t.b, m[0], m[1], label)
}

// ppkTail is the private part of a PPK with its MAC; the public part in front
// of it is base64 like any other.
func ppkTail(b []byte, at int) block {
	end := lineEnd(b, at)
	if i := bytes.Index(b[end:min(len(b), end+1<<15)], []byte("Private-MAC:")); i >= 0 {
		return block{start: at, end: lineEnd(b, end+i), label: "PPK"}
	}
	for end < len(b) {
		next := lineEnd(b, end+1)
		if len(base64Only(b[end:next])) < len(bytes.TrimSpace(b[end:next])) {
			break
		}
		end = next
	}
	return block{start: at, end: end, label: "PPK"}
}

// jwkBlock is a JSON Web Key (RFC 7517), of which the member at is one: an object of
// nothing but strings.
func jwkBlock(b []byte, at, from int) block {
	const longest = 1 << 14 // of an RSA key of 16,384 bits
	low := max(from, at-longest)
	start, end := bytes.LastIndexByte(b[low:at], '{'), bytes.IndexByte(b[at:min(len(b), at+longest)], '}')
	if start < 0 || end < 0 {
		return block{end: at + 1}
	}
	k := block{start: low + start, end: at + end + 1, label: "JWK, PUBLIC KEY"}
	if jwkSecret.Match(b[k.start:k.end]) {
		k.label = "JWK, PRIVATE KEY"
	}
	return k
}

// jwkSecret matches the members of private numbers and of symmetric keys (RFC 7518 section 6).
var jwkSecret = lazyre.New(`"(?:d|k|p|q|dp|dq|qi)"[ \t]*:`)

// readBlock takes everything up to the END line; without one, lines of base64
// and headers.
func readBlock(b []byte, start, body int, label string) block {
	limit := len(b)
	if m := begin.FindIndex(b[body:]); m != nil {
		limit = body + m[0]
	}
	end, stop := limit, -1
	if m := endLine.FindIndex(b[body:limit]); m != nil {
		stop, end = body+m[0], body+m[1]
	}
	if stop < 0 {
		stop = endOfBase64(b, body, limit)
		end = stop
	}
	k := block{start: start, end: end, label: label}
	k.head, k.body = splitHeaders(b[body:stop])
	return k
}

var endLine = lazyre.New(`-*[ \t]*\b(?:END|ND)[ \t_]+[A-Z0-9 \t_\n]{0,40}?(?:KEY(?:[ \t]+BLOCK)?|CERTIFICATE|REQUEST|PARAMETERS|MESSAGE|SIGNATURE)[ \t]*-*`)

// header matches a header of PEM.
var header = lazyre.New(`(?m)^[ \t>]*((?:Proc-Type|DEK-Info|Comment|Subject|X-\w+):[^\n]*)$`)

func splitHeaders(b []byte) (head string, body []byte) {
	for _, m := range header.FindAllSubmatch(b, -1) {
		head += strings.TrimSpace(string(m[1])) + "\n"
	}
	return head, bytes.TrimRight(base64Only(header.ReplaceAll(b, nil)), "=")
}

func endOfBase64(b []byte, i, limit int) int {
	for i < limit {
		end := min(limit, lineEnd(b, i+1))
		line := bytes.Trim(b[i:end], edge+"\n-")
		if !header.Match(line) && len(base64Only(line)) < len(line) {
			return i
		}
		i = end
	}
	return limit
}

// bareBlock is base64 without BEGIN. DER says its own length.
func bareBlock(t *text, start int) block {
	if bytes.HasPrefix(t.b[start:], []byte("b3Blb")) {
		end := endOfBase64(t.b, start, len(t.b))
		return block{start: start, end: end, label: "OPENSSH PRIVATE KEY", body: bytes.TrimRight(base64Only(t.b[start:end]), "="), bare: true}
	}
	r := &reader{t: t, limit: len(t.b), at: start, chunks: []chunk{{at: start}}}
	if r.take(12, false) != nil {
		return block{end: start + 1}
	}
	n := derLength(decodeLoose(r.chars))
	if n < 24 || n > 1<<14 || r.take((n*8+5)/6, true) != nil {
		return block{end: start + 1}
	}
	r.skipPadding()
	k := block{start: start, end: r.at, body: r.chars, bare: true, label: "PUBLIC KEY"}
	if raw := decodeLoose(r.chars); bytes.HasPrefix(raw[n-derContent(raw, n):], []byte{2, 1}) {
		k.label = "PRIVATE KEY"
	}
	return k
}

// derLength is the length of a SEQUENCE with its header, 0 where it is none.
func derLength(b []byte) int {
	switch {
	case b[0] != 0x30:
		return 0
	case b[1] < 0x80:
		return 2 + int(b[1])
	case b[1] == 0x81:
		return 3 + int(b[2])
	case b[1] == 0x82:
		return 4 + int(b[2])<<8 + int(b[3])
	}
	return 0
}

// derContent is the length without the header.
func derContent(b []byte, n int) int {
	if b[1] < 0x80 {
		return n - 2
	}
	return n - 2 - int(b[1]&0x7f)
}

func decodeLoose(chars []byte) []byte {
	raw := make([]byte, base64.RawStdEncoding.DecodedLen(len(chars)))
	n, _ := base64.RawStdEncoding.Decode(raw, chars[:len(chars)/4*4])
	return raw[:n]
}

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
		p.fail(&it, "pgp", "a PGP key or message, not an SSH key", "gpg --export-ssh-key USER prints the SSH form of a PGP key")
	case strings.HasPrefix(e.block.label, "CERTIFICATE"), strings.Contains(e.block.label, "SIGNATURE"), strings.Contains(e.block.label, "MESSAGE"):
		p.fail(&it, "x509", "a certificate, a request for one or a signature, not a key", "ssh-keygen -y -f KEY prints the public key of the private key that belongs to it")
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
		p.fail(last, "blob-damaged", "the public key of a PPK stands here, and the check of the file (Private-MAC) denies it: something of it was changed", copyAgain)
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
		p.fail(it, "private-key", "a PRIVATE key stands here, and its public half cannot be had from this text",
			"ssh-keygen -y -f KEY, or keyconv, makes the public key of the file; if the text left your machine, replace the key")
	case err != nil:
		p.fail(it, "blob-damaged", "a public key in another format stands here and is damaged", copyAgain)
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
	if pre.commented || namesOption(line) {
		return "options-damaged"
	}
	return ""
}

func (p *parser) blockLine(it *item, e *element, pre prefix, comment string) {
	if pre.code != "" || pre.options != "" {
		p.fail(it, "options-damaged", "something stands in front of the key that may restrict it", "write the line by hand: options, type, base64")
		return
	}
	comment = strings.TrimSpace(strings.Map(printable, comment))
	line := buildLine(e.blob.public, "", comment)
	if err := p.o.insane(e.blob.public, most); err != nil {
		p.fail(it, "blob-damaged", "a key stands here whose content is not right: "+err.Error(), copyAgain)
		return
	}
	k := &sshkey.Key{Public: e.blob.public, Comment: comment}
	if err := acceptable(k); err != nil {
		p.fail(it, "not-accepted", "sshd would not take this key: "+err.Error(), sshkey.Hint(err))
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
