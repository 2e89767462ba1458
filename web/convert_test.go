package web_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/testdata"
)

// downloads sends what the page saves into a folder.
func (b *tab) downloads() string {
	b.t.Helper()
	dir := b.t.TempDir()
	_, err := chromedp.CallBrowser(b.ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
		Behavior: browser.SetDownloadBehaviorBehaviorAllow, DownloadPath: dir, BrowserContextID: chromedp.FromContext(b.ctx).BrowserContextID})
	if err != nil {
		b.t.Fatal(err)
	}
	return dir
}

// file waits for a download.
func (b *tab) file(dir, name string) string {
	b.t.Helper()
	path := filepath.Join(dir, name)
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		if info, err := os.Stat(path); err == nil && info.Size() > 0 {
			return path
		}
		if time.Now().After(deadline) {
			list, _ := filepath.Glob(dir + "/*")
			b.t.Fatalf("%s was never downloaded; there is %q; the page says %q", name, list, b.text("#problem")+b.text("#delivery"))
		}
	}
}

// fill types into the form of the conversion.
func (b *tab) fill(values map[string]string) {
	b.t.Helper()
	for id, v := range values {
		eval[bool](b, `(() => { const e = $("`+id+`"); e.value = "`+v+`"; e.dispatchEvent(new Event("change", {bubbles: true})); return true })()`)
	}
}

const newPassphrase = "söme new one"

// convertKeys: a key goes from PPK to OpenSSH and back to PPK 3 and 2, each
// under a passphrase, and puttygen finds the same private numbers each time.
func convertKeys(t *testing.T, l *lab) {
	b := l.open(t)
	dir := b.downloads()
	source, err := testdata.Keys.ReadFile("keys/rsa2048/argon2id.ppk")
	if err != nil {
		t.Fatal(err)
	}
	ppk := keytest.File(t, "fred.ppk", source)
	want := opened(t, ppk, testdata.Passphrase)

	b.drop(ppk)
	if v, line := b.verdict(), b.text("#lines"); v != "private" || line == "" {
		t.Fatalf("%s, %q", v, line)
	}
	b.fill(map[string]string{"passphrase": testdata.Passphrase, "protect": "new"})
	b.fill(map[string]string{"new-passphrase": newPassphrase})
	b.run(chromedp.Click("#download"))
	key := b.file(dir, "fred")
	if text, _ := os.ReadFile(key); !bytes.HasPrefix(text, []byte("-----BEGIN OPENSSH PRIVATE KEY-----\n")) {
		t.Errorf("no OpenSSH key: %.40q", text)
	}
	if !bytes.Equal(opened(t, key, newPassphrase), want) {
		t.Error("puttygen finds other numbers in the OpenSSH file")
	}
	if err := os.Chmod(key, 0o600); err != nil {
		t.Fatal(err)
	}
	if line := string(keytest.Run(t, nil, "ssh-keygen", "-y", "-P", newPassphrase, "-f", key)); line != b.text("#lines")+"\n" {
		t.Errorf("ssh-keygen -y says %q, the page %q", line, b.text("#lines"))
	}

	for to, version := range map[string]string{"ppk": "PuTTY-User-Key-File-3", "ppk2": "PuTTY-User-Key-File-2"} {
		b.drop(key)
		b.fill(map[string]string{"passphrase": newPassphrase, "to": to})
		b.run(chromedp.Click("#download"))
		back := b.file(dir, "fred.ppk")
		if text, _ := os.ReadFile(back); !bytes.HasPrefix(text, []byte(version)) {
			t.Errorf("no %s: %.40q", version, text)
		}
		if !bytes.Equal(opened(t, back, newPassphrase), want) {
			t.Errorf("puttygen finds other numbers in the %s file", to)
		}
		if err := os.Remove(back); err != nil {
			t.Fatal(err)
		}
	}
	b.publicToo(t)
	b.hidden(t)
	b.quiet()
}

// publicToo: where the public half is encrypted as well, the line comes with
// the passphrase.
func (b *tab) publicToo(t *testing.T) {
	sealed, err := testdata.Keys.ReadFile("keys/rsa2048/private-pkcs8-encrypted")
	if err != nil {
		t.Fatal(err)
	}
	b.drop(keytest.File(t, "id.pem", sealed))
	if line := b.text("#lines"); line != "" || b.verdict() != "private" {
		t.Errorf("%s: a line without a passphrase: %q", b.verdict(), line)
	}
	b.fill(map[string]string{"passphrase": testdata.Passphrase})
	b.run(chromedp.Click("#show"))
	b.until(`$("lines").textContent !== ""`)
	public, err := testdata.Keys.ReadFile("keys/rsa2048/id.pub")
	if err != nil {
		t.Fatal(err)
	}
	if want := strings.Join(strings.Fields(string(public))[:2], " "); b.text("#lines") != want {
		t.Errorf("%q, want %q", b.text("#lines"), want)
	}
}

// opened is the private key in a file as puttygen writes it without a
// passphrase, which is the same text each time.
func opened(t *testing.T, file, passphrase string) []byte {
	t.Helper()
	old, none := keytest.File(t, "old", []byte(passphrase)), keytest.File(t, "none", nil)
	out := filepath.Join(t.TempDir(), "out")
	keytest.Run(t, nil, "puttygen", file, "--old-passphrase", old, "-O", "private-openssh", "--new-passphrase", none, "-o", out)
	text, err := os.ReadFile(out)
	if err != nil || !bytes.Contains(text, []byte("BEGIN RSA PRIVATE KEY")) {
		t.Fatalf("puttygen wrote %.40q, %v", text, err)
	}
	return text
}

// hidden: private text is in the page only after it was asked for, and goes
// again.
func (b *tab) hidden(t *testing.T) {
	plain, err := testdata.Keys.ReadFile("keys/ed25519/plain.ppk")
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.Split(plain, []byte("\n"))
	secret := string(bytes.TrimSpace(lines[7]))
	if len(secret) != 48 {
		t.Fatalf("line 8 is %q", secret)
	}
	seen := func() bool {
		return eval[bool](b, `document.body.innerText.includes("`+secret+`") || $("text").checkVisibility()`)
	}
	b.drop(keytest.File(t, "id.ppk", plain))
	if seen() {
		t.Error("a private key that was dropped is shown")
	}
	b.paste("\n" + string(plain)) // mended, with marks in the text
	if seen() {
		t.Error("a private key that was pasted is shown")
	}
	b.fill(map[string]string{"to": "ppk"})
	b.run(chromedp.Click("#show"))
	b.until(`$("private").innerText.includes("` + secret + `")`)
	b.run(chromedp.Click("#private-hide"))
	if seen() {
		t.Error("the private key is still shown")
	}
	b.run(chromedp.Click("#veil-show"))
	if !seen() {
		t.Error("the text that was asked for is not shown")
	}
}
