package explain

import (
	"maps"
	"slices"
)

// A session is what belongs together in a log: one connection, as far as can
// be told. What sshd says about a stranger must not explain the refusal of a
// friend.
type session struct {
	process string
	hits    map[*entry]*hit
	values  map[string]string // what any line of it named: the account, the key
	step    *entry            // the last that was seen
	ended   bool              // only another line of an end may follow
}

// A hit is an entry that was seen in a session: the last line of it.
type hit struct {
	line   int
	text   string
	values map[string]string
	times  int
}

// maxSessions is how many are kept open: the oldest is weighed when there are
// more, so that a log of any length takes no more memory than this.
const maxSessions = 1000

// A reading is a text on its way through the knowledge.
type reading struct {
	knowledge *base
	open      []*session          // the oldest first
	byProcess map[string]*session // by the number behind the program's name
	current   *session            // of lines without such a number
	answers   answers
	users     words
	offers    offers
}

func newReading(k *base) *reading {
	return &reading{knowledge: k, byProcess: map[string]*session{}, answers: answers{}}
}

// line takes the next line of the text.
func (r *reading) line(number int, text string) {
	for part := range parts(text) {
		r.part(number, cleanLine(part))
	}
}

// part takes a line, or one of those that a line of JSON holds.
func (r *reading) part(number int, text string) {
	h := splitHeader(text)
	list := r.knowledge.match(h)
	var s *session
	for _, m := range list {
		if s = r.session(h, m.entry); s.behind(m.entry) {
			s.note(number, text, m)
			r.facts(number, m)
		}
	}
	for _, m := range list {
		if m.entry.step {
			s.step = m.entry
		}
		s.ended = s.ended || m.entry.ends && h.process == ""
	}
}

// behind: the entry's line counts where it stands.
func (s *session) behind(e *entry) bool {
	return len(e.after) == 0 || slices.Contains(e.after, s.step)
}

// note keeps what a line says. One that belongs to a step is shown as that step,
// with the words of both.
func (s *session) note(number int, text string, m match) {
	h := &hit{number, text, m.values, 1}
	if len(m.entry.after) > 0 {
		step := s.hits[s.step]
		h.line, h.text = step.line, step.text
		maps.Copy(h.values, step.values)
	}
	if old := s.hits[m.entry]; old != nil {
		h.times += old.times
	}
	s.hits[m.entry] = h
	for name, value := range h.values {
		if places[name].shared && !m.entry.unsure {
			s.values[name] = value
		}
	}
}

// facts keeps what callers ask for beside the answers.
func (r *reading) facts(number int, m match) {
	if user := m.values["user"]; user != "" {
		r.users.add(user)
	}
	if m.entry.offer && m.values["fingerprint"] != "" {
		r.offers.add(Offer{User: m.values["user"], Addr: m.values["addr"], Type: m.values["type"],
			Fingerprint: m.values["fingerprint"], Accepted: m.entry.accepted, Line: number})
	}
}

// session finds the session that a line belongs to, or begins it.
func (r *reading) session(h header, e *entry) *session {
	s := r.current
	if h.process != "" {
		s = r.byProcess[h.process]
	}
	if s != nil && !e.begins && (!s.ended || e.ends && s.hits[e] == nil) {
		return s
	}
	s = &session{process: h.process, hits: map[*entry]*hit{}, values: map[string]string{}}
	r.open = append(r.open, s)
	if h.process != "" {
		r.byProcess[h.process] = s
	} else {
		r.current = s
	}
	if len(r.open) > maxSessions {
		r.close()
	}
	return s
}

// close weighs the oldest session and forgets it.
func (r *reading) close() {
	s := r.open[0]
	r.open = r.open[1:]
	if r.byProcess[s.process] == s {
		delete(r.byProcess, s.process)
	}
	if r.current == s {
		r.current = nil
	}
	for _, a := range s.weigh(r.knowledge) {
		r.answers.add(a)
	}
}

// weigh gives the causes that hold in a session, less those that a better one
// makes superfluous.
func (s *session) weigh(k *base) (list []weighed) {
	present, gone := s.present(k)
	best := Unclear
	for _, e := range k.entries {
		if !e.fact && present[e.name] && !gone[e.name] {
			if !e.aside {
				best = min(best, e.sure)
			}
			h := s.evidence(k, e, present)
			list = append(list, weighed{entry: e, more: s.values, Answer: Answer{Code: e.name, Sure: e.sure,
				Line: h.line, Seen: h.text, Times: h.times, Values: h.values}})
		}
	}
	return slices.DeleteFunc(list, func(a weighed) bool { return a.Sure == Unclear && best < Unclear })
}

// present says which facts and causes hold, and which are superfluous.
func (s *session) present(k *base) (present, gone map[string]bool) {
	present, gone = map[string]bool{}, map[string]bool{}
	for _, e := range k.entries {
		if !s.holds(e, present) {
			continue
		}
		present[e.name] = true
		for _, name := range e.over {
			gone[name] = true
		}
	}
	return present, gone
}

// holds: a line of the entry was seen (where it has any), and its conditions
// are met by what stands before it in the knowledge.
func (s *session) holds(e *entry, present map[string]bool) bool {
	if len(e.patterns) > 0 && s.hits[e] == nil {
		return false
	}
	return len(e.when) == 0 || e.alternative(present) != nil
}

// alternative is the first list of conditions that is met.
func (e *entry) alternative(present map[string]bool) []condition {
	for _, all := range e.when {
		if !slices.ContainsFunc(all, func(c condition) bool { return present[c.name] == c.not }) {
			return all
		}
	}
	return nil
}

// evidence is the hit that an answer shows: its own, or that of the first of
// the conditions that made it.
func (s *session) evidence(k *base, e *entry, present map[string]bool) *hit {
	for len(e.patterns) == 0 {
		e = k.byName[e.alternative(present)[0].name]
	}
	return s.hits[e]
}
