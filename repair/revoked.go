package repair

import (
	"bytes"
	"sort"

	"github.com/keyconv/keyconv/internal/lazyre"
)

// Programs that keep keys mark those that are no longer to be let in, in a field
// beside the key, in the name of the field or list that it stands in, or in one that
// holds these. Which record a line belongs to is told by its indentation (YAML,
// printed JSON, Puppet), and inside a line by its braces.

// A record is lines that belong together: fields of one thing, from column col on.
type record struct {
	col  int
	up   int    // the record that it stands in, -1 for none
	mark string // what says that it is not to be let in
	last string // the same of its last line alone, for what stands below that, further in

	item   bool   // a line speaks of "{{ item }}"
	lists  bool   // it is a task of Ansible's that lists things
	ofList string // what a module of it says of them
}

// records are those of a text.
type records struct {
	list   []record
	starts []int    // of lines,
	cols   []int    // how far in their text begins,
	of     []int    // the record of each,
	own    []string // and what its own name, the one directly above, or Salt's state below says
	top    int      // the record of the last line
	flat   bool     // lines below the last one stand no further in and belong to it

	properties map[string]string // marks of names with points, by what stands in front of the last one

	marks lineMarks // of the line in which a key was asked for last
}

// A deadline is a marked line that ends a text: what stands further in below, or
// directly below where flat, is marked.
type deadline struct {
	mark string
	col  int
	flat bool
}

func (d *deadline) objection(line []byte) *objection {
	if col := indentOf(line); d.mark != "" && (col > d.col || d.flat && col == d.col) {
		return revokedBy(d.mark)
	}
	return nil
}

// indentOf is how far in a line begins.
func indentOf(line []byte) int { return len(line) - len(bytes.TrimLeft(line, " \t")) }

// recordsOf reads the records of a text below a line; nil where nothing is marked.
func recordsOf(b []byte, above deadline) *records {
	if above.mark == "" && !mayMark(b) {
		return nil
	}
	r := &records{list: []record{{col: -1, up: -1}}}
	if above.mark != "" {
		r.list = append(r.list, record{col: above.col, last: above.mark})
		r.top, r.flat = 1, above.flat
	}
	for i := 0; i < len(b); {
		end := lineEnd(b, i)
		r.line(b[i:end], i)
		i = end + 1
	}
	return r
}

// line puts a line into its record.
func (r *records) line(line []byte, start int) {
	text := bytes.TrimLeft(line, " \t")
	item, own := len(line)-len(text), ""
	if bytes.HasPrefix(text, []byte("[[")) && item == 0 { // a table of TOML
		r.open(0, 0, []byte("---"))
	}
	text = pastItem(text)
	switch col := len(line) - len(text); {
	case len(text) == 0:
		r.flat = false
		if top := r.list[r.top]; top.col == 0 { // a paragraph ends
			r.sibling()
			r.list[r.top].last = top.last
		}
	case text[0] == '#':
	case item < r.list[r.top].col && wrappedRest.Match(text): // of a key, whose record goes on below
	case r.flat && col == item && col == r.list[r.top].col && !fieldName.Match(text):
		own = r.list[r.top].last
	default:
		r.open(item, col, text)
	}
	r.starts, r.cols, r.of, r.own = append(r.starts, start), append(r.cols, len(line)-len(text)), append(r.of, r.top), append(r.own, own)
	r.loops(text)
	r.property(text)
}

// wrappedRest matches a line of base64 that is not the first one of a key.
var wrappedRest = lazyre.New(`^(?:[B-Zb-z0-9+/]|A[^A])[A-Za-z0-9+/]{15,}={0,2}(?:[ \t"',;]|$)`)

// jinja matches how a module of Ansible's names one of the things that its task lists,
// and listed the field of the task that lists them.
var (
	jinja  = lazyre.NewNeeding(`\{\{[ \t]*item\b[^{}]*\}\}`, "{{")
	listed = lazyre.New(`^(?:loop|with_\w+):`)
)

// loops notes what of a task of Ansible's the line is.
func (r *records) loops(text []byte) {
	top := &r.list[r.top]
	top.lists = top.lists || listed.Match(text)
	top.item = top.item || jinja.Match(text)
	if up := &r.list[max(top.up, 0)]; top.item && top.mark != "" && up.col >= 0 {
		up.ofList = top.mark
	}
}

// propertyName matches the name of a property up to its last point.
var propertyName = lazyre.New(`^(?:\w+\.)+`)

// property notes a mark in a file of properties, a.b.status=disabled: it is of all a.b.
func (r *records) property(text []byte) {
	front := propertyName.Find(text)
	if m := markIn(fieldMark, text[len(front):]); len(front) > 0 && m != "" && bytes.HasPrefix(text[len(front):], []byte(m)) {
		if r.properties == nil {
			r.properties = map[string]string{}
		}
		r.properties[string(front)] = m
	}
}

// saltState marks the line that the state ssh_auth.absent, whose text is at col, stands
// under: a key may be its ID.
func (r *records) saltState(col int, mark string) {
	const near = 64 // lines
	for n := len(r.cols) - 1; n >= max(0, len(r.cols)-near); n-- {
		if r.cols[n] < col {
			r.own[n] = mark
			return
		}
	}
}

// pastItem takes off the signs in front of the first field of a record.
func pastItem(text []byte) []byte {
	for len(text) > 1 && (text[0] == '-' && isBlank(text[1]) || text[0] == '{' || text[0] == '[') {
		text = bytes.TrimLeft(text[1:], " \t")
	}
	return text
}

