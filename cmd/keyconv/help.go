package main

import (
	"strings"

	"github.com/keyconv/keyconv/internal/nearest"
	"github.com/keyconv/keyconv/internal/safetext"
	"github.com/keyconv/keyconv/sshkey"
	"github.com/urfave/cli/v2"
)

// helpTemplate begins with the examples.
const helpTemplate = `{{.HelpName}} - {{.Usage}}

USAGE: {{.HelpName}} {{.ArgsUsage}}
{{if .Description}}
{{.Description}}
{{end}}
OPTIONS:
{{range .VisibleFlags}}   {{.}}
{{end}}`

const appHelpTemplate = `{{.Name}} - {{.Usage}}

USAGE: {{.Name}} COMMAND [FLAGS] [FILE...]

{{.Description}}

COMMANDS:
{{range .VisibleCommands}}   {{printf "%-12s" .Name}} {{.Usage}}
{{end}}
"keyconv help COMMAND" shows examples and flags, "keyconv man COMMAND" its page.
`

// helpCommand stands in the lists; helpAsked does its work.
func helpCommand() *cli.Command {
	return &cli.Command{Name: "help", Aliases: []string{"h"}, Usage: "show the examples and flags of a command", ArgsUsage: "[COMMAND]"}
}

// helpAsked makes "COMMAND --help" of "help COMMAND", for commands below others
// too.
func helpAsked(app *cli.App, args []string) ([]string, error) {
	if len(args) < 2 || args[1] != "help" && args[1] != "h" {
		return args, nil
	}
	words := args[2:]
	if len(words) > 0 && words[0] == "--" {
		words = words[1:]
	}
	about := append([]string{args[0]}, words...)
	if len(words) > 0 && !strings.HasPrefix(words[0], "-") {
		if c, n := findCommand(app, about); c == nil || n < len(about) && !strings.HasPrefix(about[n], "-") {
			return args, unknownCommand(app, strings.Join(words, " "))
		}
	}
	return append(about, "--help"), nil
}

// unknownCommand may be a file that was dropped on the program.
func unknownCommand(app *cli.App, word string) error {
	err := usagef("unknown command %q", word)
	if file := safetext.ShellWord(word); isFile(word) {
		return sshkey.WithHint(err, "keyconv convert "+file+" converts the file, keyconv inspect "+file+" says what is in it")
	}
	if near := nearest.Of(word, everyCommand(app)); near != "" {
		return sshkey.WithHint(err, "did you mean keyconv "+near+"? See: keyconv help "+near)
	}
	return err
}

// everyCommand are the names of all commands, "agent add" too.
func everyCommand(app *cli.App) (names []string) {
	for _, c := range visible(app.Commands) {
		names = append(names, c.Name)
		for _, sub := range visible(c.Subcommands) {
			names = append(names, c.Name+" "+sub.Name)
		}
	}
	return names
}

// commandOf is " NAME" for the hint behind a usage error, such that help shows
// the flags: " agent add".
func commandOf(app *cli.App, args []string) string {
	c, words := findCommand(app, args)
	if c == nil || c.Name == "help" {
		return ""
	}
	return " " + strings.Join(args[1:words], " ")
}
