package sshkey

import (
	"crypto/sha1"
	"crypto/sha256"
	"fmt"
	"strings"
)

// BubbleBabble is the SHA-1 fingerprint in pronounceable words, as
// ssh-keygen -B shows it (Antti Huima, "The Bubble Babble Binary Data
// Encoding"); "" for the zero value.
func (k PublicKey) BubbleBabble() string {
	if k.IsZero() {
		return ""
	}
	sum := sha1.Sum([]byte(k.Plain().blob))
	return bubbleBabble(sum[:])
}

func bubbleBabble(d []byte) string {
	const vowels, consonants = "aeiouy", "bcdfghklmnprstvzx"
	out := []byte{'x'}
	c := 1
	triple := func(b int) {
		out = append(out, vowels[((b>>6&3)+c)%6], consonants[b>>2&15], vowels[((b&3)+c/6)%6])
	}
	for ; len(d) >= 2; d = d[2:] {
		a, b := int(d[0]), int(d[1])
		triple(a)
		out = append(out, consonants[b>>4&15], '-', consonants[b&15])
		c = (5*c + 7*a + b) % 36
	}
	if len(d) == 1 {
		triple(int(d[0]))
	} else {
		out = append(out, vowels[c%6], consonants[16], vowels[c/6])
	}
	return string(append(out, 'x'))
}

// The field of a picture.
const (
	artWidth  = 17
	artHeight = 9
)

// Randomart is the picture of the SHA-256 fingerprint that ssh-keygen -lv
// shows, nine lines in a frame: a bishop walks over the field, two bits of the
// hash a step (Dirk Loss and others, "The drunken bishop"); "" for the zero value.
func (k PublicKey) Randomart() string {
	if k.IsZero() {
		return ""
	}
	sum := sha256.Sum256([]byte(k.Plain().blob))
	title := fmt.Sprintf("[%s %d]", k.Label(), k.Bits())
	if len(title) > artWidth {
		title = "[" + k.Label() + "]"
	}
	title = title[:min(len(title), artWidth-1)]
	var b strings.Builder
	b.WriteString(artBorder(title) + "\n")
	for _, row := range walk(sum[:]) {
		fmt.Fprintf(&b, "|%s|\n", row[:])
	}
	b.WriteString(artBorder("[SHA256]"))
	return b.String()
}

// artBorder puts a title into the middle, the shorter dash on the left.
func artBorder(title string) string {
	left := (artWidth - len(title)) / 2
	return "+" + strings.Repeat("-", left) + title + strings.Repeat("-", artWidth-len(title)-left) + "+"
}

func walk(sum []byte) (field [artHeight][artWidth]byte) {
	const symbols = " .o+=*BOX@%&#/^SE"
	const start, end = len(symbols) - 2, len(symbols) - 1
	x, y := artWidth/2, artHeight/2
	for _, v := range sum {
		for range 4 {
			x = min(max(x+int(v&1)*2-1, 0), artWidth-1)
			y = min(max(y+int(v>>1&1)*2-1, 0), artHeight-1)
			field[y][x] = min(field[y][x]+1, byte(start-1))
			v >>= 2
		}
	}
	field[artHeight/2][artWidth/2] = byte(start)
	field[y][x] = byte(end)
	for i := range field {
		for j, v := range field[i] {
			field[i][j] = symbols[v]
		}
	}
	return field
}
