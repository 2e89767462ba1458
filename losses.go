package keyconv

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/internal/formats/knownhosts"
	"github.com/keyconv/keyconv/internal/formats/sshcom"
	"github.com/keyconv/keyconv/openssh"
	"github.com/keyconv/keyconv/rfc4716"
	"github.com/keyconv/keyconv/sshkey"
)

// change applies what the caller asked to change: comment, certificate.
func (c *converter) change(k *sshkey.Key) (*sshkey.Key, error) {
	changed := *k
	if c.o.Comment != nil {
		if changed.Comment = *c.o.Comment; strings.ContainsAny(changed.Comment, "\r\n\x00") {
			return nil, sshkey.WithHint(errors.New("the comment that is given has a line end or a NUL in it: a program that prints it begins a line of its own with the rest"), "give another one: --comment TEXT")
		}
	}
	if c.o.RemoveCertificate {
		changed.Public = k.Public.Plain()
	}
	if c.o.Certificate == nil {
		return &changed, nil
	}
	cert, err := ParseCertificate(c.o.Certificate)
	if err != nil {
		return nil, fmt.Errorf("the certificate: %w", err)
	}
	if cert.Plain() != k.Public.Plain() {
		return nil, sshkey.WithHint(fmt.Errorf("the certificate is for the key %s and this is %s", cert.Fingerprint(), k.Public.Fingerprint()),
			"give the certificate that was issued for this key")
	}
	changed.Public = cert
	return &changed, nil
}

// ParseCertificate reads what [Options.Certificate] takes: the one certificate of a text,
// in any format that holds one.
func ParseCertificate(data []byte) (sshkey.PublicKey, error) {
	const next = "give the file that ssh-keygen -s wrote, NAME-cert.pub"
	keys, _, err := ParseLenient(data, "")
	if err != nil {
		return sshkey.PublicKey{}, sshkey.WithHint(err, cmp.Or(sshkey.Hint(err), next))
	}
	if len(keys) != 1 || !keys[0].Public.IsCertificate() {
		return sshkey.PublicKey{}, sshkey.WithHint(errors.New("there is no certificate here, or more than one key"), next)
	}
	return keys[0].Public, nil
}

// commentLines warns that those of the input are left out: they belong to no key.
func (c *converter) commentLines(data []byte) {
	if c.from.Name != authkeys.Name {
		return
	}
	first, lines, number := 0, 0, 0
	for line := range bytes.Lines(data) {
		number++
		if bytes.HasPrefix(bytes.TrimLeft(line, " \t"), []byte("#")) {
			first, lines = cmp.Or(first, number), lines+1
		}
	}
	if lines > 0 {
		c.warn("comment-lines-lost", "keyconv normalize keeps them", "the input has comment lines (%d, the first is line %d): they are left out", lines, first)
	}
}

// losses takes off k what the target cannot hold, in one place for all
// formats. A restriction is never lost: that is an error. What only informs is
// lost with a warning.
func (c *converter) losses(k *sshkey.Key) (*sshkey.Key, error) {
	if !c.to.Private || k.Private == nil {
		if err := c.to.refuseWider(k); err != nil {
			return nil, err
		}
		k = k.PublicOnly()
	}
	kept := *k
	if c.from.Name == knownhosts.Name && c.to.Name == authkeys.Name && c.o.From == "" {
		return nil, &sshkey.SyntaxError{Format: c.from.Name, Pos: k.Pos, Err: sshkey.WithHint(errors.New("this is a line of known_hosts, with a host's key; or what stands in front of the key is a misspelt option, and without it the key would let in with no restriction"),
			"a user's public key stands in a .pub file, without a host's name in front; if the host's is meant: --from known-hosts")}
	}
	if len(k.Options) > 0 && !c.to.can(restriction) {
		return nil, &sshkey.SyntaxError{Format: c.to.Name, Pos: k.Pos, Err: sshkey.WithHint(
			fmt.Errorf("the options in front of the key (%q …) would be lost, and with them what they forbid", k.Options[0].Raw),
			"if that is meant, take them off the line first")}
	}
	if err := sshkey.RefuseRevoked(c.to.Name, k); err != nil {
		return nil, err
	}
	if k.Comment != "" && !c.to.can(comment) {
		kept.Comment = ""
		c.warn("comment-lost", "", "%s has no place for the comment %q", c.to.Name, k.Comment)
	}
	if len(k.Headers) > 0 && !c.to.can(headers) {
		kept.Headers = nil
		for _, h := range k.Headers {
			c.warn("headers-lost", "", "%s has no place for the header %q", c.to.Name, h.Name)
		}
	}
	if k.Public.IsCertificate() && !c.to.can(certificate) {
		if len(c.o.Certificate) > 0 {
			return nil, sshkey.WithHint(fmt.Errorf("%s has no place for the certificate that was given", c.to.Name), "a PPK takes it: --to ppk; beside any other private key it stays a file of its own, NAME-cert.pub")
		}
		kept.Public = k.Public.Plain()
		c.warn("certificate-left-out", "write it beside the key, as NAME-cert.pub: keyconv convert --to authorized-keys", "%s has no place for the certificate; the plain key is written", c.to.Name)
	}
	if c.to.Name == openssh.Name || c.to.Name == authkeys.Name {
		c.unfit(&kept)
	}
	c.misread(&kept)
	return &kept, nil
}

