package repair

import (
	"bytes"
	"encoding/base64"

	"github.com/keyconv/keyconv/sshkey"
)

// A public key blob says its own length (RFC 4251 strings, one behind the
// other). That is what the repair rests on: the reader below takes exactly as
// many base64 characters as belong to the blob, over whatever stands between
// them, and knows to the byte what is missing.

// A candidate is a place where a blob begins.
type candidate struct {
	keyType
	start int // of the first character of head that is there
	lost  int // characters of head that are missing in front of it
	typed int // where the type in front of it begins; start if there is none
}

// A grade says how well the end of a blob is proven.
type grade uint8

const (
	none    grade = iota
	weak          // text is glued to it; that it begins there is an assumption
	joined        // it ends at a boundary; it was put together from pieces
	certain       // it ends at a boundary and is in one piece, or proves itself
)

// A blob is a candidate that was read.
type blob struct {
	candidate
	grade
	end     int // behind the padding
	public  sshkey.PublicKey
	crossed crossing // what stood between the characters
	padding bool     // missing, or too much
	url     bool     // the base64url alphabet
	plus    bool     // spaces stood for plus signs
	glued   bool     // text follows without a space
}

// A shortfall is why a candidate could not be read.
type shortfall struct {
	code       string
	at         int // where reading stopped
	have, need int // characters; need is 0 where it is not known
	detail     string
	c          candidate
	rival      *sshkey.PublicKey // what was read, where its last piece may be a comment
}

// A reader collects the characters of one candidate.
type reader struct {
	t      *text
	c      candidate
	limit  int
	spaces bool // a space is a plus sign
	chars  []byte
	chunks []chunk
	at     int
	url    bool // - and _ were taken for + and /
	std    bool // + and / were taken
	lines  crossing
}

// A chunk is characters that stand together.
type chunk struct {
	at, n int
	over  crossing // what was crossed in front of it
}

// read takes the blob that begins at c and ends before limit. Spaces are read
// both as nothing and as plus signs.
func read(t *text, c candidate, limit int) (*blob, *shortfall) {
	b, why := readAs(t, c, limit, false)
	if bytes.IndexByte(t.b[c.start:seen(b, why, limit)], ' ') < 0 {
		return b, why
	}
	p, _ := readAs(t, c, limit, true)
	switch {
	case p == nil || !p.plus:
		return b, why
	case b == nil && why.rival != nil && insane(*why.rival, usual) == nil:
		return nil, why
	case b == nil || b.grade < p.grade && b.grade < joined:
		return p, nil
	case b.public == p.public || p.grade < joined:
		return b, nil
	}
	return nil, &shortfall{code: "ambiguous", at: c.start,
		detail: "with its spaces taken for line breaks and for plus signs it gives two different keys"}
}

// seen is behind the last byte that a reading looked at to collect characters.
func seen(b *blob, why *shortfall, limit int) int {
	if b != nil {
		return b.end
	}
	return min(why.at+1, limit)
}

func readAs(t *text, c candidate, limit int, spaces bool) (*blob, *shortfall) {
	r := &reader{t: t, c: c, limit: limit, spaces: spaces, at: c.start}
	r.chars = append(r.chars, c.head[:c.lost]...)
	r.chunks = []chunk{{at: c.start}}
	n, why := r.collect()
	if why != nil {
		return nil, why
	}
	return r.finish(n)
}

// collect reads until the blob is complete and returns its length in bytes.
func (r *reader) collect() (int, *shortfall) {
	n, full := 4+len(r.c.name), false
	for {
		if need := (n*8 + 5) / 6; len(r.chars) < need {
			if why := r.take(need, full); why != nil {
				return 0, why
			}
		}
		if full {
			return n, nil
		}
		start, _ := decodeRaw(base64.RawStdEncoding, whole(r.chars)) // of nothing but its characters
		next, done, ok := r.c.total(start)
		if !ok || next < n {
			return 0, r.short("blob-damaged", 0, "the lengths inside it are not those of a key of type "+r.c.name)
		}
		n, full = next, done
	}
}

// whole is what base64 decodes: a single character of a last group is nothing.
func whole(chars []byte) []byte {
	if len(chars)%4 == 1 {
		return chars[:len(chars)-1]
	}
	return chars
}

func decodeRaw(e *base64.Encoding, chars []byte) ([]byte, error) {
	raw := make([]byte, e.DecodedLen(len(chars)))
	n, err := e.Decode(raw, chars)
	return raw[:n], err
}

var strictRaw = base64.RawStdEncoding.Strict()

