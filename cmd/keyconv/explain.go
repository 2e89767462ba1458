package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
	"strings"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/internal/explain"
	"github.com/keyconv/keyconv/internal/safefile"
	"github.com/keyconv/keyconv/internal/safetext"
	"github.com/keyconv/keyconv/sshkey"
	"github.com/urfave/cli/v2"
)

func explainCommand(e *env) *cli.Command {
	return &cli.Command{
		Name: "explain", Usage: "say why a key was refused, from a log or a message; or what a code means", ArgsUsage: "[CODE... | FILE | - | 'MESSAGE']",
		Description: `EXAMPLES:
   ssh -vvv user@host 2>&1 | keyconv explain           what the client saw
   sudo journalctl -u ssh --since -1h | keyconv explain   what the server saw
   keyconv explain putty.log                           PuTTY's event log, or plink -v
   keyconv explain 'Load key "id_rsa": error in libcrypto'
   keyconv explain truncated                           what a finding's code means
   keyconv explain --codes                             all codes`,
		Flags: []cli.Flag{boolFlag("codes", "list all codes"), jsonFlag(), quietFlag()},
		Action: func(c *cli.Context) error {
			e.begin(c)
			x := explanation{env: e, json: c.Bool("json")}
			return x.run(c.Args().Slice(), c.Bool("codes"))
		},
	}
}

// An explanation is one run of the command.
type explanation struct {
	*env
	json bool
}

// message is the name of an input that was typed as an argument.
const message = "message"

// run decides what the arguments are: codes, a file, or a message that
// somebody typed with quotes or without.
func (x explanation) run(args []string, all bool) error {
	switch codes, unknown := codesOf(args); {
	case all && len(args) > 0:
		return usagef("--codes takes no argument")
	case all || len(args) == 0 && isTerminal(x.stdin):
		return x.codes(allCodes())
	case len(args) == 0:
		return x.file("-")
	case unknown == "":
		return x.codes(codes)
	case len(args) == 1 && isFile(args[0]):
		return x.file(args[0])
	case strings.Contains(strings.Join(args, " "), " ") && len(codes) == 0 && !isFile(args[0]):
		return x.explain(message, []byte(strings.Join(args, " ")), 0)
	default:
		return hint(fmt.Sprintf("%q is neither a code nor a file", unknown), "keyconv explain --codes lists the codes; a message goes into quotes")
	}
}

// codesOf looks the arguments up in the table; unknown is the first that is
// not in it.
func codesOf(args []string) (found []codeJSON, unknown string) {
	byName := map[string]codeJSON{}
	for _, c := range allCodes() {
		byName[c.Code] = c
	}
	for _, a := range args {
		if code, ok := byName[strings.ToLower(a)]; ok {
			found = append(found, code)
		} else if unknown == "" {
			unknown = a
		}
	}
	return found, unknown
}

func allCodes() (list []codeJSON) {
	for _, c := range keyconv.Codes() {
		list = append(list, codeJSON{c.Name, c.Meaning})
	}
	return list
}

func isFile(name string) bool {
	_, err := os.Stat(name)
	return name == "-" || err == nil || errors.Is(err, fs.ErrPermission)
}

func (x explanation) codes(list []codeJSON) error {
	if x.json {
		return json.NewEncoder(escaped{x.stdout}).Encode(list)
	}
	for _, c := range list {
		if _, err := fmt.Fprintf(x.stdout, "%s: %s\n", c.Code, c.Meaning); err != nil {
			return safefile.Plain(err)
		}
	}
	return nil
}

func (x explanation) file(name string) error {
	data, above, err := x.readEnd(name, keyconv.MaxInput)
	if err != nil {
		x.problem(name, err)
		return errReported
	}
	if above > 0 {
		x.note("%s: the log is long: only its last %d MiB, from line %d on, are looked at", name, keyconv.MaxInput>>20, above+1)
	}
	return x.explain(name, data, above)
}

// readEnd reads a log of any size and gives its end, at most so many bytes,
// and how many lines stand above.
func (e *env) readEnd(name string, most int) (data []byte, above int, err error) {
	r, err := e.open(name)
	if err != nil {
		return nil, 0, err
	}
	defer r.Close()
	cut := func() {
		n := len(data) - most
		if end := bytes.IndexByte(data[n:], '\n'); end >= 0 {
			n += end + 1
		}
		above += bytes.Count(data[:n], []byte("\n"))
		data = data[:copy(data, data[n:])]
	}
	chunk := make([]byte, 1<<16)
	for err == nil {
		var n int
		n, err = r.Read(chunk)
		if data = append(data, chunk[:n]...); len(data) > 2*most {
			cut()
		}
	}
	if err == io.EOF {
		err = nil
	}
	if len(data) > most {
		cut()
	}
	return data, above, safefile.Plain(err)
}

