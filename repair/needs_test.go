package repair

import (
	"bytes"
	"iter"
	"math/rand/v2"
	"regexp"
	"regexp/syntax"
	"slices"
	"testing"

	"github.com/keyconv/keyconv/internal/lazyre"
)

func needing() []*lazyre.Regexp {
	list := []*lazyre.Regexp{blockStart, form, hexBlob, endMarker, opened, pasted, blockOpener, hereDocument, squeezedOption, replaced}
	list = append(list, torn[:]...)
	for _, e := range escapes {
		list = append(list, e.pattern)
	}
	for _, s := range strangers {
		if len(s.pattern.Needs()) > 0 {
			list = append(list, s.pattern)
		}
	}
	return list
}

// matchOf makes a text that an expression matches, at random.
func matchOf(re *syntax.Regexp, rng *rand.Rand) []byte {
	var b []byte
	repeat := func(least, most int) {
		if most < 0 {
			most = least + 3
		}
		for range least + rng.IntN(most-least+1) {
			b = append(b, matchOf(re.Sub[0], rng)...)
		}
	}
	switch re.Op {
	case syntax.OpLiteral:
		return []byte(string(re.Rune))
	case syntax.OpCharClass:
		i := 2 * rng.IntN(len(re.Rune)/2)
		return []byte(string(re.Rune[i] + rand.N(min(re.Rune[i+1]-re.Rune[i], 60)+1)))
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return []byte("x")
	case syntax.OpCapture:
		return matchOf(re.Sub[0], rng)
	case syntax.OpStar:
		repeat(0, -1)
	case syntax.OpPlus:
		repeat(1, -1)
	case syntax.OpQuest:
		repeat(0, 1)
	case syntax.OpRepeat:
		repeat(re.Min, re.Max)
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			b = append(b, matchOf(sub, rng)...)
		}
	case syntax.OpAlternate:
		return matchOf(re.Sub[rng.IntN(len(re.Sub))], rng)
	}
	return b
}

// matchesOf gives such texts, some thousands.
func matchesOf(t *testing.T, r *lazyre.Regexp, rng *rand.Rand) iter.Seq[[]byte] {
	tree, err := syntax.Parse(r.String(), syntax.Perl)
	if err != nil {
		t.Fatal(err)
	}
	re := regexp.MustCompile(r.String())
	return func(yield func([]byte) bool) {
		for range 3000 {
			if text := matchOf(tree, rng); re.Match(text) && !yield(text) {
				return
			}
		}
	}
}

// TestNeeds: whatever an expression matches has one of the texts that it is said
// to need.
func TestNeeds(t *testing.T) {
	rng := random(t)
	for _, r := range needing() {
		matched := 0
		for text := range matchesOf(t, r, rng) {
			matched++
			if !slices.ContainsFunc(r.Needs(), func(n string) bool { return bytes.Contains(text, []byte(n)) }) {
				t.Fatalf("%q matches %q and does not have what it needs", r, text)
			}
		}
		if matched < 100 {
			t.Errorf("%q was matched %d times only", r, matched)
		}
	}
}