// unfit tells of a key that OpenSSH's own formats hold and its programs refuse.
func (c *converter) unfit(k *sshkey.Key) {
	about, p := &sshkey.Key{}, k.Public.Plain()
	unfit(about, p)
	c.findings = append(c.findings, untold(about.Findings, k)...)
	if e, ok := p.Parts().(sshkey.EdDSAPublicKey); ok && e.Curve == "Ed448" {
		c.warn("ed448", "for OpenSSH make another key: ssh-keygen -t ed25519; PuTTY reads this one as ppk or rfc4716", "OpenSSH knows no Ed448: none of its programs reads this result")
	}
}

// misread tells of a comment that is written and that a program of the format reads as
// something else.
func (c *converter) misread(k *sshkey.Key) {
	if f, ok := OptionsBehind(k); ok && c.to.can(restriction) {
		c.warn(f.Code, f.Hint, "%s", f.Msg)
	}
	if c.to.Name == openssh.Name && strings.ContainsAny(k.Comment, "\r\n") {
		c.warn("comment-breaks", "give another one: --comment TEXT", "the comment has a line end in it: ssh-keygen -y prints what is behind as a line of its own, which may be another key")
	}
	if c.to.Name == sshcom.Name && len(k.Comment) > sshcom.PuTTYComment {
		c.note("comment-long", "for PuTTY's programs give a shorter one: --comment TEXT", "PuTTY reads %d bytes of the comment, which has %d", sshcom.PuTTYComment, len(k.Comment))
	}
	if c.to.Name == rfc4716.Name && rfc4716.Misread(k) {
		c.warn("comment-misread", "give another one: --comment TEXT", "a comment or header with \" END \" or a BEGIN line in it keeps ssh-keygen from reading the file")
	}
	if c.to.Name == rfc4716.Name && rfc4716.Folds(k) {
		c.note("comment-folded", "for PuTTY's programs give a shorter one: --comment TEXT", "the comment is folded as RFC 4716 asks, which PuTTY cannot read")
	}
}

// hides tells of the comment of an encrypted OpenSSH key that was not opened: it is
// encrypted too.
func (c *converter) hides(k *sshkey.Key) {
	if c.from.Name == openssh.Name && c.o.Comment == nil && c.to.can(comment) {
		next := "--comment TEXT gives another one"
		if k.Openable() == nil {
			next = "--passphrase-file FILE opens it; " + next
		}
		c.warn("comment-lost", next, "the key's comment is encrypted with it, and it was not opened: the result has none")
	}
}

// maxTyped is the longest passphrase that ssh-keygen and openssl take, from a
// terminal, a program or a file; PuTTY has no limit.
const maxTyped = 1023

// typeable warns of a passphrase that the programs of the format cannot be given.
func (c *converter) typeable(pass []byte) {
	if len(pass) > maxTyped && slices.Contains([]string{"openssh", "pem", "pkcs8"}, c.to.Name) {
		c.warn("passphrase-long", "choose a shorter one", "the passphrase has %d bytes, and ssh-keygen and openssl take %d at most", len(pass), maxTyped)
	}
}

func (c *converter) warn(code, hint, msg string, args ...any) {
	c.find(sshkey.Warning, code, hint, msg, args...)
}

func (c *converter) note(code, hint, msg string, args ...any) {
	c.find(sshkey.Note, code, hint, msg, args...)
}

func (c *converter) find(s sshkey.Severity, code, hint, msg string, args ...any) {
	c.findings = append(c.findings, sshkey.Finding{Code: code, Severity: s, Msg: fmt.Sprintf(msg, args...), Hint: hint})
}

// otherwise says, where the target cannot hold this type of key, which formats
// can: those that do it.
func (c *converter) otherwise(k *sshkey.Key, err error) error {
	var unsupported *sshkey.UnsupportedError
	if !errors.As(err, &unsupported) {
		return err
	}
	if _, err := c.to.Marshal(k, nil); err == nil {
		return unsupported // it is not the key: a cipher, a number of rounds
	}
	able := names(func(f Format) bool {
		if secret := k.Private != nil; !f.Writes() || secret && !f.Private || !secret && !f.Public {
			return false
		}
		_, err := f.Marshal(k, nil)
		return err == nil
	})
	if able == "" {
		return err
	}
	return &sshkey.UnsupportedError{Format: unsupported.Format, What: unsupported.What, Next: "formats that can: " + able}
}
