package repair

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/keyconv/keyconv/authkeys"
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

	inside bool // the key stood in a structure such as YAML
}

// A draft is one reading of a text.
type draft struct {
	items   []item
	layers  notes
	score   int
	sure    bool
	pending bool // the text ends with options that belong to no key
	above   bool // it ends with a line that may be the start of options
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
	apart *note // options that stand on a line above
	above bool  // the line above is text that is nothing known
	last  int   // where the last key ended
	named map[string]int
}

// A state is what stood above a text and matters for the next key.
type state struct {
	apart bool // options, on lines of their own
	above bool // a line directly above that may be the start of options
}

// parse reads a text as it stands.
func parse(t *text, o Options, s state) *draft {
	p := &parser{t: t, o: o, above: s.above}
	if s.apart {
		p.apart = &note{}
	}
	list := p.elements()
	end := 0
	for i := range list {
		p.gap(end, list[i].at)
		p.last = end
		end = p.element(list, i, end)
	}
	p.gap(end, len(t.b))
	p.loose(nil, end, len(t.b))
	p.draft.pending, p.draft.above = p.apart != nil, p.above
	p.sum()
	return &p.draft
}

// gap looks at the text between two keys for options that sshd would not see.
// The prefix on the key's own line is read by itself.
func (p *parser) gap(from, to int) {
	line := lineStart(p.t.b, from, to)
	if to == len(p.t.b) {
		line = to
	}
	if p.apart == nil && from < line && hidesOption(p.t.b[from:line]) {
		p.apart = &note{src: p.t.src(from)}
		if n := len(p.draft.items); n > 0 && p.draft.items[n-1].inside {
			p.fail(&p.draft.items[n-1], "options-apart", "options stand below the key, in the same structure: the line alone would let it in without them",
				"write the options in front of the key, on the same line")
		}
	}
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
		list = append(list, element{at: s.at, end: c.start, said: s, blob: &blob{candidate: c}})
		last = c.start + len(c.head) - c.lost
	}
	for ; n < len(blocks); n++ {
		list = append(list, p.blockElement(&blocks[n], last))
		last = blocks[n].end
	}
	return p.readAll(list)
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
	for i, e := range list {
		if e.block != nil {
			out, end = append(out, e), e.end
			continue
		}
		limit := len(p.t.b)
		if i+1 < len(list) {
			limit = list[i+1].at
		}
		if e.at < end || e.said.how == missing && p.inside(end, e.at) {
			continue
		}
		e.blob, e.why = read(p.t, e.blob.candidate, max(limit, e.end))
		if e.blob != nil {
			e.end = e.blob.end
		} else {
			e.end = max(e.end, e.why.at)
		}
		out, end = append(out, e), e.end
	}
	return out
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
		p.loose(nil, end, first)
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

// key makes the item of a public key. Its line begins at first; what follows it
// ends before limit.
func (p *parser) key(e *element, first, limit int) int {
	stop := lineEnd(p.t.b[:max(limit, e.end)], e.end)
	if done, ok := p.sound(e, first, stop, limit); ok {
		return done
	}
	it := item{src: p.t.src(e.at)}
	pre := readPrefix(p.t, first, e.at)
	if e.blob == nil {
		return p.short(it, e, pre, stop, limit)
	}
	comment, rest := cutComment(p.t.b[e.end:stop], pre)
	if from := p.headers(e.at); from < e.at {
		e.boxed = true
		if h, _ := headerComment(p.t.b[from:e.at]); comment == "" {
			comment = h
		}
	}
	if more, next := p.continued(e, stop, limit); more != "" {
		comment, stop = joinComment(e, comment, more), next
	}
	p.repaired(&it, e, pre, comment)
	p.guard(&it, e, pre, rest)
	if first > 0 && p.t.b[first-1] != '\n' && !it.fails {
		it.notes.add(it.src, "keys-together", "another key stood in front of this one on the same line; where its comment ended is a guess")
	}
	p.emit(it)
	if gap := p.t.b[e.end:stop]; stop == limit && namesOption(gap) {
		p.apart = &note{src: p.t.src(e.end)}
	}
	if stop == limit && limit < len(p.t.b) && len(rest) > 0 {
		return stop - len(rest) // the next key's prefix
	}
	return stop
}

