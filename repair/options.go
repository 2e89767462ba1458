package repair

import (
	"bytes"
	"errors"
	"html"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/internal/lazyre"
	"github.com/keyconv/keyconv/sshkey"
)

// Options are sacred: they restrict what a key may do, so that a key without
// the options that it had is worse than no key. What stands in front of a key
// is either taken whole, as sshd reads it, or known not to be options; in any
// other case the entry is refused.

// optionText matches text in which options are named, well or badly.
var optionText = lazyre.New(`(?i)(?:^|[^A-Za-z0-9_.@/-])(?:` +
	`(?:command|principals|tunnel|expirytime)\\?["']?[ \t]*[=:]|` +
	`environment\\?["']?[ \t]*(?:=|:[ \t]*[^ \t\n{])|` + // not the list of a service's variables
	`from\\?["']?[ \t]*(?:=|:[ \t]*\\?["'0-9*!])|` + // not the From: of a mail
	`(?:no-)?(?:port-forwarding|agent-forwarding|x11-forwarding|user-rc|touch-required|verify-required)|` +
	`no-?pty|no-restrict|cert-authority|expiry-time|permitopen|permitlisten|key_options|options["']?[ \t]*[=:]|` +
	`restrict["']?[ \t]*(?:[,\\:;]|$|\n))`)

// namesOption reports whether text seems to speak of a restriction.
func namesOption(b []byte) bool { return mayNameOption(b) && optionText.Match(withoutUnset(b)) }

// unset matches a field of JSON, YAML or HCL that has the name of an option and sets none:
// it is empty, or an environment that no option of sshd is, NAME=VALUE.
var unset = lazyre.NewNeeding(`(?i)\\?["']?\b(?:`+
	`restrict`+setTo+`false|restricted`+setTo+`(?:false|null|nil|~)|`+
	`(?:(?:key_|ssh_)?options|environment)`+setTo+`(?:null|nil|~|\\?"\\?"|''|\[[ \t]*\]|\{[ \t]*\})|`+
	`(?:command|from|principals|permit_?open|permit_?listen|tunnel|expiry_?time|source_?address(?:es)?)`+setTo+`(?:null|nil|~|\\?"\\?"|'')|`+
	`environment`+setTo+`(?:\\?"[\w -]*\\?"|'[\w -]*'|[\w-]+(?: [\w-]+)*))[ \t]*([,}\])\n]|$)`,
	"estrict", "ESTRICT", "ptions", "PTIONS", "ommand", "OMMAND", "nvironment", "NVIRONMENT", "rom", "ROM", "rincipals", "RINCIPALS", "ermit", "ERMIT", "unnel", "UNNEL", "xpiry", "XPIRY", "ource", "OURCE")

// setTo matches what stands between a field's name and its value; no option of sshd has
// blanks around its equal sign.
const setTo = `\\?["']?(?:[ \t]+=[ \t]+|[ \t]*(?:=>|:)[ \t]*)`

// withoutUnset is a text without the fields that set no option.
func withoutUnset(b []byte) []byte {
	if !unset.May(b) || !unset.Match(b) {
		return b
	}
	return unset.ReplaceAll(b, []byte(" $1"))
}

// OptionsBehind tells of options in the comment of a key; false where there are none.
func OptionsBehind(k *sshkey.Key) (sshkey.Finding, bool) {
	return sshkey.Finding{Pos: k.Pos, Code: "options-behind", Severity: sshkey.Warning,
		Msg: "the text behind the key is a comment; it restricts nothing", Hint: "options stand in front of the key type"}, namesOption([]byte(k.Comment))
}

// NamesOption reports whether a text seems to speak of a restriction, in any spelling.
func NamesOption(text []byte) bool { return gluesOption(text) }

// IsOptions reports whether a line is options and nothing else, as sshd reads them or
// without the start of the first.
func IsOptions(line []byte) bool {
	line = bytes.TrimSpace(line)
	return aloneOption.Match(line) || isOptions(line) || isTorn(line)
}

