package repair

import (
	"bytes"
	"slices"
	"strings"
	"sync"

	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/internal/lazyre"
)

// The first row of a table names its columns. Where one of them restricts a key, or says
// whether it is let in, the cells below do so without a name of their own. Where all are
// known, none does, and every cell is what its column promises (a name, a date), what
// stands beside a key is no option of it. Columns of free text are not among these: a
// note can say anything.

// A column is what the cells below a name hold.
type column uint8

const (
	ofUnknown column = iota
	ofOwner          // whose the key is
	ofNumber
	ofDate
	ofPrint // its fingerprint
	ofType
	ofKey
	ofTerms // what it may do, or whether it is let in
)

// A columnKind is a row of the table of columns.
type columnKind struct {
	column
	names string         // beside those of options, with - for all signs and blanks
	cell  *lazyre.Regexp // what a cell looks like
}

// THE TABLE of columns.
var columnKinds = []columnKind{
	{ofOwner, "name full-name first-name last-name surname user username user-name login owner person member employee developer e-mail email mail email-address",
		lazyre.New(`^(?:[\pL\pN][\pL\pN@._+'’-]*(?:,? [\pL\pN][\pL\pN@._+'’-]*){0,3})?$`)},
	{ofNumber, "# id user-id key-id uid nr no number bits size length", lazyre.New(`^(?:[0-9a-fA-F][0-9a-fA-F-]{0,35})?$`)},
	{ofDate, "date added added-at added-on created created-at created-on updated updated-at last-used", lazyre.New(`^(?:[0-9]{1,4}[0-9TZ:/. +-]*)?$`)},
	{ofPrint, "fingerprint", lazyre.New(`^(?:(?:SHA256|MD5):[0-9A-Za-z+/=:]+|[0-9a-f:]*)$`)},
	{ofType, "type key-type keytype algorithm", lazyre.New(`^(?i:(?:ssh-|ecdsa-sha2-|sk-)?(?:rsa|dsa|dss|ecdsa|ed25519|ed448|nistp[0-9]+|ssh-ed25519@openssh\.com|ecdsa-sha2-nistp256@openssh\.com)|)$`)},
	{ofKey, "key public-key publickey pubkey pub-key ssh-key sshkey ssh-public-key public-ssh-key ssh-pubkey authorized-key", nil},
	{ofTerms, "from enabled active valid revoked disabled removed deleted expired expires expires-at expiry valid-until restricted", nil},
}

// columns are the kinds by name.
var columns = sync.OnceValue(func() map[string]column {
	all := map[string]column{}
	for _, k := range columnKinds {
		for _, name := range strings.Fields(k.names) {
			all[name] = k.column
		}
	}
	for name := range fieldNames() {
		all[name] = ofTerms
	}
	return all
})

// columnOf is what the column with the name holds, as it stands in a head.
func columnOf(name string) column { return columns()[columnName(bareName(name))] }

// bareName is a name without what stands around it.
func bareName(name string) string { return strings.Trim(name, "> \t\r\"'`*$") }

// columnName writes all signs in a name as one.
func columnName(name string) string { return oneSign.Replace(strings.ToLower(name)) }

var oneSign = strings.NewReplacer("_", "-", " ", "-")

// fits reports whether a cell is what its column promises, no option, whole or damaged,
// and no mark.
func (c column) fits(cell string) bool {
	n := slices.IndexFunc(columnKinds, func(k columnKind) bool { return k.column == c })
	if n < 0 || columnKinds[n].cell == nil || !columnKinds[n].cell.MatchString(cell) {
		return false
	}
	return c != ofOwner || !speaks(cell)
}

// speaks reports whether a text of a few words may be an option, whole or damaged, or a
// mark.
func speaks(text string) bool {
	b := []byte(text)
	return fieldNames()[columnName(text)] || gluesOption(b) || saysNo.Match(b) || saysMore.Match(b) ||
		slices.ContainsFunc(append(strings.Fields(text), text), func(w string) bool {
			return isOptions([]byte(w)) || isTorn([]byte(w)) || authkeys.MeantOptions(w) != ""
		})
}

// saysMore matches words beside those of saysNo that speak of a key, and not of a person.
var saysMore = lazyre.New(`(?i)activ|valid|compromis|lock|\bban|terminat|\bonly\b|sftp|former|\bleft\b|\bold\b|\bnot?\b|\buse\b|until|gesperrt|deleg|command|forced|^(?:dnl|rem|x|off)\b`)

// A table is what is known of one by its head: a column that may restrict a key, or
// columns of which none does.
type table struct {
	restricting string   // the name of that column; "" for none
	columns     []column // where all are known, and one holds keys; or nil
	sign        byte     // between two cells
}

// tableHead matches a row of names in two columns at least: of CSV, of Markdown, of a
// database's answer.
var tableHead = lazyre.NewNeeding("^[> \\t$'\"`]*"+`\|?[ \t]*"?(?:#|[A-Za-z][\w -]{0,30})"?(?:[ \t]*[,;|\t][ \t]*"?[A-Za-z][\w -]{0,30}"?)+[ \t]*\|?`+"[ \\t\\r'\"`]*$", ",", ";", "|", "\t")

// tableRule matches the line between the head of a table and its rows.
var tableRule = lazyre.New(`^[> \t]*[|+:-][|+: \t-]*[\r\n]*$`)

