package repair

import (
	"crypto/md5"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strings"

	"github.com/keyconv/keyconv/sshkey"
)

// A fingerprint is what the user expects; the zero value expects anything.
type fingerprint struct{ sha256, md5 string }

// parseExpect reads "SHA256:..." or MD5 in pairs, with "MD5:" or without, or takes
// it out of a line such as PuTTYgen shows: "ssh-ed25519 255 SHA256:... comment".
func parseExpect(s string) (f fingerprint, err error) {
	words := strings.Fields(s)
	if len(words) < 2 {
		return parseFingerprint(strings.TrimSpace(s))
	}
	for _, word := range words {
		g, err := parseFingerprint(word)
		switch {
		case err != nil || !strings.Contains(word, ":") || g == f:
		case f.given():
			return fingerprint{}, errExpect // which of the two?
		default:
			f = g
		}
	}
	if !f.given() {
		err = errExpect
	}
	return f, err
}

func parseFingerprint(s string) (fingerprint, error) {
	if s == "" {
		return fingerprint{}, nil
	}
	if f, ok := strings.CutPrefix(s, "SHA256:"); ok {
		raw, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(f, "="))
		if err == nil && len(raw) == sha256.Size {
			return fingerprint{sha256: string(raw)}, nil
		}
		return fingerprint{}, errExpect
	}
	raw, err := hex.DecodeString(strings.ReplaceAll(strings.TrimPrefix(s, "MD5:"), ":", ""))
	if err != nil || len(raw) != md5.Size {
		return fingerprint{}, errExpect
	}
	return fingerprint{md5: string(raw)}, nil
}

var errExpect = sshkey.WithHint(errors.New("the expected fingerprint is none"),
	`write it as PuTTYgen, ssh-keygen -l or sshd's log show it: SHA256: and 43 characters`)

func (f fingerprint) given() bool { return f != fingerprint{} }

func (f fingerprint) matches(k sshkey.PublicKey) bool { return !f.given() || f.of(k.Blob()) }

func (f fingerprint) of(blob []byte) bool {
	if f.sha256 != "" {
		sum := sha256.Sum256(blob)
		return string(sum[:]) == f.sha256
	}
	sum := md5.Sum(blob)
	return string(sum[:]) == f.md5
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

// mostCharacters is more than a key of MaxRSABits has.
const mostCharacters = 1 << 12

// costOfOne is what one try costs besides its characters, as so many of them.
const costOfOne = 128

// search looks for one wrong or one missing character: some 24,000 hashes for
// a key of 2048 bits.
func (f fingerprint) search(chars []byte, need int) (blob []byte, what string) {
	if len(chars) < need-1 || need < fewestCharacters || need > mostCharacters {
		return nil, ""
	}
	if len(chars) == need-1 {
		return f.tryAll(append([]byte{'A'}, chars...), true), "one character was missing"
	}
	return f.tryAll(append([]byte(nil), chars[:need]...), false), "one character was wrong"
}

// tryAll puts every character at every place: in the place of the one there,
// or (insert) moving a gap from the front to the end.
func (f fingerprint) tryAll(chars []byte, insert bool) []byte {
	raw := make([]byte, base64.RawStdEncoding.DecodedLen(len(chars)))
	for i := range chars {
		if insert && i > 0 {
			chars[i-1] = chars[i]
		}
		old := chars[i]
		for _, c := range []byte(alphabet) {
			chars[i] = c
			if n, err := base64.RawStdEncoding.Strict().Decode(raw, chars); err == nil && f.of(raw[:n]) {
				return raw[:n]
			}
		}
		chars[i] = old
	}
	return nil
}

// search tries what stands at a candidate: all of it and what stands before
// each gap, since words of a comment look like base64 too. ended reports that it did
// not try all of that, because m has searched enough; behind is where the text of a key
// that was found ends.
func (m *Memory) search(f fingerprint, t *text, c candidate, limit int) (k sshkey.PublicKey, what string, behind int, ended bool) {
	r := &reader{t: t, c: c, limit: limit, at: c.start, chunks: []chunk{{at: c.start}}, chars: []byte(c.head[:c.lost])}
	var ends []keyEnd
	for len(r.chars) < 1<<13 {
		char, n := r.next()
		if char == 0 {
			ends = append(ends, keyEnd{len(r.chars), r.at})
		}
		if n == 0 {
			break
		}
		if char != 0 {
			r.chars = append(r.chars, char)
		}
		r.at += n
	}
	for i, end := range ends {
		if i >= 3 && i < len(ends)-3 {
			continue
		}
		for _, need := range []int{end.chars, end.chars + 1} {
			if m.searched >= mostSearched {
				return k, "", 0, true
			}
			if need >= fewestCharacters && need <= mostCharacters {
				m.searched += need * (need + costOfOne)
			}
			raw, what := f.search(r.chars[:end.chars], need)
			k, err := sshkey.ParsePublicKey(raw)
			if err == nil && !fieldFollows(append([]byte(base64.RawStdEncoding.EncodeToString(raw)), r.chars[end.chars:]...), len(raw)) {
				return k, what, end.at, false
			}
		}
	}
	return k, "", 0, false
}

// A keyEnd is where a key may end: behind so many characters, at that place.
type keyEnd struct{ chars, at int }
