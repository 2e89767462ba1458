package main

import (
	"bytes"
	"testing"
)

// TestShown: a terminal gets lines with the ends that they have, and nothing that
// acts on it.
func TestShown(t *testing.T) {
	var b bytes.Buffer
	in := []byte("a\r\nb\nc\rd\x1b[1m\r\r\ne\r")
	if n, err := (shown{&b}).Write(in); n != len(in) || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	if want := "a\r\nb\nc\\rd\\x1b[1m\\r\r\ne\\r"; b.String() != want {
		t.Errorf("%q, not %q", b.String(), want)
	}
}
