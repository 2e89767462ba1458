package doctor

import (
	"slices"
	"strings"

	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/internal/safefile"
	"github.com/keyconv/keyconv/internal/safetext"
	"github.com/keyconv/keyconv/sshkey"
)

// certificateCode says why sshd refuses a certificate whose authority it
// trusts, in the order of sshauthopt_from_cert, auth_authorise_keyopts and
// sshkey_cert_check_authority.
func (w *walk) certificateCode(c *sshkey.Certificate) string {
	now := uint64(max(w.sys.Now().Unix(), 0))
	switch {
	case c.Type != sshkey.UserCert:
		return "certificate-host"
	case slices.ContainsFunc(c.Critical, unknownCritical):
		return "certificate-options"
	case slices.ContainsFunc(c.Critical, w.foreignSource):
		return "certificate-source"
	case now < c.ValidAfter:
		return "certificate-not-yet"
	case now >= c.ValidBefore:
		return "certificate-expired"
	}
	return "certificate-principal"
}

func unknownCritical(o sshkey.CertOption) bool {
	return !slices.Contains([]string{"force-command", "source-address", "verify-required"}, o.Name)
}

func (w *walk) foreignSource(o sshkey.CertOption) bool {
	ok, err := authkeys.MatchAddr(o.Value, w.ask.Addr)
	return o.Name == "source-address" && (!ok || err != nil)
}

// authorities is user_cert_trusted_ca.
func (w *walk) authorities() []*source {
	c, err := w.ask.Key.Certificate()
	file := w.settings.Path("trustedusercakeys")
	if err != nil || file == "" {
		return nil
	}
	s := &source{name: file}
	text, err := w.sys.ReadFile(file)
	if cannotSee(err) && w.sys.EffectiveUser() != 0 {
		w.unseen(w.asRoot(), "TrustedUserCAKeys %s cannot be read", file)
		s.unseen = true
		return []*source{s}
	}
	trusted := false
	if err == nil {
		trusted, err = inKeyFile(text, c.CA, false)
	}
	switch {
	case err != nil && !trusted:
		s.refuse("certificate-untrusted", "mend "+safetext.ShellWord(file), "TrustedUserCAKeys "+file+" cannot be read: "+safefile.Plain(err).Error())
	case !trusted:
		s.refuse("certificate-untrusted", "add the authority to "+safetext.ShellWord(file)+": "+c.CA.String(), "TrustedUserCAKeys "+file+" does not have the authority "+c.CA.Fingerprint())
	default:
		s.present = true
		w.principals(s, c)
	}
	return []*source{s}
}

// principals asks AuthorizedPrincipalsFile and AuthorizedPrincipalsCommand;
// without them the certificate must name the user.
func (w *walk) principals(s *source, c *sshkey.Certificate) {
	pattern, command := w.settings.Path("authorizedprincipalsfile"), w.settings.Path("authorizedprincipalscommand")
	if pattern == "" && command == "" {
		w.decideCertificate(s, c, "cert-authority "+c.CA.String())
		return
	}
	var tried source
	if path, err := expandPath(pattern, w.account); pattern != "" && err == nil {
		tried = source{name: path}
		if text, ok := w.open(&tried, path); ok && len(tried.causes) == 0 {
			w.decideCertificate(&tried, c, principalLines(text, c))
		}
		if tried.missing {
			tried.causes[0].Code = "certificate-principal"
		}
	}
	if command != "" && (pattern == "" || len(tried.causes) > 0) {
		from := &source{name: command}
		if text, ok := w.runCommand(from, "AuthorizedPrincipalsCommand", w.principalTokens(c)); ok {
			w.decideCertificate(from, c, principalLines(text, c))
		}
		if len(from.causes) == 0 || pattern == "" {
			tried = *from
		}
	}
	s.causes, s.by, s.unseen = tried.causes, tried.by, tried.unseen
}

// principalLines makes a line of authorized_keys of every line of a
// principals file: sshd reads both with the same options.
func principalLines(text []byte, c *sshkey.Certificate) string {
	var b strings.Builder
	for line := range strings.Lines(string(text)) {
		line, _, _ = strings.Cut(line, "#")
		line = strings.Trim(line, " \t\r\n")
		options, name := "", line
		if i := strings.LastIndexAny(line, " \t"); i >= 0 {
			options, name = strings.TrimRight(line[:i], " \t")+",", line[i+1:]
		}
		if name != "" && !strings.ContainsAny(name, `,"\`) {
			b.WriteString(options + `cert-authority,principals="` + name + `" ` + c.CA.String())
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// decideCertificate asks lines that trust the authority. Other than in
// authorized_keys, a certificate for nobody is refused by every OpenSSH.
func (w *walk) decideCertificate(s *source, c *sshkey.Certificate, lines string) {
	if len(c.Principals) == 0 {
		s.refuse("certificate-principal", "have one made with -n "+safetext.ShellWord(w.account.Name), "the certificate names nobody")
		return
	}
	d := authkeys.Decide([]byte(lines), w.login())
	if m := d.First(); m != nil {
		s.by = &Entry{File: s.name, Terms: m.Terms}
		w.conditions(s.name, *m)
		return
	}
	w.refuseCertificate(s, c, d)
}

// refuseCertificate tells of the line whose principal the certificate has,
// else of the first.
func (w *walk) refuseCertificate(s *source, c *sshkey.Certificate, d authkeys.Decision) {
	if d.Err != nil {
		s.refuse("key-unfit", sshkey.Hint(d.Err), d.Err.Error())
		return
	}
	code, msg, fix := "certificate-principal", "the certificate is for "+strings.Join(c.Principals, ", ")+", and "+s.name+" names none of them", "have one made for a name of that file (ssh-keygen -s ... -n NAME)"
	for _, m := range d.Matches {
		code, msg, fix = w.lineCode(m), m.Err.Error(), sshkey.Hint(m.Err)
		if code != "certificate-principal" {
			break
		}
	}
	s.refuse(code, fix, msg)
}
