package web_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/fstest"

	"github.com/keyconv/keyconv/web"
)

// TestServe: the page comes packed or not, with its policy, at one address and
// for nothing but reading.
func TestServe(t *testing.T) {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	io.WriteString(w, "<title>page</title>")
	w.Close()
	page, err := web.Open(fstest.MapFS{"index.html.gz": {Data: packed.Bytes()}, "headers.txt": {Data: []byte("Content-Security-Policy: default-src 'none'\nReferrer-Policy: no-referrer\n")}})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(page)
	defer server.Close()
	for _, test := range []struct {
		method, path, accept string
		status               int
		body                 string
	}{
		{"GET", "/", "gzip, br", 200, packed.String()},
		{"GET", "/", "identity", 200, "<title>page</title>"},
		{"HEAD", "/", "gzip", 200, ""},
		{"GET", "/favicon.ico", "gzip", 404, "404 page not found\n"},
		{"POST", "/", "gzip", 405, "this page takes nothing\n"},
	} {
		r, err := http.NewRequest(test.method, server.URL+test.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept-Encoding", test.accept)
		res, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		res.Body.Close()
		if res.StatusCode != test.status || string(body) != test.body {
			t.Errorf("%s %s: %d %q", test.method, test.path, res.StatusCode, body)
		}
		if policy := res.Header.Get("Content-Security-Policy"); (policy == "default-src 'none'") != (test.status == 200) {
			t.Errorf("%s %s: the policy %q", test.method, test.path, policy)
		}
	}
}

func TestNoPage(t *testing.T) {
	if _, err := web.Open(fstest.MapFS{}); !errors.Is(err, web.ErrNoPage) {
		t.Error(err)
	}
}
