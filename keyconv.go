// Package keyconv takes an SSH key in any shape and gives it back in the shape
// that is needed: PuTTY's PPK, OpenSSH's own format, PEM, PKCS#8, ssh.com's, RFC
// 4716, a line of authorized_keys and others; [Formats] lists them.
//
// [Convert] does it in one call:
//
//	out, err := keyconv.Convert(data, "openssh", &keyconv.Options{
//		Passphrase: func() ([]byte, error) { return []byte("secret"), nil },
//	})
//	os.WriteFile("id_rsa", out.Data, 0o600)
//
// [Parse] gives the keys themselves, as [sshkey.Key]; from there
// [sshkey.Key.Signer] leads to golang.org/x/crypto/ssh and [sshkey.Key.Crypto]
// to the standard library. [Normalize] is for public keys that somebody
// pasted.
//
// What holds for all of it: a result is never a guess. What is written has
// been read back and compared with the key first; what a format cannot hold is
// an error or a finding of Convert, never dropped in silence; and what a file asks
// for is bounded by [sshkey.Limits] before it is paid.
package keyconv

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/keyconv/keyconv/ppk"
	"github.com/keyconv/keyconv/sshkey"
)

// Options tune Convert. The zero value, or nil, converts an unprotected key.
type Options struct {
	// From insists on a format; "" detects it.
	From string
	// Passphrase opens the input. It is called at most once, and only when the
	// private half is needed or hides the public one, or for Prove. nil makes an
	// encrypted key an error. What it returns is neither changed nor kept.
	Passphrase func() ([]byte, error)
	// Prove opens the input also where its public half is all that is wanted and can be
	// read without: only what is opened shows that the half was damaged, and OpenSSH's
	// comment.
	Prove bool
	// NewPassphrase protects the output; nil keeps the protection that the
	// input had. It is called at most once, after the input was opened, and
	// not for a public key. An empty passphrase is an error: it protects
	// nothing. What it returns is neither changed nor kept.
	NewPassphrase func() ([]byte, error)
	// NoPassphrase takes the protection off. Together with NewPassphrase it is
	// an error.
	NoPassphrase bool
	// Comment replaces the comment.
	Comment *string
	// Certificate is an OpenSSH certificate, as in id-cert.pub, to put into
	// a PPK; RemoveCertificate takes one out. Together they are an error.
	Certificate       []byte
	RemoveCertificate bool
	// Strict makes any damage an error, even what is repaired with certainty,
	// and so is another key in the input that would be left behind.
	Strict bool
	// Limits bounds what the input may ask for and, where it is wider than usual,
	// what Rounds and PPK may.
	Limits sshkey.Limits

	PPK    ppk.Encoder // the KDF of encrypted PPKs; Version is set by the format, and Limits by those below where they are zero
	Cipher string      // of openssh, pem and pkcs8, in the format's own names; refused of other private keys, see ErrNotProtected
	Rounds int         // of the KDF of openssh and pkcs8
	Host   string      // the name in SSHFP records
}

// A Result is what Convert made.
type Result struct {
	Data      []byte
	From, To  Format
	Keys      []*sshkey.Key // what was written; Version and Protection are still those of the input
	Private   bool          // Data holds a private key
	Encrypted bool          // Data is protected by a passphrase
	Findings  []sshkey.Finding
}

// Format keeps Data out of what is printed: it may be a private key.
func (r Result) Format(s fmt.State, _ rune) { io.WriteString(s, r.String()) }

// String says what was made, not what it is.
func (r Result) String() string {
	return fmt.Sprintf("%s from %s: %d keys, %d bytes (redacted)", r.To.Name, r.From.Name, len(r.Keys), len(r.Data))
}

// MarshalText keeps Data out of encoding/json and its like.
func (r Result) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// GobEncode refuses: encoding/gob would write Data.
func (r Result) GobEncode() ([]byte, error) { return nil, errors.New(r.String()) }