func (r *reader) short(code string, need int, detail string) *shortfall {
	return &shortfall{code: code, at: r.at, have: len(r.chars), need: need, detail: detail, c: r.c}
}

func (r *reader) take(need int, full bool) *shortfall {
	for len(r.chars) < need {
		if r.run(need) {
			continue
		}
		c, n := r.next()
		if n == 0 {
			if !full {
				need = 0
			}
			return r.short("truncated", need, "")
		}
		if c != 0 {
			r.chars = append(r.chars, c)
			r.chunks[len(r.chunks)-1].n++
		}
		r.at += n
	}
	return nil
}

// run takes the characters of base64 that stand here in one piece, as next does
// one by one.
func (r *reader) run(need int) bool {
	b := r.t.b[min(r.at, r.limit):min(r.limit, r.at+need-len(r.chars))]
	n := 0
	for n < len(b) && isBase64(b[n]) {
		r.std = r.std || b[n] == '+' || b[n] == '/'
		n++
	}
	if n == 0 {
		return false
	}
	r.chars = append(r.chars, b[:n]...)
	r.chunks[len(r.chunks)-1].n += n
	r.at += n
	return true
}

// next looks at what stands at r.at: a character of base64, or (c is 0) n
// bytes that can be crossed. n is 0 where neither is the case.
func (r *reader) next() (c byte, n int) {
	if r.at >= r.limit {
		return 0, 0
	}
	b := r.t.b[:r.limit]
	switch c = b[r.at]; {
	case isBase64(c):
		r.std = r.std || !isAlnum(c)
		return c, 1
	case (c == '-' || c == '_') && r.urlHere():
		r.url = true
		return standard(c), 1
	case c == ' ' && r.spaces && r.plusHere():
		if last := &r.chunks[len(r.chunks)-1]; last.n > 0 {
			r.chunks = append(r.chunks, chunk{at: r.at, over: overPlus})
		}
		return '+', 1
	}
	n, over := cross(b, r.at)
	if n > 0 {
		r.lines |= over
		r.chunks = append(r.chunks, chunk{at: r.at + n, over: over})
	}
	return 0, n
}

// standard is a sign of base64url in the other alphabet.
func standard(c byte) byte {
	if c == '-' {
		return '+'
	}
	return '/'
}

// urlHere tells the alphabet of base64url from dashes: it has no plus and no
// slash, and no four dashes in a row. An em dash may be one or two.
func (r *reader) urlHere() bool {
	b := r.t.b[:r.limit]
	if bytes.HasPrefix(b[r.at:], []byte("--")) && r.t.src(r.at) == r.t.src(r.at+1) {
		return false
	}
	if bytes.HasPrefix(b[r.at:], []byte("----")) || bytes.HasPrefix(b[r.at:], []byte("- ")) {
		return false
	}
	return r.url || !bytes.ContainsAny(r.chars, "+/")
}

// plusHere reports whether the space stands inside a line.
func (r *reader) plusHere() bool {
	b := r.t.b
	i, j := r.at, r.at
	for i > 0 && b[i-1] == ' ' {
		i--
	}
	for j < r.limit && b[j] == ' ' {
		j++
	}
	return i > 0 && b[i-1] != '\n' && j < r.limit && b[j] != '\n' && j-i < 6
}

// A damaged text is looked at character by character again and again.
var base64Chars, alnums = charSet(alphabet), charSet(alphabet[:62])

func charSet(chars string) (set [256]bool) {
	for _, c := range []byte(chars) {
		set[c] = true
	}
	return set
}

func isBase64(c byte) bool { return base64Chars[c] }

func isAlnum(c byte) bool { return alnums[c] }

// finish proves the characters and looks at what stands behind them.
func (r *reader) finish(n int) (*blob, *shortfall) {
	if r.url && r.std {
		return nil, r.short("blob-damaged", 0, "both alphabets of base64 are mixed in it")
	}
	raw, err := decodeRaw(strictRaw, r.chars)
	if err != nil || len(raw) != n {
		return nil, r.short("blob-damaged", 0, "its last character cannot be the last one: some are missing or too many")
	}
	public, err := sshkey.ParsePublicKey(raw)
	if err != nil {
		return nil, r.short("blob-damaged", 0, err.Error())
	}
	if !bytes.Equal(public.Blob(), raw) {
		return nil, r.short("blob-damaged", 0, "its numbers are not written as they should be")
	}
	b := &blob{candidate: r.c, public: public, crossed: r.lines, url: r.url}
	for _, c := range r.chunks {
		b.plus = b.plus || c.over == overPlus
	}
	return r.judge(b, n)
}
