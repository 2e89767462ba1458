package doctor

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/internal/linebatch"
	"github.com/keyconv/keyconv/repair"
	"github.com/keyconv/keyconv/sshkey"
)

// A long authorized_keys file is nearly all plain keys: entries of which there is
// nothing to say but that sshd takes them, and by which terms. Batches of lines
// are looked at side by side, and what is said of a plain key is ready when its
// turn comes. Lines of any other sort are put together with what stands around
// them, because a key may go over several, and a passage is looked at in depth.

// A Checked is a line that is neither blank nor a comment, or plain keys in
// lines that follow each other. What it gives lives until the function that it
// was given to returns.
type Checked struct {
	Number int // of the first line
	Lines  int // how many

	offset   int
	raw      []byte // of plain keys: the lines
	verdicts []byte // and what sshd makes of them
	zone     *time.Location
	report   *LineReport
}

// Plain reports whether these are keys of which there are no findings.
func (l *Checked) Plain() bool { return l.report == nil }

// Verdicts is a line for each line: its number and what sshd makes of it. Of plain
// keys, [Check.Mute] leaves it out.
func (l *Checked) Verdicts() []byte {
	if l.report == nil {
		return l.verdicts
	}
	return append(appendNumber(nil, l.Number), l.report.Verdict()+"\n"...)
}

// Reports tells everything, line by line.
func (l *Checked) Reports() iter.Seq[LineReport] {
	return func(yield func(LineReport) bool) {
		if l.report != nil {
			yield(*l.report)
			return
		}
		number, offset := l.Number, l.offset
		for raw := range bytes.Lines(l.raw) {
			r := LineReport{Line: authkeys.LineOf(number, offset, bytes.Clone(raw))}
			r.Terms, _ = authkeys.TermsOf(r.Key.Options, l.zone)
			if !yield(r) {
				return
			}
			number, offset = number+1, offset+len(raw)
		}
	}
}

// cutLast parts the last of some plain keys from the others.
func (l *Checked) cutLast() (others, last Checked) {
	raw, text := lastStart(l.raw), lastStart(l.verdicts)
	others, last = *l, *l
	others.Lines--
	others.raw, others.verdicts = l.raw[:raw], slices.Clip(l.verdicts[:text])
	last.Number, last.Lines, last.offset = l.Number+others.Lines, 1, l.offset+raw
	last.raw, last.verdicts = l.raw[raw:], l.verdicts[text:]
	return others, last
}

// lastStart is where the last of some whole lines begins.
func lastStart(text []byte) int { return bytes.LastIndexByte(text[:max(len(text)-1, 0)], '\n') + 1 }

// Verdict says what sshd makes of the line: "accepted: ", "ignored" or "dead: ",
// with the key as ssh-keygen -l shows it.
func (r *LineReport) Verdict() string {
	if r.Key == nil {
		return "ignored"
	}
	k := r.Key.Public
	key := fmt.Sprintf("%d %s %s (%s)", k.Bits(), k.Fingerprint(), cmp.Or(r.Comment(), noComment), k.Label())
	switch {
	case r.Dead != "":
		return "dead: " + key + "; " + r.Dead
	case r.Terms.Authority:
		key = authority + key
	}
	return strings.Join(append([]string{accepted + key}, r.Terms.List()...), "; ")
}

// Comment is that of the key, but for a private key in it.
func (r *LineReport) Comment() string {
	if sshkey.HoldsPrivate(r.Key.Comment) {
		return "(a private key stands in the comment)"
	}
	return r.Key.Comment
}

const (
	accepted  = "accepted: "
	authority = "certificate authority "
	noComment = "no comment"
)

// A Check goes through an authorized_keys file as sshd reads it.
type Check struct {
	Now  time.Time // for expiry-time=
	File string    // as advice names it; "" is the default one, "-" standard input
	// Mute leaves the verdicts of plain keys out, and with them the fingerprints.
	Mute bool
	// Fixed says that MendLines has been at the file: it is not advised again.
	Fixed bool
}

// Stream gives each line to tell as soon as it is known, and ends with tell's
// error. Memory is bounded, but for some bytes for each key; from the millionth
// key on, keys that stand twice are not found. It reads ahead on all cores, but calls
// tell, and r, from the goroutine that called it, in the order of the lines.
func (c Check) Stream(r io.Reader, tell func(*Checked) error) error {
	s := &lineStream{mute: c.Mute, check: newLineCheck(c), each: tell, next: sshkey.Pos{Line: 1, Column: 1}}
	if err := linebatch.Each(r, s.prepare, s.batch); err != nil {
		return err
	}
	return s.finish()
}

