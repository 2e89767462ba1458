package repair

import (
	"bytes"

	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/internal/keyset"
	"github.com/keyconv/keyconv/internal/linebatch"
	"github.com/keyconv/keyconv/sshkey"
)

// The lines of a long authorized_keys file are nearly all of one sort: a key, with
// options or without, about which there is nothing to say. Batches of lines are
// looked at side by side, and each such line is marked quiet. Everything else
// about a file depends on its order, and the walker takes it line by line: a
// quiet line in a few steps, another as if there were no batches.

// Careful is how many lines of a text Stream takes without haste; behind them,
// it has nothing to say about a line that is [Ordinary].
const Careful = 64

// careful is how many lines of a text the walker takes without haste, and how
// many repaired keys: what somebody pastes gets every check, and a fleet's file
// the quick ones. See care for the difference.
const careful = Careful

// A batch is some whole lines of a stream.
type batch = linebatch.Batch[quietLines]

// quietLines is what a batch says of its lines.
type quietLines struct {
	scanner authkeys.Scanner
	lines   []batchLine
	early   []earlyDraft
}

// A batchLine ends at end; hash is of its key, where it is quiet, and options of its
// options, 0 for none.
type batchLine struct {
	end        int
	quiet, bad bool
	options    uint32
	hash       uint64
}

// scan marks the lines, and repairs the bad ones that stand between two quiet lines.
// It is safe beside the scans of other batches, and works on the stack: cache lines
// that it shares with them would go from core to core.
func scan(b *batch, keys keyset.Hasher, o Options) {
	q := b.Prepared
	defer func() { b.Prepared = q }()
	q.lines, q.early = q.lines[:0], q.early[:0]
	early := b.Number > careful && o.Expect == ""
	bad := -1 // where bad lines behind a quiet one begin, or will
	for start := 0; start < len(b.Data); {
		l := batchLine{end: min(lineEnd(b.Data, start)+1, len(b.Data))}
		raw := b.Data[start:l.end]
		if e, ok := Ordinary(&q.scanner, raw); ok {
			l.quiet, l.hash, l.options = true, keys.Hash(e.Key.Bytes()), keys.Short(e.Field)
			if bad >= 0 && bad < start {
				q.early = append(q.early, draftEarly(b.Data[bad:start], b.Offset+bad, o))
			}
			bad = l.end
		} else if l.bad = early && bad >= 0 && isBad(lineOf(0, 0, raw), raw); !l.bad {
			bad = -1
		}
		q.lines = append(q.lines, l)
		start = l.end
	}
}

// Ordinary reports whether a line, with its line end, is an entry that Stream writes
// as it is, without a finding, unless a line above it or the same key elsewhere gives
// it one: damage, or options without a key. What it gives lives until s is used again.
func Ordinary(s *authkeys.Scanner, raw []byte) (*authkeys.Scanned, bool) {
	line, ok := bytes.CutSuffix(raw, []byte("\n"))
	if !ok {
		return nil, false
	}
	e, ok := s.Scan(bytes.TrimSuffix(line, []byte("\r")))
	if !ok || !inOrder(e.Key) || len(e.Options) > 0 && !accepted(e.OptionsAccepted()) {
		return nil, false
	}
	return e, len(e.Comment) < fewestCharacters && saysNothing(e.Comment)
}

// saysNothing reports whether a comment is no matter for this line or the next.
func saysNothing(comment []byte) bool {
	return bytes.IndexByte(comment, 0) < 0 && bytes.IndexByte(comment, '\r') < 0 && bytes.IndexByte(comment, '#') < 0 && !gluesOption(comment)
}

// inOrder is insane and acceptable without big integers, for the types of which
// there are many; false for those that have to be looked at again.
func inOrder(k sshkey.Blob) bool {
	switch k.Algorithm() {
	case "ssh-rsa":
		e, n := k.Field(0), k.Field(1)
		odd := e[len(e)-1]&n[len(n)-1]&1 == 1
		return odd && len(e) <= 8 && (len(e) > 1 || e[0] >= 3) && len(n) >= 128 && n[0] >= 0x80 && smallFactor(n, quick) == 0
	case "ssh-ed25519":
		return suspectEd25519(k.Field(0)) == nil
	case "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521":
		return true // the point was proven
	}
	return false
}

// batch takes the lines of a batch in their order.
func (w *walker) batch(b *batch) {
	w.early = b.Prepared.early
	start, written := 0, 0 // lines between written and start wait to be written in one piece
	for _, l := range b.Prepared.lines {
		raw := b.Data[start:l.end]
		if l.quiet && w.quiet(l.hash, l.options) {
			w.keys++
			w.number++
			w.offset += len(raw)
		} else {
			w.emitAll(b.Data[written:start])
			w.line(raw, l.bad)
			written = l.end
		}
		start = l.end
	}
	w.emitAll(b.Data[written:start])
}

// quiet reports whether a quiet line can be written as it is. Where lines are
// held, none wait to be written.
func (w *walker) quiet(hash uint64, options uint32) bool {
	if w.number <= careful || w.o.Expect != "" {
		return false
	}
	if w.opened() {
		return false
	}
	w.flush()
	if w.apart || options != 0 && (w.above || w.open) || w.silences() {
		return false
	}
	if w.state != (state{}) {
		w.state = state{}.within(w.around) // its comment names no options
	}
	return w.isNew(hash, options)
}

// emitAll writes lines that all have their end.
func (w *walker) emitAll(lines []byte) {
	if w.err == nil && len(lines) > 0 {
		w.err = w.write(lines)
	}
}
