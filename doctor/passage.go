package doctor

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/sshkey"
)

// A passage is some whole lines that stand together, and where they stand.
type passage struct {
	text   []byte
	at     sshkey.Pos // of the first byte
	isFile bool       // there are no other lines
}

// moved puts places inside the passage where they are in the file.
func (p *passage) moved(list []sshkey.Finding) []sshkey.Finding {
	for i := range list {
		if list[i].Pos.IsValid() {
			list[i].Pos.Offset += p.at.Offset
			list[i].Pos.Line += p.at.Line - 1
		}
	}
	return list
}

// passage checks the lines of one.
func (c *lineCheck) passage(p *passage) (list []LineReport) {
	var lines []authkeys.Line
	offset := p.at.Offset
	for raw := range bytes.Lines(p.text) {
		lines = append(lines, authkeys.LineOf(p.at.Line+len(lines), offset, raw))
		offset += len(raw)
	}
	c.repairs, c.regions = map[int][]sshkey.Finding{}, map[int]Region{}
	if whole, err := c.normalizer.Normalize(p.text); err == nil { // a passage is not too large
		c.repairs = repairsOf(p, lines, whole.Findings)
		if slices.ContainsFunc(lines, passedOver) {
			if m, err := mendLines(c.normalizer, p.text, whole); err == nil {
				c.keep(p, m.Regions)
			}
		}
	}
	for _, l := range lines {
		if l.Kind == authkeys.Bad || l.Kind == authkeys.Entry {
			list = append(list, c.line(list, l))
		}
	}
	return list
}

func (c *lineCheck) keep(p *passage, regions []Region) {
	for _, r := range regions {
		r.First, r.Last = r.First+p.at.Line-1, r.Last+p.at.Line-1
		r.Findings = p.moved(r.Findings)
		for n := r.First; n <= r.Last; n++ {
			c.regions[n] = r
		}
	}
}

// repairsOf puts what normalize says to each line, as sshd counts them: a lone
// CR ends none.
func repairsOf(p *passage, lines []authkeys.Line, findings []sshkey.Finding) map[int][]sshkey.Finding {
	found := map[int][]sshkey.Finding{}
	for _, f := range findings {
		switch {
		case f.Code == "duplicate-key" || f.Code == "not-accepted": // told here with more detail
			continue
		case f.Code == "no-key" && !p.isFile:
			continue
		}
		f.Pos = placeIn(lines, p.at.Offset+f.Pos.Offset)
		found[f.Pos.Line] = append(found[f.Pos.Line], f)
	}
	return found
}

func placeIn(lines []authkeys.Line, offset int) sshkey.Pos {
	i, exact := slices.BinarySearchFunc(lines, offset, func(l authkeys.Line, offset int) int { return cmp.Compare(l.Offset, offset) })
	if !exact {
		i = max(i-1, 0)
	}
	return sshkey.Pos{Offset: offset, Line: lines[i].Number, Column: offset - lines[i].Offset + 1}
}
