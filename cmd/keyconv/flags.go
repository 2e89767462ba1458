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

// mayBeEmpty are the flags to which an empty value says something.
var mayBeEmpty = []string{"comment"}

// noneEmpty refuses a flag without a value: a variable of a script that is not
// set must not take a restriction or a check away.
func noneEmpty(c *cli.Context) error {
	for _, f := range c.Command.Flags {
		f, text := f.(*cli.StringFlag)
		if text && isSet(c, f.Name) && strings.TrimSpace(c.String(f.Name)) == "" && !slices.Contains(mayBeEmpty, f.Name) {
			return usageError{hint("--"+f.Name+" is given, and its value is empty", "if it is a variable of the shell, it is not set; without the flag: leave it out")}
		}
	}
	return nil
}

// isSet is Context.IsSet of a flag that no environment sets. That one asks every flag
// of a command for its names, which takes half of convert's allocations.
func isSet(c *cli.Context, name string) bool { return slices.Contains(c.FlagNames(), name) }

// Flags that several commands have. Each command gets one of its own, because
// urfave/cli writes into them.

func jsonFlag() cli.Flag { return boolFlag("json", "print JSON") }

func quietFlag() cli.Flag { return boolFlag("quiet", "no notes and warnings, only errors", "q") }

func fromFlag() cli.Flag {
	return &cli.StringFlag{Name: "from", Usage: "insist on this `FORMAT` of the input"}
}

func passphraseFlag() cli.Flag {
	return &cli.StringFlag{Name: "passphrase-file", Usage: "the first line of `FILE` opens the input"}
}

func expensiveFlag() cli.Flag {
	return boolFlag("allow-expensive", "lift the limits on what a file may ask for (KDF memory and rounds)")
}

func boolFlag(name, usage string, aliases ...string) *cli.BoolFlag {
	return &cli.BoolFlag{Name: name, Aliases: aliases, Usage: usage, DisableDefaultText: true}
}

func intFlag(name, usage, byDefault string) *cli.IntFlag {
	return &cli.IntFlag{Name: name, Usage: usage, DefaultText: byDefault}
}
