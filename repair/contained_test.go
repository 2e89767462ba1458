package repair

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
)

// A keyRecord is a key in a program's file: its options stand in front of it, or in
// a field beside it.
type keyRecord struct {
	sample
	options string // in front, with a space
	beside  bool   // it has a field of options
	off     bool
}

// fields are options as programs name them, with a value.
var fields = [][2]string{{"options", "no-pty"}, {"key_options", `no-pty,command="/bin/x"`}, {"from", "10.0.0.1"}, {"command", "/bin/x"},
	{"no_pty", "true"}, {"expiry_time", "20301231"}, {"restrict", "true"}, {"forced_command", "/bin/x"}, {"environment", "A=b"}, {"principals", "alice"}}

// A container writes records; above is true where the field stands above the key.
type container struct {
	name   string
	write  func(list []keyRecord, above bool, rng *rand.Rand) string
	fields bool
}

// entry is a record's line as it stands in a container.
func (r keyRecord) entry() string {
	sign := ""
	if r.off {
		sign = "# "
	}
	return sign + r.options + r.line()
}

// each writes one record after the other.
func each(name string, write func(r keyRecord, name, value string, above bool) string) container {
	return container{name: name, write: func(list []keyRecord, above bool, rng *rand.Rand) string {
		var b strings.Builder
		for _, r := range list {
			field, value := "", ""
			if r.beside {
				f := fields[rng.IntN(len(fields))]
				field, value = f[0], f[1]
			}
			b.WriteString(write(r, field, value, above))
		}
		return b.String()
	}}
}

// ordered puts a field above a key or below it.
func ordered(key, field string, above bool) string {
	if above {
		return field + key
	}
	return key + field
}

// withFields is each for a container whose records have fields.
func withFields(name string, write func(r keyRecord, name, value string, above bool) string) container {
	c := each(name, write)
	c.fields = true
	return c
}

// when is text where there is a field.
func when(field, text string) string {
	if field == "" {
		return ""
	}
	return text
}

// quotedIn is a text in JSON, with its quotes.
func quotedIn(s string) string {
	b, _ := json.Marshal(s)
	return strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(string(b))
}

