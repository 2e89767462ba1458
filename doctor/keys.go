package doctor

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/internal/safefile"
	"github.com/keyconv/keyconv/internal/safetext"
	"github.com/keyconv/keyconv/sshkey"
	"golang.org/x/crypto/ssh"
)

// checkAgent counts what an agent offers in front of the key: ssh offers the
// agent's keys first, and every one that is refused is an attempt.
func (w *walk) checkAgent() bool {
	if !w.ask.Agent {
		return true
	}
	blobs, err := w.sys.AgentKeys()
	if err != nil {
		w.unseen("check SSH_AUTH_SOCK", "the agent does not answer: %v", err)
	}
	most := w.settings.Number("maxauthtries")
	if !w.Tried || len(blobs) < most || most == 0 {
		return true
	}
	const fix = "ssh -o IdentitiesOnly=yes -i KEY ... (or IdentitiesOnly yes in ~/.ssh/config)"
	held := slices.ContainsFunc(blobs, func(b []byte) bool {
		return bytes.Equal(b, w.ask.Key.Blob()) || bytes.Equal(b, w.plain.Blob())
	})
	if held { // ssh -i KEY puts it first
		w.note("too-many-keys", fix, "the agent holds %d keys and MaxAuthTries is %d: name this one, else it may come too late", len(blobs), most)
		return true
	}
	w.refuse("too-many-keys", fix, "the agent offers %d other keys first, and MaxAuthTries is %d: sshd hangs up before this one", len(blobs), most)
	return true
}

// checkAlgorithm is what userauth_pubkey asks of a key before it looks for it.
func (w *walk) checkAlgorithm() bool {
	if !w.Tried {
		return true
	}
	accepted := w.settings.Get("pubkeyacceptedalgorithms")
	usable := w.signatures()
	switch {
	case slices.ContainsFunc(usable, func(name string) bool { return authkeys.MatchList(accepted, name) }):
	case !inOpenSSH(w.plain): // no setting lets it in: sshd does not start with its name
		err := authkeys.Accepted(&sshkey.Key{Public: w.plain})
		w.refuse("algorithm-off", sshkey.Hint(err), "%v", err)
	default:
		w.refuse("algorithm-off", w.algorithmFix(usable), "PubkeyAcceptedAlgorithms does not have %s, with which a client of today signs for this key", strings.Join(usable, " or "))
	}
	w.checkSignature()
	if _, rsa := w.plain.Parts().(sshkey.RSAPublicKey); rsa && w.plain.Bits() < w.settings.Number("requiredrsasize") {
		w.refuse("rsa-too-short", "make a new key: ssh-keygen -t ed25519", "the RSA key has %d bits; RequiredRSASize is %d", w.plain.Bits(), w.settings.Number("requiredrsasize"))
	}
	return true
}

// inOpenSSH reports whether OpenSSH has keys of this type.
func inOpenSSH(k sshkey.PublicKey) bool { return k.Known() && k.Algorithm() != "ssh-ed448" }

// signatures are the algorithms that a client of today signs with. An sshd
// before 9.6 says that it takes all of them, whatever its settings, so that
// clients choose the first (kex_send_ext_info).
func (w *walk) signatures() []string {
	name := w.ask.Key.Algorithm()
	base, cert := strings.CutPrefix(name, "ssh-rsa")
	if !cert {
		return []string{name}
	}
	list := []string{"rsa-sha2-512" + base, "rsa-sha2-256" + base}
	if v := w.server(); v != (authkeys.Version{}) && v.Before(9, 6) {
		return list[:1]
	}
	return list
}

func (w *walk) algorithmFix(usable []string) string {
	if w.plain.Algorithm() == "ssh-dss" {
		return "make a new key: ssh-keygen -t ed25519 (OpenSSH 10 has no DSA)"
	}
	return w.edit("set PubkeyAcceptedAlgorithms +%s", usable[0]) + "; or make a key of another type"
}

// checkSignature is sshkey_check_cert_sigtype.
func (w *walk) checkSignature() {
	parsed, err := w.ask.Key.SSH()
	cert, ok := parsed.(*ssh.Certificate)
	if err != nil || !ok || cert.Signature == nil {
		return
	}
	if !authkeys.MatchList(w.settings.Get("casignaturealgorithms"), cert.Signature.Format) {
		w.refuse("ca-algorithm-off", w.edit("set CASignatureAlgorithms +%s", cert.Signature.Format)+"; or have the certificate signed with another key",
			"CASignatureAlgorithms does not have %s, with which the certificate is signed", cert.Signature.Format)
	}
}

// checkRevoked is auth_key_is_revoked, for the key and for a certificate's
// authority.
func (w *walk) checkRevoked() bool {
	if !w.Tried {
		return true
	}
	keys := []sshkey.PublicKey{w.ask.Key}
	if c, err := w.ask.Key.Certificate(); err == nil {
		keys = append(keys, c.CA)
	}
	for _, file := range w.settings.List("revokedkeys") {
		if strings.EqualFold(file, "none") {
			continue
		}
		w.checkRevokedFile(file, keys)
	}
	return true
}

func (w *walk) checkRevokedFile(file string, keys []sshkey.PublicKey) {
	text, err := w.sys.ReadFile(file)
	if cannotSee(err) && w.sys.EffectiveUser() != 0 {
		w.unseen(w.asRoot(), "whether RevokedKeys %s has the key: it cannot be read", file)
		return
	}
	for _, k := range keys {
		revoked := false
		if err == nil {
			revoked, err = w.revoked(file, text, k)
		}
		switch {
		case err != nil:
			w.refuse("revoked-file", "mend "+safetext.ShellWord(file)+", or "+w.edit("take RevokedKeys out"),
				"RevokedKeys %s cannot be read, for which sshd refuses every key: %v", file, safefile.Plain(err))
			return
		case revoked:
			w.refuse("key-revoked", "make a new key", "RevokedKeys %s has the key %s", file, k.Fingerprint())
			return
		}
	}
}

const krlMagic = "SSHKRL\n\x00"

func (w *walk) revoked(file string, text []byte, k sshkey.PublicKey) (bool, error) {
	if !bytes.HasPrefix(text, []byte(krlMagic)) {
		return inKeyFile(text, k, true)
	}
	out, err := w.sys.Run(Command{Name: "ssh-keygen", Args: []string{"-Q", "-f", file, "/dev/stdin"}, Stdin: k.String() + "\n"})
	var exit *ExitError
	switch {
	case bytes.Contains(out, []byte("REVOKED")):
		return true, nil
	case errors.As(err, &exit):
		return false, errors.New(lastLine(exit.Stderr))
	}
	return false, err
}

// inKeyFile is sshkey_in_file: a key per line, without options; a line that is
// none makes sshd give up. Plain asks for the key, whatever certificate it or
// the line has.
func inKeyFile(text []byte, k sshkey.PublicKey, plain bool) (bool, error) {
	wanted := map[sshkey.PublicKey]bool{k: true}
	if plain {
		wanted[k.Plain()] = true
		if c, err := k.Certificate(); err == nil {
			wanted[c.CA] = true
		}
	}
	for line := range authkeys.Lines(text) {
		switch {
		case line.Kind == authkeys.Bad || line.Kind == authkeys.Entry && len(line.Key.Options) > 0:
			return false, fmt.Errorf("line %d is no public key", line.Number)
		case line.Kind == authkeys.Entry && (wanted[line.Key.Public] || plain && wanted[line.Key.Public.Plain()]):
			return true, nil
		}
	}
	return false, nil
}
