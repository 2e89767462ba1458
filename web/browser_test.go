package web_test

import (
	"context"
	"encoding/json"
	"io/fs"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/web"
	_ "github.com/keyconv/keyconv/web/answer" // so that a change there runs the tests again
)

// A lab is a browser, and the page on a server.
type lab struct {
	browser context.Context
	server  *httptest.Server
	page    string // the built index.html
}

// startLab builds the page, serves it as keyconv web does, and starts the
// browser. All tests share it; each has a tab of its own.
func startLab(t *testing.T) *lab {
	t.Helper()
	chromium := keytest.Tool(t, "chromium")
	sources(t)
	dir := t.TempDir()
	build := exec.Command("go", "run", "./build", "-o", dir, "-embed", dir, "-module", filepath.Join(dir, "keyconv.wasm"))
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building the page: %v\n%s", err, out)
	}
	page, err := web.Open(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	l := &lab{server: httptest.NewServer(page), page: filepath.Join(dir, "index.html")}
	t.Cleanup(l.server.Close)
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium), chromedp.NoSandbox)
	alloc, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	var end context.CancelFunc
	l.browser, end = chromedp.NewContext(alloc)
	t.Cleanup(end)
	if err := chromedp.Do(l.browser); err != nil {
		t.Fatalf("starting chromium: %v", err)
	}
	return l
}

// sources reads what the page is built from: go test runs a test again when a
// file has changed that it has read itself.
func sources(t *testing.T) {
	t.Helper()
	files := 0
	for _, dir := range []string{"src", "wasm", "build"} {
		err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			files++
			_, err = os.ReadFile(name)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if files < 8 {
		t.Fatalf("%d files", files)
	}
}

// A tab is a page in the browser, and all that it said and asked for.
type tab struct {
	t   *testing.T
	ctx context.Context

	mu       sync.Mutex
	said     []string // on the console, as an error or a warning
	requests []string
}

// tab opens an empty tab.
func (l *lab) tab(t *testing.T) *tab {
	t.Helper()
	ctx, end := chromedp.NewContext(l.browser)
	t.Cleanup(end)
	ctx, stop := context.WithTimeout(ctx, 3*time.Minute)
	t.Cleanup(stop)
	b := &tab{t: t, ctx: ctx}
	if err := chromedp.Listen(ctx, b.hear); err != nil {
		t.Fatal(err)
	}
	call(b, network.Enable, network.EnableParams{})
	call(b, log.Enable, cdp.Empty{})
	return b
}

func (b *tab) hear(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		b.requests = append(b.requests, e.Request.URL)
	case *runtime.EventExceptionThrown:
		b.said = append(b.said, e.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		text, _ := json.Marshal(e.Args)
		b.said = append(b.said, string(text))
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning {
			b.said = append(b.said, e.Entry.Text)
		}
	}
}

// open opens the page and waits until it is ready.
func (l *lab) open(t *testing.T) *tab {
	t.Helper()
	b := l.tab(t)
	b.goTo(l.server.URL)
	return b
}

func (b *tab) goTo(url string) {
	b.t.Helper()
	b.run(navigate(url))
	b.until(`document.querySelector("#status .title").textContent === "Ready."`)
}

func (b *tab) run(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, actions...); err != nil {
		b.t.Fatal(err)
	}
}

// call gives a command of the DevTools protocol.
func call[P, R any](b *tab, command cdp.Command[P, R], params P) R {
	b.t.Helper()
	r, err := chromedp.Call(b.ctx, command, params)
	if err != nil {
		b.t.Fatalf("%s: %v", command.Method, err)
	}
	return r
}

// eval gives the value of an expression, or of the promise that it is.
func eval[T any](b *tab, script string) T {
	b.t.Helper()
	value, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%s: %v", script, err)
	}
	return value
}

// until waits for a condition of the page.
func (b *tab) until(condition string) {
	b.t.Helper()
	for deadline := time.Now().Add(time.Minute); !eval[bool](b, condition); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			b.quiet()
			b.t.Fatalf("never came true: %s\nthe page says %q", condition, eval[string](b, `document.body.innerText`))
		}
	}
}

// paste puts a text into the empty text area, as the keyboard's paste does,
// and waits for the answer to it.
func (b *tab) paste(text string) {
	b.t.Helper()
	b.clear()
	quoted, _ := json.Marshal(text)
	eval[bool](b, `document.getElementById("text").focus(), document.execCommand("insertText", false, `+string(quoted)+`)`)
	b.answered()
}

// clear empties the page.
func (b *tab) clear() {
	b.t.Helper()
	eval[bool](b, `clear(), true`)
	b.until(`document.querySelector("#status .title").textContent === "Ready."`)
}

func (b *tab) answered() {
	b.t.Helper()
	b.until(`!["Ready.", "Getting ready…"].includes(document.querySelector("#status .title").textContent)`)
}

// text is what an element shows, "" where it does not show.
func (b *tab) text(selector string) string {
	b.t.Helper()
	return eval[string](b, `(() => { const e = document.querySelector("`+selector+`"); return e.checkVisibility() ? e.innerText : "" })()`)
}

// verdict is the class of the answer: sound, repaired, partly, refused, private.
func (b *tab) verdict() string {
	b.t.Helper()
	return strings.TrimPrefix(eval[string](b, `document.getElementById("status").className`), "verdict ")
}

// quiet fails the test where the page complained on the console.
func (b *tab) quiet() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, s := range b.said {
		b.t.Errorf("on the console: %s", s)
	}
}

// TestPage is everything that takes a browser.
func TestPage(t *testing.T) {
	l := startLab(t)
	for _, test := range []struct {
		name string
		run  func(*testing.T, *lab)
	}{
		{"load", load}, {"saved", saved}, {"policy", policy}, {"catalogue", catalogue}, {"convert", convertKeys}, {"bad files", badFiles}, {"bad keys", badKeys},
		{"served", served}, {"restarts", restarts}, {"still", still}, {"keyboard", keyboard}, {"heard", heard}, {"shots", shots},
	} {
		if !t.Run(test.name, func(t *testing.T) { test.run(t, l) }) && test.name == "load" {
			t.Fatal("the page does not load")
		}
	}
}
