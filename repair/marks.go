package repair

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/keyconv/keyconv/internal/lazyre"
)

// fieldMark matches a field that says so of what stands in the same record, and
// nameMark the name of a field of its content; listMark is that name alone, above its
// content. These and those of tables, below, are all the marks.
var (
	fieldMark = lazyre.New(`(?i)(?:<` + deadWord + `(?:></|[ \t]*/>)|` + // an empty element of XML
		`(?:^|\\[nrt]|[\s,{(<"'-])(?:` +
		`\\*["']?(?:state|ensure|status)\\*["']?\s*(?:=>|[:=>|])\s*\\*["']?(?:absent|revoked|removed|deleted|disabled|inactive|expired)\b|` +
		`\\*["']?(?:is[-_]?)?` + deadWord + `\\*["']?\s*(?:=>|[:=>|])\s*\\*["']?(?:true|t|yes|on|1)\b|` +
		`\\*["']?(?:revoked|removed|deleted|disabled)[-_]?(?:at|on|date)\\*["']?\s*(?:=>|[:=>|])\s*\\*["']?[0-9]|` +
		`\\*["']?(?:is[-_]?)?(?:enabled?|active|valid)\\*["']?\s*(?:=>|[:=>|])\s*\\*["']?(?:false|f|no|off|0)\b|` +
		`when:\s*["']?(?:false|no|never)\b|` + // of a task of Ansible
		`\\*["']?(?:action|op|operation)\\*["']?(?:[ \t]+:|\s*(?:=>|[:=>|])\s*\\*["']?:?)(?:remove|delete)\b|` +
		`\\*["']?` + endName + `\\*["']?\s*(?:=>|[:=>|])\s*\\*["']?` + endTime + `))`)
	endMark  = lazyre.New(`(?i)` + endName + `\\*["']?\s*(?:=>|[:=>])`)
	nameMark = lazyre.New(`(?i)^[\s<>{(\["'-]*(?:[\w-]+[ ._-])*` + deadWord + `[\w .-]*\\*["']?[ \t]*(?:=>|[:=>])`)
	listMark = lazyre.New(nameMark.String() + `[ \t]*(?:[|>\[{("'+-]*|[^{},:="]*\{|<<[-~]?["']?\w+["']?)[ \t]*$`)
)

// deadCell matches a cell of a table that says so alone, and googleKey what Google's cloud
// keeps behind a key, with its end.
var (
	deadCell  = lazyre.New(`(?i)(?:[,;|\t]|<t[dh][^<>]*>)[ \t]*["']?(` + deadWord + `)["']?[ \t]*(?:[,;|\t]|</t[dh]|$)`)
	googleKey = lazyre.NewNeeding(`google-ssh[ \t]+(\{[^{}\n]*\})`, "google-ssh")
)

const deadWord = `(?:revoked|removed|deleted|disabled|inactive|expired|absent)`

// endName is the name of a field that says when a key ends to be let in, and endTime its
// value, a date, or seconds since 1970 or thousandth parts: not the years 1, 2999 and
// 9999, which say never.
const (
	endName = `(?:(?:expir(?:es?|y|ation)|valid)[-_]?(?:at|on|to|until|date)|expir(?:y|ation)[-_]?(?:time)?(?:[-_]?usec)?|expires|not[-_]?after)`
	endTime = `(?:(?:1[0-9]|2[0-8])[0-9]{2}-[0-9]{2}-[0-9]{2}[\w:.+-]*|(?:19|20|21)[0-9]{6}\b|[1-9][0-9]{9}(?:[0-9]{3}){0,2}\b)`
)

// markSigns is a part of every mark, in small letters, with a capital, in capitals.
var markSigns = []string{"bsent", "evoked", "emove", "elete", "isabled", "nactive", "xpir", "nable", "ctive", "alid", "fter", "when:",
	"BSENT", "EVOKED", "EMOVE", "ELETE", "ISABLED", "NACTIVE", "XPIR", "NABLE", "CTIVE", "ALID", "FTER"}

func mayMark(b []byte) bool {
	return slices.ContainsFunc(markSigns, func(s string) bool { return bytes.Contains(b, []byte(s)) })
}

func markIn(re *lazyre.Regexp, text []byte) string {
	if !mayMark(text) {
		return ""
	}
	return string(bytes.Trim(re.Find(text), " \t\n,{([<\"'-"))
}

// A placed mark is one of a line, and where it begins and ends in the text. Of a field the
// place is enough: the mark is read again, without other braces.
type placed struct {
	at, end int
	mark    string
}

// lineMarks are the marks of a long line, which all its keys ask for.
type lineMarks struct {
	start, end int      // of the line
	fields     []placed // where a field says so, maybe in braces of its own
	cells      []placed // of a row of a table, or of a key of Google's
}

// of makes them those of a line of b.
func (l *lineMarks) of(b []byte, start, end int) {
	if l.start == start && l.end == end {
		return
	}
	*l = lineMarks{start: start, end: end}
	line := b[start:end]
	if !mayMark(line) {
		return
	}
	for _, at := range fieldMark.FindAllIndex(line, -1) {
		l.fields = append(l.fields, placed{at: start + at[0], end: start + at[1]})
	}
	for _, at := range googleKey.FindAllIndex(line, -1) {
		if mark := markIn(fieldMark, googleKey.FindSubmatch(line[at[0]:at[1]])[1]); mark != "" {
			l.cells = append(l.cells, placed{start + at[0], start + at[1], mark})
		}
	}
	for _, at := range deadCell.FindAllIndex(line, -1) {
		if m := deadCell.FindSubmatch(line[at[0]:at[1]]); m != nil && mayMark(m[1]) {
			l.cells = append(l.cells, placed{start + at[0], start + at[1], string(m[1])})
		}
	}
	slices.SortFunc(l.cells, func(a, b placed) int { return cmp.Compare(a.at, b.at) })
}

// markNear is the first of a list that stands near place i; false for none.
func markNear(list []placed, i int) (placed, bool) {
	n, _ := slices.BinarySearchFunc(list, i-near, func(m placed, at int) int { return cmp.Compare(m.at, at) })
	if n == len(list) || list[n].end > i+near {
		return placed{}, false
	}
	return list[n], true
}

var unquotedMark = strings.NewReplacer(`"`, "", "'", "", `\`, "")

// revokedBy is why a key with a mark is not printed.
func revokedBy(mark string) *objection {
	stands := fmt.Sprintf("%.60q stands in the same record: ", unquotedMark.Replace(mark))
	if endMark.MatchString(mark) {
		return &objection{"options-apart", stands + "the line alone would let the key in for ever",
			`write the line by hand, with the date in front of the key: expiry-time="YYYYMMDD"`}
	}
	return &objection{"marked-revoked", stands + "the key is marked as one that is not to be let in", writeAlone}
}
