package repair

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/keyconv/keyconv/internal/lazyre"
)

// What stands around a key may restrict it, where sshd would not see it: in front of its
// line, behind it, below, in other lines of the same structure.

// guard refuses an entry whose restriction may stand somewhere else.
func (p *parser) guard(it *item, e *element, pre prefix, rest []byte) {
	if it.fails || pre.commented {
		return
	}
	comment := []byte(it.entry.Key.Comment)
	if behind := p.t.b[min(e.end, len(p.t.b)):]; len(behind) > 0 && !isBlank(behind[0]) {
		comment = append([]byte{' '}, comment...) // a quote closed between them
	}
	const byHand = "if the key should be let in, write it on a line of its own, with its options"
	switch {
	case pre.task && p.goesOnBelow(e):
		it.refuse("ambiguous", "the task goes on in the line below, which may restrict the key or take it away", byHand)
	case pre.settings && p.takesBack():
		it.refuse("marked-revoked", "the settings of the device have a line that takes something back or restricts it: whether that is this key cannot be told", byHand)
	case e.at < p.dead:
		it.refuse("commented-out", "a # stands in front of the key on its line: it may be commented out", byHand)
	case p.apart, p.under:
		p.under = p.under || p.meant == "" // not the options of this one key, cut off from it
		it.refuse("options-apart", "options stand "+p.where(e)+": sshd would let the key in without them",
			"write them in front of the key, on the same line: "+shown(p.meant)+"KEY")
	case p.table.restricting != "":
		it.refuse("options-apart", "the table has a column "+strconv.Quote(p.table.restricting)+", which may restrict the key or take it back: the line alone would let it in without it",
			"where the column lets it in, write the line by hand, with its options")
	case p.hashed == anyKey, p.hashed == bareKey && e.said.how != right:
		it.refuse("commented-out", "a # stands above the key, in front of what may be its start: it may be commented out", byHand)
	case pre.sharp && !pre.command && p.bare:
		it.refuse("commented-out", "a # stands in front of the key, which may be a prompt or the sign of a comment behind the key above", byHand)
	case e.blob.lost > 0 && bytes.HasSuffix(p.t.b[:e.at], []byte("<")) && bytes.IndexByte(rest, '>') < 0:
		it.refuse("ambiguous", "the < in front of the key is the mark of an editor for a line that begins further left: options may stand there",
			"show the whole line and copy it again; less without -S and cat do")
	case e.said.mixed && pre.options != "":
		it.refuse("ambiguous", "options stand in front of two key types: they may be those of another key", "write options, type, base64 on one line by hand")
	case p.torn && e.said.how == missing:
		it.refuse("ambiguous", "the key above, which is damaged, may be the same one: its type and its options stand there", copyAgain)
	case p.misplaced:
		it.refuse("options-apart", "options stand behind the key above: they may be this one's", "write them in front of the key, on the same line")
	case e.at < p.ruled && pre.options == "" && e.at > 0 && strings.IndexByte(" \t,;", p.t.b[e.at-1]) >= 0:
		it.refuse("ambiguous", "a key with options stands in front of this one on the same line: to sshd this is its comment, and whether the options are to hold for both cannot be told",
			"write it on a line of its own, with its options if it is to have some")
	case (p.above || p.open) && pre.options != "":
		it.refuse(startAbove.code, startAbove.msg, startAbove.hint)
	case namesOption(rest), hidesOption(rest), cutMember(rest), pre.form && len(rest) > 0 && rest[0] == '&' && saysNo.Match(rest):
		it.part("beside the key")
	case pre.dropped && namesOption(comment), fieldText.Match(comment) && hidesOption(comment), optionColumn(comment):
		it.part("behind the key")
	}
}

// goesOnBelow reports whether the line below that of a key stands further in than what
// stands in the key's line, behind the marks of lists.
func (p *parser) goesOnBelow(e *element) bool {
	b := p.t.b
	start, end := lineStart(b, 0, e.at), lineEnd(b, e.end)
	col := e.at - start - len(bytes.TrimLeft(b[start:e.at], " \t-"))
	next := b[min(end+1, len(b)):lineEnd(b, min(end+1, len(b)))]
	return len(bytes.TrimSpace(next)) > 0 && indentOf(next) > col
}

// takesBack reports whether a line of a device's settings does that.
func (p *parser) takesBack() bool {
	if p.back == nil {
		back := settingsBack.Match(p.t.b)
		p.back = &back
	}
	return *p.back
}

// settingsBack matches such a line, of JunOS, VyOS, FortiOS and RouterOS, and one that gives
// a user a class with fewer rights.
var settingsBack = lazyre.New(`(?im)^[ \t]*(?:delete|deactivate|unset|no|disable)\b|\bdisabled?\b|\bremove\b|trusthost|\baddress=|\bno-[a-z]|read-only|unauthorized|\bdeny\b`)

// where is the place of options that stand apart from a key.
func (p *parser) where(e *element) string {
	if p.last > 0 && bytes.IndexByte(p.t.b[min(p.last, e.at):e.at], '\n') < 0 {
		return "behind the key in front of this one, on the same line"
	}
	return "above the key, on a line of their own"
}

func shown(options string) string {
	if options == "" {
		return "OPTIONS "
	}
	return options + " "
}
