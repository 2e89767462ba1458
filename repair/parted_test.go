package repair

import (
	"encoding/base64"
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/authkeys"
)

// manyOptions are lists of options as they stand in front of keys.
var manyOptions = []string{"restrict", "no-pty", "cert-authority", "restrict,pty", `from="10.0.0.0/8"`, `expiry-time="20301231"`,
	`command="/usr/bin/rrsync -ro /home/backup/data"`, `command="echo \"hello, world\"; exec /bin/sh",no-pty`,
	`command="internal-sftp -d /upload # chroot",restrict`, `no-port-forwarding,permitopen="localhost:5432",command="/bin/x"`,
	`environment="NAME=John Smith",no-agent-forwarding`, `cert-authority,principals="alice,bob"`,
	`command="/home/git/gitolite-shell alice",no-port-forwarding,no-X11-forwarding,no-agent-forwarding,no-pty`,
	`no-port-forwarding,no-X11-forwarding,command="echo 'Please login as the user \"ubuntu\" rather than the user \"root\".';echo;sleep 10;exit 142"`}

// commentSigns are in front of keys that are commented out.
var commentSigns = []string{"#", "# ", "## ", "#  ", "# old: "}

// An access is what a line gives: the options of a key, or nothing.
type access struct {
	options string
	off     bool // commented out
}

// accessOf is a line's access, and the line.
func accessOf(s sample, rng *rand.Rand) (access, string) {
	options := ""
	if rng.IntN(5) < 3 {
		options = pick(rng, manyOptions...) + " "
	}
	line := options + s.line()
	a := access{options: optionsOf([]byte(line))}
	if rng.IntN(6) == 0 {
		a.off = true
		line = pick(rng, commentSigns...) + line
	}
	return a, line
}

// optionsOf are the options of a line, whatever white space is in them: where a
// line is broken inside a value nobody can know how much there was.
func optionsOf(line []byte) string {
	k, err := authkeys.ParseLine(line)
	if err != nil {
		panic(err)
	}
	return strings.Join(strings.Fields(authkeys.RawOptions(k.Options)), "")
}

// oneLine damages one line of a file.
func oneLine(name string, f func(line string, rng *rand.Rand) string) damage {
	return str(name, func(s string, rng *rand.Rand) string {
		lines := strings.Split(s, "\n")
		i := rng.IntN(len(lines))
		lines[i] = f(lines[i], rng)
		return strings.Join(lines, "\n")
	})
}

// wordWrap breaks a line at its spaces.
func wordWrap(s string, width int) string {
	words := strings.Split(s, " ")
	line := words[0]
	var out strings.Builder
	for _, w := range words[1:] {
		if len(line)+1+len(w) <= width {
			line += " " + w
			continue
		}
		out.WriteString(line + "\n")
		line = w
	}
	return out.String() + line
}

// fileDamages are those of files with more than one line, and of options.
var fileDamages = []damage{
	oneLine("wrap-one", func(l string, rng *rand.Rand) string {
		return fold(l, pick(rng, widths...), pick(rng, "\n", "\n    ", "\\\n"))
	}),
	oneLine("break-one", func(l string, rng *rand.Rand) string { i := rng.IntN(len(l) + 1); return l[:i] + "\n" + l[i:] }),
	oneLine("word-wrap-one", func(l string, rng *rand.Rand) string { return wordWrap(l, pick(rng, widths...)) }),
	str("word-wrap", func(s string, rng *rand.Rand) string {
		lines, width := strings.Split(s, "\n"), pick(rng, widths...)
		for i := range lines {
			lines[i] = wordWrap(lines[i], width)
		}
		return strings.Join(lines, "\n")
	}),
	oneLine("words-apart", func(l string, _ *rand.Rand) string { return strings.ReplaceAll(l, " ", "\n") }),
	oneLine("options-apart", func(l string, rng *rand.Rand) string {
		return strings.Replace(l, " ssh-", pick(rng, "\n", "\n\n", " \\\n", "\n\t")+"ssh-", 1)
	}),
	str("ends-lost", func(s string, rng *rand.Rand) string { return strings.ReplaceAll(s, "\n", pick(rng, "", " ")) }),
	str("an-end-lost", func(s string, _ *rand.Rand) string { return strings.Replace(s, "\n", "", 1) }),
	str("ends-doubled", func(s string, _ *rand.Rand) string { return strings.ReplaceAll(s, "\n", "\n\n") }),
	str("cr", func(s string, _ *rand.Rand) string { return strings.ReplaceAll(s, "\n", "\r") }),
	str("twice", func(s string, rng *rand.Rand) string { return s + pick(rng, "", "\n", "\n\n") + s }),
	str("twice-in-part", func(s string, rng *rand.Rand) string { return s[:rng.IntN(len(s)+1)] + pick(rng, "", "\n") + s }),
	oneLine("cut-one", func(l string, rng *rand.Rand) string { return l[:len(l)-rng.IntN(len(l)+1)/2] }),
	oneLine("in-quotes", func(l string, rng *rand.Rand) string { q := pick(rng, `"`, "'", "`"); return q + l + q }),
	oneLine("behind-one", func(l string, rng *rand.Rand) string { return pick(rng, "> ", "- ", "fred:", `"`, "$ ", "1. ") + l }),
	str("spaces-to-nbsp", func(s string, _ *rand.Rand) string { return strings.ReplaceAll(s, " ", "\u00a0") }),
	str("tabs", func(s string, _ *rand.Rand) string { return strings.ReplaceAll(s, " ", "\t") }),
	str("smart-quotes", func(s string, _ *rand.Rand) string { return strings.ReplaceAll(s, `"`, "”") }),
	oneLine("quotes-lost", func(l string, _ *rand.Rand) string { return strings.ReplaceAll(l, `"`, "") }),
	oneLine("spaces-after-commas", func(l string, _ *rand.Rand) string { return strings.ReplaceAll(l, ",", ", ") }),
	oneLine("type-lost", func(l string, _ *rand.Rand) string {
		return strings.NewReplacer("ssh-rsa ", "", "ssh-ed25519 ", "").Replace(l)
	}),
	str("base64", func(s string, _ *rand.Rand) string {
		return fold(base64.StdEncoding.EncodeToString([]byte(s)), 76, "\n")
	}),
}

