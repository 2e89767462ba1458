package main

import (
	"fmt"
	"strings"

	"github.com/keyconv/keyconv"
	"github.com/urfave/cli/v2"
)

func explainCommand(e *env) *cli.Command {
	return &cli.Command{
		Name: "explain", Usage: "tell what the code of a finding means", ArgsUsage: "[CODE...]",
		Description: `EXAMPLES:
   keyconv explain truncated
   keyconv explain               all codes`,
		Flags: []cli.Flag{quietFlag},
		Action: func(c *cli.Context) error {
			e.begin(c)
			wanted := c.Args().Slice()
			found := map[string]bool{}
			for _, code := range keyconv.Codes() {
				if len(wanted) == 0 || contains(wanted, code.Name) {
					found[code.Name] = true
					fmt.Fprintf(e.stdout, "%s: %s\n", code.Name, code.Meaning)
				}
			}
			for _, w := range wanted {
				if !found[strings.ToLower(w)] {
					return hint(fmt.Sprintf("no finding has the code %q", w), "keyconv explain lists all of them")
				}
			}
			return nil
		},
	}
}

func contains(list []string, name string) bool {
	for _, s := range list {
		if strings.EqualFold(s, name) {
			return true
		}
	}
	return false
}
