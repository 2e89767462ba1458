package wire

import (
	"bytes"
	"encoding/hex"
	"errors"
	"math/big"
	"strings"
	"testing"
)

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestMpint has the examples of RFC 4251 section 5, but for the two negative
// ones, which no key has.
func TestMpint(t *testing.T) {
	for number, encoding := range map[string]string{
		"0":               "00 00 00 00",
		"9a378f9b2e332a7": "00 00 00 08 09 a3 78 f9 b2 e3 32 a7",
		"80":              "00 00 00 02 00 80",
		"7f":              "00 00 00 01 7f",
		"ff00":            "00 00 00 03 00 ff 00",
	} {
		n, _ := new(big.Int).SetString(number, 16)
		want := unhex(t, encoding)
		if got := AppendInt(nil, n); !bytes.Equal(got, want) {
			t.Errorf("%s is written %x", number, got)
		}
		r := NewReader(want)
		if got := r.Int(); got.Cmp(n) != 0 || r.End() != nil || r.Loose() {
			t.Errorf("%s is read as %x, %v", number, got, r.Err())
		}
	}
}

func TestMpintSpellings(t *testing.T) {
	for encoding, c := range map[string]struct {
		want  string
		loose bool
		ok    bool
	}{
		"00 00 00 02 ed cc":       {"", false, false}, // -1234 of the RFC
		"00 00 00 05 ff 21524111": {"", false, false}, // -deadbeef of the RFC
		"00 00 00 01 80":          {"", false, false},
		"00 00 00 01 00":          {"", true, true},
		"00 00 00 02 00 7f":       {"7f", true, true},
		"00 00 00 04 00 00 00 80": {"80", true, true},
		"00 00 00 02 00 80":       {"80", false, true},
		"00 00 00 02 80":          {"", false, false},
	} {
		r := NewReader(unhex(t, encoding))
		got := r.Mpint()
		if (r.End() == nil) != c.ok || r.Loose() != c.loose || c.ok && !bytes.Equal(got, unhex(t, c.want)) {
			t.Errorf("%s: %x loose %v %v", encoding, got, r.Loose(), r.Err())
		}
	}
	if got := AppendMpint(nil, []byte{0, 0, 0x80}); !bytes.Equal(got, []byte{0, 0, 0, 2, 0, 0x80}) {
		t.Errorf("%x", got)
	}
}

func TestReader(t *testing.T) {
	b := AppendString(AppendUint32([]byte{7}, 0x01020304), "text")
	b = append(b, 0, 0, 0, 0, 0, 0, 1, 0, 'r', 's')
	r := NewReader(b)
	if r.Byte() != 7 || r.Uint32() != 0x01020304 || string(r.String()) != "text" || r.Uint64() != 256 || r.Len() != 2 || string(r.Rest()) != "rs" {
		t.Error("read as something else")
	}
	if r.End() != nil || r.Offset() != len(b) {
		t.Errorf("%v at %d", r.Err(), r.Offset())
	}
}

// TestOffsets: a failure is where the value begins, and the first one stays.
func TestOffsets(t *testing.T) {
	for _, c := range []struct {
		name, data string
		read       func(r *Reader)
		at         int
	}{
		{"no byte", "", func(r *Reader) { r.Byte() }, 0},
		{"half a number", "00 00", func(r *Reader) { r.Uint32() }, 0},
		{"half a long number", "00 00 00 00", func(r *Reader) { r.Uint64() }, 0},
		{"a cut length", "01 00 00", func(r *Reader) { r.Byte(); _ = r.String() }, 1},
		{"a cut string", "01 00 00 00 02 61", func(r *Reader) { r.Byte(); _ = r.String() }, 1},
		{"a string of 4 GiB", "ff ff ff ff", func(r *Reader) { _ = r.String() }, 0},
		{"a negative number", "00 00 00 00 00 00 00 01 80", func(r *Reader) { r.Mpint(); r.Mpint() }, 4},
		{"bytes behind", "00 00", func(r *Reader) { r.Byte(); r.End() }, 1},
		{"two failures", "00", func(r *Reader) { r.Byte(); r.Fail(7, errors.New("x")); r.Byte() }, 7},
	} {
		r := NewReader(unhex(t, c.data))
		c.read(r)
		var w *Error
		if !errors.As(r.Err(), &w) || w.Offset != c.at || w.Error() != w.Unwrap().Error() {
			t.Errorf("%s: %v, not at %d", c.name, w, c.at)
		}
	}
}

// TestAfterFailure: every method gives nothing and moves nothing.
func TestAfterFailure(t *testing.T) {
	r := NewReader([]byte{0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9})
	r.Fail(3, errors.New("x"))
	if r.Byte() != 0 || r.Uint32() != 0 || r.Uint64() != 0 || r.String() != nil || len(r.Mpint()) != 0 || r.Int().Sign() != 0 || r.Rest() != nil || r.Offset() != 0 {
		t.Error("it reads on")
	}
	if err := r.End(); err == nil || err.Error() != "x" {
		t.Error(err)
	}
}

// TestAliases: appending to what was read must not write over what follows.
func TestAliases(t *testing.T) {
	data := []byte{0, 0, 0, 1, 'a', 'b'}
	r := NewReader(data)
	_ = append(r.String(), 'X')
	if r.Byte() != 'b' {
		t.Error("overwritten")
	}
}
