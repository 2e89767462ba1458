package pemkey

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/keyconv/keyconv/internal/armor"
	"github.com/keyconv/keyconv/internal/formats/pemkey/der"
	"github.com/keyconv/keyconv/internal/formats/pemkey/pbe"
	"github.com/keyconv/keyconv/internal/wire"
	"github.com/keyconv/keyconv/sshkey"
)

// A document is the DER of one key and where it stood.
type document struct {
	format string
	text   []byte // the input, for positions
	label  string // "" for bare DER
	start  int    // where the key starts in text
	data   []byte
	at     func(int) int // from an offset in data to one in text
	notes  sshkey.Key    // collects comment, headers and findings
	scheme *pbe.Scheme   // nil: not encrypted

	trailing bool // bytes stand behind an encrypted key
}

// open finds the container's first key in data.
func (c Container) open(data []byte) (*document, error) {
	d := &document{format: c.Name, text: data}
	if len(data) > 0 && data[0] == byte(der.Sequence) {
		d.data, d.at = bytes.Clone(data), func(i int) int { return i } // a key holds parts of it
		return d, nil
	}
	start, label := c.find(data, 0)
	if start < 0 {
		return nil, sshkey.Errorf(c.Name, data, 0, "there is no line %q", armor.PEM.Begin(c.labels[0]))
	}
	block, err := armor.Decode(data, start, armor.PEM)
	if err != nil {
		return nil, sshkey.Locate(c.Name, data, func(i int) int { return i }, err)
	}
	d.label, d.start, d.data, d.at = label, start, block.Data, block.At
	d.notes.Pos = sshkey.PosAt(data, start)
	return d, d.readHeaders(block.Headers)
}

// readHeaders reads those of RFC 1421. OpenSSL knows no others; PuTTY reads
// past them, and so they are kept.
func (d *document) readHeaders(headers []armor.Header) error {
	encrypted, how := -1, 0
	var err error
	for _, h := range headers {
		switch strings.ToLower(h.Name) {
		case "proc-type":
			if strings.Contains(h.Value, "ENCRYPTED") {
				encrypted = h.Offset
			}
		case "dek-info":
			how = h.Offset
			if d.scheme, err = pbe.ParseDEK(d.format, h.Value); err == nil {
				err = d.scheme.Check(d.data)
			}
			if err != nil {
				return d.locate(h.Offset, err)
			}
		case "comment":
			d.notes.Comment = h.Value
		default:
			d.notes.Headers = append(d.notes.Headers, sshkey.Header{Name: h.Name, Value: h.Value})
		}
	}
	if encrypted >= 0 && d.scheme == nil {
		return sshkey.Errorf(d.format, d.text, encrypted, "the key is encrypted and the header DEK-Info, which says how, is missing")
	}
	if encrypted < 0 && d.scheme != nil {
		d.notes.Findings = append(d.notes.Findings, sshkey.Finding{Pos: sshkey.PosAt(d.text, how), Code: "proc-type", Severity: sshkey.Repaired,
			Msg: "there is no header \"Proc-Type: 4,ENCRYPTED\", without which OpenSSL takes an encrypted key for a plain one"})
	}
	return nil
}

// parse reads the key, or seals it.
func (d *document) parse() (*sshkey.Key, error) {
	if d.scheme != nil {
		return d.sealed(d.data), nil
	}
	st, err := d.structure(d.data)
	if err != nil {
		return nil, err
	}
	if st.label == labelEncrypted {
		return d.parseEncrypted()
	}
	return d.read(st, d.data, d.at)
}

// structure recognises what stands in the block. Where that fails, the label
// tells what the error message is about.
func (d *document) structure(data []byte) (structure, error) {
	st, ok := recognise(data)
	if ok {
		d.checkLabel(st)
		return st, nil
	}
	st, ok = findStructure(func(st structure) bool { return st.label == d.label })
	if !ok {
		return st, sshkey.Errorf(d.format, d.text, d.start, "the content is no key that is known here")
	}
	return st, nil
}

// checkLabel notes a label that belongs to another structure.
func (d *document) checkLabel(st structure) {
	_, known := findStructure(func(o structure) bool { return o.label == d.label })
	encrypted := d.label == labelPKCS8 && st.label == labelEncrypted
	if known && st.label != d.label && !encrypted {
		d.notes.Note(sshkey.Warning, "pem-label", "", "the label says %s and the content is that of %s", d.label, st.label)
	}
}

// parseEncrypted reads an EncryptedPrivateKeyInfo (RFC 5958 section 3).
func (d *document) parseEncrypted() (*sshkey.Key, error) {
	r := der.NewReader(d.data)
	in := r.Sequence("an encrypted key")
	d.scheme = pbe.Read(d.format, in)
	at := in.Offset()
	ciphertext := in.Octets("the encrypted key")
	in.End("the encrypted key")
	if r.Err() == nil {
		if err := d.scheme.Check(ciphertext); err != nil {
			r.Fail(at, err)
		}
	}
	d.trailing = d.goesOn(r)
	if r.Err() != nil {
		return nil, sshkey.Locate(d.format, d.text, d.at, r.Err())
	}
	return d.sealed(ciphertext), nil
}

