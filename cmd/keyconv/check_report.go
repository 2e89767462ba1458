package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/doctor"
	"github.com/keyconv/keyconv/internal/safefile"
	"github.com/keyconv/keyconv/internal/safetext"
	"github.com/keyconv/keyconv/sshkey"
)

// report says of every line what sshd makes of it: the verdict as the result,
// findings beside it. It reports whether there is no problem, which is anything
// above a note.
func (k *checking) report() (fine bool, err error) {
	k.mended()
	in, err := k.open(k.file)
	if err != nil {
		return false, err
	}
	defer in.Close()
	v := &verdicts{checking: k, out: bufio.NewWriterSize(k.stdout, 1<<16), fine: len(k.keys.Faults) == 0}
	if k.c.Bool("json") {
		v.doc = &checkJSON{Lines: []lineJSON{}}
	}
	check := doctor.Check{Now: k.sys.Now(), File: k.named, Mute: v.doc != nil || k.c.Bool("problems"), Fixed: k.tried}
	if err = check.Stream(in, v.lines); err != nil {
		return false, cmp.Or(v.out.Flush(), err)
	}
	if v.doc != nil {
		v.doc.Clean = v.fine
		err = k.json(v.doc)
	} else {
		err = v.out.Flush()
	}
	k.around(v.count)
	return v.fine, err
}

// verdicts prints what is said of the lines.
type verdicts struct {
	*checking
	out   *bufio.Writer
	doc   *checkJSON // for --json
	count int
	fine  bool
}

func (v *verdicts) lines(l *doctor.Checked) (err error) {
	v.count += l.Lines
	switch {
	case l.Plain() && v.c.Bool("problems"):
	case l.Plain() && v.doc == nil:
		_, err = v.out.Write(l.Verdicts())
	default:
		for r := range l.Reports() {
			err = v.line(r, l)
		}
	}
	return err
}

// line tells of one line, of which there may be findings.
func (v *verdicts) line(r doctor.LineReport, l *doctor.Checked) (err error) {
	trouble := troubled(r.Findings)
	v.fine = v.fine && !trouble
	if v.c.Bool("problems") && !trouble {
		return nil
	}
	if v.doc != nil {
		v.doc.Lines = append(v.doc.Lines, lineOf(r))
	} else {
		_, err = io.WriteString(v.out, safetext.Printable(strings.TrimSuffix(string(l.Verdicts()), "\n"))+"\n")
	}
	if len(r.Findings) > 0 {
		v.out.Flush() // a terminal shows them in this order
		v.findings(v.file, r.Findings)
	}
	return err
}

// reportKey answers --key. It reports whether the key is let in.
func (k *checking) reportKey() (in bool, err error) {
	data, err := k.readUpTo(k.file, safefile.MaxSize)
	if err != nil {
		return false, err
	}
	a, err := k.ask(data, k.c.String("key"))
	if err != nil {
		k.problem(k.c.String("key"), err)
		return false, nil
	}
	k.mended()
	if k.c.Bool("json") {
		doc := &checkJSON{Key: a.json(), Clean: len(k.keys.Faults) == 0, Lines: []lineJSON{}}
		for _, l := range doctor.CheckLines(data, k.sys.Now(), k.named) {
			doc.Lines = append(doc.Lines, lineOf(l))
			doc.Clean = doc.Clean && !troubled(l.Findings)
		}
		err = k.json(doc)
	} else {
		for _, l := range k.answer(a) {
			if _, err = io.WriteString(k.stdout, safetext.Printable(l)+"\n"); err != nil {
				break
			}
		}
	}
	k.around(-1)
	k.refusals(a)
	k.findings(k.file, a.nearest)
	k.findings(a.file, a.findings)
	return a.in, err
}

// mended tells what --fix did.
func (k *checking) mended() {
	k.findings(k.file, k.fixed)
	if k.backup != "" {
		k.note("%s: the old file is %s", k.file, k.backup)
	}
}

