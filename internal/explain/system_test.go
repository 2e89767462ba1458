package explain

import (
	"slices"
	"strings"
	"testing"
)

// TestServer: what a server is asked to do names no file of a client on Windows.
func TestServer(t *testing.T) {
	report := Explain([]byte("Offering public key: C:\\Users\\bob\\.ssh\\id ED25519 SHA256:nYxOSrVfHAEaEdoUSDqCQ/L+VLGpdOrp8Lb3Y7ujfLo\nbob@host: Permission denied (publickey)."))
	commands := ""
	for _, a := range report.Answers {
		for _, s := range a.Next {
			commands += s.Command + "\n"
		}
	}
	if !strings.Contains(commands, "keyconv doctor --user USER --key KEYFILE\n") || strings.Contains(commands, `--user USER --key "C:`) {
		t.Error(commands)
	}
}

// TestSystem: a path tells whose system it is, and without one the answer is for
// the system that keyconv runs on.
func TestSystem(t *testing.T) {
	defer func(was string) { here = was }(here)
	const unix, windows = "ls -l ", "dir "
	for _, c := range []struct{ goos, text, want string }{
		{"linux", "Warning: Identity file id not accessible: No such file or directory.", unix},
		{"windows", "Warning: Identity file id not accessible: No such file or directory.", windows},
		{"windows", "Warning: Identity file /home/bob/.ssh/id not accessible: No such file or directory.", unix},
		{"linux", `Warning: Identity file C:\\Users\\bob\\id not accessible: No such file or directory.`, windows},
	} {
		here = systemOf(c.goos)
		report := Explain([]byte(c.text))
		if len(report.Answers) == 0 || !slices.ContainsFunc(report.Answers[0].Next, func(s Step) bool { return strings.HasPrefix(s.Command, c.want) }) {
			t.Errorf("%s: %q: %+v", c.goos, c.text, report.Answers)
		}
	}
}
