package keyconv

import (
	"fmt"
	"slices"
	"strings"

	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/internal/formats/dropbear"
	"github.com/keyconv/keyconv/internal/formats/jwk"
	"github.com/keyconv/keyconv/internal/formats/knownhosts"
	"github.com/keyconv/keyconv/internal/formats/pemkey"
	"github.com/keyconv/keyconv/internal/formats/ssh1"
	"github.com/keyconv/keyconv/internal/formats/sshcom"
	"github.com/keyconv/keyconv/internal/formats/sshfp"
	"github.com/keyconv/keyconv/internal/nearest"
	"github.com/keyconv/keyconv/openssh"
	"github.com/keyconv/keyconv/ppk"
	"github.com/keyconv/keyconv/rfc4716"
	"github.com/keyconv/keyconv/sshkey"
)

// A Format is a row of the table of formats.
type Format struct {
	Name    string // as the command line and Convert take it
	Title   string // what it is, in a few words
	Aliases []string
	Private bool   // holds private keys
	Public  bool   // holds public keys
	Ending  string // customary ending of a file name: ".ppk"

	many    bool // a file may hold any number of keys
	holds   holds
	sniff   func([]byte) bool                   // nil: write only, or never detected
	parse   func([]byte) ([]*sshkey.Key, error) // nil: write only
	marshal marshaler                           // nil: read only
}

type marshaler func(k *sshkey.Key, passphrase []byte, o *Options) ([]byte, error)

// holds is what a format can keep besides the key; the rest is lost in it, and
// losses.go says how.
type holds uint8

const (
	comment     holds = 1 << iota
	headers           // RFC 4716's
	restriction       // the options of an authorized_keys entry
	passphrase        // encryption
	certificate       // an OpenSSH certificate in the place of the public key
	cipher            // encryption with Options.Cipher
)

