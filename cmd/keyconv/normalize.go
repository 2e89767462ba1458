package main

import (
	"encoding/json"

	"github.com/keyconv/keyconv"
	"github.com/urfave/cli/v2"
)

func normalizeCommand(e *env) *cli.Command {
	return &cli.Command{
		Name: "normalize", Usage: "print the public keys in a pasted text, one clean line each", ArgsUsage: "[FLAGS] [FILE...]",
		Description: `EXAMPLES:
   keyconv normalize pasted.txt
   keyconv normalize < pasted.txt >> ~/.ssh/authorized_keys
   keyconv normalize --json --strict authorized_keys`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "comment", Aliases: []string{"C"}, Usage: "replace every comment by `TEXT`"},
			boolFlag("strict", "exit 1 when anything had to be repaired"),
			jsonFlag, quietFlag,
		},
		Action: func(c *cli.Context) error {
			e.begin(c)
			n := &normalization{env: e, c: c}
			if err := e.eachFile(c, n.file); err != nil || n.bad {
				return errReported
			}
			return nil
		},
	}
}

// A normalization is one run of the command.
type normalization struct {
	*env
	c   *cli.Context
	bad bool // something was refused, or repaired under --strict
}

func (n *normalization) file(name string) error {
	data, err := n.read(name)
	if err != nil {
		return err
	}
	res, err := keyconv.Normalize(data)
	if err != nil {
		return err
	}
	if n.c.IsSet("comment") {
		if res, err = res.WithComment(n.c.String("comment")); err != nil {
			return err
		}
	}
	n.bad = n.bad || res.Refused() || n.c.Bool("strict") && res.Changed()
	n.findings(name, res.Findings)
	if n.c.Bool("json") {
		return n.json(name, res)
	}
	_, err = n.stdout.Write(res.Text)
	return plain(err)
}

// A normalizedJSON is the document of a file.
type normalizedJSON struct {
	File     string        `json:"file"`
	Text     string        `json:"text"`
	Keys     []keyJSON     `json:"keys"`
	Findings []findingJSON `json:"findings"`
}

func (n *normalization) json(name string, res *keyconv.Normalized) error {
	doc := normalizedJSON{File: name, Text: string(res.Text), Keys: []keyJSON{}, Findings: findingsJSON(res.Findings)}
	format, err := keyconv.Lookup("authorized-keys")
	if err != nil {
		return err
	}
	for _, k := range res.Keys {
		doc.Keys = append(doc.Keys, inspected{file: name, format: format, key: k}.json())
	}
	return json.NewEncoder(n.stdout).Encode(doc)
}
