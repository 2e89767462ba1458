package authkeys

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/keyconv/keyconv/sshkey"
)

// Terms are what a login is held to by the options of its line and of its
// certificate (struct sshauthopt). A nil pointer is an option that is not
// there; an empty command is one.
type Terms struct {
	PTY, PortForwarding, AgentForwarding, X11Forwarding, UserRC bool // granted

	Authority     bool // the key is a certificate authority's
	NoTouch       bool // a security key need not be touched
	Verify        bool // a security key must have checked a PIN
	Command       *string
	From          *string
	Principals    *string
	SourceAddress *string   // of a certificate
	Expires       time.Time // zero is never
	Tunnel        string
	Environment   []string // NAME=text, the first of each name
	PermitOpen    []string
	PermitListen  []string
}

// granted is what a line without options gives.
func granted() Terms {
	return Terms{PTY: true, PortForwarding: true, AgentForwarding: true, X11Forwarding: true, UserRC: true}
}

// TermsOf reads the options of an entry as sshauthopt_parse does, in order.
// Times without a zone are in zone; nil is UTC. The options are those of an Entry, or of
// somebody who has no line yet; then an error says what sshd would not read.
func TermsOf(options []sshkey.Option, zone *time.Location) (Terms, error) {
	if zone == nil {
		zone = time.UTC
	}
	t := granted()
	for _, o := range options {
		if o.Name == "" {
			continue
		}
		f, ok := findForm(o.Name)
		if !ok {
			return t, fmt.Errorf("unknown option %q", clip(o.Name))
		}
		if f.value != nil {
			f.value(&t, o.Value, zone)
		} else {
			f.flag(&t, !f.off)
		}
	}
	return t, nil
}

// merge is sshauthopt_merge: what the line and the certificate both grant, and
// what either asks for.
func (t Terms) merge(cert Terms) (Terms, error) {
	if t.Command != nil && cert.Command != nil && *t.Command != *cert.Command {
		return t, sshkey.WithHint(fmt.Errorf("the certificate forces the command %q, the line %q", clip(*cert.Command), clip(*t.Command)),
			"leave command= to one of the two")
	}
	m := t
	m.Authority, m.Principals = false, nil
	m.PTY = t.PTY && cert.PTY
	m.PortForwarding = t.PortForwarding && cert.PortForwarding
	m.AgentForwarding = t.AgentForwarding && cert.AgentForwarding
	m.X11Forwarding = t.X11Forwarding && cert.X11Forwarding
	m.UserRC = t.UserRC && cert.UserRC
	m.NoTouch = t.NoTouch && cert.NoTouch
	m.Verify = t.Verify || cert.Verify
	m.SourceAddress = cert.SourceAddress
	if m.Command == nil {
		m.Command = cert.Command
	}
	return m, nil
}

// List says in plain words what a login by these terms may not do and must do,
// an item a restriction. An empty list is a login without restrictions.
func (t Terms) List() []string {
	var list []string
	add := func(when bool, format string, args ...any) {
		if when {
			list = append(list, fmt.Sprintf(format, args...))
		}
	}
	if t.Command != nil {
		add(true, "runs only the command %q", *t.Command)
	}
	if t.From != nil {
		add(true, "only from %s", *t.From)
	}
	if t.SourceAddress != nil {
		add(true, "only from %s (the certificate says)", *t.SourceAddress)
	}
	add(!t.Expires.IsZero(), "until %s", t.Expires.Format(time.RFC3339))
	add(!t.PTY, "no terminal")
	add(!t.PortForwarding, "no port forwarding")
	add(t.PortForwarding && len(t.PermitOpen) > 0, "forwards connections only to %s", strings.Join(t.PermitOpen, ", "))
	add(t.PortForwarding && len(t.PermitListen) > 0, "listens for the client only on %s", strings.Join(t.PermitListen, ", "))
	add(!t.AgentForwarding, "no agent forwarding")
	add(!t.X11Forwarding, "no X11 forwarding")
	add(!t.UserRC, "~/.ssh/rc is not run")
	add(t.Verify, "the security key must check a PIN or a finger")
	add(t.Tunnel != "", "tunnel device %s only", t.Tunnel)
	add(len(t.Environment) > 0, "sets %s, where PermitUserEnvironment allows it", strings.Join(t.Environment, ", "))
	if t.Principals != nil {
		add(true, "only certificates for %s", *t.Principals)
	}
	return list
}

// setEnvironment keeps the first definition of a variable.
func (t *Terms) setEnvironment(value string) {
	name, _, _ := strings.Cut(value, "=")
	if !slices.ContainsFunc(t.Environment, func(e string) bool { return strings.HasPrefix(e, name+"=") }) {
		t.Environment = append(t.Environment, value)
	}
}

// expireAt keeps the earliest time. The value has passed checkTime.
func (t *Terms) expireAt(value string, zone *time.Location) {
	if at, _ := parseTime(value, zone); t.Expires.IsZero() || at.Before(t.Expires) {
		t.Expires = at
	}
}
