package main

import (
	"net/netip"
	"os/user"

	"github.com/keyconv/keyconv/doctor"
	"github.com/keyconv/keyconv/internal/explain"
	"github.com/keyconv/keyconv/sshkey"
	"github.com/urfave/cli/v2"
)

func doctorCommand(e *env) *cli.Command {
	return &cli.Command{
		Name: "doctor", Usage: "say why sshd on this machine refuses a key", ArgsUsage: "[FLAGS]",
		Description: `EXAMPLES:
   sudo keyconv doctor --user bob --key id.pub    does sshd let this key in? if not, why?
   keyconv doctor                                 what stands in the way of my own logins
   sudo keyconv doctor --user bob --log /var/log/auth.log
   keyconv doctor --key id.ppk --fix              mend modes and damaged lines, then look again

The decision is walked in sshd's own order: settings, account, key, files,
lines, session. The first refusal is the answer; "then" are those that come
after it. Nothing is changed without --fix. What only root can see is named;
where sudo does not find keyconv, write sudo "$(command -v keyconv)" doctor ...
The exit status is 0 where nothing refuses and 1 where something does.`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "user", Aliases: []string{"u"}, Usage: "the `NAME` to log in under", DefaultText: "the one who runs this"},
			&cli.StringFlag{Name: "config", Usage: "the `SSHD_CONFIG` of the server", DefaultText: doctor.DefaultConfig},
			&cli.StringFlag{Name: "key", Aliases: []string{"k"}, Usage: "the key in `KEYFILE`, private or public, of any format"},
			&cli.StringFlag{Name: "log", Usage: "what sshd logged, in `FILE`; - is standard input"},
			&cli.StringFlag{Name: "address", Usage: "the client comes from `ADDRESS`, for Match, AllowUsers and from=\"…\"", DefaultText: "the log's; else this machine for Match, and any for from="},
			boolFlag("fix", "mend modes and damaged lines, and nothing else; the old file is kept"),
			passphraseFlag(), expensiveFlag(), jsonFlag(), quietFlag(),
		},
		Action: func(c *cli.Context) error {
			e.begin(c)
			v := &visit{env: e, c: c, sys: doctor.OS()}
			if err := v.flags(); err != nil {
				return err
			}
			return v.run()
		},
	}
}

// A visit is one run of the command.
type visit struct {
	*env
	c    *cli.Context
	sys  doctor.System
	ask  doctor.Request
	key  *sshkey.Key // nil where none was given
	cert *sshkey.Key // beside it; ssh offers it first
	log  *explain.Report

	report *doctor.Report
	fixed  []sshkey.Finding
}

// flags checks the command line.
func (v *visit) flags() (err error) {
	v.ask = doctor.Request{User: v.c.String("user"), Config: v.c.String("config")}
	if v.c.NArg() > 0 {
		return usagef("doctor takes no file, only flags: --log FILE, --key KEYFILE")
	}
	me, err := user.Current()
	if err != nil && v.ask.User == "" {
		return usagef("who runs this cannot be told (%v): give --user NAME", err)
	}
	if v.ask.Agent = err == nil && (v.ask.User == "" || v.ask.User == me.Username); v.ask.Agent { // else it is somebody else's
		v.ask.User = me.Username
	}
	if text := v.c.String("address"); text != "" {
		if v.ask.Addr, err = netip.ParseAddr(text); err != nil {
			return usagef("--address %q is no address: %v", text, err)
		}
	}
	if v.c.String("key") == "-" && v.c.String("log") == "-" {
		return usagef("only one of --key and --log can be standard input")
	}
	return nil
}

func (v *visit) run() error {
	if err := v.readKey(); err != nil {
		v.problem(v.c.String("key"), err)
		return errReported
	}
	if err := v.readLog(); err != nil {
		v.problem(v.c.String("log"), err)
		return errReported
	}
	v.diagnose()
	failed := v.c.Bool("fix") && v.fix()
	if err := v.tell(); err != nil {
		return err
	}
	if failed || v.report.Unknown || len(v.report.Refusals) > 0 {
		return errReported
	}
	return nil
}

// readKey reads the key, and the certificate that lies beside a private one.
func (v *visit) readKey() error {
	name := v.c.String("key")
	if name == "" {
		return nil
	}
	k := newChecking(v.env, v.c, v.sys)
	defer k.secrets.clear()
	if err := k.secrets.check(); err != nil {
		return err
	}
	f, err := k.keyFile(name)
	if err != nil {
		return err
	}
	if name != "-" {
		v.findings(name, f.Check(v.sys))
	}
	v.key = f.Key
	if f.Key.Private != nil {
		if cert, err := doctor.Beside(v.sys, name, "-cert.pub"); err == nil && cert.Public.Plain() == f.Key.Public.Plain() {
			v.cert = cert
		}
	}
	return nil
}

// readLog takes the client's address out of the log where no flag gives it.
func (v *visit) readLog() error {
	name := v.c.String("log")
	if name == "" {
		return nil
	}
	text, err := v.read(name)
	if err != nil {
		return err
	}
	v.log = explain.Explain(text)
	for _, o := range v.log.Offers {
		if addr, err := netip.ParseAddr(o.Addr); err == nil && o.User == v.ask.User && !isSet(v.c, "address") {
			v.ask.Addr = addr // the last one stays
		}
	}
	return nil
}

// diagnose asks, and names the key in what the answer advises.
func (v *visit) diagnose() {
	v.askBoth()
	for _, list := range [][]doctor.Cause{v.report.Refusals, v.report.Notes, v.report.Unseen} {
		for i := range list {
			list[i].Fix = withKey(list[i].Fix, v.c.String("key"))
		}
	}
}

// askBoth asks about the certificate first, as ssh does, and about the key where
// that does not get in.
func (v *visit) askBoth() {
	if v.cert != nil {
		ask := v.ask
		ask.Key = v.cert.Public
		if v.report = doctor.Diagnose(v.sys, ask); v.report.LetIn() {
			return
		}
	}
	ask := v.ask
	if v.key != nil {
		ask.Key, ask.Comment = v.key.Public, v.key.Comment
	}
	v.report = doctor.Diagnose(v.sys, ask)
}
