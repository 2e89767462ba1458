package explain

import (
	"fmt"
	"os"
	"slices"
	"sync"
	"testing"
)

// seen collects which patterns the tests provoked with the real programs.
var seen = struct {
	sync.Mutex
	patterns map[*pattern]bool
}{patterns: map[*pattern]bool{}}

// explainReal explains what a real program said, and remembers what it was known by.
func explainReal(text []byte) *Report {
	seen.Lock()
	defer seen.Unlock()
	k := knowledge()
	for line := range lines(text) {
		h := splitHeader(cleanLine(line))
		for _, p := range slices.Concat(k.anchored, k.anywhere) {
			text := h.message
			if p.free {
				text = h.line
			}
			if len(matches(nil).try(p, text)) > 0 {
				seen.patterns[p] = true
			}
		}
	}
	return Explain(text)
}

// everything asks for the whole table of server states at every level, and
// that every pattern that is marked as tested was seen.
var everything = os.Getenv("EXPLAIN_ALL") != ""

func TestMain(m *testing.M) {
	code := m.Run()
	if everything {
		code = max(code, untested())
	}
	os.Exit(code)
}

// untested lists the patterns that say they are tested and were not seen.
func untested() (code int) {
	for _, e := range knowledge().entries {
		for _, p := range e.patterns {
			if p.kind == "tested" && !seen.patterns[p] {
				fmt.Printf("%s: not seen in any test: %s\n", e.name, p.text)
				code = 1
			}
		}
	}
	return code
}