// MaxInput is the largest input of Parse, ParseLenient, ParseEvery and Convert, see
// [sshkey.MaxInput]; a file of one key has a smaller bound. Normalize takes as much as
// [repair.MaxInput], and NormalizeStream and [doctor.Check.Stream] files of any size.
const MaxInput = sshkey.MaxInput

// Parse reads all keys of data and tells the format. Encrypted keys come back
// sealed, see [sshkey.Key.Decrypt]; where the container hides the public half too,
// Key.Public is zero until then. Damage is an error, with its place. What is read keeps
// nothing of data.
func Parse(data []byte) ([]*sshkey.Key, Format, error) {
	return ParseAs(data, "")
}

// ParseAs is Parse for input that must be of the format from; "" detects it.
func ParseAs(data []byte, from string) ([]*sshkey.Key, Format, error) {
	keys, f, err := parseAs(data, from)
	if err == nil {
		f.optionsNear(keys, data)
	}
	return keys, f, err
}

// parseAs looks for no options beside a key, but for those of sound lines.
func parseAs(data []byte, from string) ([]*sshkey.Key, Format, error) {
	if err := sshkey.Bound("bytes of input", uint64(len(data)), MaxInput); err != nil {
		return nil, Format{}, err
	}
	f, err := source(data, from)
	if err == nil && !f.many {
		err = sshkey.Bound("bytes of a file of one key", uint64(len(data)), sshkey.MaxKeyFile)
	}
	if err != nil {
		return nil, f, err
	}
	keys, err := f.parse(data)
	if err == nil && len(keys) == 1 {
		f.leftBehind(keys[0], data, false)
	}
	for _, k := range keys {
		if located(k); sshkey.HoldsPrivate(k.Comment) {
			return nil, f, &sshkey.SyntaxError{Format: f.Name, Pos: k.Pos, Err: sshkey.WithHint(
				errors.New("a PRIVATE key stands in the comment of this one, on the same line"), "put each key into a file of its own; if the text left your machine, make a new key")}
		}
	}
	return keys, f, err
}

// located gives findings about a whole key the place where it begins.
func located(k *sshkey.Key) {
	for i := range k.Findings {
		if f := &k.Findings[i]; !f.Pos.IsValid() {
			f.Pos = k.Pos
		}
	}
}

func source(data []byte, from string) (Format, error) {
	if from == "" {
		return Detect(data)
	}
	return LookupSource(from)
}

// Convert writes the keys in data in the format to. An empty to chooses:
// OpenSSH for a PPK, PPK for any other private key, an authorized_keys line for
// RFC 4716 and RFC 4716 for any other public key.
//
// A private key and a public format give the public half. Errors are those of
// Parse and of Key.Decrypt; an *UnsupportedError where the format cannot hold
// the key; and an error where it cannot hold what belongs to the key, such as
// the restrictions of an authorized_keys entry.
func Convert(data []byte, to string, o *Options) (*Result, error) {
	if o == nil {
		o = &Options{}
	}
	switch {
	case o.NewPassphrase != nil && o.NoPassphrase:
		return nil, errors.New("Options ask for a new passphrase and for none")
	case len(o.Certificate) > 0 && o.RemoveCertificate:
		return nil, errors.New("Options ask for a certificate and for none")
	}
	parse := ParseLenient
	if o.Strict {
		parse = ParseAs
	}
	keys, from, err := parse(data, o.From)
	if err != nil {
		return nil, insisted(data, from, err)
	}
	target, err := destination(to, from, keys)
	if err != nil {
		return nil, err
	}
	c := converter{o: o, from: from, to: target}
	c.commentLines(data)
	return c.run(keys)
}

// insisted is the error of a text that is in another format than the one that
// was insisted on.
func insisted(data []byte, on Format, err error) error {
	if f, unknown := Detect(data); unknown == nil && on.Name != "" && f.Name != on.Name {
		return sshkey.WithHint(err, "the text looks like "+f.Name+", not "+on.Name+": leave --from out")
	}
	return err
}

