package main

import (
	"bufio"
	"encoding/json"
	"strings"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/internal/safefile"
	"github.com/keyconv/keyconv/sshkey"
	"github.com/urfave/cli/v2"
)

func normalizeCommand(e *env) *cli.Command {
	return &cli.Command{
		Name: "normalize", Usage: "print the public keys in a pasted text, one clean line each", ArgsUsage: "[FLAGS] [FILE...]",
		Description: `EXAMPLES:
   keyconv normalize pasted.txt                               clean lines
   keyconv normalize < pasted.txt >> ~/.ssh/authorized_keys   straight into place
   keyconv normalize --strict --json authorized_keys          was anything wrong?

What cannot be repaired with certainty is refused; the sound keys are printed
all the same.`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "comment", Aliases: []string{"C"}, Usage: "replace every comment by `TEXT`"},
			&cli.StringFlag{Name: "expect", Usage: "print only the key with this `FINGERPRINT` (SHA256:…, from PuTTYgen, Pageant or sshd's log)"},
			boolFlag("strict", "exit 1 when anything had to be repaired"),
			jsonFlag(), quietFlag(),
		},
		Action: func(c *cli.Context) error {
			e.begin(c)
			n := &normalization{env: e, c: c}
			if err := n.checkExpect(); err != nil {
				return err
			}
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

// checkExpect refuses what is no fingerprint before anything is read. An empty one,
// as of a variable that is not set, would let every key pass.
func (n *normalization) checkExpect() error {
	expect := n.c.String("expect")
	_, err := keyconv.NormalizeExpecting(nil, expect)
	if err != nil || isSet(n.c, "expect") && strings.TrimSpace(expect) == "" {
		return sshkey.WithHint(usagef("--expect %q is no fingerprint", expect), "write it as PuTTYgen, ssh-keygen -l or sshd's log show it: SHA256: and 43 characters, or MD5 in pairs")
	}
	return nil
}

func (n *normalization) file(name string) error {
	if !n.c.Bool("json") && !isSet(n.c, "comment") {
		return n.stream(name)
	}
	data, err := n.read(name)
	if err != nil {
		return err
	}
	res, err := keyconv.NormalizeExpecting(data, n.c.String("expect"))
	if err != nil {
		return err
	}
	if isSet(n.c, "comment") {
		if res, err = res.WithComment(n.c.String("comment")); err != nil {
			return err
		}
	}
	for _, f := range res.Findings {
		n.found(name, f)
	}
	if n.c.Bool("json") {
		return n.json(name, res)
	}
	_, err = n.lines().Write(res.Text)
	return safefile.Plain(err)
}

// stream goes through a file of any size as it comes.
func (n *normalization) stream(name string) error {
	r, err := n.open(name)
	if err != nil {
		return err
	}
	defer r.Close()
	w := bufio.NewWriterSize(n.lines(), 1<<16)
	err = keyconv.NormalizeStream(r, w, n.c.String("expect"), func(f sshkey.Finding) { n.found(name, f) })
	if flush := w.Flush(); err == nil {
		err = flush
	}
	return safefile.Plain(err)
}

func (n *normalization) found(name string, f sshkey.Finding) {
	n.bad = n.bad || f.Severity == sshkey.Refused || f.Severity == sshkey.Repaired && n.c.Bool("strict")
	n.findings(name, []sshkey.Finding{f})
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
	return json.NewEncoder(escaped{n.stdout}).Encode(doc)
}
