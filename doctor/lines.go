package doctor

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/internal/keyset"
	"github.com/keyconv/keyconv/sshkey"
)

// A LineReport is what sshd makes of a line of authorized_keys, and what is to
// be said about it. A line is taken where it is an Entry and Dead is empty.
type LineReport struct {
	authkeys.Line
	Terms authkeys.Terms // of an entry
	// Dead is why an entry never lets anybody in; empty where it may.
	Dead     string
	Findings []sshkey.Finding
}

// CheckLines reads an authorized_keys file as sshd does and says of each line
// that is neither blank nor a comment what sshd makes of it. Advice names the
// file; "" is the default one, "-" standard input.
func CheckLines(data []byte, now time.Time, file string) (list []LineReport) {
	Check{Now: now, File: file, Mute: true}.Stream(bytes.NewReader(data), func(l *Checked) error {
		list = slices.AppendSeq(list, l.Reports())
		return nil
	})
	return list
}

// A lineCheck goes through a file from passage to passage.
type lineCheck struct {
	now        time.Time
	file       string
	fixed      bool
	normalizer *keyconv.Normalizer      // of all passages
	seen       *keyset.Keys             // what decides about a role: a line, or a standing
	standings  standings                // of those lines that have options
	phrases    phrases                  // of the standings
	repairs    map[int][]sshkey.Finding // what normalize says of each line of the passage
	regions    map[int]Region           // what --fix repairs, by each of its lines
}

func newLineCheck(c Check) *lineCheck {
	return &lineCheck{now: c.Now, file: c.File, fixed: c.Fixed, normalizer: keyconv.NewNormalizer(""), seen: keyset.New(), phrases: phrases{found: map[string]phrase{}}}
}

// role is a key as sshd looks for it: for itself or as an authority.
func role(keys keyset.Hasher, blob []byte, authority bool) uint64 {
	if authority {
		blob = slices.Concat(blob, []byte("cert-authority"))
	}
	return keys.Hash(blob)
}

func (c *lineCheck) line(before []LineReport, l authkeys.Line) LineReport {
	r := LineReport{Line: l}
	if region, ok := c.regions[l.Number]; ok {
		c.mendable(&r, before, region)
		if l.Kind == authkeys.Bad {
			return r
		}
	}
	if l.Kind == authkeys.Bad {
		c.ignored(&r)
		return r
	}
	r.Findings = append(r.Findings, l.Key.Findings...)
	var err error
	if r.Terms, err = authkeys.TermsOf(l.Key.Options, c.now.Location()); err != nil {
		r.Err = err
	}
	c.dead(&r)
	r.weak()
	r.names()
	if r.Dead == "" {
		c.duplicate(&r)
	}
	for _, f := range c.repairs[l.Number] {
		if f.Severity == sshkey.Warning || f.Code == "options-apart" { // sshd lets the key in without them
			r.Findings = append(r.Findings, f)
		}
	}
	return r
}

// note adds a finding at the start of the line.
func (r *LineReport) note(s sshkey.Severity, code, hint, msg string, args ...any) {
	at := lineStart(r.Line)
	if r.Key != nil {
		at = r.Key.Pos
	}
	r.Findings = append(r.Findings, sshkey.Finding{Pos: at, Code: code, Severity: s, Msg: fmt.Sprintf(msg, args...), Hint: hint})
}

// mendable tells of lines that --fix repairs, once for all of a region.
func (c *lineCheck) mendable(r *LineReport, before []LineReport, region Region) {
	if n := len(before); n > 0 && before[n-1].Number >= region.First {
		return
	}
	which := fmt.Sprintf("line %d", r.Number)
	if r.Number != region.Last {
		which = fmt.Sprintf("lines %d to %d", r.Number, region.Last)
	}
	r.Findings = append(r.Findings, sshkey.Finding{Pos: lineStart(r.Line), Code: "line-ignored", Severity: sshkey.Refused,
		Msg: fmt.Sprintf("sshd misses a key in %s: %s", which, whatWasDone(region.Findings)), Hint: c.mends(region)})
	r.Findings = append(r.Findings, told(region.Findings, sshkey.Warning)...)
}

// mends is the advice about a region. --fix leaves it where a line further up holds the
// same key with other options. Of other lines only its run can tell.
func (c *lineCheck) mends(region Region) string {
	for _, k := range region.keys {
		if first, ok := c.firstOf(k); ok && first.options != c.optionsOf(k) {
			return fmt.Sprintf("line %d lets the same key in with other options: take out the one that is not meant", first.line)
		}
	}
	if c.fixed {
		return "check --fix left it: another line holds the key with other options, or all of the file makes it less certain; mend it by hand"
	}
	return fixes(c.file)
}

// firstOf is the line of a key, as itself or as an authority, that came first of those
// that decide.
func (c *lineCheck) firstOf(k *sshkey.Key) (first standing, there bool) {
	for _, authority := range []bool{false, true} {
		if value, ok := c.seen.Find(role(c.seen.Hasher(), k.Public.Blob(), authority)); ok {
			if s := c.standingOf(value); !there || s.line < first.line {
				first, there = s, true
			}
		}
	}
	return first, there
}

// optionsOf is what a standing has of the options.
func (c *lineCheck) optionsOf(k *sshkey.Key) uint32 {
	return c.seen.Hasher().Short([]byte(authkeys.RawOptions(k.Options)))
}

