package doctor

import (
	"bytes"
	"slices"
	"strings"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/sshkey"
)

// A Mended file is one whose lines were repaired.
type Mended struct {
	Text    []byte
	Regions []Region // what was repaired
}

// A Region is lines of the old file that were repaired together.
type Region struct {
	First, Last int              // numbers of lines
	Findings    []sshkey.Finding // with places in the old file
	keys        []*sshkey.Key    // which it holds now
}

// Findings are those of all regions.
func (m *Mended) Findings() (list []sshkey.Finding) {
	for _, r := range m.Regions {
		list = append(list, r.Findings...)
	}
	return list
}

// MendLines repairs the lines of an authorized_keys file that can be repaired
// with certainty. All others, those that sshd passes over too, stay as they
// are, to the byte: no key, option or comment is lost.
func MendLines(data []byte) (*Mended, error) {
	whole, err := keyconv.Normalize(data)
	if err != nil {
		return nil, err
	}
	z := keyconv.NewNormalizer("")
	m := newMending(z, data, whole).withLive(whole)
	out, err := m.mend()
	if twins := m.twins(); len(twins) > 0 {
		m = newMending(z, data, whole).withLive(whole)
		m.barred = twins
		return m.mend()
	}
	return out, err
}

// mendLines is MendLines of a piece of a file, where whole is what normalize makes of it.
func mendLines(z *keyconv.Normalizer, data []byte, whole *keyconv.Normalized) (*Mended, error) {
	return newMending(z, data, whole).mend()
}

func newMending(z *keyconv.Normalizer, data []byte, whole *keyconv.Normalized) *mending {
	m := &mending{Normalizer: z, data: data, out: &Mended{}, sure: map[string][]int{}}
	for i, k := range whole.Keys {
		entry := entryOf(k)
		m.sure[entry] = append(m.sure[entry], whole.Offsets[i])
	}
	return m
}

// withLive takes note of the keys that sshd lets in, and of the entry that would let in
// each of the others if all of the file was repaired: a line that is repaired by itself
// must not change by which options.
func (m *mending) withLive(whole *keyconv.Normalized) *mending {
	m.live = map[sshkey.PublicKey]string{}
	for l := range authkeys.Lines(m.data) {
		if l.Kind != authkeys.Entry {
			continue
		}
		if _, first := m.live[l.Key.Public]; !first {
			m.live[l.Key.Public] = entryOf(l.Key)
		}
	}
	for _, k := range whole.Keys {
		if _, first := m.live[k.Public]; !first {
			m.live[k.Public] = entryOf(k)
		}
	}
	return m
}

func (m *mending) mend() (*Mended, error) {
	if len(m.sure) == 0 {
		return &Mended{Text: append(bytes.Clone(m.data), missingEnd(m.data)...)}, nil
	}
	for l := range authkeys.Lines(m.data) {
		m.line(l)
	}
	m.flush(len(m.data))
	m.out.Text = append(m.out.Text, missingEnd(m.out.Text)...)
	return m.out, nothingLost(m.data, m.out.Text)
}

// missingEnd is the line end that the last line of a text lacks.
func missingEnd(text []byte) string {
	if n := len(text); n > 0 && text[n-1] != '\n' {
		return "\n"
	}
	return ""
}

// A mending goes through a file. Lines that sshd passes over are held, with
// blank lines and comments between them, and are repaired together.
type mending struct {
	*keyconv.Normalizer
	data []byte
	out  *Mended
	from int // where the held lines begin
	good int // the end of the last held line that is bad; 0 for none
	done int // how far the output goes
	seen int // up to where line ends have been counted,
	ends int // and how many there were
	// sure are the entries of which normalize is sure, seeing all of the file, and
	// where they stand, in rising order.
	sure   map[string][]int
	left   []byte                      // lines that stay as they are, and speak of options
	barred map[sshkey.PublicKey]bool   // keys that are not to be repaired
	live   map[sshkey.PublicKey]string // by which entry each key is to be let in; nil where it is not known
}

func (m *mending) line(l authkeys.Line) {
	switch {
	case passedOver(l):
		m.good = l.Offset + lineLen(m.data[l.Offset:])
	case l.Kind == authkeys.Entry:
		m.flush(l.Offset)
		m.from = l.Offset + lineLen(m.data[l.Offset:])
	case m.good == 0: // a comment may be a key that goes on in the next line
		m.from = l.Offset
	}
}

func lineLen(data []byte) int {
	if i := bytes.IndexByte(data, '\n'); i >= 0 {
		return i + 1
	}
	return len(data)
}

// passedOver reports whether sshd misses a key of a line, or all of it.
func passedOver(l authkeys.Line) bool {
	return l.Kind == authkeys.Bad || l.Kind == authkeys.Entry && holdsMore(l)
}

// holdsMore reports whether another key stands in the comment of an entry and
// for certain ought to be in a line of its own. Behind several words it may be
// there to be told of, not to be let in.
func holdsMore(l authkeys.Line) bool {
	const least = 60 // no key is shorter
	if len(l.Key.Comment) < least {
		return false
	}
	n, err := keyconv.Normalize(l.Text)
	if err != nil || !n.Changed() || len(n.Keys) == 0 {
		return false
	}
	comment := n.Keys[0].Comment
	behind, glued := strings.CutPrefix(l.Key.Comment, comment)
	return !glued || len(strings.Fields(comment)) < 2 || strings.TrimLeft(behind, " \t") == behind
}

// flush repairs what is held and copies what stands in front of it and, up to
// end, behind it.
func (m *mending) flush(end int) {
	if m.good > 0 {
		m.copy(m.from)
		m.region(m.data[m.from:m.good], m.from, 0)
		m.done = m.good
	}
	m.copy(end)
	m.good = 0
}

