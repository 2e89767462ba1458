package repair

import (
	"bytes"
	"slices"
	"strings"

	"github.com/keyconv/keyconv/sshkey"
)

// An item is something found in a text, in its order: a key, printed or
// refused, a comment line, or lines that are dropped.
type item struct {
	src   int
	entry *Entry // nil: line is a comment line, or nothing is printed
	line  string // "" prints nothing
	notes notes
	grade grade
	fails bool
	print string // the line of a fingerprint, for which it is refused

	besides bool             // it is refused only where no key stands in the text
	inside  bool             // the key stood in a structure such as YAML
	spurned sshkey.PublicKey // a key that was refused for what stands in front of it or apart,
	parted  bool             // which surely names options, and is no line of authorized_keys
}

// A draft is one reading of a text.
type draft struct {
	items  []item
	layers notes
	score  int
	sure   bool
	below  state
}

// An element is a stretch of the text that a key takes, or the remains of one.
type element struct {
	at, end int // end is behind what was read
	said    said
	blob    *blob
	why     *shortfall
	block   *block
	boxed   bool // headers of RFC 4716 or of a PPK stand in front
}

// A parser makes a draft of a text.
type parser struct {
	t     *text
	o     Options
	draft draft
	state
	torn  bool  // the key above was refused, and something stands in front of it
	last  int   // where the last key ended, with its comment
	told  int   // where it ended without a comment that is a guess
	under bool  // options that stand above several keys, of which one was refused
	table table // that of which the key is a row, perhaps
	back  *bool // a device's settings take something back, once somebody asked
	dead  int   // up to here, a # sign stands in front on the same line
	ruled int   // up to here, options stand in front of another key on the same line
	rest  lineRest
	named map[string]int
	tags  map[string]bool // names of tags that are closed, once somebody asked
}

// A reach is what of the next entry a comment may have had behind it, before a line
// was broken: if any, the entry is commented out.
type reach uint8

const (
	nothing reach = iota
	bareKey       // the base64, with no whole type in front
	anyKey
)

// A state is what stood above a text and matters for the next key.
type state struct {
	apart     bool   // options, on lines of their own
	charged   bool   // to the key above them, which was refused for it
	meant     string // those, where they can be told
	above     bool   // a line directly above that may be the start of options
	open      bool   // a line above, with blank ones between, that ends as one that goes on
	bare      bool   // a key directly above, which was repaired or refused and of which no comment is known
	misplaced bool   // options in the comment of the key above
	hashed    reach  // of a comment, or of one behind a key
	around           // further above; the parser leaves it alone
}

// mayRestrict reports whether a line that is sound may not be all of its entry.
func (s state) mayRestrict(k *sshkey.Key) bool {
	return s.apart || s.hashed == anyKey || (s.above || s.open) && len(k.Options) > 0
}

// behindKey is the state below a key: what its comment may hold of the next one;
// names tells whether it names an option.
func behindKey(comment string, names func([]byte) bool) (s state) {
	b := []byte(comment)
	if i := strings.IndexByte(comment, '#'); i >= 0 {
		s.hashed = reachOf(b[i:])
		if i > 0 && isQuote(b[i-1]) && strings.IndexByte(comment[i:], b[i-1]) < 0 {
			s.hashed = anyKey // what is quoted goes on in the next line
		}
	}
	s.misplaced = s.hashed == nothing && names(b)
	return s
}

// endsInNo reports whether text ends in the middle of an option that begins with
// no-, and the line goes on: its rest says the opposite.
func endsInNo(b []byte) bool {
	b = bytes.TrimRight(b, " \t\\")
	return len(b) >= 3 && bytes.EqualFold(b[len(b)-3:], []byte("no-"))
}

// parse reads a text as it stands.
func parse(t *text, o Options, s state) *draft {
	p := &parser{t: t, o: o, state: s}
	list := p.elements()
	end := 0
	for i := range list {
		p.gap(end, list[i].at)
		p.last = end
		end = p.element(list, i, end)
	}
	p.gap(end, len(t.b))
	p.loose(end, len(t.b))
	p.draft.below = p.state
	p.ownFingerprints()
	p.draft.forgive()
	p.sum()
	return &p.draft
}

// ownFingerprints drops the lines with the fingerprint of a key that stands in the text,
// as ssh-keygen prints it beside.
func (p *parser) ownFingerprints() {
	var own map[string]bool
	for i := range p.draft.items {
		it := &p.draft.items[i]
		if it.print == "" {
			continue
		}
		if own == nil {
			own = p.draft.fingerprints()
		}
		if it.shows(own) {
			*it = *dropped(it.src)
		}
	}
}

// forgive drops what is no fault beside a key, such as the page that it stands in.
func (d *draft) forgive() {
	if !slices.ContainsFunc(d.items, func(it item) bool { return it.entry != nil }) {
		return
	}
	for i := range d.items {
		if it := &d.items[i]; it.besides {
			*it = *dropped(it.src)
		}
	}
}

// fingerprints are those of all keys.
func (d *draft) fingerprints() map[string]bool {
	set := map[string]bool{}
	for _, it := range d.items {
		if it.entry != nil {
			addFingerprints(set, it.entry.Key)
		}
	}
	return set
}

func addFingerprints(set map[string]bool, k *sshkey.Key) {
	set[k.Public.Fingerprint()] = true
	set[k.Public.FingerprintMD5()] = true
}

// shows reports whether it is refused for one of the fingerprints.
func (it *item) shows(own map[string]bool) bool {
	return slices.ContainsFunc(strings.Fields(it.print), func(w string) bool { return own[strings.Trim(w, `"'(),.;`)] })
}

