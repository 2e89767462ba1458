// Keyconv takes an SSH key in any shape and gives it back in the shape that is
// needed. "keyconv help" lists its commands.
package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/keyconv/keyconv/sshkey"
	"github.com/urfave/cli/v2"
)

// The exit statuses.
const (
	exitDone  = 0
	exitFound = 1 // the input was refused, or a problem was found
	exitUsage = 2 // the command line was wrong
)

// errReported is returned by a command that has said on standard error all
// there is to say.
var errReported = errors.New("reported")

// A usageError is a wrong command line.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func isUsage(err error) bool {
	_, ok := errors.AsType[usageError](err)
	return ok
}

func usagef(msg string, args ...any) error { return usageError{fmt.Errorf(msg, args...)} }

func main() {
	e := &env{stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr}
	go e.exit.watch()
	spareCollections()
	os.Exit(e.run(os.Args))
}

// run is the whole program but for the exit and the signals.
func (e *env) run(args []string) int {
	out := &results{w: e.stdout}
	e.stdout = out
	e.args = args
	app := newApp(e)
	err := privateArgument(args)
	if err == nil {
		args, err = helpAsked(app, args)
	}
	ordered := args
	if err == nil {
		ordered, err = flagsFirst(app, args)
	}
	if err == nil {
		err = caught(func() error { return app.Run(ordered) })
	}
	var usage usageError
	switch {
	case out.err != nil:
		e.message("keyconv: standard output: "+out.err.Error(), "what was printed is not the whole result: send it where it can be written")
	case err == nil:
		return exitDone
	case errors.As(err, &usage):
		e.message("keyconv: "+usage.Error(), cmp.Or(sshkey.Hint(err), "see: keyconv help"+commandOf(app, args)))
		return exitUsage
	case !errors.Is(err, errReported):
		e.problem(ourselves, err)
	}
	if e.json && e.failed != nil && !out.begun { // a program that reads the document is told why there is none
		json.NewEncoder(escaped{e.stdout}).Encode(e.failed)
	}
	return exitFound
}

// newApp puts the commands together. Everything that urfave/cli would print or
// decide by itself (usage errors, os.Exit) is turned off here.
func newApp(e *env) *cli.App {
	app := &cli.App{
		Name:  "keyconv",
		Usage: "take an SSH key in any shape, give it back in the shape that is needed",
		Description: `EXAMPLES:
   keyconv convert id.ppk -o id_rsa              PuTTY's key for OpenSSH
   keyconv convert id_ed25519 -o id.ppk          OpenSSH's key for PuTTY
   keyconv convert id.ppk --to authorized-keys   the line for the server
   keyconv inspect id.ppk                        what is in this file?
   keyconv normalize pasted.txt                  the public keys in a paste
   keyconv check --key id.ppk                    does authorized_keys let it in?

Without a FILE, or for -, standard input is read. Results go to standard output,
findings and questions to standard error. An error names its place as
FILE:LINE:COLUMN, says what is wrong, and in a second line what to do next.`,
		Commands: []*cli.Command{
			convertCommand(e), inspectCommand(e), fingerprintCommand(e), normalizeCommand(e),
			checkCommand(e), addCommand(e), doctorCommand(e), explainCommand(e), agentCommand(e),
			formatsCommand(e), webCommand(e), versionCommand(e), completionCommand(e), manCommand(e), helpCommand(), answerCommand(e),
		},
		Writer: e.stdout, ErrWriter: e.stderr,
		HideVersion:    true,
		ExitErrHandler: func(*cli.Context, error) {},
		OnUsageError:   e.onUsageError,
		Flags:          []cli.Flag{boolFlag("version", "print the version"), cli.HelpFlag},

		CustomAppHelpTemplate: appHelpTemplate,
		Action: func(c *cli.Context) error {
			if c.Bool("version") {
				return e.version()
			}
			if c.Args().Present() {
				return unknownCommand(c.App, c.Args().First())
			}
			c.App.Writer = e.stderr // nobody asked for it
			cli.ShowAppHelp(c)
			return usagef("no command given")
		},
	}
	for _, c := range app.Commands {
		plainCommand(e, c)
	}
	return app
}

// plainCommand takes urfave/cli's own ways from a command and those below it.
func plainCommand(e *env, c *cli.Command) {
	c.OnUsageError = e.onUsageError
	c.CustomHelpTemplate = helpTemplate
	c.HideHelpCommand = true
	c.Before = noneEmpty
	for _, sub := range c.Subcommands {
		plainCommand(e, sub)
	}
}

