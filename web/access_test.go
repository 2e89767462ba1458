package web_test

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/keyconv/keyconv/testdata"
)

// named: every field and button has a name, as a screen reader reads it.
func (b *tab) named(state string) {
	b.t.Helper()
	tree := call(b, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
	fields := 0
	for _, n := range tree.Nodes {
		if n.Ignored || n.Role == nil {
			continue
		}
		switch role := strings.Trim(string(n.Role.Value), `"`); role {
		case "textbox", "combobox", "button", "checkbox", "link", "DisclosureTriangle", "listbox", "searchbox":
			fields++
			if n.Name == nil || strings.Trim(string(n.Name.Value), `" `) == "" {
				b.t.Errorf("%s: a %s has no name", state, role)
			}
		}
	}
	if fields < 6 {
		b.t.Errorf("%s: only %d fields and buttons", state, fields)
	}
}

// contrast finds text that is too pale for WCAG 2.1 AA (4.5:1, 3:1 for large
// text), and borders of fields below 3:1.
const contrast = `(() => {
	const parse = (c) => { const m = c.match(/[\d.]+/g).map(Number); return [m[0], m[1], m[2], m[3] ?? 1] };
	const over = (a, b) => [0, 1, 2].map((i) => a[i] * a[3] + b[i] * (1 - a[3])).concat(1);
	const light = (c) => [0, 1, 2].map((i) => c[i] / 255).map((v) => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
		.reduce((s, v, i) => s + v * [.2126, .7152, .0722][i], 0);
	const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + .05) / (y + .05) };
	const ground = (e) => {
		const c = e ? parse(getComputedStyle(e).backgroundColor) : [255, 255, 255, 1];
		return c[3] === 1 ? c : over(c, ground(e.parentElement));
	};
	const bad = [], seen = new Set();
	const check = (e, colour, want, what) => {
		const r = ratio(over(parse(colour), ground(e)), ground(e));
		if (r < want) bad.push(what + " has " + r.toFixed(2));
	};
	const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	while (walk.nextNode()) {
		const e = walk.currentNode.parentElement;
		if (!walk.currentNode.textContent.trim() || seen.has(e) || !e.checkVisibility()) continue;
		seen.add(e);
		const s = getComputedStyle(e), size = parseFloat(s.fontSize);
		check(e, s.color, size >= 24 || size >= 18.66 && s.fontWeight >= 700 ? 3 : 4.5, e.localName + " " + e.textContent.slice(0, 20));
	}
	for (const e of document.querySelectorAll("textarea, input:not([type=file]):not([type=checkbox]), select")) {
		if (!e.checkVisibility()) continue;
		check(e, getComputedStyle(e).color, 4.5, e.id);
		if (e.placeholder) check(e, getComputedStyle(e, "::placeholder").color, 4.5, e.id + "'s placeholder");
		check(e.parentElement, getComputedStyle(e).borderTopColor, 3, e.id + "'s border");
	}
	if (seen.size < 8) bad.push("only " + seen.size + " texts");
	return bad.join(", ");
})()`

// wide names what is wider than the window.
const wide = `(() => {
	const limit = document.documentElement.clientWidth;
	const out = [...document.querySelectorAll("body *")].filter((e) => e.checkVisibility() && e.getBoundingClientRect().right > limit + .5);
	return document.documentElement.scrollWidth > limit || out.length ? limit + " of " + document.documentElement.scrollWidth + ": " + out.map((e) => e.localName + "#" + e.id) : "";
})()`

// still: nothing moves while the page loads, nor when the first answer comes,
// but for the footer, which the answer pushes down.
func still(t *testing.T, l *lab) {
	b := l.tab(t)
	call(b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: 1280, Height: 1600, DeviceScaleFactor: 1})
	b.goTo(l.server.URL)
	eval[bool](b, `window.moved = [], window.shifts = 0, new PerformanceObserver((list) => {
		for (const e of list.getEntries()) {
			shifts++;
			for (const s of e.sources) if (s.node && !(s.node.nodeType === 1 ? s.node : s.node.parentElement)?.closest("footer")) moved.push(s.node.nodeName + " " + s.node.textContent.slice(0, 30) + " " + JSON.stringify([s.previousRect, s.currentRect]) + " at " + e.startTime);
		}
	}).observe({type: "layout-shift", buffered: true}), true`)
	b.paste(soundLine)
	b.until(`shifts > 0`) // the footer's
	if moved := eval[string](b, `moved.join(", ")`); moved != "" {
		t.Errorf("moved: %s", moved)
	}
}

