package authkeys

import (
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/keyconv/keyconv/sshkey"
)

// A Login is what sshd has before it when it reads an authorized_keys file.
type Login struct {
	Key  sshkey.PublicKey // as the client offers it: plain or a certificate
	User string           // the account; "" is not known
	Addr netip.Addr       // the client's; the zero value is not known
	Host string           // its name where UseDNS is yes; "" is UseDNS no, the default
	Now  time.Time        // in the server's time zone; the zero value is now, here
	// Server is the OpenSSH of the server; the zero value is not known.
	Server Version
	// Service reports whether the server knows a TCP service by name, for a port in
	// permitopen= and permitlisten=; nil is not known.
	Service func(name string) bool
}

// A Version of OpenSSH.
type Version struct{ Major, Minor int }

func (v Version) known() bool { return v != Version{} }

// String is the version as OpenSSH prints it: 9.2.
func (v Version) String() string { return fmt.Sprintf("%d.%d", v.Major, v.Minor) }

// Before reports whether v is older than major.minor.
func (v Version) Before(major, minor int) bool {
	return cmp.Or(cmp.Compare(v.Major, major), cmp.Compare(v.Minor, minor)) < 0
}

// A Verdict is what sshd makes of a login.
type Verdict uint8

// The verdicts.
const (
	NotListed Verdict = iota // no line holds the key
	Refused                  // lines hold it, and each refuses
	Depends                  // on what the Login does not tell
	LetIn
)

// String is the verdict in words; of another number, the number.
func (v Verdict) String() string {
	words := [...]string{"not listed", "refused", "depends", "let in"}
	if int(v) >= len(words) {
		return fmt.Sprintf("verdict %d", uint8(v))
	}
	return words[v]
}

// A Decision is what sshd makes of a login by the lines of one file. What it
// decides before it reads a file (its settings, the file's mode) is not in it.
type Decision struct {
	Verdict Verdict
	// Matches are the lines that hold the key, or the authority of the
	// certificate, in order, up to the one that lets in for certain: a line
	// that refuses does not end the search.
	Matches []Match
	// Err is why sshd takes the key from no line at all; nil otherwise.
	Err error
}

// By is the line that lets in, the last of Matches; nil where none does for
// certain.
func (d Decision) By() *Match {
	if d.Verdict != LetIn || len(d.Matches) == 0 {
		return nil
	}
	return &d.Matches[len(d.Matches)-1]
}

// First is the first line that does not refuse: it lets in if what it does not know
// of the login holds. nil where all refuse.
func (d Decision) First() *Match {
	i := slices.IndexFunc(d.Matches, func(m Match) bool { return m.Err == nil })
	if i < 0 {
		return nil
	}
	return &d.Matches[i]
}

// A Match is a line that holds the key.
type Match struct {
	Line    Line
	Err     error    // why it refuses; nil where it lets in
	Unknown []string // what must hold besides, and cannot be known from the Login
	Terms   Terms    // what a login by this line is held to
}

// Decide does what sshd does with an authorized_keys file for one login
// (auth_check_authkeys_file): the first line that holds the key and does not
// refuse lets it in. A certificate's signature is verified, with the key of the
// authority in the line.
func Decide(data []byte, l Login) Decision {
	if l.Now.IsZero() {
		l.Now = time.Now()
	}
	offer, err := newOffer(l)
	if err != nil {
		return Decision{Err: err}
	}
	var d Decision
	for line := range Lines(data) {
		m, ok := offer.try(line)
		if !ok {
			continue
		}
		d.Matches = append(d.Matches, m)
		d.Verdict = max(d.Verdict, m.verdict())
		if d.Verdict == LetIn {
			break
		}
	}
	return d
}

func (m Match) verdict() Verdict {
	switch {
	case m.Err != nil:
		return Refused
	case len(m.Unknown) > 0:
		return Depends
	}
	return LetIn
}

// An offer is a Login made ready: the key that a line must hold, and the
// certificate where the client has one.
type offer struct {
	Login
	wanted sshkey.PublicKey
	cert   *sshkey.Certificate
	unsure bool // the certificate's signature could not be checked
}

// newOffer fails where sshd refuses the key whatever the lines say.
func newOffer(l Login) (*offer, error) {
	o := &offer{Login: l, wanted: l.Key}
	if l.Key.IsCertificate() {
		var err error
		if o.cert, err = l.Key.Certificate(); err != nil {
			return nil, err
		}
		if err = checkSignature(l.Key); err != nil && !errors.Is(err, errUnchecked) {
			return nil, err
		}
		o.wanted, o.unsure = o.cert.CA, err != nil
	}
	if err := keyAccepted(o.wanted); err != nil {
		return nil, err
	}
	return o, keyAccepted(l.Key.Plain())
}

// try is auth_check_authkey_line. ok is false for a line that does not hold
// the key.
func (o *offer) try(line Line) (m Match, ok bool) {
	if line.Kind != Entry || line.Key.Public != o.wanted {
		return Match{}, false
	}
	terms, err := TermsOf(line.Key.Options, o.Now.Location())
	if err != nil || terms.Authority != (o.cert != nil) {
		return Match{}, false
	}
	m = Match{Line: line, Terms: terms}
	if m.Err = o.reads(&m, line.Key.Options); m.Err != nil {
		return m, true
	}
	if o.unsure {
		m.unless("the certificate's signature is right, of a type that cannot be checked here")
	}
	m.Err = o.authorise(&m)
	return m, true
}

// reads fails where the server does not know one of the options, or a port's name in
// it: it passes over the line.
func (o *offer) reads(m *Match, options []sshkey.Option) error {
	for _, opt := range options {
		if port := serviceOf(opt); port != "" && o.Service == nil {
			m.unless(fmt.Sprintf("the server's /etc/services has %q, the port of %s", port, opt.Name))
		} else if port != "" && !o.Service(port) {
			return sshkey.WithHint(fmt.Errorf("the server's /etc/services has no %q, the port of %s, and sshd passes over the line", port, opt.Name), "write the port's number")
		}
		since := optionSince(opt.Name)
		if o.Server.known() && o.Server.Before(since.Major, since.Minor) {
			return sshkey.WithHint(fmt.Errorf("the server's OpenSSH is %s, passes over a line with the option %q, and knows it from %s on", o.Server, opt.Name, since),
				"take the option off, if the key may come in without it, or bring OpenSSH up to date")
		}
	}
	return nil
}

// authorise is the second half of auth_check_authkey_line: what the options
// and the certificate ask for, in sshd's order.
func (o *offer) authorise(m *Match) error {
	if err := o.allows(m, m.Terms); err != nil || o.cert == nil {
		return err
	}
	return o.certified(m)
}

// allows is auth_authorise_keyopts.
func (o *offer) allows(m *Match, t Terms) error {
	switch {
	case !t.Expires.IsZero() && t.Expires.Before(o.Now.Truncate(time.Second)):
		return sshkey.WithHint(errExpired(t.Expires), "put a later expiry-time= on the line, or take the line out")
	case t.Principals != nil && !t.Authority:
		return errPrincipals
	}
	if t.From != nil {
		if err := o.fromAllowed(m, *t.From); err != nil {
			return err
		}
	}
	if t.SourceAddress != nil {
		return o.sourceAllowed(m, *t.SourceAddress)
	}
	return nil
}

// unless notes what must hold and is not known.
func (m *Match) unless(what string) { m.Unknown = append(m.Unknown, what) }
