package servertest

import (
	"strings"
)

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

// elsewhere moves the file.
func elsewhere(path string, lines ...string) func(*Scene) {
	return func(s *Scene) {
		s.Rename(keysFile, path)
		s.Set(lines...)
	}
}

// fileStates are about what is there instead of the file.
func fileStates() []State {
	return []State{
		{"no file", "file-missing", func(s *Scene) { s.Remove(keysFile) }},
		{"no folder", "file-missing", func(s *Scene) { s.Remove(".ssh") }},
		{"a misspelt name", "file-missing", elsewhere(".ssh/authorized_key")},
		{"a folder instead of a file", "file-not-regular", func(s *Scene) { s.Remove(keysFile); s.Mkdir(keysFile) }},
		{"a pipe instead of a file", "file-not-regular", func(s *Scene) { s.Remove(keysFile); s.Pipe(keysFile) }},
		{"a file instead of the folder", "file-unreadable", func(s *Scene) { s.Remove(".ssh"); s.Write(".ssh", "") }},
		{"right file of another user", "file-missing", func(s *Scene) {
			s.Write("{DIR}/other/"+keysFile, s.Line()+"\n")
			s.Remove(".ssh")
		}},
		{"home missing", "file-missing", func(s *Scene) { s.Remove(".") }},
		{"home that the account does not say", "file-missing", usermod("-d", "{DIR}/nowhere")},
		{"DisableForwarding", "", set("DisableForwarding yes")},
	}
}

// placeStates are about where sshd looks.
func placeStates() []State {
	rooted := func(path string, lines ...string) func(*Scene) {
		return and(elsewhere(path, lines...), chmod(path, 0o644), chown(path, 0, 0))
	}
	return []State{
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
		{"home missing, keys elsewhere", "", and(rooted("{DIR}/{USER}.keys", "AuthorizedKeysFile {DIR}/%u.keys"),
			func(s *Scene) { s.Remove(".") })},
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
