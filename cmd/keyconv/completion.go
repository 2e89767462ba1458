package main

import (
	_ "embed"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/keyconv/keyconv/internal/safefile"
	"github.com/urfave/cli/v2"
)

var (
	//go:embed completion/keyconv.bash
	bashScript string
	//go:embed completion/keyconv.zsh
	zshScript string
	//go:embed completion/keyconv.fish
	fishScript string
	//go:embed completion/keyconv.ps1
	powershellScript string
)

var shells = map[string]string{"bash": bashScript, "zsh": zshScript, "fish": fishScript, "powershell": powershellScript}

func completionCommand(e *env) *cli.Command {
	return &cli.Command{
		Name: "completion", Usage: "print the script with which a shell completes keyconv", ArgsUsage: "SHELL",
		Description: `EXAMPLES:
   source <(keyconv completion bash)                          in ~/.bashrc
   source <(keyconv completion zsh)                           in ~/.zshrc, behind compinit
   keyconv completion fish > ~/.config/fish/completions/keyconv.fish
   keyconv completion powershell | Out-String | Invoke-Expression  in $PROFILE

The packages for Debian and Homebrew bring these scripts along.`,
		Action: func(c *cli.Context) error {
			names := strings.Join(slices.Sorted(maps.Keys(shells)), ", ")
			if c.NArg() != 1 {
				return usagef("name one shell: %s", names)
			}
			script, ok := shells[strings.ToLower(c.Args().First())]
			if !ok {
				return usagef("no completion for %q: there are %s", c.Args().First(), names)
			}
			_, err := io.WriteString(e.stdout, script)
			return safefile.Plain(err)
		},
	}
}

// answerCommand is what the scripts call: keyconv __complete =WORD WORD...,
// where the first is the word at the cursor and the others are those in front
// of it. The sign is there because PowerShell drops empty arguments.
func answerCommand(e *env) *cli.Command {
	return &cli.Command{
		Name: "__complete", Hidden: true, SkipFlagParsing: true,
		Action: func(c *cli.Context) error {
			current, before := strings.TrimPrefix(c.Args().First(), "="), c.Args().Tail()
			complete(c.App, before, current).print(e.stdout)
			return nil
		},
	}
}
