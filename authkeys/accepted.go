package authkeys

import (
	"errors"
	"fmt"
	"strings"

	"github.com/keyconv/keyconv/sshkey"
)

// The causes for which sshd passes over an entry that callers distinguish.
var (
	ErrCertificate   = errors.New("a certificate: as an entry it matches nothing")
	ErrAdmitsNobody  = errors.New("says only who is kept out, so that nobody gets in")
	ErrCertAuthority = errors.New("a certificate authority's key: certificates that it has signed are let in, the key itself is not")
)

// MinRSABits is the size below which OpenSSH refuses RSA keys
// (SSH_RSA_MINIMUM_MODULUS_SIZE), and SoundRSABits the one below which servers with a
// policy of today do (RequiredRSASize, since 9.1).
const (
	MinRSABits   = 1024
	SoundRSABits = 2048
)

// Accepted returns nil where sshd (OpenSSH 9.2 to 10.5) takes the entry's key
// for a login, conditions such as from="..." and expiry-time="..." apart; else
// it says why not.
//
// An ssh-dss key passes, because OpenSSH before 10 can be told to take it; its
// entry has the finding "dsa".
func Accepted(k *sshkey.Key) error {
	if err := keyAccepted(k.Public); err != nil {
		return err
	}
	return optionsAccepted(k.Options)
}

// OptionsAccepted is what [Accepted] says of an entry with these options and a key
// that sshd takes.
func (e *Scanned) OptionsAccepted() error { return optionsAccepted(e.Options) }

func optionsAccepted(options []sshkey.Option) error {
	var authority, principals bool
	var from *string
	for i, o := range options {
		switch o.Name {
		case "cert-authority":
			authority = true
		case "principals":
			principals = true
		case "from":
			from = &options[i].Value
		}
	}
	switch {
	case principals && !authority:
		return errPrincipals
	case authority:
		return ErrCertAuthority
	case from != nil:
		return checkFrom(*from)
	}
	return nil
}

// newKey is the advice where nothing makes a server take the key.
const newKey = "make a new key: ssh-keygen -t ed25519"

func keyAccepted(k sshkey.PublicKey) error {
	switch {
	case k.IsZero():
		return errors.New("there is no public key")
	case k.IsCertificate():
		return sshkey.WithHint(ErrCertificate, "put the plain key on the line, or the authority's behind cert-authority")
	case !k.Known():
		return sshkey.WithHint(fmt.Errorf("OpenSSH does not know the key type %q", k.Algorithm()), newKey)
	case k.Algorithm() == "ssh-ed448":
		return sshkey.WithHint(errors.New("OpenSSH does not know ssh-ed448; only PuTTY does"), newKey)
	}
	if k.Label() == "RSA" && k.Bits() < MinRSABits {
		return fmt.Errorf("an RSA key of %d bits; OpenSSH refuses less than %d", k.Bits(), MinRSABits)
	}
	return nil
}

// addFindings notes what does not hold for every sshd.
func addFindings(k *sshkey.Key) {
	switch strings.TrimSuffix(k.Public.Label(), "-CERT") {
	case "DSA":
		k.Note(sshkey.Warning, "dsa", "make a new key: ssh-keygen -t ed25519",
			"OpenSSH 10 has no DSA, and earlier ones refuse it unless told otherwise")
	case "MLDSA44-ED25519":
		k.Note(sshkey.Note, "mldsa", "", "OpenSSH knows this key type from 10.5 on, and only where PubkeyAcceptedAlgorithms names it")
	}
	for _, o := range k.Options {
		if port := serviceOf(o); port != "" {
			k.Note(sshkey.Note, "service-name", "write the port's number",
				"%s: sshd skips the line where its /etc/services does not have %q", o.Name, port)
		}
	}
}

func mayNameService(option string) bool { return option == "permitopen" || option == "permitlisten" }

// serviceOf is the port of an option that is given by name, which may make sshd skip the
// line; empty for none.
func serviceOf(o sshkey.Option) string {
	if !mayNameService(o.Name) {
		return ""
	}
	port := o.Value
	if _, rest, ok := splitHost(o.Value); ok {
		port = rest
	}
	if !isService(port) {
		return ""
	}
	return port
}
