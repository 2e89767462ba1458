package doctor

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/internal/linebatch"
	"github.com/keyconv/keyconv/repair"
	"github.com/keyconv/keyconv/sshkey"
)

// A long authorized_keys file is nearly all plain keys: entries without options
// of which there is nothing to say but that sshd takes them. Batches of lines
// are looked at side by side, and what is said of a plain key is ready when its
// turn comes. Lines of any other sort are put together with what stands around
// them, because a key may go over several, and a passage is looked at in depth.

// A CheckedLine is one line that is neither blank nor a comment. What it gives
// lives until the function that it was given to returns.
type CheckedLine struct {
	Number  int
	offset  int
	raw     []byte
	verdict []byte      // of a plain key
	report  *LineReport // of any other line
}

// Plain reports whether the line is a key without options of which there are no
// findings.
func (l CheckedLine) Plain() bool { return l.report == nil }

// AppendVerdict appends what sshd makes of the line.
func (l CheckedLine) AppendVerdict(text []byte) []byte {
	if l.report == nil {
		return append(text, l.verdict...)
	}
	return append(text, l.report.Verdict()...)
}

// Report tells everything.
func (l CheckedLine) Report() LineReport {
	if l.report != nil {
		return *l.report
	}
	r := LineReport{Line: authkeys.LineOf(l.Number, l.offset, bytes.Clone(l.raw))}
	r.Terms, _ = authkeys.TermsOf(nil, time.UTC)
	return r
}

// Verdict says what sshd makes of the line: "accepted: ", "ignored" or "dead: ",
// with the key as ssh-keygen -l shows it.
func (r *LineReport) Verdict() string {
	if r.Key == nil {
		return "ignored"
	}
	k := r.Key.Public
	key := fmt.Sprintf("%d %s %s (%s)", k.Bits(), k.Fingerprint(), cmp.Or(r.Key.Comment, noComment), k.Label())
	switch {
	case r.Dead != "":
		return "dead: " + key + "; " + r.Dead
	case r.Terms.Authority:
		key = "certificate authority " + key
	}
	return strings.Join(append([]string{accepted + key}, r.Terms.List()...), "; ")
}

const (
	accepted  = "accepted: "
	noComment = "no comment"
)

// CheckStream is CheckLines for files of any size: each is given every line as
// soon as it is known, and its error ends the check. Memory is bounded, but for
// some bytes for each key; from the millionth key on, keys that stand twice are
// not found.
func CheckStream(r io.Reader, now time.Time, file string, each func(CheckedLine) error) error {
	s := &lineStream{check: newLineCheck(now, file), each: each, next: sshkey.Pos{Line: 1, Column: 1}}
	if err := linebatch.Each(r, s.prepare, s.batch); err != nil {
		return err
	}
	return s.finish()
}

// A lineStream is one run of CheckStream.
type lineStream struct {
	check *lineCheck
	each  func(CheckedLine) error
	next  sshkey.Pos // of the next line

	held    passage // lines that wait for what follows
	lines   int     // how many
	damage  bool    // they are not only blank or comments
	unended bool    // the last line of all has no end

	last CheckedLine // it waits for the end of the file; Number is 0 for none
}

// A stretch of lines that are no plain keys is looked at in parts of this size:
// no key is as long.
const (
	passageLines = 4096
	passageBytes = 1 << 20
)

// plainLines is what a batch says of its lines.
type plainLines struct {
	scanner  authkeys.Scanner
	lines    []plainLine
	verdicts []byte
}

// A plainLine ends at end. The verdict of a plain key goes up to verdict, from
// that of the line before; another line has none.
type plainLine struct {
	end, verdict int
	role         uint64
}

// prepare is safe beside the others. It works on the stack: cache lines that it
// shares with batch or another prepare would go from core to core.
func (s *lineStream) prepare(b *linebatch.Batch[plainLines]) {
	p, keys := b.Prepared, s.check.seen.Hasher()
	defer func() { b.Prepared = p }()
	p.lines, p.verdicts = p.lines[:0], p.verdicts[:0]
	for start := 0; start < len(b.Data); {
		l := plainLine{end: start + lineLen(b.Data[start:])}
		if e, ok := repair.Ordinary(&p.scanner, b.Data[start:l.end]); ok && unremarkable(e) {
			l.role = keys.Hash(e.Key.Bytes())
			p.verdicts = appendVerdict(p.verdicts, e)
		}
		l.verdict = len(p.verdicts)
		p.lines = append(p.lines, l)
		start = l.end
	}
}