// containers hold several keys each.
var containers = []container{
	{name: "flow list", write: func(list []keyRecord, _ bool, rng *rand.Rand) string {
		var items []string
		for _, r := range list {
			items = append(items, quotedIn(r.entry()))
		}
		return pick(rng, "keys: ", "", "ssh_authorized_keys = ") + "[" + strings.Join(items, ", ") + "]\n"
	}},
	each("list", func(r keyRecord, _, _ string, _ bool) string { return "  - " + r.entry() + "\n" }),
	each("quoted list", func(r keyRecord, _, _ string, _ bool) string { return "    " + quotedIn(r.entry()) + ",\n" }),
	each("mail", func(r keyRecord, _, _ string, _ bool) string { return "> " + r.entry() + "\n" }),
	each("echo", func(r keyRecord, _, _ string, _ bool) string {
		return "echo '" + r.entry() + "' >> ~/.ssh/authorized_keys\n"
	}),
	each("html", func(r keyRecord, _, _ string, _ bool) string { return "<li>" + r.entry() + "</li>\n" }),
	withFields("yaml", func(r keyRecord, f, v string, above bool) string {
		return "- name: fred\n" + ordered("  key: "+quotedIn(r.entry())+"\n", when(f, "  "+f+": "+quotedIn(v)+"\n"), above)
	}),
	withFields("yaml block", func(r keyRecord, f, v string, above bool) string {
		return "- name: fred\n" + ordered("  key: |\n    "+r.entry()+"\n", when(f, "  "+f+": "+v+"\n"), above)
	}),
	withFields("json line", func(r keyRecord, f, v string, above bool) string {
		return `{"id":1,` + ordered(`"key":`+quotedIn(r.entry())+",", when(f, `"`+f+`":`+quotedIn(v)+","), above) + `"x":1}` + "\n"
	}),
	withFields("json", func(r keyRecord, f, v string, above bool) string {
		return "{\n" + ordered(`  "key": `+quotedIn(r.entry())+",\n", when(f, `  "`+f+`": `+quotedIn(v)+",\n"), above) + "  \"x\": 1\n},\n"
	}),
	withFields("hcl", func(r keyRecord, f, v string, above bool) string {
		return "resource \"key\" \"k\" {\n" + ordered("  public_key = "+quotedIn(r.entry())+"\n", when(f, "  "+f+" = "+quotedIn(v)+"\n"), above) + "}\n"
	}),
	withFields("heredoc", func(r keyRecord, f, v string, above bool) string {
		return ordered("  public_key = <<EOT\n"+r.entry()+"\nEOT\n", when(f, "  "+f+" = "+quotedIn(v)+"\n"), above)
	}),
	withFields("xml", func(r keyRecord, f, v string, above bool) string {
		return "<user>\n" + ordered("  <key>"+r.entry()+"</key>\n", when(f, "  <"+f+">"+v+"</"+f+">\n"), above) + "</user>\n"
	}),
	rows("markdown", func(cells []string) string { return "| " + strings.Join(cells, " | ") + " |\n" }),
	rows("csv", func(cells []string) string {
		for i, c := range cells {
			if strings.ContainsAny(c, `" ,`) {
				cells[i] = `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
			}
		}
		return strings.Join(cells, ",") + "\n"
	}),
	rows("spreadsheet", func(cells []string) string { return strings.Join(cells, "\t") + "\n" }),
	each("ldif", func(r keyRecord, _, _ string, _ bool) string {
		return "sshPublicKey:: " + base64.StdEncoding.EncodeToString([]byte(r.entry())) + "\n"
	}),
}

// rows writes a table with a column for a field of one of the records, if one has any, and
// another that says nothing.
func rows(name string, row func(cells []string) string) container {
	return container{name: name, fields: true, write: func(list []keyRecord, above bool, rng *rand.Rand) string {
		f := [2]string{}
		for _, r := range list {
			if r.beside {
				f = fields[rng.IntN(len(fields))]
			}
		}
		cells := func(user, field, key, added string) string {
			switch {
			case f[0] == "":
				return row([]string{user, key, added})
			case above:
				return row([]string{user, field, key, added})
			}
			return row([]string{user, key, field, added})
		}
		text := cells(pick(rng, "user", "Name", "e-mail"), f[0], pick(rng, "key", "Public Key", "ssh_key"), "Added")
		for _, r := range list {
			value := ""
			if r.beside {
				value = f[1]
			}
			text += cells(pick(rng, "fred", "al@example.com", "Doe, Bob"), value, r.entry(), "2024-01-01")
		}
		return text
	}}
}

// contained is a container with some keys, and what each may do.
func contained(rng *rand.Rand) (name, text string, given map[string]keyRecord) {
	c := pick(rng, containers...)
	given = map[string]keyRecord{}
	var list []keyRecord
	for range 1 + rng.IntN(3) {
		r := keyRecord{sample: freshSample(rng), off: rng.IntN(5) == 0}
		if _, twice := given[r.key.String()]; twice {
			continue
		}
		switch {
		case rng.IntN(3) == 0 && c.name != "echo":
			r.options = pick(rng, manyOptions...) + " "
		case rng.IntN(3) == 0:
			r.beside = c.fields
		}
		list = append(list, r)
		given[r.key.String()] = r
	}
	text = c.write(list, rng.IntN(2) == 0, rng)
	return c.name, text, given
}

// TestContained puts keys into programs' files and damages those: no key comes out
// without its options, nor one that was commented out.
func TestContained(t *testing.T) {
	rng := random(t)
	files := max(3000, compositions())
	keys, wrong := 0, 0
	parted, alive := map[string]int{}, map[string]int{}
	for range files {
		name, text, given := contained(rng)
		in, damages := []byte(text), []damage(nil)
		for range rng.IntN(3) {
			damages = append(damages, pick(rng, fileDamages...))
			in = damages[len(damages)-1].do(in, rng)
		}
		_, res := printed(t, in)
		for key, options := range brought(in, res.Text) {
			r, known := given[key]
			if !known {
				continue
			}
			keys++
			switch {
			case r.off && (bareSign.Match(in) || bareSign.Match(res.Text)):
				continue
			case r.off:
				alive[name]++
			case r.beside, options != strings.Join(strings.Fields(r.options), ""):
				parted[name]++
			default:
				continue
			}
			wrong++
			t.Logf("%s, %s: %s\n of %s\n gives %s", name, names(damages), abridged(in), abridged([]byte(text)), abridged(res.Text))
		}
	}
	if wrong > keys/2000+3 {
		t.Error("too many")
	}
	t.Logf("of %d keys in %d files, without their options: %v; commented out: %v", keys, files, parted, alive)
}

// abridged is a text without the middle of its base64.
func abridged(b []byte) string { return fmt.Sprintf("%q", longRun.ReplaceAll(b, []byte("$1…$2"))) }

var longRun = regexp.MustCompile(`([A-Za-z0-9+/]{28})[A-Za-z0-9+/=]{12,}([A-Za-z0-9+/=]{4})`)
