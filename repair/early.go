package repair

import "github.com/keyconv/keyconv/sshkey"

// Bad lines between two quiet ones depend on nothing that stands elsewhere, but for
// the answers about keys that were asked about before. They are repaired while
// their batch is scanned, on all cores, and the walker takes that draft where it
// would have made the same one.

// An earlyDraft is of the lines from at to end.
type earlyDraft struct {
	at, end int
	*draft
	asked map[sshkey.PublicKey]answer
	times int  // that it asked
	parse bool // it would have called Options.Parse, which is called by one goroutine only
}

// draftEarly reads lines as the walker does below a quiet line, behind the first
// keys of a file.
func draftEarly(raw []byte, at int, o Options) earlyDraft {
	e := earlyDraft{at: at, end: at + len(raw)}
	m := NewMemory()
	m.asked = careful
	o.Memory = m
	if o.Parse != nil {
		o.Parse = func([]byte) ([]*sshkey.Key, error) { e.parse = true; return nil, nil }
	}
	e.draft = draftOf(raw, at, o, state{})
	e.asked, e.times = m.answers, m.asked-careful
	return e
}

// drafted is the early draft of the lines that are held; nil if there is none, or
// one that does not hold.
func (w *walker) drafted(raw []byte) *draft {
	for len(w.early) > 0 && w.early[0].at < w.heldOffset {
		w.early = w.early[1:]
	}
	if len(w.early) == 0 || w.state != (state{}) {
		return nil
	}
	e := &w.early[0]
	if e.at != w.heldOffset || e.end != w.heldOffset+len(raw) || e.parse || !w.o.Memory.takes(e) {
		return nil
	}
	return e.draft
}

// takes keeps what an early draft has asked; false where the answers could have been
// others than those it had.
func (m *Memory) takes(e *earlyDraft) bool {
	if m.asked < careful || len(m.answers)+e.times > mostAnswers {
		return false
	}
	for k := range e.asked {
		if _, known := m.answers[k]; known {
			return false
		}
	}
	m.asked += e.times
	for k, a := range e.asked {
		m.answers[k] = a
	}
	return true
}
