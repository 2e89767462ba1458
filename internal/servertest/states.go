package servertest

import (
	"slices"
	"strings"
)

// A State is a change to a server that lets the key in, and what comes of it.
type State struct {
	Name   string
	Reason string // the code of what refuses first; "" where the key gets in
	change func(*Scene)
}

// States lists the states: those of one change, then pairs of them, which have
// a plus between their names.
func States() []State {
	list := slices.Concat(modeStates(), fileStates(), lineStates(), accountStates(), allowStates(), rootStates(),
		methodStates(), keyStates(), commandStates(), certificateStates(), matchStates(), sessionStates(), agentStates())
	return append(list, pairs(list)...)
}

// LetIn reports whether the key gets in.
func (s State) LetIn() bool { return s.Reason == "" }

// set is a change of sshd_config alone.
func set(lines ...string) func(*Scene) { return func(s *Scene) { s.Set(lines...) } }

// and is one change after the other.
func and(changes ...func(*Scene)) func(*Scene) {
	return func(s *Scene) {
		for _, c := range changes {
			if c != nil {
				c(s)
			}
		}
	}
}

func chmod(name string, mode uint32) func(*Scene) {
	return func(s *Scene) { s.Chmod(name, fileMode(mode)) }
}

func chown(name string, uid, gid int) func(*Scene) {
	return func(s *Scene) { s.Chown(name, uid, gid) }
}

func usermod(args ...string) func(*Scene) {
	return func(s *Scene) { s.Usermod(slices.Clone(args)...) }
}

// modeStates are about StrictModes (safe_path in OpenSSH's misc.c).
func modeStates() []State {
	return []State{
		{"all is well", "", nil},
		{"file writable by everybody", "file-modes", chmod(keysFile, 0o666)},
		{"file writable by a group with others in it", "file-modes", and(chmod(keysFile, 0o660), chown(keysFile, -1, 0))},
		{"file of another owner", "file-modes", and(chmod(keysFile, 0o644), chown(keysFile, 1, -1))},
		{"file of root, readable", "", and(chmod(keysFile, 0o644), chown(keysFile, 0, 0))},
		{"file of root, mode 600", "file-unreadable", chown(keysFile, 0, 0)},
		{"file readable by everybody", "", chmod(keysFile, 0o644)},
		{"file that its owner cannot read", "file-unreadable", chmod(keysFile, 0o200)},
		{"folder writable by everybody", "folder-modes", chmod(".ssh", 0o777)},
		{"folder of another owner", "folder-modes", and(chmod(".ssh", 0o755), chown(".ssh", 1, -1))},
		{"folder that its owner cannot enter", "file-unreadable", chmod(".ssh", 0o600)},
		{"home writable by everybody", "folder-modes", chmod(".", 0o777)},
		{"home of another owner", "folder-modes", chown(".", 1, -1)},
		{"StrictModes no", "", and(chmod(keysFile, 0o666), chmod(".ssh", 0o777), chmod(".", 0o777), set("StrictModes no"))},
		{"StrictModes no and unreadable", "file-unreadable", and(chown(keysFile, 0, 0), set("StrictModes no"))},
		{"symbolic link to a file that is right", "", func(s *Scene) {
			s.Rename(keysFile, "real_keys")
			s.Link("real_keys", keysFile)
		}},
		{"symbolic link into a folder that everybody may change", "folder-modes", func(s *Scene) {
			s.Mkdir("open")
			s.Rename(keysFile, "open/keys")
			s.Chmod("open", 0o777)
			s.Link("open/keys", keysFile)
		}},
		{"symbolic link to nothing", "file-missing", func(s *Scene) {
			s.Remove(keysFile)
			s.Link("gone", keysFile)
		}},
		{"folder through a symbolic link out of the home", "", func(s *Scene) {
			s.Rename(".ssh", "{DIR}/folder")
			s.Link("{DIR}/folder", ".ssh")
		}},
		{"a loop of symbolic links", "file-unreadable", func(s *Scene) { s.Remove(keysFile); s.Link(keysFile, keysFile) }},
		{"home writable by a private group", "", and((*Scene).needDebian, chmod(".", 0o775))},
		{"file of root, readable for a group of the user", "", and(usermod("-G", "users"), chmod(keysFile, 0o640), func(s *Scene) { s.ChownGroup(keysFile, 0, "users") })},
		{"file of root, readable for another group", "file-unreadable", and(chmod(keysFile, 0o640), chown(keysFile, 0, 0))},
		{"home through a symbolic link", "", func(s *Scene) {
			s.Link("{HOME}", "{DIR}/link")
			s.Usermod("-d", "{DIR}/link")
		}},
	}
}

