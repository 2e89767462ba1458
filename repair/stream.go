package repair

import (
	"bufio"
	"io"

	"github.com/keyconv/keyconv/internal/linebatch"
	"github.com/keyconv/keyconv/sshkey"
)

// Stream repairs an authorized_keys file of any size. What sshd accepts goes
// through as it is; behind the first lines, all cores look for it, and repair what
// stands between. Memory is bounded by the longest line, or by the longest stretch
// of damaged lines that stand together. Each finding is given to found as soon as it
// is known, from the goroutine that called Stream; found may be nil.
//
// A file in UTF-16 is one such stretch.
func Stream(r io.Reader, w io.Writer, o Options, found func(sshkey.Finding)) (clean bool, err error) {
	if _, err := parseExpect(o.Expect); err != nil {
		return false, err
	}
	out := bufio.NewWriter(w) // sound lines come in large pieces
	k := newWalker(o)
	k.write = func(b []byte) error { _, err := out.Write(b); return err }
	k.entry = func(Entry) {}
	k.found = func(list []sshkey.Finding) {
		for _, f := range list {
			if found != nil {
				found(f)
			}
		}
	}
	err = k.stream(r)
	if err == nil {
		k.finish()
		err = k.err
	}
	if flushed := out.Flush(); err == nil { // what is done is written, whatever comes then
		err = flushed
	}
	return err == nil && k.clean, err
}

// stream takes the lines of a reader.
func (w *walker) stream(r io.Reader) error {
	keys := w.seen.Hasher()
	return linebatch.Each(r, func(b *batch) { scan(b, keys, w.o) }, func(b *batch) error {
		w.batch(b)
		return w.err
	})
}
