package explain

import (
	"cmp"
	"maps"
	"runtime"
	"slices"
	"strings"
)

// answers collects what the sessions gave, by entry. Of each cause the last
// few are kept that name different things; the others are counted.
type answers map[*entry]*kept

type kept struct {
	list   []weighed // by their lines, the last behind
	others int
}

// maxKept is how many answers of one cause are kept. A server on the Internet
// refuses thousands of strangers, and they must not hide the one who asks.
const maxKept = 3

// A weighed answer still knows its entry.
type weighed struct {
	Answer
	entry *entry
	more  map[string]string // what other lines of the session named
}

func (all answers) add(a weighed) {
	k := all[a.entry]
	if k == nil {
		k = &kept{}
		all[a.entry] = k
	}
	id := a.identity()
	if i := slices.IndexFunc(k.list, func(b weighed) bool { return b.identity() == id }); i >= 0 {
		a.Times += k.list[i].Times
		if k.list[i].Line > a.Line {
			k.list[i].Times = a.Times
			return
		}
		k.list = slices.Delete(k.list, i, i+1)
	}
	k.list = append(k.list, a)
	slices.SortStableFunc(k.list, func(a, b weighed) int { return cmp.Compare(a.Line, b.Line) })
	if len(k.list) > maxKept {
		k.others += k.list[0].Times
		k.list = slices.Delete(k.list, 0, 1)
	}
}

// identity tells answers apart: the same cause about the same things is one.
func (a weighed) identity() string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(a.Values)) {
		if name != "port" && name != "n" {
			b.WriteString(name + "\x00" + a.Values[name] + "\x00")
		}
	}
	return b.String()
}

// sorted is the list of answers, the best first.
func (all answers) sorted() (list []Answer) {
	var flat []weighed
	for _, k := range all {
		k.list[len(k.list)-1].Others = k.others
		flat = append(flat, k.list...)
	}
	slices.SortFunc(flat, func(a, b weighed) int {
		return cmp.Or(cmp.Compare(a.Sure, b.Sure), cmp.Compare(a.entry.rank, b.entry.rank), cmp.Compare(b.Line, a.Line))
	})
	for _, a := range flat[:min(len(flat), maxAnswers)] {
		list = append(list, a.finish())
	}
	return list
}

// here is the system of whom the answer is for, where no path in the text tells
// another.
var here = systemOf(runtime.GOOS)

func systemOf(goos string) string {
	if goos == "windows" {
		return goos
	}
	return "unix"
}

// finish fills the words of the log into cause and steps.
func (a weighed) finish() Answer {
	system := here
	value := func(name string) string {
		v := cmp.Or(a.Values[name], a.more[name])
		switch {
		case !places[name].path:
		case windowsPath(v):
			system = "windows"
			v = strings.ReplaceAll(v, `\\`, `\`) // as OpenSSH writes it
			v = strings.Replace(v, "__PROGRAMDATA__", `C:\ProgramData`, 1)
		case strings.HasPrefix(v, "/"), strings.HasPrefix(v, "~"):
			system = "unix"
		}
		return v
	}
	a.Cause = fill(withoutOptions(a.entry.cause, value), value, quoted)
	for name := range a.Values {
		value(name) // whose system it is
	}
	for _, s := range a.entry.next {
		switch {
		case s.system != "" && s.system != system && !a.entry.windows():
		case strings.HasPrefix(s.Command, "keyconv doctor ") && system == "windows": // on the server, where no such path is
			a.Next = append(a.Next, Step{Command: fill(s.Command, func(name string) string {
				if places[name].path {
					return ""
				}
				return value(name)
			}, shellWord)})
		case s.Command != "" && s.system == "windows":
			a.Next = append(a.Next, Step{Command: fill(s.Command, value, windowsWord)})
		case s.Command != "":
			a.Next = append(a.Next, Step{Command: fill(s.Command, value, shellWord)})
		default:
			a.Next = append(a.Next, Step{Advice: fill(s.Advice, value, quoted)})
		}
	}
	a.Seen = excerpt(a.Seen)
	a.Values = maps.Clone(a.Values)
	for name, v := range a.Values {
		a.Values[name] = withoutKey(v)
	}
	return a.Answer
}
