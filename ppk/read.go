package ppk

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"sort"
	"strconv"
	"strings"

	"github.com/keyconv/keyconv/sshkey"
)

// Bounds of PuTTY's reader (sshpubk.c).
const (
	maxFile  = 262144*4/3 + 4096
	maxLines = 5461 // base64 lines of a blob: this many are an error
	maxWidth = 64   // characters of a base64 line
)

// A file is a PPK taken apart as text, its private blob perhaps encrypted.
type file struct {
	data       []byte // the text, for positions
	version    int
	algorithm  string
	encryption string
	comment    string
	pub, priv  blob
	argon2     argon2Params
	mac        string
	hash       bool // "Private-Hash:" of version 1
	macOffset  int
	publicOnly bool // the file ends behind the public half, as sshpk writes it
}

// A blob is decoded base64 and where each line of it stood.
type blob struct {
	data  []byte
	lines []lineStart
}

type lineStart struct{ decoded, offset int }

// at maps an offset in the blob to one in the text.
func (b *blob) at(i int) int {
	n := sort.Search(len(b.lines), func(n int) bool { return b.lines[n].decoded > i })
	if n == 0 {
		return 0
	}
	l := b.lines[n-1]
	return l.offset + (i-l.decoded)*4/3
}

// readFile reads the text layer. The order of the lines is fixed.
func readFile(data []byte) (*file, error) {
	if len(data) > maxFile {
		return nil, sshkey.Errorf(Name, data, 0, "the file is %d bytes long; PuTTY reads %d at most", len(data), maxFile)
	}
	f := &file{data: data}
	s := &scanner{data: data}
	f.first(s)
	f.encryption = s.value("Encryption")
	encryptionAt := s.at
	f.comment = s.value("Comment")
	if i := strings.IndexByte(f.comment, 0); i >= 0 {
		s.fail(s.at+i, "a NUL in the comment")
	}
	f.pub = s.blob("Public-Lines")
	if f.publicOnly = s.err == nil && s.off == len(s.data) && bytes.HasSuffix(s.data, []byte("\n")); f.publicOnly {
		return f, nil
	}
	if s.err == nil && f.encryption != "none" && f.encryption != "aes256-cbc" {
		s.fail(encryptionAt, "unknown encryption %s; PuTTY writes aes256-cbc or none", sshkey.Quote(f.encryption))
	}
	if f.version == 3 && f.encrypted() {
		f.argon2.read(s)
	}
	f.priv = s.blob("Private-Lines")
	privAt := s.at
	f.readMAC(s)
	if s.err == nil && f.encrypted() && len(f.priv.data)%16 != 0 {
		s.fail(privAt, "the encrypted part is %d bytes long, which is no multiple of 16", len(f.priv.data))
	}
	return f, s.err
}

// first reads "PuTTY-User-Key-File-V: algorithm".
func (f *file) first(s *scanner) {
	for v := 1; v <= 3; v++ {
		if bytes.HasPrefix(s.data, []byte(magic+strconv.Itoa(v)+": ")) {
			f.version = v
			f.algorithm = s.value(magic + strconv.Itoa(v))
			return
		}
	}
	if Sniff(s.data) {
		version := string(s.data[len(magic):min(len(s.data), len(magic)+9)])
		if i := strings.IndexAny(version, ": \r\n"); i >= 0 {
			version = version[:i]
		}
		if version == "1" || version == "2" || version == "3" {
			s.fail(len(magic)+1, "expected a colon, a space and the type of the key behind the version")
			return
		}
		s.err = &sshkey.UnsupportedError{Format: Name, Unknown: "keyconv", What: fmt.Sprintf("version %q", version),
			Next: "versions 1, 2 and 3 are known; save the key again with PuTTYgen, choosing version 3"}
		return
	}
	s.fail(0, "the first line does not begin with %q", magic)
}

func (f *file) readMAC(s *scanner) {
	const mac, hash = "Private-MAC", "Private-Hash"
	name := mac
	if f.version == 1 && bytes.HasPrefix(s.rest(), []byte(hash+": ")) {
		name, f.hash = hash, true
	}
	f.mac, f.macOffset = s.value(name), s.at
}

