package explain

import (
	"bytes"
	"fmt"
	"os/exec"
	"strings"
	"testing"
)

// TestHostileNames: a name that a stranger chose for the log is a name and
// never a message, with and without the program's name in front of the line.
func TestHostileNames(t *testing.T) {
	for _, name := range []string{
		"x from 192.0.2.1 port 1: Authentication refused: bad ownership or modes for file /etc/shadow",
		"Authentication refused: bad ownership or modes for file /etc/shadow",
		"error in libcrypto", "PuTTY key format too new",
		"sshd[1]: Authentication refused: bad ownership or modes for file /x",
		"Jan  1 00:00:00 h sshd[1]: ROOT LOGIN REFUSED FROM 192.0.2.1",
		"x | Authentication refused: bad ownership or modes for file /x", "    ROOT LOGIN REFUSED FROM 192.0.2.1", "> stderr: debug1: Authentication refused.",
		`{"msg": "Authentication refused: bad ownership or modes for file /x"}`, `fatal: [h]: UNREACHABLE! => {"msg": "error in libcrypto"}`,
	} {
		for _, head := range []string{"", "Jan  1 00:00:00 host sshd[77]: ", "2025-01-01T00:00:00.123+01:00 host sshd-session[77]: ",
			"sshd  | ", "[13:55:07.126] > ", "    ", "Sun Jun 14 13:33:14 2026 authpriv.info sshd[1]: "} {
			line := head + "Invalid user " + name + " from 192.0.2.9 port 4242"
			r := Explain([]byte(line + "\n"))
			if len(r.Answers) != 1 || r.Answers[0].Code != "user-unknown" || r.Answers[0].Values["user"] != name {
				t.Errorf("%q is explained by %+v", line, r.Answers)
			}
			if len(r.Offers) > 0 {
				t.Errorf("%q gives offers", line)
			}
		}
	}
}

// TestPuTTYMessages: a file that is not there is no file of another format, and a
// message is known as people write it down.
func TestPuTTYMessages(t *testing.T) {
	for text, want := range map[string]string{
		`Unable to load key file "C:\x.ppk" (unable to open file)`:     "ppk-missing",
		`Unable to load key file "x" (not a private key)`:              "ppk-unreadable",
		"puttygen: unable to load file `x': No such file or directory": "ppk-missing",
		"Server refused our key":                                       "putty-refused",
		"server refused our key":                                       "putty-refused",
		"it says: server refused our key":                              "putty-refused",
	} {
		if r := Explain([]byte(text + "\n")); len(r.Answers) != 1 || r.Answers[0].Code != want {
			t.Errorf("%s: %+v", text, r.Answers)
		}
	}
}

