package repair

import (
	"bufio"
	"io"

	"github.com/keyconv/keyconv/sshkey"
)

// Stream repairs an authorized_keys file of any size. What sshd accepts goes
// through line by line; memory is bounded by the longest line, or by the
// longest stretch of damaged lines that stand together. Each finding is given
// to found as soon as it is known; found may be nil.
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
	in := bufio.NewReaderSize(r, 1<<16)
	for k.err == nil {
		line, err := readLine(in)
		if len(line) > 0 {
			k.line(line)
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return false, err
		}
	}
	k.finish()
	if k.err == nil {
		k.err = out.Flush()
	}
	return k.clean, k.err
}

// readLine returns a line with its end; it lives until the next call, where it
// fits the buffer.
func readLine(in *bufio.Reader) ([]byte, error) {
	line, err := in.ReadSlice('\n')
	if err != bufio.ErrBufferFull {
		return line, err
	}
	long := append([]byte(nil), line...)
	for err == bufio.ErrBufferFull && len(long) < MaxInput {
		line, err = in.ReadSlice('\n')
		long = append(long, line...)
	}
	if err == bufio.ErrBufferFull {
		err = &sshkey.LimitError{What: "bytes in a line", Asked: uint64(len(long)), Limit: MaxInput}
	}
	return long, err
}
