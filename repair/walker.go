package repair

import (
	"bytes"
	"encoding/base64"
	"strings"

	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/internal/keyset"
	"github.com/keyconv/keyconv/sshkey"
)

// A walker goes through a text line by line. What sshd accepts it passes on;
// lines that sshd would skip it collects, with what stands between them, and
// repairs together.
type walker struct {
	o      Options
	write  func([]byte) error
	found  func([]sshkey.Finding)
	entry  func(Entry)
	expect fingerprint

	number, offset int // of the next line
	clean          bool
	keys           int
	refused        bool
	state                        // what stands above
	seen           *keyset.Keys  // with a hash of their options
	optioned       keyset.Filter // those with options
	searched       int
	spurned        map[uint64]bool // refused with their options, by the hash of seen

	held       []byte // lines to repair
	heldNumber int
	heldOffset int
	good       int         // how much of held is up to the last bad line
	below      *sshkey.Key // the sound key that ends what is held
	named      string      // the comment line above, where it names a private key
	early      []earlyDraft
	err        error
}

func newWalker(o Options) *walker {
	expect, _ := parseExpect(o.Expect)
	if o.Memory == nil {
		o.Memory = NewMemory()
	}
	if o.Memory.answers == nil {
		o.Memory.answers = map[sshkey.PublicKey]answer{}
	}
	return &walker{o: o, expect: expect, number: 1, clean: true, seen: keyset.New()}
}

// line takes the next line, with its line end; bad is true where it is known to be.
func (w *walker) line(raw []byte, bad bool) {
	var l authkeys.Line
	if !bad {
		l = lineOf(w.number, w.offset, raw)
	}
	switch {
	case bad || isBad(l, raw), l.Kind == authkeys.Entry && w.opened():
		w.hold(raw)
		w.clean = false
		w.good = len(w.held)
	case l.Kind == authkeys.Entry && w.good > 0 && isBlank(raw[0]):
		w.hold(raw) // further in than a bad line above: both may be of a structure that goes on below
		w.good = len(w.held)
	case l.Kind == authkeys.Entry:
		w.below = l.Key
		w.flush()
		w.below = nil
		w.sound(l, raw)
	case w.good > 0:
		w.hold(raw)
	case l.Kind == authkeys.Comment:
		w.flush()
		w.hold(raw) // it may be a key commented out that goes on in the next line
	default:
		w.flush()
		w.pass(raw)
	}
	w.number += countLines(raw)
	w.offset += len(raw)
}

// isBad reports whether a line has to be repaired.
func isBad(l authkeys.Line, raw []byte) bool {
	return l.Kind == authkeys.Bad || bytes.IndexByte(raw, 0) >= 0 || l.Kind == authkeys.Entry && secondKey(l.Key.Comment) ||
		(l.Kind == authkeys.Entry || !bytes.HasSuffix(raw, []byte("\n"))) && keyBehindCR(l.Text)
}

// keyBehindCR reports whether a key begins behind a carriage return. To sshd it is a part of
// the comment; in a text without any other line end it is not.
func keyBehindCR(line []byte) bool {
	_, behind, ok := bytes.Cut(line, []byte("\r"))
	return ok && len(behind) >= fewestCharacters && len(find(plain(behind, 0))) > 0
}

// hold keeps a line until it is clear what it belongs to.
func (w *walker) hold(raw []byte) {
	if len(w.held) == 0 {
		w.heldNumber, w.heldOffset = w.number, w.offset
	}
	w.held = append(w.held, raw...)
}

// fewestCharacters is less than any key has.
const fewestCharacters = 60

// secondKey reports whether a comment holds another whole key, as when a file
// without a last line end was appended to; or a private one, whole or not.
func secondKey(comment string) bool {
	if len(comment) < fewestCharacters {
		return false
	}
	if sshkey.HoldsPrivate(comment) {
		return true
	}
	t := plain([]byte(comment), 0)
	for _, c := range find(t) {
		if strings.Contains(comment[:c.typed], "#") {
			break // it is commented out
		}
		if b, _ := read(t, c, len(t.b)); b != nil {
			return true
		}
	}
	return false
}

// pass writes a comment or a blank line as it is.
func (w *walker) pass(raw []byte) {
	w.above = false
	w.passes(raw)
	if text := bytes.TrimSpace(raw); len(text) > 0 {
		w.open, w.hashed = false, max(w.hashed, reachOfLine(text))
	}
	if w.o.Expect != "" {
		return
	}
	w.emit(raw)
}

func (w *walker) emit(raw []byte) {
	if w.err == nil {
		w.err = w.write(raw)
	}
	if w.err == nil && !bytes.HasSuffix(raw, []byte("\n")) {
		w.err = w.write([]byte("\n"))
	}
}

// sound passes on an entry that sshd accepts, with warnings.
func (w *walker) sound(l authkeys.Line, raw []byte) {
	taken := w.surrounded(raw)
	defer func() { w.state = behindKey(l.Key.Comment, gluesOption).within(w.around) }()
	if !w.expect.matches(l.Key.Public) {
		w.search(l, taken)
		return
	}
	n := &notes{}
	if o := w.against(l.Key, taken); o != nil {
		w.clean, w.refused = false, true
		n.put(o.at(w.offset))
	} else {
		w.emit(raw)
		w.warn(n, w.offset, l.Key)
		w.tell(Entry{Line: string(l.Text), Key: l.Key, Offset: w.offset})
	}
	w.found(n.findings(raw, w.offset, w.number))
}

