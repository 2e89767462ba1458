package main

import (
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// What the definition of a command says, taken apart for the manual and for
// completion, so that neither has a text of its own to grow old.

// An example is a command line of a help text, and what it is good for.
type example struct{ line, about string }

const exampleMark = "EXAMPLES:\n"

// examplesOf takes the examples off a description, which begins with them, and
// gives the prose behind them. Two spaces part a command line from what is said
// about it.
func examplesOf(description string) (list []example, prose string) {
	text, ok := strings.CutPrefix(description, exampleMark)
	if !ok {
		return nil, description
	}
	block, prose, _ := strings.Cut(text, "\n\n")
	for line := range strings.Lines(block) {
		command, about, _ := strings.Cut(strings.TrimSpace(line), "  ")
		list = append(list, example{command, strings.TrimSpace(about)})
	}
	return list, prose
}

// A flagDoc is what a flag says of itself.
type flagDoc struct {
	names     []string // "to", "t"
	value     string   // "FORMAT"; nothing for a switch
	usage     string
	byDefault string
}

var quoted = lazy("`([^`]+)`")

// flagDocs describes the flags that are not hidden.
func flagDocs(flags []cli.Flag) (list []flagDoc) {
	for _, f := range flags {
		doc, ok := f.(cli.DocGenerationFlag)
		if v, hides := f.(cli.VisibleFlag); !ok || hides && !v.IsVisible() {
			continue
		}
		d := flagDoc{names: f.Names(), usage: quoted().ReplaceAllString(doc.GetUsage(), "$1")}
		if doc.TakesValue() {
			d.value, d.byDefault = "VALUE", strings.Trim(doc.GetDefaultText(), `"`)
			if m := quoted().FindStringSubmatch(doc.GetUsage()); m != nil {
				d.value = m[1]
			}
		}
		list = append(list, d)
	}
	return list
}

// flagsOf describes the flags of a command, with the one that urfave/cli adds
// when the command is run.
func flagsOf(c *cli.Command) []flagDoc {
	if slices.Contains(c.Flags, cli.HelpFlag) {
		return flagDocs(c.Flags)
	}
	return flagDocs(append(slices.Clone(c.Flags), cli.HelpFlag))
}

// placeholder is a word of a usage text that stands for something.
var placeholder = lazy(`\b[A-Z][A-Z_]+\b`)

// argsUsage names the arguments of a command; urfave/cli writes its own in
// small letters.
func argsUsage(c *cli.Command) string {
	if c.Name == "help" {
		return "[COMMAND]"
	}
	return c.ArgsUsage
}

// dashed is the name of a flag as it is typed.
func dashed(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}

// visible are the commands that help shows.
func visible(commands []*cli.Command) (list []*cli.Command) {
	for _, c := range commands {
		if !c.Hidden {
			list = append(list, c)
		}
	}
	return list
}
