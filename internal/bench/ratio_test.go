package bench_test

import (
	"bytes"
	"crypto/ed25519"
	"io"
	"testing"
	"time"

	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/doctor"
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
	{"ecdsa256", 6, 10, 0.38},
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
	var text []byte
	var ends []int
	for range 3000 {
		public, _, err := ed25519.GenerateKey(nil)
		if err != nil {
			t.Fatal(err)
		}
		k, err := sshkey.EdDSAPublicKey{Curve: "Ed25519", Key: public}.PublicKey()
		if err != nil {
			t.Fatal(err)
		}
		text = append(text, k.String()+" user@host\n"...)
		ends = append(ends, len(text))
	}
	for name, stream := range map[string]func(r io.Reader) error{
		"normalize": func(r io.Reader) error {
			_, err := repair.Stream(r, io.Discard, repair.Options{}, nil)
			return err
		},
		"check": func(r io.Reader) error {
			return doctor.Check{Now: time.Now()}.Stream(r, func(*doctor.Checked) error { return nil })
		},
	} {
		allocs := func(lines int) float64 {
			return testing.AllocsPerRun(5, func() {
				if err := stream(bytes.NewReader(text[:ends[lines-1]])); err != nil {
					t.Fatal(err)
				}
			})
		}
		perLine := (allocs(3000) - allocs(1000)) / 2000
		t.Logf("%s: %.2f allocations a line", name, perLine)
		if perLine > 0.1*half {
			t.Errorf("%s: %.2f allocations a line", name, perLine)
		}
	}
}
