package servertest

// accountStates are about the account.
func accountStates() []State {
	return []State{
		{"a wrong user name", "user-unknown", func(s *Scene) { s.User = "kcx-nobody-has-this" }},
		{"a user without the key", "key-not-listed", func(s *Scene) { s.Write(keysFile, s.OtherLine()+"\n") }},
		{"locked", "account-locked", usermod("-L")},
		{"locked, with PAM", "", and(usermod("-L"), set("UsePAM yes"))},
		{"no password", "", usermod("-p", "*")},
		{"expired account", "account-expired", usermod("-e", "2020-01-01")},
		{"expired account, with PAM", "account-expired", and(usermod("-e", "2020-01-01"), set("UsePAM yes"))},
		{"expired password, with PAM", "password-expired", and(set("UsePAM yes"), func(s *Scene) { s.Usermod("-p", "x"); s.Chage("-d", "0") })},
		{"expired password that is none, with PAM", "password-expired", and(set("UsePAM yes"), func(s *Scene) { s.Chage("-d", "0") })},
		{"old password, with PAM", "password-expired", and(set("UsePAM yes"), func(s *Scene) { s.Usermod("-p", "x"); s.Chage("-d", "2020-01-01", "-M", "30") })},
		{"old password of a locked account, with PAM", "password-expired", and(set("UsePAM yes"), func(s *Scene) { s.Chage("-d", "2020-01-01", "-M", "30"); s.Usermod("-L") })},
		{"password old for too long, with PAM", "account-expired", and(set("UsePAM yes"), func(s *Scene) { s.Usermod("-p", "x"); s.Chage("-d", "2020-01-01", "-M", "30", "-I", "10") })},
		{"expired password, without PAM", "", func(s *Scene) { s.Usermod("-p", "x"); s.Chage("-d", "0") }},
		{"shell missing", "shell-missing", usermod("-s", "/bin/keyconv-no-such-shell")},
		{"shell not executable", "shell-not-executable", usermod("-s", "/etc/passwd")},
		{"shell a folder", "shell-not-executable", usermod("-s", "/etc")},
		{"no shell given", "", usermod("-s", "")},
		{"shell nologin", "shell-refuses", usermod("-s", "/usr/sbin/nologin")},
		{"shell false", "shell-refuses", usermod("-s", "/bin/false")},
	}
}

// allowStates are about who may come.
func allowStates() []State {
	return []State{
		{"AllowUsers without the user", "allow-users", set("AllowUsers root someone")},
		{"AllowUsers with the user", "", set("AllowUsers root {USER}")},
		{"AllowUsers on two lines", "", set("AllowUsers root", "AllowUsers {USER}")},
		{"AllowUsers with a pattern", "", set("AllowUsers kcx*")},
		{"AllowUsers from elsewhere", "allow-users", set("AllowUsers {USER}@192.0.2.0/24")},
		{"AllowUsers from here", "", set("AllowUsers {USER}@127.0.0.0/8")},
		{"AllowUsers does not negate", "allow-users", set("AllowUsers !root")},
		{"DenyUsers with the user", "deny-users", set("DenyUsers {USER}")},
		{"DenyUsers with a pattern", "deny-users", set("DenyUsers kc?????*@127.0.0.1")},
		{"DenyUsers from elsewhere", "", set("DenyUsers {USER}@192.0.2.1")},
		{"AllowGroups without the group", "allow-groups", set("AllowGroups root wheel")},
		{"AllowGroups with the group", "", set("AllowGroups {USER}")},
		{"AllowGroups with a second group", "", and(usermod("-G", "users"), set("AllowGroups users"))},
		{"DenyGroups with the group", "deny-groups", set("DenyGroups {USER}")},
		{"DenyGroups with a second group", "deny-groups", and(usermod("-G", "users"), set("DenyGroups user?"))},
		{"DenyUsers and AllowUsers", "deny-users", set("AllowUsers {USER}", "DenyUsers {USER}")},
	}
}

// rootStates are about the account of root, whose file is the scene's.
func rootStates() []State {
	root := func(options, permit string) func(*Scene) {
		return func(s *Scene) {
			s.User = "root"
			s.WriteRoot("{DIR}/root_keys", options+s.Line()+"\n", 0o600)
			s.Set("AuthorizedKeysFile {DIR}/root_keys", "PermitRootLogin "+permit)
		}
	}
	return []State{
		{"root, yes", "", root("", "yes")},
		{"root, no", "root-login", root("", "no")},
		{"root, prohibit-password", "", root("", "prohibit-password")},
		{"root, without-password", "", root("", "without-password")},
		{"root, forced-commands-only", "root-login", root("", "forced-commands-only")},
		{"root, forced-commands-only with a command", "", root(`command="exit 0" `, "forced-commands-only")},
		{"PermitRootLogin no and another user", "", set("PermitRootLogin no")},
	}
}

// methodStates are about how to prove who one is.
func methodStates() []State {
	return []State{
		{"PubkeyAuthentication no", "pubkey-off", set("PubkeyAuthentication no")},
		{"PubkeyAuthentication no, passwords instead", "pubkey-off", set("pubkeyauthentication no", "PasswordAuthentication yes")},
		{"AuthenticationMethods publickey,password", "more-methods", set("AuthenticationMethods publickey,password", "PasswordAuthentication yes")},
		{"AuthenticationMethods publickey,publickey", "more-methods", set("AuthenticationMethods publickey,publickey")},
		{"AuthenticationMethods password", "pubkey-off", set("AuthenticationMethods password", "PasswordAuthentication yes")},
		{"AuthenticationMethods password,publickey", "pubkey-off", set("AuthenticationMethods password,publickey", "PasswordAuthentication yes")},
		{"AuthenticationMethods publickey,keyboard-interactive", "more-methods", set("AuthenticationMethods publickey,keyboard-interactive", "KbdInteractiveAuthentication yes", "UsePAM yes")},
		{"AuthenticationMethods publickey", "", set("AuthenticationMethods publickey")},
		{"AuthenticationMethods one of two", "", set("AuthenticationMethods publickey,password publickey", "PasswordAuthentication yes")},
		{"AuthenticationMethods any", "", set("AuthenticationMethods any")},
		{"AuthenticationMethods with a disabled method", "sshd-config", set("AuthenticationMethods publickey,password")},
		{"a keyword that sshd does not know", "sshd-config", set("PubkeyAuthentification yes")},
		{"a value that sshd does not know", "sshd-config", set("PubkeyAuthentication maybe")},
		{"an unclosed quote in the settings", "sshd-config", set(`AuthorizedKeysFile "a`)},
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
