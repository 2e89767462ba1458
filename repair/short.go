package repair

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/keyconv/keyconv/internal/lazyre"
)

// short refuses a key of which something is missing.
func (p *parser) short(it item, e *element, pre prefix, stop, limit int) int {
	if pre.commented {
		// It lets nobody in; it stays what it was, a comment, without what
		// stood in front of it.
		line := strings.TrimSpace(string(p.t.b[lineStart(p.t.b, max(p.last, e.at-4096), e.at):stop]))
		if sign := strings.IndexByte(line, '#'); sign >= 0 && !strings.ContainsAny(line, "\n\x00") {
			p.emit(item{src: it.src, line: line[sign:]})
			return stop
		}
	}
	found, ended := p.searched(&it, e, pre, stop)
	if found {
		return stop
	}
	code, msg, hint := e.why.explain(p.t)
	if ended {
		msg += "; not searched for a wrong character, because many keys here are damaged"
		hint = "give the damaged key that has the expected fingerprint in a text of its own"
	}
	it.refuse(code, msg, hint)
	it.notes.list[0].src = p.t.src(max(0, min(e.why.at, len(p.t.b)-1)))
	p.emit(it)
	return p.afterShort(stop, limit)
}

// behindShort is where a refused key ends: not behind the start of the line of
// the next key. What the refused key took or left may be that key's options.
func (p *parser) behindShort(e *element, pre prefix, stop, limit int) int {
	start := e.why.c.start
	line := lineStart(p.t.b, start, limit)
	if limit < len(p.t.b) && line > start {
		stop = min(stop, line)
	}
	p.joins(start, stop, limit, pre)
	p.bare, p.open = true, endsInNo(p.t.b[start:stop])
	p.torn = pre.options != "" || pre.code != "" || pre.commented
	return stop
}

// joins notes what stands between a key and the next one on the same line, or was
// taken with the key, and matters for the next one.
func (p *parser) joins(from, stop, limit int, pre prefix) {
	taken := p.t.b[from:stop]
	p.apart = p.apart || hidesOption(taken)
	if stop == limit && limit < len(p.t.b) && (pre.commented || numberSign.Match(taken[bytes.LastIndexByte(taken, '\n')+1:])) {
		p.hashed = anyKey
		p.dead = lineEnd(p.t.b, stop)
	} else if i := bytes.LastIndexByte(taken, '#'); i >= 0 {
		p.hashed = max(p.hashed, reachOf(taken[i:]))
	}
}

// numberSign matches the sign of a comment, encoded or not.
var numberSign = lazyre.New(`#|%(?:25)*23|&(?:amp;)*num;|\\u0023`)

// searched finds a wrong or a missing character by the fingerprint. ended reports that
// it gave up before the end.
func (p *parser) searched(it *item, e *element, pre prefix, stop int) (found, ended bool) {
	expect, _ := parseExpect(p.o.Expect)
	if !expect.given() {
		return false, false
	}
	k, what, behind, ended := p.o.Memory.search(expect, p.t, e.why.c, stop)
	if k.IsZero() {
		return false, ended
	}
	e.blob = &blob{candidate: e.why.c, public: k, grade: certain}
	comment, rest := cutComment(p.t.b[min(behind, stop):stop], pre)
	p.repaired(it, e, pre, comment)
	p.guard(it, e, pre, rest)
	if !it.fails {
		it.grade = certain
		it.notes.add(it.src, "found-by-fingerprint", "%s in the key; the expected fingerprint says which", what)
	}
	p.emit(*it)
	return true, false
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

// explain says what a shortfall means.
func (w *shortfall) explain(t *text) (code, msg, hint string) {
	if w.code != "truncated" {
		return w.code, "the key is damaged: " + w.detail, copyAgain
	}
	return w.truncated(t)
}

func (w *shortfall) truncated(t *text) (code, msg, hint string) {
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
	if cause := cutCause(t, w.at); cause != "" {
		msg += "; " + cause
	}
	return "truncated", msg, "print the file with cat and copy again; or " + copyAgain[len("copy the key again from where it came from: "):]
}

// cutCause guesses at the program that cut a line: at the right edge of a
// terminal of 80 columns, with the mark that it leaves.
func cutCause(t *text, at int) string {
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
