package keyconv

import (
	"bytes"
	"errors"
	"slices"
	"strings"

	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/internal/formats/jwk"
	"github.com/keyconv/keyconv/internal/formats/knownhosts"
	"github.com/keyconv/keyconv/repair"
	"github.com/keyconv/keyconv/repair/transit"
	"github.com/keyconv/keyconv/rfc4716"
	"github.com/keyconv/keyconv/sshkey"
)

// The codes of the findings that a text holds another key than the one that is read,
// and that a line with options is one of them.
const (
	moreKeys      = "more-keys"
	optionsBeside = "options-beside"
)

// leftBehind notes on the key of a text, whose format holds one, that another
// key or a certificate stands in it. The readers pass over it and do not say so:
// this is for all formats. mended is for a text that was laid out anew, where the
// place of the key is no longer one in text.
func (f Format) leftBehind(k *sshkey.Key, text []byte, mended bool) {
	if f.many {
		return
	}
	all := openings(text)
	if other := all.beside(all.read(k, f, text, mended)); other != nil {
		k.Findings = append(k.Findings, sshkey.Finding{Pos: sshkey.PosAt(text, other.at), Code: moreKeys, Severity: sshkey.Warning,
			Msg: "another key or certificate stands here and is not read: a file of the format " + f.Name + " gives one", Hint: "put each of them into a file of its own"})
	}
	if k.Private == nil {
		return
	}
	if n := slices.IndexFunc(all, func(o opening) bool { return o.restricts(k.Public) }); n >= 0 {
		noteOptions(k, sshkey.PosAt(text, all[n].at))
	}
}

func noteOptions(k *sshkey.Key, at sshkey.Pos) {
	warnBeside(k, at, "a line with options for this key stands here, or seems to, and is not read: the key's public half alone would let it in without them",
		"use the line as it is, and put the private key into a file of its own")
}

func warnBeside(k *sshkey.Key, at sshkey.Pos, msg, hint string) {
	k.Findings = append(k.Findings, sshkey.Finding{Pos: at, Code: optionsBeside, Severity: sshkey.Warning, Msg: msg, Hint: hint})
}

// optionsNear notes the same where only a repair shows the line, or where it is known
// that one stands there and not what its options are.
func (f Format) optionsNear(keys []*sshkey.Key, text []byte) {
	if f.many || len(keys) != 1 || widens(keys[0]) != nil || alone(text) {
		return
	}
	k := keys[0]
	text = transit.Peel(text)
	live := uncommented(text)
	if begin, _ := containerIn(live); begin < len(live) && restricts(live[:begin]) {
		warnBeside(k, k.Pos, "options stand in front of this key and are not read: the key alone would let in without them",
			"write them in front of the type of the key, on its line of authorized_keys; a file that holds the key alone can be converted")
		return
	}
	if k.Private == nil || !repair.NamesOption(live) || !f.standsBeside(k, live) {
		return
	}
	n, err := Normalize(text)
	if err != nil {
		return
	}
	others := false
	for i, line := range n.Keys {
		if (opening{line: line}).restricts(k.Public) {
			noteOptions(k, sshkey.PosAt(text, n.Offsets[i]))
			return
		}
		others = others || len(line.Options) > 0
	}
	switch at := slices.IndexFunc(n.Findings, func(g sshkey.Finding) bool { return g.Severity == sshkey.Refused }); {
	case at >= 0:
		noteOptions(k, n.Findings[at].Pos)
	case !others:
		noteOptions(k, k.Pos)
	}
}

// standsBeside reports whether something of the public half of a key stands in the text
// besides its container, which holds it too; of a hidden one, whether any may.
func (f Format) standsBeside(k *sshkey.Key, text []byte) bool {
	rest := withoutContainer(text)
	switch {
	case f.Name == jwk.Name:
		return false
	case k.Public.IsZero():
		return bytes.Contains(rest, []byte("AAAA"))
	}
	return repair.TracesOf(rest).Of(k.Public) > 0
}

// withoutContainer is a text without the first container, where its start and its end
// are there.
func withoutContainer(text []byte) []byte {
	begin, end := containerIn(text)
	return slices.Concat(text[:begin], []byte("\n"), text[end:])
}

// containerIn is where the first container stands in a text; nothing at its end, where
// it has no start or no end.
func containerIn(text []byte) (begin, end int) {
	begin = len(text)
	for _, word := range beginWords {
		if n := bytes.Index(text, word); n >= 0 {
			begin = min(begin, n)
		}
	}
	last := containerEnd().FindIndex(text[begin:])
	if last == nil {
		return len(text), len(text)
	}
	return begin, begin + last[1]
}

// restricts reports whether a line of text is options, which a line of authorized_keys
// would have in front of its key.
func restricts(text []byte) bool {
	for line := range bytes.Lines(text) {
		if repair.IsOptions(bytes.TrimRight(line, ", \t\r\n\\")) {
			return true
		}
	}
	return false
}

// uncommented is a text without its comment lines.
func uncommented(text []byte) (rest []byte) {
	for line := range bytes.Lines(text) {
		if !bytes.HasPrefix(bytes.TrimLeft(line, " \t"), []byte("#")) {
			rest = append(rest, line...)
		}
	}
	return rest
}

// alone reports whether nothing stands in front of a container and behind it.
func alone(text []byte) bool {
	text = bytes.TrimSpace(text)
	if bytes.HasPrefix(text, []byte("-----BEGIN CERTIFICATE-----")) {
		return false // certutil puts it around any text
	}
	last := text[bytes.LastIndexAny(text, "\r\n")+1:]
	ends := containerEnd().FindIndex(last)
	return slices.ContainsFunc(beginWords, func(word []byte) bool { return bytes.HasPrefix(text, word) && bytes.Count(text, word) == 1 }) &&
		ends != nil && ends[0] == 0 && ends[1] == len(last)
}

// Widens is why the public half of a key must not be given away as a line: a restriction
// that stood beside it, or in a header of its container, would be lost, or that the key is
// revoked. It is nil for nearly all keys.
func Widens(k *sshkey.Key) error {
	if err := widens(k); err != nil {
		return err
	}
	return headersWiden(k)
}

// headersWiden asks what Normalize would say of a container with these headers. The names
// of known hosts are none that restrict.
func headersWiden(k *sshkey.Key) error {
	public := k.PublicOnly()
	public.Comment = ""
	public.Headers = slices.DeleteFunc(public.Headers, func(h sshkey.Header) bool { return h.Name == knownhosts.HeaderHost })
	if len(public.Headers) == 0 || k.Public.IsZero() {
		return nil
	}
	text, err := rfc4716.Marshal(public)
	if err != nil {
		return nil // RFC 4716 is only how to ask
	}
	n, err := Normalize(text)
	if err != nil {
		return err
	}
	for _, f := range n.Findings {
		if f.Severity == sshkey.Refused && (strings.HasPrefix(f.Code, "options-") || f.Code == "marked-revoked") {
			return &sshkey.SyntaxError{Format: rfc4716.Name, Pos: k.Pos, Err: sshkey.WithHint(errors.New("in the headers: "+f.Msg), f.Hint)}
		}
	}
	return nil
}

// widens is Widens for what keeps the headers.
func widens(k *sshkey.Key) error {
	if err := sshkey.RefuseRevoked(authkeys.Name, k); err != nil {
		return err
	}
	for _, f := range k.Findings {
		if f.Code == optionsBeside {
			return &sshkey.SyntaxError{Format: authkeys.Name, Pos: f.Pos, Err: sshkey.WithHint(errors.New(f.Msg), f.Hint)}
		}
	}
	return nil
}
