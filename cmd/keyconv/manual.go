package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/internal/safefile"
	"github.com/urfave/cli/v2"
)

func manCommand(e *env) *cli.Command {
	return &cli.Command{
		Name: "man", Usage: "print the manual page of a command", ArgsUsage: "[FLAGS] [COMMAND]",
		Description: `EXAMPLES:
   keyconv man convert | man -l -
   keyconv man --output-dir ~/.local/share/man/man1   all pages, for man keyconv

The packages for Debian and Homebrew bring the pages along.`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "output-dir", Usage: "write all pages into `DIR`"},
			&cli.StringFlag{Name: "date", Usage: "the `DATE` in the pages"},
		},
		Action: func(c *cli.Context) error {
			m := manual{env: e, app: c.App, date: c.String("date")}
			if dir := c.String("output-dir"); dir != "" {
				return m.writeAll(dir)
			}
			command := c.App.Command(c.Args().First())
			if c.NArg() > 1 || command == nil && c.NArg() == 1 {
				return usagef("there is no page about %q", strings.Join(c.Args().Slice(), " "))
			}
			_, err := io.WriteString(e.stdout, m.page(command))
			return safefile.Plain(err)
		},
	}
}

// A manual makes pages of the commands' definitions.
type manual struct {
	*env
	app  *cli.App
	date string
}