// THE TABLE, in the order of detection. A new format is one folder and one
// row; what the program lists, tests, fuzzes and refuses is derived from it.
// Names and order of the documentation are those of the rows.
var formats = []Format{
	{Name: "ppk", Title: "PuTTY private key, version 3 (1, 2 and 3 are read)", Aliases: []string{"private"}, Ending: ".ppk",
		Private: true, holds: comment | passphrase | certificate, sniff: ppk.Sniff, parse: one(ppk.Parse), marshal: putty(3)},
	{Name: "ppk2", Title: "PuTTY private key, version 2, for readers older than PuTTY 0.75 (write only)", Ending: ".ppk",
		Private: true, holds: comment | passphrase | certificate, marshal: putty(2)},
	{Name: "openssh", Title: "BEGIN OPENSSH PRIVATE KEY (openssh-key-v1)", Aliases: []string{"private-openssh-new"},
		Private: true, holds: comment | passphrase | cipher, sniff: openssh.Sniff, parse: one(openssh.Parse),
		marshal: func(k *sshkey.Key, pass []byte, o *Options) ([]byte, error) {
			return openssh.Encoder{Cipher: o.Cipher, Rounds: o.Rounds, Limits: o.Limits}.Marshal(k, pass)
		}},
	{Name: "pem", Title: "traditional PEM: PKCS#1 RSA, SEC 1 EC, DSA; DEK-Info encryption", Aliases: []string{"private-openssh"}, Ending: ".pem",
		Private: true, holds: passphrase | cipher, sniff: pemkey.PEM.Sniff, parse: one(pemkey.PEM.Parse), marshal: openssl(pemkey.PEM)},
	{Name: "pkcs8", Title: "PKCS#8 PRIVATE KEY and ENCRYPTED PRIVATE KEY", Ending: ".pem",
		Private: true, holds: passphrase | cipher, sniff: pemkey.PKCS8.Sniff, parse: one(pemkey.PKCS8.Parse), marshal: openssl(pemkey.PKCS8)},
	{Name: "sshcom", Title: "ssh.com and Tectia: SSH2 ENCRYPTED PRIVATE KEY", Aliases: []string{"private-sshcom"},
		Private: true, holds: comment | passphrase, sniff: sshcom.Sniff, parse: one(sshcom.Parse), marshal: private(sshcom.Marshal)},
	{Name: "ssh1", Title: "SSH-1 RSA key, private file or public line (read only)",
		Private: true, Public: true, holds: comment | passphrase, sniff: ssh1.Sniff, parse: one(ssh1.Parse)},
	{Name: "dropbear", Title: "Dropbear's private key file",
		Private: true, sniff: dropbear.Sniff, parse: one(dropbear.Parse), marshal: private(dropbear.Marshal)},
	{Name: "rfc4716", Title: "BEGIN SSH2 PUBLIC KEY (RFC 4716)", Aliases: []string{"public"}, Ending: ".pub",
		Public: true, many: true, holds: comment | headers | certificate, sniff: rfc4716.Sniff, parse: rfc4716.ParseAll, marshal: public(rfc4716.Marshal)},
	{Name: "spki", Title: "PEM PUBLIC KEY (SubjectPublicKeyInfo)", Ending: ".pem",
		Public: true, sniff: pemkey.SPKI.Sniff, parse: one(pemkey.SPKI.Parse), marshal: private(pemkey.SPKI.Marshal)},
	{Name: "pkcs1-public", Title: "PEM RSA PUBLIC KEY (PKCS#1)", Ending: ".pem",
		Public: true, sniff: pemkey.PKCS1Public.Sniff, parse: one(pemkey.PKCS1Public.Parse), marshal: private(pemkey.PKCS1Public.Marshal)},
	{Name: "x509", Title: "the public key in an X.509 certificate (read only)",
		Public: true, sniff: pemkey.X509.Sniff, parse: one(pemkey.X509.Parse)},
	{Name: "jwk", Title: "JSON Web Key (RFC 7517, RFC 8037)", Ending: ".jwk",
		Private: true, Public: true, holds: comment, sniff: jwk.Sniff, parse: jwk.Parse, marshal: private(jwk.Marshal)},
	{Name: "known-hosts", Title: "a line of known_hosts (read only)",
		Public: true, many: true, holds: headers, sniff: knownhosts.Sniff, parse: knownhosts.Parse},
	{Name: "sshfp", Title: "DNS SSHFP records (write only, needs --host)",
		Public: true, marshal: func(k *sshkey.Key, _ []byte, o *Options) ([]byte, error) { return sshfp.Marshal(k, o.Host) }},
	{Name: "authorized-keys", Title: "one line: [options] type base64 [comment]", Aliases: []string{"public-openssh"}, Ending: ".pub",
		Public: true, many: true, holds: comment | restriction | certificate, sniff: authkeys.Sniff, parse: authkeys.Parse, marshal: public(authkeys.Marshal)},
}

func one(parse func([]byte) (*sshkey.Key, error)) func([]byte) ([]*sshkey.Key, error) {
	return func(data []byte) ([]*sshkey.Key, error) {
		k, err := parse(data)
		if err != nil {
			return nil, err
		}
		return []*sshkey.Key{k}, nil
	}
}

func public(marshal func(*sshkey.Key) ([]byte, error)) marshaler {
	return func(k *sshkey.Key, _ []byte, _ *Options) ([]byte, error) { return marshal(k) }
}

func private(marshal func(*sshkey.Key, []byte) ([]byte, error)) marshaler {
	return func(k *sshkey.Key, pass []byte, _ *Options) ([]byte, error) { return marshal(k, pass) }
}

func openssl(c pemkey.Container) marshaler {
	return func(k *sshkey.Key, pass []byte, o *Options) ([]byte, error) {
		return pemkey.Encoder{To: c, Cipher: o.Cipher, Rounds: o.Rounds, Limits: o.Limits}.Marshal(k, pass)
	}
}

func putty(version int) marshaler {
	return func(k *sshkey.Key, pass []byte, o *Options) ([]byte, error) {
		e := o.PPK
		if e.Version = version; e.Limits == (sshkey.Limits{}) {
			e.Limits = o.Limits
		}
		return e.Marshal(k, pass)
	}
}

