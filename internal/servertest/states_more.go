package servertest

import (
	"fmt"
	"io/fs"
	"strings"
)

func fileMode(mode uint32) fs.FileMode { return fs.FileMode(mode) }

// certificateStates are about OpenSSH certificates.
func certificateStates() []State {
	trusted := func(sign string, lines ...string) func(*Scene) {
		return func(s *Scene) {
			s.Certify(strings.Fields(sign)...)
			s.Set("TrustedUserCAKeys " + s.ca())
			s.Set(lines...)
		}
	}
	principals := func(text string) func(*Scene) {
		return func(s *Scene) {
			s.WriteRoot("{DIR}/principals", text, 0o644)
			s.Set("AuthorizedPrincipalsFile {DIR}/principals")
		}
	}
	listed := func(options, sign string) func(*Scene) {
		return func(s *Scene) {
			s.Certify(strings.Fields(sign)...)
			s.Write(keysFile, options+" "+s.CALine()+"\n")
		}
	}
	return []State{
		{"certificate", "", trusted("-n {USER}")},
		{"certificate of an authority nobody trusts", "certificate-untrusted", func(s *Scene) { s.Certify("-n", s.User) }},
		{"certificate with TrustedUserCAKeys of another", "certificate-untrusted", func(s *Scene) {
			s.Certify("-n", s.User)
			s.WriteRoot("{DIR}/cas", s.OtherLine()+"\n", 0o644)
			s.Set("TrustedUserCAKeys {DIR}/cas")
		}},
		{"certificate with TrustedUserCAKeys missing", "certificate-untrusted", func(s *Scene) {
			s.Certify("-n", s.User)
			s.Set("TrustedUserCAKeys {DIR}/no-such")
		}},
		{"certificate expired", "certificate-expired", trusted("-n {USER} -V 20200101:20200201")},
		{"certificate of the future", "certificate-not-yet", trusted("-n {USER} -V 20900101:20910101")},
		{"certificate for another", "certificate-principal", trusted("-n someone")},
		{"certificate for nobody", "certificate-principal", trusted("")},
		{"certificate of a host", "certificate-host", trusted("-h -n {USER}")},
		{"certificate from elsewhere", "certificate-source", trusted("-n {USER} -O source-address=192.0.2.0/24")},
		{"certificate from here", "", trusted("-n {USER} -O source-address=127.0.0.0/8")},
		{"certificate with an unknown critical option", "certificate-options", trusted("-n {USER} -O critical:x@example.com=y")},
		{"certificate with a forced command", "", trusted("-n {USER} -O force-command=/bin/true")},
		{"certificate with AuthorizedPrincipalsFile", "", and(trusted("-n team"), principals("# who\nteam\n"))},
		{"certificate not in AuthorizedPrincipalsFile", "certificate-principal", and(trusted("-n {USER}"), principals("team\n"))},
		{"AuthorizedPrincipalsFile missing", "certificate-principal", trusted("-n {USER}", "AuthorizedPrincipalsFile {DIR}/no-such")},
		{"AuthorizedPrincipalsFile with bad modes", "file-modes", and(trusted("-n team"), principals("team\n"), chmod("{DIR}/principals", 0o666))},
		{"AuthorizedPrincipalsFile with from=", "line-from", and(trusted("-n team"), principals("from=\"192.0.2.1\" team\n"))},
		{"AuthorizedPrincipalsCommand", "", func(s *Scene) {
			trusted("-n team", "AuthorizedPrincipalsCommand {DIR}/command %u", "AuthorizedPrincipalsCommandUser nobody")(s)
			s.WriteRoot("{DIR}/command", "#!/bin/sh\ntest $1 = {USER} && echo team\n", 0o755)
		}},
		{"AuthorizedPrincipalsCommand that fails", "command-failed", func(s *Scene) {
			trusted("-n team", "AuthorizedPrincipalsCommand {DIR}/command %u", "AuthorizedPrincipalsCommandUser nobody")(s)
			s.WriteRoot("{DIR}/command", "#!/bin/sh\necho team; exit 1\n", 0o755)
		}},
		{"certificate by cert-authority", "", listed("cert-authority", "-n {USER}")},
		{"certificate by cert-authority with principals", "", listed(`cert-authority,principals="a,team"`, "-n team")},
		{"certificate by cert-authority for another", "certificate-principal", listed("cert-authority", "-n someone")},
		{"certificate by cert-authority expired", "certificate-expired", listed("cert-authority", "-n {USER} -V 20200101:20200201")},
		{"certificate whose authority is not one", "certificate-untrusted", listed("restrict", "-n {USER}")},
		{"certificate that is revoked", "key-revoked", func(s *Scene) {
			trusted("-n {USER} -z 7")(s)
			s.KRL(s.Offer)
			s.Set("RevokedKeys {DIR}/krl")
		}},
		{"certificate whose authority is revoked", "key-revoked", func(s *Scene) {
			trusted("-n {USER}")(s)
			s.WriteRoot("{DIR}/revoked", s.CALine()+"\n", 0o644)
			s.Set("RevokedKeys {DIR}/revoked")
		}},
		{"certificate signed with an algorithm that is off", "ca-algorithm-off", trusted("-n {USER}", "CASignatureAlgorithms rsa-sha2-512")},
		{"certificates off", "algorithm-off", trusted("-n {USER}", "PubkeyAcceptedAlgorithms ssh-ed25519")},
	}
}

