// Package linebatch goes through a stream of lines on all cores and in order:
// whole lines are read in batches, each core prepares one of its own, and they
// are taken one after the other, as if there were one core.
package linebatch

import (
	"bytes"
	"io"
	"runtime"

	"github.com/keyconv/keyconv/sshkey"
)

// Size is that of a batch whose lines are short: large enough to keep a core at
// work, and small enough for its cache.
const Size = 1 << 18

// leastAhead is how many batches at least are prepared while take has one, so
// that no core waits for a slow take.
const leastAhead = 6

// A Batch is whole lines with their ends; the last one of a stream may have
// none. T is what prepare makes of it, in memory that is used again.
type Batch[T any] struct {
	Data     []byte
	Number   int // of the first line, counted from 1
	Offset   int // of Data in the stream
	Prepared T
	done     chan struct{}
	failed   bool // prepare panicked
}

// Each reads r to its end. prepare is called for several batches at a time, and
// take for one after the other, in their order; it ends with take's first error,
// or that of r. A line is at most [sshkey.MaxPastedLine] long. Where prepare panics,
// it is called again for the same batch by the caller's goroutine, which may have a
// recover.
func Each[T any](r io.Reader, prepare func(*Batch[T]), take func(*Batch[T]) error) error {
	in := reader{r: r, number: 1}
	var ahead, idle []*Batch[T]
	defer func() {
		for _, b := range ahead {
			<-b.done
		}
	}()
	for {
		if in.err == nil && len(ahead) <= max(runtime.GOMAXPROCS(0), leastAhead) {
			b := &Batch[T]{}
			if n := len(idle); n > 0 {
				b, idle = idle[n-1], idle[:n-1]
			}
			b.Number, b.Offset = in.number, in.offset
			b.Data = in.read(b.Data[:0])
			in.number += bytes.Count(b.Data, []byte{'\n'})
			in.offset += len(b.Data)
			b.done = make(chan struct{})
			work := func() {
				defer close(b.done)
				defer func() { b.failed = recover() != nil }()
				prepare(b)
			}
			if in.err != nil && len(ahead) == 0 {
				work() // it is the only one: another core would not make it faster
			} else {
				go work()
			}
			ahead = append(ahead, b)
			continue
		}
		if len(ahead) == 0 {
			break
		}
		b := ahead[0]
		<-b.done
		if b.failed {
			prepare(b)
		}
		if err := take(b); err != nil {
			return err
		}
		ahead, idle = ahead[1:], append(idle, b)
	}
	if in.err == io.EOF {
		return nil
	}
	return in.err
}

// A reader cuts a stream behind line ends.
type reader struct {
	r      io.Reader
	number int    // of the next line
	offset int    // of it
	rest   []byte // of a line
	err    error  // io.EOF at the end
}

// size is that of a batch: Size, but for less text.
func (in *reader) size() int {
	if r, ok := in.r.(interface{ Len() int }); ok {
		return min(Size, len(in.rest)+max(r.Len(), 0)+1)
	}
	return Size
}

// read gives whole lines, in buf where they fit; the last ones of the stream
// may end in the middle of one.
func (in *reader) read(buf []byte) []byte {
	if cap(buf) == 0 {
		buf = make([]byte, 0, in.size())
	}
	buf = append(buf, in.rest...)
	in.rest = in.rest[:0]
	for in.err == nil {
		from := len(buf)
		n, err := io.ReadFull(in.r, buf[from:cap(buf)])
		buf = buf[:from+n]
		if err != nil {
			if in.err = err; err == io.ErrUnexpectedEOF {
				in.err = io.EOF
			}
			break
		}
		if i := bytes.LastIndexByte(buf[from:], '\n'); i >= 0 {
			end := from + i + 1
			in.rest = append(in.rest, buf[end:]...)
			return buf[:end]
		}
		if len(buf) > sshkey.MaxPastedLine {
			in.err = &sshkey.LimitError{What: "bytes in a line", Asked: uint64(len(buf)), Limit: sshkey.MaxPastedLine, Fixed: true}
			break
		}
		buf = append(make([]byte, 0, min(2*cap(buf), sshkey.MaxPastedLine+1)), buf...)
	}
	return buf
}
