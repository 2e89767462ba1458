package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/keyconv/keyconv/internal/safetext"
)

// What comes from a file is shown so that it cannot act on a terminal: see
// safetext.Printable for messages, escaped for JSON, lines for keys.

// harmless reports whether lines of text can be shown as they are.
func harmless(text []byte) bool {
	for line := range bytes.Lines(text) {
		if line = bytes.TrimSuffix(line, []byte("\n")); safetext.Printable(string(line)) != string(line) {
			return false
		}
	}
	return true
}

// lines is standard output for lines of keys: where that is a terminal, what
// could act on it is escaped.
func (e *env) lines() io.Writer {
	if isTerminal(e.stdout) {
		return shown{e.stdout}
	}
	return e.stdout
}

// shown escapes as printable does, line by line.
type shown struct{ w io.Writer }

func (s shown) Write(p []byte) (int, error) {
	var b strings.Builder
	for line := range bytes.Lines(p) {
		text := bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
		end := line[len(text):]
		if !bytes.HasSuffix(end, []byte("\n")) {
			text, end = line, nil
		}
		b.WriteString(safetext.Printable(string(text)))
		b.Write(end)
	}
	_, err := io.WriteString(s.w, b.String())
	return len(p), err
}

// escaped is for the text of JSON documents: characters that are not printed
// become \u escapes, which mean the same.
type escaped struct{ w io.Writer }

func (e escaped) Write(p []byte) (int, error) {
	var b strings.Builder
	for _, r := range string(p) {
		switch {
		case r == '\n' || r == ' ' || r != utf8.RuneError && unicode.IsPrint(r):
			b.WriteRune(r)
		default:
			for _, unit := range utf16.Encode([]rune{r}) {
				fmt.Fprintf(&b, `\u%04x`, unit)
			}
		}
	}
	_, err := io.WriteString(e.w, b.String())
	return len(p), err
}
