package doctor

import (
	"testing"
	"time"

	"github.com/keyconv/keyconv/internal/keyset"
)

// TestStandingsFull: as many lines with options are remembered as keys, and each
// with its own number.
func TestStandingsFull(t *testing.T) {
	c := newLineCheck(Check{Now: time.Now()})
	const lines = keyset.Max + 5000
	for line := uint32(1); line <= lines; line++ {
		if !c.isNew(uint64(line)*0x9e3779b97f4a7c15, line, &plainTerms{options: line}) {
			t.Fatalf("line %d is not new", line)
		}
	}
	if c.standings.n != keyset.Max {
		t.Errorf("%d standings", c.standings.n)
	}
	for _, line := range []uint32{1, standingsPiece, standingsPiece + 1, keyset.Max, lines} {
		value, ok := c.seen.Find(uint64(line) * 0x9e3779b97f4a7c15)
		if s := c.standingOf(value); ok != (line <= keyset.Max) || ok && (s.line != line || s.options != line) {
			t.Errorf("line %d: %v %+v", line, ok, s)
		}
	}
}