// Formats lists the table. What the caller does with the list changes nothing.
func Formats() []Format {
	list := slices.Clone(formats)
	for i := range list {
		list[i] = list[i].clone()
	}
	return list
}

// clone has aliases of its own: the rows of the table are for reading.
func (f Format) clone() Format {
	f.Aliases = slices.Clone(f.Aliases)
	return f
}

// Reads reports whether Parse reads the format.
func (f Format) Reads() bool { return f.parse != nil }

// Writes reports whether Convert writes the format.
func (f Format) Writes() bool { return f.marshal != nil }

// Encrypts reports whether the format can protect a key with a passphrase.
func (f Format) Encrypts() bool { return f.holds&passphrase != 0 }

func (f Format) can(h holds) bool { return f.holds&h != 0 }

// Lookup finds a format by its name or an alias, in any case.
func Lookup(name string) (Format, error) {
	for _, f := range formats {
		if strings.EqualFold(f.Name, name) || slices.ContainsFunc(f.Aliases, func(a string) bool { return strings.EqualFold(a, name) }) {
			return f.clone(), nil
		}
	}
	return Format{}, unknownFormat(name, "the names are ", func(Format) bool { return true })
}

// LookupSource is Lookup for a format that is read.
func LookupSource(name string) (Format, error) {
	return lookupFor(name, "written, not read", "keyconv reads ", Format.Reads)
}

// LookupTarget is Lookup for a format that is written.
func LookupTarget(name string) (Format, error) {
	return lookupFor(name, "read, not written", "keyconv writes ", Format.Writes)
}

func lookupFor(name, unfit, list string, fit func(Format) bool) (Format, error) {
	f, err := Lookup(name)
	switch {
	case err != nil:
		return f, unknownFormat(name, list, fit)
	case !fit(f):
		return f, sshkey.WithHint(fmt.Errorf("%s is %s", f.Name, unfit), list+names(fit))
	}
	return f, nil
}

// unknownFormat names the nearest format of a list, and the list.
func unknownFormat(name, list string, fit func(Format) bool) error {
	hint := list + names(fit)
	var known []string
	for _, f := range formats {
		if fit(f) {
			known = append(append(known, f.Name), f.Aliases...)
		}
	}
	if near := nearest.Of(name, known); near != "" {
		hint = "did you mean " + near + "? " + hint
	}
	return sshkey.WithHint(fmt.Errorf("unknown format %q", name), hint)
}

func names(want func(Format) bool) string {
	var list []string
	for _, f := range formats {
		if want(f) {
			list = append(list, f.Name)
		}
	}
	return strings.Join(list, ", ")
}

// Detect tells which format data is in, by its first bytes. It does not look
// whether the rest is sound.
func Detect(data []byte) (Format, error) {
	for _, f := range formats {
		if f.sniff != nil && f.sniff(data) {
			return f.clone(), nil
		}
	}
	if err := packed(data); err != nil {
		return Format{}, err
	}
	return Format{}, &sshkey.SyntaxError{Pos: sshkey.PosAt(data, 0), Err: unrecognised(data)}
}

// refuseWider is [Widens] for a format of public keys; one that has headers loses none.
func (f Format) refuseWider(k *sshkey.Key) error {
	if f.can(headers) {
		return widens(k)
	}
	return Widens(k)
}

// Marshal writes one key with the format's defaults, protected where passphrase
// is not empty. Options that the format cannot hold are an error, and so is a public
// half where [Widens] is one; a comment or headers that the format cannot hold are left
// out in silence, which Convert tells.
func (f Format) Marshal(k *sshkey.Key, passphrase []byte) ([]byte, error) {
	if f.marshal == nil {
		return nil, fmt.Errorf("%s is read, not written", f.Name)
	}
	if !f.can(restriction) {
		if err := sshkey.RefuseOptions(f.Name, k); err != nil {
			return nil, err
		}
	}
	if !f.Private || k.Private == nil {
		if err := f.refuseWider(k); err != nil {
			return nil, err
		}
		k = k.PublicOnly()
	}
	return f.marshal(k, passphrase, &Options{})
}