// A lineStream is one run of a Check.
type lineStream struct {
	mute  bool
	check *lineCheck
	each  func(*Checked) error
	next  sshkey.Pos // of the next line

	held    passage // lines that wait for what follows
	lines   int     // how many
	damage  bool    // they are not only blank or comments
	far     bool    // they say something of all lines below
	unended bool    // the last line of all has no end

	last Checked // it waits for the end of the file; Lines is 0 for none
	open bool    // it is plain keys of this batch, and more may follow
}

// A stretch of lines that are no plain keys is looked at in parts of this size:
// no key is as long.
const (
	passageLines = 4096
	passageBytes = 1 << 20
)

// batch takes the lines of a batch in their order.
func (s *lineStream) batch(b *linebatch.Batch[plainLines]) error {
	for _, l := range b.Prepared.lines {
		s.check.seen.Fetch(l.role)
	}
	start, verdict := 0, 0
	for _, l := range b.Prepared.lines {
		raw, text := b.Data[start:l.end], b.Prepared.verdicts[verdict:l.verdict]
		var t *plainTerms
		if l.terms > 0 {
			t = &b.Prepared.terms[l.terms-1]
		}
		if err := s.line(raw, text, l.role, t); err != nil {
			return err
		}
		s.next.Line++
		s.next.Offset += len(raw)
		start, verdict = l.end, l.verdict
	}
	clear(b.Prepared.terms) // options may be long
	return s.keepLast()
}

// line takes the next line. A plain key ends a passage, and belongs to it,
// because options may stand above it.
func (s *lineStream) line(raw, verdict []byte, role uint64, t *plainTerms) error {
	s.unended = raw[len(raw)-1] != '\n'
	if role == 0 || s.next.Line <= repair.Careful {
		return s.hold(raw, false)
	}
	if s.damage {
		_, twice := s.check.seen.Find(role)
		return s.hold(raw, !twice && !repair.OpensNext(s.held.text[lastStart(s.held.text):]))
	}
	if !s.check.isNew(role, uint32(s.next.Line), t) {
		return s.hold(raw, false)
	}
	s.drop()
	if l := &s.last; s.open && l.Number+l.Lines == s.next.Line { // in memory too they follow each other
		l.Lines++
		l.raw, l.verdicts = l.raw[:len(l.raw)+len(raw)], l.verdicts[:len(l.verdicts)+len(verdict)]
		return nil
	}
	err := s.tell(Checked{Number: s.next.Line, Lines: 1, offset: s.next.Offset, raw: raw, verdicts: verdict, zone: s.check.now.Location()})
	s.open = true
	return err
}

// hold puts a line to the passage. Of blank lines and comments above it only the
// last may belong to it, or one that is an entry and goes on: a key may have been
// commented out.
func (s *lineStream) hold(raw []byte, ends bool) error {
	damage := s.damage || !authkeys.Skips(raw) || bytes.IndexByte(raw, 0) >= 0 || repair.GoesOn(raw)
	if !damage {
		s.drop()
	}
	if s.lines == 0 {
		s.held.at = s.next
	}
	s.held.text = append(s.held.text, raw...)
	s.lines++
	s.damage = damage
	s.far = s.far || ends && repair.Surrounds(s.held.text)
	if ends && !s.far || s.lines >= passageLines || len(s.held.text) >= passageBytes {
		return s.flush()
	}
	return nil
}

// flush looks at the passage.
func (s *lineStream) flush() error {
	defer s.drop()
	for _, r := range s.check.passage(&s.held) {
		if err := s.tell(Checked{Number: r.Number, Lines: 1, report: &r}); err != nil {
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
	s.held, s.lines, s.damage, s.far = passage{text: text}, 0, false, false
}

// tell hands on what was before.
func (s *lineStream) tell(l Checked) error {
	before := s.last
	s.last, s.open = l, false
	if before.Lines == 0 {
		return nil
	}
	return s.each(&before)
}

// keepLast hands on all but the last line, which it copies, because the memory
// of the batch is used again.
func (s *lineStream) keepLast() error {
	if !s.open {
		return nil
	}
	others, last := s.last.cutLast()
	last.raw, last.verdicts = bytes.Clone(last.raw), bytes.Clone(last.verdicts)
	s.last, s.open = last, false
	if others.Lines == 0 {
		return nil
	}
	return s.each(&others)
}

// finish looks at what is left.
func (s *lineStream) finish() error {
	s.held.isFile = s.held.at.Offset == 0
	if err := s.flush(); err != nil || s.last.Lines == 0 {
		return err
	}
	if s.unended {
		for r := range s.last.Reports() { // one
			r.lineEndMissing(s.check.file)
			s.last.report = &r
		}
	}
	return s.each(&s.last)
}
