package web_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/keyconv/keyconv/testdata"
)

func navigate(url string) chromedp.Action[chromedp.Void] { return chromedp.Navigate(url) }

// load: the page is one request; all that follows makes none, and nothing
// complains.
func load(t *testing.T, l *lab) {
	count := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		count++
		l.server.Config.Handler.ServeHTTP(w, r)
	}))
	b := l.tab(t)
	b.goTo(server.URL)
	b.paste("sh-rsa AAAA")
	key, _ := testdata.Keys.ReadFile("keys/ed25519/argon2id.ppk")
	b.paste(string(key))
	eval[bool](b, `$("passphrase").value = "`+testdata.Passphrase+`", $("show").click(), true`)
	b.until(`$("private").textContent.includes("BEGIN OPENSSH")`)
	server.Close() // waits for requests that are under way
	if count != 1 {
		t.Errorf("%d requests, want one", count)
	}
	b.mu.Lock()
	for _, r := range b.requests {
		if r != server.URL+"/" && !strings.HasPrefix(r, "blob:") && !strings.HasPrefix(r, "data:") {
			t.Errorf("a request for %s", r)
		}
	}
	b.mu.Unlock()
	b.quiet()
	// the server is gone, and the page works on
	b.paste("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPf6OXPt5Q9HttiLtTHd1gwndA1vnoI4oJUTILJXNTul")
	if v := b.verdict(); v != "sound" {
		t.Errorf("without its server the page says %q", v)
	}
}

// saved: the page works as a file on disk, where no server sends headers.
func saved(t *testing.T, l *lab) {
	b := l.tab(t)
	b.goTo("file://" + l.page)
	b.paste("AAAAC3NzaC1lZDI1NTE5AAAAIPf6OXPt5Q9HttiLtTHd1gwndA1vnoI4oJUTILJXNTul fred")
	if got := b.text("#lines"); got != "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPf6OXPt5Q9HttiLtTHd1gwndA1vnoI4oJUTILJXNTul fred" {
		t.Errorf("the page as a file says %q", got)
	}
	b.quiet()
	page, err := os.ReadFile(l.page)
	if err != nil {
		t.Fatal(err)
	}
	for _, licence := range []string{"The Go Authors", "golang.org/x/crypto", "github.com/cloudflare/circl", "keyconv"} {
		if !strings.Contains(string(page), licence) {
			t.Errorf("the licence of %q is not in the page", licence)
		}
	}
}
