package explain

import (
	"slices"
	"strings"
	"testing"
)

// TestKnowledge: the table reads, all of its patterns compile, and a pattern
// fits the line that it describes.
func TestKnowledge(t *testing.T) {
	k, err := parseKnowledge(knowledgeText)
	if err != nil {
		t.Fatal(err)
	}
	if len(k.entries) < 100 {
		t.Errorf("only %d entries", len(k.entries))
	}
	for _, p := range slices.Concat(k.anchored, k.anywhere) {
		line := strings.TrimSuffix(strings.TrimPrefix(p.text, "..."), "$")
		line = fill(line, func(name string) string { return examples[name] }, func(_, v string) string { return v })
		if len(matches(nil).try(p, line)) == 0 {
			t.Errorf("%q does not fit %q", p.text, line)
		}
	}
}

// examples fit the places.
var examples = map[string]string{
	"port": "22", "n": "1", "k": "2", "type": "ssh-rsa", "name": "id", "list": "publickey", "host": "h", "addr": "192.0.2.1", "word": "w",
	"fingerprint": "SHA256:nYxOSrVfHAEaEdoUSDqCQ/L+VLGpdOrp8Lb3Y7ujfLo", "file": "/f", "keys": "/k", "dir": "/d", "id": "i", "user": "u", "text": "t", "config": "/h/.ssh/config", "githost": "gitlab.com", "mnt": "/mnt/c/k", "keysfile": "C:/p/authorized_keys", "sk": "ED25519-SK", "any": "a", "sid": "S-1-5-11", "syskey": "C:/p/ssh_host_rsa_key",
}

// TestKnowledgeIsStrict: a mistake in the table is an error that names its line.
func TestKnowledgeIsStrict(t *testing.T) {
	const good = "[a]\nline: some words\n  read: x\ncause: c\nsure: certain\ndo: d\n"
	if _, err := parseKnowledge(good); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{
		"line: x\n", "[a b]\n", good + good, "[a]\n",
		strings.Replace(good, "certain", "sure", 1), strings.Replace(good, "cause: c\n", "", 1),
		strings.Replace(good, "do: d\n", "", 1), strings.Replace(good, "  read: x\n", "", 1),
		strings.Replace(good, "  read: x\n", "  read: x\n  read: y\n", 1), strings.Replace(good, "line: some words", "lime: some words", 1),
		strings.Replace(good, "some words", "{nowhere} some words", 1), strings.Replace(good, "some words", "{n} some words {n}", 1),
		strings.Replace(good, "some words", "{n}ab{k}", 1), good + "over: b\n", good + "when: b\n", good + "when: a\n", good + "marks: b\n", strings.Replace(good, "do:", "unix-do:", 1), good + "after: b\n",
		"[fact f]\nline: some words\n  read: x\n" + strings.Replace(good, "sure:", "after: f\nsure:", 1), good + "plain: some words\n", good + "server: x\n", good + "stray\n",
		"[fact f]\nwhen: !g\n", good + "[b]\nwhen: !a\ncause: c\nsure: likely\ndo: d\n",
	} {
		if _, err := parseKnowledge(bad); err == nil {
			t.Errorf("accepted:\n%s", bad)
		}
	}
}
