package web_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/rogpeppe/go-internal/txtar"
)

// commonest are the nine damages that come most often, in their order; what
// sshd takes of them is in testdata/pasted. A file is dropped, a text is
// pasted: UTF-16 and a byte order mark do not come through the clipboard.
var commonest = []struct {
	damage string
	file   bool
}{
	{"wrap-lf", false}, {"wrap-crlf", true}, // 1: broken over lines
	{"rfc4716", false}, {"rfc4716-joined", false}, // 2: PuTTYgen's file
	{"rfc4716-typed", false},                      // 3: the same, half repaired by hand
	{"two-on-a-line", false},                      // 4
	{"utf-16le-bom", true}, {"utf-16-tail", true}, // 5: PowerShell
	{"bom", true},                                      // 6
	{"type-missing", false},                            // 7
	{"type-swallowed", false},                          // 8: sh-rsa
	{"start-lost", false}, {"start-lost-typed", false}, // 9: AAAB3Nza…
}

// catalogue: the commonest damages come out as they must, and ssh-keygen finds
// in the line the fingerprint that the page shows.
func catalogue(t *testing.T, l *lab) {
	b := l.open(t)
	for _, c := range commonest {
		archive, err := txtar.ParseFile("../testdata/pasted/" + c.damage + ".txtar")
		if err != nil {
			t.Fatal(err)
		}
		files := map[string]string{}
		for _, f := range archive.Files {
			files[f.Name] = string(f.Data)
		}
		for _, kind := range []string{"rsa", "ed25519"} {
			text := files[kind+".in"]
			if quoted, ok := files[kind+".in.quoted"]; ok {
				text, err = strconv.Unquote(strings.TrimSpace(quoted))
			}
			if err != nil || text == "" {
				t.Fatalf("%s/%s: no text, %v", c.damage, kind, err)
			}
			if c.file {
				b.drop(keytest.File(t, "key.pub", []byte(text)))
			} else {
				b.paste(text)
			}
			b.mended(c.damage+"/"+kind, strings.TrimSpace(files[kind+".out"]))
		}
	}
	b.expected()
	b.quiet()
}

// expected: a character is missing, nobody can say which, and the fingerprint
// can.
func (b *tab) expected() {
	b.t.Helper()
	whole := strings.TrimSuffix(soundLine, " fred@office")
	b.paste(strings.Replace(whole, "Q9Htti", "Q9tti", 1))
	if b.verdict() != "refused" {
		b.t.Errorf("a key that lacks a character: %s", b.verdict())
	}
	sum := strings.Fields(string(keytest.Run(b.t, []byte(soundLine+"\n"), "ssh-keygen", "-lf", "-")))[1]
	eval[bool](b, `$("expect").focus(), document.execCommand("insertText", false, "`+sum+`")`)
	b.until(`$("lines").textContent !== "" && $("status").className.includes("repaired")`)
	if line := b.text("#lines"); line != whole {
		b.t.Errorf("with the fingerprint %q, want %q", line, whole)
	}
}

func (b *tab) mended(name, want string) {
	b.t.Helper()
	lines := b.text("#lines")
	if lines != want || b.verdict() != "repaired" {
		b.t.Errorf("%s: %s, %q, want %q", name, b.verdict(), lines, want)
		return
	}
	if !strings.HasPrefix(b.text("#findings li .kind"), "Repaired:") || eval[int](b, `document.querySelectorAll("#pieces mark").length`) == 0 {
		b.t.Errorf("%s: it does not say what was wrong: %q", name, b.text("#findings"))
	}
	judged := string(keytest.Run(b.t, []byte(lines+"\n"), "ssh-keygen", "-lf", "-"))
	for line := range strings.Lines(judged) {
		if sum := strings.Fields(line)[1]; !strings.Contains(b.text("#keys"), sum) {
			b.t.Errorf("%s: ssh-keygen says %s, the page %q", name, sum, b.text("#keys"))
		}
	}
}

// drop drops files on the page, as from the desktop.
func (b *tab) drop(files ...string) {
	b.t.Helper()
	b.clear()
	b.dropOnly(files...)
	b.answered()
}

func (b *tab) dropOnly(files ...string) {
	b.t.Helper()
	for i, f := range files {
		var err error
		if files[i], err = filepath.Abs(f); err != nil {
			b.t.Fatal(err)
		}
		if _, err := os.Stat(files[i]); err != nil {
			b.t.Fatal(err)
		}
	}
	data := &input.DragData{Items: []*input.DragDataItem{}, Files: files, DragOperationsMask: 1}
	for _, kind := range []input.DispatchDragEventType{input.DispatchDragEventTypeDragEnter, input.DispatchDragEventTypeDragOver, input.DispatchDragEventTypeDrop} {
		call(b, input.DispatchDragEvent, input.DispatchDragEventParams{Type: kind, X: 200, Y: 300, Data: data})
	}
}
