package repair

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"errors"
	"strings"

	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/internal/lazyre"
	"github.com/keyconv/keyconv/sshkey"
)

// key makes the item of a public key. Its line begins at first; what follows it
// ends before limit.
func (p *parser) key(e *element, first, limit int) int {
	stop := lineEnd(p.t.b[:max(limit, e.end)], e.end)
	if done, ok := p.sound(e, first, stop, limit); ok {
		return done
	}
	it := item{src: p.t.src(e.at)}
	cells, inTable := p.row(e, first, stop, limit)
	pre := readPrefix(p.t, first+cells.front, e.at)
	pre.dropped = pre.dropped || cells.front > 0
	if pre.code != "" {
		p.headed(p.t.b[first:e.at])
	}
	if pre.commented || pre.code != "" && numberSign.Match(p.t.b[first:e.at]) {
		p.dead = max(p.dead, lineEnd(p.t.b, e.at))
	}
	if from := min(e.end, stop); e.said.how != missing {
		pre = pre.closing(p.t.b[from:max(limit, stop)], stop-from)
	}
	if e.blob == nil {
		return p.behindShort(e, pre, p.short(it, e, pre, stop, limit), limit)
	}
	if quote := e.quoted(p.t.b[:stop]); quote != 0 && pre.opened == 0 {
		pre.opened, pre.dropped = quote, true
	}
	end := stop
	if inTable {
		end = first + cells.end
	}
	comment, rest := cutComment(p.t.b[e.end:end], pre)
	rest = p.t.b[end-len(rest) : stop]
	comment = cmp.Or(cells.comment(&it, comment), p.boxComment(e))
	p.told = stop
	if more, next := p.continued(e, stop, limit); more != "" {
		comment, stop = joinComment(e, comment, more), next
	}
	p.repaired(&it, e, pre, comment)
	p.guard(&it, e, pre, rest)
	if pre.options != "" && !pre.commented || it.notes.about("options") {
		it.spurn(e.blob.public, p.t.b[first:e.at])
	}
	if first > 0 && p.t.b[first-1] != '\n' && !isQuote(p.t.b[first]) && !it.fails {
		it.notes.add(it.src, "keys-together", "another key stood in front of this one on the same line; where its comment ended is a guess")
	}
	p.emit(it)
	p.leave(e, pre, comment, stop, limit)
	if stop == limit && limit < len(p.t.b) && len(rest) > 0 {
		return stop - len(rest) // the next key's prefix
	}
	return stop
}

// boxComment is what the headers of RFC 4716 or of a PPK in front of a key say, which it
// notes.
func (p *parser) boxComment(e *element) string {
	from := p.headers(e.at)
	if from == e.at {
		return ""
	}
	e.boxed = true
	h, _ := headerComment(p.t.b[from:e.at])
	return h
}

// row reads the line of a key as one of the table above.
func (p *parser) row(e *element, first, stop, limit int) (keyRow, bool) {
	if e.blob == nil || len(p.table.columns) == 0 || stop == limit && limit < len(p.t.b) || first != lineStart(p.t.b, 0, first) {
		return keyRow{}, false
	}
	if line := p.t.b[first:stop]; bytes.IndexByte(line, '\n') < 0 {
		return p.table.row(line, e.at-first, e.blob.start-first, e.end-first)
	}
	return keyRow{}, false
}

// leave notes what of a key and its comment, up to stop, matters for the next one.
func (p *parser) leave(e *element, pre prefix, comment string, stop, limit int) {
	text := p.t.b[e.end:max(stop, e.end)]
	p.state = behindKey(string(text), hidesOption)
	p.bare, p.open = comment == "", endsInNo(text)
	if stop == limit {
		p.joins(e.blob.start, stop, limit, pre)
	}
	if pre.options != "" && !pre.commented {
		p.ruled = lineEnd(p.t.b, stop)
	}
}

// quoted is the quote that stands between the types in front of a key and opens in front
// of its comment too, as JunOS writes it: ssh-rsa "ssh-rsa AAAA... bob"; 0 for none, or one
// that closes directly behind the base64.
func (e *element) quoted(b []byte) byte {
	i := bytes.LastIndexAny(b[e.at:e.blob.start], "\"'`")
	if i < 0 || e.end < len(b) && b[e.end] == b[e.at+i] {
		return 0
	}
	return b[e.at+i]
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
	if text := bytes.TrimLeft(line, " \t"); len(text) > 0 && text[0] == '#' && bytes.IndexByte(line, '\n') < 0 {
		p.emit(item{src: p.t.src(first), line: string(line)})
		p.hashed = reachOf(p.t.b[e.end:stop])
		return stop, true
	}
	l := lineOf(1, 0, line)
	if l.Kind != authkeys.Entry || l.Key.Public != e.blob.public || p.under || p.mayRestrict(l.Key) || acceptable(l.Key) != nil || escapedEnd(line) || sshkey.HoldsPrivate(l.Key.Comment) {
		return 0, false
	}
	if p.misplaced || len(l.Key.Options) > 0 && !p.t.even(first, e.at) {
		return 0, false
	}
	if !p.t.even(first, stop) && p.o.insane(l.Key.Public, p.needs(e.blob)) != nil {
		return 0, false // sshd does not read it as it stands
	}
	if l.Key.Comment == "" {
		if below, _ := p.continued(e, stop, limit); below != "" {
			return 0, false
		}
	}
	p.emit(item{src: p.t.src(first), line: string(line), entry: &Entry{Line: string(line), Key: l.Key}, grade: certain,
		inside: len(l.Key.Options) == 0 && p.within(first, stop)})
	return stop, true
}