// matchStates are about Match blocks.
func matchStates() []State {
	match := func(lines ...string) func(*Scene) { return set(lines...) }
	return []State{
		{"Match User", "pubkey-off", match("Match User {USER}", "PubkeyAuthentication no")},
		{"Match User of another", "", match("Match User root,someone", "PubkeyAuthentication no")},
		{"Match User negated", "", match("Match User *,!{USER}", "PubkeyAuthentication no")},
		{"Match Group", "file-missing", match("Match Group {USER}", "AuthorizedKeysFile /none/%u")},
		{"Match Address", "pubkey-off", match("Match Address 127.0.0.0/8", "PubkeyAuthentication no")},
		{"Match Address of elsewhere", "", match("Match Address 192.0.2.0/24,!127.0.0.1", "PubkeyAuthentication no")},
		{"Match LocalPort", "allow-users", match("Match LocalPort {PORT}", "AllowUsers someone")},
		{"Match LocalPort of another", "", match("Match LocalPort 1", "AllowUsers someone")},
		{"Match LocalAddress and User", "pubkey-off", match("match localaddress 127.0.0.1 user {USER}", "PubkeyAuthentication no")},
		{"Match Host", "", match("Match Host *.example.org", "PubkeyAuthentication no")},
		{"Match all", "pubkey-off", match("Match all", "PubkeyAuthentication no")},
		{"Match over a global setting", "", match("PubkeyAuthentication no", "Match User {USER}", "PubkeyAuthentication yes")},
		{"the first Match counts", "", match("Match User {USER}", "PubkeyAuthentication yes", "Match all", "PubkeyAuthentication no")},
		{"Match in an included file", "pubkey-off", func(s *Scene) {
			s.WriteRoot("{DIR}/match.conf", "Match User {USER}\n PubkeyAuthentication no\n", 0o644)
			s.Set("Include {DIR}/match.conf", "AllowUsers {USER}")
		}},
		{"Match with RevokedKeys", "key-revoked", func(s *Scene) {
			s.WriteRoot("{DIR}/revoked", s.Line()+"\n", 0o644)
			s.Set("Match User {USER}", "RevokedKeys {DIR}/revoked")
		}},
		{"Match that lets root in", "allow-users", match("AllowUsers root", "Match Address 192.0.2.1", "AllowUsers *")},
		{"a Match that sshd does not know", "sshd-config", match("Match Colour red", "PubkeyAuthentication no")},
	}
}

