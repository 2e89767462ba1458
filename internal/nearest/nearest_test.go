package nearest_test

import (
	"testing"

	"github.com/keyconv/keyconv/internal/nearest"
)

func TestOf(t *testing.T) {
	names := []string{"no-pty", "pty", "restrict", "from", "convert", "openssh", "ppk", "ppk2"}
	for word, want := range map[string]string{
		"no-ptty": "no-pty", "restict": "restrict", "convret": "convert", "opensssh": "openssh", "FORM": "from", "ppk3": "ppk", "restrictt": "restrict", "pkt": "",
		"x": "", "pt": "", "completely": "", "": "", "nopty": "no-pty",
	} {
		if got := nearest.Of(word, names); got != want {
			t.Errorf("%q: %q, not %q", word, got, want)
		}
	}
}