// unremarkable reports whether lineCheck has nothing to say about a plain key,
// and its comment needs no quotes.
func unremarkable(e authkeys.Scanned) bool {
	for _, c := range e.Comment {
		if c < ' ' || c > '~' {
			return false
		}
	}
	return e.Key.Label() != "RSA" || e.Key.Bits() >= 2048
}

// appendVerdict is LineReport.Verdict of a plain key.
func appendVerdict(text []byte, e authkeys.Scanned) []byte {
	text = strconv.AppendInt(append(text, accepted...), int64(e.Key.Bits()), 10)
	text = append(text, ' ')
	text = append(e.Key.AppendFingerprint(text), ' ')
	if len(e.Comment) > 0 {
		text = append(text, e.Comment...)
	} else {
		text = append(text, noComment...)
	}
	text = append(text, " ("...)
	text = append(text, e.Key.Label()...)
	return append(text, ')')
}

// batch takes the lines of a batch in their order.
func (s *lineStream) batch(b *linebatch.Batch[plainLines]) error {
	for _, l := range b.Prepared.lines {
		s.check.seen.Fetch(l.role)
	}
	start, verdict := 0, 0
	for _, l := range b.Prepared.lines {
		raw, text := b.Data[start:l.end], b.Prepared.verdicts[verdict:l.verdict]
		if err := s.line(raw, text, l.role); err != nil {
			return err
		}
		s.next.Line++
		s.next.Offset += len(raw)
		start, verdict = l.end, l.verdict
	}
	s.last.raw, s.last.verdict = bytes.Clone(s.last.raw), bytes.Clone(s.last.verdict) // the batch is used again
	return nil
}

// line takes the next line. A plain key ends a passage, and belongs to it,
// because options may stand above it.
func (s *lineStream) line(raw, verdict []byte, role uint64) error {
	s.unended = raw[len(raw)-1] != '\n'
	plain := len(verdict) > 0 && s.next.Line > repair.Careful
	if plain {
		if _, twice := s.check.seen.Find(role); twice {
			plain = false
		}
	}
	if !plain || s.damage {
		return s.hold(raw, plain)
	}
	s.drop()
	s.check.seen.Set(role, uint32(s.next.Line))
	return s.tell(CheckedLine{Number: s.next.Line, offset: s.next.Offset, raw: raw, verdict: verdict})
}

// hold puts a line to the passage. Of blank lines and comments above it only the
// last may belong to it: a key may have been commented out and go on.
func (s *lineStream) hold(raw []byte, ends bool) error {
	damage := s.damage || !authkeys.Skips(raw) || bytes.IndexByte(raw, 0) >= 0
	if !damage {
		s.drop()
	}
	if s.lines == 0 {
		s.held.at = s.next
	}
	s.held.text = append(s.held.text, raw...)
	s.lines++
	s.damage = damage
	if ends || s.lines >= passageLines || len(s.held.text) >= passageBytes {
		return s.flush()
	}
	return nil
}

// flush looks at the passage.
func (s *lineStream) flush() error {
	defer s.drop()
	for _, r := range s.check.passage(&s.held) {
		if err := s.tell(CheckedLine{Number: r.Number, report: &r}); err != nil {
			return err
		}
	}
	return nil
}

// drop forgets the passage: reports keep pieces of a text, so that of a new one
// is new, unless there was nothing to report.
func (s *lineStream) drop() {
	if s.lines == 0 {
		return
	}
	text := s.held.text[:0]
	if s.damage {
		text = nil
	}
	s.held, s.lines, s.damage = passage{text: text}, 0, false
}

// tell hands on the line before.
func (s *lineStream) tell(l CheckedLine) error {
	before := s.last
	s.last = l
	if before.Number == 0 {
		return nil
	}
	return s.each(before)
}

// finish looks at what is left.
func (s *lineStream) finish() error {
	s.held.isFile = s.held.at.Offset == 0
	if err := s.flush(); err != nil || s.last.Number == 0 {
		return err
	}
	if s.unended {
		r := s.last.Report()
		r.lineEndMissing(s.check.file)
		s.last.report = &r
	}
	return s.each(s.last)
}
