package repair

import (
	"bytes"

	"github.com/keyconv/keyconv/internal/lazyre"
)

// Diffs, plans of Terraform and changes of LDIF show what was taken out beside what
// was put in. A single dash is the sign of a list as well; two, or one with more
// than a space behind it, may be either and are refused.

const writeAlone = "if the key should be let in, write it on a line of its own, with its options"

// takenOut says why the key at place i of a line is one that was taken out.
func (s *setting) takenOut(l *lineAround, i int, decoded bool) *objection {
	prefix, rest := l.text[l.from:i], l.text[i:l.to]
	sign := bytes.TrimLeft(prefix, " \t>")
	switch {
	case len(sign) == 0:
	case sign[0] == '<' && len(sign) > 1 && isBlank(sign[1]) && !bytes.HasSuffix(bytes.TrimRight(rest, " \t"), []byte(">")):
		return &objection{"diff-removed", "the line begins with <: in a diff it was taken out", writeAlone}
	case sign[0] == '-':
		if o := s.dashed(prefix, sign, rest, decoded); o != nil {
			return o
		}
	}
	if l.replaced >= i {
		return &objection{"diff-removed", "the key stands in front of ->, as in a plan of changes: it is the old one, which is taken out", writeAlone}
	}
	if asideAt(s.deletions, l.from) != nil {
		return &objection{"diff-removed", "the line stands below \"delete:\", as in a change of LDIF: it takes the key out", writeAlone}
	}
	return nil
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

// replaced matches what stands behind the old value of a plan.
var replaced = lazyre.NewNeeding(`["'][ \t]*->[ \t]*(?:null|["'(]|$)|[ \t]->[ \t]*(?:null|ssh-|ecdsa-|sk-)`, "->")

// dashed is for a line that begins with dashes; sign begins with the first.
func (s *setting) dashed(prefix, sign, rest []byte, decoded bool) *objection {
	removed := &objection{"diff-removed", "the line begins with a minus sign: in a diff it was taken out", writeAlone}
	atStart := !isBlank(prefix[0])
	switch {
	case len(sign) == 1 && decoded && len(rest) > 0 && !isBlank(rest[0]):
		return removed
	case len(sign) == 1:
		return nil
	case sign[1] == '-':
		return nil // a line of dashes, or the sign of two diffs, which the parser knows
	case !isBlank(sign[1]):
		if decoded {
			return removed
		}
		return nil
	case atStart && s.diff, s.counterpart(prefix[:len(prefix)-len(sign)]), !atStart && planned.Match(sign):
		return removed
	case !atStart, string(sign) == "-  " && bytes.HasPrefix(rest, []byte("AAAA")): // an item, whose type and not its space is lost
	case sign[1] == '\t', len(sign) > 2 && isBlank(sign[2]):
		return &objection{"diff-removed", "a minus sign and more than a space begin the line: an indented line that was taken out in a diff, or an item of a list",
			"if it is an item of a list, write it with one space, or without the sign"}
	case len(sign) > 2 && sign[2] == '-' && !bytes.HasPrefix(sign[2:], []byte("--")):
		return &objection{"diff-removed", "the line begins with two dashes: an item of a list that was taken out in a diff, or a list in a list",
			"if the key should be let in, write it without the dashes"}
	}
	return nil
}

// planned matches an attribute that Terraform takes out.
var planned = lazyre.New(`^- +["\w-]+[ \t]+=[ \t]`)

// counterpart reports whether another line has the plus sign of a diff where this
// one has its dash, behind margin.
func (s *setting) counterpart(margin []byte) bool {
	if s.pluses == nil {
		s.pluses = map[string]bool{}
		for line := range bytes.Lines(s.t.b) {
			if text := bytes.TrimLeft(line, " \t>"); len(text) > 0 && text[0] == '+' && added(text[1:]) {
				s.pluses[string(line[:len(line)-len(text)])] = true
			}
		}
	}
	return s.pluses[string(margin)]
}

// added reports whether text behind a plus sign is a line and no base64.
func added(b []byte) bool { return addedLine.Match(b[:min(len(b), 64)]) }

var addedLine = lazyre.New(`^(?:[ \t"'\[{]|ssh-|ecdsa-|sk-|[\w.-]+:[ \t]|[\w.-]+[ \t]+=[ \t])`)

// diffLine matches lines that only diffs have.
var diffLine = lazyre.New(`^(?:@@ -?[0-9]|\+\+\+ \S|--- [^\s#-]|\*{3} \S|\*{15}|diff -|Index: |[0-9]+(?:,[0-9]+)?[acd][0-9]+(?:,[0-9]+)?[ \t]*$)`)

// isDiff reports whether a text has a line that only a diff has.
func isDiff(b []byte) bool {
	for i := 0; i < len(b); {
		end := lineEnd(b, i)
		line := b[i:min(end, i+64)]
		switch {
		case len(line) == 0:
		case line[0] == '+' && added(line[1:]), diffLine.Match(line):
			return true
		}
		i = end + 1
	}
	return false
}

// deletionsOf are the stretches of a change of LDIF that name values to delete.
func deletionsOf(b []byte) (list []aside) {
	if !bytes.Contains(b, []byte("delete:")) {
		return nil
	}
	from := -1
	for i := 0; i < len(b); i = lineEnd(b, i) + 1 {
		line := bytes.TrimLeft(b[i:lineEnd(b, i)], "> \t|")
		switch {
		case bytes.HasPrefix(line, []byte("delete:")) && from < 0:
			from = i
		case from >= 0 && endsChange.Match(line):
			list, from = append(list, aside{from: from, to: i}), -1
		}
	}
	if from >= 0 {
		list = append(list, aside{from: from, to: len(b) + 1})
	}
	return list
}

// endsChange matches the line behind the values of one change.
var endsChange = lazyre.New(`^(?:[ \t]*$|-[ \t]*$|add:|replace:)`)