func (m *mending) copy(to int) {
	if to > m.done {
		m.out.Text = append(m.out.Text, m.data[m.done:to]...)
		m.done = to
	}
}

// maxSplits bounds how often a region is taken apart.
const maxSplits = 8

// region repairs lines that stand together. Where a part is refused, its line
// stays and the lines around it are tried without it, but not where options
// are in question: a key must not get away from them.
func (m *mending) region(raw []byte, offset, depth int) {
	n, err := m.Normalize(raw)
	switch {
	case err == nil && n.Refused() && len(n.Keys) > 0 && depth < maxSplits && !aboutOptions(raw, n.Findings):
		m.split(raw, offset, depth, told(n.Findings, sshkey.Refused))
	case err != nil || n.Refused() || !n.Changed() || !m.allSure(n.Keys, offset, offset+len(raw)) || nothingLost(raw, n.Text) != nil:
		m.out.Text = append(m.out.Text, raw...)
		m.leave(raw)
	default:
		m.out.Text = append(m.out.Text, n.Text...)
		m.note(raw, offset, n)
	}
}

// allSure reports whether normalize is sure of all keys that bytes from to end of
// the file hold, and none of them is let in already with other options.
func (m *mending) allSure(keys []*sshkey.Key, from, end int) bool {
	for _, k := range keys {
		entry := entryOf(k)
		if live, ok := m.live[k.Public]; ok && live != entry || m.barred[k.Public] {
			return false
		}
		places := m.sure[entry]
		if i, _ := slices.BinarySearch(places, from); i == len(places) || places[i] >= end {
			return false
		}
	}
	return len(keys) > 0
}

func aboutOptions(raw []byte, findings []sshkey.Finding) bool {
	return slices.ContainsFunc(findings, func(f sshkey.Finding) bool {
		return f.Severity == sshkey.Refused && !holdsDamagedOptions(raw, f) && (strings.HasPrefix(f.Code, "options") || strings.HasPrefix(f.Code, "prefix") || f.Code == "not-accepted")
	})
}

// holdsDamagedOptions reports whether the damaged options and their key are the
// one line that f points into: it is refused alone, too, and takes nothing from
// the lines around it.
func holdsDamagedOptions(raw []byte, f sshkey.Finding) bool {
	if f.Code != "options-damaged" {
		return false
	}
	at := min(f.Pos.Offset, len(raw))
	start := bytes.LastIndexByte(raw[:at], '\n') + 1
	n, err := keyconv.Normalize(raw[start : start+lineLen(raw[start:])])
	return err == nil && len(n.Keys) == 0 && slices.ContainsFunc(n.Findings, func(g sshkey.Finding) bool { return g.Code == f.Code })
}

// split leaves the refused lines as they are, with those behind them that may be
// their rest, and repairs what is between.
func (m *mending) split(raw []byte, offset, depth int, refused []sshkey.Finding) {
	from := 0
	for _, f := range refused {
		at := min(f.Pos.Offset, len(raw))
		if at < from {
			continue // the same line again
		}
		start := from + bytes.LastIndexByte(raw[from:at], '\n') + 1
		if start > from {
			m.region(raw[from:start], offset+from, depth+1)
		}
		from = start + lineLen(raw[start:])
		from += m.restLen(raw[from:])
		m.out.Text = append(m.out.Text, raw[start:from]...)
		m.leave(raw[start:from])
	}
	if from < len(raw) {
		m.region(raw[from:], offset+from, depth+1)
	}
}

// restLen is how long the lines are that may be the rest of a refused key: in
// themselves they are text, which normalize leaves out.
func (m *mending) restLen(raw []byte) (n int) {
	const most = 512 // lines of any key
	for range most {
		line := raw[n : n+lineLen(raw[n:])]
		if len(line) == 0 || !authkeys.Skips(line) && !m.isText(line) {
			break
		}
		n += len(line)
	}
	return n
}

// isText reports whether a line holds nothing of keys or options but, perhaps,
// the end of a key.
func (m *mending) isText(line []byte) bool {
	n, err := m.Normalize(line)
	return err == nil && len(n.Keys) == 0 && !slices.ContainsFunc(n.Findings, func(f sshkey.Finding) bool {
		return f.Code != "text-dropped" && f.Code != "start-missing" && f.Code != "no-key"
	})
}

// note keeps what was done, with places in the file as sshd counts its lines: a lone
// carriage return ends none.
func (m *mending) note(raw []byte, offset int, n *keyconv.Normalized) {
	m.ends += bytes.Count(m.data[m.seen:offset], []byte("\n")) // regions come in order
	m.seen = offset
	r := Region{First: m.ends + 1, Last: m.ends + bytes.Count(bytes.TrimSuffix(raw, []byte("\n")), []byte("\n")) + 1, keys: n.Keys}
	at := sshkey.Pos{Line: m.ends + 1, Column: 1}
	for _, f := range n.Findings {
		if f.Pos.Offset < at.Offset { // they rise, but for some
			at = sshkey.Pos{Line: m.ends + 1, Column: 1}
		}
		at = pastLines(raw, at, min(f.Pos.Offset, len(raw)))
		f.Pos = sshkey.Pos{Offset: offset + at.Offset, Line: at.Line, Column: at.Column}
		r.Findings = append(r.Findings, f)
	}
	m.out.Regions = append(m.out.Regions, r)
}

// pastLines is the place of an offset behind at.
func pastLines(raw []byte, at sshkey.Pos, offset int) sshkey.Pos {
	between := raw[at.Offset:offset]
	at.Column += len(between)
	if n := bytes.Count(between, []byte("\n")); n > 0 {
		at.Line += n
		at.Column = len(between) - bytes.LastIndexByte(between, '\n')
	}
	at.Offset = offset
	return at
}
