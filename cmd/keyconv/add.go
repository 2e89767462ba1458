package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/internal/formats/knownhosts"
	"github.com/keyconv/keyconv/internal/safefile"
	"github.com/keyconv/keyconv/internal/safetext"
	"github.com/keyconv/keyconv/sshkey"
	"github.com/urfave/cli/v2"
)

func addCommand(e *env) *cli.Command {
	return &cli.Command{
		Name: "add", Usage: "put a public key into authorized_keys", ArgsUsage: "--key KEYFILE [FLAGS] [AUTHORIZED_KEYS]",
		Description: `EXAMPLES:
   keyconv add --key id.ppk                      into ~/.ssh/authorized_keys
   keyconv add --key pasted.txt --options 'restrict,command="/usr/bin/backup"'
   sudo keyconv add --key id.pub /home/bob/.ssh/authorized_keys

AUTHORIZED_KEYS is a file of this machine. KEYFILE is of any format, public or
private, damaged or not; of a private key the public half is added. A key that
is there already is not added again.`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "key", Aliases: []string{"k"}, Usage: "the key in `KEYFILE`; - is standard input"},
			&cli.StringFlag{Name: "options", Usage: "restrict the key, as sshd(8) has it: `LIST` such as no-pty,from=\"10.0.0.0/8\""},
			&cli.StringFlag{Name: "comment", Aliases: []string{"C"}, Usage: "replace the key's comment by `TEXT`"},
			passphraseFlag(), expensiveFlag(), quietFlag(),
		},
		Action: func(c *cli.Context) error {
			e.begin(c)
			a := &addition{env: e, c: c, secrets: newSecrets(e, c), source: c.String("key")}
			defer a.secrets.clear()
			return a.run()
		},
	}
}

// An addition is one run of the command.
type addition struct {
	*env
	c       *cli.Context
	secrets *secrets
	source  string      // where the key comes from
	key     *sshkey.Key // as it will stand in the file
	line    []byte
	found   *authkeys.Line // where it stands already
	number  int            // of the new line
}

func (a *addition) run() error {
	file, err := a.file()
	if err != nil {
		return err
	}
	if err := a.prepare(); err != nil {
		var usage usageError
		if errors.As(err, &usage) {
			return err
		}
		a.problem(a.source, err)
		return errReported
	}
	res, err := a.disk().Edit(file, safefile.Edit{Change: a.change, Make: true})
	if err != nil {
		a.problem(file, safefile.Plain(err))
		return errReported
	}
	a.report(file, res)
	return nil
}

// file checks the command line and gives the file to add to.
func (a *addition) file() (string, error) {
	switch {
	case a.source == "":
		key := "KEYFILE"
		switch name := a.c.Args().First(); filepath.Ext(name) {
		case ".pub", ".ppk", ".pem": // it was meant
			key = safetext.ShellWord(name)
		}
		return "", usageError{hint("add needs --key KEYFILE", "keyconv add --key "+key)}
	case a.c.NArg() > 1:
		return "", usagef("add writes to one file, not to %d", a.c.NArg())
	case a.c.Args().First() == "-":
		return "", usagef("add changes a file; standard input is none")
	case a.c.NArg() == 1 && isRemote(a.c.Args().First()) && !exists(a.c.Args().First()):
		return "", a.overSSH(a.c.Args().First())
	case a.c.NArg() == 1:
		return a.c.Args().First(), a.secrets.check()
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", usagef("there is no home folder (%v): name the file", err)
	}
	return filepath.Join(home, ".ssh", "authorized_keys"), a.secrets.check()
}

// isRemote reports whether a name looks as ssh and scp take it: user@host,
// host:file. C:file is Windows's.
func isRemote(name string) bool {
	first, _, _ := strings.Cut(filepath.ToSlash(name), "/")
	return strings.Contains(first, "@") || strings.LastIndexByte(first, ':') > 1
}

// overSSH says how the key gets to another machine. The empty line is for a file
// whose last line has no end.
func (a *addition) overSSH(name string) error {
	host, key := name, a.source
	if !strings.HasPrefix(name, "ssh://") {
		host, _, _ = strings.Cut(name, ":")
	}
	if key != "-" {
		key = safetext.ShellWord(key)
	}
	return usageError{hint(name+" is no file of this machine: add does not go over the network", "keyconv convert "+key+" --to authorized-keys | ssh "+
		safetext.ShellWord(host)+` "umask 077; mkdir -p .ssh; (echo; cat) >> .ssh/authorized_keys"`)}
}

// prepare makes the line of the key that --key names.
func (a *addition) prepare() error {
	k, err := a.one()
	if err != nil {
		return err
	}
	if isSet(a.c, "comment") {
		k.Comment = a.c.String("comment")
	}
	if text := strings.Trim(a.c.String("options"), " \t"); text != "" {
		if len(k.Options) > 0 {
			return hint(fmt.Sprintf("the key brings options of its own along (%s), and --options names others", authkeys.RawOptions(k.Options)),
				"leave --options out, or take the options off the key")
		}
		if k.Options, err = parseOptions(text); err != nil {
			return err
		}
	}
	if err := useful(k); err != nil {
		return err
	}
	if a.line, err = authkeys.Marshal(k); err != nil {
		return err
	}
	if a.key, err = authkeys.ParseLine(bytes.TrimSuffix(a.line, []byte("\n"))); err != nil {
		return err
	}
	a.findings(a.source, a.key.Findings) // what not every sshd takes
	return nil
}