// sessionStates let the key in and end the session.
func sessionStates() []State {
	return []State{
		{"ChrootDirectory of the user's", "chroot-modes", set("ChrootDirectory %h")},
		{"ChrootDirectory missing", "chroot-modes", set("ChrootDirectory /no/such/folder")},
		{"ChrootDirectory /", "", set("ChrootDirectory /")},
		{"ChrootDirectory none", "", set("ChrootDirectory none")},
		{"ForceCommand", "", set("ForceCommand exit 0")},
		{"UsePAM yes", "", set("UsePAM yes")},
	}
}

// agentStates are about an agent that offers many keys.
func agentStates() []State {
	agent := func(keys int, own bool, lines ...string) func(*Scene) {
		return func(s *Scene) {
			s.StartAgent(keys, own)
			s.Set(lines...)
		}
	}
	return []State{
		{"an agent with many keys", "too-many-keys", agent(6, false)},
		{"an agent with few keys", "", agent(5, false)},
		{"an agent with the key among many", "", agent(6, true)},
		{"MaxAuthTries 2 and an agent with two keys", "too-many-keys", agent(2, false, "MaxAuthTries 2")},
		{"MaxAuthTries 1", "", set("MaxAuthTries 1")},
		{"MaxAuthTries 1 and an agent with a key", "too-many-keys", agent(1, false, "MaxAuthTries 1")},
		{"MaxAuthTries 10 and an agent with many keys", "", agent(8, false, "MaxAuthTries 10")},
	}
}

// together lists pairs of states that go together; what refuses first in
// sshd's order stands first.
var together = [...][2]string{
	{"DenyUsers with the user", "PubkeyAuthentication no"},
	{"a wrong user name", "PubkeyAuthentication no"},
	{"locked", "AllowUsers without the user"},
	{"expired account", "shell missing"},
	{"shell missing", "DenyGroups with the group"},
	{"AllowUsers without the user", "AllowGroups without the group"},
	{"AllowGroups without the group", "file writable by everybody"},
	{"PubkeyAuthentication no", "file writable by everybody"},
	{"PubkeyAuthentication no", "RevokedKeys with the key"},
	{"Ed25519 not accepted", "no file"},
	{"Ed25519 not accepted", "RevokedKeys with the key"},
	{"RequiredRSASize", "RevokedKeys missing"},
	{"RevokedKeys with the key", "file writable by everybody"},
	{"RevokedKeys missing", "expired"},
	{"file writable by everybody", "folder writable by everybody"},
	{"folder writable by everybody", "home writable by everybody"},
	{"file writable by everybody", "shell nologin"},
	{"another key", "shell nologin"},
	{"expired", "AuthenticationMethods publickey,password"},
	{"from another host", "file readable by everybody"},
	{"file of root, mode 600", "home writable by everybody"},
	{"no file", "AuthenticationMethods publickey,password"},
	{"AuthenticationMethods publickey,password", "shell nologin"},
	{"an agent with many keys", "file writable by everybody"},
	{"locked", "an agent with many keys"},
	{"certificate expired", "shell nologin"},
	{"Match User", "file writable by everybody"},
	{"another key", "expired account, with PAM"},
	{"expired account, with PAM", "shell nologin"},
	{"StrictModes no", "shell nologin"},
}

// pairs makes the states of two changes.
func pairs(list []State) (out []State) {
	find := func(name string) State {
		for _, s := range list {
			if s.Name == name {
				return s
			}
		}
		panic("no state " + name)
	}
	for _, p := range together {
		first, second := find(p[0]), find(p[1])
		s := State{Name: fmt.Sprintf("%s + %s", first.Name, second.Name), Reason: first.Reason, change: and(second.change, first.change)}
		if s.Reason == "" {
			s.Reason = second.Reason
		}
		out = append(out, s)
	}
	return out
}