// mayNameOption saves the search in nearly all comments. Letters that are not
// ASCII may be the same as one that is, without case.
func mayNameOption(b []byte) bool {
	behind := uint64(0) // what makes a mark with the last character
	for _, c := range b {
		if c >= 0x80 || behind>>sixBits(c)&1 == 1 {
			return true
		}
		behind = optionMarks[sixBits(c)]
	}
	return false
}

// optionMarks are pairs of characters: for each, those behind it. Whatever names an
// option has such a pair, and the names of people and hosts seldom.
var optionMarks = func() (set [1 << 6]uint64) {
	for _, s := range []string{"-f", "mm", "-a", "nv", "xp", "fr", "y_", "o-", "ty", "ns", "rm", "nc", "ct", "nn", "-r", "_f", "_r", "dd"} {
		set[sixBits(s[0])] |= 1 << sixBits(s[1])
	}
	return set
}()

// sixBits is the same for a letter and its capital: it takes the bit that tells
// letters from digits and signs, and the five in which both are alike.
func sixBits(c byte) byte { return c>>1&(1<<5) | c&31 }

// squeezedOption matches option names in text without white space.
var squeezedOption = lazyre.NewNeeding(`(?:command|from|environment|principals|tunnel|expiry-?time|permit-?open|permit-?listen|source-?address(?:es)?)[a-z0-9]{0,2}(?:["'=]|&#61;)|`+
	`(?:command|environment|principals|tunnel|permit-?open|permit-?listen|expiry-?time|source-?address(?:es)?|restrict(?:ed)?)["']?:|from["']?:["'0-9*!\[{-]|(?:^|[{;])from[0-9]|["']from[0-9]+[.:/]|`+
	`<[a-z-]*(?:command|from|environment|principals|tunnel|expiry-?time|permit-?open|permit-?listen|source-?address(?:es)?|restrict(?:ed)?)(?:[>0-9/"]|$)|`+
	`(?:port|agent|x11)-forwarding|(?:no|permit)-?pty|user-rc|touch-required|verify-required|cert-authority|key-options|options["']?[=:]|restrict(?:[^a-z0-9-]|ssh|ecdsa|sk-|(?:s|ss|sk|e|ec|ecd|ecds)?(?:$|[="]))`,
	"command", "from", "environment", "principals", "tunnel", "expiry", "permit", "-forwarding", "pty", "user-rc", "-required", "cert-authority", "key-options", "options", "restrict", "source")

// gluesOption is namesOption for text in which an option may follow a word directly,
// as the next line does where the end of a line was lost.
func gluesOption(b []byte) bool {
	return mayNameOption(b) && (namesOption(b) || hidesOption(b))
}

// hidesOption reports whether text between keys names an option in any
// spelling: broken over lines, encoded, in capitals.
func hidesOption(b []byte) bool {
	if len(bytes.TrimSpace(b)) == 0 {
		return false
	}
	b = withoutUnset(b)
	return squeezedOption.Match(squeezed(b, `\|`)) || bytes.Contains(b, []byte("=\n")) && squeezedOption.Match(squeezed(b, `\|=`))
}

// variables matches the line above the environment of a service, of Compose and others.
var variables = lazyre.New(`^["']?environment["']?:[ \t]*(?:\{[ \t]*)?[\r\n]*$`)

// squeezed is text in small letters, without white space, comment lines and the
// signs at which its lines go on, and decoded.
func squeezed(b []byte, ends string) []byte {
	var s []byte
	for line := range bytes.Lines(b) {
		line = bytes.TrimLeft(line, "> \t")
		if !bytes.HasPrefix(line, []byte("#")) && !variables.Match(line) {
			s = append(s, bytes.TrimRight(bytes.Join(bytes.Fields(line), nil), ends)...)
		}
	}
	s = bytes.ReplaceAll(s, []byte(`"+"`), nil) // where a program's text goes on in the next line
	t := plain(bytes.ToLower(s), 0)
	for _, e := range escapes {
		if e.signs {
			t = e.undo(t, &notes{})
		}
	}
	return bytes.Map(visible, t.b)
}

