package ppk

import (
	"testing"

	"github.com/keyconv/keyconv/sshkey"
)

// TestWiderLimits: the limits of the caller hold for what is written, and are not asked to
// spend a gigabyte on it here.
func TestWiderLimits(t *testing.T) {
	p := argon2Params{kdf: Argon2id, memory: 1<<20 + 1, passes: 1, lanes: 1}
	if err := p.valid(sshkey.Limits{}.ForWriting()); err == nil {
		t.Error("written beyond the usual limits")
	}
	if err := p.valid(sshkey.NoLimits().ForWriting()); err != nil {
		t.Error(err)
	}
}
