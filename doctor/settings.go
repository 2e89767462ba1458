package doctor

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/internal/lazyre"
)

// DefaultConfig is where sshd looks for its configuration.
const DefaultConfig = "/etc/ssh/sshd_config"

// Settings are sshd's, for one connection.
type Settings struct {
	File   string
	Source string // "sshd -T", "sshd -G" or the file
	values map[string][]string
}

// Get gives a setting of one value.
func (s *Settings) Get(keyword string) string { return strings.Join(s.values[keyword], " ") }

// List gives a setting of several.
func (s *Settings) List(keyword string) []string { return s.values[keyword] }

// Is reports whether a setting has that value, in any case.
func (s *Settings) Is(keyword, value string) bool { return strings.EqualFold(s.Get(keyword), value) }

// Path gives a setting that is a path; "" for none.
func (s *Settings) Path(keyword string) string {
	if s.Is(keyword, "none") {
		return ""
	}
	return s.Get(keyword)
}

// Number gives a setting that is a number.
func (s *Settings) Number(keyword string) int {
	n, _ := strconv.Atoi(s.Get(keyword))
	return n
}

// defaults are those of OpenSSH 9.2 for what is looked at here.
var defaults = map[string]string{
	"pubkeyauthentication": "yes", "strictmodes": "yes", "permitrootlogin": "prohibit-password", "maxauthtries": "6",
	"authorizedkeysfile": ".ssh/authorized_keys .ssh/authorized_keys2", "authorizedkeyscommand": "none", "authorizedprincipalsfile": "none",
	"authorizedprincipalscommand": "none", "authorizedkeyscommanduser": "none", "authorizedprincipalscommanduser": "none", "forcecommand": "none",
	"trustedusercakeys": "none", "revokedkeys": "none", "requiredrsasize": "1024", "usepam": "no",
	"authenticationmethods": "any", "chrootdirectory": "none", "usedns": "no", "loglevel": "INFO", "port": "22",
	"passwordauthentication": "yes", "kbdinteractiveauthentication": "yes",
	"pubkeyacceptedalgorithms": strings.Join(acceptedByDefault, ","), "casignaturealgorithms": strings.Join(signedByDefault, ","),
}

var acceptedByDefault = []string{
	"ssh-ed25519-cert-v01@openssh.com", "ecdsa-sha2-nistp256-cert-v01@openssh.com", "ecdsa-sha2-nistp384-cert-v01@openssh.com",
	"ecdsa-sha2-nistp521-cert-v01@openssh.com", "sk-ssh-ed25519-cert-v01@openssh.com", "sk-ecdsa-sha2-nistp256-cert-v01@openssh.com",
	"rsa-sha2-512-cert-v01@openssh.com", "rsa-sha2-256-cert-v01@openssh.com", "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384",
	"ecdsa-sha2-nistp521", "sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com", "rsa-sha2-512", "rsa-sha2-256",
}

var signedByDefault = []string{
	"ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "sk-ssh-ed25519@openssh.com",
	"sk-ecdsa-sha2-nistp256@openssh.com", "rsa-sha2-512", "rsa-sha2-256",
}

// lists are the settings of several words.
var lists = []string{"authorizedkeysfile", "allowusers", "denyusers", "allowgroups", "denygroups", "authenticationmethods", "revokedkeys"}

// readSettings asks sshd itself, and reads the file where it does not answer.
// why is what stood in the way of the better way, nil for nothing. An error is
// a configuration with which sshd does not start, or that cannot be read.
func readSettings(sys System, sshd, file string, c Connection) (s *Settings, why, err error) {
	own, ownErr := ReadConfig(sys, file, c)
	flags := []string{"-T", "-G"}
	if strings.Contains(c.User, ",") { // which separates the parts of -C
		flags, why = nil, errors.New("it cannot be asked about a name with a comma")
	}
	for _, flag := range flags { // -G, since 9.3, needs no host key and therefore no root
		text, err := sys.Run(Command{Name: sshd, Args: append([]string{flag, "-f", file}, c.spec()...)})
		if err == nil {
			return parseDump(string(text), file, "sshd "+flag, own), nil, nil
		}
		var exit *ExitError
		switch {
		case errors.Is(err, fs.ErrNotExist):
			why = errNoSshd
		case !errors.As(err, &exit):
			why = fmt.Errorf("sshd %s: %w", flag, err)
		}
		if exit == nil {
			break
		}
		if msg, broken := complaint(exit.Stderr); broken {
			return nil, nil, errors.New(msg)
		}
		why = cmp.Or(why, fmt.Errorf("sshd %s: %s", flag, lastLine(exit.Stderr)))
	}
	if ownErr != nil {
		return nil, why, ownErr
	}
	s = &Settings{file, file, own}
	s.complete()
	return s, why, nil
}

