package main

import (
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// takesValue reports whether the argument a, which begins with a dash, is a
// flag of the command whose value is the next argument.
func takesValue(c *cli.Command, a string) bool {
	name := strings.TrimLeft(a, "-")
	for _, f := range c.Flags {
		if slices.Contains(f.Names(), name) {
			v, ok := f.(cli.DocGenerationFlag)
			return ok && v.TakesValue()
		}
	}
	return false
}

// Flags that several commands have.
var (
	jsonFlag  = &cli.BoolFlag{Name: "json", Usage: "print JSON"}
	quietFlag = &cli.BoolFlag{Name: "quiet", Aliases: []string{"q"}, Usage: "no notes and warnings, only errors"}
	fromFlag  = &cli.StringFlag{Name: "from", Usage: "insist on this `FORMAT` of the input"}

	passphraseFlag = &cli.StringFlag{Name: "passphrase-file", Usage: "the first line of `FILE` opens the input"}
	expensiveFlag  = &cli.BoolFlag{Name: "allow-expensive", Usage: "lift the limits on what a file may ask for (KDF memory and rounds)"}
)
