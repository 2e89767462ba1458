// Package answer holds what the web page asks the library: what is this text,
// and give me that private key in another format. It speaks in values that
// become JSON, and in words for a page: a hint that names a flag of the
// command line is put as the field that does the same.
//
// The page runs it as WebAssembly, in a worker of the browser.
package answer

import (
	"errors"
	"slices"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/sshkey"
)

// MaxInput is the most that the page takes. A key has a few kilobytes, an
// authorized_keys file of a thousand keys half a megabyte.
const MaxInput = 1 << 20

// limits are lower than the command's: a browser gives a page less memory, and
// WebAssembly computes at a fraction of the speed. PuTTYgen asks for 8 MiB of
// Argon2, ssh-keygen for 16 or 24 rounds of bcrypt.
func limits() sshkey.Limits {
	return sshkey.Limits{
		BcryptRounds: 256, Argon2MemoryKiB: 256 << 10, Argon2WorkKiB: 4 << 20, Argon2Lanes: 255,
		PBKDF2Iterations: 3_000_000, ScryptMemoryKiB: 256 << 10, ScryptWorkKiB: 1 << 20,
	}
}

// The verdicts on a text.
const (
	Empty    = "empty"
	Sound    = "sound"    // sshd takes every line as it is
	Repaired = "repaired" // there are lines, and something was mended
	Partly   = "partly"   // there are lines, and something was refused
	Idle     = "idle"     // there are lines, and all are comments
	Refused  = "refused"  // there is no line
	Private  = "private"  // a private key, sound or mended
)

// A Report is the answer to a text.
type Report struct {
	Verdict  string       `json:"verdict"`
	Title    string       `json:"title"`
	Advice   string       `json:"advice"` // the next step
	Lines    string       `json:"lines"`  // for authorized_keys
	RFC4716  string       `json:"rfc4716"`
	Keys     []Key        `json:"keys"`
	More     int          `json:"more"` // keys that are not in Keys
	Findings []Finding    `json:"findings"`
	Unlisted int          `json:"unlisted"` // findings that are not in Findings
	Pieces   []Piece      `json:"pieces"`   // the text, with its marks
	Secret   bool         `json:"secret"`   // the text holds private material
	Private  *PrivateHalf `json:"private,omitempty"`
}

// A Key is what there is to know about a public key.
type Key struct {
	Algorithm string `json:"algorithm"`
	Label     string `json:"label"`
	Bits      int    `json:"bits"`
	Comment   string `json:"comment"`
	SHA256    string `json:"sha256"`
	MD5       string `json:"md5"`
	PuTTY     string `json:"putty"`     // as PuTTYgen and Pageant show it
	OldPuTTY  string `json:"old_putty"` // as they did before 0.75
}

// A Finding is one of the library's. Its number is its place in the list.
type Finding struct {
	Severity string `json:"severity"`
	Code     string `json:"code"`
	Message  string `json:"message"`
	Hint     string `json:"hint"`
	Line     int    `json:"line"`
	Column   int    `json:"column"`

	offset int // less than 0: no place
}

// How much of a long list a page shows.
const (
	maxKeys     = 20
	maxFindings = 40
)

// A question is a text and what is known about it.
type question struct {
	data   []byte
	expect string
	report *Report
}

// Look says what a text is. expect is a fingerprint that the key must have, or
// empty. Everything that is wrong with the text is a finding.
func Look(data []byte, expect string) *Report {
	q := &question{data: data, expect: expect, report: &Report{Keys: []Key{}, Findings: []Finding{}, Pieces: []Piece{}}}
	switch {
	case len(data) > MaxInput:
		q.refuse(&sshkey.LimitError{What: "bytes of text", Asked: uint64(len(data)), Limit: MaxInput})
	case blank(data):
		q.report.Verdict = Empty
	default:
		q.look()
	}
	r := q.report
	r.Title, r.Advice = title(r), advice(r)
	r.Secret = r.Private != nil || hasSecret(data) || slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Code == "private-key-exposed" })
	r.Pieces = pieces(data, r.Findings)
	return r
}

