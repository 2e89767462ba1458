package linebatch

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/keyconv/keyconv/sshkey"
)

// joined is what take is given, and how often.
func joined(t *testing.T, r io.Reader) (text []byte, batches int, err error) {
	t.Helper()
	err = Each(r, func(b *Batch[int]) { b.Prepared = len(b.Data) }, func(b *Batch[int]) error {
		if b.Prepared != len(b.Data) {
			t.Error("a batch is taken before it is prepared")
		}
		if lines := bytes.Count(text, []byte("\n")); b.Number != lines+1 {
			t.Errorf("line %d is behind %d lines", b.Number, lines)
		}
		if b.Offset != len(text) {
			t.Errorf("byte %d is behind %d bytes", b.Offset, len(text))
		}
		text = append(text, b.Data...)
		batches++
		return nil
	})
	return text, batches, err
}

// TestEach: every byte once and in order, lines whole, from any reader.
func TestEach(t *testing.T) {
	short := strings.Repeat("0123456789\n", Size/4)
	long := strings.Repeat("x", 3*Size)
	for _, text := range []string{"", "a", "\n", "a\nb", short, short + "end", long, short + long + "\n" + short, short + long} {
		for _, r := range []io.Reader{strings.NewReader(text), iotest.HalfReader(strings.NewReader(text)), iotest.DataErrReader(strings.NewReader(text))} {
			got, _, err := joined(t, r)
			if err != nil || string(got) != text {
				t.Fatalf("%d bytes: %d, %v", len(text), len(got), err)
			}
		}
	}
	if _, n, _ := joined(t, strings.NewReader(short)); n < 3 {
		t.Errorf("%d batches", n)
	}
	Each(strings.NewReader(short), func(*Batch[int]) {}, func(b *Batch[int]) error {
		if !bytes.HasSuffix(b.Data, []byte("\n")) {
			t.Error("a line is cut")
		}
		return nil
	})
}

// TestEachFails: the errors of the reader, of take, and of a line without end.
func TestEachFails(t *testing.T) {
	broken := errors.New("broken")
	text := strings.Repeat("line\n", Size)
	got, _, err := joined(t, io.MultiReader(strings.NewReader(text), iotest.ErrReader(broken)))
	if !errors.Is(err, broken) || string(got) != text {
		t.Errorf("%v after %d bytes", err, len(got))
	}
	taken := 0
	err = Each(strings.NewReader(text), func(*Batch[int]) {}, func(*Batch[int]) error { taken++; return broken })
	if !errors.Is(err, broken) || taken != 1 {
		t.Errorf("%v after %d", err, taken)
	}
	var limit *sshkey.LimitError
	longest := strings.Repeat("x", sshkey.MaxPastedLine)
	if got, _, err := joined(t, strings.NewReader(longest+"\n")); err != nil || len(got) != len(longest)+1 {
		t.Errorf("%v after %d bytes of the longest line", err, len(got))
	}
	if _, _, err := joined(t, strings.NewReader(longest+"xx")); !errors.As(err, &limit) || limit.Asked != sshkey.MaxPastedLine+1 {
		t.Error(err)
	}
}

// TestEachPanics: a panic of prepare reaches the caller, who can catch it, and the
// other goroutines have ended by then.
func TestEachPanics(t *testing.T) {
	defer func() {
		if r := recover(); r != "here" {
			t.Errorf("recovered %v", r)
		}
	}()
	Each(strings.NewReader(strings.Repeat("line\n", Size)), func(b *Batch[int]) {
		if b.Offset > Size {
			panic("here")
		}
	}, func(*Batch[int]) error { return nil })
	t.Error("no panic")
}