// useful refuses a line by which nobody would ever get in.
func useful(k *sshkey.Key) error {
	if err := authkeys.Accepted(k); err != nil {
		if errors.Is(err, authkeys.ErrCertAuthority) {
			err = sshkey.WithHint(err, "write the line into the file by hand, if that is what you want: add is for the keys of users")
		}
		return err
	}
	if f, ok := keyconv.Suspicion(k); ok {
		return hint(f.Msg, f.Hint)
	}
	terms, err := authkeys.TermsOf(k.Options, time.Local)
	if err == nil && !terms.Expires.IsZero() && terms.Expires.Before(time.Now()) {
		err = hint("the options say that the key expired at "+terms.Expires.Format(time.RFC3339), "give a later expiry-time")
	}
	return err
}

// ofHosts reports whether a header comes from a line of known_hosts.
func ofHosts(h sshkey.Header) bool {
	return strings.EqualFold(h.Name, knownhosts.HeaderHost) || strings.EqualFold(h.Name, knownhosts.HeaderMarker)
}

// one reads exactly one key and gives its public half.
func (a *addition) one() (*sshkey.Key, error) {
	data, err := a.read(a.source)
	if err != nil {
		return nil, err
	}
	defer clear(data)
	keys, format, err := keyconv.ParseLenient(data, "")
	if err != nil {
		if keys, err = a.mend(data, err); err != nil {
			return nil, err
		}
		format = keyconv.Format{} // what the damaged text looked like says nothing
	}
	switch {
	case len(keys) != 1:
		return nil, hint(fmt.Sprintf("there are %d keys here: %s", len(keys), listed(keys)), "put the one to add into a file of its own")
	case format.Name == "known-hosts", slices.ContainsFunc(keys[0].Headers, ofHosts):
		return nil, sshkey.WithHint(authkeys.ErrHostKey, "a user's public key stands in a .pub file, without a host's name in front")
	}
	k := keys[0]
	if k.Public.IsZero() || k.Encrypted() && isSet(a.c, "passphrase-file") { // the container hides it, or it can be proven
		if k, err = a.secrets.unlock(a.source, k, format); err != nil {
			return nil, err
		}
	}
	if err := keyconv.Widens(k); err != nil {
		return nil, err
	}
	a.findings(a.source, k.Findings)
	if f, ok := keyconv.OptionsBehind(k); ok {
		a.findings(a.source, []sshkey.Finding{f})
	}
	k = k.PublicOnly()
	k.Findings = nil // told already
	return k, nil
}

// mend is the second try, for what somebody pasted: all of it must be certain.
func (a *addition) mend(data []byte, strict error) ([]*sshkey.Key, error) {
	res, err := keyconv.Normalize(data)
	if err != nil || len(res.Keys) == 0 && !res.Refused() {
		return nil, strict
	}
	a.findings(a.source, res.Findings)
	if res.Refused() {
		return nil, hint("not all of it could be repaired with certainty", "copy the key again from where it came from")
	}
	return res.Keys, nil
}

// listed names keys for a message.
func listed(keys []*sshkey.Key) string {
	const most = 5
	var names []string
	for _, k := range keys[:min(len(keys), most)] {
		names = append(names, fmt.Sprintf("%s %s %q", k.Public.Label(), k.Public.Fingerprint(), k.Comment))
	}
	if len(keys) > most {
		names = append(names, "…")
	}
	return strings.Join(names, ", ")
}

// parseOptions reads --options as sshd would in front of a key. Where every quote in
// them is \", a shell left in the strokes that another one takes out.
func parseOptions(text string) ([]sshkey.Option, error) {
	options, err := authkeys.ParseOptions(text)
	if err == nil {
		return options, nil
	}
	if plain := strings.ReplaceAll(text, `\"`, `"`); strings.Count(plain, `"`) == strings.Count(text, `\"`) && !strings.Contains(text, `\\`) {
		if options, err := authkeys.ParseOptions(plain); err == nil {
			return options, nil
		}
	}
	if meant := authkeys.MeantOptions(unquoted(text)); meant != "" { // the shell took the quotes
		err = sshkey.WithHint(err, "if you meant these options"+typedOptions(meant))
	}
	var syntax *sshkey.SyntaxError
	if errors.As(err, &syntax) {
		err = sshkey.WithHint(fmt.Errorf("%s: %w", place("--options", syntax.Pos), syntax.Err), sshkey.Hint(err))
	}
	return nil, usageError{err}
}

// unquoted is without the quotes around, which cmd.exe hands over.
func unquoted(text string) string {
	if n := len(text); n > 1 && text[0] == '\'' && text[n-1] == '\'' {
		return text[1 : n-1]
	}
	return text
}

// typedOptions is how to write options on this system's command line. Windows has
// two shells with one way each, and cmd.exe none for what means something to it
// behind \".
func typedOptions(options string) string {
	if runtime.GOOS != "windows" {
		return ": --options " + safetext.ShellWord(options)
	}
	if strings.Contains(options, `\`) {
		return ", put them into the file by hand"
	}
	escaped := strings.ReplaceAll(options, `"`, `\"`)
	typed := ", in PowerShell: --options " + safetext.PowerShellWord(escaped)
	if !strings.ContainsAny(options, "&|<>^%") {
		typed += `; in cmd: --options "` + escaped + `"`
	}
	return typed
}
