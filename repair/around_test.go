package repair

import (
	"encoding/base64"
	"regexp"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/sshkey"
)

// takenBack are texts around keys that say that a key is not to be let in; {64:...}
// is base64 of what it holds. Each once printed the key A as a live line.
var takenBack = []struct{ how, text, code, want string }{
	// diffs
	{"diff, the line alone", "< ssh-ed25519 {A} a\n", "diff-removed", ""},
	{"diff", "1d0\n< ssh-ed25519 {A} a\n", "diff-removed", ""},
	{"diff, changed", "1c1\n< ssh-ed25519 {A} a\n---\n> ssh-ed25519 {B} b\n", "diff-removed", "ssh-ed25519 {B} b\n"},
	{"diff, further in", "-  - ssh-ed25519 {A} a\n", "diff-removed", ""},
	{"diff, with a tab", "-\tssh-ed25519 {A} a\n", "diff-removed", ""},
	{"diff, two dashes", "- - ssh-ed25519 {A} a\n", "diff-removed", ""},
	{"diff, in a mail", "> -  - ssh-ed25519 {A} a\n", "diff-removed", ""},
	{"diff, strings", "-  \"ssh-ed25519 {A} a\",\n+  \"restrict ssh-ed25519 {A} a\",\n", "diff-removed", "restrict ssh-ed25519 {A} a\n"},
	{"diff, assignments", "-  public_key = \"ssh-ed25519 {A} a\"\n+  public_key = \"ssh-ed25519 {B} b\"\n", "diff-removed", "ssh-ed25519 {B} b\n"},
	{"diff, its head above a live key", "@@ -1,2 +1 @@\n ssh-ed25519 {B} b\n- ssh-ed25519 {A} a\n", "diff-removed", " ssh-ed25519 {B} b\n"},
	{"diff, the plus below", "- ssh-ed25519 {A} a\n+ ssh-ed25519 {B} b\n", "diff-removed", "ssh-ed25519 {B} b\n"},
	{"diff of a Secret", "-  k: {64:ssh-ed25519 {A} a}\n+  k: {64:ssh-ed25519 {B} b}\n", "diff-removed", "ssh-ed25519 {B} b\n"},
	{"plan", "      - public_key = \"ssh-ed25519 {A} a\" -> null\n", "diff-removed", ""},
	{"plan without null", "  - resource \"aws_key_pair\" \"k\" {\n      - public_key = \"ssh-ed25519 {A} a\"\n    }\n", "diff-removed", ""},
	{"plan, in a list", "      - ssh-ed25519 {A} a\n      + ssh-ed25519 {B} b\n", "diff-removed", "ssh-ed25519 {B} b\n"},
	{"plan, changed", "  public_key = \"ssh-ed25519 {A} a\" -> \"ssh-ed25519 {B} b\"\n", "diff-removed", "ssh-ed25519 {B} b\n"},
	{"LDIF", "delete: sshPublicKey\nsshPublicKey: ssh-ed25519 {A} a\n", "diff-removed", ""},
	{"LDIF, and another added", "dn: cn=x\ndelete: sshPublicKey\nsshPublicKey: ssh-ed25519 {A} a\n-\nadd: sshPublicKey\nsshPublicKey: ssh-ed25519 {B} b\n", "diff-removed", "ssh-ed25519 {B} b\n"},
	// marks that are encoded with the key
	{"JSON in JSON", `{"annotation":"{\"user\":\"bob\",\"revoked\":true,\"key\":\"ssh-ed25519 {A} a\"}"}` + "\n", "marked-revoked", ""},
	{"diff in JSON", `{"patch":"@@ -1 +1 @@\n-  - ssh-ed25519 {A} a\n+  - ssh-ed25519 {B} b\n"}` + "\n", "diff-removed", "ssh-ed25519 {B} b\n"},
	{"YAML in a string", `"key: ssh-ed25519 {A} a\nstate: absent\n"` + "\n", "marked-revoked", ""},
	{"JSON with entities", "{&quot;key&quot;:&quot;ssh-ed25519 {A} a&quot;,&quot;revoked&quot;:true}\n", "marked-revoked", ""},
	{"<del> with entities", "&lt;del&gt;ssh-ed25519 {A} a&lt;/del&gt;\n", "marked-revoked", ""},
	{"<del> in JSON's way", `\u003cdel\u003essh-ed25519 {A} a` + "\n", "marked-revoked", ""},
	{"base64 taken out", "-{64:ssh-ed25519 {A} a}\n", "diff-removed", ""},
	{"<s> with a class", "<s class=\"x\">ssh-ed25519 {A} a</s>\n", "marked-revoked", ""},
	{"comment of Django", "{% comment %}\nssh-ed25519 {A} a\n{% endcomment %}\nssh-ed25519 {B} b\n", "commented-out", "ssh-ed25519 {B} b\n"},
	{"comment of JSP", "<%--\nssh-ed25519 {A} a\n--%>\nssh-ed25519 {B} b\n", "commented-out", "ssh-ed25519 {B} b\n"},
	// options beside what is encoded
	{"option, base64", "restrict {64:ssh-ed25519 {A} a}\n", "options-apart", ""},
	{"option with a value, base64", "command=\"/bin/x\" {64:ssh-ed25519 {A} a}\n", "options-apart", ""},
	{"option in a string with base64", "x = \"no-pty {64:ssh-ed25519 {A} a}\"\n", "options-apart", ""},
	{"option above base64", "options: restrict\nkey: {64:ssh-ed25519 {A} a}\n", "options-apart", ""},
	{"option below base64", "key: {64:ssh-ed25519 {A} a}\noptions: no-pty\n", "options-apart", ""},
	{"a damaged option above base64", "restict ssh-ed25519 {B} b\nkey: {64:ssh-ed25519 {A} a}\n", "options-damaged", "ssh-ed25519 {A} a\n"},
	{"a damaged option above the same key", "restict ssh-ed25519 {A} b\nkey: {64:ssh-ed25519 {A} a}\n", "options-damaged", ""},
	// decoded from comments
	{"base64 in YAML", "data:\n  # {64:ssh-ed25519 {A} a}\n  k: v\n", "commented-out", ""},
	{"base64 in YAML above another", "data:\n  # {64:ssh-ed25519 {A} a}\n  k: {64:ssh-ed25519 {B} b}\n", "commented-out", "ssh-ed25519 {B} b\n"},
	{"base64 behind a field", "data:\n  k: v # {64:ssh-ed25519 {A} a}\n", "commented-out", ""},
	{"base64 in a mail", "> # {64:ssh-ed25519 {A} a}\n", "commented-out", ""},
	{"base64 in a program", "// {64:ssh-ed25519 {A} a}\n", "commented-out", ""},
	{"base64 in XML", "<!-- <authorizedkeys>{64:ssh-ed25519 {A} a}</authorizedkeys> -->\n", "commented-out", ""},
	{"base64 in UTF-16", "{16:#  authorized_keys: {64:ssh-ed25519 {A}}}", "commented-out", ""},
	{"a string", "> # keys = \"ssh-ed25519 {A} a\\nB\\nssh-ed25519 {B} b\"\n", "commented-out", "# keys = \" ssh-ed25519 {A} a\n"},
	// comments of several lines
	{"C", "/*\n\"ssh-ed25519 {A} a\"\n*/\n", "commented-out", ""},
	{"HTML, a sound line", "<!--\nssh-ed25519 {A} a\n-->\nssh-ed25519 {B} b\n", "commented-out", "ssh-ed25519 {B} b\n"},
	{"HTML, an item", "<!-- <li>ssh-ed25519 {A}</li> -->\n", "commented-out", ""},
	{"HTML, not closed", "see <!-- old\n\n- ssh-ed25519 {A} a\n", "commented-out", ""},
	{"Terraform", "/* resource \"k\" {\n  public_key = \"ssh-ed25519 {A} a\"\n} */\n\"ssh-ed25519 {B} b\"\n", "commented-out", "ssh-ed25519 {B} b\n"},
	{"Jinja", "{# \nssh-ed25519 {A} a\nend #}\n\"ssh-ed25519 {B} b\"\n", "commented-out", "ssh-ed25519 {B} b\n"},
	{"PowerShell", "<#\n\"ssh-ed25519 {A} a\"\nend #>\n", "commented-out", ""},
	// marks
	{"Ansible", "- key: ssh-ed25519 {A} a\n  state: absent\n", "marked-revoked", ""},
	{"Ansible, and another", "- state: absent\n  key: ssh-ed25519 {A} a\n- key: ssh-ed25519 {B} b\n  state: present\n", "marked-revoked", "ssh-ed25519 {B} b\n"},
	{"Ansible, a block", "- key: |\n    ssh-ed25519 {A} a\n  state: absent\n", "marked-revoked", ""},
	{"Ansible, the user", "- name: bob\n  state: absent\n  keys:\n    - ssh-ed25519 {A} a\n", "marked-revoked", ""},
	{"<del>", "<del>ssh-ed25519 {A} a</del>\n", "marked-revoked", ""},
	{"<s>", "<S>ssh-ed25519 {A} a</S>\n", "marked-revoked", ""},
	{"<del> over lines", "<del>\nssh-ed25519 {A} a\n</del>\nssh-ed25519 {B} b\n", "marked-revoked", "ssh-ed25519 {B} b\n"},
	{"Puppet", "ssh_authorized_key { 'bob':\n  ensure => absent,\n  key => '{A}',\n  type => 'ssh-ed25519',\n}\n", "marked-revoked", ""},
	{"Salt", "bob:\n  ssh_auth.absent:\n    - user: bob\n    - names:\n      - ssh-ed25519 {A} a\n", "marked-revoked", ""},
	{"Salt, an item", "bob:\n  ssh_auth:\n    - absent\n    - name: ssh-ed25519 {A} a\n", "marked-revoked", ""},
	{"a list", "revoked_keys:\n- ssh-ed25519 {A} a\nkeys:\n- ssh-ed25519 {B} b\n", "marked-revoked", "ssh-ed25519 {B} b\n"},
	{"a heading", "Revoked keys:\nssh-ed25519 {A} a\n\nOthers:\nssh-ed25519 {B} b\n", "marked-revoked", "\nssh-ed25519 {B} b\n"},
	{"a block", "revoked_keys: |\n  ssh-ed25519 {A} a\nkeys: |\n  ssh-ed25519 {B} b\n", "marked-revoked", "  ssh-ed25519 {B} b\n"},
	{"JSON", "{\"key\":\"ssh-ed25519 {A} a\",\"revoked\":true}\n", "marked-revoked", ""},
	{"JSON, a list", "{\"revoked_keys\":[\"ssh-ed25519 {A} a\"]}\n", "marked-revoked", ""},
	{"JSON, not indented", "{\"key\": \"ssh-ed25519 {A} a\",\n\"revoked\": true}\n", "marked-revoked", ""},
	{"JSON, over lines", "[\n  {\n    \"key\": \"ssh-ed25519 {A} a\",\n    \"enabled\": false\n  },\n  {\n    \"key\": \"ssh-ed25519 {B} b\",\n    \"enabled\": true\n  }\n]\n",
		"marked-revoked", "ssh-ed25519 {B} b\n"},
	{"a name", "disabled: ssh-ed25519 {A} a\n", "marked-revoked", ""},
	{"XML", "<key disabled=\"true\">ssh-ed25519 {A} a</key>\n", "marked-revoked", ""},
	{"Pulumi", "  ~ publicKey: \"ssh-ed25519 {A} a\" => \"ssh-ed25519 {B} b\"\n", "", "ssh-ed25519 {B} b\n"},
	{"a change of a list", "~ keys = [\"ssh-ed25519 {A} a\"] => []\n", "", ""},
	{"diff of CSV", "-fred,\"ssh-ed25519 {A} a\"\n+fred,\"ssh-ed25519 {B} b\"\n", "", ""},
	{"CSV behind a sign", "// fred,\"ssh-ed25519 {A} a\"\n", "commented-out", ""},
	{"XML, an attribute", "<keys>\n <key disabled=\"true\">ssh-ed25519 {A} a</key>\n <key>ssh-ed25519 {B} b</key>\n</keys>\n", "marked-revoked", "ssh-ed25519 {B} b\n"},
	{"TOML", "[[k]]\nkey = \"ssh-ed25519 {A} a\"\nop = \"delete\"\n[[k]]\nkey = \"ssh-ed25519 {B} b\"\n", "marked-revoked", "ssh-ed25519 {B} b\n"},
	{"XML, a key that is left out", "<keys>\n<key>REDACTED</key>\n<key>ssh-ed25519 {A} a</key>\n</keys>\n", "placeholder", "ssh-ed25519 {A} a\n"},
	{"Ansible, a loop", "- authorized_key:\n    state: absent\n    key: \"{{ item }}\"\n  loop:\n    - ssh-ed25519 {A} a\n- authorized_key:\n    key: \"{{ item }}\"\n  loop:\n    - ssh-ed25519 {B} b\n",
		"marked-revoked", "ssh-ed25519 {B} b\n"},
	{"Ansible, a loop above", "- loop:\n    - ssh-ed25519 {A} a\n  authorized_key: user=fred state=absent key=\"{{ item }}\"\n", "marked-revoked", ""},
	{"Ansible, a loop and braces", "- with_items:\n  - ssh-ed25519 {A} a\n  authorized_key: {user: fred, state: absent, key: \"{{ item }}\"}\n", "marked-revoked", ""},
	{"Chef", "{\n \"action\": \"remove\",\n \"ssh_keys\": [\"ssh-ed25519 {A} a\"]\n}\n", "marked-revoked", ""},
	{"JSON Patch", "{\"op\":\"remove\",\"value\":\"ssh-ed25519 {A} a\"}\n", "marked-revoked", ""},
	{"Salt, the ID", "{A}:\n  ssh_auth.absent:\n    - user: root\n{B}:\n  ssh_auth.present:\n    - user: root\n", "marked-revoked", "ssh-ed25519 {B}\n"},
	{"Salt, the ID and an item", "{A}:\n  ssh_auth:\n    - user: root\n    - absent\n", "marked-revoked", ""},
	{"Salt, options of the ID", "{A}:\n  ssh_auth.present:\n    - options:\n      - no-pty\n", "options-apart", ""},
	{"salt-call, options", "local:\n    ----------\n    {A}:\n        ----------\n        options:\n            - no-pty\n", "options-apart", ""},
	{"JunOS, inactive", "inactive: user fred {\n  authentication {\n   ssh-ed25519 \"ssh-ed25519 {A} a\"; ## SECRET-DATA\n  }\n }\n", "marked-revoked", ""},
	{"JunOS, from", "   ssh-ed25519 \"ssh-ed25519 {A} a\" from 10.1.1.0/24; ## SECRET-DATA\n", "options-apart", ""},
	{"XML, a sibling", "<user>\n <disabled>1</disabled>\n <key>{64:ssh-ed25519 {A} a}</key>\n</user>\n<user>\n <key>{64:ssh-ed25519 {B} b}</key>\n</user>\n", "marked-revoked", "ssh-ed25519 {B} b\n"},
	{"XML, an empty sibling", "<user>\n <disabled/>\n <key>ssh-ed25519 {A} a</key>\n</user>\n", "marked-revoked", ""},
	{"XML, an empty sibling in two tags", "<user>\n <disabled></disabled>\n <key>ssh-ed25519 {A} a</key>\n</user>\n", "marked-revoked", ""},
	{"properties", "key.1.status=disabled\nkey.1.value=ssh-ed25519 {A} a\nkey.2.status=enabled\nkey.2.value=ssh-ed25519 {B} b\n", "marked-revoked", "ssh-ed25519 {B} b\n"},
	{"an end, GitLab", "[{\n \"expires_at\": \"2020-01-01T00:00:00Z\",\n \"key\": \"ssh-ed25519 {A} a\"\n},{\n \"expires_at\": null,\n \"key\": \"ssh-ed25519 {B} b\"\n}]\n",
		"options-apart", "ssh-ed25519 {B} b\n"},
	{"an end, escaped", `"{\"expiresAt\":\"2031-01-01\",\"key\":\"ssh-ed25519 {A} a\"}"` + "\n", "options-apart", ""},
	{"an end in microseconds", "key: ssh-ed25519 {A} a\nexpirationTimeUsec: '1577836800000000'\n", "options-apart", ""},
	{"valid until", "not_after: 2031-01-01\nkey: ssh-ed25519 {A} a\n", "options-apart", ""},
	{"a revoked Secret", "revoked:\n  k: {64:ssh-ed25519 {A} a}\n", "marked-revoked", ""},
}