// look asks both readers: the strict one knows private keys and containers, the
// repairer public keys in any state. For public keys the repairer decides, who
// knows a server's key from a user's; where it sees none, the strict reader
// does.
func (q *question) look() {
	keys, format, err := keyconv.ParseLenient(q.data, "")
	private := err == nil && keys[0].Private != nil
	n, nerr := keyconv.NormalizeExpecting(q.data, q.expect)
	switch {
	case nerr != nil:
		q.refuse(nerr)
	case private:
		q.privateKey(keys[0], format, n)
	case err == nil && unseen(n):
		q.container(keys)
	default:
		q.lines(n)
		if q.report.Verdict != Idle && (unseen(n) || hasSecret(q.data)) {
			q.alsoRefuse(err)
		}
	}
}

// unseen reports whether the repairer saw nothing that looks like a key.
func unseen(n *keyconv.Normalized) bool {
	return len(n.Keys) == 0 && slices.ContainsFunc(n.Findings, func(f sshkey.Finding) bool { return f.Code == "no-key" })
}

// onlyComments reports whether there are lines, none is a key, and nothing else
// was refused.
func onlyComments(n *keyconv.Normalized) bool {
	return !blank(n.Text) && !slices.ContainsFunc(n.Findings, func(f sshkey.Finding) bool { return f.Severity == sshkey.Refused && f.Code != "no-key" })
}

// lines takes over what the repairer found.
func (q *question) lines(n *keyconv.Normalized) {
	q.find(n.Findings)
	q.keys(n.Keys)
	q.report.Lines = string(n.Text)
	switch {
	case len(n.Keys) == 0 && !onlyComments(n):
		q.report.Lines, q.report.Verdict = "", Refused
	case len(n.Keys) == 0:
		q.report.Verdict = Idle
		q.report.Findings = slices.DeleteFunc(q.report.Findings, func(f Finding) bool { return f.Code == "no-key" })
	case n.Refused():
		q.report.Verdict = Partly
	case n.Changed():
		q.report.Verdict = Repaired
	default:
		q.report.Verdict = Sound
	}
}

// container is a public key that is no line and that the repairer does not
// know, such as a JSON Web Key.
func (q *question) container(keys []*sshkey.Key) {
	res, err := keyconv.Convert(q.data, "authorized-keys", nil)
	if err != nil {
		q.refuse(err)
		return
	}
	q.find(res.Findings)
	q.keys(keys)
	q.report.Lines, q.report.Verdict = string(res.Data), Repaired
}

// keys lists public keys, and what is weak about them.
func (q *question) keys(keys []*sshkey.Key) {
	for i, k := range keys {
		if i == maxKeys {
			q.report.More = len(keys) - i
			break
		}
		q.report.Keys = append(q.report.Keys, keyOf(k))
		q.find(keyconv.Advise(k))
	}
	if len(keys) > 0 {
		q.report.RFC4716 = rfc4716Of(keys)
	}
}

func (q *question) find(list []sshkey.Finding) {
	for _, f := range list {
		f := findingOf(f)
		switch {
		case slices.Contains(q.report.Findings, f): // a repairer and Advise say the same
		case len(q.report.Findings) == maxFindings:
			q.report.Unlisted++
		default:
			q.report.Findings = append(q.report.Findings, f)
		}
	}
}

// refuse makes a finding of an error.
func (q *question) refuse(err error) {
	q.report.Verdict = Refused
	q.find([]sshkey.Finding{refusal(err)})
}

// alsoRefuse adds why the strict reader refuses: it may know better what the
// text is, and stands first.
func (q *question) alsoRefuse(err error) {
	if err == nil {
		return
	}
	list := q.report.Findings
	if q.report.Verdict == Refused {
		list = slices.DeleteFunc(list, func(f Finding) bool { return f.Code == "no-key" || f.Code == "private-key" })
	}
	q.report.Findings = append([]Finding{findingOf(refusal(err))}, list...)
	if q.report.Verdict != Refused {
		q.report.Verdict = Partly
	}
}

// refusal is an error as a finding, with its place where it has one.
func refusal(err error) sshkey.Finding {
	f := sshkey.Finding{Severity: sshkey.Refused, Msg: err.Error(), Hint: sshkey.Hint(err)}
	var syntax *sshkey.SyntaxError
	if errors.As(err, &syntax) {
		f.Pos, f.Msg = syntax.Pos, syntax.Err.Error()
	}
	return f
}

func findingOf(f sshkey.Finding) Finding {
	out := Finding{Severity: string(f.Severity), Code: f.Code, Message: forPage(f.Msg), Hint: sentence(forPage(f.Hint)), offset: -1}
	if f.Pos.IsValid() {
		out.Line, out.Column, out.offset = f.Pos.Line, f.Pos.Column, f.Pos.Offset
	}
	return out
}
