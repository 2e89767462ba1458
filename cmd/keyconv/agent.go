package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/doctor"
	"github.com/keyconv/keyconv/internal/safefile"
	"github.com/keyconv/keyconv/internal/safetext"
	"github.com/keyconv/keyconv/sshkey"
	"github.com/urfave/cli/v2"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
)

func agentCommand(e *env) *cli.Command {
	return &cli.Command{
		Name: "agent", Usage: "list the keys in the ssh-agent, or add one", ArgsUsage: "list | add [FLAGS] KEYFILE",
		Description: `EXAMPLES:
   keyconv agent list
   keyconv agent add id.ppk
   keyconv agent add --lifetime 1h --confirm id_rsa`,
		Subcommands: []*cli.Command{agentListCommand(e), agentAddCommand(e)},
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return usagef("agent: unknown command %q; there are list and add", c.Args().First())
			}
			return usagef("agent what? there are list and add")
		},
	}
}

func agentListCommand(e *env) *cli.Command {
	return &cli.Command{
		Name: "list", Usage: "list the keys in the ssh-agent, as ssh-add -l does", ArgsUsage: " ",
		Flags: []cli.Flag{quietFlag()},
		Action: func(c *cli.Context) error {
			e.begin(c)
			if c.Args().Present() {
				return usagef("agent list takes no file")
			}
			return e.agentList()
		},
	}
}

func agentAddCommand(e *env) *cli.Command {
	return &cli.Command{
		Name: "add", Usage: "load private keys of any format into the ssh-agent", ArgsUsage: "[FLAGS] [KEYFILE...]",
		Description: `EXAMPLES:
   keyconv agent add id.ppk                 PuTTY's key, into OpenSSH's agent
   keyconv agent add --lifetime 1h id_rsa   forgotten after an hour
   keyconv agent add --confirm id_ed25519   the agent asks before each use`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "lifetime", Aliases: []string{"t"}, Usage: "the agent forgets the key after `TIME`: seconds, or such as 90m, 1h30m, 1d"},
			boolFlag("confirm", "the agent asks before it uses the key", "c"),
			fromFlag(), passphraseFlag(), expensiveFlag(), quietFlag(),
		},
		Action: func(c *cli.Context) error {
			e.begin(c)
			l := &loader{env: e, c: c, secrets: newSecrets(e, c)}
			defer l.secrets.clear()
			return l.run()
		},
	}
}

// agentList prints what ssh-add -l prints.
func (e *env) agentList() error {
	conn, err := e.dialAgent()
	if err != nil {
		return err
	}
	defer conn.Close()
	keys, err := newAgent(conn).List()
	if err != nil {
		return agentFailed(err)
	}
	if len(keys) == 0 {
		return hint("the agent holds no keys", "load one: keyconv agent add KEYFILE")
	}
	for _, k := range keys {
		public, err := sshkey.ParsePublicKey(k.Blob)
		if err != nil {
			e.problem("agent", fmt.Errorf("a key of type %q that does not read: %w", k.Format, err))
			continue
		}
		fmt.Fprintf(e.stdout, "%d %s %s (%s)\n", public.Bits(), public.Fingerprint(), safetext.Printable(k.Comment), public.Label())
	}
	return nil
}

// A loader is one run of agent add.
type loader struct {
	*env
	c        *cli.Context
	secrets  *secrets
	lifetime uint32
	agent    agent.ExtendedAgent
}

func (l *loader) run() (err error) {
	if isSet(l.c, "lifetime") {
		if l.lifetime, err = parseLifetime(l.c.String("lifetime")); err != nil {
			return err
		}
	}
	if err := l.secrets.check(); err != nil {
		return err
	}
	conn, err := l.dialAgent()
	if err != nil {
		return err
	}
	defer conn.Close()
	l.agent = newAgent(conn)
	return l.eachFile(l.c, l.file)
}

// file loads one key; a certificate that belongs to it, as a PPK can hold or a file
// beside it, is loaded after it.
func (l *loader) file(name string) error {
	k, err := l.open(name)
	if err != nil {
		return err
	}
	if !agentTakes(k) {
		return hint("keys of type "+k.Public.Algorithm()+" cannot be loaded: golang.org/x/crypto/ssh/agent does not know them",
			"there are RSA, DSA, ECDSA and Ed25519; for a security key use ssh-add")
	}
	secret, err := k.Crypto()
	if err != nil {
		return err
	}
	comment := cmp.Or(k.Comment, name) // as ssh-add has it
	key := agent.AddedKey{PrivateKey: secret, Comment: comment, LifetimeSecs: l.lifetime, ConfirmBeforeUse: l.c.Bool("confirm")}
	if err := l.add(name, key, k.Public.Plain()); err != nil {
		return err
	}
	certificate := l.certificate(name, k.Public)
	if certificate.IsZero() {
		return nil
	}
	public, err := certificate.SSH()
	if err != nil {
		return err
	}
	key.Certificate = public.(*ssh.Certificate)
	return l.add(name, key, certificate)
}

// certificate is that of a key: in its file, else in NAME-cert.pub as ssh-add has it.
func (l *loader) certificate(name string, key sshkey.PublicKey) (c sshkey.PublicKey) {
	if key.IsCertificate() {
		return key
	}
	if name == "-" {
		return c
	}
	beside, err := doctor.Beside(doctor.OS(), name, "-cert.pub")
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return c
	case err != nil:
		l.note("%s-cert.pub cannot be read and is not loaded: %v", name, systemError(err))
		return c
	case !beside.Public.IsCertificate():
		l.note("%s-cert.pub is no certificate and is not loaded", name)
		return c
	case beside.Public.Plain() != key:
		l.note("%s-cert.pub is of another key (%s) and is not loaded", name, beside.Public.Plain().Fingerprint())
		return c
	}
	return beside.Public
}

