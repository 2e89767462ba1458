package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/keyconv/keyconv/doctor"
	"github.com/keyconv/keyconv/internal/safetext"
	"github.com/keyconv/keyconv/sshkey"
)

// tell prints the answer; what could not be seen goes to standard error.
func (v *visit) tell() error {
	if v.c.Bool("json") {
		enc := json.NewEncoder(escaped{v.stdout})
		enc.SetIndent("", "  ")
		return enc.Encode(v.json())
	}
	defer v.asides()
	var b strings.Builder
	for _, line := range append(v.answer(), v.logged()...) {
		b.WriteString(safetext.Printable(line) + "\n")
	}
	_, err := io.WriteString(v.stdout, b.String())
	return err
}

// asides is what stands beside the answer, and behind it.
func (v *visit) asides() {
	for _, c := range v.report.Unseen {
		v.aside("not seen", c)
	}
	for _, c := range v.report.Notes {
		v.aside("note: "+c.Code, c)
	}
}

func (v *visit) aside(what string, c doctor.Cause) {
	if !v.quiet {
		v.message(what+": "+c.Msg, c.Fix)
	}
}

// answer is the verdict, the first refusal and those that come after it.
func (v *visit) answer() (lines []string) {
	r := v.report
	say := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	switch {
	case len(r.Refusals) > 0:
		say("refused: %s", cause(r.Refusals[0]))
	case r.Unknown:
		say("not known: what lets the key in, or not, could not be seen")
	case !r.Tried:
		say("nothing refuses %s so far; the settings are from %s", r.User, r.Source)
		say("  for the whole answer name the key: keyconv doctor --user %s --key KEYFILE", safetext.ShellWord(r.User))
	default:
		say("let in: %s%s", v.by(), v.reserve())
	}
	for i, c := range r.Refusals {
		if i > 0 {
			say("then: %s", cause(c))
		}
		if c.Fix != "" {
			say("  %s", c.Fix)
		}
	}
	if r.By != nil && len(r.Refusals) == 0 {
		for _, t := range r.By.Terms.List() {
			say("  %s", t)
		}
	}
	return lines
}

func (v *visit) by() string {
	by := v.report.By
	switch {
	case by == nil:
		return v.report.User
	case by.Line > 0:
		return fmt.Sprintf("%s:%d lets the key in as %s", by.File, by.Line, v.report.User)
	}
	return fmt.Sprintf("%s lets the key in as %s", by.File, v.report.User)
}

func (v *visit) reserve() string {
	if v.report.Certain() {
		return ""
	}
	return ", as far as could be seen"
}

func cause(c doctor.Cause) string {
	if c.Pos.Line > 0 {
		return fmt.Sprintf("%s: %s:%d: %s", c.Code, c.File, c.Pos.Line, c.Msg)
	}
	return c.Code + ": " + c.Msg
}

// logged is what the log says: the keys that were offered, and the causes.
func (v *visit) logged() (lines []string) {
	if v.log == nil {
		return nil
	}
	for _, o := range v.log.Offers {
		if o.User != "" && o.User != v.ask.User {
			continue
		}
		is := ""
		if v.key != nil && !v.offered(o.Fingerprint) {
			is = ", which is not the key of " + v.c.String("key")
		}
		lines = append(lines, fmt.Sprintf("log:%d: offered: %s %s%s", o.Line, o.Type, o.Fingerprint, is))
	}
	for _, a := range v.log.Answers {
		lines = append(lines, fmt.Sprintf("log:%d: %s: %s (%s)", a.Line, a.Code, a.Cause, a.Sure))
		for _, s := range a.Next {
			lines = append(lines, "  "+s.Command+s.Advice)
		}
	}
	if len(lines) == 0 {
		lines = append(lines, "log: nothing about a refused key", "  set LogLevel VERBOSE in sshd_config, reload sshd, and try the login again")
	}
	return lines
}

// offered reports whether a fingerprint of the log is that of the key.
func (v *visit) offered(fingerprint string) bool {
	keys := []sshkey.PublicKey{v.key.Public}
	if v.cert != nil {
		keys = append(keys, v.cert.Public)
	}
	for _, k := range keys {
		if fingerprint == k.Fingerprint() || fingerprint == k.FingerprintMD5() || fingerprint == k.Plain().Fingerprint() {
			return true
		}
	}
	return false
}

// The JSON that scripts rely on: names here are stable.
type (
	doctorJSON struct {
		User         string       `json:"user"`
		Config       string       `json:"config"`
		SettingsFrom string       `json:"settings_from"`
		Key          string       `json:"key_fingerprint,omitempty"`
		LetIn        *bool        `json:"let_in"` // null where no key was asked about, or it is not known
		Certain      bool         `json:"certain"`
		By           *byJSON      `json:"by,omitempty"`
		Files        []string     `json:"files"`
		Refusals     []causeJSON  `json:"refusals"`
		Notes        []causeJSON  `json:"notes"`
		NotSeen      []causeJSON  `json:"not_seen"`
		Fixed        []string     `json:"fixed"`
		Log          []logJSON    `json:"log,omitempty"`
		Offers       []offersJSON `json:"offers,omitempty"`
	}
	byJSON struct {
		File         string   `json:"file"`
		Line         int      `json:"line,omitempty"`
		Restrictions []string `json:"restrictions"`
	}
	causeJSON struct {
		Code    string `json:"code"`
		Message string `json:"message"`
		Fix     string `json:"fix,omitempty"`
		File    string `json:"file,omitempty"`
		Line    int    `json:"line,omitempty"`
	}
	logJSON struct {
		Code  string `json:"code"`
		Cause string `json:"cause"`
		Sure  string `json:"sure"`
		Line  int    `json:"line"`
	}
	offersJSON struct {
		User        string `json:"user"`
		Type        string `json:"type"`
		Fingerprint string `json:"fingerprint"`
		Accepted    bool   `json:"accepted"`
		Line        int    `json:"line"`
	}
)

func (v *visit) json() doctorJSON {
	r := v.report
	j := doctorJSON{User: r.User, Config: r.Config, SettingsFrom: r.Source, Certain: r.Certain(), Files: append([]string{}, r.Files...),
		Refusals: causesJSON(r.Refusals), Notes: causesJSON(r.Notes), NotSeen: causesJSON(r.Unseen), Fixed: []string{}}
	if v.key != nil {
		j.Key = v.key.Public.Fingerprint()
	}
	if in := r.LetIn(); v.key != nil && (!r.Unknown || len(r.Refusals) > 0) {
		j.LetIn = &in
	}
	if r.By != nil && len(r.Refusals) == 0 {
		j.By = &byJSON{r.By.File, r.By.Line, append([]string{}, r.By.Terms.List()...)}
	}
	for _, f := range v.fixed {
		j.Fixed = append(j.Fixed, f.Msg)
	}
	if v.log != nil {
		for _, a := range v.log.Answers {
			j.Log = append(j.Log, logJSON{a.Code, a.Cause, a.Sure.String(), a.Line})
		}
		for _, o := range v.log.Offers {
			j.Offers = append(j.Offers, offersJSON{o.User, o.Type, o.Fingerprint, o.Accepted, o.Line})
		}
	}
	return j
}

func causesJSON(list []doctor.Cause) []causeJSON {
	out := []causeJSON{}
	for _, c := range list {
		out = append(out, causeJSON{c.Code, c.Msg, c.Fix, c.File, c.Pos.Line})
	}
	return out
}
