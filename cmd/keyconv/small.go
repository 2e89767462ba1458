package main

import (
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/keyconv/keyconv"
	"github.com/urfave/cli/v2"
)

// The commands that are a few lines each.

// eachFile does the same with every input, reports failures and goes on.
func (e *env) eachFile(c *cli.Context, do func(name string) error) error {
	failed := false
	for _, name := range inputs(c) {
		if err := do(name); err != nil {
			e.problem(name, err)
			failed = true
		}
	}
	if failed {
		return errReported
	}
	return nil
}

func formatsCommand(e *env) *cli.Command {
	return &cli.Command{
		Name: "formats", Usage: "list the formats", ArgsUsage: " ",
		Description: `EXAMPLES:
   keyconv formats          what --to and --from take
   keyconv formats --json   the same, for a script`,
		Flags: []cli.Flag{jsonFlag()},
		Action: func(c *cli.Context) error {
			if c.NArg() > 0 {
				return usagef("formats takes no argument")
			}
			if c.Bool("json") {
				return e.formatsJSON()
			}
			for _, f := range keyconv.Formats() {
				fmt.Fprintf(e.stdout, "%-16s %-5s %-15s %s\n", f.Name, readsWrites(f), halves(f), f.Title)
			}
			return nil
		},
	}
}

func readsWrites(f keyconv.Format) string {
	switch {
	case !f.Writes():
		return "read"
	case !f.Reads():
		return "write"
	}
	return "both"
}

func halves(f keyconv.Format) string {
	switch {
	case f.Private && f.Public:
		return "private, public"
	case f.Private:
		return "private"
	}
	return "public"
}

func (e *env) formatsJSON() error {
	type row struct {
		Name    string   `json:"name"`
		Title   string   `json:"title"`
		Aliases []string `json:"aliases"`
		Private bool     `json:"private"`
		Public  bool     `json:"public"`
		Reads   bool     `json:"reads"`
		Writes  bool     `json:"writes"`
	}
	rows := []row{}
	for _, f := range keyconv.Formats() {
		rows = append(rows, row{f.Name, f.Title, append([]string{}, f.Aliases...), f.Private, f.Public, f.Reads(), f.Writes()})
	}
	enc := json.NewEncoder(escaped{e.stdout})
	enc.SetIndent("", "  ")
	return enc.Encode(rows)
}

func versionCommand(e *env) *cli.Command {
	return &cli.Command{
		Name: "version", Usage: "print the version", ArgsUsage: " ",
		Description: `EXAMPLES:
   keyconv version   what to name in a report`,
		Action: func(c *cli.Context) error {
			if c.NArg() > 0 {
				return usagef("version takes no argument")
			}
			return e.version()
		},
	}
}

func (e *env) version() error {
	_, err := fmt.Fprintln(e.stdout, "keyconv", version(), runtime.Version(), runtime.GOOS+"/"+runtime.GOARCH)
	return err
}

// version is what the build knows: the module's version, or the commit.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(unknown)"
	}
	return info.Main.Version
}