// open reads one private key, with its passphrase.
func (l *loader) open(name string) (*sshkey.Key, error) {
	data, err := l.read(name)
	if err != nil {
		return nil, err
	}
	defer clear(data)
	keys, format, err := keyconv.ParseLenient(data, l.c.String("from"))
	switch {
	case err != nil:
		return nil, err
	case len(keys) != 1:
		return nil, hint(fmt.Sprintf("there are %d keys here: %s", len(keys), listed(keys)), "put the one to load into a file of its own")
	case keys[0].Private == nil:
		return nil, sshkey.ErrNoPrivate
	}
	k := keys[0]
	if k.Encrypted() {
		if k, err = l.secrets.unlock(name, k, format); err != nil {
			return nil, err
		}
	}
	l.findings(name, k.Findings)
	return k, nil
}

// agentTakes reports whether x/crypto can hand this type of key over.
func agentTakes(k *sshkey.Key) bool {
	switch p := k.Public.Plain().Parts().(type) {
	case sshkey.RSAPublicKey, sshkey.DSAPublicKey, sshkey.ECDSAPublicKey:
		return true
	case sshkey.EdDSAPublicKey:
		return p.Curve == "Ed25519"
	}
	return false
}

// add hands a key over and looks whether it arrived. Pageant refuses one that it
// has, which ssh-agent takes again, with its new terms.
func (l *loader) add(name string, key agent.AddedKey, public sshkey.PublicKey) error {
	refused := l.agent.Add(key)
	keys, err := l.agent.List()
	there := slices.ContainsFunc(keys, func(k *agent.Key) bool { return bytes.Equal(k.Blob, public.Blob()) })
	what := fmt.Sprintf("%s %d %s", public.Label(), public.Bits(), public.Fingerprint())
	switch {
	case refused != nil && there && l.terms() == "":
		l.note("%s: the agent has %s already", name, what)
		return nil
	case refused != nil:
		return agentFailed(refused)
	case err != nil:
		return agentFailed(err)
	case !there:
		return hint("the agent says that it has the key, and does not list it", "see what it lists: ssh-add -L")
	}
	l.note("%s: the agent has %s%s", name, what, l.terms())
	return nil
}

func (l *loader) terms() string {
	var terms string
	if l.lifetime > 0 {
		terms = ", for " + (time.Duration(l.lifetime) * time.Second).String()
	}
	if l.c.Bool("confirm") {
		terms += ", and asks before each use"
	}
	return terms
}

// windowsPipe is where the agent of OpenSSH for Windows listens.
const windowsPipe = `\\.\pipe\openssh-ssh-agent`

// dialAgent connects to the agent that ssh uses; on Windows to Pageant where there
// is no other.
func (e *env) dialAgent() (conn io.ReadWriteCloser, err error) {
	name := os.Getenv("SSH_AUTH_SOCK")
	switch {
	case runtime.GOOS == "windows" && (name == "" || strings.HasPrefix(name, `\\.\pipe\`)):
		conn, err = dialPipe(cmp.Or(name, windowsPipe))
	case name == "":
		return nil, hint("no agent: SSH_AUTH_SOCK is not set", `start one in this shell: eval "$(ssh-agent)"`)
	default:
		conn, err = net.Dial("unix", name)
	}
	if err == nil {
		return conn, nil
	}
	if name == "" && errors.Is(err, fs.ErrNotExist) {
		switch pageant, err := dialPageant(); {
		case err == nil:
			e.note("the ssh-agent of Windows does not run; this is Pageant")
			return pageant, nil
		case !errors.Is(err, fs.ErrNotExist):
			return nil, err
		}
	}
	return nil, sshkey.WithHint(fmt.Errorf("no agent answers at %s: %w", cmp.Or(name, windowsPipe), systemError(err)), startAgent())
}

// newAgent hides Close: x/crypto then asks and reads in turn. Windows would
// block a write to the pipe while a read waits.
func newAgent(conn io.ReadWriter) agent.ExtendedAgent {
	return agent.NewClient(struct{ io.ReadWriter }{conn})
}

func startAgent() string {
	switch {
	case runtime.GOOS == "windows" && os.Getenv("SSH_AUTH_SOCK") != "":
		return "take SSH_AUTH_SOCK out of the environment, and the agent of Windows is asked, or Pageant"
	case runtime.GOOS == "windows":
		return "start Pageant; or ssh-agent, in PowerShell as an administrator: Set-Service ssh-agent -StartupType Manual; Start-Service ssh-agent"
	}
	return `SSH_AUTH_SOCK names an agent that has ended, or one of another user; start one in this shell: eval "$(ssh-agent)"`
}

// systemError is plain for errors of the network too.
func systemError(err error) error {
	var sys *os.SyscallError
	if errors.As(err, &sys) {
		return sys.Err
	}
	return safefile.Plain(err)
}

// agentFailed explains what x/crypto reports of an agent. The protocol has no
// reasons, only failure.
func agentFailed(err error) error {
	if strings.HasPrefix(err.Error(), "agent: failure") {
		return hint("the agent refuses", "it may be locked (ssh-add -X unlocks it), not know this type of key, or not take --lifetime or --confirm")
	}
	return sshkey.WithHint(fmt.Errorf("the agent does not answer as one: %w", systemError(err)), "see whether ssh-add -l gets an answer")
}
