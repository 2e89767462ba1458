package web_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/testdata"
)

// TestFigures writes the table of docs/web.md to the file that FIGURES names;
// scripts/web-figures.sh puts it there. It judges nothing: a loaded machine
// would.
func TestFigures(t *testing.T) {
	out := os.Getenv("FIGURES")
	if out == "" {
		t.Skip("FIGURES names no file")
	}
	l := startLab(t)
	table := "| what | figure |\n| --- | --- |\n" + sizes(t, filepath.Dir(l.page))
	var ready, first []float64
	for range 12 {
		b := l.open(t)
		r := eval[float64](b, `readyAt`)
		ready = append(ready, r)
		first = append(first, r+ask(b, "rsa2048/id.rfc4716"))
	}
	table += row("from the address to ready", ready) + row("from the address to the first result", first)
	b := l.open(t)
	table += row("a repair while typing (RSA-2048, a letter at a time)", typing(b)) + row("the slowest of 34 letters", []float64{slices.Max(typing(b)), slices.Max(typing(b)), slices.Max(typing(b))})
	for _, c := range []struct{ name, to string }{{"ppk", "a new passphrase for a PPK 3 (Argon2id, 8 MiB, 21 passes)"}, {"openssh", "a new passphrase for an OpenSSH key (bcrypt, 24 rounds)"}} {
		table += row(c.to, []float64{convertTime(b, c.name), convertTime(b, c.name), convertTime(b, c.name)})
	}
	if err := os.WriteFile(out, []byte(table), 0o644); err != nil {
		t.Fatal(err)
	}
}

func row(name string, times []float64) string {
	slices.Sort(times)
	return fmt.Sprintf("| %s | %.0f ms; %.0f ms at best |\n", name, times[len(times)/2], times[0])
}

// sizes of the page and the module, as they are and packed.
func sizes(t *testing.T, dir string) (table string) {
	t.Helper()
	for _, f := range []struct{ name, file string }{{"the page", "index.html"}, {"the module in it", "keyconv.wasm"}} {
		path := filepath.Join(dir, f.file)
		text, err := exec.Command(keytest.Tool(t, "node"), "-e", `const z = require("zlib"), d = require("fs").readFileSync(process.argv[1]);
			console.log(d.length, z.gzipSync(d, {level: 9}).length, z.brotliCompressSync(d).length)`, path).Output()
		if err != nil {
			t.Fatal(err)
		}
		var plain, gzip, brotli float64
		if _, err := fmt.Sscan(string(text), &plain, &gzip, &brotli); err != nil {
			t.Fatal(err)
		}
		table += fmt.Sprintf("| %s | %.2f MB; by gzip %.2f MB, by brotli %.2f MB |\n", f.name, plain/1e6, gzip/1e6, brotli/1e6)
	}
	return table
}

// ask is how long the page takes for a key.
func ask(b *tab, file string) float64 {
	b.t.Helper()
	key, err := testdata.Keys.ReadFile("keys/" + file)
	if err != nil {
		b.t.Fatal(err)
	}
	quoted, _ := json.Marshal(string(key))
	return eval[float64](b, `(async () => {
		const start = performance.now();
		await engine.ask("look", new TextEncoder().encode(`+string(quoted)+`), "");
		return performance.now() - start;
	})()`)
}

// typing is how long each answer takes while the comment of a damaged key is
// typed: from the letter to the end of the work on the page.
func typing(b *tab) []float64 {
	b.t.Helper()
	b.paste(strings.Repeat("x", 10))
	return eval[[]float64](b, `(async () => {
		const times = [];
		let text = $("example-broken").textContent.trimEnd();
		for (const letter of " and what somebody types behind it") {
			text += letter;
			$("text").value = text;
			const start = performance.now();
			await look();
			document.body.offsetHeight; // laid out
			times.push(performance.now() - start);
		}
		return times;
	})()`)
}

func convertTime(b *tab, to string) float64 {
	b.t.Helper()
	return eval[float64](b, `(async () => {
		const start = performance.now();
		await engine.ask("convert", new TextEncoder().encode($("example-ppk").textContent), JSON.stringify({to: "`+to+`", protect: "new", new_passphrase: "x"}));
		return performance.now() - start;
	})()`)
}
