package transit

import (
	"bytes"
	"strings"

	"github.com/keyconv/keyconv/internal/lazyre"
)

var (
	firstLine = lazyre.New(`-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----|---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----|` + ppkMagic)
	lastLine  = lazyre.New(`-----END [A-Z0-9 ]*PRIVATE KEY-----|---- END SSH2 ENCRYPTED PRIVATE KEY ----|Private-(?:MAC|Hash): [0-9a-f]+`)
)

// frame takes off what stands in front of the first line of a key, where it stands in
// front of every other one too, and what stands behind it: the time of a log, numbers of
// lines, the signs of a diff, quotes and operators of a program's text, a shell's echo.
// Of the lines around the key it comes off where it is there.
func (m *mender) frame() {
	first := firstLine.FindIndex(m.text)
	if first == nil {
		return
	}
	last := lastLine.FindIndex(m.text[first[1]:])
	if last == nil {
		return
	}
	start := bytes.LastIndexByte(m.text[:first[0]], '\n') + 1
	f := framed{lines: bytes.Split(m.text, []byte("\n")), from: bytes.Count(m.text[:start], []byte("\n"))}
	f.to = f.from + bytes.Count(m.text[start:first[1]+last[1]], []byte("\n")) + 1
	if f.to-f.from < 3 {
		return
	}
	front, behind := f.front(first[0]-start), false
	if !bytes.HasSuffix(m.text[:first[1]], []byte(ppkMagic)) { // the type stands behind it
		behind = f.behind()
	}
	if front || behind {
		m.repaired(m.at(start), "wrapped-in-marks", "the same signs stood around every line")
		m.text = bytes.Join(f.lines, []byte("\n"))
	}
}

// framed is a text with a key in some of its lines.
type framed struct {
	lines    [][]byte
	from, to int // those of the key
}

// each takes something off the lines, where cut can do that for all from one of the key's
// on to its last.
func (f *framed) each(first int, cut func(line []byte) (rest []byte, ok bool)) bool {
	rest := make([][]byte, len(f.lines))
	for i, line := range f.lines {
		short, ok := cut(line)
		switch {
		case ok:
			line = short
		case i >= first && i < f.to && len(bytes.TrimSpace(line)) > 0:
			return false
		}
		rest[i] = line
	}
	f.lines = rest
	return true
}

const quotes = "\"'`"

// front takes off the first bytes of the key's first line; numbers in it may change. That
// line may have a quote more, which opens the text, or an assignment, where the others
// have a quote.
func (f *framed) front(n int) bool {
	prefix := f.lines[f.from][:n]
	if strings.Trim(string(prefix), "> \t") == "" {
		return false // every reader here knows these
	}
	if f.each(f.from, prefixed(prefix, bytes.TrimRight(prefix, quotes))) {
		return true
	}
	second := f.lines[f.from+1]
	quote := second[:len(second)-len(bytes.TrimLeft(second, quotes+" \t"))]
	if len(bytes.TrimSpace(quote)) == 0 || !f.each(f.from+1, prefixed(quote, quote)) {
		return false
	}
	f.lines[f.from] = f.lines[f.from][n:]
	return true
}

// prefixed cuts one of two prefixes off a line.
func prefixed(long, short []byte) func([]byte) ([]byte, bool) {
	return func(line []byte) ([]byte, bool) {
		for _, p := range [][]byte{long, short} {
			if len(p) > 0 && len(line) >= len(p) && masked(line[:len(p)]) == masked(p) {
				return line[len(p):], true
			}
		}
		return line, false
	}
}

// masked is text in which numbers and the spaces that align them are alike.
func masked(text []byte) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || '0' <= r && r <= '9' {
			return '0'
		}
		return r
	}, string(text))
}

// behind takes off what stands behind the key's first line; its last one ends where it
// should.
func (f *framed) behind() bool {
	line := f.lines[f.from]
	suffix := bytes.TrimSpace(line[firstLine.FindIndex(line)[1]:])
	if strings.Trim(string(suffix), quotes+",") == "" {
		return false
	}
	return f.each(f.from, func(line []byte) ([]byte, bool) {
		text := bytes.TrimRight(line, " \t\r")
		return bytes.TrimSuffix(text, suffix), bytes.HasSuffix(text, suffix) || lastLine.Match(line)
	})
}
