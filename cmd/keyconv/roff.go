package main

import (
	"fmt"
	"strings"
)

// A roff is a page in the language of man(7).
type roff struct{ strings.Builder }

// escape keeps text from being read as requests: a dash stays a dash that can
// be copied into a shell, and no line begins with a control character.
func escape(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`, "'", `\(aq`, "`", `\(ga`, "^", `\(ha`, "~", `\(ti`).Replace(text)
	var b strings.Builder
	for _, r := range text {
		if r < 0x80 {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, `\[u%04X]`, r)
		}
	}
	text = strings.ReplaceAll(b.String(), "\n.", "\n\\&.")
	if strings.HasPrefix(text, ".") {
		text = `\&` + text
	}
	return text
}

func bold(text string) string { return `\fB` + escape(text) + `\fR` }

func italic(text string) string { return `\fI` + escape(text) + `\fR` }

// line writes a line that is roff already.
func (r *roff) line(text string) { r.WriteString(text + "\n") }

func (r *roff) section(name string) { r.line(".SH " + name) }

// item is a term and, indented under it, what is said about it.
func (r *roff) item(term, about string) {
	r.line(".TP")
	r.line(term)
	r.line(strings.TrimSpace(escape(about)))
}

// prose writes paragraphs; what is indented keeps its lines.
func (r *roff) prose(text string) {
	for i, p := range strings.Split(strings.Trim(text, "\n"), "\n\n") {
		if i > 0 {
			r.line(".PP")
		}
		if !strings.HasPrefix(p, " ") {
			r.line(escape(p))
			continue
		}
		r.line(".nf")
		r.line(escape(p))
		r.line(".fi")
	}
}