// around tells of what is not in the lines, of which there are so many, or it
// is not known how many.
func (k *checking) around(lines int) {
	if !k.keys.Judged && k.file != "-" {
		k.note("%s: not in the ~/.ssh of an account, so modes and owners are not looked at%s", k.file, k.elsewhere())
	}
	if lines == 0 {
		k.note("%s: there is no key in it, so nobody gets in by it", k.file)
	}
	for _, f := range k.keys.Faults {
		k.findings(f.Path, []sshkey.Finding{faultFinding(f)})
	}
}

// elsewhere names the command that looks further, where there is one.
func (k *checking) elsewhere() string {
	if k.sys.EffectiveUser() < 0 {
		return ""
	}
	return "; keyconv doctor --user NAME does"
}

// troubled reports whether there is a problem: anything above a note.
func troubled(list []sshkey.Finding) bool {
	return slices.ContainsFunc(list, func(f sshkey.Finding) bool { return f.Severity != sshkey.Note })
}

// faultFinding is a mode or an owner that keeps sshd from the file.
func faultFinding(f doctor.Fault) sshkey.Finding {
	unless := ""
	if strings.HasSuffix(f.Code, "-modes") {
		unless = ", unless StrictModes is no"
	}
	return sshkey.Finding{Code: f.Code, Severity: sshkey.Refused, Msg: "sshd passes over the whole file" + unless + ": " + f.Msg, Hint: f.Fix}
}

// answer is the answer of --key.
func (k *checking) answer(a *keyAnswer) []string {
	lines := []string{fmt.Sprintf("%s: %s %s", k.file, a.verdict(len(k.keys.Faults) > 0), a.key.Public.Fingerprint())}
	if a.decision.Verdict < authkeys.Depends {
		return lines
	}
	for _, m := range a.decision.Matches {
		lines = append(lines, matchText(m)...)
	}
	return lines
}

// verdict is the answer in words.
func (a *keyAnswer) verdict(unsafe bool) string {
	switch by := a.decision.By(); {
	case a.decision.Verdict < authkeys.Depends:
		return "not let in:"
	case a.disabled():
		return fmt.Sprintf("not let in, unless PubkeyAcceptedAlgorithms names %s:", a.key.Public.Plain().Algorithm())
	case unsafe:
		return "not let in, because of modes or owners:"
	case by == nil:
		return "let in under a condition:"
	default:
		return fmt.Sprintf("let in by line %d:", by.Line.Number)
	}
}

// refusals tells of the lines that hold the key and refuse it.
func (k *checking) refusals(a *keyAnswer) {
	if err := a.decision.Err; err != nil {
		k.problem(a.file, err)
	}
	for _, m := range a.decision.Matches {
		if m.Err != nil {
			k.findings(k.file, []sshkey.Finding{{Pos: m.Line.Key.Pos, Code: "options-refuse", Severity: sshkey.Refused, Hint: sshkey.Hint(m.Err),
				Msg: fmt.Sprintf("line %d holds the key and refuses it: %v", m.Line.Number, m.Err)}})
		}
	}
}

// matchText is what a line that lets in asks for.
func matchText(m authkeys.Match) (text []string) {
	if m.Err != nil {
		return nil
	}
	for _, u := range m.Unknown {
		text = append(text, fmt.Sprintf("  line %d: if %s", m.Line.Number, u))
	}
	list := m.Terms.List()
	if len(list) == 0 {
		list = []string{"no restrictions"}
	}
	return append(text, fmt.Sprintf("  line %d: %s", m.Line.Number, strings.Join(list, "; ")))
}