func (f *file) encrypted() bool { return f.encryption == "aes256-cbc" }

// A scanner reads a PPK line by line. After the first failure it reads
// nothing more.
type scanner struct {
	data []byte
	off  int // of the next line
	at   int // of the value read last
	err  error
}

func (s *scanner) fail(offset int, msg string, args ...any) {
	if s.err == nil {
		s.err = sshkey.Errorf(Name, s.data, offset, msg, args...)
	}
}

func (s *scanner) rest() []byte { return s.data[s.off:] }

// line takes a line as PuTTY does: it ends at a CR or an LF, and one more CR
// or LF behind that belongs to its end, so CR LF is one end and so is LF LF.
func (s *scanner) line() []byte {
	start := s.off
	n := bytes.IndexAny(s.rest(), "\r\n")
	if n < 0 {
		s.off = len(s.data)
		return s.data[start:]
	}
	s.off = start + n + 1
	if s.off < len(s.data) && (s.data[s.off] == '\r' || s.data[s.off] == '\n') {
		s.off++
	}
	return s.data[start : start+n]
}

// value reads a line "name: value".
func (s *scanner) value(name string) string {
	if s.err != nil {
		return ""
	}
	start := s.off
	if start == len(s.data) {
		s.fail(start, "the file ends where the line %q should be: it is cut short", name+":")
		return ""
	}
	line := s.line()
	prefix := name + ": "
	if !bytes.HasPrefix(line, []byte(prefix)) {
		s.fail(start, "expected the line %q", name+":")
		return ""
	}
	s.at = start + len(prefix)
	return string(line[len(prefix):])
}

// number reads a line with a decimal number as C's strtoul does: white space
// and a plus in front and leading zeros are allowed.
func (s *scanner) number(name string, limit uint64) int64 {
	v := s.value(name)
	if s.err != nil {
		return 0
	}
	v = strings.TrimPrefix(strings.TrimLeft(v, " \t\v\f"), "+")
	n, err := strconv.ParseUint(v, 10, 64)
	if err != nil || strings.HasPrefix(v, "+") || n > limit {
		s.fail(s.at, "%s must be a number up to %d", name, limit)
		return 0
	}
	return int64(n)
}

// blob reads a count of lines and that many lines of base64.
func (s *scanner) blob(name string) (b blob) {
	count := s.number(name, maxLines-1)
	for i := range count {
		if s.err != nil {
			return b
		}
		start := s.off
		if start == len(s.data) {
			s.fail(start, "%s says %d lines of base64 and the file ends after %d", name, count, i)
			return b
		}
		line := s.line()
		if bytes.Contains(line, []byte(": ")) {
			s.fail(start, "%s says %d lines of base64 and there are %d", name, count, i)
			return b
		}
		b.lines = append(b.lines, lineStart{len(b.data), start})
		b.data = s.decode(b.data, line, start)
	}
	return b
}

// decode appends a line of base64. Each group of four stands for itself, so
// padding may come in the middle, and bits under the padding do not matter.
func (s *scanner) decode(dst, line []byte, start int) []byte {
	if len(line) > maxWidth || len(line)%4 != 0 {
		s.fail(start, "a line of %d characters; base64 comes in multiples of 4 up to %d here", len(line), maxWidth)
		return dst
	}
	if out, err := base64.StdEncoding.AppendDecode(dst, line); err == nil {
		return out
	}
	for i := 0; i < len(line); i += 4 {
		var err error
		if dst, err = base64.StdEncoding.AppendDecode(dst, line[i:i+4]); err != nil {
			s.fail(start+i, "this is not base64") // and may be of the private half, so it is not shown
			return dst
		}
	}
	return dst
}

// hexBytes reads a line of hexadecimal digits of either case.
func (s *scanner) hexBytes(name string) []byte {
	v := s.value(name)
	b, err := hex.DecodeString(v)
	if s.err == nil && err != nil {
		s.fail(s.at, "%s must be pairs of hexadecimal digits", name)
	}
	return b
}
