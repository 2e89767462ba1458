package repair

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// FuzzAllTorn: the three expressions find what one with all alternatives does.
func FuzzAllTorn(f *testing.F) {
	all := regexp.MustCompile(strings.Join([]string{torn[0].String(), torn[1].String(),
		gaps(`\\+_u_[0-9A-Fa-f]_[0-9A-Fa-f]_[0-9A-Fa-f]_[0-9A-Fa-f]|(?:\\+\s+)+[nrt](?:\s|$)`)}, "|"))
	for _, s := range []string{"%2B a%2\nB", "%2\\\n5 25 3d", "&am p;#4\n3;", `\\u00\n2b`, "\\ \\ n \\\\ \\u00 2b", "%\"\\\n2B", "%4\\\n\\ n &x;"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var want [][2]int
		for _, m := range all.FindAllIndex(b, -1) {
			want = append(want, [2]int(m))
		}
		if got := allTorn(b); !slices.Equal(got, want) || hasTorn(b) != (want != nil) {
			t.Errorf("%q: %v, not %v", b, got, want)
		}
		if m := all.FindIndex(b); bytes.HasPrefix(b, []byte(`\`)) && len(b) <= 48 && tornEscape(b) != (m != nil && m[0] == 0) {
			t.Errorf("%q is torn: %v", b, m)
		}
	})
}
