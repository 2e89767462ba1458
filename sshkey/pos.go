package sshkey

import "fmt"

// Pos is a place in the input. Offset counts bytes from 0, Line and Column
// count from 1, Column in bytes. The zero Pos is "no place known".
type Pos struct{ Offset, Line, Column int }

// PosAt computes the line and column of offset in data. An offset outside data
// is taken for the nearest end. Lines end with LF, CR LF or a lone CR.
func PosAt(data []byte, offset int) Pos {
	offset = max(0, min(offset, len(data)))
	line, start := 1, 0
	for i, c := range data[:offset] {
		if c == '\n' || c == '\r' && (i+1 == len(data) || data[i+1] != '\n') {
			line, start = line+1, i+1
		}
	}
	return Pos{offset, line, offset - start + 1}
}

// Advance is PosAt for an offset behind p's, counted on from there: the places
// of many keys in one file cost one pass over it.
func (p Pos) Advance(data []byte, offset int) Pos {
	if p.Line == 0 {
		return PosAt(data, offset)
	}
	q := PosAt(data[p.Offset:], offset-p.Offset)
	if q.Line == 1 {
		q.Column += p.Column - 1
	}
	return Pos{p.Offset + q.Offset, p.Line + q.Line - 1, q.Column}
}

// IsValid reports whether the place is known.
func (p Pos) IsValid() bool { return p.Line > 0 }

// String is "LINE:COLUMN", or "-" for no place.
func (p Pos) String() string {
	if !p.IsValid() {
		return "-"
	}
	return fmt.Sprintf("%d:%d", p.Line, p.Column)
}