// sum scores the reading: more keys are better, then better ones.
func (p *parser) sum() {
	p.draft.sure = true
	for _, it := range p.draft.items {
		switch {
		case it.fails:
			p.draft.sure = false
		case it.entry != nil:
			p.draft.score += 4 + int(it.grade)
			p.draft.sure = p.draft.sure && it.grade >= joined
		}
	}
}

// elements finds keys and blocks and how far each one may reach.
func (p *parser) elements() []element {
	var list []element
	blocks := findBlocks(p.t)
	n, last := 0, 0
	for _, c := range find(p.t) {
		for n < len(blocks) && blocks[n].end <= c.start {
			list = append(list, p.blockElement(&blocks[n], last))
			last = blocks[n].end
			n++
		}
		if n < len(blocks) && c.start >= blocks[n].start {
			continue // inside a block, which is read as a whole
		}
		s := typeBefore(p.t.b, last, c.start, c.name)
		if inHeader(p.t.b[last:c.start], s.at-last) {
			s = said{at: c.start, how: missing} // "my old rsa" of a Comment header
		}
		list = append(list, element{at: s.at, end: c.start, said: s, blob: &blob{candidate: c}})
		last = c.start + len(c.head) - c.lost
	}
	for ; n < len(blocks); n++ {
		list = append(list, p.blockElement(&blocks[n], last))
		last = blocks[n].end
	}
	return p.readAll(list)
}

// inHeader reports whether a word at i of what stands in front of base64 ends a header of
// RFC 4716, on a line above: a comment may end with the name of a type.
func inHeader(front []byte, i int) bool {
	const longest = 4096
	if i < 0 || i >= len(front) || bytes.IndexByte(front[i:], '\n') < 0 {
		return false
	}
	begun := bytes.Contains(front[max(0, i-longest):i], []byte("SSH2 PUBLIC KEY"))
	return begun && i > lineStart(front, 0, i)
}

func (p *parser) blockElement(b *block, last int) element {
	e := element{at: b.start, end: b.end, block: b}
	if b.bare {
		e.at = typeBefore(p.t.b, last, b.start, "ssh-rsa").at
	}
	return e
}

// readAll reads every candidate up to where the next element begins, and drops
// those that stand inside other base64.
func (p *parser) readAll(list []element) []element {
	var out []element
	end := 0
	whole := 0 // where the last key that was read ends
	for i, e := range list {
		if e.block != nil {
			out, end, whole = append(out, e), e.end, e.end
			continue
		}
		limit := len(p.t.b)
		if i+1 < len(list) {
			limit = list[i+1].at
		}
		if e.at < end || e.said.how == missing && p.inside(end, e.at) {
			continue
		}
		c := e.blob.candidate
		e.blob, e.why = read(p.t, c, max(limit, e.end))
		if e.blob == nil && i+1 < len(list) && list[i+1].isTail() {
			if b := p.readPast(list[i+1:], c); b != nil {
				e.blob, e.why = b, nil
			}
		}
		if e.blob != nil && p.inColumns(&e, whole, out) && !p.expected(e.blob.public) {
			e.blob, e.why = nil, &shortfall{code: "ambiguous", at: lineEnd(p.t.b, c.start), c: c,
				detail: "it stands beside another one that is cut short, as in columns, and its rest may be that one's"}
		}
		if e.blob != nil {
			e.end, whole = e.blob.end, e.blob.end
		} else {
			e.end = max(e.end, e.why.at)
		}
		out, end = append(out, e), e.end
	}
	return out
}

// isTail reports whether a candidate has lost its start, with no type in front. It may
// be characters of the key in front that look like the end of such a start.
func (e *element) isTail() bool {
	return e.block == nil && e.said.how == missing && e.blob.lost > 0
}

// readPast reads a candidate over the first one of next: as a key in one piece that ends
// at a boundary, or not at all.
func (p *parser) readPast(next []element, c candidate) *blob {
	limit := len(p.t.b)
	if len(next) > 1 {
		limit = next[1].at
	}
	b, _ := read(p.t, c, limit)
	if b == nil || b.grade < certain || b.crossed != 0 || c.lost > 0 {
		return nil
	}
	return b
}

// inside reports whether the text before at is base64 that belongs to nothing
// that was read: then the candidate is a key inside a certificate or the like.
func (p *parser) inside(end, at int) bool {
	b := p.t.b
	i := at
	for i > end && strings.IndexByte(" \t\n", b[i-1]) >= 0 {
		i--
	}
	n := 0
	for i-n > end && isBase64(b[i-n-1]) && n < 24 {
		n++
	}
	return n >= 20 || i == at && n > 3
}

// element handles element i, where the one before it ended at end, and returns
// where it ends with its comment.
func (p *parser) element(list []element, i, end int) int {
	e := &list[i]
	first := lineStart(p.t.b, end, e.at) // of its line, or what is left of it
	if first > end {
		p.loose(end, first)
	}
	limit := len(p.t.b)
	if i+1 < len(list) {
		limit = list[i+1].at
	}
	if e.block != nil {
		return p.block(e, limit)
	}
	return p.key(e, first, limit)
}

// free reports whether it is a key that is let in without options.
func (it *item) free() bool {
	return it.entry != nil && !it.entry.Commented && len(it.entry.Key.Options) == 0
}

// emit appends an item.
func (p *parser) emit(it item) {
	if it.entry != nil || it.fails {
		p.state, p.torn = state{}, false
	}
	p.draft.items = append(p.draft.items, it)
}
