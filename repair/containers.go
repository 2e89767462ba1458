package repair

import (
	"bytes"
	"encoding/base64"
	"strings"

	"github.com/keyconv/keyconv/internal/lazyre"
)

// A block is text between BEGIN and END, or base64 that is known for one by
// its first bytes. What is in a private block is never shown.
type block struct {
	start, end int
	label      string // "RSA PRIVATE KEY"
	body       []byte // base64 characters
	head       string // header lines, for the parser
	bare       bool   // without a BEGIN line
}

// begin matches BEGIN lines, worn down as they come: any dashes, spaces or none,
// and the "N RSA PRIVATE KEY-----" that vi leaves.
var begin = lazyre.New(beginText)

const beginText = `-*[ \t]*\b(?:BEGIN|N)[ \t_]+((?:[A-Z0-9]+[ \t_]+){0,3}(?:PRIVATE[ \t_]+KEY(?:[ \t]+BLOCK)?|PUBLIC[ \t_]+KEY(?:[ \t]+BLOCK)?|CERTIFICATE(?:[ \t]+REQUEST)?|PARAMETERS|MESSAGE|SIGNATURE))[ \t]*-+`

// blockStart matches what a block begins with: BEGIN lines, worn down as they
// come (any dashes, the "N RSA PRIVATE KEY-----" that vi leaves); the header of
// the private part of a PPK; an openssh-key-v1 or DER without a BEGIN line; the type of a
// JSON Web Key.
var blockStart = lazyre.NewNeeding(beginText+`|(Private-Lines:[ \t]*[0-9]+[^\n]*)`+
	`|(?:^|[^A-Za-z0-9+/])(b3BlbnNzaC1rZXktdjE|MI[IGH][A-Za-z0-9+/]{24}|MCowBQYDK2VwA|MFkwEwYH|MHYwEAYH|MC4CAQAw|MHcCAQEE)`+
	`|("kty"[ \t]*:)`,
	`"kty"`, "KEY", "CERTIFICATE", "PARAMETERS", "MESSAGE", "SIGNATURE", "Private-Lines:", "b3Blbn", "MII", "MIG", "MIH", "MCow", "MFkw", "MHYw", "MC4C", "MHcC")

// findBlocks returns the blocks of a text, in order.
func findBlocks(t *text) []block {
	if !blockStart.May(t.b) {
		return nil
	}
	var list []block
	for from := 0; from < len(t.b); {
		m := nextBlock(t.b, from)
		if m == nil {
			return list
		}
		b := oneBlock(t, m, from)
		if b.label != "" {
			list = append(list, b)
		}
		from = max(b.end, from+1)
	}
	return list
}

// nextBlock is the next match of blockStart with its groups, from from on; an
// absent group is less than from. No match goes on behind a line end, so that
// only lines that may have one are searched, each with the line end in front.
func nextBlock(b []byte, from int) []int {
	for i := from; i < len(b); {
		end := lineEnd(b, min(i+1, len(b)))
		if m := blockStart.FindSubmatchIndex(b[i:end]); m != nil {
			for n, at := range m {
				if m[n] = i + at; at < 0 {
					m[n] = from - 1
				}
			}
			return m
		}
		i = end
	}
	return nil
}

func oneBlock(t *text, m []int, from int) block {
	switch {
	case m[4] >= from:
		return ppkTail(t.b, m[4])
	case m[6] >= from:
		return bareBlock(t, m[6])
	case m[8] >= from:
		return jwkBlock(t.b, m[8], from)
	}
	label := strings.Join(strings.Fields(strings.ReplaceAll(string(t.b[m[2]:m[3]]), "_", " ")), " ")
	if label == "SSH2 PUBLIC KEY" {
		return block{end: m[1]}
	}
	return readBlock(t.b, m[0], m[1], label)
}

// ppkTail is the private part of a PPK with its MAC; the public part in front
// of it is base64 like any other.
func ppkTail(b []byte, at int) block {
	end := lineEnd(b, at)
	if i := bytes.Index(b[end:min(len(b), end+1<<15)], []byte("Private-MAC:")); i >= 0 {
		return block{start: at, end: lineEnd(b, end+i), label: "PPK"}
	}
	for end < len(b) {
		next := lineEnd(b, end+1)
		if len(base64Only(b[end:next])) < len(bytes.TrimSpace(b[end:next])) {
			break
		}
		end = next
	}
	return block{start: at, end: end, label: "PPK"}
}