// onUsageError says in which way a flag is wrong, as it was typed. Whoever gives
// a passphrase to a flag has to hear why there is none for it.
func (e *env) onUsageError(_ *cli.Context, err error, _ bool) error {
	text := err.Error()
	if name, unknown := strings.CutPrefix(text, "flag provided but not defined: -"); unknown {
		err := usagef("unknown flag %s", e.typed(name))
		if strings.HasPrefix(name, "pass") {
			err = sshkey.WithHint(err, "a passphrase goes into a file: --passphrase-file FILE; every user of the machine can read arguments")
		}
		return err
	}
	if _, flag, found := strings.Cut(text, " for -"); found && strings.HasPrefix(text, "invalid boolean value ") {
		name, _, _ := strings.Cut(flag, ":")
		return usagef("%s takes no value", e.typed(name))
	}
	value, rest, wrong := strings.Cut(strings.TrimPrefix(text, "invalid value "), " for flag -")
	name, why, _ := strings.Cut(rest, ": ")
	switch {
	case wrong && why == "parse error":
		return usagef("%s: %s is no whole number", e.typed(name), value)
	case wrong:
		return usagef("%s: %s: %s", e.typed(name), value, why)
	}
	return usageError{err}
}

// typed is the flag as it stands on the command line, with one dash or two.
func (e *env) typed(name string) string {
	for _, a := range e.args {
		if word, _, _ := strings.Cut(a, "="); word != name && strings.TrimLeft(word, "-") == name {
			return word
		}
	}
	return "--" + name
}

// findCommand is the command that the arguments name, "agent add" too, and how
// many of them name it; nil where they name none.
func findCommand(app *cli.App, args []string) (c *cli.Command, words int) {
	if len(args) < 2 {
		return nil, 1
	}
	c, words = app.Command(args[1]), 2
	for c != nil && words < len(args) && c.Command(args[words]) != nil {
		c, words = c.Command(args[words]), words+1
	}
	return c, words
}

// flagsFirst moves flags in front of file names, because urfave/cli v2 stops
// looking for flags at the first argument that is none.
func flagsFirst(app *cli.App, args []string) ([]string, error) {
	command, words := findCommand(app, args)
	if command == nil || command.SkipFlagParsing {
		return args, nil
	}
	var flags, files []string
	for i := words; i < len(args); i++ {
		a := args[i]
		switch {
		case a == "--":
			files = append(files, args[i+1:]...)
			i = len(args)
		case len(a) < 2 || a[0] != '-':
			files = append(files, a)
		case a == "--help" || a == "-h": // urfave/cli takes a file beside it for a command
			return append(args[:words:words], "--help"), nil
		default:
			flags = append(flags, a)
			if !takesValue(command, a) {
				continue
			}
			if i++; i == len(args) {
				return nil, usagef("%s needs a value", a)
			}
			flags = append(flags, inHome(command, a, args[i]))
		}
	}
	if runtime.GOOS == "windows" && command.Name != "explain" {
		files = matching(files)
	}
	out := append(append([]string{}, args[:words]...), flags...)
	return append(append(out, "--"), files...), nil
}

// inHome is the value of a flag, which on Windows, whose cmd does not, gets the home
// folder in the place of ~ where it is a file's name.
func inHome(c *cli.Command, flag, value string) string {
	if runtime.GOOS == "windows" && namesFile(c, flag) {
		return withHome(value)
	}
	return value
}

func withHome(name string) string {
	home, err := os.UserHomeDir()
	if err != nil || len(name) < 2 || name[0] != '~' || !os.IsPathSeparator(name[1]) || isFolder("~") {
		return name
	}
	return home + name[1:]
}

// matching puts the files that a pattern such as *.ppk matches in its place, and the
// home folder in that of ~, which other systems' shells do. On Windows no file has a *
// or a ? in its name, and case does not count.
func matching(names []string) (files []string) {
	for _, name := range names {
		name = withHome(name)
		found := []string{name} // what matches nothing is told of by its name
		if strings.ContainsAny(name, "*?") {
			if list := matches(name); len(list) > 0 {
				found = list
			}
		}
		files = append(files, found...)
	}
	return files
}

// matches are the files of a folder that a pattern matches.
func matches(name string) (files []string) {
	dir, pattern := filepath.Split(name)
	if strings.ContainsAny(dir, "*?") { // of folders the case counts
		files, _ = filepath.Glob(name)
		return files
	}
	pattern = strings.ToLower(strings.ReplaceAll(pattern, "[", "[[]")) // which is a bracket there
	list, _ := os.ReadDir(cmp.Or(dir, "."))
	for _, f := range list {
		if ok, _ := filepath.Match(pattern, strings.ToLower(f.Name())); ok && !f.IsDir() {
			files = append(files, dir+f.Name())
		}
	}
	return files
}
