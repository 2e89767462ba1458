package doctor

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/keyconv/keyconv/internal/safefile"
	"github.com/keyconv/keyconv/internal/safetext"
	"github.com/keyconv/keyconv/sshkey"
)

// command is user_key_command_allowed2.
func (w *walk) command() []*source {
	if w.settings.Path("authorizedkeyscommand") == "" {
		return nil
	}
	s := &source{name: w.settings.Get("authorizedkeyscommand")}
	text, ok := w.runCommand(s, "AuthorizedKeysCommand", w.keyTokens())
	if (ok || len(text) > 0) && w.Tried {
		failed := s.causes
		w.decide(s, text)
		if s.causes = append(failed, s.causes...); !ok {
			s.by = nil
		}
	}
	return []*source{s}
}

func (w *walk) keyTokens() map[byte]string {
	k, tokens := w.ask.Key, w.account.tokens()
	tokens['f'], tokens['t'], tokens['k'] = k.Fingerprint(), k.Algorithm(), blobText(k)
	tokens['C'], tokens['D'] = fmt.Sprintf("%s 0 %s %d", w.ask.Addr, w.conn.LocalAddr, w.conn.LocalPort), w.conn.RDomain
	return tokens
}

func (w *walk) principalTokens(c *sshkey.Certificate) map[byte]string {
	tokens := w.keyTokens()
	tokens['F'], tokens['T'], tokens['K'] = c.CA.Fingerprint(), c.CA.Algorithm(), blobText(c.CA)
	tokens['i'], tokens['s'] = c.KeyID, strconv.FormatUint(c.Serial, 10)
	return tokens
}

// blobText is the base64 of a key.
func blobText(k sshkey.PublicKey) string {
	_, text, _ := strings.Cut(k.String(), " ")
	return text
}

// runCommand does what sshd does with AuthorizedKeysCommand (subprocess in
// misc.c) and returns what it printed. ok is false where sshd would not use it.
func (w *walk) runCommand(s *source, name string, tokens map[byte]string) (text []byte, ok bool) {
	value := w.settings.Get(strings.ToLower(name))
	args, ok := splitArgs(value, false)
	if !ok || len(args) == 0 || !strings.HasPrefix(args[0], "/") {
		s.refuse("command-missing", w.edit("mend %s", name), name+" is no absolute path with closed quotes: "+value)
		return nil, false
	}
	as := w.commandUser(s, name+"User")
	if as == nil || !w.safeCommand(s, name, args[0]) || !w.Tried || !w.mayRun(s, as, name) {
		return nil, false
	}
	for i := 1; i < len(args); i++ {
		value, err := expandTokens(args[i], tokens)
		if err != nil {
			s.refuse("sshd-config", w.edit("mend %s", name), name+": "+err.Error())
			return nil, false
		}
		args[i] = value
	}
	if len(args) == 1 && name == "AuthorizedKeysCommand" {
		args = append(args, w.account.Name)
	}
	c := Command{Name: args[0], Args: args[1:]}
	if w.sys.EffectiveUser() == 0 {
		c.As = as
	}
	text, err := w.sys.Run(c)
	if err != nil {
		s.refuse("command-failed", "run it by hand: sudo -u "+safetext.ShellWord(as.Name)+" "+quoteAll(args), fmt.Sprintf("%s %s %v", name, args[0], failure(err)))
	}
	return text, err == nil
}

func failure(err error) string {
	var exit *ExitError
	if errors.As(err, &exit) {
		return fmt.Sprintf("ends with status %d, for which sshd takes no key from it", exit.Status)
	}
	return fmt.Sprintf("cannot be run: %v", safefile.Plain(err))
}

// commandUser finds the account that the command runs as.
func (w *walk) commandUser(s *source, setting string) *Account {
	name, err := expandTokens(w.settings.Path(strings.ToLower(setting)), map[byte]string{'u': w.account.Name})
	if err != nil || name == "" {
		s.refuse("command-user", w.edit("set %s nobody", setting), setting+" is not set")
		return nil
	}
	a, err := FindAccount(w.sys, name)
	if err != nil {
		s.refuse("command-user", w.edit("set %s to an account", setting), fmt.Sprintf("%s %q: %v", setting, name, err))
		return nil
	}
	return a
}

// safeCommand is safe_path with root for the owner: nobody else may change the
// command, or a folder above it.
func (w *walk) safeCommand(s *source, name, path string) bool {
	info, err := w.sys.Stat(path)
	if err != nil {
		s.refuse("command-missing", w.edit("mend %s", name), fmt.Sprintf("%s %s: %v", name, path, safefile.Plain(err)))
		return false
	}
	if !info.Mode.IsRegular() {
		s.refuse("command-unsafe", w.edit("mend %s", name), name+" "+path+" is not a file")
		return false
	}
	faults, err := StrictModes(w.sys, path, nil, w.lenient)
	for _, f := range faults {
		s.refuse("command-unsafe", f.Fix, name+": "+f.Msg)
	}
	return err == nil && len(faults) == 0
}

// mayRun reports whether we may run a command as that account.
func (w *walk) mayRun(s *source, as *Account, name string) bool {
	if me := w.sys.EffectiveUser(); me == 0 || me == as.UID {
		return true
	}
	s.unseen = true
	w.unseen(w.asRoot(), "what %s says: it runs as %s", name, as.Name)
	return false
}

func quoteAll(words []string) string {
	var b strings.Builder
	for i, word := range words {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(safetext.ShellWord(word))
	}
	return b.String()
}
