package repair

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
)

// charset undoes UTF-16 and takes out byte order marks. UTF-16 is looked for
// line by line, because PowerShell's >> appends it to a file that was UTF-8.
func charset(t *text, notes *notes) *text {
	if bytes.IndexByte(t.b, 0) < 0 {
		return dropMarks(t, notes)
	}
	out := &text{}
	for i := 0; i < len(t.b); {
		n, big := wide(t.b[i:])
		if n == 0 {
			out.copy(t, i, i+1)
			i++
			continue
		}
		notes.add(t.src(i), "utf-16", "the text was UTF-16, as PowerShell's > and >> and Notepad's \"Unicode\" write it")
		decode16(out, t, i, i+n, big)
		i += n
	}
	return dropMarks(out, notes)
}

// wide returns how many bytes of UTF-16 b begins with, and whether it is big
// endian: at least two units, one byte of each NUL, until that breaks off.
// Characters above U+00FF may stand between such units.
func wide(b []byte) (n int, big bool) {
	for _, big = range []bool{false, true} {
		start := 0
		if bytes.HasPrefix(b, []byte("\xff\xfe")) && !big || bytes.HasPrefix(b, []byte("\xfe\xff")) && big {
			start = 2
		}
		if n = start + wideRun(b[start:], big); n > start+2 {
			return n, big
		}
	}
	return 0, false
}

// wideRun is the length of the run of units. An unpaired NUL ends it, or four
// units in a row without any.
func wideRun(b []byte, big bool) int {
	end, foreign := 0, 0
	for i := 0; i+1 < len(b); i += 2 {
		lo, hi := b[i], b[i+1]
		if big {
			lo, hi = hi, lo
		}
		switch {
		case hi == 0 && lo != 0:
			end, foreign = i+2, 0
		case hi == 0 || i == 0 || foreign == 4 || bytes.IndexByte(b[i:i+2], '\n') >= 0:
			return end
		default:
			foreign++
		}
	}
	return end
}

func decode16(out, t *text, i, j int, big bool) {
	unit := func(i int) rune {
		if big {
			return rune(t.b[i])<<8 | rune(t.b[i+1])
		}
		return rune(t.b[i+1])<<8 | rune(t.b[i])
	}
	for ; i+1 < j; i += 2 {
		r, src := unit(i), t.src(i)
		if utf16.IsSurrogate(r) && i+3 < j {
			r = utf16.DecodeRune(r, unit(i+2))
			i += 2
		}
		if r < utf8.RuneSelf {
			out.add(byte(r), src)
			continue
		}
		out.addAll(string(r), src)
	}
}

// dropMarks takes out byte order marks, at the start of the text or of a line
// (files that were put together), and half of one.
func dropMarks(t *text, notes *notes) *text {
	if bytes.IndexByte(t.b, 0xef) < 0 && bytes.IndexByte(t.b, 0xfe) < 0 {
		return t
	}
	out := &text{}
	from := 0
	for i := 0; i < len(t.b); i++ {
		n := markAt(t.b, i)
		if n == 0 {
			continue
		}
		notes.add(t.src(i), "byte-order-mark", "a byte order mark stood here; sshd takes it for a part of the line")
		out.copy(t, from, i)
		from = i + n
		i += n - 1
	}
	out.copy(t, from, len(t.b))
	return out
}

func markAt(b []byte, i int) int {
	for _, mark := range []string{"\ufeff", "\xff\xfe", "\xfe\xff"} {
		if bytes.HasPrefix(b[i:], []byte(mark)) {
			return len(mark)
		}
	}
	return 0
}
