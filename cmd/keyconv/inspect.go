package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/internal/safetext"
	"github.com/keyconv/keyconv/sshkey"
	"github.com/urfave/cli/v2"
)

func inspectCommand(e *env) *cli.Command {
	return &cli.Command{
		Name: "inspect", Usage: "say what is in a key file", ArgsUsage: "[FLAGS] [FILE...]",
		Description: `EXAMPLES:
   keyconv inspect id.ppk                          what is in this file?
   keyconv inspect --json ~/.ssh/authorized_keys   the same, for a script
   keyconv inspect --passphrase-file pw id.ppk     also check the private half

No passphrase is asked for.`,
		Flags: []cli.Flag{fromFlag(), passphraseFlag(), expensiveFlag(), jsonFlag(), quietFlag()},
		Action: func(c *cli.Context) error {
			e.begin(c)
			in := &inspection{env: e, c: c, secrets: newSecrets(e, c)}
			defer in.secrets.clear()
			if err := in.secrets.check(); err != nil {
				return err
			}
			return in.run()
		},
	}
}

// An inspection is one run of the command.
type inspection struct {
	*env
	c       *cli.Context
	secrets *secrets
	failed  bool
}

// fail tells an error, and goes on.
func (in *inspection) fail(file string, err error) {
	in.problem(file, err)
	in.failed = true
}

// An inspected key is a key with its file and format.
type inspected struct {
	file   string
	format keyconv.Format
	key    *sshkey.Key
}

func (in *inspection) run() error {
	found := []keyJSON{}
	for _, name := range inputs(in.c) {
		for _, k := range in.file(name) {
			if in.c.Bool("json") {
				found = append(found, k.json())
			} else {
				k.text(in.stdout)
			}
		}
	}
	if in.c.Bool("json") {
		enc := json.NewEncoder(escaped{in.stdout})
		enc.SetIndent("", "  ")
		if err := enc.Encode(found); err != nil {
			return err
		}
	}
	if in.failed {
		return errReported
	}
	return nil
}

// file reads the keys of a file, and opens them where a passphrase was given.
func (in *inspection) file(name string) (list []inspected) {
	data, err := in.read(name)
	if err != nil {
		in.fail(name, err)
		return nil
	}
	keys, err := keyconv.ParseEvery(data, in.c.String("from"))
	if err = ofLines(err, name, len(keys)); err != nil {
		in.fail(name, err)
	}
	for _, found := range keys {
		k := found.Key
		i := inspected{file: name, format: found.Format, key: k}
		if k.Encrypted() && isSet(in.c, "passphrase-file") {
			if open, err := in.secrets.open(name, found.Unlock); err != nil {
				in.fail(name, err)
			} else {
				i.key = open
			}
		}
		i.key.Findings = append(i.key.Findings, keyconv.Advise(i.key)...)
		list = append(list, i)
	}
	return list
}

func (i inspected) kind() string {
	switch {
	case i.key.Private != nil:
		return "private"
	case i.key.Public.IsCertificate():
		return "certificate"
	}
	return "public"
}

// text prints a key for people.
func (i inspected) text(w io.Writer) {
	k := i.key
	fmt.Fprintf(w, "%s: %s key, %s\n", safetext.Printable(place(i.file, k.Pos)), i.kind(), i.container())
	row := func(name, format string, args ...any) {
		fmt.Fprintf(w, "  %-12s %s\n", name, safetext.Printable(fmt.Sprintf(format, args...)))
	}
	if k.Public.IsZero() {
		row("type", "hidden until it is decrypted (--passphrase-file FILE)")
	} else {
		row("type", "%s, %d bits", k.Public.Algorithm(), k.Public.Bits())
	}
	row("comment", "%s", commentText(k))
	if k.Private != nil {
		row("protection", "%s", protectionText(k))
		row("private half", "%s", i.privateText())
	}
	if len(k.Options) > 0 {
		row("options", "%s", authkeys.RawOptions(k.Options))
	}
	for _, h := range k.Headers {
		row("header", "%s: %s", h.Name, h.Value)
	}
	certificateText(k, row)
	if !k.Public.IsZero() {
		row("fingerprint", "%s", k.Public.Fingerprint())
		row("", "%s", k.Public.FingerprintMD5())
	}
	for _, f := range k.Findings {
		row(string(f.Severity), "%s: %s", f.Code, f.Msg)
		if f.Hint != "" {
			row("", "%s", f.Hint)
		}
	}
}

func (i inspected) container() string {
	if i.key.Version > 0 && i.format.Name == "ppk" {
		return fmt.Sprintf("ppk version %d", i.key.Version)
	}
	return i.format.Name
}

func (i inspected) privateText() string {
	switch {
	case i.key.Proven():
		return "belongs to the public half"
	case i.key.Openable() != nil:
		return "not checked: its cipher is not known"
	case i.key.Encrypted():
		return "not checked: it is encrypted (--passphrase-file FILE)"
	case i.key.Public.IsSecurityKey():
		return "in the security key; the file holds a handle for it"
	}
	return "not checked: the type is not known"
}

func commentText(k *sshkey.Key) string {
	switch {
	case k.Comment != "":
		return k.Comment
	case k.Encrypted():
		return "none, or encrypted with the key"
	}
	return "none"
}

func protectionText(k *sshkey.Key) string {
	p := k.Protection
	switch {
	case p == nil && k.Public.IsSecurityKey():
		return "none: whoever reads the file and has the security key has the key"
	case p == nil:
		return "none: whoever reads the file has the key"
	}
	params := ""
	for _, v := range p.Params {
		params += fmt.Sprintf(", %s %d", strings.ReplaceAll(v.Name, "_", " "), v.Value)
	}
	return p.Cipher + ", " + p.KDF + params
}

// certificateText prints what a certificate says.
func certificateText(k *sshkey.Key, row func(name, format string, args ...any)) {
	c, err := k.Public.Certificate()
	if err != nil {
		return
	}
	row("certificate", "%s, serial %d, key id %q", certType(c), c.Serial, c.KeyID)
	row("principals", "%s", cmp.Or(strings.Join(c.Principals, ", "), "none"))
	row("valid", "%s", c.Validity())
	for _, o := range c.Critical {
		row("critical", "%s %s", o.Name, o.Value)
	}
	for _, o := range c.Extensions {
		row("extension", "%s %s", o.Name, o.Value)
	}
	row("signed by", "%s %s", c.CA.Label(), c.CA.Fingerprint())
}

func certType(c *sshkey.Certificate) string {
	if c.Type == sshkey.HostCert {
		return "host"
	}
	return "user"
}
