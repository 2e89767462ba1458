package doctor

import (
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/internal/lazyre"
	"github.com/keyconv/keyconv/internal/safefile"
	"github.com/keyconv/keyconv/internal/safetext"
	"github.com/keyconv/keyconv/sshkey"
)

// steps is sshd's decision, in sshd's order. A step that ends the walk
// returns false: what comes behind it cannot be known.
var steps = []func(*walk) bool{
	(*walk).checkSystem,     // of Unix, whose sshd is known
	(*walk).readSettings,    // sshd starts
	(*walk).findAccount,     // getpwnamallow
	(*walk).checkAccount,    // allowed_user
	(*walk).checkAllowed,    // the rest of it
	(*walk).checkMethods,    // auth2_setup_methods_lists
	(*walk).checkAgent,      // MaxAuthTries
	(*walk).checkAlgorithm,  // userauth_pubkey
	(*walk).checkRevoked,    // user_key_allowed
	(*walk).checkSources,    // the rest of it
	(*walk).checkRoot,       // userauth_finish
	(*walk).checkPartial,    // the rest of it
	(*walk).checkPAM,        // do_pam_account
	(*walk).checkSession,    // session.c
	(*walk).checkEverything, // what is worth a word
}

// A walk is what is known on the way.
type walk struct {
	sys      System
	ask      Request
	from     netip.Addr // the client's address; the zero value is not known
	sshd     string
	release  string // "OpenSSH_9.2p1 Debian-2+deb12u7"; "" where there is no sshd
	conn     Connection
	settings *Settings
	blind    bool // which are the defaults: they could not be read
	account  *Account
	shadow   *shadow // nil where it could not be read
	plain    sshkey.PublicKey
	*Report
}

// Diagnose walks the decision.
func Diagnose(sys System, ask Request) *Report {
	ask.Config = cmp.Or(ask.Config, DefaultConfig)
	from := ask.Addr
	if !ask.Addr.IsValid() {
		ask.Addr = netip.AddrFrom4([4]byte{127, 0, 0, 1})
	}
	w := &walk{sys: sys, ask: ask, from: from, Report: &Report{User: ask.User, Config: ask.Config, Tried: !ask.Key.IsZero()}}
	w.plain = ask.Key.Plain()
	for _, step := range steps {
		if !step(w) {
			break
		}
	}
	if w.blind {
		w.doubt()
	}
	return w.Report
}

// doubt takes back what follows from settings that nobody has read.
func (w *walk) doubt() {
	if !slices.ContainsFunc(w.Refusals, func(c Cause) bool { return c.Code == "user-unknown" }) {
		w.Notes, w.Refusals, w.Unknown = append(w.Refusals, w.Notes...), nil, true
	}
}

// whereFrom is the advice where an answer depends on the client's address.
const whereFrom = "say where the client is: --address ADDRESS"

// restart is what makes sshd take a changed configuration.
const restart = "then: sshd -t && systemctl reload ssh"

// edit is the advice to change a setting.
func (w *walk) edit(format string, args ...any) string {
	return fmt.Sprintf(format, args...) + " in " + w.ask.Config + ", " + restart
}

// sudo runs the program where sudo's own path does not have it, as ~/go/bin.
const sudo = `sudo "$(command -v keyconv)"`

// asRoot is how to see what only root can see.
func (w *walk) asRoot() string {
	return "run it as root, with the same flags: " + sudo + " doctor --user " + safetext.ShellWord(w.ask.User) + " ..."
}

func (w *walk) readSettings() bool {
	w.sshd, w.release = findSshd(w.sys, w.ask.Sshd)
	w.conn = Connection{User: w.ask.User, Host: w.ask.Addr.String(), Addr: w.ask.Addr, Release: strings.Fields(w.release + " OpenSSH_9.2p1")[0]}
	if a, err := FindAccount(w.sys, w.ask.User); err == nil {
		w.account = a
		for _, g := range a.Groups {
			w.conn.Groups = append(w.conn.Groups, g.Name)
		}
	}
	w.conn.InvalidUser = w.account == nil
	w.conn.LocalPort, w.conn.LocalAddr = listens(w.sys, w.ask.Config, w.conn)
	s, why, err := readSettings(w.sys, w.sshd, w.ask.Config, w.conn)
	switch {
	case err != nil && cannotSee(err):
		w.unseen(w.asRoot(), "%s cannot be read: %v", w.ask.Config, safefile.Plain(err))
		w.blind = true
		s = &Settings{File: w.ask.Config, Source: "the defaults of OpenSSH", values: map[string][]string{}}
		s.complete()
	case err != nil:
		w.refuse("sshd-config", "sshd -t -f "+safetext.ShellWord(w.ask.Config), "sshd does not take its configuration: %v", err)
		return false
	case errors.Is(why, errNoSshd):
		w.unseen("run it on the server", "%v; the settings are read from %s", why, w.ask.Config)
	case why != nil:
		w.unseen(w.asRoot(), "sshd did not tell its settings (%v); they are read from %s", why, w.ask.Config)
	}
	w.settings, w.Source = s, s.Source
	return true
}

