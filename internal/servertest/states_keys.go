package servertest

import (
	"strings"
)

// keyStates are about the key itself.
func keyStates() []State {
	key := func(name string, lines ...string) func(*Scene) {
		return func(s *Scene) {
			s.UseKey(name)
			s.Authorize("")
			s.Set(lines...)
		}
	}
	revoked := func(make func(s *Scene) string) func(*Scene) {
		return func(s *Scene) {
			s.WriteRoot("{DIR}/revoked", make(s), 0o644)
			s.Set("RevokedKeys {DIR}/revoked")
		}
	}
	return []State{
		{"RSA", "", key("rsa2048")},
		{"ECDSA", "", key("ecdsa256")},
		{"ECDSA 521", "", key("ecdsa521")},
		{"DSA", "algorithm-off", key("dsa1024")},
		{"DSA where it is let", "", and(key("dsa1024", "PubkeyAcceptedAlgorithms +ssh-dss"),
			func(s *Scene) { s.Client = []string{"-o", "PubkeyAcceptedAlgorithms=+ssh-dss"} })},
		{"Ed25519 not accepted", "algorithm-off", set("PubkeyAcceptedAlgorithms rsa-sha2-512")},
		{"Ed25519 taken off", "algorithm-off", set("PubkeyAcceptedAlgorithms -ssh-ed25519")},
		{"Ed25519 by a pattern", "", set("PubkeyAcceptedAlgorithms ssh-ed*")},
		{"the old name of PubkeyAcceptedAlgorithms", "algorithm-off", set("PubkeyAcceptedKeyTypes ecdsa-*")},
		{"RSA with SHA-2 off", "algorithm-off", key("rsa2048", "PubkeyAcceptedAlgorithms ssh-rsa")},
		{"RSA with SHA-512 off", "algorithm-off", and((*Scene).needOld, key("rsa2048", "PubkeyAcceptedAlgorithms rsa-sha2-256"))},
		{"RSA with SHA-256 off", "", key("rsa2048", "PubkeyAcceptedAlgorithms rsa-sha2-512")},
		{"RequiredRSASize", "rsa-too-short", key("rsa2048", "RequiredRSASize 3072")},
		{"RequiredRSASize met", "", key("rsa2048", "RequiredRSASize 2048")},
		{"RequiredRSASize and Ed25519", "", set("RequiredRSASize 4096")},
		{"RevokedKeys with the key", "key-revoked", revoked((*Scene).Line)},
		{"RevokedKeys with another", "", revoked((*Scene).OtherLine)},
		{"RevokedKeys with no key in it", "revoked-file", revoked(func(*Scene) string { return "rubbish\n" })},
		{"RevokedKeys empty", "", revoked(func(*Scene) string { return "" })},
		{"RevokedKeys missing", "revoked-file", set("RevokedKeys {DIR}/no-such-file")},
		{"RevokedKeys none", "", set("RevokedKeys none")},
		{"KRL with the key", "key-revoked", func(s *Scene) { s.KRL(s.Key + ".pub"); s.Set("RevokedKeys {DIR}/krl") }},
		{"KRL with another", "", func(s *Scene) { s.KRL(s.ca()); s.Set("RevokedKeys {DIR}/krl") }},
		{"KRL cut short", "revoked-file", func(s *Scene) { s.KRL(s.Key + ".pub"); s.Truncate("{DIR}/krl", 20); s.Set("RevokedKeys {DIR}/krl") }},
		{"a new key that is not listed", "key-not-listed", func(s *Scene) { s.NewKey("-t", "ed25519") }},
	}
}