// ofFiles are the damages that leave the first field of a file what it may be:
// the others take the text for one line that begins with its type.
var ofFiles = slices.DeleteFunc(slices.Concat(encodings, wraps, wrapperDamages, escapings), func(d damage) bool {
	return slices.Contains([]string{"vt-inside", "wrap-base64", "spaces-base64", "one-char-a-line", "fields-apart", "break-in-comment",
		"plus-to-space", "base64url"}, d.name)
})

// bareSign is the sign of a commented-out key that a break has left on a line of its
// own, as it stands above keys that are none.
var bareSign = regexp.MustCompile(`(?m)(?:#|%23)(?:%20|[^\pL\n\r\x{2028}])*(?:o|ol|old)?[^\pL\n\r\x{2028}]*(?:$|\\n|%0A|[\r\x{2028}])`)

// restrictedFile is a file of several keys, and what each may do.
func restrictedFile(rng *rand.Rand) (text string, given map[string]access) {
	given = map[string]access{}
	for range 1 + rng.IntN(4) {
		s := freshSample(rng)
		if _, twice := given[s.key.String()]; !twice {
			a, line := accessOf(s, rng)
			given[s.key.String()], text = a, text+line+"\n"
		}
	}
	return text, given
}

// activeIn are the keys that sshd finds in a text as it stands, and their options.
func activeIn(text []byte) map[string]string {
	list := map[string]string{}
	for l := range authkeys.Lines(text) {
		if l.Kind == authkeys.Entry {
			list[l.Key.Public.String()] = optionsOf(l.Text)
		}
	}
	return list
}

// brought are the keys that sshd finds in the result and did not find in the text with
// the same options.
func brought(text, result []byte) map[string]string {
	before, after := activeIn(text), activeIn(result)
	maps.DeleteFunc(after, func(key, options string) bool {
		was, ok := before[key]
		return ok && was == options
	})
	return after
}

// TestParted damages files of several keys with options, and others that are
// commented out: a key comes out with its own options or not at all.
func TestParted(t *testing.T) {
	rng := random(t)
	files := max(3000, compositions()) // fewer cannot tell
	parted, alive, keys := 0, 0, 0
	for range files {
		text, given := restrictedFile(rng)
		in, damages := []byte(text), []damage(nil)
		for range 1 + rng.IntN(3) {
			damages = append(damages, pick(rng, pick(rng, fileDamages, ofFiles)...))
			in = damages[len(damages)-1].do(in, rng)
		}
		_, res := printed(t, in)
		for key, options := range brought(in, res.Text) {
			a, known := given[key]
			if !known {
				continue
			}
			switch keys++; {
			case a.off && !bareSign.Match(in) && !bareSign.Match(res.Text):
				alive++
			case !a.off && options != a.options:
				parted++
			default:
				continue
			}
			t.Logf("%s: %q\n of %q\n gives %q", names(damages), in, text, res.Text)
		}
	}
	t.Logf("of %d keys in %d files %d lost their options, and %d were commented out", keys, files, parted, alive)
	if parted+alive > keys/2000+3 {
		t.Error("too many")
	}
}