// listens is the address and port that Match LocalAddress and LocalPort are
// asked about: where sshd listens, or else where the client is.
func listens(sys System, file string, c Connection) (port int, addr netip.Addr) {
	values, _ := ReadConfig(sys, file, c)
	port, addr = 22, c.Addr
	for _, text := range values["listenaddress"] {
		if a, err := netip.ParseAddr(text); err == nil && !a.IsUnspecified() {
			addr = a
		} else if ap, err := netip.ParseAddrPort(text); err == nil && !ap.Addr().IsUnspecified() {
			return int(ap.Port()), ap.Addr()
		}
	}
	for _, text := range values["port"] {
		if n, err := strconv.ParseUint(text, 10, 16); err == nil {
			return int(n), addr
		}
	}
	return port, addr
}

var version = lazyre.New(`OpenSSH_(\d+)\.(\d+)[^,\n]*`)

// findSshd finds the program and what it says it is.
func findSshd(sys System, path string) (program, release string) {
	for _, name := range []string{path, "/usr/sbin/sshd", "/usr/local/sbin/sshd", "sshd"} {
		if name == "" {
			continue
		}
		_, err := sys.Run(Command{Name: name, Args: []string{"-?"}}) // other than -V, the usage names Debian
		var exit *ExitError
		if errors.As(err, &exit) {
			return name, version.Compiled().FindString(exit.Stderr)
		}
	}
	return "sshd", ""
}

// lenient reports whether sshd has Debian's patch about private groups.
func (w *walk) lenient() bool {
	_, lenient := readRelease(w.release)
	return lenient
}

// server is the version of sshd; the zero value is not known.
func (w *walk) server() authkeys.Version {
	v, _ := readRelease(w.release)
	return v
}

func (w *walk) findAccount() bool {
	if w.account == nil {
		w.refuse("user-unknown", "log in under a name that getent passwd lists (a cloud image has one such as ubuntu, debian, ec2-user or admin)",
			"there is no account %q on this machine", w.ask.User)
	}
	return w.account != nil
}

// pam reports whether PAM judges the account, after the key.
func (w *walk) pam() bool { return w.settings.Is("usepam", "yes") }

func (w *walk) checkAccount() bool {
	a, err := w.account, error(nil)
	if w.shadow, err = findShadow(w.sys, a.Name); cannotSee(err) {
		w.unseen(w.asRoot(), "whether the account %s is locked or has expired: /etc/shadow is root's", a.Name)
	}
	if w.shadow != nil && !w.pam() { // platform_locked_account
		switch {
		case w.shadow.expired(w.sys.Now()):
			w.refuse("account-expired", "chage -E -1 "+safetext.ShellWord(a.Name), "the account %s has expired", a.Name)
		case w.shadow.locked():
			w.refuse("account-locked", "usermod -p '*' "+safetext.ShellWord(a.Name), "the account %s is locked: its password begins with \"!\", and UsePAM is no", a.Name)
		}
	}
	if w.settings.Path("chrootdirectory") == "" {
		if code, msg := a.checkShell(w.sys); code != "" {
			w.refuse(code, "usermod -s /bin/sh "+safetext.ShellWord(a.Name), "%s", msg)
		}
	}
	return true
}

