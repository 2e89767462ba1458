package main

import (
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/sshkey"
	"github.com/urfave/cli/v2"
)

// The commands that are a few lines each.

func fingerprintCommand(e *env) *cli.Command {
	return &cli.Command{
		Name: "fingerprint", Usage: "print fingerprints as ssh-keygen -l does", ArgsUsage: "[FLAGS] [FILE...]",
		Description: `EXAMPLES:
   keyconv fingerprint id.ppk
   keyconv fingerprint --hash md5 ~/.ssh/authorized_keys`,
		Flags: []cli.Flag{&cli.StringFlag{Name: "hash", Value: "sha256", Usage: "`NAME` of the hash: sha256, md5 or sha1"}, fromFlag, quietFlag},
		Action: func(c *cli.Context) error {
			e.begin(c)
			hash, ok := fingerprints[strings.ToLower(c.String("hash"))]
			if !ok {
				return usagef("--hash %q: there are sha256, md5 and sha1", c.String("hash"))
			}
			return e.eachFile(c, func(name string) error { return e.fingerprint(name, c.String("from"), hash) })
		},
	}
}

var fingerprints = map[string]func(sshkey.PublicKey) string{
	"sha256": sshkey.PublicKey.Fingerprint, "md5": sshkey.PublicKey.FingerprintMD5, "sha1": sshkey.PublicKey.FingerprintSHA1,
}

func (e *env) fingerprint(name, from string, hash func(sshkey.PublicKey) string) error {
	keys, _, err := e.parse(name, from)
	if err != nil {
		return err
	}
	for _, k := range keys {
		if k.Public.IsZero() {
			return sshkey.ErrEncrypted
		}
		comment := k.Comment
		if comment == "" {
			comment = "no comment"
		}
		fmt.Fprintf(e.stdout, "%d %s %s (%s)\n", k.Public.Bits(), hash(k.Public), printable(comment), k.Public.Label())
	}
	return nil
}

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
		Flags: []cli.Flag{jsonFlag},
		Action: func(c *cli.Context) error {
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
	enc := json.NewEncoder(e.stdout)
	enc.SetIndent("", "  ")
	return enc.Encode(rows)
}

func versionCommand(e *env) *cli.Command {
	return &cli.Command{
		Name: "version", Usage: "print the version", ArgsUsage: " ",
		Action: func(c *cli.Context) error {
			fmt.Fprintln(e.stdout, "keyconv", version(), runtime.Version(), runtime.GOOS+"/"+runtime.GOARCH)
			return nil
		},
	}
}

// version is what the build knows: the module's version, or the commit.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(unknown)"
	}
	return info.Main.Version
}