// TestShellWords: sh takes what is filled into a command for one word, the
// same as in the log.
func TestShellWords(t *testing.T) {
	for _, word := range []string{"plain", "a b", "$(id)", "`id`", "a'b", `a"b\`, "'; id; '", "!x", "*", "~", "a&b|c>d<e", "#x", "ä", "-rf", "x=1", "{a,b}"} {
		command := fill("printf %s {file}", func(string) string { return word }, shellWord)
		out, err := exec.CommandContext(t.Context(), "sh", "-c", command).Output()
		want := word
		if strings.HasPrefix(word, "-") {
			want = "./" + word
		}
		if err != nil || string(out) != want {
			t.Errorf("%q becomes %s, which sh takes for %q (%v)", word, command, out, err)
		}
	}
	for _, word := range []string{"a\nb", "a\x1b[2Jb", "\u202egnp", "\xff", "-----BEGIN OPENSSH PRIVATE KEY-----", strings.Repeat("Ab1", 30), strings.Repeat("x", 1000), ""} {
		if got := fill("{file}", func(string) string { return word }, shellWord); got != "FILE" {
			t.Errorf("%q becomes %q", word, got)
		}
	}
	for word, want := range map[string]string{`C:\id`: `"C:\id.ppk"`, "a b": "'a b.ppk'", "id": "id.ppk", "": "FILE.ppk", "a\nb": "FILE.ppk"} {
		if got := fill("{file}.ppk", func(string) string { return word }, shellWord); got != want {
			t.Errorf("%q with an ending becomes %q", word, got)
		}
	}
	if got := fill("{user}", func(string) string { return "-oProxyCommand=x" }, shellWord); got != "USER" {
		t.Errorf("an option becomes %q", got)
	}
}

// TestNoKeyIsShown: a private key in the text, whole or inside a message, does
// not come out again.
func TestNoKeyIsShown(t *testing.T) {
	b := newBench(t)
	ed, ppk := b.read("ed"), b.read("ed.ppk")
	oneLine := bytes.ReplaceAll(ed, []byte("\n"), []byte(" "))
	for _, text := range [][]byte{
		fmt.Appendf(nil, "Load key \"%s\": error in libcrypto", oneLine),
		fmt.Appendf(nil, "Load key \"%s\": error in libcrypto", bytes.ReplaceAll(ed, []byte("\n"), []byte(`\n`))),
		fmt.Appendf(nil, "error in libcrypto: %s", oneLine),
		fmt.Appendf(nil, "error in libcrypto: %s", oneLine[40:]),
		fmt.Appendf(nil, "Couldn't load private key\n%s\nServer refused our key\n%s\n", ppk, ed),
	} {
		r := Explain(text)
		if len(r.Answers) == 0 {
			t.Errorf("nothing known:\n%s", text)
		}
		said := fmt.Sprint(r)
		for _, part := range bytes.Fields(append(ed, ppk[bytes.Index(ppk, []byte("Private-Lines")):]...)) {
			if len(part) >= 12 && !bytes.Contains(part, []byte("---")) && bytes.Contains([]byte(said), part) && !bytes.HasPrefix(part, []byte("Private-")) {
				t.Errorf("%q is in %s", part, said)
			}
		}
	}
}

// TestSessions: what sshd says of one connection does not explain another.
func TestSessions(t *testing.T) {
	const log = `Jan  1 00:00:01 h sshd[1]: Connection from 192.0.2.1 port 1 on 192.0.2.9 port 22
Jan  1 00:00:01 h sshd[2]: Connection from 192.0.2.2 port 2 on 192.0.2.9 port 22
Jan  1 00:00:02 h sshd[2]: Authentication refused: bad ownership or modes for file /home/b/.ssh/authorized_keys
Jan  1 00:00:02 h sshd[1]: Accepted publickey for a from 192.0.2.1 port 1 ssh2: ED25519 SHA256:nYxOSrVfHAEaEdoUSDqCQ/L+VLGpdOrp8Lb3Y7ujfLo
Jan  1 00:00:03 h sshd[2]: Connection closed by authenticating user b 192.0.2.2 port 2 [preauth]
`
	r := Explain([]byte(log))
	if got := fmt.Sprint(codes(r)); got != "[file-modes key-let-in]" {
		t.Errorf("explained by %s", got)
	}
	if r.Answers[0].Line != 3 || len(r.Offers) != 1 || !r.Offers[0].Accepted || r.Offers[0].User != "a" || fmt.Sprint(r.Users) != "[a b]" {
		t.Errorf("%+v", r)
	}
}

// TestManyStrangers: the log of a server on the Internet gives a short answer,
// and the strangers do not hide the friend.
func TestManyStrangers(t *testing.T) {
	var log strings.Builder
	log.WriteString("Jan  1 00:00:01 h sshd[7]: Failed publickey for friend from 192.0.2.7 port 7 ssh2: ED25519 SHA256:nYxOSrVfHAEaEdoUSDqCQ/L+VLGpdOrp8Lb3Y7ujfLo\n")
	for i := range 20000 {
		fmt.Fprintf(&log, "Jan  1 00:00:01 h sshd[%d]: Invalid user u%d from 192.0.2.1 port 1\n", i+100, i)
	}
	r := Explain([]byte(log.String()))
	if len(r.Answers) != maxKept+1 || len(r.Users) != maxFacts {
		t.Fatalf("%d answers, %d users", len(r.Answers), len(r.Users))
	}
	if a := r.Answers[0]; a.Line != 20001 || a.Others != 20000-maxKept {
		t.Errorf("the first from line %d, %d others", a.Line, a.Others)
	}
	if a := r.Answers[maxKept]; a.Code != "key-unknown" || a.Values["user"] != "friend" {
		t.Errorf("the friend has %+v", a)
	}
}

// TestHeads: the same line under every head that logs put in front.
func TestHeads(t *testing.T) {
	const message = "Authentication refused: bad ownership or modes for directory /home/u"
	for _, head := range []string{
		"", "sshd[1]: ", "Jan  1 00:00:00 host sshd[123]: ", "Jan 01 00:00:00 host sshd[123]: ", "2025-01-01T00:00:00+0100 host sshd[1]: ",
		"2025-01-01T00:00:00.123456+01:00 host sshd-session[1]: ", "<38>1 2025-01-01T00:00:00Z host sshd 123 - - ", "<38>Jan  1 00:00:00 sshd[1]: ",
		"1234 2025-01-01 00:00:00.123 ", "2025-01-01 00:00:00\t", "debug1: ", "1234 2025-01-01 00:00:00.123 debug3: ", "\x1b[31m",
		"2025-01-01T00:00:00.1234567Z ", "[13:55:07.126] > ", "[13:55:07.126] stderr> ", "> > ", "13:14:36  stderr: ", "  stderr: ", "#12 1.234 ", "0.777 ",
		"openssh-server  | ", "sshd_1  | Jan  1 00:00:00 host sshd[123]: ", "2024-05-01T12:00:00.123456789Z stderr F ",
		"Sun Jun 14 13:33:14 2026 authpriv.info sshd[20689]: ", "2023-01-01 12:00:00.123456+0100 0x1234 Default 0x0 5678 0 sshd: ",
		"2023-01-01 12:00:00.123456+0100  localhost sshd[5678]: (libpam) [com.apple.sshd] ", "    ", "    12\tNov 21 07:12:12 host sshd[12]: ", "    Nov 21 07:12:12 host sshd[12]: ",
		"`", "remote: ", "[12345.678901] host sshd[5678]: ", "9560 14:30:07:678 debug1: ", "2348 12:16:14 462 ", "aws_instance.x (local-exec): ",
	} {
		r := Explain([]byte(head + message + " [preauth]\r\n"))
		if first(r) != "folder-modes" || r.Answers[0].Values["dir"] != "/home/u" {
			t.Errorf("%q: %+v", head, r.Answers)
		}
	}
}

// TestPowerShell: what PowerShell's > makes of a log is read as well.
func TestPowerShell(t *testing.T) {
	text := []byte{0xFF, 0xFE}
	for _, c := range []byte("x\r\nLoad key \"a\": bad permissions\r\n") {
		text = append(text, c, 0)
	}
	if r := Explain(text); first(r) != "bad-permissions" || r.Answers[0].Line != 2 {
		t.Errorf("%+v", r)
	}
}

// TestTwoUnclear: an unclear answer that makes a better one superfluous stays.
func TestTwoUnclear(t *testing.T) {
	r := Explain([]byte("Server refused our key\nNo supported authentication methods available (server sent: publickey)\n"))
	if fmt.Sprint(codes(r)) != "[putty-refused]" {
		t.Errorf("explained by %v", codes(r))
	}
}
