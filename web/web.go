// Package web serves the page that repairs and converts keys in a browser: one
// file that holds everything and asks no server for anything.
//
// The page is built by "make web" into the folder page, from where it goes into
// the program. It is too large for the repository, and "go install" runs no
// generators; such a program says that it has no page.
package web

import (
	"bytes"
	"compress/gzip"
	"embed"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"strings"
)

// The folder holds a README.md always, and the page once it was built.
//
//go:embed page
var built embed.FS

// ErrNoPage is for a program that was built without the page.
var ErrNoPage = errors.New("this keyconv was built without the page")

// A Page is the built page, packed by gzip, and the headers that belong to it.
type Page struct {
	packed  []byte
	headers string
}

// Built is the page in this program.
func Built() (*Page, error) {
	folder, err := fs.Sub(built, "page")
	if err != nil {
		return nil, err
	}
	return Open(folder)
}

// Open reads a page that "make web" built.
func Open(folder fs.FS) (*Page, error) {
	packed, err := fs.ReadFile(folder, "index.html.gz")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoPage
	}
	if err != nil {
		return nil, err
	}
	headers, err := fs.ReadFile(folder, "headers.txt")
	return &Page{packed, string(headers)}, err
}

// ServeHTTP gives the page to whom asks for it, and has nothing else.
func (p *Page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.URL.Path != "/":
		http.NotFound(w, r)
		return
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "this page takes nothing", http.StatusMethodNotAllowed)
		return
	}
	for line := range strings.Lines(p.headers) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), ": "); ok {
			w.Header().Set(name, value)
		}
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Vary", "Accept-Encoding")
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		w.Header().Set("Content-Encoding", "gzip")
		w.Write(p.packed)
		return
	}
	if plain, err := gzip.NewReader(bytes.NewReader(p.packed)); err == nil {
		io.Copy(w, plain)
	}
}
