package explain

import (
	_ "embed"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"
)

//go:embed knowledge.txt
var knowledgeText string

// knowledge is the table that ships with the program; a test reads it strictly.
var knowledge = sync.OnceValue(func() *base {
	k, err := parseKnowledge(knowledgeText)
	if err != nil {
		panic("knowledge.txt: " + err.Error()) // cannot happen: a test reads the same text
	}
	return k
})

// A base is the knowledge, read.
type base struct {
	entries  []*entry
	byName   map[string]*entry
	anywhere []*pattern // looked for in every line that no other pattern knows
	anchored []*pattern
}

// An entry is a cause, or a fact that only the conditions of causes ask for.
type entry struct {
	name     string
	rank     int // its place in the file
	fact     bool
	cause    string
	sure     Certainty
	patterns []*pattern
	when     [][]condition // one of them holds
	after    []*entry      // the line counts only behind one of these steps
	over     []string      // causes that this one makes superfluous
	next     []step

	begins, ends    bool // a session
	offer, accepted bool // the line names a key that was offered (and accepted)
	noise           bool // the line means nothing, whatever it looks like
	aside           bool // it may be beside the point: unclear answers stay
	unsure          bool // its words are of no use until a line comes after it
	step            bool // the program begins something, and what follows is about that
}

// A step is a Step with the system that it is for, "" for any.
type step struct {
	Step
	system string
}

// next adds a step.
func next(system string, command bool) func(*base, *entry, string) error {
	return func(_ *base, e *entry, v string) error {
		s := step{Step{Advice: v}, system}
		if command {
			s.Step = Step{Command: v}
		}
		e.next = append(e.next, s)
		return nil
	}
}

type condition struct {
	name string
	not  bool
}

// meaning is the cause without the words of a log.
func (e *entry) meaning() string {
	none := func(string) string { return "" }
	return fill(withoutOptions(e.cause, none), none, quoted)
}

// windows: what the entry is about happens on Windows only.
func (e *entry) windows() bool {
	return !slices.ContainsFunc(e.next, func(s step) bool { return s.system == "unix" })
}

// keywords are the lines that an entry may have.
var keywords = map[string]func(k *base, e *entry, value string) error{
	"cause": func(_ *base, e *entry, v string) error { e.cause = v; return nil },
	"sure": func(_ *base, e *entry, v string) error {
		i := slices.Index(certainties, v)
		if i < 0 {
			return fmt.Errorf("no such certainty: %q", v)
		}
		e.sure = Certainty(i)
		return nil
	},
	"line": func(_ *base, e *entry, v string) error {
		p, err := parsePattern(e, v)
		e.patterns = append(e.patterns, p)
		return err
	},
	"plain": func(_ *base, e *entry, v string) error {
		p, err := parsePattern(e, v)
		p.plain = true
		e.patterns = append(e.patterns, p)
		return err
	},
	"server": func(_ *base, e *entry, v string) error {
		p, err := parsePattern(e, v)
		p.server = true
		e.patterns = append(e.patterns, p)
		return err
	},
	"tested":      evidence("tested"),
	"captured":    evidence("captured"),
	"read":        evidence("read"),
	"when":        (*base).conditions,
	"after":       (*base).steps,
	"over":        func(_ *base, e *entry, v string) error { e.over = append(e.over, strings.Fields(v)...); return nil },
	"run":         next("", true),
	"do":          next("", false),
	"unix-run":    next("unix", true),
	"unix-do":     next("unix", false),
	"windows-run": next("windows", true),
	"windows-do":  next("windows", false),
	"marks":       marks,
}

// evidence belongs to the pattern above it.
func evidence(kind string) func(*base, *entry, string) error {
	return func(_ *base, e *entry, v string) error {
		if len(e.patterns) == 0 {
			return fmt.Errorf("evidence without a line")
		}
		p := e.patterns[len(e.patterns)-1]
		if p.evidence != "" || v == "" {
			return fmt.Errorf("a line has one piece of evidence")
		}
		p.kind, p.evidence = kind, v
		return nil
	}
}

// conditions: "offered !let-in". What is named stands further up.
func (k *base) conditions(e *entry, v string) error {
	var all []condition
	for _, w := range strings.Fields(v) {
		name, not := strings.CutPrefix(w, "!")
		if k.byName[name] == nil || name == e.name {
			return fmt.Errorf("%q does not stand further up", name)
		}
		all = append(all, condition{name, not})
	}
	e.when = append(e.when, all)
	return nil
}

