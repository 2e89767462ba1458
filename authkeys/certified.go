package authkeys

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"

	"github.com/keyconv/keyconv/sshkey"
)

// The reasons of a line that holds the key and refuses.
var errPrincipals = sshkey.WithHint(errors.New("principals= without cert-authority: sshd refuses the key"),
	"principals= belongs to a certificate authority's key; take it off for a user's key")

func errExpired(at time.Time) error {
	return fmt.Errorf("the entry expired at %s", at.Format(time.RFC3339))
}

// errUnchecked is a signature of a type that nobody here can verify.
var errUnchecked = errors.New("the signature cannot be checked here")

// checkSignature verifies the authority's signature, and that it is not of
// RSA with SHA-1, which CASignatureAlgorithms leaves out since OpenSSH 8.2.
// sshd looks at it before it looks at any file.
func checkSignature(k sshkey.PublicKey) error {
	parsed, err := k.SSH()
	if err != nil {
		return errUnchecked
	}
	c, ok := parsed.(*ssh.Certificate)
	if !ok || c.Signature == nil {
		return errors.New("the certificate has no signature")
	}
	blob := k.Blob()
	signed := len(blob) - 4 - len(ssh.Marshal(c.Signature)) // the signature is the last string
	if signed < 0 || c.SignatureKey.Verify(blob[:signed], c.Signature) != nil {
		return sshkey.WithHint(errors.New("the signature of the certificate is not its authority's"), "have the certificate made again")
	}
	if c.Signature.Format == ssh.KeyAlgoRSA {
		return sshkey.WithHint(errors.New("the certificate is signed with RSA and SHA-1, which OpenSSH refuses since 8.2"),
			"sign it again: ssh-keygen -t rsa-sha2-512 -s CA -I ID -n USER KEY.pub")
	}
	return nil
}

// certified is what auth_check_authkey_line asks of a certificate once its
// authority's line allows the login.
func (o *offer) certified(m *Match) error {
	terms, err := certTerms(o.cert)
	if err != nil {
		return err
	}
	if err := o.allows(m, terms); err != nil {
		return err
	}
	principals := m.Terms.Principals
	if m.Terms, err = m.Terms.merge(terms); err != nil {
		return err
	}
	if principals != nil && !listed(o.cert, *principals) {
		return sshkey.WithHint(fmt.Errorf("the certificate names %s and the line asks for one of %q", names(o.cert.Principals), clip(*principals)),
			"have a certificate made for a name of the line (ssh-keygen -s ... -n NAME), or add one of its names to principals=")
	}
	return o.inForce(m, principals == nil)
}

func names(list []string) string {
	if len(list) == 0 {
		return "nobody"
	}
	return fmt.Sprintf("%q", list)
}

// listed is match_principals_option as of OpenSSH 10.3. Its list ends at an
// empty name. Before (and in what distributions have not mended), a name of the
// certificate with a comma in it counted as several: that was a hole.
func listed(c *sshkey.Certificate, option string) bool {
	for name := range strings.SplitSeq(option, ",") {
		if name == "" {
			return false
		}
		if slices.Contains(c.Principals, name) {
			return true
		}
	}
	return false
}

// inForce is sshkey_cert_check_authority.
func (o *offer) inForce(m *Match, byName bool) error {
	c, now := o.cert, uint64(max(o.Now.Unix(), 0))
	switch {
	case now < c.ValidAfter:
		return fmt.Errorf("the certificate is valid only %s", c.Validity())
	case now >= c.ValidBefore:
		return sshkey.WithHint(fmt.Errorf("the certificate has expired; it was valid %s", c.Validity()), "have a new one made")
	case len(c.Principals) == 0 && !o.Server.known():
		m.unless("the server's OpenSSH is older than 10.3, for the certificate names nobody")
	case len(c.Principals) == 0 && !o.Server.Before(10, 3):
		return sshkey.WithHint(errors.New("the certificate names nobody, which OpenSSH refuses since 10.3"), "have one made with -n USER")
	case len(c.Principals) == 0:
	case !byName || slices.Contains(c.Principals, o.User):
	case o.User == "":
		m.unless(fmt.Sprintf("the user is one of %s", names(c.Principals)))
	default:
		return sshkey.WithHint(fmt.Errorf("the certificate is for %s, not for %q", names(c.Principals), o.User),
			"have one made with -n USER"+`, or put principals="NAME" beside cert-authority`)
	}
	return nil
}

// certTerms is sshauthopt_from_cert.
func certTerms(c *sshkey.Certificate) (Terms, error) {
	var t Terms
	if c.Type != sshkey.UserCert {
		return t, errors.New("it is a host's certificate, not a user's")
	}
	for _, o := range c.Critical {
		if err := t.critical(o); err != nil {
			return t, fmt.Errorf("the certificate: %w", err)
		}
	}
	for _, o := range c.Extensions {
		flag := t.extension(o.Name)
		switch {
		case flag == nil: // sshd passes over it
		case o.Data != "":
			return t, fmt.Errorf("the certificate: a value behind %q, which is a flag", o.Name)
		default:
			*flag = true
		}
	}
	return t, nil
}

// extension is the flag of that name; nil for one that sshd passes over.
func (t *Terms) extension(name string) *bool {
	switch name {
	case "no-touch-required":
		return &t.NoTouch
	case "permit-X11-forwarding":
		return &t.X11Forwarding
	case "permit-agent-forwarding":
		return &t.AgentForwarding
	case "permit-port-forwarding":
		return &t.PortForwarding
	case "permit-pty":
		return &t.PTY
	case "permit-user-rc":
		return &t.UserRC
	}
	return nil
}

// critical takes a critical option; one that sshd does not know refuses.
func (t *Terms) critical(o sshkey.CertOption) error {
	switch o.Name {
	case "verify-required":
		t.Verify = true
		if o.Data != "" {
			return errors.New(`a value behind "verify-required", which is a flag`)
		}
		return nil
	case "force-command":
		return onlyText(&t.Command, o)
	case "source-address":
		if err := onlyText(&t.SourceAddress, o); err != nil {
			return err
		}
		return checkNetworks(o.Value)
	}
	return fmt.Errorf("OpenSSH does not know the critical option %q", clip(o.Name))
}

// onlyText takes a value, which must be one string and stand once.
func onlyText(to **string, o sshkey.CertOption) error {
	switch {
	case len(o.Data) != 4+len(o.Value) || strings.Contains(o.Value, "\x00"):
		return fmt.Errorf("what stands behind %q is not one string", o.Name)
	case *to != nil:
		return fmt.Errorf("%q stands twice", o.Name)
	}
	*to = &o.Value
	return nil
}

// checkNetworks is addr_match_cidr_list's look at the text.
func checkNetworks(list string) error {
	const most = 46 + 3 // INET6_ADDRSTRLEN and a mask
	for entry := range strings.SplitSeq(list, ",") {
		_, ok, _ := parseNet(entry)
		if !ok || len(entry) > most || strings.Trim(entry, "0123456789abcdefABCDEF.:/") != "" {
			return fmt.Errorf("source-address: %q is no network", clip(entry))
		}
	}
	return nil
}
