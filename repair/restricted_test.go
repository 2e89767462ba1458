package repair

import (
	"slices"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/sshkey"
)

// restricted are texts in which options, or a number sign, stand in front of a key
// and were parted from it: behind a key that is cut short, behind a comment without
// its line end, in an encoding, on a line of their own. A and B stand for two keys.
// Each once printed a key that its options no longer restricted, or one that was
// commented out.
var restricted = []struct{ how, text, want string }{
	{"cut at the left edge", "<NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea bob\n", ""},
	{"a field behind", "title=a&key=ssh-ed25519%20{A}%20bob%40x&title=b&read_only=true\n", ""},
	{"a field of a URL", "https://host/x?title=absent&key=ssh-ed25519%20{A}%20bob\n", ""},
	{"the path of a URL", "https://host/revoked-keys/ ssh-ed25519 {A} bob\n", ""},
	{"the end of a value, cut", "b\" ssh-ed25519 {A} a\n", ""},
	{"a flag without a value, JSON", "{\"key\":\"ssh-ed25519 {A} a\",\"flags\":{\"restrict\":\"\"}}\n", ""},
	{"a flag without a value, YAML", "- key: ssh-ed25519 {A} a\n  restrict: ~\n", ""},
	{"the command false", "- key: ssh-ed25519 {A} a\n  command: false\n", ""},
	{"nobody's principals", "- key: ssh-ed25519 {A} a\n  principals: []\n", ""},
	{"CSV, from", "name,from,key\nfred,10.0.0.1,\"ssh-ed25519 {A} a\"\n", ""},
	{"CSV, a misspelt option", "restrct,\"ssh-ed25519 {A} a\"\n", ""},
	{"CSV, an option's column", "user,command,\"ssh-ed25519 {A} a\"\n", ""},
	{"CSV, an option of two words", "fred,\"no pty\",\"ssh-ed25519 {A} a\"\n", ""},
	{"a table, an option as a name", "user,key\nno-pty,\"ssh-ed25519 {A} a\"\n", ""},
	{"a table, an option in a name", "user,key\n\"bob from=\"\"10.0.0.1\"\"\",\"ssh-ed25519 {A} a\"\n", ""},
	{"a table, options in the cell of the key", "user\tkey\nbob\tno-pty ssh-ed25519 {A} a\nal\tno-ptty ssh-ed25519 {B} b\n", ""},
	{"a table, a name that says no", "user,key\nrevoked-bob,\"ssh-ed25519 {A} a\"\n", ""},
	{"a table, a sign in front of a name", "user,key\n# bob,\"ssh-ed25519 {A} a\"\n", "# bob,\"ssh-ed25519 {A} a\"\n"},
	{"a table, a key commented out behind an address", "| bob@example.com | # ssh-ed25519 {A} a |\nal@example.com\t# no-pty ssh-ed25519 {B} b\n", ""},
	{"a table whose head lost its end", "user\tkey\tfrom\tadded bob\tssh-ed25519 {A} a\t10.0.0.1\t2024 al\tssh-ed25519 {B} b\t10.0.0.2\t2024\n", ""},
	{"a table with a column that restricts, behind a prompt", "$ user\tcommand\tkey\nbob\t/bin/x\tssh-ed25519 {A} a\n", ""},
	{"VyOS, options below", "set system login user bob authentication public-keys me key '{A}'\nset system login user bob authentication public-keys me options 'no-pty'\n", ""},
	{"VyOS, options above", "set system login user bob authentication public-keys me options 'from=\"10.0.0.1\"'\nset system login user bob authentication public-keys me key '{A}'\n", ""},
	{"JunOS, options", "set system login user bob authentication ssh-ed25519 \"no-pty ssh-ed25519 {A} bob\" from 10.0.0.0/8\nset system login user no-pty authentication ssh-ed25519 \"ssh-ed25519 {B} al\"\n", ""},
	{"JunOS, taken back", "delete system login user bob authentication ssh-ed25519 \"ssh-ed25519 {A} bob\"\ndeactivate system login user al authentication ssh-ed25519 \"ssh-ed25519 {B} al\"\n", ""},
	{"an option of one letter", "-e,restrct ssh-ed25519 {A} bob\n-f ssh-ed25519 {B} al\n", ""},
	{"a head of several signs, 1", "name\n\n> x\n\tkey,from\n\tssh-ed25519 {A},10.0.0.0/8\n", ""},
	{"a head of several signs, 2", "name\n\n> x\n  key,revoked\t\nssh-ed25519 {A},yes\n", ""},
	{"a head of several signs, 3", "name\n\n> x\nkey,from,\tnote\nssh-ed25519 {A},10.0.0.0/8,\tx\n", ""},
	{"a head of several signs, 4", "name\n\n> x\nkey, from; note\nssh-ed25519 {A}, 10.0.0.0/8; x\n", ""},
	{"a head of several signs, 5", "name\n\n> x\nkey; from, to\nssh-ed25519 {A}; 10.0.0.1, x\n", ""},
	{"a head of several signs, 6", "name\n\n> x\n| key; enabled |\n| ssh-ed25519 {A}; no |\n", ""},
	{"a head of several signs, 7", "name\n\n> x\n| key, from |\n| ssh-ed25519 {A}, 10.0.0.1 |\n", ""},
	{"a second table, access", "user,key,added\nbob,\"ssh-ed25519 {A}\",2024\nuser,key,access\nal,\"ssh-ed25519 {B}\",sftp\n", "ssh-ed25519 {A} bob\n"},
	{"a second table, addresses", "user\tkey\tadded\nbob\tssh-ed25519 {A} b\t2024\nuser\tkey\tallowed from\nal\tssh-ed25519 {B}\t10.0.0.0/8\n", "ssh-ed25519 {A} b\n"},
	{"a second table, Markdown", "| user | key | added |\n|--|--|--|\n| bob | ssh-ed25519 {A} b | 2024 |\n| user | key | rights |\n|--|--|--|\n| al | ssh-ed25519 {B} | ro |\n", "ssh-ed25519 {A} b\n"},
	{"a second table, a blank", "user,key,added\nbob,\"ssh-ed25519 {A} b\",2024\n \nal,\"ssh-ed25519 {B}\",sftp\n", "ssh-ed25519 {A} b\n"},
	{"a second table, a word", "user,key,added\nbob,\"ssh-ed25519 {A} b\",2024\n# Disabled\nDisabled\nal,\"ssh-ed25519 {B}\",2024\n", "ssh-ed25519 {A} b\n# Disabled\n"},
	{"a cell of a name that speaks: deactivated", "user\tkey\ndeactivated\tssh-ed25519 {A}\n", ""},
	{"a cell of a name that speaks: invalid", "user\tkey\ninvalid\tssh-ed25519 {A}\n", ""},
	{"a cell of a name that speaks: compromised", "user\tkey\ncompromised\tssh-ed25519 {A}\n", ""},
	{"a cell of a name that speaks: locked", "user\tkey\nlocked\tssh-ed25519 {A}\n", ""},
	{"a cell of a name that speaks: read only", "user\tkey\nread only\tssh-ed25519 {A}\n", ""},
	{"a cell of a name that speaks: sftp only", "user\tkey\nsftp only\tssh-ed25519 {A}\n", ""},
	{"a cell of a name that speaks: internal-sftp", "user\tkey\ninternal-sftp\tssh-ed25519 {A}\n", ""},
	{"a cell of a name that speaks: command /bin/ls", "user\tkey\ncommand /bin/ls\tssh-ed25519 {A}\n", ""},
	{"a cell of a name that speaks: 10.0.0.1/8", "user\tkey\n10.0.0.1/8\tssh-ed25519 {A}\n", ""},
	{"a cell of a name that speaks: until 2020-01-01", "user\tkey\nuntil 2020-01-01\tssh-ed25519 {A}\n", ""},
	{"a cell of a name that speaks: gesperrt", "user\tkey\ngesperrt\tssh-ed25519 {A}\n", ""},
	{"a cell of a name that speaks: do not use", "user\tkey\ndo not use\tssh-ed25519 {A}\n", ""},
	{"a cell of a name that speaks: bob (left)", "user\tkey\nbob (left)\tssh-ed25519 {A}\n", ""},
	{"a cell of a name that speaks: [ ] bob", "user\tkey\n[ ] bob\tssh-ed25519 {A}\n", ""},
	{"a cell of a name that speaks: ~~bob~~", "user\tkey\n~~bob~~\tssh-ed25519 {A}\n", ""},
	{"a cell of a name that speaks: <s>bob</s>", "user\tkey\n<s>bob</s>\tssh-ed25519 {A}\n", ""},
	{"a cell of a name that speaks: fron=10.0.0.1", "user\tkey\nfron=10.0.0.1\tssh-ed25519 {A}\n", ""},
	{"a cell of a name that speaks: no-pt", "user\tkey\nno-pt\tssh-ed25519 {A}\n", ""},
	{"a cell of a name that speaks: cert authority", "user\tkey\ncert authority\tssh-ed25519 {A}\n", ""},
	{"a cell of a name that speaks: *bob*", "user\tkey\n*bob*\tssh-ed25519 {A}\n", ""},
	{"a cell of a name that speaks: 'bob", "user\tkey\n'bob\tssh-ed25519 {A}\n", ""},
	{"a cell of a name that speaks: ❌ bob", "user\tkey\n❌ bob\tssh-ed25519 {A}\n", ""},
	{"a column of free text: title", "user,key,title\nbob,\"ssh-ed25519 {A}\",x\n", ""},
	{"a column of free text: label", "user,key,label\nbob,\"ssh-ed25519 {A}\",x\n", ""},
	{"a column of free text: comment", "user,key,comment\nbob,\"ssh-ed25519 {A}\",x\n", ""},
	{"a column of free text: team", "user,key,team\nbob,\"ssh-ed25519 {A}\",x\n", ""},
	{"a column of free text: notes", "user,key,notes\nbob,\"ssh-ed25519 {A}\",x\n", ""},
	{"a column of free text: role", "user,key,role\nbob,\"ssh-ed25519 {A}\",x\n", ""},
	{"a column of free text: device", "user,key,device\nbob,\"ssh-ed25519 {A}\",x\n", ""},
	{"a type that is none", "user\ttype\tkey\nbob\tsftp\tssh-ed25519 {A}\n", ""},
	{"a sign in the cell of the key: - ", "user\tkey\nbob\t- ssh-ed25519 {A}\n", ""},
	{"a sign in the cell of the key: % ", "user\tkey\nbob\t% ssh-ed25519 {A}\n", ""},
	{"a sign in the cell of the key: ; ", "user\tkey\nbob\t; ssh-ed25519 {A}\n", ""},
	{"a sign in the cell of the key: $ ", "user\tkey\nbob\t$ ssh-ed25519 {A}\n", ""},
	{"a sign in the cell of the key: * ", "user\tkey\nbob\t* ssh-ed25519 {A}\n", ""},
	{"a row that begins in a quoted cell", "user,key\n\"bob\nread only\",ssh-ed25519 {A}\n", ""},
	{"a word diff of a table", "user,key\n[-al,ssh-ed25519 {A}-]\n", ""},
	{"an option of a command above", "grep -v \\\n  -e ssh-ed25519 {A} \\\n  authorized_keys\n", ""},
	{"an option of a command above, not indented", "grep -v \\\n-e ssh-ed25519 {A} bob \n", ""},
	{"a task that goes on below", "- authorized_key: user=bob key='ssh-ed25519 {A}'\n                  state=absent\n", ""},
	{"a task that goes on below, options", "  authorized_key: user=bob key='ssh-ed25519 {A}'\n     key_options=no-pty\n", ""},
	{"a task that is never done", "- authorized_key: user=bob key='ssh-ed25519 {A}'\n  when: false\n", ""},
	{"a task with a state that is filled in", "- authorized_key: user=bob state='{{ st }}' key='ssh-ed25519 {A}'\n", ""},
	{"settings, deactivated", "set system login user bob authentication ssh-ed25519 \"ssh-ed25519 {A}\"\ndeactivate system login user bob\n", ""},
	{"settings, deleted", "set system login user bob authentication ssh-ed25519 \"ssh-ed25519 {A}\"\ndelete system login user bob authentication ssh-ed25519 \"x\"\n", ""},
	{"settings, VyOS", "set system login user bob authentication public-keys k key '{A}'\nset system login user bob disable\n", ""},
	{"settings, FortiOS", "edit bob\nset ssh-public-key1 \"ssh-ed25519 {A}\"\nset trusthost1 10.0.0.0 255.0.0.0\n", ""},
	{"settings, FortiOS, off", "edit bob\nset ssh-public-key1 \"ssh-ed25519 {A}\"\nset status disable\n", ""},
	{"settings, RouterOS", "/user ssh-keys add key=\"ssh-ed25519 {A}\" address=10.0.0.0/8\n", ""},
	{"settings, RouterOS, off", "/user ssh-keys add key=\"ssh-ed25519 {A}\"\n/user disable bob\n", ""},
	{"a table, rows with a sign in front", "user;key\n;ssh-ed25519 {A} a\n ;ssh-ed25519 {B} b\nx al;ssh-ed25519 {B} b\n", ""},
	{"a table, the rest of an option behind a name", "user\tkey\nbob estrict\tssh-ed25519 {A} a\nal o-pty\tssh-ed25519 {B} b\n", ""},
	{"settings, a class that only reads", "set system login user bob class read-only\nset system login user bob authentication ssh-ed25519 \"ssh-ed25519 {A} bob\"\n", ""},
	{"a table, signs between type and key", "user\ttype\tkey\nbob\tssh-ed25519\t; {A} a\nal\tssh-ed25519\t- {B}\n", ""},
	{"a table, a number with a sign", "id\tuser\tkey\n-1\tbob\tssh-ed25519 {A} a\n", ""},
	{"a table, lines taken back", "user,key\n// bob,\"ssh-ed25519 {A} a\"\n-- al,\"ssh-ed25519 {B} b\"\n", ""},
	{"a table, lines struck through", "| user | key |\n|---|---|\n| ~~bob~~ | ~~ssh-ed25519 {A} a~~ |\n", ""},
	{"a table in a diff", " user,key\n-bob,\"ssh-ed25519 {A} a\"\n+al,\"ssh-ed25519 {B} b\"\n", ""},
	{"a table with a column of no known name", "user,access,key\nbob,full,\"ssh-ed25519 {A} a\"\n", ""},
	{"a table with one cell more", "user,key\nbob,restrct,\"ssh-ed25519 {A} a\"\nal,\"ssh-ed25519 {B} b\",restrct\n", ""},
	{"a table, the key in another column", "key,user\nbob,\"ssh-ed25519 {A} a\"\n", ""},
	{"a table, and lines of none", "user,key\nbob,\"ssh-ed25519 {A} a\"\n\nrestrct,\"ssh-ed25519 {B} b\"\n", "ssh-ed25519 {A} a\n"},
	{"Ansible's short form, options", "- authorized_key: user=bob key_options=\"no-pty\" key=\"ssh-ed25519 {A} me\"\n- authorized_key: user=al from=10.0.0.1 key='ssh-ed25519 {B} al'\n", ""},
	{"Ansible's short form, absent", "- authorized_key: user=bob state=absent key=\"ssh-ed25519 {A} me\"\n", ""},
	{"Ansible's short form, options behind", "- authorized_key: user=bob key=\"ssh-ed25519 {A} me\" key_options=\"no-pty\"\n", ""},
	{"arguments that may restrict", "user=bob enabled=no key=\"ssh-ed25519 {A} me\"\nuser=bob restricted=yes key=\"ssh-ed25519 {B} me\"\n", ""},
	{"arguments, an option misspelt", "form=10.0.0.1 comand=\"ssh-ed25519 {A} me\"\ncommnad=x key=\"ssh-ed25519 {B} me\"\n", ""},
	{"CSV, an option behind", "fred,\"ssh-ed25519 {A} a\",no-pty\n", ""},
	{"an object with options, and another", "[{\"key\":\"ssh-ed25519 {A} a\",\"command\":\"x\"},{\"key\":\"ssh-ed25519 {B} b\"}]\n", ""},
	{"restricted", "{\n \"key\": \"ssh-ed25519 {A} a\",\n \"restricted\": true\n}\n", ""},
	{"an environment that sshd takes", "{\n \"key\": \"ssh-ed25519 {A} a\",\n \"environment\": \"A=b\"\n}\n", ""},
	{"two keys in a string, options behind", "{\"k\": \"ssh-ed25519 {A}\\nssh-ed25519 {B}\",\"command\":\"x\"}\n", ""},
	{"behind a key with options", "restrict ssh-ed25519 {B} b ssh-ed25519 {A} a\n", "restrict ssh-ed25519 {B} b\n"},
	{"behind a key with options, a list", "restrict ssh-ed25519 {B},ssh-ed25519 {A} a\n", "restrict ssh-ed25519 {B}\n"},
	{"cut key, next key wrapped (restrict)", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa\nrestrict ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGiOtCZJk9TzhKli\nawDl9nDLYM8IOT1+Vn6t68x9tfIy bob\n",
		"restrict ssh-ed25519 {B} bob\n"},
	{"nano mark, word wrap", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1E>\nrestrict ssh-ed25519\n{B}\nbob\n",
		"restrict ssh-ed25519 {B} bob\n"},
	{"cut, word wrap no-pty", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8C\nno-pty ssh-ed25519\n{B}\nbob\n",
		"no-pty ssh-ed25519 {B} bob\n"},
	{"cut, command= wrapped", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8C\ncommand=\"/bin/x\",no-pty ssh-ed25519\n{B}\nbob\n",
		"command=\"/bin/x\",no-pty ssh-ed25519 {B} bob\n"},
	{"cut, options over 2 lines, rest has options", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8C\npermitopen=\"db:1\",command=\"/bin/false\",\nno-pty ssh-ed25519\n{B}\nbob\n",
		""},
	{"pasted twice, first part", "command=\"/bin/x\",no-pty ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+command=\"/bin/x\",no-pty ssh-ed25519 {A} me\n",
		""},
	{"appended without newline command", "ssh-ed25519 {A} mecommand=\"/bin/x\" ssh-ed25519 {B} bob\n",
		"ssh-ed25519 {A} mecommand=\"/bin/x\"\n"},
	{"appended without newline no-pty", "ssh-ed25519 {A} meno-pty ssh-ed25519 {B} bob\n",
		"ssh-ed25519 {A} meno-pty\n"},
	{"appended without newline restrict", "ssh-ed25519 {A} merestrict ssh-ed25519 {B} bob\n",
		"ssh-ed25519 {A} merestrict\n"},
	{"appended, from", "ssh-ed25519 {A} fred@boxfrom=\"10.0.0.1\" ssh-ed25519 {B} bob\n",
		"ssh-ed25519 {A} fred@boxfrom=\"10.0.0.1\"\n"},
	{"no comment appended", "ssh-ed25519 {A}command=\"/bin/x\" ssh-ed25519 {B} bob\n",
		""},
	{"json string restrict", "\"ssh-ed25519 {A} me\\nrestrict ssh-ed25519 {B} bob\\n\"\n",
		"restrict ssh-ed25519 {B} bob\n"},
	{"json string no-pty", "\"ssh-ed25519 {A} me\\nno-pty ssh-ed25519 {B} bob\\n\"\n",
		"no-pty ssh-ed25519 {B} bob\n"},
	{"json string commented", "\"ssh-ed25519 {A} me\\n# ssh-ed25519 {B} bob\\n\"\n",
		"ssh-ed25519 {A} me\\n#\n"},
	{"base64 of env", "ZW52aXJvbm1lbnQ9IkE9YiIgc3NoLWVkMjU1MTkgQUFBQUMzTnphQzFsWkRJMU5URTVBQUFBSU5kYW1BR0NzUXEzMVV2KzA4bGtCem9PNFhMejJxWWpKYThDR21qM0IxRWEgbWUK\n",
		""},
	{"base64 of cert-authority", "Y2VydC1hdXRob3JpdHkgc3NoLWVkMjU1MTkgQUFBQUMzTnphQzFsWkRJMU5URTVBQUFBSU5kYW1BR0NzUXEzMVV2KzA4bGtCem9PNFhMejJxWWpKYThDR21qM0IxRWEgbWUK\n",
		""},
	{"base64 of # comment, command", "IyB4CmNvbW1hbmQ9Ii9iaW4veCIgc3NoLWVkMjU1MTkgQUFBQUMzTnphQzFsWkRJMU5URTVBQUFBSU5kYW1BR0NzUXEzMVV2KzA4bGtCem9PNFhMejJxWWpKYThDR21qM0IxRWEgbWUK\n",
		"# x\n"},
	{"base64 of commented", "IyAgc3NoLWVkMjU1MTkgQUFBQUMzTnphQzFsWkRJMU5URTVBQUFBSU5kYW1BR0NzUXEzMVV2KzA4bGtCem9PNFhMejJxWWpKYThDR21qM0IxRWEgbWUK\n",
		""},
	{"commented out, a word a line", "# command=\"/bin/x\",no-pty\nssh-ed25519\n{A}\nme\n",
		"# command=\"/bin/x\",no-pty\n"},
	{"commented out, wrapped", "# command=\"/usr/bin/rrsync -ro /home/backup\",no-pty,no-X11-forwarding \nssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa\n8CGmj3B1Ea me\n",
		"# command=\"/usr/bin/rrsync -ro /home/backup\",no-pty,no-X11-forwarding\n"},
	{"commented out, broken in a value", "# command=\"/bin/x\",from=\"10.0.0.1\n\",pty ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+\n08lkBzoO4XLz2qYjJa8CGmj3B1Ea me\n",
		"# command=\"/bin/x\",from=\"10.0.0.1\n"},
	{"restrict backslash", "restrict\\\nssh-ed25519 {A} me\n",
		""},
	{"behind a name", "fred:restrict ssh-ed25519\nfred:{A} me\n",
		""},
	{"items of a list", "- restrict ssh-ed25519\n- {A} me\n",
		""},
	{"wrapped key, then restrict \\", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+\n08lkBzoO4XLz2qYjJa8CGmj3B1Ea\nrestrict \\\nssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGiOtCZJk9TzhKli\nawDl9nDLYM8IOT1+Vn6t68x9tfIy\n",
		"ssh-ed25519 {A}\n"},
	{"a comma in front", "\"\n,from=\"10.0.0.1\" ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+\n08lkBzoO4XLz2qYjJa8CGmj3B1Ea me\n",
		""},
	{"options in quoted-printable", "# command=3D\"/bin/x\",no-pty ssh-ed2551=\n9 {A} me\n",
		"# command=3D\"/bin/x\",no-pty ssh-ed2551=\n"},
	{"a type in quoted-printable", "# ssh-ed2551=\n9 {A} me\n",
		"# ssh-ed2551=\n"},
	{"URL encoding", "%23%20ssh-ed25519%20{A}%20me%0A%23%20ssh-ed25519%20{B}%20bob%0A",
		""},
	{"pasted again in the middle", "command=\"x\" ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGcommand=\"x\" ssh-ed25519 {A} me\n",
		""},
	{"appended to a cut key", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Epermitopen=\"h:1\" ssh-ed25519 {B} me\n",
		""},
	{"padding and a line end", "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBMu+L3OJ\nnwXEozVt67quhEv1INeRgCHnMKjRbC0KhPu57ylU7jBFWcrHQyrD+mvC4SeeugNNNAVZks2fTzw0YNA=\ncommand=\"/bin/x\",no-X11-forwarding,\nno-pty ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGiOtCZJk9TzhKli\nawDl9nDLYM8IOT1+Vn6t68x9tfIy bob\n",
		"ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBMu+L3OJnwXEozVt67quhEv1INeRgCHnMKjRbC0KhPu57ylU7jBFWcrHQyrD+mvC4SeeugNNNAVZks2fTzw0YNA=\n"},
	{"commented out, a blank line in it", "# command=\"/bin/x\",no-pty ssh-ed25519 AAAAC3NzaC1lZDI1\n\nNTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea me\n",
		"# command=\"/bin/x\",no-pty ssh-ed25519 AAAAC3NzaC1lZDI1\n\n"},
	{"commented out, blank lines behind options", "# command=\"/bin/x\",\n\nno-pty ssh-ed25519\n\n{A}\n\nme\n",
		"# command=\"/bin/x\",\n\n"},
	{"commented out, a program's lines", "\"# ssh-ed25\" +\n    \"519 {A} me\\n\"\n",
		""},
	{"commented out, behind a sound key", "ssh-ed25519 {A} me # expiry-time=\"20301231\"\n{B} bob\n",
		"ssh-ed25519 {A} me # expiry-time=\"20301231\"\n"},
	{"commented out, glued to a sound key", "ssh-ed25519 {A} me#ssh-ed25519\n{B} bob\n",
		"ssh-ed25519 {A} me#ssh-ed25519\n"},
	{"commented out, its type begins", "#  no-pty s\nsh-ed25519 {A} me\n",
		"# no-pty ssh-ed25519 {A} me\n"},
	{"commented out, its base64 begins", "# ssh-ed25519 AA\n\nAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea me\n",
		"# ssh-ed25519 AA\n\n"},
	{"no prompt", "ssh-ed25519\n{A}\nfred@box# ssh-ed25519\n{B} bob\n",
		"ssh-ed25519 {A}\n"},
	{"options behind a key, the next one's", "ssh-ed25519 {A} keycommand=\"/bin/x\"\nssh-ed25519\n{B}\nbob\n",
		"ssh-ed25519 {A} keycommand=\"/bin/x\"\n"},
	{"no- and a blank line", "no-\n\npty ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+\n08lkBzoO4XLz2qYjJa8CGmj3B1Ea me\n",
		""},
	{"no- behind a key", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+\n08lkBzoO4XLz2qYjJa8CGmj3B1Ea fred no-\n\npty ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGiOtCZJk9TzhKli\nawDl9nDLYM8IOT1+Vn6t68x9tfIy bob\n",
		"ssh-ed25519 {A} fred no-\n"},
	{"the type of another key", "cert-authority ecdsa-sha2-nistp256 ssh-ed25519 {A} me\n",
		""},
	{"an option over a program's lines", "\"ssh-ed25519 {B} bob\ncomm\" +\n    \"and=\"/bin/x\" ssh-ed2\" +\n    \"5519 {A} me\";\n",
		""},
	{"an option over a backslash", "comma\\\nnd=\"/bin/x\"\nssh-ed25519\n{A}\n",
		""},
	{"an option over the end of a comment", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+\n08lkBzoO4XLz2qYjJa8CGmj3B1Ea me\ncommand\n\n=\"/bin/x y\"\nssh-ed25519\n{B}\n",
		"ssh-ed25519 {A} mecommand\n"},
	{"behind the word of a document", "  public_key = <<EOTrestrict ssh-ed25519 {A} me\nEOT\n",
		""},
	{"restrict and the type, in base64 over several lines", "bm8tcHR5IHNzaC1l\n\nZDI1NTE5IEFBQUFD\n\nM056YUMxbFpESTFO\n\nVEU1QUFBQUlOZGFt\n\nQUdDc1FxMzFVdisw\n\nOGxrQnpvTzRYTHoy\n\ncVlqSmE4Q0dtajNC\n\nMUVhIG1lCg==",
		""},
	{"a sign in base64, its first line short", "IyBz\nc2gtZWQyNTUxOSBBQUFBQzNOemFDMWxaREkxTlRFNUFBQUFJTmRhbUFHQ3NR\ncTMxVXYrMDhsa0J6b080WEx6MnFZakphOENHbWozQjFFYSBtZQpzc2gtZWQy\nNTUxOSBBQUFBQzNOemFDMWxaREkxTlRFNUFBQUFJR2lPdENaSms5VHpoS2xp\nYXdEbDluRExZTThJT1QxK1ZuNnQ2OHg5dGZJeSBib2IK",
		"# ssh-ed25519 {A} me\nssh-ed25519 {B} bob\n"},
	{"base64 in a mail", ">> Y29tbWFuZD0ieCAjIHkiLHJlc3RyaWN0IHNzaC1lZDI1NTE5IEFBQUFDM056YUMxbFpESTFOVEU1\n> QUFBQUlOZGFtQUdDc1FxMzFVdiswOGxrQnpvTzRYTHoycVlqSmE4Q0dtajNCMUVhIG1lCnNzaC1l\n> ZDI1NTE5IEFBQUFDM056YUMxbFpESTFOVEU1QUFBQUlHaU90Q1pKazlUemhLbGlhd0RsOW5ETFlN\n> OElPVDErVm42dDY4eDl0Zkl5IGJvYgo=\n",
		""},
	{"options above two keys", "options: no-pty\nkeys:\n  - ssh-ed25519 {A} a\n  - ssh-ed25519 {B} b\n", ""},
	{"options in a mail", "Please restrict these with no-pty,from=\"10.0.0.1\":\n\n> ssh-ed25519 {A} a\n> ssh-ed25519 {B} b\n", ""},
	{"three keys commented out", "> # ssh-ed25519 {A} a, ssh-ed25519 {A} b, ssh-ed25519 {B} c\n", "# ssh-ed25519 {A} a\n"},
	{"a list commented out", "> # keys = [\"ssh-ed25519 {A} a\", \"ssh-ed25519 {A} b\", \"ssh-ed25519 {B} c\"]\n", "# keys = [\" ssh-ed25519 {A} a\", \"\n"},
	{"a mark in front of the sign", "\u2502# [\"ssh-ed25519 {A} a\", \"ssh-ed25519 {B} b\"]\n", ""},
	{"stars in front of the sign", "**# ssh-ed25519 {A} a, ssh-ed25519 {B} b**\n", ""},
	{"an option torn in quoted-printable", "- \"restr=\nict ssh-ed2551=\n9 {A} a\"\n", ""},
	{"an option torn in a mail", "> no-p\n> ty ssh-\n> ed25519 {A} a\n", ""},
	{"a sign in a list", "[\"ssh-ed25519 {B} b\", \"# old: ssh-=\ned25519 {A} a\"]\n", "ssh-ed25519 {B} b\n# old: ssh-ed25519 {A} a\n"},
	{"a sign that opens a text", "[\"ssh-ed25519 {A} a\", \"# old\nssh-ed25519 {B} b\"]\n", "ssh-ed25519 {A} a\n"},
	{"options in a list, then a line end", "> \"ssh-ed25519 {B} b\", \"no-pty ssh-\n> ed25519 {A} a\"\n", ""},
	{"options behind an item of HTML", "<li>ssh-ed25519 {B} b</li><li>restrict\nssh-ed25519 {A} a</li>\n", ""},
	{"no- behind an item of HTML", "<p>ssh-ed25519 {B} b</p><p>no-\npty ssh-ed25519 {A} a</p>\n", "ssh-ed25519 {B} b\n"},
	{"JSON, an option in front", "{\"id\":1,\"no_pty\":true,\"key\":\"ssh-ed25519 {A}\"}\n", ""},
	{"JSON, an address in front", "{\"source_address\":\"10.0.0.1\",\"key\":\"ssh-ed25519 {A}\"}\n", ""},
	{"JSON, an option in a member", "{\"title\":\"restrict\",\"key\":\"ssh-ed25519 {A}\"}\n", ""},
	{"a list with an option", "[\"ssh-ed25519 {A} a\", \"restrict\", \"ssh-ed25519 {B} b\"]\n", ""},
	{"JSON, from behind the key", "\"k\":\"ssh-ed25519 {A} a\",\"from\":[\"10.0.0.1\"]\n", ""},
	{"JSON, no_pty behind the key", "\"k\":\"ssh-ed25519 {A} a\",\"no_pty\":true\n", ""},
	{"JSON, a forced command behind the key", "{\"k\":\"ssh-ed25519 {A} a\",\"forced_command\":\"/bin/x\"}\n", ""},
	{"JSON, restricted", "{\"k\":\"ssh-ed25519 {A} a\",\"restricted\":true}\n", ""},
	{"YAML, expiry_time", "k: ssh-ed25519 {A} a\nexpiry_time: 20200101\n", ""},
	{"YAML, permit_pty", "k: ssh-ed25519 {A} a\npermit_pty: false\n", ""},
	{"YAML, a list in from", "- key: ssh-ed25519 {A} a\n  from:\n    - 10.0.0.1\n", ""},
	{"XML, from", "<u>\n<key>ssh-ed25519 {A} a</key>\n<from>10.0.0.1</from>\n</u>\n", ""},
	{"XML, command above", "<user>\n<command>/bin/x</command>\n<key>ssh-ed25519 {A} a</key>\n</user>\n", ""},
	{"Junos", "ssh-ed25519 \"{A} bob\" {\n  from 10.1.1.1;\n}\n", ""},
	{"a block of YAML", "key: |\n  ssh-ed25519 {A} bob\noptions: no-pty\n", ""},
	{"a block of Ansible", "  key: |\n    ssh-ed25519 {A} bob\n  key_options: 'no-pty'\n", ""},
	{"a document of Terraform", "  key = <<EOT\nssh-ed25519 {A} bob\nEOT\n  options = \"no-pty\"\n", ""},
	{"the same key below its refused line", "x\nrestrict ssh-ed25519 {A} a\nssh-ed25519 {A} a\n", ""},
	{"a conflict of git", "<<<<<<< HEAD\nrestrict ssh-ed25519 {A} bob\n=======\nssh-ed25519 {A} bob\n>>>>>>> f\n", ""},
	{"a plain diff", "2c2\n< restrict ssh-ed25519 {A} bob\n---\n> ssh-ed25519 {A} bob\n", ""},
	{"the same key, damaged, below", "from=10.0.0.1 ssh-ed25519 {A} a\nssh-ed25519 {B} b\n> ssh-ed25519 {A} a\n", "ssh-ed25519 {B} b\n"},
	{"the options of a key that is cut, another below", "from=\"10.0.0.1\" AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08\n\n{B} x@y\n", ""},
	{"options in the comment, an item", "- ssh-ed25519 {A} restrict,from=\"x\"\n", ""},
	{"options in the comment, a field", "key: ssh-ed25519 {A} command=\"x\"\n", ""},
	{"a list of revoked keys, no types", "revoked_keys:\n{A}\n", ""},
	{"an option above base64 of a line", "pty\nc3NoLWVkMjU1MTkgQUFBQUMzTnphQzFsWkRJMU5URTVBQUFBSU5kYW1BR0NzUXEzMVV2KzA4bGtCem9PNFhMejJxWWpKYThDR21qM0IxRWEgYm9i\n", ""},
	{"no option above base64 of a line", "no-foo\nc3NoLWVkMjU1MTkgQUFBQUMzTnphQzFsWkRJMU5URTVBQUFBSU5kYW1BR0NzUXEzMVV2KzA4bGtCem9PNFhMejJxWWpKYThDR21qM0IxRWEgYm9i\n", ""},
	{"options in base64 above base64 of a line", "cmVzdHJpY3Q=\nc3NoLWVkMjU1MTkgQUFBQUMzTnphQzFsWkRJMU5URTVBQUFBSU5kYW1BR0NzUXEzMVV2KzA4bGtCem9PNFhMejJxWWpKYThDR21qM0IxRWEgYm9i\n", ""},
	{"a value with options beside one with a line", "a: Y29tbWFuZD0icnN5bmMgLS1zZXJ2ZXIi\nb: c3NoLWVkMjU1MTkgQUFBQUMzTnphQzFsWkRJMU5URTVBQUFBSU5kYW1BR0NzUXEzMVV2KzA4bGtCem9PNFhMejJxWWpKYThDR21qM0IxRWEgYm9i\n", ""},
	{"an option in a comment that goes on", "# ssh-ed25519 x command=\"foo bar\n{A} a@b\n", "# ssh-ed25519 x command=\"foo bar\n"},
	{"options below a comment, in quotes", "{\n\"d\": \"#cloud-config\\nrestrict\\nssh-ed25519 {A} a\\n\"\n}\n", ""},
	{"a key taken back below a comment, in quotes", "{\n\"d\": \"#cloud-config\\nrevoked:\\n  - ssh-ed25519 {A} a\\n\"\n}\n", ""},
	{"a comment, in quotes", "{\n\"d\": \"#cloud-config\\n# ssh-ed25519 {A} a\\n\"\n}\n", "# ssh-ed25519 {A} a\n"},
	{"a table's border between option and key", "| [{\"id\":0,\"key\":\"restrict s |\n| sh-ed25519 {A} me |\n", ""},
	{"an option that lost a letter, and goes on", "ert-authority \\\n  ssh-ed25519 {A} me\n", ""},
	{"an option that lost a letter, HTML", "o-pty <br>\nssh-ed25519 {A} me<br>\n", ""},
	{"an option that lost a letter, cat -E", "ermitopen=\"a:22\"$\nssh-ed25519 {A} me$\n", ""},
	{"an option that lost a letter, a label", "ert-authority: ssh-ed25519 {A} me\n", ""},
	{"an option that lost a letter, quoted", "> estrict\n> ssh-ed25519 {A} me\n", ""},
	{"an option that is a field", "environment: A=b\nssh-ed25519 {A} bob\n", ""},
	{"an option that is a list", "key_options:\n  environment:\n   - A=b\nkey: ssh-ed25519 {A} bob\n", ""},
	{"a column of options", "ssh-ed25519,{A},u1@host1,\"no-pty\"\n", ""},
	{"a column of options, a table", "| key | options |\n|---|---|\n| ssh-ed25519 {A} bob@pc | restrict |\n", ""},
	{"the same key in a record above one with options", "- key: \"ssh-ed25519 {A} bob\"\n- key: \"ssh-ed25519 {A} bob\"\n  no_pty: \"true\"\n", ""},
	{"the same key in a record below one with options", "- key: \"ssh-ed25519 {A} bob\"\n  no_pty: \"true\"\n- key: \"ssh-ed25519 {A} bob\"\n", ""},
	{"a record that is pasted again and was cut in its comment", "{\n  \"key\": \"ssh-ed25519 {A} b\n{\n  \"key\": \"ssh-ed25519 {A} bob\",\n  \"from\": \"10.0.0.1\"\n}\n", ""},
	{"a field behind base64, the quote of the line lost", "- a ` key: \"x ssh-ed25519 {B} b\" - key: \"ssh-ed25519 {A}\"   restrict: \"true\"\n", ""},
	{"a field behind base64, of HCL", "key \"k\" { k = \"x ssh-ed25519 {B} b\" } key \"k\" { k = \"ssh-ed25519 {A} =)\" no_pty = \"true\" }\n", ""},
	{"a block of YAML, a word a line", "key:\n|\n\nssh-ed25519\n{A}\nme\n\nforced_command:\n/bin/x\n", ""},
	{"a field that lost its value", "k \"k\" {\n  expiry_time\n  key = \"ssh-ed25519 {A} a\"\n}\n", ""},
	{"a field that lost its value and its end", "- name: fred\n  key: \"ssh-ed25519 {A} a\"\n  forced_com\n", ""},
	{"a sign in a value, its line broken in the type", "{\"id\":1,\"key\":\"# ssh-ed25\n {A} me\",\"x\":1}\n", ""},
	{"a sign in a tag, a word a line", "<li># ssh-ed25519\n$ {A}\nme</li>\n", ""},
	{"a sign in a command, cut in the type", "echo '# ssh-ed2\n{A}\nme' >> ~/.ssh/authorized_keys\n", ""},
	{"a sign that ends a line, in quotes", "    \"#\nssh-ed25519 {A} fred\",\n", ""},
	{"a sign behind a type that no key follows", "- sk-ssh-ed25519@openssh.com AAAAGnNrL  - # restrict ssh-ed25519 {A} me\n", ""},
	{"an option that lost its end, quoted", "> cert-author\n{A}\nbob\n", ""},
	{"a word that is an option, in a structure", "{\n  environment\n  key = \"ssh-ed25519 {A} a\"\n}\n", ""},
	{"a word that was an option, in a structure", "  key: ”ssh-ed25519 {A} a”\n  principal\n", ""},
	{"a member that lost its end", "{\"id\":1,\"key\":\"ssh-ed25519 {A} a\",\"prin\n", ""},
	{"a document of Terraform behind a cut key", "  key = <<EOT\nssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC7  key = <<EOT\nssh-ed25519 {A} bob\nEOT\n  options = \"no-pty\"\n", ""},
	{"a field below a key whose own is cut", "- name: fred\n  key\n    ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkB\nzoO4XLz2qYjJa8CGmj3B1Ea me\n  from: 10.0.0.1\n", ""},
	{"a comment broken in the type, HTML", "# ssh-<br>\ned25519 {A} me<br>\n", "# ssh-ed25519 {A} me\n"},
	{"a comment broken in the base64, HTML", "## ssh-ed25519 AAAAC3NzaC1l<BR />\nZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea Fr\n", "# ssh-ed25519 {A} Fr\n"},
	{"a comment broken in the type, encoded twice", "## ssh-ed2\\u003d\n5519 {A}\n", "## ssh-ed2\\u003d\n"},
	{"a comment broken in an option, a program's text", "#expiry-tim\" +\n    \"e=\"20301231\"\n\n ssh-ed25519\n{A}\n", "#expiry-tim\" +\n"},
	{"a comment broken behind no-", "# no-=\npty ssh-ed25519 {A}=20me\n", "# no-=\n"},
	{"no- and a backslash", "no-\\\npty ssh-ed25519 {A} me\n", ""},
	{"no- and a backslash behind a key that is cut", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAno-\\\npty ssh-ed25519 {A} me\n", ""},
	{"a sign in a note, options above", "- no_pty: true\n  note: \"#3 of\n    al\"\n  key: \"ssh-ed25519 {A} bob\"\nssh-ed25519 {A} bob\n", ""},
	{"a prompt, options above", "restrict\n[root@box ~]# cat \\\n> id.pub\n> ssh-ed25519 {A} bob\n> ssh-ed25519 {A} bob\n", ""},
	{"permit_open", "  key: \"ssh-ed25519 {A} bob\"\n  permit_open: \"a:1\"\n", ""},
	{"source_address", "  key = \"ssh-ed25519 {A} bob\"\n  source_address = \"10.0.0.1\"\n", ""},
	{"XML, permitopen", "<user>\n  <key>ssh-ed25519 {A} bob</key>\n  <permitopen>a:1</permitopen>\n</user>\n", ""},
	{"a member that lost its end, printed", "{\n  \"key\": \"ssh-ed25519 {A} a\",\n  \"principals\n", ""},
	{"a member that lost its end, in a mail", "> {\n>  \"key\": \"ssh-ed25519 {A} a\",\n>  \"comma\n", ""},
	{"an item that lost its end", "- key: ssh-ed25519 {A} a\n- forced_comm\n", ""},
	{"a member in capitals that lost its end", "{\"id\":1,\"key\":\"ssh-ed25519 {A} a\",\"X11_f\n", ""},
	{"a member that lost its end, escaped", "{\\\"key\\\":\\\"ssh-ed25519 {A} a\\\",\\\"prin...\n", ""},
	{"the same key with options that are damaged below", "- key: \"ssh-ed25519 {A} bob\"\n- key: \"from=10.0.0.1 ssh-ed25519 {A} bob\"\n", ""},
	{"the same key with an end below", "- key: \"ssh-ed25519 {A} bob\"\n- key: \"ssh-ed25519 {A} bob\"\n  expires_at: 2026-01-01\n", ""},
	{"a sign that ends a line, in a shell's quotes", "echo '#\nssh-ed25519 {A} bob' >> f\n", ""},
	{"a sign that ends a line, apart from its quote", "    \" #\nssh-ed25519 {A} fred\",\n", ""},
	{"a sign that ends a line, behind a tag", "<li>#\nssh-ed25519\n{A}\nme</li>\n", ""},
	{"another block of YAML, a word a line", "key:\n|-\n\nssh-ed25519\n{A}\nme\n\nforced_command:\n/bin/x\n", ""},
	{"the second field below a key", "- name: fred\n  key\n    ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkB\nzoO4XLz2qYjJa8CGmj3B1Ea me\n  user: fred\n  from: 10.0.0.1\n", ""},
	{"a document with a number, behind a cut key", "  key = <<EOT1\nssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC7  key = <<EOT1\nssh-ed25519 {A} bob\nEOT1\n  options = \"no-pty\"\n", ""},
	{"a sign behind a type that no key follows, tabs", "- sk-ssh-ed25519@openssh.com\tAAAAGnNrL  - # restrict ssh-ed25519 {A} me\n", ""},
	{"wrapped, a mark below", "  key: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+\n08lkBzoO4XLz2qYjJa8CGmj3B1Ea me\n  state: absent\n", ""},
	{"a vertical table, revoked", "public_key | ssh-ed25519 {A} me\nstatus | revoked\n", ""},
	{"a vertical table with borders, revoked", "| public_key | ssh-ed25519 {A} me |\n| revoked | true |\n", ""},
	{"a table, a cell that says revoked", "<tr><td>ssh-ed25519 {A} bob</td><td>revoked</td></tr>\n", ""},
	{"a row, a cell that says disabled", "| bob | ssh-ed25519 {A} bob | disabled |\n", ""},
	{"a table with a column of commands", "key,command\n\"ssh-ed25519 {A} bob\",\"/bin/x\"\n", ""},
	{"a table with a column of addresses", "| key | from |\n|---|---|\n| ssh-ed25519 {A} bob | 10.0.0.1 |\n| ssh-ed25519 {B} al | * |\n", ""},
	{"a table with a column that says enabled", "\"key\",\"enabled\"\n\"ssh-ed25519 {A} bob\",\"false\"\n", ""},
	{"Google's metadata", "bob:ssh-ed25519 {A} google-ssh {\"userName\":\"b@x\",\"expireOn\":\"2020-12-04T20:12:00+0000\"}\n", ""},
	{"a line twice, of a key with options", "restrict ssh-ed25519\n{A}\n{A}\nme\n", "restrict ssh-ed25519 {A}\n"},
	{"a text of TOML, disabled", "key = '''\nssh-ed25519 {A} me\n'''\nenabled = false\n", ""},
	{"a text of TOML, no_pty", "key = '''\nssh-ed25519 {A} me\n'''\nno_pty = true\n", ""},
	{"commented out, the sign at the name", "    //public_key: 'ssh-ed25519 {A} me',\n", ""},
	{"a deletion of LDIF in a mail", "> delete: sshPublicKey\n> sshPublicKey: ssh-ed25519 {A} me\n", ""},
	{"a word that would make a cut key whole, with more", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICDLwRCU9aiTqYUVbP0itv5ajYM8LZ+odDwi4gG29\nkey,options\n", ""},
	{"a word that would make a cut key whole, a name", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHt/5mWo4Oh0KzR23tjSbFsuOScKFOKqCyF/tdEhdave_keys:\n", ""},
	{"a misspelt option and a blank", "commnad=\"/bin/x\", ssh-ed25519 {A} me\n", ""},
	{"fields on one line, from", "- { from: 10.0.0.1, key: \"ssh-ed25519 {A} me\" }\n", ""},
	{"fields on one line, no_pty", "- { user: bob, no_pty: true, key: \"ssh-ed25519 {A} me\" }\n", ""},
	{"fields on one line, state", "- { user: bob, state: absent, key: \"ssh-ed25519 {A} me\" }\n", ""},
	{"fields on one line, options behind", "{ user = \"bob\", key = \"ssh-ed25519 {A} me\", options = \"no-pty\" }\n", ""},
	{"the same key in a line of JSON above one with options", "{\"key\":\"ssh-ed25519 {A} bob\"}\n{\"key\":\"ssh-ed25519 {A} bob\",\"no_pty\":true}\n", ""},
	{"a list of text, a blank line", "from the mail,\n\nrestrict ssh-ed25519 {A} me\n", "\n"},
}

// free are texts in which a comment above says nothing about a key.
var free = []struct{ how, text, want string }{
	{"in angles", "<NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea bob>\n", "ssh-ed25519 {A} bob\n"},
	{"fields behind a key", "title=a&key=ssh-ed25519%20{A}%20bob%40x&title=b\n", "ssh-ed25519 {A} bob@x\n"},
	{"an END line above options", "---- END SSH2 PUBLIC KEY ----\nrestrict ssh-ed25519 {A} me\n", "restrict ssh-ed25519 {A} me\n"},
	{"another END line above options", "x\n-----END PUBLIC KEY-----\nrestrict ssh-ed25519 {A} me\n", "restrict ssh-ed25519 {A} me\n"},
	{"a key glued to one with options", "restrict ssh-ed25519 {B} bssh-ed25519 {A} a\n", "restrict ssh-ed25519 {B} b\nssh-ed25519 {A} a\n"},
	{"a rule", "# ==== admins ====\nssh-ed25519\n{B} bob\n", "# ==== admins ====\nssh-ed25519 {B} bob\n"},
	{"a word", "# what we have from\n> ssh-ed25519 {B} bob\n", "# what we have from\nssh-ed25519 {B} bob\n"},
	{"cut short", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv\n{B} bob\n", "ssh-ed25519 {B} bob\n"},
	{"options behind a repaired key", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+\n08lkBzoO4XLz2qYjJa8CGmj3B1Ea me no-pty,x\n\nssh-ed25519 {B} bob\n",
		"ssh-ed25519 {A} me no-pty,x\n\nssh-ed25519 {B} bob\n"},
	{"a whole key commented out", "# command=\"/bin/x\" ssh-ed25519 {A} me\n\nssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGiOtCZJk9TzhKli\nawDl9nDLYM8IOT1+Vn6t68x9tfIy bob\n",
		"# command=\"/bin/x\" ssh-ed25519 {A} me\n\nssh-ed25519 {B} bob\n"},
	{"a block of YAML", "key: |\n  ssh-ed25519 {A} bob\nuser: fred\n", "  ssh-ed25519 {A} bob\n"},
	{"the same key above its refused line", "ssh-ed25519 {A} a\nx\nrestrict ssh-ed25519 {A} a\nssh-ed25519 {A} c\n", "ssh-ed25519 {A} a\nssh-ed25519 {A} c\n"},
	{"two values of LDIF", "sshPublicKey:: c3NoLWVkMjU1MTkgQUFBQUMzTnphQzFsWkRJMU5URTVBQUFBSU5kYW1BR0NzUXEzMVV2KzA4bGtCem9PNFhMejJxWWpKYThDR21qM0IxRWEgYm9i\nsshPublicKey:: c3NoLWVkMjU1MTkgQUFBQUMzTnphQzFsWkRJMU5URTVBQUFBSUdpT3RDWkprOVR6aEtsaWF3RGw5bkRMWU04SU9UMStWbjZ0Njh4OXRmSXkgYg==\n", "ssh-ed25519 {A} bob\nssh-ed25519 {B} b\n"},
	{"two values of a Secret", "data:\n  k: c3NoLWVkMjU1MTkgQUFBQUMzTnphQzFsWkRJMU5URTVBQUFBSU5kYW1BR0NzUXEzMVV2KzA4bGtCem9PNFhMejJxWWpKYThDR21qM0IxRWEgeA==\n  l: c3NoLWVkMjU1MTkgQUFBQUMzTnphQzFsWkRJMU5URTVBQUFBSUdpT3RDWkprOVR6aEtsaWF3RGw5bkRMWU04SU9UMStWbjZ0Njh4OXRmSXkgYg==\n", "ssh-ed25519 {A} x\nssh-ed25519 {B} b\n"},
	{"below a comment, in quotes", "{\n\"d\": \"#cloud-config\\nkeys:\\n  - ssh-ed25519 {A} a\\n\",\n\"k\": \"ssh-ed25519 {B} b\"\n}\n", "ssh-ed25519 {A} a\nssh-ed25519 {B} b\n"},
	{"a service's variables", "services:\n  sftp:\n    environment:\n      - SSH_KEY_0=ssh-ed25519 {A} bob\n", "ssh-ed25519 {A} bob\n"},
	{"a service's variables, JSON", "{\n \"environment\": {\n  \"KEY\": \"ssh-ed25519 {A} bob\"\n }\n}\n", "ssh-ed25519 {A} bob\n"},
	{"a name with an address, in a list", "- ssh-ed25519 {A} Bob <bob@box>\n", "ssh-ed25519 {A} Bob <bob@box>\n"},
	{"a tag behind the comment", "<td>ssh-ed25519 {A} bob</td>\n", "ssh-ed25519 {A} bob\n"},
	{"escapes in quotes", `{"k":"ssh-ed25519 {A} DOM\\bob \"work\" \u00fcn\n"}` + "\n", "ssh-ed25519 {A} DOM\\bob \"work\" ün\n"},
	{"no escapes in quotes", `k="ssh-ed25519 {A} C:\new"` + "\n", `ssh-ed25519 {A} C:\new` + "\n"},
	{"a comment of C that ends in a comment", "/*\nssh-ed25519 {A} a\n# */\nssh-ed25519 {B} b\n", "# */\nssh-ed25519 {B} b\n"},
	{"a list on one line", "keys: [\"ssh-ed25519 {A} a\", \"ssh-ed25519 {B} b\"]\n", "ssh-ed25519 {A} a\nssh-ed25519 {B} b\n"},
	{"two objects on one line", "[{\"id\":1,\"key\":\"ssh-ed25519 {A} a\"},{\"id\":2,\"key\":\"ssh-ed25519 {B} b\"}]\n", "ssh-ed25519 {A} a\nssh-ed25519 {B} b\n"},
	{"two objects and members behind", "[{\"key\":\"ssh-ed25519 {A}\",\"title\":\"x\",\"id\":1},{\"key\":\"ssh-ed25519 {B}\",\"title\":\"y\"}]\n", "ssh-ed25519 {A}\nssh-ed25519 {B}\n"},
	{"a member below a key without a comment", "[{\n  \"key\": \"ssh-ed25519 {A}\",\n  \"id\": 2,\n  \"url\": \"https://x\"\n}]\n", "ssh-ed25519 {A}\n"},
	{"not restricted", "{\n \"key\": \"ssh-ed25519 {A} a\",\n \"options\": [], \"command\": null, \"from\": \"\",\n \"user\": {\n  \"restricted\": false\n }\n}\n", "ssh-ed25519 {A} a\n"},
	{"an environment of HCL", "  public_key = \"ssh-ed25519 {A} a\"\n  tags = {\n    Environment = \"prod\"\n  }\n", "ssh-ed25519 {A} a\n"},
	{"two keys in a string", "{\n \"keys\": \"ssh-ed25519 {A} a\\nssh-ed25519 {B} b\",\n \"x\": 1\n}\n", "ssh-ed25519 {A} a\nssh-ed25519 {B} b\n"},
	{"two keys without comments in a string", "{\"k\": \"ssh-ed25519 {A}\\nssh-ed25519 {B}\",\"c\":\"x\"}\n", "ssh-ed25519 {A}\nssh-ed25519 {B}\n"},
	{"LDIF, the next attribute", "dn: uid=fred\nsshPublicKey: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XL\n z2qYjJa8CGmj3B1Ea fred@box\nuid: fred\n", "ssh-ed25519 {A} fred@box\n"},
	{"a string of Nix", "keys = [ ''ssh-ed25519 {A} a'' ];\n", "ssh-ed25519 {A} a\n"},
	{"a string of Python", "b'ssh-ed25519 {A} a\\n'\n", "ssh-ed25519 {A} a\n"},
	{"a quotation ends a comment in quotes", `{"k":"ssh-ed25519 {A} bob \"x\""}` + "\n", "ssh-ed25519 {A} bob \"x\"\n"},
	{"a file in a string, with a comment", "{\"keys\":\"ssh-ed25519 {A} a\\n# fred\\nssh-ed25519 {B} b\\n\"}\n", "ssh-ed25519 {A} a\n# fred\nssh-ed25519 {B} b\n"},
	{"inches", "> ssh-ed25519 {A} 12\", bob@host\n", "ssh-ed25519 {A} 12\", bob@host\n"},
	{"an apostrophe", "> ssh-ed25519 {A} the boys', old\n", "ssh-ed25519 {A} the boys', old\n"},
	{"an inch in front of a key", "ssh-ed25519 {A} 5\" disk ssh-ed25519 {B} b\n", "ssh-ed25519 {A} 5\" disk\nssh-ed25519 {B} b\n"},
	{"base64 alone in quotes", "ssh-ed25519 \"{A}\" bob@host\n", "ssh-ed25519 {A} bob@host\n"},
	{"a note from a year", "{\"note\":\"from 2019\",\"key\":\"ssh-ed25519 {A} a\"}\n", "ssh-ed25519 {A} a\n"},
	{"behind an object with options", "[{\"command\":\"x\",\"key\":\"ssh-ed25519 {A}\"},{\"key\":\"ssh-ed25519 {B} b\"},{\"id\":1}]\n", "ssh-ed25519 {B} b\n"},
	{"a long path in front of a broken key", "command=\"/usr/local/bin/MyVeryLongBackupScriptName2024\" ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv\n+08lkBzoO4XLz2qYjJa8CGmj3B1Ea bob\n",
		"command=\"/usr/local/bin/MyVeryLongBackupScriptName2024\" ssh-ed25519 {A} bob\n"},
	{"a comment with an inch", "> ssh-ed25519 {A} 5\" disk\n", "ssh-ed25519 {A} 5\" disk\n"},
	{"Vault", "Key           Value\n---           -----\npublic_key    ssh-ed25519 {A} a\n", "ssh-ed25519 {A} a\n"},
	{"a member in front", "[{\"id\":1,\"title\":\"my box\",\"key\":\"ssh-ed25519 {A}\"}]\n", "ssh-ed25519 {A}\n"},
	{"the file that grep names", "/home/bob/.ssh/authorized_keys:12:ssh-ed25519 {A} bob\n", "ssh-ed25519 {A} bob\n"},
	{"a mail's headers", "From: Bob <bob@box>\nSubject: my key\n\n> ssh-ed25519 {A} bob\n", "ssh-ed25519 {A} bob\n"},
	{"a login", "Last login: Thu Nov 5 from 10.0.0.1\n$ cat id.pub\n$ ssh-ed25519 {A} bob\n", "ssh-ed25519 {A} bob\n"},
	{"the environment of a service below", "- SSH_KEY=ssh-ed25519 {A} me\n  environment:\n  - A=b\n", "ssh-ed25519 {A} me\n"},
	{"a word above", "environment\n> ssh-ed25519 {A} me\n", "ssh-ed25519 {A} me\n"},
	{"a member that lost its end and is no option", "{\"id\":1,\"key\":\"ssh-ed25519 {A} a\",\"titl\n", "ssh-ed25519 {A} a\n"},
	{"a record and a line with its options", "- key: \"ssh-ed25519 {A} bob\"\n  no_pty: true\n- key: \"ssh-ed25519 {B} al\"\nno-pty ssh-ed25519 {A} bob\n", "no-pty ssh-ed25519 {A} bob\n"},
	{"an empty field", "- name: bob\n  key: \"ssh-ed25519 {A} bob\"\n  key_options: \"\"\n", "ssh-ed25519 {A} bob\n"},
	{"an empty field of HCL", "k \"k\" {\n  expiry_time = \"\"\n  key = \"ssh-ed25519 {A} bob\"\n}\n", "ssh-ed25519 {A} bob\n"},
	{"a sign in a command above", "#cloud-config\nruncmd:\n  - sed -i 's/#PasswordAuthentication yes/PasswordAuthentication no/' /etc/ssh/sshd_config && \\\n    systemctl reload ssh\nssh_authorized_keys:\n  - ssh-ed25519 {A} bob\n", "#cloud-config\nssh-ed25519 {A} bob\n"},
	{"a prompt above", "[root@box ~]# useradd bob \\\n> -m\n[root@box ~]# cat id.pub\nssh-ed25519\n{A} bob\n", "ssh-ed25519 {A} bob\n"},
	{"a ticket above", "Re: [#1234] access via ssh\n\nHi, this is my key:\n\nssh-ed25519\n{A} bob\n", "ssh-ed25519 {A} bob\n"},
	{"a place in a page above", "see https://docs.example.com/guide/#ssh-keys\n\nmy key:\n\nssh-ed25519\n{A} bob\n", "ssh-ed25519 {A} bob\n"},
	{"a sign in a sentence above", "He said \"#1 is the\nbest\", and his key is\n\n> ssh-ed25519 {A} bob\n", "ssh-ed25519 {A} bob\n"},
	{"a value above, with a comment of its own", "comment-lf   = \"ctrl-P\" # \n\nkey: ssh-ed25519 {A} bob\n", "ssh-ed25519 {A} bob\n"},
	{"a channel above", "the channel '#ops is for that\n\n> ssh-ed25519 {A} bob\n", "ssh-ed25519 {A} bob\n"},
	{"a list of words above", "Fields:\n  name\n  environment\n  owner\n\nssh-ed25519 {A} bob\nssh-ed25519 {B} al\n", "\nssh-ed25519 {A} bob\nssh-ed25519 {B} al\n"},
	{"a manual page above", "SYNOPSIS\n       command\n\n> ssh-ed25519 {A} bob\n", "ssh-ed25519 {A} bob\n"},
	{"a host at openssh.com", "me@openssh.com ~ $ ssh-ed25519 {A} bob\n", "ssh-ed25519 {A} bob\n"},
	{"a member that is a word", "{\"id\":1,\"key\":\"ssh-ed25519 {A} a\",\"user\n", "ssh-ed25519 {A} a\n"},
	{"an environment of two words", "Key:\n  ssh-ed25519 {A} bob\n  Environment: Production EU\n", "  ssh-ed25519 {A} bob\n"},
	{"a comment that begins with from:", "ssh-ed25519\n{A} from: 5 Main St\n", "ssh-ed25519 {A} from: 5 Main St\n"},
	{"a diff of authorized_keys", "--- a/authorized_keys\n+++ b/authorized_keys\n@@ -1 +1,2 @@\n+ssh-ed25519 {A} me\n", "ssh-ed25519 {A} me\n"},
	{"a table that says nothing", "| user | key |\n|---|---|\n| ssh-ed25519 {A} bob | x |\n", "ssh-ed25519 {A} bob | x |\n"},
	{"a table of names", "| # | Name | Key |\n|---|---|---|\n| 1 | bob | ssh-ed25519 {A} |\n| 2 | al | `ssh-ed25519 {B} al@pc` |\n", "# | Name | Key |\nssh-ed25519 {A} bob\nssh-ed25519 {B} al@pc\n"},
	{"a table of names behind keys", "| key | Name | Added |\n|---|---|---|\n| `ssh-ed25519 {A}` | bob | 2024-01-01 |\n| `ssh-ed25519 {B} al@pc` | al | |\n", "ssh-ed25519 {A} bob\nssh-ed25519 {B} al@pc\n"},
	{"a table of a database", " id | user | ssh_key | added_at\n----+------+-----+---\n  1 | bob | ssh-ed25519 {A} | 2024-01-01\n(1 row)\n", "ssh-ed25519 {A} bob\n"},
	{"a table of a spreadsheet", "User\tE-Mail\tType\tPublic Key\nbob\tb@example.com\tssh-ed25519\t{A}\n\t\tssh-ed25519\tssh-ed25519 {B}\n", "ssh-ed25519 {A} bob\nssh-ed25519 {B}\n"},
	{"a table of quoted cells", "Owner;Key;Created\r\n\"Doe, Bob\";\"ssh-ed25519 {A}\";2024\r\n\"Al\";\"ssh-ed25519 {B} al, pc\";2024\r\n", "ssh-ed25519 {A} Doe, Bob\nssh-ed25519 {B} al, pc\n"},
	{"Ansible's short form", "- authorized_key: user=bob state=present key=\"ssh-ed25519 {A} me\"\n- authorized_key: user=al key='ssh-ed25519 {B} al'\n", "ssh-ed25519 {A} me\nssh-ed25519 {B} al\n"},
	{"JunOS's set", "set system login user bob authentication ssh-ed25519 \"ssh-ed25519 {A} bob\"\nset system root-authentication ssh-ed25519 \"ssh-ed25519 {B} al\"\n", "ssh-ed25519 {A} bob\nssh-ed25519 {B} al\n"},
	{"VyOS's set", "set system login user bob authentication public-keys me key '{A}'\nset system login user bob authentication public-keys me type 'ssh-ed25519'\n", "ssh-ed25519 {A}\n"},
	{"FortiOS", "config system admin\n  edit bob\n    set ssh-public-key1 \"ssh-ed25519 {A} bob\"\n", "ssh-ed25519 {A} bob\n"},
	{"RouterOS", "/user ssh-keys add key=\"ssh-ed25519 {A} bob\" user=bob\n", "ssh-ed25519 {A} bob\n"},
	{"an echo that prints its option", "-e ssh-ed25519 {A} bob\n-n ssh-ed25519 {B} al\n", "ssh-ed25519 {A} bob\nssh-ed25519 {B} al\n"},
	{"what is left of a bracketed paste", "00~ssh-ed25519 {A} bob01~\n", "ssh-ed25519 {A} bob\n"},
	{"Google's metadata", "ssh-keys = \"ubuntu:ssh-ed25519 {A} me@host\\nother:ssh-ed25519 {B} al\"\n", "ssh-ed25519 {A} me@host\nssh-ed25519 {B} al\n"},
	{"a heading with commas", "my key, from home:\n> ssh-ed25519 {A} bob\n", "ssh-ed25519 {A} bob\n"},
	{"fields of TOML on one line", "{ name = \"bob\", key = \"ssh-ed25519 {A} me\" },\n", "ssh-ed25519 {A} me\n"},
	{"fields of JavaScript on one line", "{ name: \"bob\", key: 'ssh-ed25519 {A} me' },\n", "ssh-ed25519 {A} me\n"},
	{"fields of YAML on one line", "- { user: bob, key: \"ssh-ed25519 {A} me\" }\n", "ssh-ed25519 {A} me\n"},
	{"a mark of a list", "- ssh-ed25519 {A} bob -\n\nrestrict ssh-ed25519 {B} bob\n",
		"ssh-ed25519 {A} bob -\n\nrestrict ssh-ed25519 {B} bob\n"},
}

var placeholders = strings.NewReplacer("{A}", "AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea",
	"{B}", "AAAAC3NzaC1lZDI1NTE5AAAAIGiOtCZJk9TzhKliawDl9nDLYM8IOT1+Vn6t68x9tfIy")

func TestRestricted(t *testing.T) {
	for _, c := range append(restricted, free...) {
		res, err := Text([]byte(placeholders.Replace(c.text)), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if want := placeholders.Replace(c.want); string(res.Text) != want {
			t.Errorf("%s: %q\n gives %q\n not   %q\n%v", c.how, c.text, res.Text, want, res.Findings)
		}
	}
}

// TestExpectRestricted: a key with one wrong character that is found is not let in where a
// sound one would not be.
func TestExpectRestricted(t *testing.T) {
	const line = "ssh-ed25519 {A} me\n"
	a := placeholders.Replace("{A}")
	key := must(authkeys.ParseLine([]byte("ssh-ed25519 " + a))).Public
	wrong := "ssh-ed25519 " + a[:40] + "x" + a[41:] + " me\n"
	for text, printed := range map[string]bool{
		line: true, "# mine\n" + line: true, "/*\n" + line + "*/\n": false, "revoked:\n" + line: false, "command=\"x\"\n" + line: false,
		"from the mail,\n" + strings.Replace(line, "ssh", "restrict ssh", 1): false,
	} {
		for _, damaged := range []bool{false, true} {
			in := placeholders.Replace(text)
			if damaged {
				in = strings.Replace(in, placeholders.Replace(line)[len("ssh-ed25519 "):], wrong[len("ssh-ed25519 "):], 1)
			}
			res, err := Text([]byte(in), Options{Expect: key.Fingerprint()})
			if err != nil || (len(res.Entries) == 1) != printed {
				t.Errorf("%q: %v, %q", in, err, res.Text)
			}
		}
	}
}

// TestDamagedOptionsAdvice: what is advised about options in front of a key, for
// each fault. A list that is shown is one that is read.
func TestDamagedOptionsAdvice(t *testing.T) {
	const key = " ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea"
	const meant = "if you meant these options, write them so: "
	for prefix, want := range map[string]string{
		`from=10.0.0.1`:                meant + `from="10.0.0.1"`,
		`command=/bin/ls -l`:           meant + `command="/bin/ls -l"`,
		`command=\"ls\"`:               meant + `command="ls"`,
		`no-pty command="x"`:           meant + `no-pty,command="x"`,
		`no-pty, command="echo a, b"`:  meant + `no-pty,command="echo a, b"`,
		`command=&quot;ls&quot;`:       meant + `command="ls"`,
		`command=&#34;a&amp;b&#34;`:    meant + `command="a&b"`,
		`from=%2210.0.0.1%2C10.1%22`:   meant + `from="10.0.0.1,10.1"`,
		`no-ptty`:                      "the nearest option is no-pty",
		`commnad="/bin/x"`:             "the nearest option is command",
		`from="10.0.0.1`:               "write the closing quote behind the value",
		`command="ls`:                  "write the closing quote behind the value",
		`from=10.0.0.1 command=/bin/x`: `put all of the value in quotes: from="`,
		`foo,no-pty`:                   `NAME="VALUE"`,
	} {
		res, err := Text([]byte(prefix+key+"\n"), Options{})
		if err != nil || len(res.Entries) > 0 || len(res.Findings) != 1 {
			t.Fatalf("%s: %v %+v", prefix, err, res)
		}
		f := res.Findings[0]
		if f.Code != "options-damaged" || !strings.Contains(f.Hint, want) {
			t.Errorf("%s: %s: %s\n%s", prefix, f.Code, f.Msg, f.Hint)
		}
		if list, ok := strings.CutPrefix(f.Hint, meant); ok && readsAsOptions(list) != nil {
			t.Errorf("%s: %s is not read", prefix, list)
		}
	}
}

// TestAdmitsNobody: a line that lets nobody in is repaired as it is, with a warning.
func TestAdmitsNobody(t *testing.T) {
	const blob = "AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea"
	res, err := Text([]byte(`from="!10.0.0.1" ssh-ed25519 `+blob[:40]+"\n"+blob[40:]+"\n"), Options{})
	if err != nil || string(res.Text) != `from="!10.0.0.1" ssh-ed25519 `+blob+"\n" || !slices.ContainsFunc(res.Findings, func(f sshkey.Finding) bool { return f.Code == "not-accepted" && f.Severity == sshkey.Warning }) {
		t.Errorf("%v %q %v", err, res.Text, res.Findings)
	}
}

// TestTornOptions: options above or in front of a container, whole or without their first
// letters, as vi leaves them, are not left out.
func TestTornOptions(t *testing.T) {
	const blob = "AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea"
	containers := []string{
		"ssh-ed25519 " + blob + " me\n",
		"---- BEGIN SSH2 PUBLIC KEY ----\n" + blob + "\n---- END SSH2 PUBLIC KEY ----\n",
		"PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: me\nPublic-Lines: 2\n" + blob[:64] + "\n" + blob[64:] + "\n",
		"-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----\n",
	}
	key := must(authkeys.ParseLine([]byte("ssh-ed25519 " + blob)))
	parse := func([]byte) ([]*sshkey.Key, error) { return []*sshkey.Key{key}, nil }
	for i, container := range containers {
		for options, names := range map[string]bool{
			`restrict`: true, `pty`: true, `nd="/usr/bin/rsync --server"`: true, `m="10.0.0.1",no-user-rc`: true, `trict`: true, `ert-authority`: true,
			`ROM="10.0.0.1"`: true, `rsync="x"`: false, `time="2026-01-02" level=info`: false, `the`: false,
		} {
			for _, between := range []string{"\n", "\n\n", " "} {
				if between == " " && (i == 0 || !names) {
					continue // sshd reads it, or it is known for no options
				}
				res, err := Text([]byte(options+between+container), Options{Parse: parse})
				if err != nil || (len(res.Entries) == 0) != names {
					t.Errorf("%s%q%s: %v, %q", options, between, container, err, res.Text)
				}
			}
		}
	}
}

// TestOptionsBelow: options below a key in its structure are told of once, with the key.
func TestOptionsBelow(t *testing.T) {
	res := must(Text([]byte(placeholders.Replace("{\n \"key\": \"ssh-ed25519 {A} a\",\n \"restricted\": true\n}\n")), Options{}))
	var refused []string
	for _, f := range res.Findings {
		if f.Severity == sshkey.Refused {
			refused = append(refused, f.Code)
		}
	}
	if !slices.Equal(refused, []string{"options-apart"}) {
		t.Error(res.Findings)
	}
}