// letIn are their neighbours, in which nothing of that is said of the keys.
var letIn = []struct{ how, text, want string }{
	{"a list", "- ssh-ed25519 {A} a\n- ssh-ed25519 {B} b\n", "ssh-ed25519 {A} a\nssh-ed25519 {B} b\n"},
	{"YAML", "---\nkeys:\n  - ssh-ed25519 {A} a\n  - ssh-ed25519 {B} b\n", "ssh-ed25519 {A} a\nssh-ed25519 {B} b\n"},
	{"YAML, a list first", "---\n- ssh-ed25519 {A} a\n", "ssh-ed25519 {A} a\n"},
	{"YAML, a list in a list", "keys:\n  - - ssh-ed25519 {A} a\n", "ssh-ed25519 {A} a\n"},
	{"a list of strings", "- \"ssh-ed25519 {A} a\"\n", "ssh-ed25519 {A} a\n"},
	{"a mail", "> ssh-ed25519 {A} a\n", "ssh-ed25519 {A} a\n"},
	{"a list in a mail", "> see:\n> - ssh-ed25519 {A} a\n", "ssh-ed25519 {A} a\n"},
	{"a diff that adds", "--- a/keys\n+++ b/keys\n@@ -0,0 +1,2 @@\n+ssh-ed25519 {A} a\n+ssh-ed25519 {B} b\n", "ssh-ed25519 {A} a\nssh-ed25519 {B} b\n"},
	{"a diff with a list left alone", "@@ -1 +1,2 @@\n - ssh-ed25519 {A} a\n+- ssh-ed25519 {B} b\n", "ssh-ed25519 {A} a\nssh-ed25519 {B} b\n"},
	{"angles", "< ssh-ed25519 {A} a>\n", "ssh-ed25519 {A} a\n"},
	{"an arrow in a comment", "\"ssh-ed25519 {A} laptop -> server\"\n", "ssh-ed25519 {A} laptop -> server\n"},
	{"LDIF", "add: sshPublicKey\nsshPublicKey: ssh-ed25519 {A} a\n", "ssh-ed25519 {A} a\n"},
	{"a note", "# note\n- ssh-ed25519 {A} a\n", "# note\nssh-ed25519 {A} a\n"},
	{"a note with signs", "# see /* and <!-- and revoked:\n- ssh-ed25519 {A} a\n", "# see /* and <!-- and revoked:\nssh-ed25519 {A} a\n"},
	{"a command's glob", "from=10.0.0.1,command=\"ls /*\" ssh-ed25519 {B} b\nssh-ed25519 {A} a\n", "ssh-ed25519 {A} a\n"},
	{"a comment closed above", "/* keys of\n admins */\n\"ssh-ed25519 {A} a\"\n", "ssh-ed25519 {A} a\n"},
	{"a comment closed on its line", "<!-- keys -->\nssh-ed25519 {A} a\n", "ssh-ed25519 {A} a\n"},
	{"a folder", "see /home/*\n- ssh-ed25519 {A} a\n", "ssh-ed25519 {A} a\n"},
	{"a prompt", "root@box:~# echo {64:ssh-ed25519 {A} a} | base64 -d\n", "ssh-ed25519 {A} a\n"},
	{"two Secrets", "data:\n  k1: {64:ssh-ed25519 {A} abc\n}\n  k2: {64:ssh-ed25519 {B} b}\n", "ssh-ed25519 {A} abc\nssh-ed25519 {B} b\n"},
	{"state: present", "- key: ssh-ed25519 {A} a\n  state: present\n", "ssh-ed25519 {A} a\n"},
	{"another record", "- key: ssh-ed25519 {A} a\n- name: bob\n  state: absent\n", "ssh-ed25519 {A} a\n"},
	{"a record further in", "- key: ssh-ed25519 {A} a\n  password:\n    enabled: false\n", "ssh-ed25519 {A} a\n"},
	{"not revoked, not indented", "[\n{\"key\": \"ssh-ed25519 {A} a\",\n\"revoked\": false},\n{\"name\": \"x\",\n\"revoked\": true}\n]\n", "ssh-ed25519 {A} a\n"},
	{"not revoked", "{\"key\":\"ssh-ed25519 {A} a\",\"revoked\":false}\n", "ssh-ed25519 {A} a\n"},
	{"cloud-init", "users:\n  - name: bob\n    lock_passwd: true\n    inactive: '5'\n    ssh_authorized_keys:\n      - ssh-ed25519 {A} a\n", "ssh-ed25519 {A} a\n"},
	{"another paragraph", "The old key is removed: yes\n\nnew: ssh-ed25519 {A} a\n", "ssh-ed25519 {A} a\n"},
	{"no end", "{\"key\":\"ssh-ed25519 {A} a\",\"expires_at\":null,\"valid_to\":\"9999-12-31\",\"not_after\":\"0001-01-01T00:00:00Z\",\"expires_in\":604800}\n", "ssh-ed25519 {A} a\n"},
	{"Ansible, a loop that is present", "- authorized_key:\n    state: present\n    key: \"{{ item }}\"\n  loop:\n    - ssh-ed25519 {A} a\n", "ssh-ed25519 {A} a\n"},
	{"another task", "- hosts: all\n  vars:\n    keys:\n      - ssh-ed25519 {A} a\n  tasks:\n    - name: rm\n      file: path={{ x }} state=absent\n", "ssh-ed25519 {A} a\n"},
	{"an opener behind a value", "{\"disabled\": false, \"user\": {\n  \"key\": \"ssh-ed25519 {A} a\"\n}}\n", "ssh-ed25519 {A} a\n"},
	{"a button", "<li><button disabled></button>ssh-ed25519 {A} a</li>\n", "ssh-ed25519 {A} a\n"},
	{"another document", "op: delete\n---\nkey: ssh-ed25519 {A} a\n", "ssh-ed25519 {A} a\n"},
	{"seconds to live", "expires: 604800\nkey: ssh-ed25519 {A} a\n", "ssh-ed25519 {A} a\n"},
	{"the end of time", "expires: 253402300799\nkey: ssh-ed25519 {A} a\n", "ssh-ed25519 {A} a\n"},
	{"another action", "{\"action\": \"removed_by_nobody\", \"key\": \"ssh-ed25519 {A} a\"}\n", "ssh-ed25519 {A} a\n"},
	{"XML, not disabled", "<user>\n <disabled>0</disabled>\n <authorizedkeys>ssh-ed25519 {A} a</authorizedkeys>\n</user>\n", "ssh-ed25519 {A} a\n"},
	{"XML, base64", "<user>\n <authorizedkeys>{64:ssh-ed25519 {A} a}</authorizedkeys>\n</user>\n", "ssh-ed25519 {A} a\n"},
	{"XML, a list of keys", "<authorized_keys config:type=\"list\">\n <listentry>ssh-ed25519 {A} a</listentry>\n</authorized_keys>\n", "ssh-ed25519 {A} a\n"},
	{"JunOS", "  ssh-ed25519 \"ssh-ed25519 {A} a\"; ## SECRET-DATA\n", "ssh-ed25519 {A} a\n"},
	{"<li>", "<li>ssh-ed25519 {A} a</li>\n", "ssh-ed25519 {A} a\n"},
}

