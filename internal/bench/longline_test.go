package bench_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/doctor"
	"github.com/keyconv/keyconv/internal/bench"
	"github.com/keyconv/keyconv/repair"
)

// longLines put keys into one line, as programs do that print no line ends.
var longLines = map[string]func(keys []string) string{
	"words": func(keys []string) string { return "keys: " + strings.Join(keys, " ") },
	"JSON":  func(keys []string) string { return `["` + strings.Join(keys, `","`) + `"]` },
	"records": func(keys []string) string {
		return `[{"key":"` + strings.Join(keys, `","state":"present"},{"key":"`) + `"}]`
	},
	"plan":    func(keys []string) string { return `"` + strings.Join(keys, `" -> b"`) + `"` },
	"signs":   func(keys []string) string { return strings.Join(keys, " # ") },
	"escapes": func(keys []string) string { return `k = "` + strings.Join(keys, `\n`) + `"` },
	"breaks":  func(keys []string) string { return "<p>" + strings.Join(keys, "<br>") },
	"fingerprints": func(keys []string) string { // lines, here
		return " - " + strings.Join(keys, "\n256 SHA256:nYxOSrVfHAEaEdoUSDqCQ/L+VLGpdOrp8Lb3Y7ujfLo me (ED25519)\n - ")
	},
	"begins": func(keys []string) string { return strings.Join(keys, " -----BEGIN X PRIVATE KEY----- ") },
	"packed": func(keys []string) string { return strings.Repeat("UHVUVFktVXNlci1LZXktRmlsZS0y:", 4*len(keys)) },
	"heads": func(keys []string) string {
		return "-----BEGIN RSA PRIVATE KEY-----\n" + strings.Repeat("DEK-Info: AES-128-CBC,00\n", 4*len(keys))
	},
	"ends": func(keys []string) string { return strings.Join(keys, " -----END X PRIVATE KEY----- ") },
}

// TestLongLine: a key of a line with many costs as much as one of a line with few. It
// was ten times as much and more where each key asked for the whole line.
func TestLongLine(t *testing.T) {
	key := string(bytes.TrimSpace(shipped(t, "ed25519/id.pub")))
	const few, times = 125, 32
	for name, join := range longLines {
		line := func(n int) []byte { return []byte(join(strings.Split(strings.Repeat(key+"\n", n-1)+key, "\n"))) }
		short, long := line(few), line(few*times)
		works := map[string]func(text []byte){
			"normalize": func(text []byte) { repair.Text(text, repair.Options{}) },
			"check":     func(text []byte) { doctor.CheckLines(text, time.Now(), "authorized_keys") },
		}
		if name == "begins" || name == "ends" || name == "packed" || name == "heads" { // of the others it reads a short one as one line, and no long one
			works["inspect"] = func(text []byte) { keyconv.ParseEvery(text, "") }
		}
		for what, work := range works {
			ratio := 0.0
			for range 4 { // again where another process took the core
				took := bench.Race(1, func() { work(short) }, func() { work(long) })
				if ratio = took[1].Best() / took[0].Best() / times; ratio < 3 {
					break
				}
			}
			t.Logf("%s, %s: %.1f", name, what, ratio)
			if ratio >= 3 {
				t.Errorf("%s: %s takes %.1f times as long for a key of a line with %d keys as of one with %d", name, what, ratio, few*times, few)
			}
		}
	}
}
