package repair

import (
	"strings"
	"testing"

	"github.com/keyconv/keyconv/internal/keytest"
)

// TestZeroMemory: a Memory needs no NewMemory.
func TestZeroMemory(t *testing.T) {
	key := string(keytest.Shipped(t, "rsa2048/id.pub"))
	broken := strings.Replace(key, "ssh-rsa ", "", 1)
	o := Options{Memory: &Memory{}}
	for range 2 {
		if res, err := Text([]byte(broken), o); err != nil || string(res.Text) != key {
			t.Errorf("%v: %q", err, res.Text)
		}
	}
}
