package doctor

import (
	"slices"
	"strconv"

	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/internal/keyset"
	"github.com/keyconv/keyconv/internal/linebatch"
	"github.com/keyconv/keyconv/repair"
	"github.com/keyconv/keyconv/sshkey"
)

// plainLines is what a batch says of its lines.
type plainLines struct {
	scanner  authkeys.Scanner
	lines    []plainLine
	terms    []plainTerms // of the lines with options
	verdicts []byte
}

// A plainLine ends at end. The verdict of a plain key goes up to verdict, from
// that of the line before.
type plainLine struct {
	end, verdict int
	role         uint64 // 0: no plain key
	terms        int    // which of the terms, counted from 1; 0 for a line without options
}

// plainTerms are what the options of a plain key mean.
type plainTerms struct {
	authkeys.Terms
	options      uint32   // a hash
	restrictions []string // Terms.List, where there are verdicts
}

// prepare is safe beside the others. It works on the stack: cache lines that it
// shares with batch or another prepare would go from core to core.
func (s *lineStream) prepare(b *linebatch.Batch[plainLines]) {
	p, keys := b.Prepared, s.check.seen.Hasher()
	defer func() { b.Prepared = p }()
	p.lines, p.terms, p.verdicts = p.lines[:0], p.terms[:0], p.verdicts[:0]
	for start, number := 0, b.Number; start < len(b.Data); number++ {
		l := plainLine{end: start + lineLen(b.Data[start:])}
		if e, ok := repair.Ordinary(&p.scanner, b.Data[start:l.end]); ok && unremarkable(e) {
			s.plain(&p, &l, e, keys, number)
		}
		l.verdict = len(p.verdicts)
		p.lines = append(p.lines, l)
		start = l.end
	}
}

// plain notes of a line what is known of a plain key, if it is one.
func (s *lineStream) plain(p *plainLines, l *plainLine, e *authkeys.Scanned, keys keyset.Hasher, number int) {
	var t plainTerms
	if len(e.Options) > 0 {
		var ok bool
		if t, ok = s.plainTerms(e.Options); !ok {
			return
		}
		t.options = keys.Short(e.Field)
		p.terms = append(p.terms, t)
		l.terms = len(p.terms)
	}
	l.role = role(keys, e.Key.Bytes(), t.Authority)
	if !s.mute {
		p.verdicts = append(appendVerdict(appendNumber(p.verdicts, number), e, &t), '\n')
	}
}

// plainTerms reads options. It is false where line has something to say about them,
// or where they need quotes.
func (s *lineStream) plainTerms(options []sshkey.Option) (p plainTerms, ok bool) {
	t, err := authkeys.TermsOf(options, s.check.now.Location())
	switch {
	case err != nil, !t.Expires.IsZero() && t.Expires.Before(s.check.now), t.From != nil && (t.Authority || firstName(*t.From) != ""):
		return p, false
	}
	p.Terms = t
	if !s.mute {
		p.restrictions = t.List()
	}
	return p, !slices.ContainsFunc(p.restrictions, func(text string) bool { return !isPlain(text) })
}

// isPlain reports whether text needs no quotes.
func isPlain[T string | []byte](text T) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' {
			return false
		}
	}
	return true
}

// unremarkable reports whether lineCheck has nothing to say about a plain key,
// and its comment needs no quotes.
func unremarkable(e *authkeys.Scanned) bool {
	return isPlain(e.Comment) && (e.Key.Label() != "RSA" || e.Key.Bits() >= authkeys.SoundRSABits)
}

// appendNumber appends what stands in front of a verdict.
func appendNumber(text []byte, number int) []byte {
	return append(strconv.AppendInt(text, int64(number), 10), ": "...)
}

// appendVerdict is LineReport.Verdict of a plain key.
func appendVerdict(text []byte, e *authkeys.Scanned, t *plainTerms) []byte {
	text = append(text, accepted...)
	if t.Authority {
		text = append(text, authority...)
	}
	text = strconv.AppendInt(text, int64(e.Key.Bits()), 10)
	text = append(text, ' ')
	text = append(e.Key.AppendFingerprint(text), ' ')
	if len(e.Comment) > 0 {
		text = append(text, e.Comment...)
	} else {
		text = append(text, noComment...)
	}
	text = append(text, " ("...)
	text = append(text, e.Key.Label()...)
	text = append(text, ')')
	for _, r := range t.restrictions {
		text = append(append(text, "; "...), r...)
	}
	return text
}