// visible keeps ASCII that is not white space: UTF-16 that lost a byte gives
// signs of other alphabets. Programs write the names of options with underscores.
func visible(r rune) rune {
	switch {
	case r <= ' ' || r >= 0x7f:
		return -1
	case r == '_':
		return '-'
	}
	return r
}

// aloneOption matches the options that are also plain words.
var aloneOption = lazyre.New(`(?i)^[ \t]*(?:restrict|pty|no-\S+)(?:,[^ ]*)?[ \t]*$`)

// optionTails are the ends of the names of options, and the sign behind those that take
// a value. Of the others, short ones are words.
var optionTails = sync.OnceValue(func() map[string]bool {
	tails := map[string]bool{}
	for _, o := range authkeys.Options() {
		name, least := o.Name, 4
		if o.Syntax != "" {
			name, least = name+"=", 2
		}
		for i := 1; i+least <= len(name); i++ {
			tails[name[i:]] = true
		}
	}
	return tails
})

// optionList matches a list of options by the first: its name and its value.
var optionList = lazyre.New(`^([A-Za-z0-9-]+)(?:(=)"(?:[^"\\]|\\.)*")?(?:,.*)?$`)

// isTorn reports whether text is a list of options of which the first has lost its
// start: vi takes the first letters of what is pasted for commands.
func isTorn(text []byte) bool {
	text = betweenWords.ReplaceAll(text[:min(len(text), 1<<12)], nil)
	m := optionList.FindSubmatch(bytes.Trim(text, " \t\\$|:>`"))
	return m != nil && optionTails()[strings.ToLower(string(m[1]))+string(m[2])]
}

// optionColumn reports whether a comment is the rest of a row of a table, in which a
// field is options.
func optionColumn(comment []byte) bool {
	const signs = ",|;\t"
	return bytes.ContainsAny(comment, signs) && slices.ContainsFunc(bytes.FieldsFunc(comment, func(r rune) bool { return strings.ContainsRune(signs, r) }),
		func(field []byte) bool { return isOptions(bytes.Trim(field, " \"'")) })
}

// probe is a key that is put behind options to ask authkeys about them.
const probe = " ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea"

// readsAsOptions asks sshd's grammar. The error is sshd's reason.
func readsAsOptions(field string) error {
	k, err := authkeys.ParseLine([]byte(field + probe))
	if err != nil {
		return err
	}
	if len(k.Options) == 0 {
		return errNotOptions
	}
	return nil
}

// isOptions reports whether sshd reads a field as options.
func isOptions(field []byte) bool {
	return beginsOptions(field) && readsAsOptions(string(field)) == nil
}

var errNotOptions = errors.New("it is not a list of options")

// encodedQuote matches what begins a value whose quotes a page or a URL has encoded.
var encodedQuote = lazyre.New(`=(?:&quot;|&#34;|&#[xX]22;|%22)`)

// decodeQuoted is a list of options without the encoding of its quotes, and of all
// else that is encoded in the same way.
func decodeQuoted(field string) string {
	quote := encodedQuote.Find([]byte(field))
	switch {
	case quote == nil:
		return field
	case quote[1] == '&':
		return html.UnescapeString(field)
	}
	plain, err := url.PathUnescape(field)
	if err != nil {
		return field
	}
	return plain
}

// optionsMeant is the list that damaged options probably were, in straight
// quotes. It is only ever shown, never printed as a line.
func optionsMeant(field []byte) string {
	s := decodeQuoted(strings.TrimSpace(string(field)))
	for _, r := range []string{`\"`, `""`, `'`} {
		s = strings.ReplaceAll(s, r, `"`)
	}
	s = strings.TrimRight(s, ", \t")
	switch {
	case strings.ContainsAny(s, "\n\x00") || len(s) > 400:
		return ""
	case readsAsOptions(s) == nil:
		return s
	}
	return authkeys.MeantOptions(s)
}
