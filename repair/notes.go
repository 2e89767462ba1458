package repair

import (
	"fmt"
	"slices"
	"strings"

	"github.com/keyconv/keyconv/sshkey"
)

// A note is a finding whose place is still an offset.
type note struct {
	src      int
	code     string
	severity sshkey.Severity
	msg      string
	hint     string
}

// notes collects what the layers did. A code that comes again and again (every
// line of a wrapped key) is told once for each key or layer.
type notes struct {
	list []note
	said []string // the codes of repairs
}

// add notes a repair, once for each code.
func (n *notes) add(src int, code, msg string, args ...any) {
	if slices.Contains(n.said, code) {
		return
	}
	n.said = append(n.said, code)
	if len(args) > 0 {
		msg = fmt.Sprintf(msg, args...)
	}
	n.list = append(n.list, note{src, code, sshkey.Repaired, msg, ""})
}

// clone is a copy to which can be added.
func (n *notes) clone() notes { return notes{slices.Clip(n.list), slices.Clip(n.said)} }

// about reports whether a code begins so.
func (n *notes) about(code string) bool {
	return slices.ContainsFunc(n.list, func(f note) bool { return strings.HasPrefix(f.code, code) })
}

// put adds a note as it is.
func (n *notes) put(list ...note) { n.list = append(n.list, list...) }

// findings sorts the notes by place and gives them line and column.
func (n *notes) findings(data []byte, base, line int) []sshkey.Finding {
	slices.SortStableFunc(n.list, func(a, b note) int { return a.src - b.src })
	at := places{data: data, base: base, line: line}
	out := make([]sshkey.Finding, len(n.list))
	for i, f := range n.list {
		out[i] = sshkey.Finding{Pos: at.pos(f.src), Code: f.code, Severity: f.severity, Msg: f.msg, Hint: f.hint}
	}
	return out
}

// places computes lines and columns of rising offsets in one pass.
type places struct {
	data        []byte // begins at offset base, on line
	base        int
	line        int
	next, start int // how far data was counted; where the line starts
}

func (p *places) pos(src int) sshkey.Pos {
	i := max(0, min(src-p.base, len(p.data)))
	for ; p.next < i; p.next++ {
		if endsLine(p.data, p.next) {
			p.line, p.start = p.line+1, p.next+1
		}
	}
	return sshkey.Pos{Offset: p.base + i, Line: p.line, Column: i - p.start + 1}
}

// endsLine counts lines as sshkey.PosAt does.
func endsLine(b []byte, i int) bool {
	return b[i] == '\n' || b[i] == '\r' && (i+1 == len(b) || b[i+1] != '\n')
}

func countLines(b []byte) (n int) {
	for i := range b {
		if (b[i] == '\n' || b[i] == '\r') && endsLine(b, i) {
			n++
		}
	}
	return n
}
