package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/doctor"
	"github.com/keyconv/keyconv/sshkey"
)

// report prints what was found: verdicts as the result, findings beside it.
func (k *checking) report(key *keyAnswer) error {
	k.findings(k.file, k.fixed)
	if k.backup != "" {
		k.note("%s: the old file is %s", k.file, k.backup)
	}
	defer k.tell(key) // behind the answer, which is what is asked for
	if k.c.Bool("json") {
		return k.json(key)
	}
	lines := k.verdicts()
	if key != nil {
		lines = k.answer(key)
	}
	w := bufio.NewWriter(k.stdout)
	for _, l := range lines {
		if _, err := io.WriteString(w, printable(l)+"\n"); err != nil {
			return err
		}
	}
	return w.Flush()
}

// tell prints the findings.
func (k *checking) tell(key *keyAnswer) {
	if k.account == nil && k.file != "-" {
		k.note("%s: not in the ~/.ssh of an account, so modes and owners are not looked at; keyconv doctor --user NAME does", k.file)
	}
	if len(k.lines) == 0 && key == nil {
		k.note("%s: there is no key in it, so nobody gets in by it", k.file)
	}
	for _, f := range k.faults {
		k.findings(f.Path, []sshkey.Finding{faultFinding(f)})
	}
	if key != nil {
		k.refusals(key)
		k.findings(k.file, key.nearest)
		k.findings(key.file, key.findings)
		return
	}
	for _, l := range k.lines {
		k.findings(k.file, l.Findings)
	}
}

// faultFinding is a mode or an owner that StrictModes refuses.
func faultFinding(f doctor.Fault) sshkey.Finding {
	return sshkey.Finding{Code: f.Code, Severity: sshkey.Refused, Msg: "sshd passes over the whole file, unless StrictModes is no: " + f.Msg, Hint: f.Fix}
}

// verdicts says of every line what sshd makes of it.
func (k *checking) verdicts() (lines []string) {
	for _, l := range k.lines {
		lines = append(lines, fmt.Sprintf("%d: %s", l.Number, verdictOf(l)))
	}
	return lines
}

func verdictOf(l doctor.LineReport) string {
	if l.Key == nil {
		return "ignored"
	}
	key := fmt.Sprintf("%d %s %s (%s)", l.Key.Public.Bits(), l.Key.Public.Fingerprint(), cmp.Or(l.Key.Comment, "no comment"), l.Key.Public.Label())
	switch {
	case l.Dead != "":
		return "dead: " + key + "; " + l.Dead
	case l.Terms.Authority:
		key = "certificate authority " + key
	}
	return strings.Join(append([]string{"accepted: " + key}, l.Terms.List()...), "; ")
}

// answer is the answer of --key.
func (k *checking) answer(a *keyAnswer) []string {
	lines := []string{fmt.Sprintf("%s: %s %s", k.file, a.verdict(len(k.faults) > 0), a.key.Public.Fingerprint())}
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
			k.findings(k.file, []sshkey.Finding{{Pos: m.Line.Key.Pos, Code: "key-refused", Severity: sshkey.Refused, Hint: sshkey.Hint(m.Err),
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

func (k *checking) json(key *keyAnswer) error {
	doc := checkJSON{File: k.file, Clean: !k.troubled(), Lines: []lineJSON{}, Modes: []findingJSON{}, Fixed: findingsJSON(k.fixed), Backup: k.backup}
	for _, l := range k.lines {
		doc.Lines = append(doc.Lines, lineOf(l))
	}
	for _, f := range k.faults {
		doc.Modes = append(doc.Modes, findingsJSON([]sshkey.Finding{faultFinding(f)})...)
	}
	if key != nil {
		doc.Key = key.json()
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
	j.Algorithm, j.Bits, j.Comment, j.SHA256 = l.Key.Public.Algorithm(), l.Key.Public.Bits(), l.Key.Comment, l.Key.Public.Fingerprint()
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