// sound takes a line that sshd accepts as it is.
func (p *parser) sound(e *element, first, stop, limit int) (int, bool) {
	if e.blob == nil || stop == limit && limit < len(p.t.b) || first > e.at || e.blob.crossed&overLine != 0 {
		return 0, false
	}
	line := p.t.b[first:stop]
	if first > 0 && p.t.b[first-1] != '\n' {
		return 0, false
	}
	if text := bytes.TrimLeft(line, " \t"); len(text) > 0 && text[0] == '#' {
		p.emit(item{src: p.t.src(first), line: string(line)})
		return stop, true
	}
	l := authkeys.LineOf(1, 0, line)
	if l.Kind != authkeys.Entry || l.Key.Public != e.blob.public || p.apart != nil || p.above && len(l.Key.Options) > 0 || acceptable(l.Key) != nil || escapedEnd(line) {
		return 0, false
	}
	if len(l.Key.Options) > 0 && !p.t.even(first, e.at) {
		return 0, false
	}
	p.emit(item{src: p.t.src(first), line: string(line), entry: &Entry{Line: string(line), Key: l.Key}, grade: certain})
	return stop, true
}

// escapedEnd reports whether a line ends as one in a program's text does.
func escapedEnd(line []byte) bool {
	return bytes.HasSuffix(line, []byte(`\n`)) || bytes.HasSuffix(line, []byte(`\`))
}

// emit appends an item.
func (p *parser) emit(it item) {
	if it.entry != nil || it.fails {
		p.apart, p.above = nil, false
	}
	p.draft.items = append(p.draft.items, it)
}

// repaired builds the line and proves it.
func (p *parser) repaired(it *item, e *element, pre prefix, comment string) {
	it.grade = e.blob.grade
	if pre.code != "" {
		p.fail(it, pre.code, pre.msg, pre.hint)
		return
	}
	if err := p.o.insane(e.blob.public); err != nil {
		p.fail(it, "blob-damaged", "a key stands here whose length is right and whose content is not: "+err.Error(), copyAgain)
		return
	}
	line := buildLine(e.blob.public, pre.options, comment)
	if pre.commented {
		it.line = "# " + strings.TrimPrefix(line, " ")
		it.entry = &Entry{Line: it.line, Commented: true, Key: &sshkey.Key{Public: e.blob.public, Comment: comment}}
	} else {
		k, err := authkeys.ParseLine([]byte(line))
		if err == nil {
			err = acceptable(k)
		}
		if err == nil && (k.Public != e.blob.public || k.Comment != comment || (len(k.Options) > 0) != (pre.options != "")) {
			err = errText("the repaired line would not be read as it should")
		}
		if err != nil {
			p.fail(it, "not-accepted", "the key is whole and sshd would not take it: "+reason(err), sshkey.Hint(err))
			return
		}
		it.line, it.entry, it.inside = line, &Entry{Line: line, Key: k}, pre.dropped && pre.options == ""
	}
	describe(it, p.t, e, pre)
}

func buildLine(k sshkey.PublicKey, options, comment string) string {
	line := k.Algorithm() + " " + base64.StdEncoding.EncodeToString(k.Blob())
	if options != "" {
		line = options + " " + line
	}
	if comment != "" {
		line += " " + comment
	}
	return line
}

// acceptable is authkeys.Accepted for a line of a file, where an authority's
// key is in its place.
func acceptable(k *sshkey.Key) error {
	err := authkeys.Accepted(k)
	if err == authkeys.ErrCertAuthority {
		return nil
	}
	return err
}

const copyAgain = "copy the key again from where it came from: ssh-keygen -y -f KEY prints it, and so does keyconv for a .ppk"

// guard refuses an entry whose restriction may stand somewhere else.
func (p *parser) guard(it *item, e *element, pre prefix, rest []byte) {
	if it.fails || pre.commented {
		return
	}
	switch {
	case p.apart != nil:
		p.fail(it, "options-apart", "options stand above the key, on a line of their own: sshd would let the key in without them",
			"write them in front of the key, on the same line: "+shown(p.apart.msg)+"KEY")
	case p.above && pre.options != "":
		p.fail(it, "options-apart", "the line above may be the start of this key's options", "write all options in front of the key, on the same line")
	case namesOption(rest):
		p.fail(it, "options-apart", "options stand beside the key: the line alone would let it in without them",
			"write the options in front of the key, on the same line")
	}
}

func shown(options string) string {
	if options == "" {
		return "OPTIONS "
	}
	return options + " "
}

// fail turns an item into a refusal.
func (p *parser) fail(it *item, code, msg, hint string) {
	src := it.src
	*it = item{src: src, fails: true}
	it.notes.put(note{src, code, sshkey.Refused, msg, hint})
}

// short refuses a key of which something is missing.
func (p *parser) short(it item, e *element, pre prefix, stop, limit int) int {
	if pre.commented {
		// It lets nobody in; it stays what it was, a comment.
		line := strings.TrimSpace(string(p.t.b[lineStart(p.t.b, max(p.last, e.at-4096), e.at):stop]))
		if !strings.ContainsAny(line, "\n\x00") {
			p.emit(item{src: it.src, line: line})
			return stop
		}
	}
	if p.searched(&it, e, pre, stop) {
		return stop
	}
	code, msg, hint := e.why.explain(p.t, e, stop)
	p.fail(&it, code, msg, hint)
	it.notes.list[0].src = p.t.src(max(0, min(e.why.at, len(p.t.b)-1)))
	p.emit(it)
	return p.afterShort(stop, limit)
}

// searched finds a wrong or a missing character by the fingerprint.
func (p *parser) searched(it *item, e *element, pre prefix, stop int) bool {
	expect, _ := parseExpect(p.o.Expect)
	if !expect.given() {
		return false
	}
	k, what, ok := search(expect, p.t, e.why.c, stop, 0)
	if !ok {
		return false
	}
	e.blob = &blob{candidate: e.why.c, public: k, grade: certain}
	comment, rest := cutComment(p.t.b[min(e.why.at, stop):stop], pre)
	p.repaired(it, e, pre, comment)
	p.guard(it, e, pre, rest)
	if !it.fails {
		it.grade = certain
		it.notes.add(it.src, "found-by-fingerprint", "%s in the key; the expected fingerprint says which", what)
	}
	p.emit(*it)
	return true
}

// afterShort skips the lines that are more of the same damaged key.
func (p *parser) afterShort(stop, limit int) int {
	b := p.t.b[:limit]
	for stop+1 < limit {
		next := lineEnd(b, stop+1)
		line := bytes.Trim(b[stop+1:next], edge)
		if len(line) < 24 || len(base64Only(line)) < len(line)-2 {
			break
		}
		stop = next
	}
	return stop
}

func base64Only(b []byte) []byte {
	var out []byte
	for _, c := range b {
		if isBase64(c) || c == '=' {
			out = append(out, c)
		}
	}
	return out
}

// headers is where the headers of RFC 4716 or a PPK begin that stand in front of
// at, behind the last key; at if there are none.
func (p *parser) headers(at int) int {
	from := max(p.last, at-4096)
	for _, mark := range []string{"SSH2", "PuTTY-User-Key-File", "Comment:"} {
		if i := bytes.LastIndex(p.t.b[from:at], []byte(mark)); i >= 0 {
			return from + i
		}
	}
	return at
}

// continued takes the line behind a wrapped key that is the rest of its
// comment.
func (p *parser) continued(e *element, stop, limit int) (string, int) {
	b := p.t.b
	wrapped := e.blob.crossed&overLine != 0 || bytes.IndexByte(b[e.at:e.blob.start], '\n') >= 0
	if !wrapped || stop >= limit || stop+1 >= len(b) || e.blob.crossed&overJunk != 0 {
		return "", stop
	}
	end := lineEnd(b[:limit], stop+1)
	line := b[stop+1 : end]
	text := bytes.TrimSpace(line)
	next := bytes.TrimSpace(b[min(end+1, limit):lineEnd(b[:limit], min(end+1, limit))])
	if len(text) == 0 || len(text) > 100 || len(next) > 0 || end == limit && limit < len(b) || classify(line).kind != prose || text[0] == '#' {
		return "", stop
	}
	return string(text), end
}

func joinComment(e *element, comment, more string) string {
	if comment == "" || e.blob.crossed&overLine != 0 && len(comment) < 60 && !strings.Contains(more, " ") {
		return comment + more
	}
	return comment + " " + more
}

// describe notes every change.
func describe(it *item, t *text, e *element, pre prefix) {
	b, at := e.blob, t.src(e.at)
	add := func(src int, code, msg string, args ...any) { it.notes.add(src, code, msg, args...) }
	if e.boxed {
		add(at, "rfc4716", "the key stood in SSH2 form (RFC 4716, as PuTTYgen saves it) or in a PPK")
	}
	if pre.dropped && !e.boxed {
		add(at, "prefix-dropped", "what stood in front of the key on its line was taken away")
	}
	if !e.boxed || e.said.how != missing {
		describeType(it, t, e)
	}
	start := t.src(b.start)
	if b.lost > 0 {
		add(start, "start-restored", "the first %d characters of the base64 were missing; every %s key begins with them. Compare the fingerprint: %s", b.lost, b.name, b.public.Fingerprint())
	}
	switch {
	case b.crossed&overLine != 0 && !e.boxed:
		add(start, "wrapped", "the key was broken over several lines")
	case b.crossed&overSpace != 0:
		add(start, "spaced", "spaces stood inside the base64")
	}
	if b.crossed&overJunk != 0 {
		add(start, "line-marks", "quotes, quote marks or backslashes stood at the line ends inside the base64")
	}
	if b.plus {
		add(start, "plus-lost", "spaces stood in the base64 where plus signs belong (a web form does that)")
	}
	if b.url {
		add(start, "base64url", "the base64 had - and _ for + and /")
	}
	if b.padding {
		add(t.src(b.end), "padding", "the equal signs at the end of the base64 were not as they must be")
	}
	if b.glued {
		add(t.src(b.end), "comment-glued", "the comment stood directly behind the base64; it begins where the key's length says")
	}
}

func describeType(it *item, t *text, e *element) {
	at := t.src(e.at)
	switch e.said.how {
	case missing:
		it.notes.add(at, "type-missing", "the key type was missing in front of the base64; the key says %s", e.blob.name)
	case broken:
		it.notes.add(at, "type-apart", "the key type stood on another line or was broken")
	case twice:
		it.notes.add(at, "type-twice", "the key type stood there twice")
	case other, damaged:
		it.notes.add(at, "type-wrong", "the line says %.40q and the key is %s", e.said.word, e.blob.name)
	}
	if e.said.how == right && strings.HasPrefix(e.said.word, "rsa-sha2-") {
		it.notes.add(at, "type-wrong", "%s is the name of a signature; the key is ssh-rsa", e.said.word)
	}
}

// explain says what a shortfall means.
func (w *shortfall) explain(t *text, e *element, stop int) (code, msg, hint string) {
	if w.code != "truncated" {
		return w.code, "the key is damaged: " + w.detail, copyAgain
	}
	return w.truncated(t, e, stop)
}

func (w *shortfall) truncated(t *text, e *element, stop int) (code, msg, hint string) {
	if bytes.HasPrefix(t.b[min(w.at, len(t.b)):], []byte("...")) {
		return "placeholder", "the key is left out with an ellipsis", copyAgain
	}
	if w.need == 0 {
		return "truncated", fmt.Sprintf("only the first %d bytes of the key are here", w.have*6/8), copyAgain
	}
	need := w.need * 6 / 8
	msg = fmt.Sprintf("%d of %d bytes are here", min(w.have*6/8, need-1), need)
	if missing := w.need - w.have; missing < 4 {
		msg += fmt.Sprintf(" (%d of %d characters)", w.have, w.need)
	}
	if cause := cutCause(t, e, w.at); cause != "" {
		msg += "; " + cause
	}
	return "truncated", msg, "print the file with cat and copy again; or " + copyAgain[len("copy the key again from where it came from: "):]
}

// cutCause guesses at the program that cut a line: at the right edge of a
// terminal of 80 columns, with the mark that it leaves.
func cutCause(t *text, e *element, at int) string {
	column := at - lineStart(t.b, max(0, at-512), min(at, len(t.b)))
	mark := byte(0)
	if at < len(t.b) {
		mark = t.b[at]
	}
	switch {
	case mark == '>' || mark == '$':
		return fmt.Sprintf("the line was cut at column %d, and the %q is the mark of an editor such as nano or less -S for a line that goes on", column+1, mark)
	case column >= 79 && column <= 80 && (mark == '\n' || mark == 0):
		return fmt.Sprintf("the line was cut at column %d, the edge of a terminal, as nano, less -S or vi without wrapping show it", column)
	}
	return ""
}