// steps: "ssh-tries-file". They stand further up and are marked as steps.
func (k *base) steps(e *entry, v string) error {
	for _, name := range strings.Fields(v) {
		step := k.byName[name]
		if step == nil || !step.step {
			return fmt.Errorf("%q is no step further up", name)
		}
		e.after = append(e.after, step)
	}
	return nil
}

func marks(_ *base, e *entry, v string) error {
	for _, w := range strings.Fields(v) {
		flag := map[string]*bool{"begin": &e.begins, "end": &e.ends, "offer": &e.offer, "accepted": &e.accepted, "noise": &e.noise, "aside": &e.aside, "step": &e.step, "unsure": &e.unsure}[w]
		if flag == nil {
			return fmt.Errorf("no such mark: %q", w)
		}
		*flag = true
	}
	return nil
}

// parseKnowledge reads the table. It is strict, because a mistake in it would
// be a wrong answer.
func parseKnowledge(text string) (*base, error) {
	k := &base{byName: map[string]*entry{}}
	number := 0
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimSuffix(line, "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if err := k.line(line); err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
	}
	return k, k.finish()
}

func (k *base) line(line string) error {
	if inner, ok := strings.CutPrefix(line, "["); ok {
		return k.begin(strings.TrimSuffix(inner, "]"))
	}
	word, value, ok := strings.Cut(strings.TrimLeft(line, " "), ": ")
	read := keywords[word]
	if !ok || read == nil || len(k.entries) == 0 {
		return fmt.Errorf("not understood: %q", line)
	}
	return read(k, k.entries[len(k.entries)-1], value)
}

func (k *base) begin(title string) error {
	name, fact := strings.CutPrefix(title, "fact ")
	if k.byName[name] != nil || name == "" || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		return fmt.Errorf("a second or a bad name: %q", name)
	}
	e := &entry{name: name, fact: fact, rank: len(k.entries), sure: -1}
	k.entries = append(k.entries, e)
	k.byName[name] = e
	return nil
}

// finish checks what can be checked only at the end.
func (k *base) finish() error {
	for _, e := range k.entries {
		if err := k.check(e); err != nil {
			return fmt.Errorf("%s: %w", e.name, err)
		}
		for _, p := range e.patterns {
			if p.free {
				k.anywhere = append(k.anywhere, p)
			} else {
				k.anchored = append(k.anchored, p)
			}
		}
	}
	return k.acyclic()
}

func (k *base) check(e *entry) error {
	if !e.fact && (e.cause == "" || e.sure < 0 || len(e.next) == 0) {
		return fmt.Errorf("a cause has cause, sure, and run or do")
	}
	if len(e.patterns) == 0 && (len(e.when) == 0 || slices.ContainsFunc(e.when, func(all []condition) bool { return all[0].not })) {
		return fmt.Errorf("neither a line nor a condition that begins with what was seen")
	}
	for _, p := range e.patterns {
		if p.evidence == "" {
			return fmt.Errorf("%q has no evidence", p.text)
		}
	}
	if !e.fact && !slices.ContainsFunc(e.next, func(s step) bool { return s.system != "unix" }) {
		return fmt.Errorf("nothing to do on Windows")
	}
	return k.expandOver(e)
}

// expandOver replaces patterns such as "file-*" by the causes that they mean.
func (k *base) expandOver(e *entry) error {
	var names []string
	for _, pattern := range e.over {
		before := len(names)
		for _, o := range k.entries {
			if ok, _ := path.Match(pattern, o.name); ok && !o.fact && o != e {
				names = append(names, o.name)
			}
		}
		if len(names) == before {
			return fmt.Errorf("over: there is no cause %q", pattern)
		}
	}
	e.over = names
	return nil
}

// acyclic: where causes make each other superfluous all round, none would be
// left of them.
func (k *base) acyclic() error {
	state := map[*entry]int{} // 1: on the way, 2: done
	var visit func(e *entry) error
	visit = func(e *entry) error {
		if state[e] == 1 {
			return fmt.Errorf("over: %s comes back to itself", e.name)
		}
		if state[e] == 2 {
			return nil
		}
		state[e] = 1
		for _, name := range e.over {
			if err := visit(k.byName[name]); err != nil {
				return err
			}
		}
		state[e] = 2
		return nil
	}
	for _, e := range k.entries {
		if err := visit(e); err != nil {
			return err
		}
	}
	return nil
}