// escapedEnd reports whether a line ends as one in a program's text does.
func escapedEnd(line []byte) bool {
	return bytes.HasSuffix(line, []byte(`\n`)) || bytes.HasSuffix(line, []byte(`\`))
}

// repaired builds the line and proves it.
func (p *parser) repaired(it *item, e *element, pre prefix, comment string) {
	it.grade = e.blob.grade
	if sshkey.HoldsPrivate(comment) { // no block: the rest of it is damaged
		if at := privateBegin.FindIndex([]byte(comment)); at != nil {
			comment = strings.TrimRight(comment[:at[0]], " \t")
			defer func() { it.notes.put(exposed(it.src)) }()
		}
	}
	if pre.code != "" {
		it.refuse(pre.code, pre.msg, pre.hint)
		return
	}
	if err := p.o.insane(e.blob.public, p.needs(e.blob)); err != nil {
		it.refuse("blob-damaged", "a key stands here whose length is right and whose content is not: "+err.Error(), copyAgain)
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
			err = errors.New("the repaired line would not be read as it should")
		}
		if err != nil {
			it.refuse("not-accepted", "the key is whole and sshd would not take it: "+reason(err), sshkey.Hint(err))
			return
		}
		it.line, it.entry = line, &Entry{Line: line, Key: k}
		it.inside = pre.options == "" && (pre.dropped || p.within(e.at, e.end))
	}
	describe(it, p.t, e, pre)
}

// privateBegin matches where a private key begins in a comment, or what is left of it.
var privateBegin = lazyre.New(`-*[ \t]*(?:BEGIN[ \t][A-Z0-9 ]*)?(?:PRIVATE )?KEY ?-|PuTTY-User-Key-File|Private-Lines:|[A-Za-z0-9+/]{32}`)

// needs is how much care a blob needs. One whose characters stand in one piece,
// all as they were given up to what follows them, says as much for itself as in a
// line that sshd reads, whatever was damaged around it.
func (p *parser) needs(b *blob) care {
	untouched := b.end > b.start && b.lost == 0 && !b.url && p.t.even(b.start, min(b.end+1, len(p.t.b)))
	if untouched && b.crossed == 0 && b.grade == certain {
		return usual
	}
	return most
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
// key is in its place, and so is a from= that keeps everybody out.
func acceptable(k *sshkey.Key) error {
	if err := authkeys.Accepted(k); !accepted(err) {
		return err
	}
	return nil
}

func accepted(err error) bool {
	return err == nil || err == authkeys.ErrCertAuthority || errors.Is(err, authkeys.ErrAdmitsNobody)
}

const copyAgain = "copy the key again from where it came from: ssh-keygen -y -f KEY prints it, and so does keyconv for a .ppk"

// headers is where the headers of RFC 4716 or a PPK begin that stand in front of
// at, behind the last key; at if there are none.
func (p *parser) headers(at int) int {
	from := min(at, max(p.last, at-4096))
	for _, mark := range []string{"SSH2", "PuTTY-User-Key-File", "Comment:"} {
		if i := bytes.LastIndex(p.t.b[from:at], []byte(mark)); i >= 0 {
			return from + i
		}
	}
	return at
}

// continued takes the line behind a wrapped key that is the rest of its
// comment. The wrap may stand in front of the comment: the type and the base64
// of an Ed25519 key are 80 characters, the width of a terminal.
func (p *parser) continued(e *element, stop, limit int) (string, int) {
	b := p.t.b
	wrapped := e.blob.crossed&overLine != 0 || bytes.IndexByte(b[e.at:e.blob.start], '\n') >= 0
	below := len(bytes.TrimSpace(b[e.end:stop])) == 0
	if !wrapped && !below || stop >= limit || stop+1 >= len(b) || e.blob.crossed&overJunk != 0 {
		return "", stop
	}
	end := lineEnd(b[:limit], stop+1)
	line := b[stop+1 : end]
	text := bytes.TrimSpace(line)
	next := b[min(end+1, limit):lineEnd(b[:limit], min(end+1, limit))]
	if len(text) == 0 || len(text) > 100 || end == limit && limit < len(b) || text[0] == '#' {
		return "", stop
	}
	c, last := classify(line), len(bytes.TrimSpace(next)) == 0
	switch outer, is := p.inYAML(e); {
	case attribute.Match(text): // and no comment's
	case is && indent(line) > outer && (last || indent(next) <= outer) && (c.kind == prose || c.code == "comment-alone") && !bytes.Contains(text, []byte(": ")),
		last && c.kind == prose && (wrapped || userAtHost.Match(text)):
		return string(text), end
	}
	return "", stop
}

// inYAML reports whether a key is a plain value of YAML, in a list or behind a name, and how
// far in its item stands: what stands further in below goes on with it (YAML 1.2 section 7.3.3).
func (p *parser) inYAML(e *element) (outer int, is bool) {
	start := lineStart(p.t.b, max(0, e.at-256), e.at)
	line := p.t.b[start:e.at]
	return indent(line), bytes.HasSuffix(line, []byte("- ")) || bytes.HasSuffix(line, []byte(": "))
}

// attribute matches the next attribute of LDIF, or of another list of names and values.
var attribute = lazyre.New(`^[A-Za-z][\w;.-]*::? `)

func indent(line []byte) int { return len(line) - len(bytes.TrimLeft(line, " ")) }

// userAtHost matches the comment that ssh-keygen gives a key.
var userAtHost = lazyre.New(`^[\w.-]+@[\w.-]+$`)

func joinComment(e *element, comment, more string) string {
	if comment == "" || e.blob.crossed&overLine != 0 && len(comment) < 60 && !strings.Contains(more, " ") {
		return comment + more
	}
	return comment + " " + more
}
