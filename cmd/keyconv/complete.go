package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/internal/ciphers"
	"github.com/urfave/cli/v2"
)

// Completion is worked out here, once for all shells: their scripts ask the
// program what can stand at the cursor. All that can is derived from the
// commands and from the tables that the commands themselves use.

// A completion is what can stand at the cursor.
type completion struct {
	words []candidate
	files string // names of files as well, which the shell knows best: fileNames or folderNames
}

// A candidate is a word and what it means.
type candidate struct{ text, about string }

// What the shell adds; the last line of an answer.
const (
	noNames     = ":none"
	fileNames   = ":file"
	folderNames = ":dir"
)

// kinds says what the placeholders in usage texts stand for. Where two flags
// have the same placeholder and mean different things by it, the flag is named.
var kinds = map[string]func(*cli.App) completion{
	"--to":      func(*cli.App) completion { return formatNames(keyconv.Format.Writes) },
	"--from":    func(*cli.App) completion { return formatNames(keyconv.Format.Reads) },
	"--ppk-kdf": func(*cli.App) completion { return plainWords(kdfNames()...) },
	"--cipher":  func(*cli.App) completion { return plainWords(strings.Split(ciphers.Names(), ", ")...) },
	"--hash":    func(*cli.App) completion { return plainWords(slices.Sorted(maps.Keys(fingerprints))...) },

	"CODE":    func(*cli.App) completion { return codeNames() },
	"SHELL":   func(*cli.App) completion { return plainWords(slices.Sorted(maps.Keys(shells))...) },
	"COMMAND": func(app *cli.App) completion { return commandNames(app.Commands) },

	"FILE":            func(*cli.App) completion { return completion{files: fileNames} },
	"KEYFILE":         func(*cli.App) completion { return completion{files: fileNames} },
	"AUTHORIZED_KEYS": func(*cli.App) completion { return completion{files: fileNames} },
	"SSHD_CONFIG":     func(*cli.App) completion { return completion{files: fileNames} },
	"DIR":             func(*cli.App) completion { return completion{files: folderNames} },
}

// namesFile reports whether the value of a flag is the name of a file or a folder.
func namesFile(c *cli.Command, flag string) bool {
	here := cursor{flags: flagDocs(c.Flags)}
	f, ok := here.flag(flag)
	kind := kinds[f.value]
	return ok && kind != nil && kind(nil).files != ""
}

func plainWords(texts ...string) (c completion) {
	for _, t := range texts {
		c.words = append(c.words, candidate{text: t})
	}
	return c
}

func formatNames(want func(keyconv.Format) bool) (c completion) {
	for _, f := range keyconv.Formats() {
		if want(f) {
			c.words = append(c.words, candidate{f.Name, f.Title})
		}
	}
	return c
}

func codeNames() (c completion) {
	for _, code := range keyconv.Codes() {
		c.words = append(c.words, candidate{code.Name, code.Meaning})
	}
	return c
}

func commandNames(list []*cli.Command) (c completion) {
	for _, command := range visible(list) {
		c.words = append(c.words, candidate{command.Name, command.Usage})
	}
	return c
}

// A cursor goes through the words of a command line.
type cursor struct {
	app      *cli.App
	commands []*cli.Command // that can be named here
	usage    string         // of the command's arguments
	flags    []flagDoc
	pending  string // the flag whose value the next word is
	args     int    // arguments passed
	noFlags  bool   // behind "--"
}

// complete says what can stand in the place of the word current, behind the
// words that follow the program's name.
func complete(app *cli.App, before []string, current string) completion {
	c := &cursor{app: app, commands: app.Commands, flags: flagDocs(app.Flags)}
	for _, word := range before {
		c.pass(word)
	}
	result := c.at(current)
	result.words = slices.DeleteFunc(result.words, func(w candidate) bool { return !strings.HasPrefix(w.text, current) })
	return result
}

// pass goes over a word.
func (c *cursor) pass(word string) {
	isFlag := len(word) > 1 && word[0] == '-' && !c.noFlags
	switch {
	case c.pending != "" && word == "=": // bash makes three words of --to=ppk
	case c.pending != "":
		c.pending = ""
	case isFlag && word == "--":
		c.noFlags = true
	case isFlag:
		if f, ok := c.flag(word); ok && f.value != "" {
			c.pending = word
		}
	default:
		c.argument(word)
	}
}

// argument goes over a word that is no flag: the name of a command as long as
// there are any to name.
func (c *cursor) argument(word string) {
	for _, command := range c.commands {
		if c.args == 0 && command.HasName(word) {
			c.commands, c.usage, c.flags = command.Subcommands, argsUsage(command), flagsOf(command)
			return
		}
	}
	c.args++
}

// flag finds a flag of the command by its name with dashes.
func (c *cursor) flag(word string) (flagDoc, bool) {
	i := slices.IndexFunc(c.flags, func(f flagDoc) bool { return slices.Contains(f.names, strings.TrimLeft(word, "-")) })
	if i < 0 {
		return flagDoc{}, false
	}
	return c.flags[i], true
}

// at says what can stand at the cursor.
func (c *cursor) at(current string) completion {
	name, _, assigned := strings.Cut(current, "=")
	switch {
	case c.pending != "":
		return c.value(c.pending)
	case strings.HasPrefix(current, "-") && !c.noFlags && assigned:
		list := c.value(name)
		for i := range list.words {
			list.words[i].text = name + "=" + list.words[i].text
		}
		return list
	case strings.HasPrefix(current, "-") && !c.noFlags:
		return c.flagNames()
	case len(c.commands) > 0 && c.args == 0:
		return commandNames(c.commands)
	}
	return c.arguments()
}

// value is what a flag takes.
func (c *cursor) value(name string) completion {
	f, ok := c.flag(name)
	if !ok {
		return completion{}
	}
	for _, key := range []string{dashed(f.names[0]), f.value} {
		if kind := kinds[key]; kind != nil {
			return kind(c.app)
		}
	}
	return completion{}
}

func (c *cursor) flagNames() (list completion) {
	for _, f := range c.flags {
		for _, name := range f.names {
			list.words = append(list.words, candidate{dashed(name), f.usage})
		}
	}
	return list
}

// arguments are what the usage text of the command names.
func (c *cursor) arguments() (list completion) {
	for _, p := range placeholder().FindAllString(c.usage, -1) {
		if kind := kinds[p]; kind != nil {
			found := kind(c.app)
			list.words = append(list.words, found.words...)
			list.files = max(list.files, found.files)
		}
	}
	return list
}

// print writes an answer: a candidate a line, a tab in front of what it means,
// and what the shell adds in the last line.
func (c completion) print(w io.Writer) {
	for _, word := range c.words {
		fmt.Fprintf(w, "%s\t%s\n", word.text, strings.ReplaceAll(word.about, "\n", " "))
	}
	if c.files == "" {
		c.files = noNames
	}
	fmt.Fprintln(w, c.files)
}
