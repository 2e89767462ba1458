package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/doctor"
	"github.com/keyconv/keyconv/internal/safetext"
	"github.com/keyconv/keyconv/sshkey"
)

// A keyAnswer says whether the file lets a key in.
type keyAnswer struct {
	file     string
	key      *sshkey.Key
	decision authkeys.Decision
	in       bool
	nearest  []sshkey.Finding // how the file nearly holds the key
	findings []sshkey.Finding // about the key and its file
}

// ask says whether data lets in the key of a file, or the certificate beside it.
func (k *checking) ask(data []byte, name string) (*keyAnswer, error) {
	f, err := k.keyFile(name)
	if err != nil {
		return nil, err
	}
	a := &keyAnswer{file: name, key: f.Key}
	if name != "-" {
		a.say(f.Check(k.sys))
	}
	a.say(f.Key.Findings)
	a.say(keyconv.Advise(f.Key))
	a.decision = k.decide(data, f.Key.Public)
	if a.decision.Verdict < authkeys.Depends && f.Key.Private != nil {
		if cert, err := doctor.Beside(k.sys, name, "-cert.pub"); err == nil && cert.Public.Plain() == f.Key.Public.Plain() {
			if d := k.decide(data, cert.Public); d.Verdict > a.decision.Verdict {
				a.key, a.decision = cert, d
			}
		}
	}
	a.in = a.decision.Verdict >= authkeys.Depends && len(k.keys.Faults) == 0 && !a.disabled()
	if a.decision.Verdict == authkeys.NotListed {
		a.nearest = doctor.NearestMiss(data, a.key, k.named)
		if len(a.nearest) == 0 && a.decision.Err == nil {
			a.nearest = []sshkey.Finding{doctor.NotListed(a.key.Public, k.named)}
		}
		for i := range a.nearest {
			a.nearest[i].Hint = withKey(a.nearest[i].Hint, name)
		}
	}
	return a, nil
}

// withKey puts the name of the key that was asked about into an advice.
func withKey(advice, key string) string {
	if key == "" || key == "-" {
		return advice
	}
	return strings.Replace(advice, "--key KEYFILE", "--key "+safetext.ShellWord(key), 1)
}

// say adds findings, one of each code: several look at the same.
func (a *keyAnswer) say(list []sshkey.Finding) {
	for _, f := range list {
		if !slices.ContainsFunc(a.findings, func(g sshkey.Finding) bool { return g.Code == f.Code }) {
			a.findings = append(a.findings, f)
		}
	}
}

// disabled reports whether the key is of a type that OpenSSH takes only where
// its settings say so: DSA since 7.0, ML-DSA as yet.
func (a *keyAnswer) disabled() bool {
	name := a.key.Public.Plain().Algorithm()
	return name == "ssh-dss" || strings.HasPrefix(name, "ssh-mldsa")
}

func (k *checking) decide(data []byte, key sshkey.PublicKey) authkeys.Decision {
	l := authkeys.Login{Key: key, Addr: k.address, Now: k.sys.Now(), Server: k.server.Version()}
	if k.keys.Account != nil { // it is the file of this machine's sshd
		l.User = k.keys.Account.Name
		l.Service = func(name string) bool { return doctor.HasService(k.sys, name) }
	}
	return authkeys.Decide(data, l)
}

// keyFile reads one key, private or public, of any format, damaged or not.
func (k *checking) keyFile(name string) (f doctor.KeyFile, err error) {
	data, err := k.read(name)
	if err != nil {
		return f, err
	}
	keys, format, err := keyconv.ParseLenient(data, "")
	if err != nil {
		n, nerr := keyconv.Normalize(data)
		if nerr != nil || n.Refused() || len(n.Keys) == 0 {
			return f, err
		}
		keys = n.Keys
		k.findings(name, n.Findings)
	}
	if len(keys) != 1 {
		return f, hint(fmt.Sprintf("there are %d keys here: %s", len(keys), listed(keys)), "put the one that you mean into a file of its own")
	}
	f = doctor.KeyFile{Path: name, Key: keys[0], FormatName: format.Name, Data: data}
	if f.Key.Public.IsZero() { // the container hides it
		f.Key, err = k.secrets.unlock(name, f.Key, format)
	}
	return f, err
}