// checkAllowed is the second half of allowed_user.
func (w *walk) checkAllowed() bool {
	a := w.account
	if byHost := slices.ContainsFunc(slices.Concat(w.settings.List("allowusers"), w.settings.List("denyusers")), withHost); byHost && w.settings.Is("usedns", "yes") {
		w.unseen("look at AllowUsers and DenyUsers with the name that host "+w.ask.Addr.String()+" tells", "what the name of the client is (UseDNS is yes); its address is taken for it")
	}
	for _, p := range w.settings.List("denyusers") {
		if w.matchUser(p) {
			w.refuse("deny-users", w.edit("take %q out of DenyUsers", p), "DenyUsers %s refuses %s", p, a.Name)
			break
		}
	}
	if list := w.settings.List("allowusers"); len(list) > 0 && !slices.ContainsFunc(list, w.matchUser) {
		fix := w.edit("add %s to AllowUsers", a.Name)
		if slices.ContainsFunc(list, withHost) && !w.from.IsValid() {
			fix = whereFrom + "; or " + fix
		}
		w.refuse("allow-users", fix, "AllowUsers (%s) does not have %s from %s", strings.Join(list, " "), a.Name, w.ask.Addr)
	}
	if list := w.settings.List("denygroups"); w.matchGroup(list) {
		w.refuse("deny-groups", w.edit("change DenyGroups"), "a group of %s (%s) is in DenyGroups %s", a.Name, strings.Join(w.conn.Groups, " "), strings.Join(list, " "))
	}
	if list := w.settings.List("allowgroups"); len(list) > 0 && !w.matchGroup(list) {
		fix := w.edit("add %s to AllowGroups", strings.Join(w.conn.Groups, " or "))
		if !strings.ContainsAny(list[0], "*?") {
			fix = fmt.Sprintf("usermod -aG %s %s", safetext.ShellWord(list[0]), safetext.ShellWord(a.Name))
		}
		w.refuse("allow-groups", fix, "no group of %s (%s) is in AllowGroups %s", a.Name, strings.Join(w.conn.Groups, " "), strings.Join(list, " "))
	}
	return true
}

func withHost(pattern string) bool { return strings.Contains(pattern, "@") }

// matchUser is sshd's match_user: NAME or NAME@HOST.
func (w *walk) matchUser(pattern string) bool {
	i := strings.LastIndexByte(pattern, '@')
	if i < 0 {
		return authkeys.MatchPattern(pattern, w.account.Name)
	}
	if !authkeys.MatchPattern(pattern[:i], w.account.Name) {
		return false
	}
	ok, err := authkeys.MatchHost(pattern[i+1:], w.conn.Host, w.ask.Addr)
	return ok && err == nil
}

func (w *walk) matchGroup(patterns []string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		return slices.ContainsFunc(w.conn.Groups, func(g string) bool { return authkeys.MatchPattern(p, g) })
	})
}

func (w *walk) checkMethods() bool {
	if w.settings.Is("pubkeyauthentication", "no") {
		w.refuse("pubkey-off", w.edit("set PubkeyAuthentication yes"), "PubkeyAuthentication is no: sshd takes no key")
		return true
	}
	if w.methods() != nil && !slices.ContainsFunc(w.methods(), keyFirst) {
		w.refuse("pubkey-off", w.edit("set AuthenticationMethods publickey"),
			"AuthenticationMethods %s does not begin with a key", w.settings.Get("authenticationmethods"))
	}
	return true
}

// methods are the lists of AuthenticationMethods; nil where any will do.
func (w *walk) methods() []string {
	list := w.settings.List("authenticationmethods")
	if len(list) == 0 || slices.Contains(list, "any") {
		return nil
	}
	return list
}

func keyFirst(list string) bool { return list == "publickey" || strings.HasPrefix(list, "publickey,") }

func (w *walk) checkPartial() bool {
	if w.methods() == nil || slices.Contains(w.methods(), "publickey") {
		return true
	}
	if i := slices.IndexFunc(w.methods(), keyFirst); i >= 0 {
		w.refuse("more-methods", w.edit("set AuthenticationMethods publickey"),
			"the key alone does not do: AuthenticationMethods wants %s", w.methods()[i])
	}
	return true
}

func (w *walk) checkRoot() bool {
	if w.account.UID != 0 {
		return true
	}
	switch permit := strings.ToLower(w.settings.Get("permitrootlogin")); permit {
	case "no":
		w.refuse("root-login", w.edit("set PermitRootLogin prohibit-password")+"; or log in as another user and use sudo", "PermitRootLogin is no")
	case "forced-commands-only":
		if w.By != nil && w.By.Terms.Command == nil {
			w.refuse("root-login", w.edit("set PermitRootLogin prohibit-password"),
				"PermitRootLogin is forced-commands-only, and the key's line has no command=")
		}
	}
	return true
}

// checkPAM is what pam_unix makes of the account; a key does not matter to it.
func (w *walk) checkPAM() bool {
	if !w.pam() || w.shadow == nil {
		return true
	}
	a := safetext.ShellWord(w.account.Name)
	expired, tooOld, renew := w.shadow.judged(w.sys.Now())
	switch {
	case expired:
		w.refuse("account-expired", "chage -E -1 "+a, "the account %s has expired", w.account.Name)
	case tooOld:
		w.refuse("account-expired", "chage -I -1 -M -1 "+a, "the password of %s is so old that PAM takes the account for expired", w.account.Name)
	case renew:
		w.refuse("password-expired", "passwd "+a+", or without a password: chage -d -1 -M -1 "+a,
			"the password of %s has expired, and PAM wants a new one before any session", w.account.Name)
	}
	return true
}
