package repair

import (
	"bytes"
	"strings"

	"github.com/keyconv/keyconv/internal/lazyre"
)

// blockOpener matches the end of a line whose value stands in the lines below: a block
// of YAML, a text of TOML or Nix, a here document, braces, and a # sign behind a quote.
var blockOpener = lazyre.NewNeeding(strings.Join([]string{
	`\{[ \t]*$`,
	`[:=][ \t]*[|>][-+0-9]{0,2}[ \t]*$`,
	`^[ \t]*(?:\|[-+0-9]{0,2}|>[-+0-9]{1,2})[ \t]*$`,
	`=[ \t]*'{2,3}[ \t]*$`,
	`<<[-~]?[ \t]*["']?\w+["']?[ \t]*$`,
	"['`][ \t]*#+[ \t]*$",
}, "|"), "{", "|", ">", "''", "<<", "#")

// hereDocument matches what opens a here document, at the end of a text. A key that is cut
// short may have taken the start of that line.
var hereDocument = lazyre.NewNeeding(`<<[-~]?[ \t]*["']?\w+["']?[ \t]*\n$`, "<<")

// htmlTag matches a tag of HTML or XML.
var htmlTag = lazyre.New(`</?([A-Za-z][A-Za-z0-9]*)(?:[ \t][^<>]*)?>`)

// fieldText matches the name of a field and what parts it from its value, which no
// option in front of a key looks like.
var fieldText = lazyre.NewNeeding(`[A-Za-z0-9_]["'][ \t]*(?::|=>?)[ \t]*["'\[{0-9tf]|[ \t][A-Za-z_-]+(?:[ \t]+=>?|:)[ \t]|<[a-z_-]+>`, "=", ":", "<")

// OpensNext reports whether what a line opens, as a quotation, ends in another one, so
// that the next line is part of it although sshd would read it alone.
func OpensNext(line []byte) bool {
	e := endingOf(line)
	return e.opensNext(0)
}

// An ending is what may be open at the end of a line: the number of its quotes, and
// where an opener of a block and the last tag begin, -1 for none.
type ending struct{ quotes, block, tag int }

func endingOf(line []byte) ending {
	line = bytes.TrimRight(line, "\r\n")
	const opener = 80 // with its spaces; nobody writes a longer one
	e := ending{bytes.Count(line, []byte(`"`)), -1, -1}
	last := max(0, len(line)-opener)
	if at := blockOpener.FindIndex(line[last:]); at != nil {
		e.block = last + at[0]
	}
	if bytes.IndexByte(line, '<') < 0 {
		return e
	}
	if tags := htmlTag.Compiled().FindAllSubmatchIndex(line, -1); len(tags) > 0 {
		t := tags[len(tags)-1]
		if line[t[0]+1] != '/' && !bytes.EqualFold(line[t[2]:t[3]], []byte("br")) {
			e.tag = t[0]
		}
	}
	return e
}

// opensNext reports it of the part of the line from i on, which has e.quotes.
func (e *ending) opensNext(i int) bool { return e.quotes%2 == 1 || e.block >= i || e.tag >= i }

// A lineRest is the ending of a line whose keys ask for what stands behind them, one
// after the other: a long line with many is looked at once.
type lineRest struct {
	ending
	from, at, to int  // of the line, the last place that asked, the end
	names        bool // it ends as a name of YAML does, such as Salt's ID of a state
}

// opensNext is OpensNext of what stands behind place i of b on its line.
func (r *lineRest) opensNext(b []byte, i int) bool {
	if i < r.at || i > r.to || r.to == 0 {
		to := lineEnd(b, i)
		*r = lineRest{endingOf(b[i:to]), i, i, to, bytes.HasSuffix(bytes.TrimRight(b[i:to], " \t"), []byte(":"))}
	}
	r.quotes -= bytes.Count(b[r.at:i], []byte(`"`))
	r.at = i
	return r.ending.opensNext(i - r.from)
}

// within reports whether bytes at to end, a key, stand in something that the line above
// opened, or that their own line opens.
func (p *parser) within(at, end int) bool {
	start := lineStart(p.t.b, p.last, at)
	above := bytes.TrimRight(p.t.b[max(p.last, at-4096):start], " \t\n")
	return hereDocument.Match(p.t.b[max(0, start-80):start]) || OpensNext(above[bytes.LastIndexByte(above, '\n')+1:]) || p.rest.opensNext(p.t.b, end) || p.rest.names
}

// opened reports whether the bad lines that are held go on in the next line.
func (w *walker) opened() bool {
	if w.good == 0 || w.good < len(w.held) {
		return false
	}
	return OpensNext(w.held[bytes.LastIndexByte(w.held[:w.good-1], '\n')+1:])
}
