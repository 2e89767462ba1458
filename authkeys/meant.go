package authkeys

import (
	"errors"
	"fmt"
	"strings"

	"github.com/keyconv/keyconv/internal/nearest"
	"github.com/keyconv/keyconv/sshkey"
)

// ParseOptions reads a list of options as it stands in front of a key: all of
// field is the list. Errors are a *sshkey.SyntaxError with the place in it.
func ParseOptions(field string) ([]sshkey.Option, error) {
	end, closed := optionsEnd(field, 0)
	options, err := parseOptions(field[:end], 0, nil)
	switch i := strings.IndexAny(field, "\n\x00"); {
	case i >= 0:
		err = fail(i, "%q in a list of options", field[i])
	case field == "":
		err = fail(0, "the list of options is empty")
	case !closed:
		err = openQuote(field, 0)
	case err == nil && end < len(field):
		err = sshkey.WithHint(fail(end, "a space stands in the middle of the list"), "options are parted by commas alone; a space ends the list")
	}
	if err != nil {
		return nil, origin{1, 0}.locate(advise(field, err))
	}
	return options, nil
}

// advise adds to the error about a list what was probably meant.
func advise(field string, err error) error {
	var unknown unknownOption
	if meant := MeantOptions(field); meant != "" {
		return sshkey.WithHint(err, "if you meant these options, write them so: "+meant)
	}
	if errors.As(err, &unknown) {
		name, _, _ := strings.Cut(string(unknown), "=")
		if near := nearest.Of(name, optionNames); near != "" {
			return sshkey.WithHint(err, "the nearest option is "+near)
		}
	}
	return err
}

// An unknownOption is an item of a list that begins with the name of none.
type unknownOption string

func (u unknownOption) Error() string { return fmt.Sprintf("unknown option %s", shown(string(u))) }

var optionNames = func() (names []string) {
	for _, o := range Options() {
		names = append(names, o.Name)
	}
	return names
}()

// MeantOptions is the list that one with a fault probably was: values in quotes,
// commas for spaces. "" is not known. It is for advice alone: nobody knows where
// a value without quotes ends.
func MeantOptions(field string) string {
	var list []meantOption
	sep := ","
	for rest := field; rest != ""; {
		n, m := pieceEnd(rest)
		piece := rest[:n]
		_, known := findForm(strings.SplitN(piece, "=", 2)[0])
		last := len(list) - 1
		switch {
		case known && (last < 0 || !list[last].bare() || strings.Contains(sep, ",")):
			list = append(list, meantOption(piece))
		case !known && last >= 0 && list[last].bare():
			list[last] += meantOption(sep + piece)
		default:
			return ""
		}
		sep, rest = rest[n:m], rest[m:]
	}
	var out []string
	for _, o := range list {
		if o.bare() && strings.ContainsAny(string(o), "\"'`“”„‘’") {
			return ""
		}
		out = append(out, o.quoted())
	}
	meant := strings.Join(out, ",")
	end, closed := optionsEnd(meant, 0)
	if _, err := parseOptions(meant, 0, nil); err != nil || meant == field || !closed || end < len(meant) {
		return ""
	}
	return meant
}

// pieceEnd finds the end of what stands in front of the next comma or white space
// outside quotes, and the end of those.
func pieceEnd(text string) (n, next int) {
	quoted := false
	for ; n < len(text) && (quoted || !isWhite(text[n]) && text[n] != ','); n++ {
		switch {
		case strings.HasPrefix(text[n:], `\"`):
			n++
		case text[n] == '"':
			quoted = !quoted
		}
	}
	n = min(n, len(text))
	for next = n; next < len(text) && (isWhite(text[next]) || text[next] == ','); {
		next++
	}
	return n, next
}

// A meantOption is an option as somebody wrote it.
type meantOption string

// bare reports whether it has a value without quotes.
func (o meantOption) bare() bool {
	_, value, ok := strings.Cut(string(o), "=")
	return ok && value != "" && value[0] != '"'
}

func (o meantOption) quoted() string {
	name, value, _ := strings.Cut(string(o), "=")
	if !o.bare() {
		return string(o)
	}
	return name + `="` + value + `"`
}