// The JSON of check.
type (
	checkJSON struct {
		File   string         `json:"file"`
		Clean  bool           `json:"clean"`
		Lines  []lineJSON     `json:"lines"`
		Modes  []findingJSON  `json:"modes"`
		Fixed  []findingJSON  `json:"fixed"`
		Backup string         `json:"backup,omitempty"`
		Key    *keyAnswerJSON `json:"key,omitempty"`
	}
	lineJSON struct {
		Line         int           `json:"line"`
		Verdict      string        `json:"verdict"` // accepted, ignored, dead
		Reason       string        `json:"reason,omitempty"`
		Algorithm    string        `json:"algorithm,omitempty"`
		Bits         int           `json:"bits,omitempty"`
		Comment      string        `json:"comment,omitempty"`
		SHA256       string        `json:"fingerprint_sha256,omitempty"`
		Authority    bool          `json:"cert_authority,omitempty"`
		Options      []string      `json:"options"`
		Restrictions []string      `json:"restrictions"`
		Findings     []findingJSON `json:"findings"`
	}
	keyAnswerJSON struct {
		File     string        `json:"file"`
		SHA256   string        `json:"fingerprint_sha256"`
		Verdict  string        `json:"verdict"` // let in, depends, refused, not listed
		LetIn    bool          `json:"let_in"`
		Line     int           `json:"line,omitempty"` // that lets in
		Matches  []matchJSON   `json:"matches"`
		Nearest  []findingJSON `json:"nearest"`
		Findings []findingJSON `json:"findings"`
		Error    string        `json:"error,omitempty"`
	}
	matchJSON struct {
		Line         int      `json:"line"`
		Refused      string   `json:"refused,omitempty"`
		Conditions   []string `json:"conditions"`
		Options      []string `json:"options"`
		Restrictions []string `json:"restrictions"`
	}
)

// json prints the document, with what is known of the file.
func (k *checking) json(doc *checkJSON) error {
	doc.File, doc.Backup = k.file, k.backup
	doc.Modes, doc.Fixed = []findingJSON{}, findingsJSON(k.fixed)
	for _, f := range k.keys.Faults {
		doc.Modes = append(doc.Modes, findingsJSON([]sshkey.Finding{faultFinding(f)})...)
	}
	enc := json.NewEncoder(escaped{k.stdout})
	enc.SetIndent("", "  ")
	return enc.Encode(doc)
}

func lineOf(l doctor.LineReport) lineJSON {
	j := lineJSON{Line: l.Number, Verdict: "ignored", Options: []string{}, Restrictions: []string{}, Findings: findingsJSON(l.Findings)}
	if l.Key == nil {
		j.Reason = l.Err.Error()
		return j
	}
	if j.Verdict = "accepted"; l.Dead != "" {
		j.Verdict, j.Reason = "dead", l.Dead
	}
	j.Algorithm, j.Bits, j.Comment, j.SHA256 = l.Key.Public.Algorithm(), l.Key.Public.Bits(), l.Comment(), l.Key.Public.Fingerprint()
	j.Authority, j.Restrictions = l.Terms.Authority, append(j.Restrictions, l.Terms.List()...)
	j.Options = append(j.Options, optionList(l.Key)...)
	return j
}

func optionList(k *sshkey.Key) []string {
	list := []string{}
	for _, o := range k.Options {
		list = append(list, o.Raw)
	}
	return list
}

func (a *keyAnswer) json() *keyAnswerJSON {
	j := &keyAnswerJSON{File: a.file, SHA256: a.key.Public.Fingerprint(), Verdict: a.decision.Verdict.String(), LetIn: a.in,
		Matches: []matchJSON{}, Nearest: findingsJSON(a.nearest), Findings: findingsJSON(a.findings)}
	if by := a.decision.By(); by != nil {
		j.Line = by.Line.Number
	}
	if a.decision.Err != nil {
		j.Error = a.decision.Err.Error()
	}
	for _, m := range a.decision.Matches {
		x := matchJSON{Line: m.Line.Number, Conditions: append([]string{}, m.Unknown...), Options: optionList(m.Line.Key), Restrictions: append([]string{}, m.Terms.List()...)}
		if m.Err != nil {
			x.Refused = m.Err.Error()
		}
		j.Matches = append(j.Matches, x)
	}
	return j
}
