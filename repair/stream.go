package repair

import (
	"bufio"
	"bytes"
	"io"
	"runtime"

	"github.com/keyconv/keyconv/sshkey"
)

// Stream repairs an authorized_keys file of any size. What sshd accepts goes
// through as it is, on all cores; memory is bounded by the longest line, or by
// the longest stretch of damaged lines that stand together. Each finding is
// given to found as soon as it is known; found may be nil.
//
// A file in UTF-16 is one such stretch.
func Stream(r io.Reader, w io.Writer, o Options, found func(sshkey.Finding)) (clean bool, err error) {
	if _, err := parseExpect(o.Expect); err != nil {
		return false, err
	}
	out := bufio.NewWriterSize(w, 1<<16)
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
	if err := k.stream(&batchReader{r: r}); err != nil {
		return false, err
	}
	k.finish()
	if k.err == nil {
		k.err = out.Flush()
	}
	return k.clean, k.err
}

// stream reads batches ahead, one for each core, and takes them in their order.
func (w *walker) stream(in *batchReader) error {
	var ahead, idle []*batch
	for w.err == nil {
		if in.err == nil && len(ahead) <= runtime.GOMAXPROCS(0) {
			b := &batch{}
			if n := len(idle); n > 0 {
				b, idle = idle[n-1], idle[:n-1]
			}
			in.read(b)
			b.done = make(chan struct{})
			go b.scan(w.seen.seed)
			ahead = append(ahead, b)
			continue
		}
		if len(ahead) == 0 {
			break
		}
		b := ahead[0]
		<-b.done
		w.batch(b)
		ahead, idle = ahead[1:], append(idle, b)
	}
	for _, b := range ahead {
		<-b.done
	}
	if in.err == io.EOF {
		return nil
	}
	return in.err
}

// batchSize is large enough to keep a core at work, and small enough for its
// cache.
const batchSize = 1 << 18

// A batchReader cuts a stream behind line ends.
type batchReader struct {
	r    io.Reader
	rest []byte // of a line
	err  error  // io.EOF at the end
}

// read fills b with whole lines; the last batch may end in the middle of one.
func (in *batchReader) read(b *batch) {
	if cap(b.data) < batchSize {
		b.data = make([]byte, 0, batchSize)
	}
	b.data = append(b.data[:0], in.rest...)
	in.rest = in.rest[:0]
	for in.err == nil {
		from := len(b.data)
		n, err := io.ReadFull(in.r, b.data[from:cap(b.data)])
		b.data = b.data[:from+n]
		if err != nil {
			if in.err = err; err == io.ErrUnexpectedEOF {
				in.err = io.EOF
			}
			return
		}
		if i := bytes.LastIndexByte(b.data[from:], '\n'); i >= 0 {
			end := from + i + 1
			in.rest = append(in.rest, b.data[end:]...)
			b.data = b.data[:end]
			return
		}
		if len(b.data) >= sshkey.MaxPastedLine {
			in.err = &sshkey.LimitError{What: "bytes in a line", Asked: uint64(len(b.data)), Limit: sshkey.MaxPastedLine, Fixed: true}
			return
		}
		b.data = append(make([]byte, 0, min(2*cap(b.data), sshkey.MaxPastedLine)), b.data...)
	}
}