// explain explains a log or a message; name says where it is from, and above
// how many lines of it are not in data.
func (x explanation) explain(name string, data []byte, above int) error {
	report := explain.ExplainEnd(data, above)
	if err := x.write(name, report); err != nil {
		return safefile.Plain(err)
	}
	if len(report.Answers) > 0 {
		return nil
	}
	x.problem(name, nothingKnown(data))
	return errReported
}

// nothingKnown says what to give instead.
func nothingKnown(data []byte) error {
	if f, err := keyconv.Detect(data); err == nil {
		return hint("this is no log but a key ("+f.Name+")", "keyconv inspect says what is in it, keyconv normalize repairs a paste")
	}
	return hint("nothing in it that keyconv knows", "give it what ssh -vvv prints, PuTTY's event log (a right click on the window's title), "+
		"or the server's log ("+serverLog()+") at LogLevel VERBOSE; of a program that cannot read your key: keyconv inspect KEYFILE says what is in it")
}

func serverLog() string {
	if runtime.GOOS == "windows" {
		return "on Windows: Get-WinEvent -LogName OpenSSH/Operational | Format-List Message; else journalctl -u ssh"
	}
	return "journalctl -u ssh"
}

func (x explanation) write(name string, r *explain.Report) error {
	if x.json {
		return json.NewEncoder(escaped{x.stdout}).Encode(newReportJSON(name, r))
	}
	for i, a := range r.Answers {
		if i > 0 {
			fmt.Fprintln(x.stdout)
		}
		if _, err := fmt.Fprint(x.stdout, answerText(name, a)); err != nil {
			return err
		}
	}
	return nil
}

// answerText is an answer for people.
func answerText(name string, a explain.Answer) string {
	var b strings.Builder
	if name != message {
		fmt.Fprintf(&b, "%s: ", safetext.Printable(place(name, sshkey.Pos{Line: a.Line, Column: 1})))
	}
	fmt.Fprintf(&b, "%s: %s: %s\n", a.Sure, a.Code, a.Cause)
	fmt.Fprintf(&b, "  seen: %s", a.Seen)
	if a.Times > 1 {
		fmt.Fprintf(&b, "   (%d times)", a.Times)
	}
	if a.Others > 0 {
		fmt.Fprintf(&b, "   (and %d lines of this kind about others)", a.Others)
	}
	b.WriteByte('\n')
	for _, s := range a.Next {
		if s.Command != "" {
			fmt.Fprintf(&b, "  run:  %s\n", s.Command)
		} else {
			fmt.Fprintf(&b, "  do:   %s\n", s.Advice)
		}
	}
	return b.String()
}

// The JSON of explain.
type (
	codeJSON struct {
		Code    string `json:"code"`
		Meaning string `json:"meaning"`
	}
	reportJSON struct {
		File    string       `json:"file"`
		Answers []answerJSON `json:"answers"`
		Offers  []offerJSON  `json:"offers"`
		Users   []string     `json:"users"`
	}
	answerJSON struct {
		Code      string            `json:"code"`
		Certainty string            `json:"certainty"`
		Cause     string            `json:"cause"`
		Line      int               `json:"line"`
		Seen      string            `json:"seen"`
		Times     int               `json:"times"`
		Others    int               `json:"others"`
		Commands  []string          `json:"commands"`
		Advice    []string          `json:"advice"`
		Values    map[string]string `json:"values"`
	}
	offerJSON struct {
		User        string `json:"user,omitempty"`
		Address     string `json:"address,omitempty"`
		Type        string `json:"type,omitempty"`
		Fingerprint string `json:"fingerprint"`
		Accepted    bool   `json:"accepted"`
		Line        int    `json:"line"`
	}
)

func newReportJSON(name string, r *explain.Report) reportJSON {
	out := reportJSON{File: name, Answers: []answerJSON{}, Offers: []offerJSON{}, Users: append([]string{}, r.Users...)}
	for _, a := range r.Answers {
		j := answerJSON{Code: a.Code, Certainty: a.Sure.String(), Cause: a.Cause, Line: a.Line, Seen: a.Seen, Times: a.Times, Others: a.Others,
			Commands: []string{}, Advice: []string{}, Values: a.Values}
		for _, s := range a.Next {
			if s.Command != "" {
				j.Commands = append(j.Commands, s.Command)
			} else {
				j.Advice = append(j.Advice, s.Advice)
			}
		}
		out.Answers = append(out.Answers, j)
	}
	for _, o := range r.Offers {
		out.Offers = append(out.Offers, offerJSON{o.User, o.Addr, o.Type, o.Fingerprint, o.Accepted, o.Line})
	}
	return out
}