// writeAll writes keyconv.1, keyconv-convert.1, ...
func (m manual) writeAll(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	pages := map[string]string{"keyconv.1": m.page(nil)}
	for _, c := range m.commands() {
		pages["keyconv-"+c.Name+".1"] = m.page(c)
	}
	for name, text := range pages {
		if err := m.write(output{name: filepath.Join(dir, name), force: true}, []byte(text)); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// commands are those that have a page.
func (m manual) commands() []*cli.Command {
	return slices.DeleteFunc(visible(m.app.Commands), func(c *cli.Command) bool { return c.Name == "help" })
}

// page is the page of a command, or of the program for nil.
func (m manual) page(c *cli.Command) string {
	if c == nil {
		c = &cli.Command{Usage: m.app.Usage, Description: m.app.Description, ArgsUsage: "COMMAND [FLAGS] [FILE...]", Flags: m.app.Flags}
	}
	name := strings.TrimSpace("keyconv " + c.Name)
	dashes := strings.ReplaceAll(name, " ", "-")
	r := &roff{}
	r.line(fmt.Sprintf(`.TH %s 1 "%s" "keyconv %s" "User Commands"`, escape(strings.ToUpper(dashes)), m.date, escape(version())))
	r.section("NAME")
	r.line(escape(dashes) + ` \- ` + escape(c.Usage))
	r.section("SYNOPSIS")
	r.synopsis(name, c)
	r.description(append([]*cli.Command{c}, visible(c.Subcommands)...))
	if c.Name == "" {
		m.overview(r)
	}
	r.options(c)
	m.facts(r, c.Name)
	m.seeAlso(r, c.Name)
	return r.String()
}

func (r *roff) synopsis(name string, c *cli.Command) {
	if subs := visible(c.Subcommands); len(subs) > 0 {
		for i, sub := range subs {
			if i > 0 {
				r.line(".br")
			}
			r.synopsis(name+" "+sub.Name, sub)
		}
		return
	}
	args := placeholder().ReplaceAllStringFunc(escape(argsUsage(c)), italic)
	r.line(strings.TrimSpace(bold(name) + " " + args))
}

// description writes what the commands say of themselves: examples first.
func (r *roff) description(commands []*cli.Command) {
	var examples []example
	var prose []string
	for _, c := range commands {
		list, text := examplesOf(c.Description)
		examples = append(examples, list...)
		if text = strings.Trim(text, "\n"); text != "" {
			prose = append(prose, text)
		}
	}
	// A command may show in short what its subcommands show at length.
	examples = slices.DeleteFunc(slices.Clone(examples), func(x example) bool {
		return x.about == "" && slices.ContainsFunc(examples, func(y example) bool { return y.line == x.line && y.about != "" })
	})
	if len(examples) > 0 {
		r.section("EXAMPLES")
		r.examples(examples)
	}
	if len(prose) > 0 {
		r.section("DESCRIPTION")
		r.prose(strings.Join(prose, "\n\n"))
	}
}

func (r *roff) examples(list []example) {
	for i, x := range list {
		switch {
		case x.about != "":
			r.item(bold(x.line), x.about)
		case i > 0:
			r.line(".PP")
			fallthrough
		default:
			r.line(bold(x.line))
		}
	}
}

// options lists the flags; those of subcommands under a heading each.
func (r *roff) options(c *cli.Command) {
	r.section("OPTIONS")
	subs := visible(c.Subcommands)
	for _, sub := range subs {
		r.line(".SS " + escape(c.Name+" "+sub.Name))
		r.flags(flagsOf(sub))
	}
	if len(subs) == 0 {
		r.flags(flagsOf(c))
	}
}

func (r *roff) flags(list []flagDoc) {
	for _, f := range list {
		var names []string
		for _, n := range f.names {
			names = append(names, bold(dashed(n)))
		}
		term := strings.Join(names, ", ")
		if f.value != "" {
			term += " " + italic(f.value)
		}
		if f.byDefault != "" {
			f.usage += " (default: " + f.byDefault + ")"
		}
		r.item(term, f.usage)
	}
}

// overview is what only the page of the program has.
func (m manual) overview(r *roff) {
	r.section("COMMANDS")
	for _, c := range m.commands() {
		r.item(bold("keyconv-"+c.Name)+"(1)", c.Usage)
	}
	r.section("FORMATS")
	for _, f := range keyconv.Formats() {
		r.item(bold(f.Name), f.Title)
	}
}

// A fact is a row of a section that several pages share; commands names those
// whose pages have it, all where there are none.
type fact struct {
	section, term, about string
	commands             []string
}

var facts = []fact{
	{"EXIT STATUS", "0", "Done.", nil},
	{"EXIT STATUS", "1", "The input was refused, or a problem was found.", nil},
	{"EXIT STATUS", "2", "The command line was wrong.", nil},
	{"ENVIRONMENT", "SSH_AUTH_SOCK", "The socket of the agent.", []string{"agent"}},
	{"ENVIRONMENT", "HOME", "The folder that ~ stands for.", []string{"check", "add"}},
	{"FILES", "/dev/tty", "A passphrase is asked for here, whatever standard input is.", []string{"convert", "fingerprint", "agent", "add", "check", "doctor"}},
	{"FILES", "~/.ssh/authorized_keys", "The file that is meant where none is named.", []string{"check", "add"}},
	{"FILES", "~/.ssh/authorized_keys.bak", "What the file was before --fix.", []string{"check"}},
	{"FILES", "/etc/ssh/sshd_config", "The settings of the server.", []string{"doctor"}},
}

func (m manual) facts(r *roff, command string) {
	section := ""
	for _, f := range facts {
		if f.commands != nil && !slices.Contains(f.commands, command) {
			continue
		}
		if f.section != section {
			section = f.section
			r.section(section)
		}
		r.item(bold(f.term), f.about)
	}
}

// seeAlso leads to the program's page, and from there to those of the tools
// whose files keyconv reads and writes.
func (m manual) seeAlso(r *roff, command string) {
	list := []string{bold("keyconv") + "(1)"}
	if command == "" {
		list = nil
	}
	for _, page := range []string{"ssh-keygen(1)", "puttygen(1)", "sshd(8)", "sshd_config(5)"} {
		name, section, _ := strings.Cut(page, "(")
		list = append(list, bold(name)+"("+section)
	}
	r.section("SEE ALSO")
	r.line(strings.Join(list, ", "))
}
