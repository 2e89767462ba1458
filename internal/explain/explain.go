// Package explain reads what programs say when a key is refused (the logs of
// ssh, PuTTY and sshd, the error messages of many libraries) and names the
// causes, how sure each is, and what to do next.
//
// What it knows is data: knowledge.txt, whose first lines explain its form.
// The program only cuts the text into sessions, finds the lines that the
// knowledge has patterns for, and weighs what was found in one session.
// It never takes a word from the text for more than it is: names out of a log
// are an attacker's words, so they are quoted, and a command that is proposed
// holds them only in a form that the shell leaves alone.
package explain

import (
	"iter"
	"strings"
)

// MaxLine is how many bytes of a line are looked at.
const MaxLine = 8 << 10

// maxAnswers bounds a report.
const maxAnswers = 50

// A Certainty says how far an answer may be trusted. The smallest is the best.
type Certainty int

// The degrees, best first.
const (
	Certain  Certainty = iota // the program itself says so
	Likely                    // it follows from what was seen, with rare exceptions
	Possible                  // one of several causes that look like this
	Unclear                   // the text does not tell; the next step finds out more
)

var certainties = []string{"certain", "likely", "possible", "unclear"}

func (c Certainty) String() string { return certainties[c] }

// A Report is what a text says.
type Report struct {
	Answers []Answer // the best first
	Offers  []Offer  // the keys that clients offered, in order, each once for a user
	Users   []string // the accounts that somebody tried to log in to, in order
}

// An Answer is one cause.
type Answer struct {
	Code  string
	Sure  Certainty
	Cause string
	Line  int    // of the text, from 1: where it was seen last
	Seen  string // what stands there, cut to a readable length and escaped
	Times int    // how often it was seen
	// Others counts further lines of the same cause that name other things
	// and have no answer of their own.
	Others int
	Next   []Step
	// Values are the words of the line that the pattern has names for, as
	// they stand there but for keys: foreign text.
	Values map[string]string
}

// A Step is something to do: a command to run, or else advice.
type Step struct{ Command, Advice string }

// An Offer is a key that a client offered.
type Offer struct {
	User, Addr        string // "" where the line does not name them
	Type, Fingerprint string
	Accepted          bool // the server said yes to this offer
	Line              int
}

// A Code is the name of an answer and what it means.
type Code struct{ Name, Meaning string }

// Codes lists the answers that the knowledge holds.
func Codes() (list []Code) {
	for _, e := range knowledge().entries {
		if !e.fact {
			list = append(list, Code{e.name, e.meaning()})
		}
	}
	return list
}

// Explain reads a log or an error message of any program.
func Explain(text []byte) *Report { return ExplainEnd(text, 0) }

// ExplainEnd reads the end of a log: so many lines stand above it.
func ExplainEnd(text []byte, above int) *Report {
	r := newReading(knowledge())
	number := above
	for line := range lines(text) {
		number++
		r.line(number, line)
	}
	for len(r.open) > 0 {
		r.close()
	}
	return &Report{Answers: r.answers.sorted(), Offers: r.offers.list, Users: r.users.list}
}

func lines(text []byte) iter.Seq[string] { return strings.Lines(plainText(text)) }