// fieldName matches the name of a field.
var fieldName = lazyre.New(`^["']?\w[\w .-]*["']?[ \t]*(?:=>|[:=])(?:[ \t]|$)`)

// open finds the record of a line whose text is at col, item being where the signs
// of an item begin, and notes the line's mark.
func (r *records) open(item, col int, text []byte) {
	for r.list[r.top].col > item {
		r.top = r.list[r.top].up
	}
	switch {
	case col > item && string(text) == "absent":
		r.list[r.top].mark = "- absent" // as Salt takes it: of the whole list
		r.saltState(r.list[r.top].col, "- absent")
	case bytes.HasPrefix(text, []byte("ssh_auth.absent:")):
		r.saltState(col, "ssh_auth.absent:")
	}
	switch top := r.list[r.top]; {
	case top.col < col:
		r.list = append(r.list, record{col: col, up: r.top, mark: top.last})
		r.top = len(r.list) - 1
	case text[0] == '}' || text[0] == ']' || endsRecord.Match(text):
		r.sibling()
	}
	top := &r.list[r.top]
	top.last = markIn(listMark, text)
	r.flat = top.last != "" && bytes.HasSuffix(bytes.TrimRight(text, " \t"), []byte(":"))
	opens := bytes.Count(text, []byte("{")) - bytes.Count(text, []byte("}"))
	switch m := markIn(fieldMark, text); {
	case m == "":
	case opens > 0 || text[0] == '<' && !xmlElement.Match(text):
		top.last = m // of what the brace or the tag opens
	case jinja.Match(text):
		top.ofList = m
	case top.mark == "" && !bytes.ContainsAny(text, "{}"): // what braces hold is told by them
		top.mark = m
	}
}

// endsRecord matches the line between two documents of YAML.
var endsRecord = lazyre.New(`^---[ \t]*$`)

// xmlElement matches a field of XML that ends in its line.
var xmlElement = lazyre.New(`^<[\w.-]+(?:[ \t]*/>|>[^<>]*</)`)

// sibling begins another record beside the top one.
func (r *records) sibling() {
	r.list = append(r.list, record{col: r.list[r.top].col, up: r.list[r.top].up})
	r.top = len(r.list) - 1
}

// marked is the mark of a record or of one that it stands in.
func (r *records) marked(n int) string {
	for ; n >= 0; n = r.list[n].up {
		switch rec := &r.list[n]; {
		case rec.mark != "":
			return rec.mark
		case rec.lists && rec.ofList != "":
			return rec.ofList
		}
	}
	return ""
}

// objection is for a key at place i of b, in the line from start to end.
func (r *records) objection(b []byte, start, end, i int) *objection {
	mark := ""
	if n, ok := sort.Find(len(r.starts), func(n int) int { return start - r.starts[n] }); ok {
		if mark = r.own[n]; mark == "" {
			mark = r.marked(r.of[n])
		}
	}
	if front := propertyName.Find(bytes.TrimLeft(b[start:min(i, start+near)], " \t")); mark == "" && len(front) > 0 {
		mark = r.properties[string(front)]
	}
	r.marks.of(b, start, end)
	start, end = max(start, i-near), min(end, i+near) // of a long line
	if _, is := markNear(r.marks.fields, i); is && mark == "" {
		mark = markIn(fieldMark, besides(b[start:end], i-start))
	}
	if from, to := braced(b, i); mark == "" && from >= 0 && (from < start || to > end) {
		mark = markIn(fieldMark, besides(b[from:to], i-from))
	}
	if mark == "" {
		mark = markIn(nameMark, nameOf(b[start:i]))
	}
	if cell, is := markNear(r.marks.cells, i); is && mark == "" {
		mark = cell.mark
	}
	if mark == "" {
		return nil
	}
	return revokedBy(mark)
}

// nameOf is the last name with a colon or an equal sign in a text.
func nameOf(b []byte) []byte {
	n := bytes.LastIndexAny(b, ":=")
	return b[bytes.LastIndexAny(b[:max(n, 0)], ",{[(")+1 : n+1]
}

// near is how far from a key something can stand in the same record.
const near = 1 << 12

// braced is what stands in the nearest braces around place i; from is negative
// where there are none near.
func braced(b []byte, i int) (from, to int) {
	low, high := max(0, i-near), min(len(b), i+near)
	depth := 0
	for from = i - 1; from >= low && (b[from] != '{' || depth > 0); from-- {
		switch b[from] {
		case '}':
			depth++
		case '{':
			depth--
		}
	}
	if from < low {
		return -1, -1
	}
	for to, depth = i, 0; to < high && (b[to] != '}' || depth > 0); to++ {
		switch b[to] {
		case '{':
			depth++
		case '}':
			depth--
		}
	}
	return from + 1, to
}

// besides is a text without what stands in braces that place i is not in.
func besides(b []byte, i int) []byte {
	var kept []byte
	var open []int // braces of b, and
	var held []int // how much was kept in front of each
	for n, c := range b {
		kept = append(kept, c)
		switch {
		case c == '{':
			open, held = append(open, n), append(held, len(kept)-1)
		case c == '}' && len(open) > 0:
			last := len(open) - 1
			if open[last] >= i || n < i {
				kept = append(kept[:held[last]], ' ')
			}
			open, held = open[:last], held[:last]
		}
	}
	return kept
}

// last is what the last line says of lines below.
func (r *records) last() deadline {
	top := &r.list[r.top]
	d := deadline{mark: top.last, col: top.col, flat: r.flat}
	if d.mark == "" {
		d.mark = r.marked(r.top)
	}
	return d
}
