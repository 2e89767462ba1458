package main

import (
	"bytes"
	"fmt"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/testdata"
	"github.com/rogpeppe/go-internal/txtar"
)

// TestGallery: the pictures in docs/gallery show what the program prints.
// UPDATE=1 makes them anew, from testdata/gallery/*.txtar: a title, the
// commands, and the files that they find. A file that is one line beginning
// with KEYS/ is a copy of that test key.
func TestGallery(t *testing.T) {
	scenes, err := filepath.Glob("testdata/gallery/*.txtar")
	if err != nil || len(scenes) < 3 {
		t.Fatalf("%d scenes, %v", len(scenes), err)
	}
	for _, scene := range scenes {
		archive, err := txtar.ParseFile(scene)
		if err != nil {
			t.Fatal(err)
		}
		title, commands, _ := strings.Cut(strings.TrimSpace(string(archive.Comment)), "\n")
		picture := draw(title, play(t, commands, archive.Files))
		file := filepath.Join("../../docs/gallery", strings.TrimSuffix(filepath.Base(scene), ".txtar")+".svg")
		if was, err := os.ReadFile(file); err == nil && string(was) == picture {
			continue
		}
		if os.Getenv("UPDATE") == "" {
			t.Errorf("%s is not what the program prints any more: make gallery, and look at it", file)
		} else if err := os.WriteFile(file, []byte(picture), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// play runs the commands and gives the lines of the terminal.
func play(t *testing.T, commands string, files []txtar.File) (lines []string) {
	t.Helper()
	dir := t.TempDir()
	for _, f := range files {
		data := f.Data
		if name, ok := strings.CutPrefix(strings.TrimSpace(string(data)), "KEYS/"); ok {
			var err error
			if data, err = testdata.Keys.ReadFile("keys/" + name); err != nil {
				t.Fatal(err)
			}
		}
		name := filepath.Join(dir, f.Name)
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for line := range strings.Lines(commands) {
		line = strings.TrimSuffix(line, "\n")
		command := exec.CommandContext(t.Context(), "bash", "-c", strings.TrimPrefix(line, "$ "))
		command.Dir, command.Env = dir, append(os.Environ(), "HOME="+dir)
		out, _ := command.CombinedOutput() // what is found is part of the picture
		lines = append(lines, line)
		for text := range strings.Lines(strings.ReplaceAll(string(out), dir, "/home/fred")) {
			lines = append(lines, wrapped(strings.TrimSuffix(text, "\n"))...)
		}
	}
	return lines
}

const columns = 128 // 59/7 pixels each, in the usual fonts at 14 pixels

// wrapped breaks a line as a terminal does.
func wrapped(text string) (lines []string) {
	runes := []rune(text)
	for len(runes) > columns {
		lines, runes = append(lines, string(runes[:columns])), runes[columns:]
	}
	return append(lines, string(runes))
}

const (
	lineHeight, margin = 20, 18
	style              = `text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#1f2328;white-space:pre}` +
		`.c{font-weight:bold}.p{fill:#116329}.b{fill:#f6f8fa;stroke:#d1d9e0}` +
		`@media(prefers-color-scheme:dark){text{fill:#e6edf3}.p{fill:#7ee787}.b{fill:#0d1117;stroke:#3d444d}}`
)

// draw is a picture of a terminal, in text, for light and for dark pages.
func draw(title string, lines []string) string {
	width, height := columns*59/7+2*margin, len(lines)*lineHeight+2*margin
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-labelledby="t" xml:space="preserve">`+"\n", width, height, width, height)
	fmt.Fprintf(&b, "<title id=\"t\">%s</title>\n<style>%s</style>\n", html.EscapeString(title), style)
	fmt.Fprintf(&b, `<rect class="b" x=".5" y=".5" width="%d" height="%d" rx="8"/>`+"\n", width-1, height-1)
	for i, line := range lines {
		y := margin + i*lineHeight + 14
		text := html.EscapeString(line)
		if command, ok := strings.CutPrefix(text, "$ "); ok {
			text = `<tspan class="p">$</tspan> <tspan class="c">` + command + `</tspan>`
		}
		if text != "" {
			fmt.Fprintf(&b, "<text x=\"%d\" y=\"%d\">%s</text>\n", margin, y, text)
		}
	}
	b.WriteString("</svg>\n")
	return b.String()
}
