package servertest_test

import (
	"strings"
	"testing"

	"github.com/keyconv/keyconv/internal/servertest"
)

// TestStates: the table is as it should be, and a state is played. All of them
// are played, and compared with what their rows say, by the test of package
// doctor.
func TestStates(t *testing.T) {
	names, in, pairs := map[string]bool{}, 0, 0
	for _, s := range servertest.States() {
		if names[s.Name] {
			t.Errorf("two states are called %q", s.Name)
		}
		names[s.Name] = true
		if s.LetIn() {
			in++
		}
		if strings.Contains(s.Name, " + ") {
			pairs++
		}
	}
	t.Logf("%d states, %d of them let the key in, %d are pairs", len(names), in, pairs)
	const inChangelog = 254
	if len(names) != inChangelog || in < 30 || pairs < 20 {
		t.Error("there are too few of a kind, or CHANGELOG.md has another number")
	}
	m := servertest.New(t)
	for _, s := range servertest.States()[:2] {
		p := m.Play(t, s, "INFO")
		if p.LetIn != s.LetIn() || p.Accepted != s.LetIn() || p.Log == "" || !strings.Contains(p.Client, "debug3") {
			t.Errorf("%s: let in %v\n%s\n%s", s.Name, p.LetIn, p.Log, p.Client)
		}
	}
}
