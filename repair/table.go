package repair

import (
	"bytes"
	"slices"
	"strings"
	"sync"

	"github.com/keyconv/keyconv/internal/lazyre"
)

// The first row of a table names its columns. Where one of them restricts a key, or says
// whether it is let in, the cells below do so without a name of their own. Where all are
// known and none does, such as name, e-mail and key, what stands beside a key is no option
// of it.

// A column is what the cells below a name hold.
type column uint8

const (
	ofUnknown column = iota
	ofNothing        // nothing that bears on what a key may do
	ofOwner          // whose the key is
	ofType           // its type
	ofKey            // the key
	ofTerms          // what it may do, or whether it is let in
)

// columns are the names of columns, beside those of options, with - for all signs and blanks.
var columns = sync.OnceValue(func() map[string]column {
	all := map[string]column{}
	for c, names := range map[column]string{
		ofNothing: "# id user-id key-id nr no number first-name last-name surname team department company contact phone date " +
			"added added-at added-on added-by created created-at created-on created-by updated updated-at " +
			"bits size length fingerprint device machine computer laptop workstation",
		ofOwner: "name full-name user username user-name login owner person member employee developer " +
			"e-mail email mail email-address title label comment key-name key-comment",
		ofType:  "type key-type keytype algorithm",
		ofKey:   "key public-key publickey pubkey pub-key ssh-key sshkey ssh-public-key public-ssh-key ssh-pubkey authorized-key",
		ofTerms: "from enabled active valid revoked disabled removed deleted expired expires expires-at expiry valid-until restricted",
	} {
		for _, name := range strings.Fields(names) {
			all[name] = c
		}
	}
	for name := range fieldNames() {
		all[name] = ofTerms
	}
	return all
})

// columnOf is what the column of a head's cell holds.
func columnOf(name string) column { return columns()[columnName.Replace(strings.ToLower(name))] }

// columnName writes all signs in a name as one.
var columnName = strings.NewReplacer("_", "-", " ", "-")

// A table is what is known of one by its head.
type table struct {
	restricting string   // the name of the column that may restrict a key; "" for none
	columns     []column // where all are known, none restricts, and one holds keys; or nil
	sign        byte     // between two cells
}

// tableHead matches a row of names in two columns at least: of CSV, of Markdown, of a
// database's answer.
var tableHead = lazyre.NewNeeding("^[> \\t$'\"`]*"+`\|?[ \t]*"?(?:#|[A-Za-z][\w -]{0,30})"?(?:[ \t]*[,;|\t][ \t]*"?[A-Za-z][\w -]{0,30}"?)+[ \t]*\|?`+"[ \\t\\r'\"`]*$", ",", ";", "|", "\t")

// tableIn is the table whose head stands in a text; false where none does.
func tableIn(text []byte) (t table, found bool) {
	for line := range bytes.Lines(text) {
		line = bytes.TrimRight(line, "\r\n")
		if !tableHead.Match(line) {
			continue
		}
		switch head := headOf(line); {
		case head.restricting != "":
			return head, true
		case head.columns != nil:
			t, found = head, true
		}
	}
	return t, found
}

// headOf reads a row as a head.
func headOf(line []byte) table {
	t := table{sign: signOf(line)}
	for _, c := range cellsOf(line, t.sign) {
		name := c.text(line)
		what := columnOf(name)
		if what == ofTerms {
			return table{restricting: name}
		}
		t.columns = append(t.columns, what)
	}
	if slices.Contains(t.columns, ofUnknown) || !slices.Contains(t.columns, ofKey) {
		return table{}
	}
	return t
}

// headRow is the table whose head some cells may be, with a row behind them: one of them
// names keys, and another what restricts them.
func headRow(front []byte) (t table, found bool) {
	if !bytes.ContainsAny(front, cellSigns) {
		return table{}, false
	}
	keys := false
	for _, c := range cellsOf(front, signOf(front)) {
		name := c.text(front)
		switch columnOf(name) {
		case ofTerms:
			t.restricting = name
		case ofKey:
			keys = true
		}
	}
	return t, keys && t.restricting != ""
}

// cellSigns part cells. Where a row has several, the first of these does.
const cellSigns = "|\t;,"

// signOf is the one of a row that has one.
func signOf(row []byte) byte {
	for i := range cellSigns {
		if bytes.IndexByte(row, cellSigns[i]) >= 0 {
			return cellSigns[i]
		}
	}
	panic("repair: no row")
}

// A cell is where one stands in its row, without the signs.
type cell struct{ at, end int }

// text is what stands in it, without quotes.
func (c cell) text(row []byte) string { return strings.Trim(string(row[c.at:c.end]), "> \t\"'`*$|") }

// cellsOf parts a row. A sign in quotes parts nothing (RFC 4180 section 2), and those at
// both ends of a row of Markdown stand around it.
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

// A tableRow is that of a key, in a table of which all columns are known.
type tableRow struct {
	front int    // how much of the line stands in front of the cell where the key begins
	end   int    // where the cell ends in which it does
	owner string // what the first column says that says whose it is
}

// row reads the line of a key, whose type or base64 begins at from and which ends at to. It
// is false where the line has other cells than the head, or one that looks like an option.
func (t *table) row(line []byte, from, to int) (r tableRow, ok bool) {
	cells := cellsOf(line, t.sign)
	if len(t.columns) == 0 || len(cells) != len(t.columns) {
		return tableRow{}, false
	}
	for i, c := range cells {
		of, begins, ends := t.columns[i], c.holds(from), c.holds(to)
		switch text := c.text(line); {
		case ends && of != ofKey, begins && of != ofKey && of != ofType, !begins && !ends && !isPlain(text):
			return tableRow{}, false
		case of == ofOwner && r.owner == "":
			r.owner = text
		}
		if begins {
			r.front = c.at
		}
		if ends {
			r.end, ok = c.end, true
		}
	}
	return r, ok
}

func (c cell) holds(i int) bool { return c.at <= i && i <= c.end }

// isPlain reports whether a cell is no option, whole or damaged, no mark, and does not begin
// with a sign that takes its line back.
func isPlain(cell string) bool {
	b := []byte(cell)
	return !isOptions(b) && !optionWord(b) && !gluesOption(b) && !isTorn(b) && !saysNo.Match(b) &&
		!foreignComment.Match(b) && (cell == "" || cell[0] != '#' && cell[0] != '-')
}
