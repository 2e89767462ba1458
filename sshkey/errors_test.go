package sshkey_test

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/keyconv/keyconv/internal/wire"
	"github.com/keyconv/keyconv/sshkey"
)

// TestPosAt: the columns of every byte of a text, counted by hand.
func TestPosAt(t *testing.T) {
	const text = "ab\ncd\r\n\re\r\rü\n"
	want := []string{"1:1", "1:2", "1:3", "2:1", "2:2", "2:3", "2:4", "3:1", "4:1", "4:2", "5:1", "6:1", "6:2", "6:3", "7:1"}
	for i := range len(text) + 1 {
		if p := sshkey.PosAt([]byte(text), i); p.Offset != i || p.String() != want[i] || !p.IsValid() {
			t.Errorf("%d is %v, not %s", i, p, want[i])
		}
	}
	if p := sshkey.PosAt([]byte(text), -3); p != (sshkey.Pos{Offset: 0, Line: 1, Column: 1}) {
		t.Errorf("before it: %+v", p)
	}
	if p := sshkey.PosAt([]byte(text), 1000); p.Offset != len(text) {
		t.Errorf("behind it: %+v", p)
	}
	if p := (sshkey.Pos{}); p.IsValid() || p.String() != "-" {
		t.Errorf("no place: %v", p)
	}
}

func TestLocate(t *testing.T) {
	data := []byte("one\ntwo\n")
	at := func(i int) int { return i + 4 }
	if sshkey.Locate("f", data, at, nil) != nil {
		t.Error("an error of none")
	}
	for _, c := range []struct {
		err  error
		want string
	}{
		{sshkey.ErrCorrupt, "2:1"}, // no offset of its own
		{&wire.Error{Offset: 2, Err: sshkey.ErrCorrupt}, "2:3"},
		{fmt.Errorf("inside: %w", &wire.Error{Offset: 1, Err: sshkey.ErrCorrupt}), "2:2"},
		{sshkey.Errorf("g", data, 1, "%w", sshkey.ErrCorrupt), "1:2"}, // has a place
	} {
		err := sshkey.Locate("f", data, at, c.err)
		var s *sshkey.SyntaxError
		if !errors.As(err, &s) || s.Pos.String() != c.want || !errors.Is(err, sshkey.ErrCorrupt) {
			t.Errorf("%v is at %v, not %s", c.err, s, c.want)
		}
	}
}

// TestHint: the next step comes out through any wrapping, the nearest first.
func TestHint(t *testing.T) {
	limit := &sshkey.LimitError{What: "rounds", Asked: 2, Limit: 1}
	for _, c := range []struct {
		err  error
		want string
	}{
		{nil, ""},
		{errors.New("x"), ""},
		{sshkey.WithHint(errors.New("x"), "do y"), "do y"},
		{fmt.Errorf("in z: %w", sshkey.WithHint(errors.New("x"), "do y")), "do y"},
		{sshkey.WithHint(limit, "do y"), "do y"},
		{&sshkey.UnsupportedError{Format: "f", What: "w", Next: "n"}, "n"},
		{&sshkey.UnsupportedError{Format: "f", What: "w"}, ""},
	} {
		if got := sshkey.Hint(c.err); got != c.want {
			t.Errorf("%v: %q", c.err, got)
		}
	}
	for _, err := range []error{sshkey.ErrEncrypted, sshkey.ErrPassphrase, sshkey.ErrNoPrivate, sshkey.ErrMismatch, sshkey.ErrCorrupt, limit} {
		located := sshkey.Locate("f", nil, func(int) int { return 0 }, err)
		if sshkey.Hint(located) == "" || sshkey.Hint(located) != sshkey.Hint(err) || !errors.Is(located, err) {
			t.Errorf("%v: %q", err, sshkey.Hint(located))
		}
	}
	if err := sshkey.WithHint(limit, "x"); err.Error() != limit.Error() || !errors.Is(err, limit) {
		t.Error(err)
	}
}

func TestLimits(t *testing.T) {
	def := sshkey.Limits{}.WithDefaults()
	want := sshkey.Limits{BcryptRounds: 2048, Argon2MemoryKiB: 1 << 20, Argon2WorkKiB: 16 << 20, Argon2Lanes: 255,
		PBKDF2Iterations: 20_000_000, ScryptMemoryKiB: 1 << 20, ScryptWorkKiB: 4 << 20}
	if def != want || def.WithDefaults() != def {
		t.Errorf("%+v", def)
	}
	own := sshkey.Limits{BcryptRounds: 1, Argon2Lanes: 2}
	if got := own.WithDefaults(); got.BcryptRounds != 1 || got.Argon2Lanes != 2 || got.Argon2MemoryKiB != def.Argon2MemoryKiB {
		t.Errorf("%+v", got)
	}
	if n := sshkey.NoLimits(); n.WithDefaults() != n {
		t.Errorf("%+v", n)
	}
	for _, c := range []struct {
		asked uint64
		limit int
		ok    bool
	}{{0, 1, true}, {1, 1, true}, {2, 1, false}, {math.MaxUint64, math.MaxInt, false}, {math.MaxInt, math.MaxInt, true}} {
		err := sshkey.Within("x", c.asked, c.limit)
		var limit *sshkey.LimitError
		if (err == nil) != c.ok || err != nil && (!errors.As(err, &limit) || limit.Asked != c.asked) {
			t.Errorf("%d within %d: %v", c.asked, c.limit, err)
		}
	}
}