// goesOn notes bytes behind the key, which OpenSSL and PuTTY read past, and reports whether
// they can be its own.
func (d *document) goesOn(r *der.Reader) bool {
	if r.Err() != nil || r.Empty() || d.label == labelTrusted { // OpenSSL's trust settings stand behind that
		return false
	}
	d.notes.Note(sshkey.Warning, "trailing-bytes", "", "there are bytes behind the end of the key, which do not belong to it")
	return len(bytes.Trim(r.Rest(), "\x00\t\n\r \x1a")) > 0 // an editor's line end, or what fills a block
}

// errTrailing is the fault of such a key where one half alone stands in the file: a line
// that was pasted twice moves the rest, and what was in its place is another key.
var errTrailing = sshkey.WithHint(errors.New("there are bytes behind the end of the key, and no second half in the file shows that none too many stand in it"),
	"a line or some characters may stand there twice: copy the key once more, whole, from where it was made")

// read makes the key of plain DER.
func (d *document) read(st structure, data []byte, at func(int) int) (*sshkey.Key, error) {
	m := &material{format: d.format}
	r := der.NewReader(data)
	in := r.Sequence("a key")
	if st.read == nil {
		in.Failf("an encrypted key inside an encrypted key")
	} else {
		st.read(in, m)
	}
	in.End("the key")
	end := r.Offset()
	if trailing := d.goesOn(r); (trailing || d.trailing) && !m.proves() {
		r.Fail(end, errTrailing)
	}
	if r.Err() != nil {
		return nil, sshkey.Locate(d.format, d.text, at, r.Err())
	}
	k, err := m.key()
	if err != nil {
		return nil, d.locate(d.start, err)
	}
	k.Pos = sshkey.PosAt(d.text, d.start)
	k.Comment, k.Headers = d.notes.Comment, d.notes.Headers
	k.Findings = append(d.notes.Findings, k.Findings...)
	return k, nil
}

func (d *document) locate(offset int, err error) error {
	return sshkey.Locate(d.format, d.text, func(int) int { return offset }, err)
}

// A lock is an encrypted key; it implements sshkey.Lock.
type lock struct {
	*document
	ciphertext []byte
}

func (d *document) sealed(ciphertext []byte) *sshkey.Key {
	k := d.notes
	d.notes.Findings = nil // those of the sealed key are kept by Key.Decrypt
	k.Pos = sshkey.PosAt(d.text, d.start)
	k.Protection = d.scheme.Protection()
	d.text = bytes.Clone(d.text) // the caller's bytes may change before Decrypt tells a place
	k.Private = sshkey.NewSealed(&lock{d, ciphertext})
	return &k
}

func (l *lock) Derive(passphrase []byte, lim sshkey.Limits) ([]byte, error) {
	keys, err := l.scheme.Derive(passphrase, lim)
	return keys, l.locate(l.start, err)
}

func (l *lock) Open(keys []byte) (*sshkey.Key, error) {
	plain, err := l.scheme.Open(keys, l.ciphertext)
	if err != nil {
		return nil, l.locate(l.start, err)
	}
	defer clear(plain)
	start := func(int) int { return l.start }
	d := *l.document
	st, ok := recognise(plain)
	if !ok {
		return nil, l.locate(l.start, wrongOrDamaged(plain))
	}
	if l.label != labelEncrypted {
		d.checkLabel(st)
	}
	k, err := d.read(st, plain, start)
	return k, hideSyntax(err)
}

// wrongOrDamaged tells a wrong passphrase from damage. Noise makes a SEQUENCE
// of the right length followed by an INTEGER about once in 2^40 times.
func wrongOrDamaged(plain []byte) error {
	r := der.NewReader(plain)
	in := r.Sequence("a key")
	if in.Peek(der.Integer) && r.Empty() {
		return errDamaged
	}
	return sshkey.ErrPassphrase
}

var errDamaged = fmt.Errorf("the passphrase is right, but %w", sshkey.ErrCorrupt)

// hideSyntax turns an error about the decrypted bytes into one that says no
// more about them than that they are damaged.
func hideSyntax(err error) error {
	var syntax *sshkey.SyntaxError
	var inner *wire.Error
	var limit *sshkey.LimitError
	var unsupported *sshkey.UnsupportedError
	if errors.Is(err, sshkey.ErrMismatch) {
		return err
	}
	if !errors.As(err, &syntax) || !errors.As(syntax.Err, &inner) || errors.As(err, &limit) || errors.As(err, &unsupported) {
		return err
	}
	return &sshkey.SyntaxError{Format: syntax.Format, Pos: syntax.Pos, Err: fmt.Errorf("%w: %w", errDamaged, inner.Err)}
}