func destination(to string, from Format, keys []*sshkey.Key) (Format, error) {
	if to == "" {
		to = defaultTarget(from, keys)
	}
	return LookupTarget(to)
}

func defaultTarget(from Format, keys []*sshkey.Key) string {
	switch {
	case from.Name == ppk.Name:
		return "openssh"
	case keys[0].Private != nil:
		return ppk.Name
	case from.Name == "rfc4716":
		return "authorized-keys"
	}
	return "rfc4716"
}

// A converter carries one Convert through its steps.
type converter struct {
	o        *Options
	from, to Format
	opened   []byte // the passphrase that opened the input
	findings []sshkey.Finding
}

func (c *converter) run(keys []*sshkey.Key) (*Result, error) {
	if len(keys) > 1 && c.to.Private { // jwk too: it holds one key, not a set
		return nil, sshkey.WithHint(fmt.Errorf("the input holds %d keys and %s holds one", len(keys), c.to.Name), "put the key that you want into a file of its own")
	}
	res := &Result{From: c.from, To: c.to}
	defer func() { clear(c.opened) }()
	var texts [][]byte
	for _, k := range keys {
		k, text, err := c.one(k, res)
		if err != nil {
			return nil, err
		}
		texts = append(texts, text)
		res.Keys = append(res.Keys, k)
	}
	if res.Data = texts[0]; len(texts) > 1 { // only public keys come in numbers
		res.Data = slices.Concat(texts...)
	}
	res.Findings = c.findings
	return res, nil
}

// one converts a key: open, change what was asked, see what is lost, write.
func (c *converter) one(k *sshkey.Key, res *Result) (*sshkey.Key, []byte, error) {
	k, err := c.open(k)
	if err != nil {
		return nil, nil, err
	}
	if k, err = c.change(k); err != nil {
		return nil, nil, err
	}
	c.findings = append(c.findings, k.Findings...)
	if f, ok := Suspicion(k); ok && k.Encrypted() {
		return nil, nil, sshkey.WithHint(errors.New(f.Msg), f.Hint)
	} else if ok {
		c.findings = append(c.findings, f)
	}
	if k.Encrypted() && !k.Public.Known() {
		return nil, nil, &sshkey.UnsupportedError{Format: c.from.Name, What: "a public half of type " + sshkey.Quote(k.Public.Algorithm()), Unknown: "keyconv", Next: "the file may be damaged: --passphrase-file FILE opens it, which proves the public half"}
	}
	if err := c.strict(); err != nil {
		return nil, nil, err
	}
	if k, err = c.losses(k); err != nil {
		return nil, nil, err
	}
	pass, err := c.protect(k)
	if err != nil {
		return nil, nil, err
	}
	defer clear(pass)
	res.Encrypted, res.Private = len(pass) > 0, k.Private != nil
	text, err := c.to.marshal(k, pass, c.o)
	return k, text, c.otherwise(k, err)
}

// open decrypts where the private half is wanted, or hides the public one.
func (c *converter) open(k *sshkey.Key) (*sshkey.Key, error) {
	if c.to.Private && !c.to.Public && k.Private == nil {
		return nil, sshkey.ErrNoPrivate
	}
	switch shown := !c.to.Private && !k.Public.IsZero(); {
	case !k.Encrypted():
		return k, nil
	case shown && !c.o.Prove:
		c.hides(k)
		return k, nil
	}
	if err := k.Openable(); err != nil {
		return nil, err
	}
	if c.o.Passphrase == nil {
		return nil, sshkey.ErrEncrypted
	}
	pass, err := c.o.Passphrase()
	if err != nil {
		return nil, err
	}
	open, by, err := unlock(k, c.from, pass, c.o.Limits)
	if err == nil {
		located(open)
	}
	if c.opened = by; c.to.Ending != c.from.Ending { // as it was typed: another program encodes it in its own way
		clear(by)
		c.opened = bytes.Clone(pass)
	}
	return open, err
}