var encodedPart = regexp.MustCompile(`\{64:([^{}]*)\}`)

// written puts keys and encodings into a text of the tables.
func written(text string) string {
	text = placeholders.Replace(text)
	text = encodedPart.ReplaceAllStringFunc(text, func(s string) string {
		return base64.StdEncoding.EncodeToString([]byte(s[len("{64:") : len(s)-1]))
	})
	if wide, ok := strings.CutPrefix(text, "{16:"); ok {
		return string(utf16Bytes(strings.TrimSuffix(wide, "}"), false))
	}
	return text
}

func TestAround(t *testing.T) {
	for _, c := range takenBack {
		res := must(Text([]byte(written(c.text)), Options{}))
		refusals := ""
		for _, f := range res.Findings {
			if f.Severity == sshkey.Refused {
				refusals += f.Code + " "
			}
		}
		if want := written(c.want); string(res.Text) != want || !strings.Contains(refusals, c.code) {
			t.Errorf("%s: %q\n gives %q\n not   %q\n%v", c.how, c.text, res.Text, want, res.Findings)
		}
	}
	for _, c := range letIn {
		res := must(Text([]byte(written(c.text)), Options{}))
		if want := written(c.want); string(res.Text) != want {
			t.Errorf("%s: %q\n gives %q\n not   %q\n%v", c.how, c.text, res.Text, want, res.Findings)
		}
	}
}