// against is why an entry that sshd accepts is refused; taken is what stands above.
func (w *walker) against(k *sshkey.Key, taken *objection) *objection {
	switch {
	case w.apart:
		w.spurn(k.Public)
		return &objection{"options-apart", "options stand above the key, on a line of their own: sshd would let the key in without them",
			"write them in front of the key, on the same line"}
	case (w.above || w.open) && len(k.Options) > 0:
		w.spurn(k.Public)
		return &startAbove
	case w.isSpurned(k):
		return &twinOfRefused
	case taken == nil && k.Public.IsCertificate():
		return &certificate
	}
	return taken
}

// startAbove is for a key whose options may begin on the line above.
var startAbove = objection{"options-apart", "the line above may be the start of this key's options", "write all options in front of the key, on the same line"}

// searches bounds how many sound lines are searched for a wrong character;
// each takes some 20 milliseconds.
const searches = 256

// search looks for one wrong character in a line that sshd accepts and that
// is not the expected key. Options stay as they are.
func (w *walker) search(l authkeys.Line, taken *objection) {
	if w.searched++; w.searched > searches || w.against(l.Key, taken) != nil {
		return
	}
	chars := []byte(base64.RawStdEncoding.EncodeToString(l.Key.Public.Blob()))
	raw, what := w.expect.search(chars, len(chars))
	k, err := sshkey.ParsePublicKey(raw)
	if err != nil || bytes.Count(l.Text, chars) != 1 {
		return
	}
	line := bytes.Replace(l.Text, chars, []byte(base64.RawStdEncoding.EncodeToString(k.Blob())), 1)
	key, err := authkeys.ParseLine(line)
	if err != nil || key.Public != k || acceptable(key) != nil {
		return
	}
	w.clean = false
	w.emit(line)
	n := &notes{}
	n.add(w.offset, "found-by-fingerprint", "%s in the key; the expected fingerprint says which", what)
	w.found(n.findings(l.Text, w.offset, w.number))
	w.tell(Entry{Line: string(line), Key: key, Repaired: true, Offset: w.offset})
}

func (w *walker) tell(e Entry) {
	if !e.Commented {
		w.keys++
	}
	w.entry(e)
}

// warn says what is odd about an entry that is printed as it is.
func (w *walker) warn(n *notes, src int, k *sshkey.Key) {
	add := func(code, msg, hint string) { n.put(note{src, code, sshkey.Warning, msg, hint}) }
	c := quick
	if w.number <= careful {
		c = usual
	}
	if err := w.o.suspect(k.Public, c); err != nil {
		f := suspicion(err)
		add(f.Code, f.Msg, f.Hint)
	}
	if err := authkeys.Accepted(k); err != nil && err != authkeys.ErrCertAuthority {
		add("not-accepted", "sshd lets nobody in with this line: "+err.Error(), sshkey.Hint(err))
	}
	if f, ok := OptionsBehind(k); ok {
		add(f.Code, f.Msg, f.Hint)
	}
	if !w.isNew(w.seen.Hash(k.Public.Blob()), w.seen.Hasher().Short([]byte(authkeys.RawOptions(k.Options)))) {
		add("duplicate-key", "the same key stands above with other options; sshd takes the first line that it can read", "keep one of the two lines")
	}
}

// isNew remembers a key. It is false where the key was there with other options, or
// was refused with its own.
func (w *walker) isNew(key uint64, options uint32) bool {
	if len(w.spurned) > 0 && w.spurned[key] {
		return false
	}
	if options == 0 && !w.optioned.May(key) {
		w.seen.Later(key)
		return true
	}
	if w.seen.New(key, options) {
		if options != 0 {
			w.optioned.Add(key)
		}
		return true
	}
	before, _ := w.seen.Find(key)
	return before == options
}

// finish repairs what is still held.
func (w *walker) finish() {
	w.flush()
	if w.apart && !w.charged {
		w.refused = true
		w.found([]sshkey.Finding{{Pos: sshkey.Pos{Offset: w.offset, Line: w.number, Column: 1}, Code: "options-alone", Severity: sshkey.Refused,
			Msg: "options stand on a line of their own, and no key follows", Hint: "write them in front of the key, on the same line"}})
	}
	if w.keys == 0 && !w.refused && (!w.clean || w.o.Expect != "") {
		msg, hint := "there is no public key in this text", "paste the content of the .pub file"
		if w.o.Expect != "" {
			msg, hint = "no key in this text has the expected fingerprint", "keyconv fingerprint FILE lists what is there; is it the text of the right key?"
		}
		w.found([]sshkey.Finding{{Pos: sshkey.Pos{Offset: 0, Line: 1, Column: 1}, Code: "no-key", Severity: sshkey.Refused, Msg: msg, Hint: hint}})
	}
}
