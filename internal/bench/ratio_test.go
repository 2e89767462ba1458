package bench_test

import (
	"bytes"
	"io"
	"testing"

	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/internal/bench"
	"github.com/keyconv/keyconv/repair"
	"github.com/keyconv/keyconv/sshkey"
	"github.com/keyconv/keyconv/testdata"
	"golang.org/x/crypto/ssh"
)

// The figures that must not worsen by half: allocations, and times as a part of
// what golang.org/x/crypto/ssh takes for the same line, measured in turns.
// Lower them when the code gets faster.
var figures = []struct {
	name   string // of the key
	allocs float64
	parse  float64 // allocations of ParseLine
	ratio  float64
}{
	{"rsa2048", 1, 5, 0.25},
	{"ed25519", 1, 5, 0.21},
	{"ecdsa256", 6, 10, 0.60},
}

const half = 1.5

func shipped(tb testing.TB, name string) []byte {
	data, err := testdata.Keys.ReadFile("keys/" + name)
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

// sink keeps the compiler from leaving the key out.
//
//go:noinline
func sink(k sshkey.PublicKey) sshkey.PublicKey { return k }

// readers gives functions that read a line to a key.
func readers(tb testing.TB, line []byte) (ours, theirs func()) {
	var s authkeys.Scanner
	ours = func() {
		if e, ok := s.Scan(line); !ok || sink(e.Key.PublicKey()).IsZero() {
			tb.Fatal("not scanned")
		}
	}
	theirs = func() {
		if _, _, _, _, err := ssh.ParseAuthorizedKey(line); err != nil {
			tb.Fatal(err)
		}
	}
	return ours, theirs
}

func TestLineFigures(t *testing.T) {
	for _, f := range figures {
		line := bytes.TrimSpace(shipped(t, f.name+"/id.pub"))
		ours, theirs := readers(t, line)
		if n := testing.AllocsPerRun(100, ours); n > f.allocs*half {
			t.Errorf("%s: %v allocations, it was %v", f.name, n, f.allocs)
		}
		if n := testing.AllocsPerRun(100, func() { authkeys.ParseLine(line) }); n > f.parse*half {
			t.Errorf("%s: ParseLine makes %v allocations, it was %v", f.name, n, f.parse)
		}
		ratio := 0.0
		for range 5 { // again where another process took the core from one of the two
			times := bench.Race(100, ours, theirs)
			if ratio = times[0].Best() / times[1].Best(); ratio <= f.ratio*half {
				break
			}
		}
		t.Logf("%s: %.2f of x/crypto's time", f.name, ratio)
		if ratio > f.ratio*half {
			t.Errorf("%s: %.2f of x/crypto's time, it was %.2f", f.name, ratio, f.ratio)
		}
	}
}

// TestStreamFigures: behind the lines that are taken with care, a line costs no
// allocation of its own.
func TestStreamFigures(t *testing.T) {
	first := shipped(t, "ed25519/id.pub")
	stream := func(lines int) func() {
		text := bytes.Repeat(first, lines)
		return func() {
			if clean, err := repair.Stream(bytes.NewReader(text), io.Discard, repair.Options{}, nil); !clean || err != nil {
				t.Fatal(clean, err)
			}
		}
	}
	few, many := testing.AllocsPerRun(5, stream(1000)), testing.AllocsPerRun(5, stream(3000))
	if perLine := (many - few) / 2000; perLine > 0.1*half {
		t.Errorf("%.2f allocations a line", perLine)
	} else {
		t.Logf("%.2f allocations a line", perLine)
	}
}
