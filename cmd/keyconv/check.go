package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"strings"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/doctor"
	"github.com/keyconv/keyconv/internal/safefile"
	"github.com/keyconv/keyconv/internal/safetext"
	"github.com/keyconv/keyconv/sshkey"
	"github.com/urfave/cli/v2"
)

func checkCommand(e *env) *cli.Command {
	return &cli.Command{
		Name: "check", Usage: "say what sshd makes of an authorized_keys file", ArgsUsage: "[FLAGS] [AUTHORIZED_KEYS]",
		Description: `EXAMPLES:
   keyconv check                            every line of ~/.ssh/authorized_keys
   keyconv check --key id.ppk               does it let this key in? if not, why?
   keyconv check --fix                      repair lines and modes; the old file is kept
   keyconv check --problems keys-of-all     of a long file, the lines that matter
   sudo keyconv check /home/bob/.ssh/authorized_keys

The file is read as sshd reads it. The exit status is 0 where there is no
problem (with --key: the key is let in) and 1 where there is one.`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "key", Aliases: []string{"k"}, Usage: "does the file let in the key of `KEYFILE`, private or public, of any format?"},
			&cli.StringFlag{Name: "address", Usage: "with --key: the client comes from `ADDRESS`, for from=\"…\""},
			boolFlag("fix", "repair the lines that can be repaired with certainty, and the modes"),
			boolFlag("problems", "leave out the lines without a problem"),
			passphraseFlag(), expensiveFlag(), jsonFlag(), quietFlag(),
		},
		Action: func(c *cli.Context) error {
			e.begin(c)
			k := newChecking(e, c, doctor.OS())
			defer k.secrets.clear()
			if err := k.flags(); err != nil {
				return err
			}
			return k.run()
		},
	}
}

func newChecking(e *env, c *cli.Context, sys doctor.System) *checking {
	return &checking{env: e, c: c, sys: sys, secrets: newSecrets(e, c), server: doctor.NewServer(sys)}
}

// A checking is one run of the command.
type checking struct {
	*env
	c       *cli.Context
	sys     doctor.System
	secrets *secrets
	file    string
	named   string // the file as it was named; "" for the default one
	address netip.Addr

	server doctor.Server
	keys   doctor.KeysFile // the file as sshd comes upon it
	fixed  []sshkey.Finding
	tried  bool // --fix has been at the lines
	backup string
}

// flags checks the command line.
func (k *checking) flags() (err error) {
	switch {
	case k.c.NArg() > 1:
		return usagef("check reads one file, not %d", k.c.NArg())
	case k.c.NArg() == 1:
		k.file = k.c.Args().First()
		k.named = k.file
	default:
		home, err := os.UserHomeDir()
		if err != nil {
			return usagef("there is no home folder (%v): name the file", err)
		}
		k.file = filepath.Join(home, ".ssh", "authorized_keys")
	}
	if text := k.c.String("address"); text != "" {
		if k.address, err = netip.ParseAddr(text); err != nil {
			return usagef("--address %q is no address, such as 192.0.2.7 or 2001:db8::1", text)
		}
	}
	switch {
	case k.file == "-" && k.c.Bool("fix"):
		return usagef("--fix changes a file; standard input is none")
	case k.file == "-" && k.c.String("key") == "-":
		return usagef("only one of the two files can be standard input")
	case isSet(k.c, "address") && !isSet(k.c, "key"):
		return usagef("--address belongs to --key")
	case k.c.Bool("problems") && isSet(k.c, "key"):
		return usagef("--problems is about the lines of the file, --key about one key")
	}
	return k.secrets.check()
}

// whose tells of the file that nobody named on which machine it is.
func (k *checking) whose() string {
	if k.named == "" {
		return ", on this machine; for a server, run keyconv there"
	}
	return ""
}

func (k *checking) run() error {
	if err := k.look(); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			err = sshkey.WithHint(err, withKey(doctor.Adds(k.named), k.c.String("key"))+" makes it"+k.whose())
		}
		k.problem(k.file, err)
		return errReported
	}
	bad := k.c.Bool("fix") && k.fix()
	report := k.report
	if isSet(k.c, "key") {
		report = k.reportKey
	}
	fine, err := report()
	if err != nil {
		k.problem(k.file, safefile.Plain(err))
	}
	if bad || !fine || err != nil {
		return errReported
	}
	return nil
}

// look looks at what is around the lines.
func (k *checking) look() error {
	if k.file == "-" {
		return nil
	}
	if err := k.isKeyFile(); err != nil {
		return err
	}
	path, err := filepath.Abs(k.file)
	if err != nil {
		return err
	}
	home, _ := os.UserHomeDir()
	k.keys, err = doctor.FindKeysFile(k.sys, path, home, k.server)
	return safefile.Plain(err)
}

// isKeyFile refuses the file of a private key: --fix would put the public half
// in its place. In a file called authorized_keys it was pasted.
func (k *checking) isKeyFile() error {
	info, err := os.Stat(k.file)
	if err != nil || !info.Mode().IsRegular() || info.Size() > sshkey.MaxKeyFile || strings.HasPrefix(filepath.Base(k.file), "authorized_keys") {
		return safefile.Plain(err)
	}
	data, err := k.read(k.file)
	if err != nil {
		return err
	}
	defer clear(data)
	keys, format, err := keyconv.ParseLenient(data, "")
	if err != nil || len(keys) != 1 || keys[0].Private == nil {
		return nil
	}
	return hint("this is a private key ("+format.Name+"), and no authorized_keys file", "does ~/.ssh/authorized_keys let it in? keyconv check --key "+safetext.ShellWord(k.file))
}

// fix mends modes, then lines, and looks again. It reports whether something
// could not be mended that should have been.
func (k *checking) fix() (failed bool) {
	for _, f := range k.keys.Faults {
		if f.Mode == 0 {
			continue // an owner: only root can, and only the user knows
		}
		if err := k.disk().Chmod(f.Path, f.Mode); err != nil {
			k.problem(f.Path, safefile.Plain(err))
			failed = true
			continue
		}
		k.fixed = append(k.fixed, sshkey.Finding{Code: f.Code, Severity: sshkey.Repaired, Msg: fmt.Sprintf("%s has mode %04o now", f.Path, f.Mode.Perm())})
	}
	lines, backup, err := k.mendLines(k.file)
	if err != nil {
		k.problem(k.file, safefile.Plain(err))
		failed = true
	}
	k.fixed, k.backup, k.tried = append(k.fixed, lines...), backup, err == nil
	if err := k.look(); err != nil {
		k.problem(k.file, err)
		failed = true
	}
	return failed
}
