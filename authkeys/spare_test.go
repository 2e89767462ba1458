package authkeys_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/authkeys"
)

// TestNoSpareCapacity: who appends to a part of a line does not write into what stands
// behind it.
func TestNoSpareCapacity(t *testing.T) {
	text := []byte("# a comment\nno-pty " + string(shippedLine(t, "ed25519")) + "\r\nbroken\n" + string(shippedLine(t, "ecdsa256")) + "\n")
	before := bytes.Clone(text)
	for l := range authkeys.Lines(text) {
		_ = append(l.Text, " # seen"...)
	}
	var s authkeys.Scanner
	for raw := range bytes.Lines(text) {
		e, ok := s.Scan(bytes.TrimRight(raw, "\r\n"))
		if !ok {
			continue
		}
		key := e.Key.PublicKey()
		for _, part := range [][]byte{e.Field, e.Comment, e.Key.Field(0), e.Key.Bytes()} {
			_ = append(part, strings.Repeat("x", 100)...)
		}
		if e.Key.PublicKey() != key || !slices.Equal(text, before) {
			t.Fatalf("%q: appending to a part changed another", raw)
		}
	}
	if !bytes.Equal(text, before) {
		t.Errorf("%q", text)
	}
}
