package armor

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/internal/wire"
)

func sample(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i * 7)
	}
	return b
}

func TestRoundTrip(t *testing.T) {
	for _, s := range []Style{PEM, SSH2} {
		for _, n := range []int{0, 1, 2, 3, 47, 48, 49, 500} {
			for _, width := range []int{1, 4, 64, 70, 1000} {
				text := Encode(s, "A KEY", nil, sample(n), width)
				b, err := Decode(text, 0, s)
				if err != nil || !bytes.Equal(b.Data, sample(n)) || b.Label != "A KEY" || b.Start != 0 || b.End != len(text) || b.CRLF || b.Cut {
					t.Errorf("%v %d in %d: %v", s, n, width, err)
				}
			}
		}
	}
}

// TestAt: each decoded byte is said to come from a character that holds some
// of its bits, whatever the lines look like.
func TestAt(t *testing.T) {
	data := sample(100)
	body := base64.StdEncoding.EncodeToString(data)
	for _, width := range []int{1, 3, 4, 7, 64, 70, 200} {
		for _, end := range []string{"\n", "\r\n", " \t\n", "\n\n", "\r\n \r\n"} {
			text := "-----BEGIN X-----\n" + strings.Join(split(body, width), end) + end + "-----END X-----\n"
			b, err := Decode([]byte("front\n"+text), 6, PEM)
			if err != nil || !bytes.Equal(b.Data, data) {
				t.Errorf("%d %q: %v", width, end, err)
				continue
			}
			for i := range data {
				if got, want := b.At(i), 6+characterAt(text, i*4/3); got != want {
					t.Fatalf("%d %q: byte %d is at %d, not %d", width, end, i, got, want)
				}
			}
		}
	}
}

func split(s string, n int) (parts []string) {
	for len(s) > n {
		parts, s = append(parts, s[:n]), s[n:]
	}
	return append(parts, s)
}

// characterAt is where the n-th base64 character stands.
func characterAt(text string, n int) int {
	start := strings.Index(text, "\n") + 1
	for i, c := range text[start:] {
		if strings.ContainsRune(" \t\r\n", c) {
			continue
		}
		if n == 0 {
			return start + i
		}
		n--
	}
	return -1
}

// TestFaults marks with § where the error must point.
func TestFaults(t *testing.T) {
	for _, text := range []string{
		"§not a block\n",
		"§",
		"§-----BEGIN X----\nAAAA\n-----END X-----\n",
		"-----BEGIN X-----\nAAAA\n§",
		"-----BEGIN X-----\nAAAA\n§-----END Y-----\n",
		"-----BEGIN X-----\nAAAA\n§-----END X\n",
		"-----BEGIN X-----\nAAAA\n§-----BEGIN X-----\n",
		"-----BEGIN X-----\nAA§*A\n-----END X-----\n",
		"-----BEGIN X-----\nAAAA\nAAAA\nA§-AA\n-----END X-----\n",
		"-----BEGIN X-----\nAAAA\nAA\xc2\xa0A\n-----END X-----\n",
		"-----BEGIN X-----\nAA==\n§AAAA\n-----END X-----\n",
		"-----BEGIN X-----\nAAA§\rA\n-----END X-----\n",
		"-----BEGIN X-----\nAA§ AA\n-----END X-----\n",
		"-----BEGIN X-----\nAAAA\nAA§\n-----END X-----\n",
		"-----BEGIN X-----\nA§===\n-----END X-----\n",
		"-----BEGIN X-----\nAAAA\n§*A\n-----END X-----\n",
		"-----BEGIN X-----\nAAAA\nA§\n-----END X-----\n",
		"-----BEGIN X-----\nAAAB AA=\n-----END X-----\n",
		"-----BEGIN X-----\nAB==\n-----END X-----\n", // bits under the padding
		"-----BEGIN X-----\n§Name: value\\",
		"-----BEGIN X-----\n§Name: value\\\nmore\\",
	} {
		at := strings.Index(text, "§")
		clean := strings.Replace(text, "§", "", 1)
		_, err := Decode([]byte(clean), 0, PEM)
		var w *wire.Error
		if !errors.As(err, &w) || w.Offset > len(clean) || at >= 0 && w.Offset != at {
			t.Errorf("%q: %v at %+v", text, err, w)
		}
	}
}

// TestCutMessage: base64 that stops is said to stop; no character of it is at
// fault.
func TestCutMessage(t *testing.T) {
	for _, body := range []string{"A", "AA", "AAA", "AAAAA", "AAAA\nAAA"} {
		_, err := Decode([]byte("-----BEGIN X-----\n"+body+"\n-----END X-----\n"), 0, PEM)
		if err == nil || !strings.Contains(err.Error(), "stops in the middle") {
			t.Errorf("%q: %v", body, err)
		}
	}
}

func TestHeaders(t *testing.T) {
	text := "---- BEGIN K ----\r\nComment: \"a \\\r\nfolded one\"\r\nX-empty:\r\nSubject :  two  words \r\nAAAA\r\n---- END K ----"
	b, err := Decode([]byte(text), 0, SSH2)
	if err != nil {
		t.Fatal(err)
	}
	want := []Header{{"Comment", `"a folded one"`, 19}, {"X-empty", "", 0}, {"Subject", "two  words ", 0}}
	for i, h := range b.Headers {
		if h.Name != want[i].Name || h.Value != want[i].Value || !strings.HasPrefix(text[h.Offset:], h.Name) {
			t.Errorf("%+v", h)
		}
	}
	if len(b.Headers) != len(want) || !b.CRLF || !b.Cut || len(b.Data) != 3 {
		t.Errorf("%+v", b)
	}
}

func TestFind(t *testing.T) {
	for text, want := range map[string]string{
		"":                                   "-1 ",
		"-----BEGIN X-----":                  "0 X",
		"a\r\n-----BEGIN X Y----- \t\r\n":    "3 X Y",
		" -----BEGIN X-----\n":               "-1 ",
		"-----END X-----\n-----BEGIN Z-----": "16 Z",
		"---- BEGIN X ----\n":                "-1 ",
		"-----BEGIN -----\n":                 "0 ",
		"-----BEGIN " + strings.Repeat("x", 200) + "-----": "-1 ",
	} {
		offset, label := Find([]byte(text), PEM)
		if got := fmt.Sprintf("%d %s", offset, label); got != want {
			t.Errorf("%q: %s, not %s", text, got, want)
		}
	}
}
