package repair

import (
	"bytes"
	"strings"

	"github.com/keyconv/keyconv/internal/lazyre"
)

// The first row of a table names its columns. Where one of them restricts a key, or says
// whether it is let in, the cells below do so without a name of their own.

// restrictingNames are such names, with - for all signs and blanks, beside those of options.
var restrictingNames = map[string]bool{"from": true, "enabled": true, "active": true, "valid": true, "revoked": true, "disabled": true,
	"removed": true, "deleted": true, "expired": true, "expires": true, "expires-at": true, "expiry": true, "valid-until": true, "restricted": true}

// tableHead matches a row of names in two columns at least: of CSV, of Markdown, of a
// database's answer.
var tableHead = lazyre.NewNeeding(`^[> \t]*\|?[ \t]*"?[A-Za-z][\w -]{0,30}"?(?:[ \t]*[,;|\t][ \t]*"?[A-Za-z][\w -]{0,30}"?)+[ \t]*\|?[ \t\r]*$`, ",", ";", "|", "\t")

// columnName writes all signs in a name as one.
var columnName = strings.NewReplacer("_", "-", " ", "-")

// restrictingColumn is the name of such a column in a row of a text; "" for none.
func restrictingColumn(text []byte) string {
	for line := range bytes.Lines(text) {
		line = bytes.TrimRight(line, "\n")
		if !tableHead.Match(line) {
			continue
		}
		for cell := range strings.FieldsFuncSeq(string(line), func(r rune) bool { return strings.ContainsRune(",;|\t", r) }) {
			cell = strings.Trim(cell, "> \t\r\"")
			if name := columnName.Replace(strings.ToLower(cell)); restrictingNames[name] || fieldNames()[name] {
				return cell
			}
		}
	}
	return ""
}
