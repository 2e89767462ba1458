// Build makes the web page: one HTML file that holds its style, its scripts
// and the library as WebAssembly, so that it needs no request to work and may
// make none. Run it in the folder web: go run ./build
package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"flag"
	"fmt"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

func main() {
	out := flag.String("o", "dist", "write the page into `DIR`")
	embed := flag.String("embed", "", "write what keyconv web serves into `DIR` as well")
	module := flag.String("module", "", "write the module to `FILE` as well, to look at it")
	version := flag.String("version", "", "the `VERSION` that the page shows")
	flag.Parse()
	if err := build(*out, *embed, *module, *version); err != nil {
		fmt.Fprintln(os.Stderr, "build:", err)
		os.Exit(1)
	}
}

func build(out, embed, module, version string) error {
	wasm, err := compile(module)
	if err != nil {
		return err
	}
	page, policy, err := assemble(wasm, version)
	if err != nil {
		return err
	}
	packed := pack(page)
	headers := []byte("Content-Security-Policy: " + policy + "; frame-ancestors 'none'\n" + otherHeaders)
	static := map[string][]byte{
		"index.html": page, "index.html.gz": packed, "_headers": hostHeaders(headers),
	}
	if err := write(out, static); err != nil || embed == "" {
		return err
	}
	return write(embed, map[string][]byte{"index.html.gz": packed, "headers.txt": headers})
}

// otherHeaders go with the policy; a page without a server does as well without
// them.
const otherHeaders = `Referrer-Policy: no-referrer
X-Content-Type-Options: nosniff
X-DNS-Prefetch-Control: off
Cross-Origin-Opener-Policy: same-origin
Cross-Origin-Resource-Policy: same-origin
Permissions-Policy: camera=(), microphone=(), geolocation=(), usb=(), serial=()
`

// hostHeaders is the file _headers as Netlify and Cloudflare Pages read it.
func hostHeaders(headers []byte) []byte {
	out := "/*\n"
	for line := range strings.Lines(string(headers)) {
		out += "  " + line
	}
	return []byte(out)
}

// compile builds the module, small: no symbols, no paths of this machine.
func compile(file string) ([]byte, error) {
	if file == "" {
		dir, err := os.MkdirTemp("", "keyconv-web-")
		if err != nil {
			return nil, err
		}
		defer os.RemoveAll(dir)
		file = filepath.Join(dir, "keyconv.wasm")
	}
	cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", file, "./wasm")
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("go build ./wasm: %w", err)
	}
	return os.ReadFile(file)
}

// parts are the files that are put into index.html at {{NAME}}.
var parts = map[string][]string{
	"style":    {"src/style.css"},
	"script":   {"src/engine.js", "src/page.js", "src/private.js"},
	"broken":   {"src/examples/broken.txt"},
	"puttygen": {"src/examples/puttygen.pub"},
	"ppk":      {"src/examples/example.ppk"},
}

func assemble(wasm []byte, version string) (page []byte, policy string, err error) {
	values := map[string]string{"module": base64.StdEncoding.EncodeToString(pack(wasm))}
	for name, files := range parts {
		if values[name], err = join(files...); err != nil {
			return nil, "", err
		}
	}
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return nil, "", fmt.Errorf("go env GOROOT: %w", err)
	}
	root := strings.TrimSpace(string(goroot))
	if values["worker"], err = join(filepath.Join(root, "lib/wasm/wasm_exec.js"), "src/worker.js"); err != nil {
		return nil, "", err
	}
	if values["licences"], err = licences(root); err != nil {
		return nil, "", err
	}
	if version != "" {
		values["version"] = ", version " + html.EscapeString(version)
	} else {
		values["version"] = ""
	}
	policy = policyFor(values["script"], values["style"])
	values["policy"] = html.EscapeString(policy)
	page, err = fill(values)
	return page, policy, err
}

// policyFor lets nothing in and nothing out: scripts and style only as they
// stand in the file, by their hashes; a worker made of text in the file; no
// connection, image, frame, form or script from anywhere, not even from the
// page's own server. It is in force before the first script runs. Modules that
// WebAssembly compiles come from the file as well. Trusted Types make the
// browser refuse text that would become markup or script.
func policyFor(script, style string) string {
	return strings.Join([]string{
		"default-src 'none'",
		"script-src '" + hash(script) + "' 'wasm-unsafe-eval'",
		"style-src '" + hash(style) + "'",
		"worker-src blob:",
		"img-src data:",
		"connect-src 'none'",
		"form-action 'none'",
		"base-uri 'none'",
		"require-trusted-types-for 'script'",
		"trusted-types keyconv",
	}, "; ")
}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// join reads files that stand inside an element: none may end it.
func join(files ...string) (string, error) {
	var out strings.Builder
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			return "", err
		}
		if lower := bytes.ToLower(text); bytes.Contains(lower, []byte("</")) || bytes.Contains(lower, []byte("<!--")) {
			return "", fmt.Errorf("%s: markup would end the element that it is put into", f)
		}
		out.Write(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")))
	}
	return out.String(), nil
}

// fill puts the values into index.html, each exactly once.
func fill(values map[string]string) ([]byte, error) {
	text, err := os.ReadFile("src/index.html")
	if err != nil {
		return nil, err
	}
	var pairs []string
	for name, value := range values {
		place := "{{" + name + "}}"
		if n := bytes.Count(text, []byte(place)); n != 1 {
			return nil, fmt.Errorf("src/index.html has %d places %s", n, place)
		}
		pairs = append(pairs, place, value)
	}
	return []byte(strings.NewReplacer(pairs...).Replace(string(text))), nil
}

func pack(data []byte) []byte {
	var out bytes.Buffer
	w, _ := gzip.NewWriterLevel(&out, gzip.BestCompression)
	w.Write(data) // into memory: neither fails
	w.Close()
	return out.Bytes()
}

func write(dir string, files map[string][]byte) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			return err
		}
	}
	return nil
}