// fileStates are about where sshd looks.
func fileStates() []State {
	elsewhere := func(path string, lines ...string) func(*Scene) {
		return func(s *Scene) {
			s.Rename(keysFile, path)
			s.Set(lines...)
		}
	}
	rooted := func(path string, lines ...string) func(*Scene) {
		return and(elsewhere(path, lines...), chmod(path, 0o644), chown(path, 0, 0))
	}
	return []State{
		{"no file", "file-missing", func(s *Scene) { s.Remove(keysFile) }},
		{"no folder", "file-missing", func(s *Scene) { s.Remove(".ssh") }},
		{"a misspelt name", "file-missing", elsewhere(".ssh/authorized_key")},
		{"a folder instead of a file", "file-not-regular", func(s *Scene) { s.Remove(keysFile); s.Mkdir(keysFile) }},
		{"a pipe instead of a file", "file-not-regular", func(s *Scene) { s.Remove(keysFile); s.Pipe(keysFile) }},
		{"a file instead of the folder", "file-unreadable", func(s *Scene) { s.Remove(".ssh"); s.Write(".ssh", "") }},
		{"AuthorizedKeysFile /dev/null", "file-not-regular", set("AuthorizedKeysFile /dev/null")},
		{"AuthorizedKeysFile in /tmp", "folder-modes", func(s *Scene) {
			s.Mkdir("{DIR}/open")
			s.Chmod("{DIR}/open", 0o777)
			s.Write("{DIR}/open/keys", s.Line()+"\n")
			s.Set("AuthorizedKeysFile {DIR}/open/keys")
		}},
		{"two files, the one with the key has bad modes", "file-modes", func(s *Scene) {
			s.Write("first", s.OtherLine()+"\n")
			s.Chmod(keysFile, 0o666)
			s.Set("AuthorizedKeysFile first .ssh/authorized_keys")
		}},
		{"authorized_keys2", "", elsewhere(".ssh/authorized_keys2")},
		{"authorized_keys2 beside another file", "", func(s *Scene) {
			s.Rename(keysFile, ".ssh/authorized_keys2")
			s.Write(keysFile, s.OtherLine()+"\n")
		}},
		{"authorized_keys2 not looked at", "file-missing", elsewhere(".ssh/authorized_keys2", "AuthorizedKeysFile .ssh/authorized_keys")},
		{"AuthorizedKeysFile none", "no-keys-file", set("AuthorizedKeysFile none")},
		{"AuthorizedKeysFile with %u", "", rooted("{DIR}/{USER}.keys", "AuthorizedKeysFile {DIR}/%u.keys")},
		{"AuthorizedKeysFile with %U", "", rooted("{DIR}/{UID}", "AuthorizedKeysFile {DIR}/%U")},
		{"AuthorizedKeysFile with %h and %%", "", elsewhere("a%b", "AuthorizedKeysFile %h/a%%b")},
		{"AuthorizedKeysFile relative", "", elsewhere("keys", "AuthorizedKeysFile keys")},
		{"AuthorizedKeysFile in quotes", "", elsewhere("my keys", `AuthorizedKeysFile "%h/my keys" other`)},
		{"AuthorizedKeysFile of root's home by ~", "file-unreadable", set("AuthorizedKeysFile ~/.ssh/keyconv-test")},
		{"several files, the last one right", "", elsewhere("c", "AuthorizedKeysFile a b c")},
		{"the first AuthorizedKeysFile counts", "file-missing", set("AuthorizedKeysFile a", "AuthorizedKeysFile .ssh/authorized_keys")},
		{"Include", "file-missing", func(s *Scene) {
			s.WriteRoot("{DIR}/conf.d/10.conf", "authorizedkeysfile=elsewhere\n", 0o644)
			s.Set("Include {DIR}/conf.d/*.conf", "AuthorizedKeysFile .ssh/authorized_keys")
		}},
		{"right file of another user", "file-missing", func(s *Scene) {
			s.Write("{DIR}/other/"+keysFile, s.Line()+"\n")
			s.Remove(".ssh")
		}},
		{"home missing, keys elsewhere", "", and(rooted("{DIR}/{USER}.keys", "AuthorizedKeysFile {DIR}/%u.keys"),
			func(s *Scene) { s.Remove(".") })},
		{"home missing", "file-missing", func(s *Scene) { s.Remove(".") }},
		{"home that the account does not say", "file-missing", usermod("-d", "{DIR}/nowhere")},
		{"DisableForwarding", "", set("DisableForwarding yes")},
	}
}

