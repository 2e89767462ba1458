package answer

import (
	"errors"
	"fmt"
	"strings"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/sshkey"
)

// An Order is a conversion of a private key that is asked for.
type Order struct {
	To            string `json:"to"`
	Passphrase    string `json:"passphrase"`
	Protect       string `json:"protect"` // Keep, New or None
	NewPassphrase string `json:"new_passphrase"`
	Comment       string `json:"comment"` // empty: the comment is kept
	Name          string `json:"name"`    // of the file that was opened
}

// Format keeps the passphrases out of what is printed.
func (o Order) Format(s fmt.State, _ rune) { fmt.Fprintf(s, "to %q (redacted)", o.To) }

// What becomes of the passphrase.
const (
	Keep = "keep"
	New  = "new"
	None = "none"
)

// A Delivery is the answer to an Order. Data is the file, for nobody but the
// person who asked; all else can be shown.
type Delivery struct {
	Data []byte `json:"-"`

	Name      string    `json:"name"`
	Title     string    `json:"title"`
	Advice    string    `json:"advice"` // what the Report's becomes
	Encrypted bool      `json:"encrypted"`
	Lines     string    `json:"lines"`
	RFC4716   string    `json:"rfc4716"`
	Keys      []Key     `json:"keys"`
	Findings  []Finding `json:"findings"`
	Problem   *Problem  `json:"problem,omitempty"`
}

// Format keeps Data out of what is printed.
func (d Delivery) Format(s fmt.State, _ rune) {
	fmt.Fprintf(s, "%q, %d bytes (redacted)", d.Name, len(d.Data))
}

// A Problem is why there is no file. Field is the field to look at, if one is.
type Problem struct {
	Message string `json:"message"`
	Hint    string `json:"hint"`
	Field   string `json:"field"`
}

var errEmptyNew = sshkey.WithHint(errors.New("the new passphrase is empty"), "type one, or choose no passphrase")

// Convert gives a private key in another format.
func Convert(data []byte, o Order) *Delivery {
	d := &Delivery{Keys: []Key{}, Findings: []Finding{}}
	if o.Protect == New && o.NewPassphrase == "" {
		d.Problem = problem(errEmptyNew)
		return d
	}
	res, err := keyconv.Convert(data, o.To, o.options())
	if err != nil {
		d.Problem = problem(err)
		return d
	}
	q := &question{report: &Report{}}
	q.find(res.Findings)
	q.line(res.Keys[0])
	d.Data, d.Name, d.Encrypted = res.Data, fileName(o.Name, res), res.Encrypted
	d.Lines, d.RFC4716, d.Keys = q.report.Lines, q.report.RFC4716, q.report.Keys
	d.Findings = append(d.Findings, q.report.Findings...)
	d.Advice = keepIt
	d.Title = choose(d.Encrypted, "Converted, protected by a passphrase.", "Converted, not protected by a passphrase.")
	return d
}

func (o Order) options() *keyconv.Options {
	opt := &keyconv.Options{Limits: limits(), NoPassphrase: o.Protect == None, Prove: o.Passphrase != ""}
	opt.Passphrase = func() ([]byte, error) { return []byte(o.Passphrase), nil }
	if o.Protect == New {
		opt.NewPassphrase = func() ([]byte, error) { return []byte(o.NewPassphrase), nil }
	}
	if o.Comment != "" {
		opt.Comment = &o.Comment
	}
	return opt
}

func problem(err error) *Problem {
	f := findingOf(refusal(err))
	p := &Problem{Message: f.Message, Hint: f.Hint}
	switch {
	case errors.Is(err, sshkey.ErrPassphrase), errors.Is(err, sshkey.ErrEncrypted):
		p.Field = "passphrase"
	case errors.Is(err, errEmptyNew):
		p.Field = "new-passphrase"
	case strings.Contains(p.Hint, "field Comment"):
		p.Field = "comment"
	}
	return p
}

// fileName is the name of the file that was opened with the ending of the
// format; for a pasted key, what ssh-keygen calls such a key.
func fileName(opened string, res *keyconv.Result) string {
	base := opened
	if i := strings.LastIndexAny(base, `/\`); i >= 0 {
		base = base[i+1:]
	}
	for _, ending := range []string{".ppk", ".pem", ".key", ".txt"} {
		if len(base) > len(ending) && strings.HasSuffix(strings.ToLower(base), ending) {
			base = base[:len(base)-len(ending)]
			break
		}
	}
	if base == "" {
		base = "id_" + strings.ToLower(res.Keys[0].Public.Plain().Label())
	}
	name := base + res.To.Ending
	if name == opened { // nobody wants "replace the file?" for a private key
		name = base + "-converted" + res.To.Ending
	}
	return name
}