var errNoSshd = errors.New("there is no sshd on this machine")

// spec is the connection for sshd -C.
func (c Connection) spec() []string {
	return []string{"-C", fmt.Sprintf("user=%s,host=%s,addr=%s,laddr=%s,lport=%d", c.User, c.Host, c.Addr, c.LocalAddr, c.LocalPort)}
}

// aboutConfig tells a complaint about the configuration from one about what
// only root may read.
var aboutConfig = lazyre.New(`(?m)^.*(?: line \d+: |AuthenticationMethods cannot be satisfied|Command set without |bad configuration option).*$`)

func complaint(stderr string) (string, bool) {
	found := aboutConfig.Compiled().FindAllString(strings.ReplaceAll(stderr, "\r", ""), -1)
	if len(found) == 0 {
		return "", false
	}
	return strings.TrimSpace(found[0]), true
}

// parseDump reads what sshd -T prints. It prints words without their quotes,
// so a list with a space in a word is taken from our own reading of the file
// where that gives the same text.
func parseDump(text, file, source string, own map[string][]string) *Settings {
	s := &Settings{file, source, map[string][]string{}}
	for line := range strings.Lines(text) {
		keyword, value, _ := strings.Cut(strings.TrimRight(line, "\r\n"), " ")
		if keyword = strings.ToLower(keyword); slices.Contains(lists, keyword) {
			s.values[keyword] = append(s.values[keyword], strings.Fields(value)...)
			continue
		}
		s.values[keyword] = append(s.values[keyword], value)
	}
	for _, keyword := range lists {
		if words := own[keyword]; len(words) > 0 && strings.Join(words, " ") == strings.Join(s.values[keyword], " ") {
			s.values[keyword] = words
		}
	}
	return s
}

// complete puts the defaults in, and what + - and ^ change of them.
func (s *Settings) complete() {
	for keyword, value := range defaults {
		if len(s.values[keyword]) == 0 {
			s.values[keyword] = []string{value}
			if slices.Contains(lists, keyword) {
				s.values[keyword] = strings.Fields(value)
			}
		}
	}
	for _, keyword := range []string{"pubkeyacceptedalgorithms", "casignaturealgorithms"} {
		s.values[keyword] = []string{assemble(s.Get(keyword), strings.Split(defaults[keyword], ","))}
	}
	for i, path := range s.values["authorizedkeysfile"] { // ~ is root's home: sshd expands it when it starts
		if rest, ok := strings.CutPrefix(path, "~/"); ok {
			s.values["authorizedkeysfile"][i] = "/root/" + rest
		}
	}
}

// assemble is kex_assemble_names: + appends to the default, - takes off, ^
// puts in front.
func assemble(value string, byDefault []string) string {
	if value == "" {
		return strings.Join(byDefault, ",")
	}
	change := value[1:]
	others := slices.DeleteFunc(slices.Clone(byDefault), func(name string) bool { return authkeys.MatchList(change, name) })
	switch value[0] {
	case '+':
		return strings.Join(append(slices.Clone(byDefault), change), ",")
	case '^':
		return strings.Join(append([]string{change}, others...), ",")
	case '-':
		return strings.Join(others, ",")
	}
	return value
}

// cannotSee reports whether an error is one of missing rights.
func cannotSee(err error) bool { return errors.Is(err, fs.ErrPermission) }