// commandStates are about AuthorizedKeysCommand.
func commandStates() []State {
	command := func(script string, mode uint32, lines ...string) func(*Scene) {
		return func(s *Scene) {
			script := "#!/bin/sh\n" + script + "\n"
			s.Write("{DIR}/keys.txt", s.Line()+"\n")
			s.Chmod("{DIR}/keys.txt", 0o644)
			s.WriteRoot("{DIR}/command", script, fileMode(mode))
			s.Remove(".ssh")
			s.Set(lines...)
		}
	}
	const user, run = "AuthorizedKeysCommandUser nobody", "AuthorizedKeysCommand {DIR}/command"
	return []State{
		{"a command that works", "", command("cat {DIR}/keys.txt", 0o755, run, user)},
		{"a command with tokens", "", command(`test "$1" = {USER} && test "$2" = {UID} && test "$3" = ssh-ed25519 && test "$4" = "a b" && echo "$3 $5"`, 0o755,
			run+` %u %U %t "a b" %k`, user)},
		{"a command that gets the user's name", "", command(`test "$*" = {USER} && cat {DIR}/keys.txt`, 0o755, run, user)},
		{"a command run as the user", "", command("test $(id -u) = {UID} && cat {DIR}/keys.txt", 0o755, run, "AuthorizedKeysCommandUser %u")},
		{"a command without the key", "key-not-listed", command("exit 0", 0o755, run, user)},
		{"a command that fails", "command-failed", command("cat {DIR}/keys.txt; exit 3", 0o755, run, user)},
		{"a command that is missing", "command-missing", command("", 0o755, "AuthorizedKeysCommand {DIR}/no-such", user)},
		{"a command that everybody may change", "command-unsafe", command("cat {DIR}/keys.txt", 0o777, run, user)},
		{"a command that cannot be run", "command-failed", command("cat {DIR}/keys.txt", 0o644, run, user)},
		{"a command without a user", "sshd-config", command("cat {DIR}/keys.txt", 0o755, run)},
		{"a command with an unknown user", "command-user", command("cat {DIR}/keys.txt", 0o755, run, "AuthorizedKeysCommandUser kcx-nobody-has-this")},
		{"a command with a restricted key", "line-from", command(`sed 's/^/from="192.0.2.1" /' {DIR}/keys.txt`, 0o755, run, user)},
		{"a failing command beside a right file", "", and(command("exit 1", 0o755, run, user), func(s *Scene) {
			s.Mkdir(".ssh")
			s.Authorize("")
		})},
		{"a right command beside a file with bad modes", "", and(command("cat {DIR}/keys.txt", 0o755, run, user), func(s *Scene) {
			s.Mkdir(".ssh")
			s.Authorize("")
			s.Chmod(keysFile, 0o666)
		})},
	}
}

// trusted has a certificate made with these flags of ssh-keygen, by an
// authority that TrustedUserCAKeys names.
func trusted(sign string, lines ...string) func(*Scene) {
	return func(s *Scene) {
		s.Certify(strings.Fields(sign)...)
		s.Set("TrustedUserCAKeys " + s.ca())
		s.Set(lines...)
	}
}

// certificateStates are about OpenSSH certificates.
func certificateStates() []State {
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

// principalStates are about the names that a certificate has to have.
func principalStates() []State {
	principals := func(text string) func(*Scene) {
		return func(s *Scene) {
			s.WriteRoot("{DIR}/principals", text, 0o644)
			s.Set("AuthorizedPrincipalsFile {DIR}/principals")
		}
	}
	return []State{
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
	}
}

// authorityStates are about lines of the file that name an authority.
func authorityStates() []State {
	listed := func(options, sign string) func(*Scene) {
		return func(s *Scene) {
			s.Certify(strings.Fields(sign)...)
			s.Write(keysFile, options+" "+s.CALine()+"\n")
		}
	}
	return []State{
		{"certificate by cert-authority", "", listed("cert-authority", "-n {USER}")},
		{"certificate by cert-authority with principals", "", listed(`cert-authority,principals="a,team"`, "-n team")},
		{"certificate by cert-authority for another", "certificate-principal", listed("cert-authority", "-n someone")},
		{"certificate by cert-authority expired", "certificate-expired", listed("cert-authority", "-n {USER} -V 20200101:20200201")},
		{"certificate whose authority is not one", "certificate-untrusted", listed("restrict", "-n {USER}")},
	}
}
