package authkeys

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/keyconv/keyconv/sshkey"
)

// Marshal writes the public half of k as one line, with a line end. Options
// are written as they stood (Raw); one without Raw is written from its Name
// and Value. Headers are left out; a key that one of them marks as @revoked is refused.
// Of a key that was read with others, ask keyconv.Widens first. What it returns has been
// read again and compared with k.
func Marshal(k *sshkey.Key) ([]byte, error) {
	if k.Public.IsZero() {
		return nil, errors.New("authorized-keys: no public key to write")
	}
	if err := sshkey.RefuseRevoked(Name, k); err != nil {
		return nil, err
	}
	if err := checkComment(k.Comment); err != nil {
		return nil, sshkey.WithHint(err, "give another one: --comment TEXT")
	}
	options, err := optionField(k.Options)
	if err != nil {
		return nil, err
	}
	line := k.Public.String()
	if options != "" {
		line = options + " " + line
	}
	if k.Comment != "" {
		line += " " + k.Comment
	}
	if err := prove(line, options, k); err != nil {
		return nil, err
	}
	return []byte(line + "\n"), nil
}

// lineEnds are what some program takes for the end of a line: sshd LF, the
// splitlines of Python, with which Ansible's authorized_key module takes a file
// apart, all of them. A comment must not become a second entry there.
const lineEnds = "\n\r\v\f\x1c\x1d\x1e\u0085\u2028\u2029"

// checkComment refuses what would not come back.
func checkComment(comment string) error {
	switch {
	case strings.ContainsAny(comment, lineEnds+"\x00"):
		return errors.New("authorized-keys: a line cannot hold a comment with a line end or a NUL in it")
	case comment != strings.TrimLeft(comment, white):
		return errors.New("authorized-keys: a line cannot hold a comment that begins with white space")
	}
	return nil
}

func optionField(options []sshkey.Option) (string, error) {
	items := make([]string, len(options))
	for i, o := range options {
		var err error
		if items[i], err = optionText(o); err != nil {
			return "", err
		}
	}
	field := strings.Join(items, ",")
	if strings.ContainsAny(field, lineEnds+"\x00") {
		return "", sshkey.WithHint(errors.New("authorized-keys: a line end or a NUL in the options"), "a line of the file holds all of an entry")
	}
	return field, nil
}

// optionText is the text of one option.
func optionText(o sshkey.Option) (string, error) {
	switch {
	case o.Raw != "" || o.Name == "":
		return o.Raw, nil
	case !o.HasValue:
		return o.Name, nil
	}
	text := `"` + strings.ReplaceAll(o.Value, `"`, `\"`) + `"`
	if value, n, ok := dequote(text); !ok || n != len(text) || value != o.Value {
		return "", sshkey.WithHint(fmt.Errorf("authorized-keys: the value of the option %q cannot be written: it ends in a backslash", o.Name), "sshd would take the quote behind it for a part of the value; end it in another way")
	}
	return o.Name + "=" + text, nil
}

// prove reads what was written and compares.
func prove(line, options string, want *sshkey.Key) error {
	got, err := ParseLine([]byte(line))
	if err != nil {
		return fmt.Errorf("authorized-keys: the written line does not read back: %w", err)
	}
	if err := sshkey.Same(got, want.PublicOnly()); err != nil {
		return fmt.Errorf("authorized-keys: the written line holds another key: %w", err)
	}
	if back, err := optionField(got.Options); err != nil || back != options {
		return errors.New("authorized-keys: the written line holds other options")
	}
	named := func(o sshkey.Option) bool { return o.Name != "" || o.HasValue || o.Value != "" }
	if slices.ContainsFunc(want.Options, named) && !slices.EqualFunc(got.Options, want.Options, sameOption) {
		return sshkey.WithHint(errors.New("authorized-keys: the Raw of an option is not what its Name and Value say"), "leave Raw empty where an option is new or changed")
	}
	return nil
}

// sameOption compares what was read with what was to be written. Of one of which there
// is only the text, or nothing as between two commas, that is all.
func sameOption(got, want sshkey.Option) bool {
	if want.Name == "" {
		return got.Raw == want.Raw && !want.HasValue && want.Value == ""
	}
	return strings.EqualFold(got.Name, want.Name) && got.HasValue == want.HasValue && got.Value == want.Value
}
