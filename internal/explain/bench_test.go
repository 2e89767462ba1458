package explain

import (
	"bytes"
	"os"
	"testing"
)

// BenchmarkExplain reads a log of sshd at DEBUG3, many times over.
func BenchmarkExplain(b *testing.B) {
	data, err := os.ReadFile("testdata/logs/sshd-debug3.log")
	if err != nil {
		b.Fatal(err)
	}
	data = bytes.Repeat(data, 100)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		Explain(data)
	}
}