// lineStates are about the lines of the file.
func lineStates() []State {
	file := func(edit func(s *Scene) string) func(*Scene) {
		return func(s *Scene) { s.Write(keysFile, edit(s)) }
	}
	option := func(o string) func(*Scene) { return func(s *Scene) { s.Authorize(o) } }
	return []State{
		{"an empty file", "key-not-listed", file(func(s *Scene) string { return "" })},
		{"another key", "key-not-listed", file(func(s *Scene) string { return s.OtherLine() + "\n" })},
		{"CR LF", "", file(func(s *Scene) string { return "# c\r\n" + s.Line() + "\r\n" })},
		{"a byte order mark", "key-not-listed", file(func(s *Scene) string { return "\ufeff" + s.Line() + "\n" })},
		{"a wrapped line", "key-not-listed", file(func(s *Scene) string { return s.Line()[:50] + "\n" + s.Line()[50:] + "\n" })},
		{"a line cut short", "key-not-listed", file(func(s *Scene) string { return s.Line()[:60] + "\n" })},
		{"a comment sign in front", "key-not-listed", file(func(s *Scene) string { return "#" + s.Line() + "\n" })},
		{"the key after one line with another", "", file(func(s *Scene) string { return s.OtherLine() + "\n" + s.Line() + "\n" })},
		{"two keys on a line", "key-not-listed", file(func(s *Scene) string { return s.OtherLine() + s.Line() + "\n" })},
		{"an unknown option", "key-not-listed", option("bogus")},
		{"from another host", "line-from", option(`from="192.0.2.1"`)},
		{"from here", "", option(`from="127.0.0.0/8"`)},
		{"expired", "line-expired", option(`expiry-time="20200101"`)},
		{"principals without an authority", "line-principals", option(`principals="x"`)},
		{"an authority's key as one's own", "key-not-listed", option("cert-authority")},
		{"a forced command", "", option(`command="exit 0"`)},
		{"UTF-16", "key-not-listed", file(func(s *Scene) string {
			return "\xff\xfe" + strings.Join(strings.Split(s.Line()+"\n", ""), "\x00") + "\x00"
		})},
		{"an authority's and then one's own", "", file(func(s *Scene) string { return "cert-authority " + s.Line() + "\n" + s.Line() + "\n" })},
		{"expired and then free", "", file(func(s *Scene) string { return `expiry-time="20200101" ` + s.Line() + "\n" + s.Line() + "\n" })},
	}
}

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