// read goes on with the table through the lines of a text, in which heads and rows without
// a key may stand. What restricts holds up to an empty line, what says that nothing does up to
// any line that is no row.
func (t *table) read(text []byte) {
	if bytes.Contains(text, []byte("\n\n")) {
		t.restricting = ""
	}
	for line := range bytes.Lines(bytes.TrimPrefix(text, []byte("\n"))) {
		line = bytes.TrimRight(line, "\r\n")
		switch head := tableHead.Match(line); {
		case head && restrictingIn(line) != "":
			*t = table{restricting: restrictingIn(line)}
		case t.restricting != "", tableRule.Match(line):
		case head:
			*t = headOf(line)
		case len(t.columns) > 0 && len(cellsOf(line, t.sign)) == len(t.columns):
		default:
			*t = table{}
		}
	}
}

// cellSigns part cells. Where a head has several, the first of these does.
const cellSigns = "|\t;,"

func isCellSign(r rune) bool { return strings.ContainsRune(cellSigns, r) }

// restrictingIn is the name of a column that may restrict a key, among names that any of
// the signs part; "" for none.
func restrictingIn(line []byte) string {
	for name := range strings.FieldsFuncSeq(string(line), isCellSign) {
		if columnOf(name) == ofTerms {
			return bareName(name)
		}
	}
	return ""
}

// headOf reads a row as a head of which no column restricts.
func headOf(line []byte) table {
	t := table{sign: cellSigns[strings.IndexFunc(cellSigns, func(r rune) bool { return bytes.ContainsRune(line, r) })]}
	for _, c := range cellsOf(line, t.sign) {
		t.columns = append(t.columns, columnOf(string(line[c.at:c.end])))
	}
	if slices.Contains(t.columns, ofUnknown) || !slices.Contains(t.columns, ofKey) {
		return table{}
	}
	return t
}

// headRow is the table whose head some names may be, with a row behind them: one of them
// is of keys, and another of what restricts them.
func headRow(front []byte) (t table, found bool) {
	t.restricting = restrictingIn(front)
	keys := slices.ContainsFunc(strings.FieldsFunc(string(front), isCellSign), func(name string) bool { return columnOf(name) == ofKey })
	return t, keys && t.restricting != ""
}

// A cell is where one stands in its row, without the signs.
type cell struct{ at, end int }

func (c cell) holds(i int) bool { return c.at <= i && i <= c.end }

// front is what stands in a cell in front of a place, but for quotes.
func (c cell) front(row []byte, i int) []byte {
	return bytes.Trim(row[c.at:max(c.at, i)], " \t\"`")
}

// text is what stands in a cell, out of quotes (RFC 4180 section 2).
func (c cell) text(row []byte) string {
	s := strings.TrimSpace(string(row[c.at:c.end]))
	if inside, ok := strings.CutPrefix(s, `"`); ok && strings.HasSuffix(inside, `"`) {
		return strings.ReplaceAll(inside[:len(inside)-1], `""`, `"`)
	}
	return s
}

// cellsOf parts a row. A sign in quotes parts nothing, and those at both ends of a row of
// Markdown stand around it.
func cellsOf(row []byte, sign byte) (list []cell) {
	at, end := 0, len(row)
	if sign == '|' {
		at = end - len(bytes.TrimPrefix(bytes.TrimLeft(row, "> \t"), []byte("|")))
		end = max(at, len(bytes.TrimSuffix(bytes.TrimRight(row, " \t\r"), []byte("|"))))
	}
	quoted := false
	for i := at; i < end; i++ {
		switch {
		case row[i] == '"' && (quoted || len(bytes.TrimSpace(row[at:i])) == 0):
			quoted = !quoted
		case row[i] == sign && !quoted:
			list = append(list, cell{at, i})
			at = i + 1
		}
	}
	return append(list, cell{at, end})
}

// A keyRow is the row of a key, in a table of which all columns are known.
type keyRow struct {
	front  int    // how much of the line stands in front of the cell where the key begins
	end    int    // where the cell ends in which it does
	owner  string // what the first column says that says whose it is,
	after  bool   // behind the key's
	behind bool   // others stand behind the key's, and say something
}

// comment is that of the key, or the owner's name where it has none.
func (r *keyRow) comment(it *item, own string) string {
	taken := own == "" && r.owner != ""
	if r.behind || r.after && !taken {
		it.notes.add(it.src, "text-dropped", "what stood in the other cells of its row was left out")
	}
	if !taken {
		return own
	}
	it.notes.add(it.src, "comment-column", "the key had no comment; it has %q of the same row now", r.owner)
	return r.owner
}

// row reads the line of a key, whose type begins at from, or its base64, which goes from start
// to to. It is false where the line has other cells than the head, or one that is not what its
// column promises, and where something stands in front of the key in its own cell but options.
func (t *table) row(line []byte, from, start, to int) (r keyRow, ok bool) {
	cells := cellsOf(line, t.sign)
	sign := bytes.HasPrefix(bytes.TrimLeft(line, " \t"), []byte(";")) // which begins a comment elsewhere
	if len(t.columns) == 0 || len(cells) != len(t.columns) || sign || bytes.Count(line, []byte(`"`))%2 == 1 {
		return keyRow{}, false
	}
	for i, c := range cells {
		of, begins, ends := t.columns[i], c.holds(from), c.holds(to)
		switch text := c.text(line); {
		case ends && of != ofKey, begins && of != ofKey && of != ofType, !begins && !ends && !of.fits(text):
			return keyRow{}, false
		case begins:
			r.front = c.at
			if front := c.front(line, from); len(front) > 0 && !isOptions(front) {
				return keyRow{}, false
			}
		case ends && len(c.front(line, start)) > 0: // the type has a cell of its own
			return keyRow{}, false
		case text == "" || ends:
		case of == ofOwner && r.owner == "":
			r.owner, r.after = text, ok
		case ok:
			r.behind = true
		}
		if ends {
			r.end, ok = c.end, true
		}
	}
	return r, ok
}