func (b *tab) press(keys ...string) {
	b.t.Helper()
	for _, k := range keys {
		b.run(chromedp.KeyEvent(k))
	}
}

// tabTo presses Tab until the focus is on an element, and checks that it can be
// seen all the way.
func (b *tab) tabTo(id string) {
	b.t.Helper()
	var passed []string
	for range 40 {
		b.press(kb.Tab)
		at := eval[string](b, `(() => {
			const e = document.activeElement, s = getComputedStyle(e);
			if (e !== document.body && (s.outlineStyle === "none" || parseFloat(s.outlineWidth) < 2)) return "invisible focus on " + e.outerHTML.slice(0, 60);
			return e.id || e.dataset.copy || e.dataset.example || e.localName;
		})()`)
		if strings.HasPrefix(at, "invisible") {
			b.t.Error(at)
		}
		if at == id {
			return
		}
		passed = append(passed, at)
	}
	b.t.Fatalf("Tab never comes to %s: %v", id, passed)
}

// pasteKey presses Ctrl+V.
func (b *tab) pasteKey() {
	b.t.Helper()
	for _, kind := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeKeyDown, input.DispatchKeyEventTypeKeyUp} {
		call(b, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: kind, Modifiers: 2, Key: "v", Code: "KeyV", WindowsVirtualKeyCode: 86, Commands: []string{"paste"}})
	}
}

// keyboard: everything can be done without a mouse: paste, copy the line,
// convert, download; and the clipboard is the real one.
func keyboard(t *testing.T, l *lab) {
	b := l.open(t)
	for _, name := range []string{"clipboard-read", "clipboard-write"} {
		_, err := chromedp.CallBrowser(b.ctx, browser.SetPermission, browser.SetPermissionParams{Permission: &browser.PermissionDescriptor{Name: name},
			Setting: browser.PermissionSettingGranted, Origin: l.server.URL, BrowserContextID: chromedp.FromContext(b.ctx).BrowserContextID})
		if err != nil {
			t.Fatal(err)
		}
	}
	dir := b.downloads()
	call(b, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	eval[bool](b, `navigator.clipboard.writeText("> `+soundLine+`").then(() => true)`)

	eval[bool](b, `document.activeElement.blur(), true`)
	b.tabTo("text")
	b.pasteKey()
	b.answered()
	if v := b.verdict(); v != "repaired" {
		t.Errorf("%s: %q", v, b.text("#findings"))
	}
	b.tabTo("lines")
	b.press(kb.Tab, kb.Enter)
	b.until(`document.querySelector("[data-copy=lines]").textContent === "Copied"`)
	if got := strings.TrimSpace(eval[string](b, `navigator.clipboard.readText()`)); got != soundLine {
		t.Errorf("copied: %q", got)
	}

	key, _ := testdata.Keys.ReadFile("keys/ed25519/argon2id.ppk")
	eval[bool](b, "navigator.clipboard.writeText(`"+string(key)+"`).then(() => true)")
	eval[bool](b, `$("text").focus(), $("text").select(), true`)
	b.pasteKey()
	b.until(`document.activeElement.id === "veil"`) // the text is hidden, and the focus not lost
	b.tabTo("passphrase")
	b.press(testdata.Passphrase, kb.Enter)
	b.file(dir, "id_ed25519")
	b.until(`$("delivery").textContent.includes("id_ed25519")`)
	b.quiet()
}

// heard: the answer is in a live region, and the page has a title, a language
// and one heading of the first order.
func heard(t *testing.T, l *lab) {
	b := l.open(t)
	if got := eval[string](b, `[document.documentElement.lang, document.querySelectorAll("h1").length, document.querySelectorAll("main").length, document.title.length > 10].join()`); got != "en,1,1,true" {
		t.Errorf("language, h1, main, title: %s", got)
	}
	live := func(id string) bool {
		tree := call(b, accessibility.GetPartialAXTree, accessibility.GetPartialAXTreeParams{BackendNodeID: backend(b, id)})
		for _, n := range tree.Nodes {
			for _, p := range n.Properties {
				if p.Name == accessibility.PropertyNameLive && strings.Trim(string(p.Value.Value), `"`) != "off" {
					return true
				}
			}
		}
		return false
	}
	b.paste(soundLine)
	if !live("status") {
		t.Error("the answer is in no live region")
	}
}

func backend(b *tab, id string) cdp.BackendNodeID {
	b.t.Helper()
	nodes, err := chromedp.Run(b.ctx, chromedp.Nodes("#"+id))
	if err != nil || len(nodes) != 1 {
		b.t.Fatalf("%s: %d nodes, %v", id, len(nodes), err)
	}
	return nodes[0].BackendNodeID
}
