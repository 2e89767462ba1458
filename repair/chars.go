package repair

import (
	"slices"
	"unicode/utf8"

	"github.com/keyconv/keyconv/internal/lazyre"
)

// terminal matches what a terminal is told and not shown: colours, cursor
// movements, titles, and bracketed paste with or without its escape character.
var terminal = lazyre.New(`\x1b\[[0-9;?<=>]*[@-~]|\x1b\][^\x07\x1b\n]*(?:\x07|\x1b\\)?|\x1b[()][0-9A-B]|\x1b[=>78]|\x1b`)

// strays are characters that look like another one, or like nothing.
var strays = map[rune]string{
	'\u00a0': " ", '\u1680': " ", '\u202f': " ", '\u205f': " ", '\u3000': " ",
	'\u2028': "\n", '\u2029': "\n", '\u0085': "\n",
	'\u00ad': "", '\u180e': "", '\u2060': "", '\ufeff': "", '\ufffc': "", '\u034f': "",
	'\u2010': "-", '\u2011': "-", '\u2012': "-", '\u2013': "-", '\u2014': "--", '\u2015': "--", '\u2212': "-", '\ufe63': "-",
	'\u201c': "\"", '\u201d': "\"", '\u201e': "\"", '\u00ab': "\"", '\u00bb': "\"",
	'\u2018': "'", '\u2019': "'", '\u201a': "'", '\u2039': "'", '\u203a': "'",
	'\u2026': "...", '\u00b4': "'",
}

// stray returns what r should have been.
func stray(r rune) (string, bool) {
	if s, ok := strays[r]; ok {
		return s, true
	}
	switch {
	case '\u2000' <= r && r <= '\u200a':
		return " ", true
	case '\u200b' <= r && r <= '\u200f', '\u202a' <= r && r <= '\u202e', '\u2061' <= r && r <= '\u206f', '\ufe00' <= r && r <= '\ufe0f':
		return "", true
	case '\uff01' <= r && r <= '\uff5e':
		return string(r - 0xfee0), true
	}
	return "", false
}

// characters takes out terminal codes and control characters and puts ASCII in
// the place of its look-alikes. Letters of other alphabets stay: they may be a
// comment.
func characters(t *text, notes *notes) *text {
	return strayRunes(brackets(controls(t, notes), notes), notes)
}

// brackets takes off what is left of a bracketed paste whose escape character
// was lost: 0~ or 200~ in front and 1~ or 201~ behind.
func brackets(t *text, notes *notes) *text {
	open, end := opened.FindIndex(t.b), pasted.FindIndex(t.b)
	if open == nil || end == nil || open[1] > end[0] {
		return t
	}
	notes.add(t.src(0), "terminal-codes", "codes for a terminal (colour, bracketed paste) stood in the text")
	out := t.part(open[1], end[0])
	out.copy(t, end[1], len(t.b))
	return out
}

var (
	opened = lazyre.NewNeeding(`^\s*\[?(?:200|0)~`, "0~")
	pasted = lazyre.NewNeeding(`\[?(?:201|1)~\s*$`, "1~")
)

func controls(t *text, notes *notes) *text {
	if !slices.ContainsFunc(t.b, isControl) {
		return t
	}
	out, from := &text{}, 0
	for _, m := range terminal.FindAllIndex(t.b, -1) {
		notes.add(t.src(m[0]), "terminal-codes", "codes for a terminal (colour, bracketed paste) stood in the text")
		out.copy(t, from, m[0])
		from = m[1]
	}
	out.copy(t, from, len(t.b))
	return dropControls(out, notes)
}

func isControl(c byte) bool { return c < ' ' && c != '\n' && c != '\t' || c == 0x7f }

// dropControls turns a CR into a line end and drops the other controls.
func dropControls(t *text, notes *notes) *text {
	out := &text{}
	for i := 0; i < len(t.b); i++ {
		c := t.b[i]
		switch {
		case !isControl(c):
			out.copy(t, i, i+1)
		case c == '\r':
			if i+1 < len(t.b) && t.b[i+1] == '\n' {
				continue
			}
			if i+1 < len(t.b) {
				notes.add(t.src(i), "lone-cr", "a carriage return without a line feed")
			}
			out.add('\n', t.src(i))
		default:
			notes.add(t.src(i), "control-characters", "%q stood in the text", c)
		}
	}
	return out
}

func strayRunes(t *text, notes *notes) *text {
	if !slices.ContainsFunc(t.b, func(c byte) bool { return c >= utf8.RuneSelf }) {
		return t
	}
	out := &text{}
	for i := 0; i < len(t.b); {
		r, n := utf8.DecodeRune(t.b[i:])
		if s, ok := stray(r); ok && n > 1 {
			notes.add(t.src(i), "look-alikes", "the character %U stands where ASCII belongs", r)
			out.addAll(s, t.src(i))
		} else {
			out.copy(t, i, i+n)
		}
		i += n
	}
	return out
}
