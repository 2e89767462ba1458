package answer

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// A Piece is a stretch of the text, with the numbers of the findings whose
// place it is. Characters that cannot be seen are made visible.
type Piece struct {
	Text  string `json:"text"`
	Marks []int  `json:"marks,omitempty"`
}

// Lengths in characters. A finding has a place and no extent; the page marks
// the word that begins there.
const (
	maxMark = 24
	maxGap  = 900 // of text between two marks; longer text is shortened
)

// A char is a character of the text, and where it stood.
type char struct {
	r      rune
	offset int
}

// pieces cuts the text at the places of the findings.
func pieces(data []byte, findings []Finding) []Piece {
	places := map[int][]int{}
	for i, f := range findings {
		for _, o := range placesOf(data, f) {
			places[o] = append(places[o], i+1)
		}
	}
	if len(places) == 0 {
		return []Piece{}
	}
	offsets := make([]int, 0, len(places))
	for o := range places {
		offsets = append(offsets, o)
	}
	slices.Sort(offsets)
	text, out, at := charsOf(data), []Piece{}, 0
	for i, o := range offsets {
		start, _ := slices.BinarySearchFunc(text, o, func(c char, o int) int { return c.offset - o })
		next := len(text)
		if i+1 < len(offsets) {
			next, _ = slices.BinarySearchFunc(text, offsets[i+1], func(c char, o int) int { return c.offset - o })
		}
		out = append(out, gap(text[at:start])...)
		at = markEnd(text, start, next)
		mark, behind := strings.CutSuffix(markText(text[start:at]), "\n")
		out = append(out, Piece{mark, places[o]})
		if behind { // so that the number stands before the line end
			out = append(out, Piece{Text: "\n"})
		}
	}
	return append(out, gap(text[at:])...)
}

// placesOf is where a finding is marked: where it is, or for a key that was
// broken over lines, at the breaks.
func placesOf(data []byte, f Finding) (list []int) {
	if f.offset < 0 {
		return nil
	}
	if f.Code == "wrapped" {
		list = breaks(data, f.offset)
	}
	if len(list) == 0 {
		list = []int{f.offset}
	}
	return list
}

// breaks are the line ends from a place on behind which base64 goes on.
func breaks(data []byte, from int) (list []int) {
	for at := from; len(list) < 200; {
		i := bytes.IndexByte(data[at:], '\n')
		if i < 0 || !base64Next(data[at+i+1:]) {
			return list
		}
		list = append(list, at+i)
		at += i + 1
	}
	return list
}

// base64Next reports whether a line begins with base64, and not with a word.
func base64Next(line []byte) bool {
	if i := bytes.IndexByte(line, '\n'); i >= 0 {
		line = line[:i]
	}
	fields := bytes.Fields(line)
	if len(fields) == 0 {
		return false
	}
	return !bytes.ContainsFunc(fields[0], func(r rune) bool {
		return r > 'z' || r != '+' && r != '/' && r != '=' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
}

// charsOf takes a text apart: UTF-16 where it is that, else UTF-8, in which a
// byte that is none stands for itself.
func charsOf(data []byte) (list []char) {
	if order := utf16Order(data); order >= 0 {
		for i := 0; i+1 < len(data); i += 2 {
			u := uint16(data[i+order])<<8 | uint16(data[i+1-order])
			if u != 0xfeff && !utf16.IsSurrogate(rune(u)) {
				list = append(list, char{rune(u), i})
			}
		}
		return list
	}
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 {
			r = unicode.MaxRune + 1 + rune(data[i])
		}
		list = append(list, char{r, i})
		i += size
	}
	return list
}

// utf16Order is where the high byte of a pair stands, or -1 for no UTF-16.
func utf16Order(data []byte) int {
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		return 1
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		return 0
	case len(data) < 8 || len(data)%2 != 0:
		return -1
	case data[0] == 0 && data[2] == 0 && data[4] == 0 && data[1] != 0:
		return 0
	case data[1] == 0 && data[3] == 0 && data[5] == 0 && data[0] != 0:
		return 1
	}
	return -1
}

// markEnd is the end of the word or of the white space that begins at start,
// before next.
func markEnd(text []char, start, next int) int {
	limit := min(next, start+maxMark)
	i := start
	for i < limit && unicode.IsSpace(text[i].r) == unicode.IsSpace(text[start].r) {
		i++
	}
	return i
}

// markText shows what is marked, also where there is nothing but its end.
func markText(chars []char) string {
	if len(chars) == 0 {
		return "⟨end⟩"
	}
	var out []byte
	for _, c := range chars {
		if c.r == '\n' {
			out = append(out, "↵"...)
		}
		out = append(out, show(c.r)...)
	}
	return string(out)
}

// gap is text between marks; a long one loses its middle.
func gap(chars []char) []Piece {
	if len(chars) == 0 {
		return nil
	}
	if len(chars) <= maxGap {
		return []Piece{{Text: showAll(chars)}}
	}
	left := len(chars) - maxGap
	return []Piece{{Text: fmt.Sprintf("%s\n⟨… %d characters …⟩\n%s", showAll(chars[:maxGap/2]), left, showAll(chars[len(chars)-maxGap/2:]))}}
}

func showAll(chars []char) string {
	var out []byte
	for _, c := range chars {
		out = append(out, show(c.r)...)
	}
	return string(out)
}

// show is a character as the page shows it.
func show(r rune) string {
	switch {
	case r == '\n' || r == '\t' || r == ' ':
		return string(r)
	case r > unicode.MaxRune:
		return fmt.Sprintf(`⟨%02x⟩`, r-unicode.MaxRune-1)
	case r < ' ':
		return string('\u2400' + r) // the control pictures: ␀ ␛ ␍
	case !unicode.IsPrint(r):
		return fmt.Sprintf("⟨U+%04X⟩", r)
	}
	return string(r)
}

// visible is a foreign text in which nothing acts or hides.
func visible(s string) string { return showAll(charsOf([]byte(s))) }

func blank(data []byte) bool { return len(bytes.TrimSpace(data)) == 0 }
