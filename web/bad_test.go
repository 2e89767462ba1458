package web_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/testdata"
)

const soundLine = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPf6OXPt5Q9HttiLtTHd1gwndA1vnoI4oJUTILJXNTul fred@office"

// alive: whatever came before, the page answers the next key.
func (b *tab) alive(after string) {
	b.t.Helper()
	b.paste(soundLine)
	if b.verdict() != "sound" || b.text("#lines") != soundLine {
		b.t.Errorf("after %s the page says %q to a sound key", after, b.text("body"))
	}
}

// says checks the words of the answer, and that the page lives.
func (b *tab) says(name string, words ...string) {
	b.t.Helper()
	text := b.text("#status") + b.text("#findings") + b.text("#problem")
	for _, w := range words {
		if !strings.Contains(text, w) {
			b.t.Errorf("%s: the page says %q, not %q", name, text, w)
		}
	}
	b.alive(name)
}

// badFiles: input that no page likes gives a clear message, and the page lives.
func badFiles(t *testing.T, l *lab) {
	b := l.open(t)
	b.clear()
	eval[bool](b, `(() => {
		const data = new DataTransfer();
		data.setData("text/plain", "ssh-rsa AAAA".padEnd(50e6, "x"));
		return $("text").dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
	})()`)
	b.answered()
	b.says("a paste of 50 MB", "too large", "50 MB")

	large := filepath.Join(t.TempDir(), "large.iso")
	if err := os.WriteFile(large, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(large, 3<<30); err != nil {
		t.Fatal(err)
	}
	b.drop(large)
	b.says("a file of 3 GB", "too large", "large.iso")

	exe, err := os.ReadFile(keytest.Tool(t, "puttygen"))
	if err != nil {
		t.Fatal(err)
	}
	b.drop(keytest.File(t, "puttygen.exe", exe[:min(len(exe), 200_000)]))
	b.says("a program", "is no key")

	b.drop(t.TempDir())
	b.says("a folder", "cannot be read")
	b.quiet()
}

// badKeys is the same for keys that cannot be opened.
func badKeys(t *testing.T, l *lab) {
	b := l.open(t)
	sealed, _ := testdata.Keys.ReadFile("keys/ed25519/argon2id.ppk")
	b.paste(string(sealed))
	b.fill(map[string]string{"passphrase": "wrong"})
	b.run(chromedp.Click("#download"))
	b.until(`$("problem").textContent !== ""`)
	if eval[string](b, `document.activeElement.id + $("passphrase").ariaInvalid`) != "passphrasetrue" {
		t.Error("the field of the wrong passphrase is not marked")
	}
	b.says("a wrong passphrase", "wrong passphrase")

	for name, change := range map[string][2]string{
		"4 GiB of Argon2":        {`Argon2-Memory: \d+`, "Argon2-Memory: 4194304"},
		"a year of Argon2":       {`Argon2-Passes: \d+`, "Argon2-Passes: 4294967295"},
		"one step over the most": {`Argon2-Memory: \d+`, "Argon2-Memory: 262145"},
	} {
		b.paste(string(regexp.MustCompile(change[0]).ReplaceAll(sealed, []byte(change[1]))))
		b.fill(map[string]string{"passphrase": testdata.Passphrase})
		b.run(chromedp.Click("#download"))
		b.until(`$("problem").textContent !== ""`)
		b.says(name, "Argon2", "the limit is", "keyconv program")
	}

	cut := bytes.TrimSpace(sealed[:len(sealed)/2])
	b.paste(string(cut))
	if !strings.Contains(b.text("#findings"), "Not possible") || b.verdict() == "private" {
		t.Errorf("half a PPK: %q", b.text("#findings"))
	}
	b.says("half a PPK")
	b.quiet()
}

// restarts: a worker that dies, or that works on what nobody waits for any
// more, is replaced.
func restarts(t *testing.T, l *lab) {
	b := l.open(t)
	// The most memory that a PPK may ask for here, and minutes of work.
	sealed, _ := testdata.Keys.ReadFile("keys/ed25519/argon2id.ppk")
	slow := regexp.MustCompile(`Argon2-Passes: \d+`).ReplaceAll(sealed, []byte("Argon2-Passes: 16384"))
	b.paste(string(slow))
	b.fill(map[string]string{"passphrase": "x"})
	b.run(chromedp.Click("#download"))
	b.until(`$("delivery").textContent === "Working…" && $("download").disabled`)
	b.alive("a conversion that takes minutes")
	if !eval[bool](b, `!$("download").disabled && $("delivery").textContent === ""`) {
		t.Error("the form still waits for the conversion")
	}

	// A dead worker: here by a question that the program does not survive.
	answer := eval[string](b, `engine.ask("look", {buffer: new ArrayBuffer(0)}, "").then((a) => JSON.stringify(a))`)
	if !strings.Contains(answer, "failed") {
		t.Errorf("a question to a dying worker is answered by %q", answer)
	}
	b.alive("the death of the worker")
}