// jwkBlock is a JSON Web Key (RFC 7517), of which the member at is one: an object of
// nothing but strings.
func jwkBlock(b []byte, at, from int) block {
	const longest = 1 << 14 // of an RSA key of 16,384 bits
	low := max(from, at-longest)
	start, end := bytes.LastIndexByte(b[low:at], '{'), bytes.IndexByte(b[at:min(len(b), at+longest)], '}')
	if start < 0 || end < 0 {
		return block{end: at + 1}
	}
	k := block{start: low + start, end: at + end + 1, label: "JWK, PUBLIC KEY"}
	if jwkSecret.Match(b[k.start:k.end]) {
		k.label = "JWK, PRIVATE KEY"
	}
	return k
}

// jwkSecret matches the members of private numbers and of symmetric keys (RFC 7518 section 6).
var jwkSecret = lazyre.New(`"(?:d|k|p|q|dp|dq|qi)"[ \t]*:`)

// readBlock takes everything up to the END line; without one, lines of base64
// and headers.
func readBlock(b []byte, start, body int, label string) block {
	limit := len(b)
	if m := begin.FindIndex(b[body:]); m != nil {
		limit = body + m[0]
	}
	end, stop := limit, -1
	if m := endLine.FindIndex(b[body:limit]); m != nil {
		stop, end = body+m[0], body+m[1]
	}
	if stop < 0 {
		stop = endOfBase64(b, body, limit)
		end = stop
	}
	k := block{start: start, end: end, label: label}
	k.head, k.body = splitHeaders(b[body:stop])
	return k
}

var endLine = lazyre.New(`-*[ \t]*\b(?:END|ND)[ \t_]+[A-Z0-9 \t_\n]{0,40}?(?:KEY(?:[ \t]+BLOCK)?|CERTIFICATE|REQUEST|PARAMETERS|MESSAGE|SIGNATURE)[ \t]*-*`)

// header matches a header of PEM.
var header = lazyre.New(`(?m)^[ \t>]*((?:Proc-Type|DEK-Info|Comment|Subject|X-\w+):[^\n]*)$`)

func splitHeaders(b []byte) (head string, body []byte) {
	var lines strings.Builder
	for _, m := range header.FindAllSubmatch(b, -1) {
		lines.Write(bytes.TrimSpace(m[1]))
		lines.WriteByte('\n')
	}
	return lines.String(), bytes.TrimRight(base64Only(header.ReplaceAll(b, nil)), "=")
}

func endOfBase64(b []byte, i, limit int) int {
	for i < limit {
		end := min(limit, lineEnd(b, i+1))
		line := bytes.Trim(b[i:end], edge+"\n-")
		if !header.Match(line) && len(base64Only(line)) < len(line) {
			return i
		}
		i = end
	}
	return limit
}

// bareBlock is base64 without BEGIN. DER says its own length.
func bareBlock(t *text, start int) block {
	if bytes.HasPrefix(t.b[start:], []byte("b3Blb")) {
		end := endOfBase64(t.b, start, len(t.b))
		return block{start: start, end: end, label: "OPENSSH PRIVATE KEY", body: bytes.TrimRight(base64Only(t.b[start:end]), "="), bare: true}
	}
	r := &reader{t: t, limit: len(t.b), at: start, chunks: []chunk{{at: start}}}
	if r.take(12, false) != nil {
		return block{end: start + 1}
	}
	n := derLength(decodeLoose(r.chars))
	if n < 24 || n > 1<<14 || r.take((n*8+5)/6, true) != nil {
		return block{end: start + 1}
	}
	r.skipPadding()
	k := block{start: start, end: r.at, body: r.chars, bare: true, label: "PUBLIC KEY"}
	if raw := decodeLoose(r.chars); bytes.HasPrefix(raw[n-derContent(raw, n):], []byte{2, 1}) {
		k.label = "PRIVATE KEY"
	}
	return k
}

// derLength is the length of a SEQUENCE with its header, 0 where it is none.
func derLength(b []byte) int {
	switch {
	case b[1] < 0x80:
		return 2 + int(b[1])
	case b[1] == 0x81:
		return 3 + int(b[2])
	case b[1] == 0x82:
		return 4 + int(b[2])<<8 + int(b[3])
	}
	return 0
}

// derContent is the length without the header.
func derContent(b []byte, n int) int {
	if b[1] < 0x80 {
		return n - 2
	}
	return n - 2 - int(b[1]&0x7f)
}

func decodeLoose(chars []byte) []byte {
	raw := make([]byte, base64.RawStdEncoding.DecodedLen(len(chars)))
	n, _ := base64.RawStdEncoding.Decode(raw, chars[:len(chars)/4*4])
	return raw[:n]
}
