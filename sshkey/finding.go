package sshkey

// Severity says how much a Finding matters.
type Severity string

// The severities, mildest first. Repaired and Refused belong to damaged text.
const (
	Note     Severity = "note"
	Warning  Severity = "warning"
	Repaired Severity = "repaired"
	Refused  Severity = "refused"
)

// A Finding is something worth telling about an input that is not an error:
// what is unusual or weak, what was repaired, what could not be carried over.
type Finding struct {
	Pos      Pos
	Code     string // stable, kebab-case: "rsa-short"
	Severity Severity
	Msg      string // one line
	Hint     string // the next step; may be empty
}
