package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/urfave/cli/v2"
)

func testApp() *cli.App {
	app := newApp(&env{stdin: strings.NewReader(""), stdout: io.Discard, stderr: io.Discard})
	app.Setup()
	return app
}

// TestComplete: what can stand at the cursor, which is the word behind the bar.
func TestComplete(t *testing.T) {
	for _, test := range []struct {
		line string
		want string // the candidates, and what the shell adds
	}{
		{"con|", "convert"},
		{"convert|", "convert"},
		{"help fi|", "fingerprint"},
		{"convert --to pk|", "pkcs8 pkcs1-public"},
		{"convert --to known|", ""}, // read only
		{"convert --from known|", "known-hosts"},
		{"convert --to = pk|", "pkcs8 pkcs1-public"}, // as bash cuts it
		{"convert --to=pk|", "--to=pkcs8 --to=pkcs1-public"},
		{"convert id.ppk -t pk|", "pkcs8 pkcs1-public"},
		{"convert --to ppk pk|", "+file"},
		{"convert -- --t|", "+file"},
		{"convert --t|", "--to"},
		{"convert --output-dir |", "+dir"},
		{"convert --output |", "+file"},
		{"convert --output=|", "+file"},
		{"convert --comment |", ""},
		{"convert --ppk-kdf argon2i|", "argon2id argon2i"},
		{"convert --cipher aes128-g|", "aes128-gcm@openssh.com"},
		{"fingerprint --hash m|", "md5"},
		{"fingerprint --frobnicate=|", ""},
		{"explain trunc|", "truncated +file"},
		{"check --key |", "+file"},
		{"agent |", "list add"},
		{"agent add --lif|", "--lifetime"},
		{"agent add |", "+file"},
		{"completion f|", "fish"},
		{"completion powershell |", "bash fish powershell zsh"},
		{"formats |", ""},
		{"frobnicate con|", ""},
		{"__comp|", ""},
	} {
		words := strings.Split(strings.TrimSuffix(test.line, "|"), " ")
		got := complete(testApp(), words[:len(words)-1], words[len(words)-1])
		var texts []string
		for _, w := range got.words {
			texts = append(texts, w.text)
		}
		if got.files != "" {
			texts = append(texts, strings.Replace(got.files, ":", "+", 1))
		}
		if s := strings.Join(texts, " "); s != test.want {
			t.Errorf("%s gives %q, not %q", test.line, s, test.want)
		}
	}
}

// freeText are the placeholders whose words nobody can know.
var freeText = strings.Fields("ADDRESS DATE FINGERPRINT FLAGS KEY KiB LIST MESSAGE N NAME PORT TEXT TIME")

// TestKinds: completion knows what every placeholder in a usage text means, and
// knows none that is nowhere.
func TestKinds(t *testing.T) {
	used := map[string]bool{}
	place := func(command, placeholder string) {
		if kinds[placeholder] != nil {
			used[placeholder] = true
		} else if !slices.Contains(freeText, placeholder) {
			t.Errorf("%s: completion does not know what %s is: a row of kinds, or a word of freeText", command, placeholder)
		}
	}
	eachCommand(testApp().Commands, "keyconv", func(name string, c *cli.Command) {
		for _, p := range placeholder().FindAllString(argsUsage(c), -1) {
			place(name, p)
		}
		for _, f := range flagsOf(c) {
			if long := dashed(f.names[0]); kinds[long] != nil {
				used[long] = true
			} else if f.value != "" {
				place(name+" "+long, f.value)
			}
		}
	})
	for key := range kinds {
		if !used[key] {
			t.Errorf("no command has %s", key)
		}
	}
}

// eachCommand goes through the commands that help shows, and theirs.
func eachCommand(list []*cli.Command, before string, do func(name string, c *cli.Command)) {
	for _, c := range visible(list) {
		do(before+" "+c.Name, c)
		eachCommand(c.Subcommands, before+" "+c.Name, do)
	}
}

// TestPowerShellScript: PowerShell is in no Debian, so that its script is only
// read here, by a grammar that is not ours; it takes eight seconds to load.
func TestPowerShellScript(t *testing.T) {
	if testing.Short() {
		t.Skip("other tools judge in the full run")
	}
	t.Chdir("../..")
	node := keytest.Node(t, "web-tree-sitter")
	scripts, err := json.Marshal([]string{powershellScript, strings.Replace(powershellScript, "{", "(", 1)})
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), node, "--liftoff", "--no-wasm-tier-up", "cmd/keyconv/testdata/powershell.js")
	command.Stdin = bytes.NewReader(scripts)
	out, err := command.CombinedOutput()
	var errors [2][]string
	if err != nil || json.Unmarshal(out, &errors) != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if len(errors[0]) > 0 {
		t.Errorf("no PowerShell at %s", errors[0])
	}
	if len(errors[1]) == 0 {
		t.Error("the grammar takes a script with a wrong bracket")
	}
}

// TestCompletionScripts: every shell has one, which asks the hidden command.
func TestCompletionScripts(t *testing.T) {
	for shell, script := range shells {
		if got := program(t, "completion", shell); string(got) != script || !regexp.MustCompile(`__complete "=\$`).Match(got) {
			t.Errorf("%s: %s", shell, got)
		}
	}
	var stdout, stderr bytes.Buffer
	if code := run([]string{"keyconv", "completion", "csh"}, strings.NewReader(""), &stdout, &stderr); code != exitUsage || stdout.Len() > 0 {
		t.Errorf("exits with %d: %s%s", code, &stdout, &stderr)
	}
}
