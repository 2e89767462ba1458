package repair

import (
	"encoding/base64"
	"encoding/binary"
	"slices"
	"testing"

	"github.com/keyconv/keyconv/sshkey"
)

// TestTraces: a key is found broken and cut short, and one of a type that nobody knows,
// with fields that are empty, is found nowhere.
func TestTraces(t *testing.T) {
	key := must(sshkey.ParsePublicKey(must(base64.StdEncoding.DecodeString("AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea"))))
	for text, want := range map[string]int{
		key.String(): 1, "AAAAINdamAGCsQ\n q31Uv": 1, "AAAAINdamAGCsQ": 1,
		"AAAAC3NzaC1lZDI1NTE5AAAAIGiOtCZJk9TzhKliawDl9nDLYM8IOT1+Vn6t68x9tfIy": 0, "": 0,
	} {
		if got := TracesOf([]byte(text)).Of(key); got != want {
			t.Errorf("%q: %d", text, got)
		}
	}
	for _, name := range []string{"ssh-foo", "ssh-foo2", "ssh-foo24"} {
		blob := append(binary.BigEndian.AppendUint32(nil, uint32(len(name))), name...)
		blobs := [][]byte{binary.BigEndian.AppendUint32(slices.Clip(blob), 1<<31)} // is negative in an int of 32 bits
		for n := range 12 {
			blobs = append(blobs, append(binary.BigEndian.AppendUint32(slices.Clip(blob), uint32(n)), make([]byte, n)...))
		}
		for _, blob := range blobs {
			if got := TracesOf([]byte(key.String())).Of(must(sshkey.ParsePublicKey(blob))); got != 0 {
				t.Errorf("%x: %d", blob, got)
			}
		}
	}
}