// whatWasDone tells repairs, each once; that text was left out only where
// nothing else was done.
func whatWasDone(findings []sshkey.Finding) string {
	var what []string
	for _, f := range told(findings, sshkey.Repaired) {
		if f.Code != "text-dropped" && !slices.Contains(what, f.Msg) {
			what = append(what, f.Msg)
		}
	}
	return cmp.Or(strings.Join(what, "; "), "there is text around it that belongs to no key")
}

func lineStart(l authkeys.Line) sshkey.Pos {
	return sshkey.Pos{Offset: l.Offset, Line: l.Number, Column: 1}
}

// ignored tells of a line that sshd passes over. What a repair would refuse
// says more than what the reader met first.
func (c *lineCheck) ignored(r *LineReport) {
	repairs := c.repairs[r.Number]
	if refused := told(repairs, sshkey.Refused); len(refused) > 0 {
		r.Findings = refused
		return
	}
	at := lineStart(r.Line)
	var syntax *sshkey.SyntaxError
	if errors.As(r.Err, &syntax) {
		at = syntax.Pos
	}
	r.Findings = append(r.Findings, sshkey.Finding{Pos: at, Code: "line-ignored", Severity: sshkey.Refused, Msg: "sshd passes over this line: " + reason(r.Err), Hint: sshkey.Hint(r.Err)})
	r.Findings = append(r.Findings, told(repairs, sshkey.Warning)...)
}

func told(list []sshkey.Finding, s sshkey.Severity) (out []sshkey.Finding) {
	for _, f := range list {
		if f.Severity == s {
			out = append(out, f)
		}
	}
	return out
}

// dead notes an entry that holds a key and lets nobody in.
func (c *lineCheck) dead(r *LineReport) {
	err := authkeys.Accepted(r.Key)
	switch {
	case errors.Is(err, authkeys.ErrCertAuthority):
		if from := r.Terms.From; from != nil {
			_, err = authkeys.MatchAddr(*from, netip.IPv4Unspecified())
		} else {
			err = nil
		}
	case err == nil && !r.Terms.Expires.IsZero() && r.Terms.Expires.Before(c.now):
		err = nil
		r.Dead = "expired at " + r.Terms.Expires.Format(time.RFC3339)
		r.note(sshkey.Warning, "entry-expired", "put a later expiry-time= on the line, or take the line out", "the entry %s", r.Dead)
	}
	if err != nil {
		r.Dead = err.Error()
		r.note(sshkey.Refused, "line-refuses", cmp.Or(sshkey.Hint(err), "take the line out"), "nobody gets in by this line: %v", err)
	}
}

// weak tells of types and sizes that servers turn down.
func (r *LineReport) weak() {
	if bits := r.Key.Public.Bits(); r.Key.Public.Label() == "RSA" && bits >= authkeys.MinRSABits && bits < authkeys.SoundRSABits {
		r.note(sshkey.Warning, "rsa-short", "make a new key: ssh-keygen -t ed25519",
			"an RSA key of %d bits: OpenSSH takes it, and refuses it where RequiredRSASize (since 9.1) asks for more, as Red Hat's policy does with %d", bits, authkeys.SoundRSABits)
	}
}

// lineEndMissing tells it with the last line of which anything is told.
func (r *LineReport) lineEndMissing(file string) {
	r.note(sshkey.Note, "line-end-missing", fixes(file), "the last line has no end: what is appended to the file would stand on the same line")
}

// addressChars are those of addresses, networks and patterns for them.
const addressChars = "0123456789abcdefABCDEFxX.:/%*?"

// names tells of names in from=, which match nothing by default.
func (r *LineReport) names() {
	if r.Terms.From == nil {
		return
	}
	if name := firstName(*r.Terms.From); name != "" {
		r.note(sshkey.Note, "from-name", "write addresses, or set UseDNS yes", "from: the name %q matches nothing under UseDNS no, the default", name)
	}
}

func firstName(from string) string {
	for pattern := range strings.SplitSeq(from, ",") {
		if name := strings.TrimPrefix(pattern, "!"); strings.Trim(name, addressChars) != "" {
			return name
		}
	}
	return ""
}

// duplicate compares an entry with the one of the same key that decides: the
// first, unless its options may refuse and a later one's do not.
func (c *lineCheck) duplicate(r *LineReport) {
	role := role(c.seen.Hasher(), r.Key.Public.Blob(), r.Terms.Authority)
	this := standing{line: uint32(r.Number), options: c.optionsOf(r.Key), may: c.phrases.of(cmp.Or(mayRefuse(&r.Terms), passedOverFor(r.Key)))}
	first, ok := c.seen.Find(role)
	old := c.standingOf(first)
	number := old.line
	if !ok || old.may != 0 && this.may == 0 {
		c.decides(role, this, &r.Terms)
	}
	switch {
	case !ok:
	case old.options == this.options:
		r.note(sshkey.Warning, "duplicate-line", "take one of the two out", "the same key stands in line %d with the same options", number)
	case old.may != 0:
		r.note(sshkey.Note, "duplicate-key", "keep one line for each key, unless this is meant",
			"the same key stands in line %d; this line counts only where that one refuses (%s)", number, c.phrases.text(old.may))
	default:
		r.Dead = fmt.Sprintf("line %d has the same key and comes first", number)
		r.note(sshkey.Warning, "duplicate-key", fmt.Sprintf("take out the line that is not meant; line %d %s", number, c.phrases.text(old.inForce)),
			"sshd never comes to this line: line %d has the same key with other options, and the first line wins", number)
	}
}
